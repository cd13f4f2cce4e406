"""Functions on numbers. Whole numbers are exact; what grows beyond the bounds is not followed."""

from __future__ import annotations

from functools import reduce
from math import copysign, inf, isinf, nan
from typing import TYPE_CHECKING

from trailcheck.terraform.functions.arguments import items, literal, number, settled_items, word
from trailcheck.terraform.functions.base import Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.bigfloat import (
    BITS,
    WORD,
    bits_of,
    calculated,
    is_below_zero,
    is_infinite,
    less,
    negative,
    of_float,
    whole,
)
from trailcheck.terraform.functions.golang import logarithm_of, power_of
from trailcheck.terraform.functions.scalars import MOST_BITS
from trailcheck.terraform.functions.shapes import shape_of
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from trailcheck.terraform.functions.base import Call, Implementation
    from trailcheck.value import Value

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _of_number(change: Callable[[int | Decimal], int | Decimal]) -> Implementation:
    def apply(call: Call, arguments: list[Value]) -> Value:
        return Known(change(number(arguments[0])), call.span)

    return apply


def _abs(given: int | Decimal) -> int | Decimal:
    return negative(given) if is_below_zero(given) else given


def _floor(given: int | Decimal) -> int | Decimal:
    if is_infinite(given):
        return given
    cut = int(given)
    return _alike(cut - 1 if cut > given else cut, given)


def _ceil(given: int | Decimal) -> int | Decimal:
    if is_infinite(given):
        return given
    cut = int(given)
    return _alike(cut + 1 if cut < given else cut, given)


def _alike(number: int, given: int | Decimal) -> int:
    """Return a whole number that was made of another one, in as many bits."""
    return number if bits_of(given) == BITS else whole(number, bits_of(given))


def signum(call: Call, arguments: list[Value]) -> Value:
    """Return -1, 0 or 1, for the sign of a whole number."""
    given = word(arguments[0])
    return Known(whole((given > 0) - (given < 0), WORD), call.span)


def greatest(call: Call, arguments: list[Value]) -> Value:
    """Return the greatest of the numbers."""
    return Known(reduce(lambda a, b: b if less(a, b) else a, map(number, arguments)), call.span)


def smallest(call: Call, arguments: list[Value]) -> Value:
    """Return the smallest of the numbers."""
    return Known(reduce(lambda a, b: b if less(b, a) else a, map(number, arguments)), call.span)


def total(call: Call, arguments: list[Value]) -> Value:
    """Return the sum of a list of numbers, which must not be empty."""
    if not settled_items(arguments[0]):
        raise UnsettledError
    numbers = [number(i) for i in items(arguments[0])]
    if not numbers:
        raise RefusedError("an empty list has no sum")
    result = numbers[0]
    for each in numbers[1:]:
        result = calculated("+", result, each)
    return Known(result, call.span)


def power(call: Call, arguments: list[Value]) -> Value:
    """Return a number raised to a power."""
    # NOTE: Terraform computes powers in 64-bit floating point.
    base, exponent = _float(arguments[0]), _float(arguments[1])
    return Known(of_float(power_of(base, exponent)), call.span)


def logarithm(call: Call, arguments: list[Value]) -> Value:
    """Return the logarithm of a number to a base, in 64-bit floating point."""
    above, below = logarithm_of(_float(arguments[0])), logarithm_of(_float(arguments[1]))
    if below:
        return Known(of_float(above / below), call.span)
    return Known(of_float(copysign(inf, below) * above if above else nan), call.span)


def _float(argument: Value) -> float:
    """Return a number in 64-bit floating point. Raises RefusedError if it does not fit in."""
    given = number(argument)
    try:
        near = float(given)
    except OverflowError:
        near = inf
    if isinf(near) and not is_infinite(given):
        raise RefusedError("the number does not fit into 64 bits")
    return near


def parseint(call: Call, arguments: list[Value]) -> Value:
    """Return the whole number that text writes in a base from 2 to 62."""
    if shape_of(arguments[0]) in {"number", "bool"}:
        raise RefusedError("text is needed here, not a number")
    said, base = literal(arguments[0]), word(arguments[1])
    if not 2 <= base <= len(_DIGITS):  # noqa: PLR2004 - there is no smaller base
        raise RefusedError("the base must lie between 2 and 62")
    digits = said[1:] if said[:1] in {"+", "-"} else said
    # NOTE: up to base 36 the case of letters does not matter.
    digits = digits.lower() if base <= 36 else digits  # noqa: PLR2004
    if not digits:
        raise RefusedError("the text writes no number")
    if len(digits) > MOST_BITS // 4:
        raise UnsettledError(reason="the number is too long to follow")
    result = 0
    for digit in digits:
        place = _DIGITS.find(digit)
        if not 0 <= place < base:
            raise RefusedError(f"the text writes no number in base {base}")
        result = result * base + place
    return Known(whole(-result if said.startswith("-") else result, WORD), call.span)


FUNCTIONS: dict[str, Function] = {
    "abs": Function(_of_number(_abs)),
    "ceil": Function(_of_number(_ceil)),
    "floor": Function(_of_number(_floor)),
    "log": Function(logarithm, 2, 2),
    "max": Function(greatest, 1, None),
    "min": Function(smallest, 1, None),
    "parseint": Function(parseint, 2, 2),
    "pow": Function(power, 2, 2),
    "signum": Function(signum),
    "sum": Function(total, deep=True),
}
