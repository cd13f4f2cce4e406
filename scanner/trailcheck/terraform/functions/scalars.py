"""Numbers as Terraform keeps and writes them: 512 bits, all digits, no exponent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.functions.base import RefusedError, UnsettledError

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

    Terraform takes a sign, a point and an exponent, but no spaces, underscores or other bases.
    Raises UnsettledError for numbers too large to follow.
    """
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if digits.isascii() and digits.isdigit():
        if len(digits) > _MOST_EXPONENT:
            raise UnsettledError(reason="the number is too large to follow")
        return int(text)
    whole, _, exponent = digits.replace("E", "e").partition("e")
    mantissa = whole.replace(".", "", 1)
    if not (mantissa.isascii() and mantissa.isdigit()):
        return None
    if "e" in digits.lower():
        power = exponent[1:] if exponent[:1] in {"+", "-"} else exponent
        if not (power.isascii() and power.isdigit()):
            return None
        if len(power) > 5 or int(power) > _MOST_EXPONENT - 200:  # noqa: PLR2004
            raise UnsettledError(reason="the number is too large to follow")
    if len(mantissa) > _MOST_EXPONENT:
        raise UnsettledError(reason="the number is too long to follow")
    return tidy(decimals().create_decimal(text))


def tidy(number: float | Decimal) -> int | Decimal:
    """Return `number` as a whole number if it is one, else as a decimal.

    Raises UnsettledError if it is too large to follow, RefusedError if it is no number.
    """
    if isinstance(number, int):
        if number.bit_length() > MOST_BITS:
            raise UnsettledError(reason="the number is too large to follow")
        return int(number)
    from decimal import Decimal  # noqa: PLC0415 - 3 ms

    if isinstance(number, float):
        if number != number:  # noqa: PLR0124 - NaN
            raise RefusedError("the result is not a number that Terraform can hold")
        if number in {float("inf"), float("-inf")}:
            raise UnsettledError(reason="the result is infinite")
        number = Decimal(repr(number))
    if not number.is_finite():
        raise RefusedError("the result is not a number that Terraform can hold")
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
    negative = given < 0
    value = decimals().create_decimal(-given if negative else given).normalize()
    if precision is not None:
        value = decimals().create_decimal(format(value, f".{max(precision, 1) - 1}e")).normalize()
    exponent = value.adjusted() if value else 0
    digits = len(value.as_tuple().digits)
    limit = _GENERAL_DIGITS if precision is None else max(precision, 1)
    if exponent < -4 or exponent >= limit:  # noqa: PLR2004 - as C's %g has it
        text = exponent_text(format(value, f".{digits - 1}{letter}"))
    else:
        text = number_text(int(value) if value == value.to_integral_value() else value)
    return f"-{text}" if negative else text


def exponent_text(digits: str) -> str:
    """Return a number with at least two digits of exponent, as Terraform writes it."""
    mark = "E" if "E" in digits else "e"
    mantissa, _, power = digits.partition(mark)
    return f"{mantissa}{mark}{power[:1]}{power[1:].rjust(2, '0')}"
