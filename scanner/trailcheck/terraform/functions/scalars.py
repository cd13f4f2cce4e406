"""Numbers as Terraform keeps and writes them: 512 bits, all digits, no exponent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.functions.base import RefusedError, UnsettledError
from trailcheck.terraform.functions.bigfloat import calculated, exact, is_below_zero, is_infinite

if TYPE_CHECKING:
    from decimal import Context, Decimal

MOST_BITS = 4_000
"""Greater whole numbers are not followed."""
_PRECISION = 160
_MOST_EXPONENT = 1_200
_GENERAL_DIGITS = 6


def decimals() -> Context:
    """Return the arithmetic of numbers with a fraction: as precise as Terraform's 512 bits."""
    from decimal import Context, DivisionByZero, InvalidOperation, Overflow  # noqa: PLC0415 - 3 ms

    return Context(
        prec=_PRECISION,
        Emax=_MOST_EXPONENT,
        Emin=-_MOST_EXPONENT,
        traps=[DivisionByZero, InvalidOperation, Overflow],
    )


def parse_number(text: str) -> int | Decimal | None:
    """Return the number that `text` writes in decimal, or None if it writes none.

    Terraform takes a sign, a point and an exponent (of two after `p`) and the infinite numbers,
    but no spaces, underscores or other bases.
    Raises UnsettledError for numbers too large to follow.
    """
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if digits.isascii() and digits.isdigit():
        if len(digits) > _MOST_EXPONENT:
            raise UnsettledError(reason="the number is too large to follow")
        return int(text) or tidy(decimals().create_decimal(text))
    if digits in {"Inf", "inf"}:
        return decimals().create_decimal(text)
    mantissa, mark, exponent = _split(digits)
    written = mantissa.replace(".", "", 1)
    if not (written.isascii() and written.isdigit()):
        return None
    if mark:
        power = exponent[1:] if exponent[:1] in {"+", "-"} else exponent
        if not (power.isascii() and power.isdigit()):
            return None
        if len(power) > 5 or int(power) > _MOST_EXPONENT - 200:  # noqa: PLR2004
            raise UnsettledError(reason="the number is too large to follow")
    if len(written) > _MOST_EXPONENT:
        raise UnsettledError(reason="the number is too long to follow")
    if mark not in {"p", "P"}:
        return tidy(decimals().create_decimal(text))
    scale = 1 << int(power)
    number = tidy(decimals().create_decimal(text[: len(text) - len(exponent) - 1]))
    return calculated("/" if exponent.startswith("-") else "*", number, scale)


def _split(digits: str) -> tuple[str, str, str]:
    """Return mantissa, mark and exponent; after `p` stands a power of two."""
    for mark in "eEpP":
        if mark in digits:
            return digits.partition(mark)
    return digits, "", ""


def tidy(number: int | Decimal) -> int | Decimal:
    """Return `number` as a whole number if it is one, else as a decimal.

    Raises UnsettledError if it is too large to follow, RefusedError if it is no number.
    """
    if isinstance(number, int):
        if number.bit_length() > MOST_BITS:
            raise UnsettledError(reason="the number is too large to follow")
        return int(number)
    if number.is_nan():
        raise RefusedError("the result is not a number that Terraform can hold")
    if number.is_infinite():
        return number
    if not number:
        return decimals().create_decimal("-0") if number.is_signed() else 0
    if number == number.to_integral_value():
        if number.adjusted() > _MOST_EXPONENT:
            raise UnsettledError(reason="the number is too large to follow")
        return int(number)
    return number.normalize(decimals())


def number_text(number: int | Decimal) -> str:
    """Return `number` as Terraform writes it into text: all digits, never an exponent."""
    if isinstance(number, int):
        if number.bit_length() > 4 * MOST_BITS:
            raise UnsettledError(reason="the number is too large to write out")
        return str(number)
    if number.is_infinite():
        return "+Inf" if number > 0 else "-Inf"
    written = format(number, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def listed_texts(pattern: object) -> tuple[str, ...]:
    """Return the texts that a pattern like `^(dev|prod)$` lists, and nothing for any other."""
    import re  # noqa: PLC0415 - for `can` of a pattern only

    plain = r"[A-Za-z0-9_\- ]+"
    found = re.fullmatch(
        rf"\^(?:({plain})|\((?:\?:)?({plain}(?:\|{plain})*)\))\$",
        pattern if isinstance(pattern, str) else "",
    )
    return tuple((found[1] or found[2]).split("|")) if found else ()


def general(given: int | Decimal, precision: int | None = None, letter: str = "e") -> str:
    """Return a number in its shortest form: with an exponent below -4, or above 5."""
    if is_infinite(given):
        return number_text(given)
    negative = is_below_zero(given)
    value = decimals().create_decimal(given).copy_abs()
    if precision is not None:
        value = decimals().create_decimal(rounded_text(given, max(precision, 1) - 1, "e"))
    value = value.normalize(decimals())
    exponent = value.adjusted() if value else 0
    digits = len(value.as_tuple().digits)
    limit = _GENERAL_DIGITS if precision is None else max(precision, 1)
    if exponent < -4 or exponent >= limit:  # noqa: PLR2004 - as C's %g has it
        text = exponent_text(format(value, f".{digits - 1}{letter}"))
    else:
        text = number_text(int(value) if value == value.to_integral_value() else value)
    return f"-{text}" if negative else text


def rounded_text(given: int | Decimal, places: int, mode: str) -> str:
    """Return the size of a finite number with so many decimal places, in mode `f`, `e` or `E`."""
    from decimal import Decimal  # noqa: PLC0415 - 3 ms

    return format(Decimal(exact(given)).copy_abs(), f".{places}{mode}")


def exponent_text(digits: str) -> str:
    """Return a number with at least two digits of exponent, as Terraform writes it."""
    mark = "E" if "E" in digits else "e"
    mantissa, _, power = digits.partition(mark)
    return f"{mantissa}{mark}{power[:1]}{power[1:].rjust(2, '0')}"
