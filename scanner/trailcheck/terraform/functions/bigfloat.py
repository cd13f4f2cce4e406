"""Arithmetic on numbers as Terraform's: binary, written in the fewest digits.

A number is an `int` or a `Decimal` of just the digits that tell it from the other numbers of its
size, which is 512 bits; `Whole` and `Real` are those that some function made in fewer. Zero has a
sign, and there are two infinite numbers: all three are a `Decimal`.

Source: Go's `math/big.Float`, which go-cty computes with: each operation rounds to the nearest
number of as many bits as the longer operand has, halves to the even one. A product has at least
the bits that it takes to be exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck.terraform.functions.base import RefusedError, UnsettledError

if TYPE_CHECKING:
    from decimal import Decimal

_Ratio: TypeAlias = "tuple[int, int]"

BITS = 512
WORD = 64
"""Bits of the numbers that functions count with: a length, an index."""
FLOAT = 53
"""Bits of the numbers that functions compute in floating point: a power, a logarithm."""
_MOST_BITS = 16_000
_DIGITS_OF_A_BIT = 0.30103
_SIGNS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}


class Whole(int):
    """A whole number of fewer bits than others have."""

    bits: int


def whole(number: int, bits: int) -> int:
    """Return a whole number that has `bits` bits, or as many as it takes."""
    made = Whole(number)
    made.bits = max(bits, number.bit_length())
    return made


def bits_of(number: int | Decimal) -> int:
    """Return in how many bits Terraform keeps a number."""
    return getattr(number, "bits", BITS)


def of_float(number: float) -> int | Decimal:
    """Return a number that was computed in floating point. Raises RefusedError for none (NaN)."""
    from decimal import Decimal  # noqa: PLC0415 - 2 ms, seldom needed

    if number != number:  # noqa: PLR0124 - NaN
        raise RefusedError("the result is not a number that Terraform can hold")
    if number in {float("inf"), float("-inf")} or (not number and str(number).startswith("-")):
        return Decimal(number)
    return _written(number.as_integer_ratio(), FLOAT)


def negative(number: int | Decimal) -> int | Decimal:
    """Return a number with the other sign, which zero has as well."""
    if not number:
        from decimal import Decimal  # noqa: PLC0415 - 2 ms, seldom needed

        return 0 if str(number).startswith("-") else Decimal("-0")
    above, below = _binary(number)
    made = -number if isinstance(number, int) else number.copy_negate()
    return _sized(made, bits_of(number), (-above, below))


def is_infinite(number: int | Decimal) -> bool:
    """Tell whether a number is one of the two infinite ones."""
    return not isinstance(number, int) and number.is_infinite()


def is_below_zero(number: int | Decimal) -> bool:
    """Tell whether a number has a sign, also if it is zero."""
    return number < 0 if isinstance(number, int) else number.is_signed()


def exact(number: int | Decimal) -> int | Decimal:
    """Return all digits of a finite number: those of its bits, and not the fewest."""
    parts = _binary(number)
    if parts[1] == 1:
        return parts[0] or number
    from decimal import Decimal  # noqa: PLC0415 - 2 ms, seldom needed

    places = parts[1].bit_length() - 1
    if places > _MOST_BITS // 4:
        raise UnsettledError(reason="the number is too long to write out")
    sign, digits, _ = Decimal(parts[0] * 5**places).as_tuple()
    return Decimal((sign, digits, -places))


def less(one: int | Decimal, other: int | Decimal) -> bool:
    """Tell whether one number is less than another, to the last of their bits."""
    if bits_of(one) == bits_of(other) or is_infinite(one) or is_infinite(other):
        return one < other
    left, right = _binary(one), _binary(other)
    return left[0] * right[1] < right[0] * left[1]


def calculated(operator: str, one: int | Decimal, other: int | Decimal) -> int | Decimal:
    """Return the sum, difference, product, quotient or remainder.

    Raises RefusedError for what is no number, UnsettledError for numbers too large to follow.
    """
    if operator == "%":
        return _remainder(one, other)
    if not (one and other) or is_infinite(one) or is_infinite(other):
        special = _special(operator, one, other)
        if special is not None:
            return special
    bits = max(bits_of(one), bits_of(other))
    left, right = _binary(one), _binary(other)
    match operator:
        case "+":
            result = _sum(left, right, bits)
        case "-":
            result = _sum(left, (-right[0], right[1]), bits)
        case "*":
            result = _rounded(left[0] * right[0], left[1] * right[1], BITS)
            bits = max(bits, _taken(result[0]))
        case _:
            result = _quotient(left, right, bits)
    return _written(result, bits)


def _special(operator: str, one: int | Decimal, other: int | Decimal) -> int | Decimal | None:
    """Return what zero or an infinite number makes, with its sign; None for any other result."""
    from decimal import Context, Decimal, InvalidOperation  # noqa: PLC0415 - 2 ms, seldom needed

    context = Context(prec=BITS, traps=[InvalidOperation])
    try:
        result: Decimal = getattr(context, _SIGNS[operator])(Decimal(one), Decimal(other))
    except InvalidOperation:
        raise RefusedError("the result is not a number that Terraform can hold") from None
    if result.is_infinite() or (not result and result.is_signed()):
        return result
    return None if result else 0


def _remainder(one: int | Decimal, other: int | Decimal) -> int | Decimal:
    if is_infinite(one) or is_infinite(other):
        raise RefusedError("an infinite number has no remainder")
    if not other:
        return one
    left, right, bits = _binary(one), _binary(other), bits_of(one)
    number, parts = _quotient(left, right, max(bits, bits_of(other)))
    times = _rounded(-(-number // parts) if number < 0 else number // parts, 1, bits)
    product = _rounded(times[0] * right[0], times[1] * right[1], bits)
    result = _sum(left, (-product[0], product[1]), bits)
    if not result[0] and not one and is_below_zero(one) and not is_below_zero(other):
        return one
    return _written(result, bits)


def _binary(number: int | Decimal) -> _Ratio:
    ratio: _Ratio | None = getattr(number, "ratio", None)
    return ratio or _rounded(*number.as_integer_ratio(), bits_of(number))


def _sum(left: _Ratio, right: _Ratio, bits: int) -> _Ratio:
    return _rounded(left[0] * right[1] + right[0] * left[1], left[1] * right[1], bits)


def _quotient(left: _Ratio, right: _Ratio, bits: int) -> _Ratio:
    number, parts = left[0] * right[1], left[1] * right[0]
    return _rounded(-number, -parts, bits) if parts < 0 else _rounded(number, parts, bits)


def _rounded(number: int, parts: int, bits: int) -> _Ratio:
    """Return the nearest fraction of so many bits; its parts are a power of two."""
    size = abs(number)
    if max(size.bit_length(), parts.bit_length()) > _MOST_BITS:
        raise UnsettledError(reason="the number is too large to follow")
    if not size:
        return 0, 1
    shift = bits - size.bit_length() + parts.bit_length()
    mantissa, rest, unit = _divided(size, parts, shift)
    if mantissa.bit_length() > bits:
        shift -= 1
        mantissa, rest, unit = _divided(size, parts, shift)
    if 2 * rest > unit or (2 * rest == unit and mantissa & 1):
        mantissa += 1
    spare = (mantissa & -mantissa).bit_length() - 1
    mantissa, shift = mantissa >> spare, shift - spare
    mantissa = -mantissa if number < 0 else mantissa
    return (mantissa, 1 << shift) if shift > 0 else (mantissa << -shift, 1)


def _taken(number: int) -> int:
    """Return the bits between the first and the last one that is set."""
    return number.bit_length() - max((number & -number).bit_length() - 1, 0)


def _divided(size: int, parts: int, shift: int) -> tuple[int, int, int]:
    size, parts = (size << shift, parts) if shift >= 0 else (size, parts << -shift)
    return (*divmod(size, parts), parts)


def _written(exactly: _Ratio, bits: int) -> int | Decimal:
    """Return a number in the fewest digits that are nearest to it and to no other."""
    number, parts = exactly
    if parts == 1 and number.bit_length() <= bits:
        return _sized(number, bits, exactly)
    from decimal import Context, Decimal  # noqa: PLC0415 - 2 ms, seldom needed

    fewest, enough = 1, int(bits * _DIGITS_OF_A_BIT) + 2
    above, below = Decimal(number), Decimal(parts)
    while fewest < enough:
        middle = (fewest + enough) // 2
        if _is_near(Context(prec=middle).divide(above, below), exactly, bits):
            enough = middle
        else:
            fewest = middle + 1
    result = Context(prec=enough).divide(above, below)
    return _sized(int(result) if parts == 1 else result, bits, exactly)


def _is_near(number: Decimal, exactly: _Ratio, bits: int) -> bool:
    """Tell whether a number is nearer than half the last bit, which Go takes to be one size."""
    (upper, lower), (given, parts) = number.as_integer_ratio(), exactly
    spare = bits - given.bit_length()
    away = abs(upper * parts - given * lower) << (spare + 1 if spare >= 0 else 0)
    limit = lower << (0 if spare >= 0 else -spare - 1)
    return away < limit or (away == limit and (spare > 0 or not given & 1))


def _sized(number: int | Decimal, bits: int, exactly: _Ratio) -> int | Decimal:
    if bits == BITS:
        return number
    if isinstance(number, int):
        made = Whole(number)
        made.bits = bits
        return made
    from trailcheck.terraform.functions.real import Real  # noqa: PLC0415 - with `decimal`, seldom

    return Real.of(number, bits, exactly)
