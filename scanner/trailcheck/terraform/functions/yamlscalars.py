"""What scalars of YAML say, by the rules of github.com/zclconf/go-cty-yaml 1.1.

They differ from PyYAML's: `017` is seventeen, `0b11` and `1_000` are text, and a bare date becomes
a point in time, so that an unquoted policy version `2012-10-17` is no longer one.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from typing import TYPE_CHECKING

from trailcheck.terraform.functions.base import RefusedError
from trailcheck.terraform.functions.scalars import parse_number

if TYPE_CHECKING:
    from decimal import Decimal

    from trailcheck.condition import Scalar

_TAG = "tag:yaml.org,2002:"
_KINDS = frozenset({"", "str", "int", "float", "bool", "null", "binary", "timestamp"})
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(
        ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"], True
    ),
    **dict.fromkeys(
        ["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"], False
    ),
}
_MAY_SAY_MORE = frozenset("+-.~0123456789yYnNtTfFoO")
"""How anything begins that is not text whatever follows."""
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED = re.compile(r"[-+]?0(?:[xX][0-9a-fA-F]+|[oO]?[0-7]+|[bB][01]+)")
_MOST_BASED = 2**64
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NO_NUMBER = frozenset({".nan", ".NaN", ".NAN"})
_DATE = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:(?:[Tt]| (?!.*[-Z+]))(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(Z|[-+]\d\d:\d\d)?)?",
    re.ASCII,
)


def resolved(tag: str | None, said: str, *, quoted: bool = False) -> Scalar:
    """Return what a scalar says that has a tag, or none. Refused if that is not of its kind."""
    kind = tag.removeprefix(_TAG) if tag is not None and tag.startswith(_TAG) else tag or ""
    if kind not in _KINDS or tag == kind != "":
        raise RefusedError("the YAML text has a tag that is not supported")
    if (not said or said[0] in _MAY_SAY_MORE) and kind not in {"str", "binary"}:
        if quoted:
            return said
        if said in _WORDS:
            return _WORDS[said]
        if _INFINITE.fullmatch(said):
            return parse_number("-Inf" if said.startswith("-") else "Inf")
        if not kind and said in _NO_NUMBER:
            raise RefusedError("what is no number (NaN) is not supported")
        if (found := _number_or_date(kind, said)) is not None:
            return found
    match kind:
        case "int" | "float":
            return _demanded(_number(said.replace("_", "")), kind)
        case "timestamp":
            return _demanded(_point_in_time(said), kind)
        case "bool":
            raise RefusedError("the text is not what its tag says: bool")
        case "null":
            return None
        case "binary":
            _demand_base64(said)
    return said


def _number_or_date(kind: str, said: str) -> Scalar:
    """Return the number or point in time that unquoted text says, or None."""
    if said[0] == ".":
        return parse_number(said)
    if kind in {"", "timestamp"} and (at := _point_in_time(said)) is not None:
        return at
    if _INTEGER.fullmatch(said) or _DECIMAL.fullmatch(said):
        return _demanded(_number(said), "int")
    return None


def _demanded(data: Scalar, kind: str) -> Scalar:
    if data is None:
        raise RefusedError(f"the text is not what its tag says: {kind}")
    return data


def _number(said: str) -> int | Decimal | None:
    number = parse_number(said)
    if number is not None or not _BASED.fullmatch(said):
        return number
    digits = said.lstrip("+-")
    base = {"x": 16, "o": 8, "b": 2}.get(digits[1].lower(), 8)
    value = int(digits[2:] if digits[1].isalpha() else digits, base)
    signed = said[0] in "+-"
    if value >= (_MOST_BASED >> 1 if signed else _MOST_BASED):
        return None
    return -value if said[0] == "-" else value


def _demand_base64(said: str) -> None:
    try:
        a2b_base64(said.replace("\n", "").replace("\r", ""), strict_mode=bool(said))
    except (Base64Error, ValueError):
        raise RefusedError("the text is not base64, as its tag says") from None


def _point_in_time(said: str) -> str | None:
    found = _DATE.fullmatch(said)
    if found is None or (found[4] is not None and (found[7] is None) != (" " in said)):
        return None
    year, month, day, hour, minute, second = (int(found[n] or 0) for n in range(1, 7))
    from datetime import datetime  # noqa: PLC0415 - 2 ms, seldom needed

    try:
        at = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone stays as it is
    except ValueError:
        return None
    zone = found[7] or "Z"
    return f"{at:%Y-%m-%dT%H:%M:%S}{'Z' if zone[1:] == '00:00' else zone}"
