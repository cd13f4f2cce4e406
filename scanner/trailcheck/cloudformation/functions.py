"""What the intrinsic functions do to values: pure, bounded, and the same for every spelling.

A function of values that turn on unknown conditions turns on the same conditions: `lift` takes the
conditions out, so that the functions themselves only ever see settled values.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, assert_never

from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
    assume,
    choose,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trailcheck.condition import Condition
    from trailcheck.source import Span
    from trailcheck.value import Part, Value

MOST_BRANCHES = 64
MOST_CHARACTERS = 1_000_000
MOST_ITEMS = 100_000
_LONGEST_NAME = 300
_LONG = 20_000

NO_VALUE = Known(None)
"""What `AWS::NoValue` evaluates to. Null itself is refused, so that it means nothing else."""

PSEUDO = {
    "account": "AWS::AccountId",
    "region": "AWS::Region",
    "partition": "AWS::Partition",
    "dns_suffix": "AWS::URLSuffix",
}

_RESOLVE = "{{resolve:"
_HOLE = "\ufffc"
_DYNAMIC = re.compile(r"\{\{resolve:(?:[^{}]|\$\{[^{}]*\})*+\}\}")


def opaque(reason: str, span: Span, needs: tuple[str, ...] = ()) -> Unknown:
    """Return what is unknown for a reason of its own, and equal only to itself."""
    name = f"{span.source.identity}:{span.start}"
    return Unknown(name, reason, span, needs=needs or (f"the value at {where(span)}",))


def where(span: Span) -> str:
    """Return the file and line of a place, as a person looks it up."""
    return f"{span.source.path}:{span.first.line}"


def branches(value: Value) -> int:
    """Count the settled values that a value may turn out to be; `MOST_BRANCHES` by design."""
    if not isinstance(value, Choice):
        return 1
    return branches(value.then) + branches(value.otherwise)


def decide(condition: Condition, then: Value, otherwise: Value, span: Span) -> Value:
    """Return the choice between two values, unless it turns on too much."""
    if branches(then) + branches(otherwise) > MOST_BRANCHES:
        return opaque("it turns on too many conditions to follow", span)
    return choose(condition, then, otherwise, span)


def lift(values: Iterable[Value], build: Callable[[list[Value]], Value], span: Span) -> Value:
    """Apply `build`, a function of settled values, to values that may turn on conditions."""
    budget = MOST_BRANCHES

    def apply(given: list[Value]) -> Value:
        nonlocal budget
        turning = next((value for value in given if isinstance(value, Choice)), None)
        if turning is None:
            return build(given)
        budget -= 1
        if budget <= 0:
            return opaque("it turns on too many conditions to follow", span)
        condition = turning.condition
        then = apply([assume(value, condition, holds=True) for value in given])
        otherwise = apply([assume(value, condition, holds=False) for value in given])
        return decide(condition, then, otherwise, span)

    return apply(list(values))


def each_branch(value: Value, change: Callable[[Value], Value]) -> Value:
    """Return `value` with every settled value that it may be changed."""
    if not isinstance(value, Choice):
        return change(value)
    then, otherwise = each_branch(value.then, change), each_branch(value.otherwise, change)
    if then is value.then and otherwise is value.otherwise:
        return value
    chosen = choose(value.condition, then, otherwise, value.span)
    if isinstance(chosen, Choice):
        chosen.via = value.via
    return chosen


def may_lack(value: Value) -> bool:
    """Tell whether a value is `AWS::NoValue` on some branch."""
    if isinstance(value, Choice):
        return may_lack(value.then) or may_lack(value.otherwise)
    return isinstance(value, Known) and value.data is None


def spell(value: Known) -> str:
    """Return a scalar as CloudFormation turns it to text."""
    if isinstance(value.data, bool):
        return "true" if value.data else "false"
    return "" if value.data is None else str(value.data)


def parts_of_scalar(value: Value) -> tuple[Part, ...] | None:
    """Return the parts of a settled value that may stand in a text, else None."""
    match value:
        case Known(data=None):
            return None
        case Known():
            return value.pieces or (Piece(spell(value), value.span),)
        case Text():
            return value.parts
        case Reference() | Symbol() | Unknown():
            return (value,)
        case Encoded():
            said = dump(value.value)
            return None if said is None else (Piece(said, value.span),)
        case Sequence() | Mapping() | Handle() | Choice():
            return None
        case _:
            assert_never(value)


def concatenate(groups: Iterable[tuple[Part, ...]], between: str, span: Span) -> Value:
    """Join groups of parts to one text, with `between` between them."""
    parts: list[Part] = []
    size = 0
    for index, group in enumerate(groups):
        if index and between:
            parts.append(Piece(between))
            size += len(between)
        parts += group
        size += sum(len(part.text) for part in group if isinstance(part, Piece))
        if size > MOST_CHARACTERS or len(parts) > MOST_ITEMS:
            return opaque("its text is too long to follow", span)
    return place(resolve(text(parts, span), span), span)


def place(value: Value, span: Span) -> Value:
    """Return the same value as written at `span`."""
    if value.span == span:
        return value
    steps = value.via
    copy = value.through(span, "")
    copy.span, copy.via = span, steps
    return copy


def resolve(value: Value, span: Span) -> Value:
    """Replace dynamic references (`{{resolve:ssm:/name}}`), which only deployment resolves.

    What a reference names may have symbolic parts; each of them counts as one character here.
    """
    match value:
        case Known(data=str() as said) if _RESOLVE in said:
            parts: tuple[Part, ...] = value.pieces or (Piece(said, value.span),)
        case Text() if any(isinstance(part, Piece) for part in value.parts):
            parts = value.parts
            said = "".join(part.text if isinstance(part, Piece) else _HOLE for part in parts)
            if _RESOLVE not in said:
                return value
        case _:
            return value
    found: list[Part] = []
    at = 0
    for match in _DYNAMIC.finditer(said):
        found += _slice(parts, at, match.start())
        name = "".join(map(_show_part, _slice(parts, match.start(), match.end())))
        found.append(_dynamic(name, span))
        at = match.end()
    if not found:
        return _dynamic(show(value, span).strip('"'), span)
    found += _slice(parts, at, len(said))
    return text(found, span, value.via)


def _slice(parts: Iterable[Part], start: int, end: int) -> Iterator[Part]:
    """Yield what lies between two characters of a text, symbolic parts counted as one each."""
    begin = 0
    for part in parts:
        stop = begin + (len(part.text) if isinstance(part, Piece) else 1)
        if stop > start and begin < end:
            if isinstance(part, Piece):
                yield from Cutter((part,)).cut(max(start - begin, 0), min(end, stop) - begin)
            else:
                yield part
        begin = stop


def _dynamic(written: str, span: Span) -> Unknown:
    reason = f"the dynamic reference {written} is resolved when the stack is deployed"
    return Unknown(written, reason, span, needs=(written,))


class Cutter:
    """Cuts a text that is made of pieces, so that what is cut keeps its places."""

    __slots__ = ("_pieces", "_starts")

    def __init__(self, pieces: tuple[Piece, ...]) -> None:
        self._pieces = pieces
        self._starts = [0]
        for piece in pieces:
            self._starts.append(self._starts[-1] + len(piece.text))

    def cut(self, start: int, end: int) -> tuple[Piece, ...]:
        """Return characters `start` up to `end`."""
        found: list[Piece] = []
        index = max(bisect_right(self._starts, start) - 1, 0)
        while start < end and index < len(self._pieces):
            begin = self._starts[index]
            stop = min(end, self._starts[index + 1])
            if stop > start:
                found.append(_within(self._pieces[index], start - begin, stop - begin))
                start = stop
            index += 1
        return tuple(found)


def _within(piece: Piece, start: int, end: int) -> Piece:
    said = piece.text[start:end]
    ascii_only = piece.text.isascii()
    # NOTE: counting bytes from the start for every cut would take quadratic time in a long text.
    if piece.span is None or not piece.exact or not (ascii_only or len(piece.text) < _LONG):
        return Piece(said, piece.span)
    before = start if ascii_only else len(piece.text[:start].encode("utf-8", "replace"))
    size = end - start if ascii_only else len(said.encode("utf-8", "replace"))
    at = piece.span.start + before
    return Piece(said, piece.span.source.span(at, at + size), exact=True)


def show(value: Value, span: Span) -> str:
    """Return a name for a settled value, the same wherever it is written."""
    said = _show(value)
    if said is None or len(said) > _LONGEST_NAME:
        return f"{(said or '')[:100]}… at {span.source.identity}:{span.start}"
    return said


def _show(value: Value) -> str | None:
    match value:
        case Known(data=str()):
            return f'"{value.data}"'
        case Known():
            return spell(value)
        case Unknown():
            return value.name
        case Symbol():
            name = PSEUDO.get(value.name, value.name)
            return f"{value.scope}/{name}" if value.scope else name
        case Reference():
            return f"{value.address}.{value.attribute}"
        case Text():
            return '"' + "".join(_show_part(part) for part in value.parts) + '"'
        case Sequence() | Mapping() | Encoded():
            return dump(value.value if isinstance(value, Encoded) else value)
        case Handle() | Choice():
            return None
        case _:
            assert_never(value)


def _show_part(part: Part) -> str:
    return part.text if isinstance(part, Piece) else f"${{{_show(part)}}}"


def dump(value: Value) -> str | None:
    """Return the JSON text of a value, or None unless code settles all of it."""
    plain = _plain(value, [MOST_ITEMS])
    if plain is _OPEN:
        return None
    import json  # noqa: PLC0415 - rare

    return json.dumps(plain, separators=(",", ":"), default=str)


_OPEN = object()


def _plain(value: Value, budget: list[int]) -> object:
    budget[0] -= 1
    if budget[0] < 0:
        return _OPEN
    match value:
        case Known():
            return value.data
        case Sequence():
            items = [_plain(item, budget) for item in value.items]
            return _OPEN if _OPEN in items else items
        case Mapping():
            members = {key: _plain(item, budget) for key, item in value.items.items()}
            return _OPEN if _OPEN in members.values() else members
        case _:
            return _OPEN


def made_of(name: str, value: Unknown, span: Span) -> Unknown:
    """Return the unknown result of a function of an unknown."""
    return Unknown(
        f"{name} of {value.name}",
        value.reason,
        span,
        needs=value.needs,
        refused=value.refused,
        refusal=value.refusal,
    )


def known_later(name: str, value: Value, span: Span) -> Unknown:
    """Return the result of a function of an attribute that is a list once it is deployed."""
    said = show(value, span)
    reason = f"{said} is known only after deployment"
    return Unknown(f"{name} of {said}", reason, span, needs=(said,))
