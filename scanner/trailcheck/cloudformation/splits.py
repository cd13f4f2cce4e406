"""Fn::Split: where a delimiter surely is in a text whose parts are not all known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import MOST_ITEMS, Cutter, opaque, parts_of_scalar, show
from trailcheck.record import NamedTuple
from trailcheck.value import Known, Piece, Reference, Sequence, Symbol, Unknown, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.source import Span
    from trailcheck.value import Part, Value

_LETTERS, _DIGITS = frozenset("abcdefghijklmnopqrstuvwxyz"), frozenset("0123456789")


class _Looks(NamedTuple):
    """How a symbol looks: what it holds, starts and ends with, and a pattern of the whole."""

    held: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    whole: str


_LOOKS = {
    "account": _Looks(_DIGITS, _DIGITS, _DIGITS, r"\d{12}"),
    "region": _Looks(_LETTERS | _DIGITS | {"-"}, _LETTERS, _DIGITS, r"[a-z]+(-[a-z]+)+-\d"),
    # The letters of aws, aws-cn, aws-us-gov, aws-iso, aws-iso-b, -e, -f and aws-eusc.
    "partition": _Looks(frozenset("abcefginosuvw-"), frozenset("a"), _LETTERS, "aws"),
    "dns_suffix": _Looks(_LETTERS | _DIGITS | {"-", "."}, _LETTERS, _LETTERS, r"[a-z]\.[a-z]"),
}


def split(
    value: Value,
    delimiter: str,
    span: Span,
    whole: Callable[[Reference | Unknown], bool] = lambda _name: False,
) -> Value:
    """Split a settled text at a delimiter.

    `whole` tells of the name of a resource that it holds no character of the delimiter.
    """
    parts = parts_of_scalar(value)
    if parts is None:
        return opaque("Fn::Split splits text, and this is none", span)
    items: list[list[Part]] = [[]]
    for index, part in enumerate(parts):
        around = [p.text if isinstance(p, Piece) else "" for p in _around(parts, index)]
        if isinstance(part, Piece):
            at, cutter = 0, Cutter((part,))
            for n, said in enumerate(part.text.split(delimiter)):
                if n:
                    items.append([])
                items[-1] += cutter.cut(at, at + len(said))
                at += len(said) + len(delimiter)
        elif _stays_whole(part, delimiter, whole, around):
            items[-1].append(part)
        else:
            reason = "it is split out of a text that is known only after deployment"
            reason = part.reason if isinstance(part, Unknown) else reason
            needs = part.needs if isinstance(part, Unknown) else ()
            name = f'Fn::Split "{delimiter}" of {show(value, span)}'
            return Unknown(name, reason, span, needs=needs)
    if len(items) > MOST_ITEMS:
        return opaque("the list is too long to follow", span)
    return Sequence([text(item, span) if item else Known("", span) for item in items], span)


def _around(parts: tuple[Part, ...], index: int) -> tuple[Part, Part]:
    """Return the parts before and after one; an empty one at the ends."""
    none = Piece("")
    return (
        parts[index - 1] if index else none,
        parts[index + 1] if index + 1 < len(parts) else none,
    )


def _stays_whole(
    part: Reference | Symbol | Unknown,
    delimiter: str,
    whole: Callable[[Reference | Unknown], bool],
    around: list[str],
) -> bool:
    """Tell whether a delimiter surely is nowhere in a symbolic part, nor across its ends."""
    match part:
        case Symbol():
            return not _may_cut(part, delimiter, *around)
        case Reference(attribute="name") | Unknown():
            return whole(part)
        case _:
            return False


def _may_cut(symbol: Symbol, delimiter: str, before: str, after: str) -> bool:
    """Tell whether a delimiter may lie in a symbol, around it, or across one of its ends."""
    looks = _LOOKS[symbol.name]
    if looks.held.issuperset(delimiter) or re.search(looks.whole, delimiter):
        return True
    for n in range(1, len(delimiter)):
        head, tail = delimiter[:n], delimiter[n:]
        ends = looks.held.issuperset(head) and head[-1] in looks.last
        starts = looks.held.issuperset(tail) and tail[0] in looks.first
        if ends and (after.startswith(tail) or tail.startswith(after)):
            return True
        if starts and (before.endswith(head) or head.endswith(before)):
            return True
    return False
