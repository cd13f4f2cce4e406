"""Arithmetic on numbers as Terraform's: binary, with 512 bits, written in the fewest digits.

Source: Go's `math/big.Float`, which go-cty computes with: each operation rounds to the nearest
number of 512 bits, halves to the even one; text has just the digits that tell a number apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck.terraform.functions.base import UnsettledError

if TYPE_CHECKING:
    from decimal import Decimal

_Ratio: TypeAlias = "tuple[int, int]"

_BITS = 512
_MOST_BITS = 16_000
_MOST_DIGITS = 156
"""Digits that tell any two numbers of 512 bits apart."""


def calculated(operator: str, one: int | Decimal, other: int | Decimal) -> int | Decimal:
    """Return the sum, difference, product, quotient or remainder; `other` of the last two is not 0.

    Raises UnsettledError for numbers too large to follow.
    """
    left, right = _binary(one), _binary(other)
    match operator:
        case "+":
            result = _sum(left, right)
        case "-":
            result = _sum(left, (-right[0], right[1]))
        case "*":
            result = _rounded(left[0] * right[0], left[1] * right[1])
        case "/":
            result = _quotient(left, right)
        case _:
            number, parts = _quotient(left, right)
            whole = _rounded(-(-number // parts) if number < 0 else number // parts, 1)
            product = _rounded(whole[0] * right[0], whole[1] * right[1])
            result = _sum(left, (-product[0], product[1]))
    return _written(result)


def _binary(number: int | Decimal) -> _Ratio:
    return _rounded(*number.as_integer_ratio())


def _sum(left: _Ratio, right: _Ratio) -> _Ratio:
    return _rounded(left[0] * right[1] + right[0] * left[1], left[1] * right[1])


def _quotient(left: _Ratio, right: _Ratio) -> _Ratio:
    number, parts = left[0] * right[1], left[1] * right[0]
    return _rounded(-number, -parts) if parts < 0 else _rounded(number, parts)


def _rounded(number: int, parts: int) -> _Ratio:
    """Return the nearest fraction of 512 bits, in lowest terms; its parts are a power of two."""
    size = abs(number)
    if max(size.bit_length(), parts.bit_length()) > _MOST_BITS:
        raise UnsettledError(reason="the number is too large to follow")
    if not size:
        return 0, 1
    shift = _BITS - size.bit_length() + parts.bit_length()
    mantissa, rest, unit = _divided(size, parts, shift)
    if mantissa.bit_length() > _BITS:
        shift -= 1
        mantissa, rest, unit = _divided(size, parts, shift)
    if 2 * rest > unit or (2 * rest == unit and mantissa & 1):
        mantissa += 1
    spare = (mantissa & -mantissa).bit_length() - 1
    mantissa, shift = mantissa >> spare, shift - spare
    mantissa = -mantissa if number < 0 else mantissa
    return (mantissa, 1 << shift) if shift > 0 else (mantissa << -shift, 1)


def _divided(size: int, parts: int, shift: int) -> tuple[int, int, int]:
    size, parts = (size << shift, parts) if shift >= 0 else (size, parts << -shift)
    return (*divmod(size, parts), parts)


def _written(exact: _Ratio) -> int | Decimal:
    """Return a number in the fewest digits that are nearest to it and to no other."""
    number, parts = exact
    if parts == 1 and number.bit_length() <= _BITS:
        return number
    from decimal import Context, Decimal  # noqa: PLC0415 - 2 ms, seldom needed

    fewest, enough = 1, _MOST_DIGITS
    above, below = Decimal(number), Decimal(parts)
    while fewest < enough:
        middle = (fewest + enough) // 2
        if _binary(Context(prec=middle).divide(above, below)) == exact:
            enough = middle
        else:
            fewest = middle + 1
    result = Context(prec=enough).divide(above, below)
    return int(result) if parts == 1 else result
