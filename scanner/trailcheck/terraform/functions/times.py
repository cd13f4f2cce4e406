"""Functions on points in time, written as RFC 3339 has them."""

# ruff: noqa: ARG001 - every implementation has the same signature

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

from trailcheck.terraform.functions.arguments import literal
from trailcheck.terraform.functions.base import Function, RefusedError, UnsettledError, by_chance
from trailcheck.terraform.functions.bigfloat import WORD, whole
from trailcheck.value import Known

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value

_STAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
)
_DURATION = re.compile(r"(\d{0,18})(?:\.(\d{0,18}))?(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_UNITS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "\u03bcs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_LONGEST = 2**63
_LEAP_YEAR = 4
"""Stands for the year 0, which Python does not have."""
_MOST_HOURS_AWAY, _MOST_MINUTES_AWAY = 24, 60
_NO_TIME = "this is no point in time as RFC 3339 has it"
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905 - easier to read


def timeadd(call: Call, arguments: list[Value]) -> Value:
    """Return a point in time moved by a duration such as `-1.5h10m`."""
    at, by = _time(literal(arguments[0])), _duration(literal(arguments[1]))
    try:
        return Known(_written(at + by), call.span)
    except OverflowError:
        raise UnsettledError(reason="the time is too far away to follow") from None


def timecmp(call: Call, arguments: list[Value]) -> Value:
    """Return -1, 0 or 1 as the first point in time lies before, at or after the second."""
    first, second = (_instant(literal(a)) for a in arguments)
    return Known(whole((first > second) - (first < second), WORD), call.span)


def formatdate(call: Call, arguments: list[Value]) -> Value:
    """Return a point in time in a format: runs of letters are fields, quotes hold literal text."""
    pattern, at = literal(arguments[0]), _time(literal(arguments[1]))
    pieces: list[str] = []
    place = 0
    while place < len(pattern):
        letter = pattern[place]
        if pattern.startswith("''", place):
            pieces.append("'")
            place += 2
            continue
        if letter == "'":
            said, place = _quotation(pattern, place + 1)
            pieces.append(said)
            continue
        end = place + 1
        while end < len(pattern) and pattern[end] == letter:
            end += 1
        run = pattern[place:end]
        pieces.append(_field(run, at) if letter.isascii() and letter.isalpha() else run)
        place = end
    return Known("".join(pieces), call.span)


def by_nature(call: Call, arguments: list[Value]) -> Value:
    """Leave open the time of the run."""
    raise UnsettledError(reason=f"{call.name} is the time of the run")


def _quotation(pattern: str, place: int) -> tuple[str, int]:
    pieces: list[str] = []
    while True:
        end = pattern.find("'", place)
        if end < 0 and place == len(pattern) and pieces:
            # NOTE: as Terraform has it: two quotes at the end stand for one, and end the text.
            return "".join(pieces), place
        if end < 0:
            raise RefusedError("a quote in the format does not end")
        pieces.append(pattern[place:end])
        if not pattern.startswith("''", end):
            return "".join(pieces), end + 1
        pieces.append("'")
        place = end + 2


def _field(run: str, at: datetime) -> str:
    fields = {
        "YYYY": f"{at.year:04}",
        "YY": f"{at.year % 100:02}",
        "MMMM": _MONTHS[at.month - 1],
        "MMM": _MONTHS[at.month - 1][:3],
        "MM": f"{at.month:02}",
        "M": str(at.month),
        "DD": f"{at.day:02}",
        "D": str(at.day),
        "EEEE": _DAYS[at.weekday()],
        "EEE": _DAYS[at.weekday()][:3],
        "hh": f"{at.hour:02}",
        "h": str(at.hour),
        "HH": f"{(at.hour + 11) % 12 + 1:02}",
        "H": str((at.hour + 11) % 12 + 1),
        "AA": "AM" if at.hour < 12 else "PM",  # noqa: PLR2004 - noon
        "aa": "am" if at.hour < 12 else "pm",  # noqa: PLR2004 - noon
        "mm": f"{at.minute:02}",
        "m": str(at.minute),
        "ss": f"{at.second:02}",
        "s": str(at.second),
    }
    if run in fields:
        return fields[run]
    offset = at.strftime("%z")[:5] or "+0000"
    utc = offset == "+0000"
    zones = {
        "Z": "Z" if utc else f"{offset[:3]}:{offset[3:]}",
        "ZZZ": "UTC" if utc else offset,
        "ZZZZ": offset,
        "ZZZZZ": f"{offset[:3]}:{offset[3:]}",
    }
    if run not in zones:
        raise RefusedError(f"{run[:8]} is no field of a date format")
    return zones[run]


def _instant(said: str) -> int:
    """Return a point in time in nanoseconds; hours of one digit and commas are taken as well."""
    found, at = _stamp(said)
    seconds = at.toordinal() * 86_400 + at.hour * 3600 + at.minute * 60 + at.second
    away = int(found[9] or 0) * 3600 + int(found[10] or 0) * 60
    if int(found[9] or 0) > _MOST_HOURS_AWAY or int(found[10] or 0) > _MOST_MINUTES_AWAY:
        raise RefusedError(_NO_TIME)
    seconds += away if found[8] == "-" else -away
    return seconds * 10**9 + int((found[7] or "0").ljust(9, "0")[:9])


def _time(said: str) -> datetime:
    from datetime import timedelta, timezone  # noqa: PLC0415 - 2 ms, seldom needed

    found, at = _stamp(said)
    hours, minutes = int(found[9] or 0), int(found[10] or 0)
    strict = len(found[4]) == 2 and "," not in said  # noqa: PLR2004 - digits of an hour
    if not strict or hours >= _MOST_HOURS_AWAY or minutes >= _MOST_MINUTES_AWAY:
        raise RefusedError(_NO_TIME)
    away = timedelta(hours=hours, minutes=minutes)
    zone = timezone(-away if found[8] == "-" else away) if away else UTC
    return at.replace(microsecond=int((found[7] or "0").ljust(6, "0")[:6]), tzinfo=zone)


def _stamp(said: str) -> tuple[re.Match[str], datetime]:
    """Return the parts of a point in time, and it to the second, wherever it is."""
    from datetime import datetime  # noqa: PLC0415 - 2 ms, seldom needed

    found = _STAMP.fullmatch(said)
    if found is None:
        raise RefusedError(_NO_TIME)
    year, month, day, hour, minute, second = (int(found[n]) for n in range(1, 7))
    try:
        at = datetime(year or _LEAP_YEAR, month, day, hour, minute, second)  # noqa: DTZ001 - see above
    except ValueError:
        raise RefusedError(_NO_TIME) from None
    if not year:
        raise UnsettledError(reason="the year 0 is not followed")
    return found, at


def _duration(said: str) -> timedelta:
    from datetime import timedelta  # noqa: PLC0415 - 2 ms, seldom needed

    digits = said[1:] if said[:1] in {"+", "-"} else said
    total, at = 0, 0
    while at < len(digits) and digits != "0":
        found = _DURATION.match(digits, at)
        if found is None or not (found[1] or found[2]):
            raise RefusedError("this is no duration")
        unit = _UNITS[found[3]]
        total += int(found[1] or 0) * unit
        if found[2]:
            total += int(found[2]) * unit // 10 ** len(found[2])
        at = found.end()
    if not digits or total >= _LONGEST:
        raise RefusedError("this is no duration")
    return timedelta(microseconds=(-total if said.startswith("-") else total) // 1000)


def _written(at: datetime) -> str:
    base = f"{at.year:04}-{at.month:02}-{at.day:02}T{at.hour:02}:{at.minute:02}:{at.second:02}"
    offset = at.strftime("%z")[:5]
    return base + ("Z" if offset in {"", "+0000"} else f"{offset[:3]}:{offset[3:]}")


FUNCTIONS: dict[str, Function] = {
    "formatdate": Function(formatdate, 2, 2),
    "plantimestamp": Function(by_nature, 0, 0),
    "timeadd": Function(timeadd, 2, 2),
    "timecmp": Function(timecmp, 2, 2),
    "timestamp": Function(by_chance, 0, 0),
}
