"""Text with symbolic parts: what can be said of it, whatever the parts turn out to be.

An account id has digits only, a Region no colon, a name of an AWS resource no asterisk. Where the
letters that a part may hold settle a question, it is settled; where not, the answer is None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck.record import NamedTuple
from trailcheck.source import Span
from trailcheck.terraform.functions.base import UnsettledError
from trailcheck.value import Piece, Reference, Symbol, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.value import Part

_DIGITS = frozenset("0123456789")
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_NAME = _DIGITS | _LOWER | _UPPER | frozenset("._-/#+=,@")
_SYMBOLS = {
    "account": _DIGITS,
    "region": _LOWER | _DIGITS | {"-"},
    "partition": _LOWER | {"-"},
    "dns_suffix": _LOWER | _DIGITS | {".", "-"},
}
_FREE_NAMES = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm", "aws_kms_alias")
_MOST_SEARCH = 200


class Literal(NamedTuple):
    """Literal text between symbolic parts, with the pieces that it is made of."""

    text: str
    pieces: tuple[Piece, ...]


Symbolic: TypeAlias = Reference | Symbol | Unknown
Chunk: TypeAlias = Literal | Symbolic


def chunks_of(parts: Iterable[Part]) -> list[Chunk]:
    """Return parts with neighbouring pieces joined, so that text can be searched across them."""
    result: list[Chunk] = []
    run: list[Piece] = []
    for part in parts:
        if isinstance(part, Piece):
            if part.text:
                run.append(part)
            continue
        if run:
            result.append(_literal(run))
            run = []
        result.append(part)
    if run:
        result.append(_literal(run))
    return result


def parts_in(chunks: Iterable[Chunk]) -> list[Part]:
    """Return the parts that chunks are made of."""
    result: list[Part] = []
    for chunk in chunks:
        if isinstance(chunk, Literal):
            result.extend(chunk.pieces)
        else:
            result.append(chunk)
    return result


def letters(part: Symbolic) -> frozenset[str] | None:
    """Return the characters that `part` can be made of, or None if it may hold any."""
    match part:
        case Symbol(name=name):
            return _SYMBOLS.get(name)
        case Reference(address=address, attribute="arn" | "name" as attribute):
            kind = address.rpartition("module.")[2].split(".")
            if any(free in kind for free in _FREE_NAMES):
                return None
            if attribute == "arn":
                return _NAME | {":"}
            # IAM: names of roles have no slash; what looks like one is their path.
            return _NAME - {"/", "#"} if "aws_iam_role" in kind else _NAME
        case _:
            return None


def is_empty(chunks: list[Chunk]) -> bool | None:
    """Tell whether the text is empty; None if that depends on unknown parts."""
    if not chunks:
        return True
    return None if all(isinstance(c, Unknown) for c in chunks) else False


def cut(literal: Literal, start: int, end: int | None = None) -> Literal:
    """Return characters `start` to `end` of literal text; its pieces keep their exact places."""
    end = len(literal.text) if end is None else end
    pieces: list[Piece] = []
    at = 0
    for piece in literal.pieces:
        first, last = max(start - at, 0), min(end - at, len(piece.text))
        if first < last:
            pieces.append(_cut_piece(piece, first, last))
        at += len(piece.text)
    return Literal(literal.text[start:end], tuple(pieces))


def cut_all(literal: Literal, places: list[int], length: int) -> list[list[Piece]]:
    """Return what stands between the given places, each of which takes `length` characters."""
    starts = [0, *(place + length for place in places)]
    ends = [*places, len(literal.text)]
    result: list[list[Piece]] = [[] for _ in starts]
    which = at = 0
    for piece in literal.pieces:
        past = at + len(piece.text)
        while which < len(starts):
            first, last = max(starts[which], at), min(ends[which], past)
            if first < last:
                result[which].append(_cut_piece(piece, first - at, last - at))
            if ends[which] > past or (ends[which] == past and which == len(starts) - 1):
                break
            which += 1
        at = past
    return result


def as_literal(found: list[Chunk]) -> str | None:
    """Return the whole text if it has no symbolic part."""
    if not found:
        return ""
    only = found[0]
    return only.text if len(found) == 1 and isinstance(only, Literal) else None


def find_all(chunks: list[Chunk], search: str) -> list[list[int]]:
    """Return for each chunk where `search` stands in it, without overlaps, from the left.

    Raises UnsettledError if it may stand in, or reach into, a symbolic part.
    """
    _must_not_touch(chunks, search)
    found: list[list[int]] = []
    for chunk in chunks:
        places: list[int] = []
        if isinstance(chunk, Literal):
            at = chunk.text.find(search)
            while at >= 0:
                places.append(at)
                at = chunk.text.find(search, at + len(search))
        found.append(places)
    return found


def contains(chunks: list[Chunk], search: str) -> bool | None:
    """Tell whether `search` stands anywhere in the text; None if that depends on symbolic parts."""
    if any(isinstance(c, Literal) and search in c.text for c in chunks):
        return True
    try:
        _must_not_touch(chunks, search)
    except UnsettledError:
        return None
    return not search


def starts(chunks: list[Chunk], prefix: str) -> bool | None:
    """Tell whether the text starts with `prefix`; None if that depends on symbolic parts."""
    if not prefix:
        return True
    head = chunks[0] if chunks else None
    if isinstance(head, Literal) and head.text.startswith(prefix):
        return True
    if isinstance(head, Reference) and head.attribute == "arn" and "arn:".startswith(prefix):
        return True
    return None if _may_go_on(chunks, 0, prefix) else False


def ends(chunks: list[Chunk], suffix: str) -> bool | None:
    """Tell whether the text ends with `suffix`; None if that depends on symbolic parts."""
    if not suffix:
        return True
    tail = chunks[-1] if chunks else None
    if isinstance(tail, Literal) and tail.text.endswith(suffix):
        return True
    return None if _may_go_on(_mirrored(chunks), 0, suffix[::-1]) else False


def may_equal(chunks: list[Chunk], said: str) -> bool:
    """Tell whether the text can be `said`, for some content of its symbolic parts."""
    head = chunks[0] if chunks else None
    if isinstance(head, Reference) and head.attribute == "arn" and not said.startswith("arn:"):
        return False
    places = {0}
    for chunk in chunks:
        after: set[int] = set()
        if isinstance(chunk, Literal):
            after = {p + len(chunk.text) for p in places if said.startswith(chunk.text, p)}
        else:
            allowed = letters(chunk)
            least = 0 if isinstance(chunk, Unknown) else 1
            for place in places:
                end = place
                while end < len(said) and (allowed is None or said[end] in allowed):
                    end += 1
                after.update(range(place + least, end + 1))
        if not after:
            return False
        places = after
        if len(places) * len(chunks) > 100_000:  # noqa: PLR2004 - a bound on the work
            return True
    return len(said) in places


def _must_not_touch(chunks: list[Chunk], search: str) -> None:
    """Raise UnsettledError if `search` may stand in, or reach into, a symbolic part."""
    for index, chunk in enumerate(chunks):
        if isinstance(chunk, Literal):
            following = chunks[index + 1] if index + 1 < len(chunks) else None
            if following is None:
                continue
            tail = chunk.text[-(len(search) - 1) :] if len(search) > 1 else ""
            reach = any(
                search.startswith(tail[i:])
                and _may_go_on(chunks, index + 1, search[len(tail) - i :])
                for i in range(len(tail))
            )
            if reach:
                raise UnsettledError(None if isinstance(following, Literal) else following)
        elif _may_go_on(chunks, index, search):
            raise UnsettledError(chunk)


def _may_go_on(chunks: list[Chunk], index: int, rest: str) -> bool:
    """Tell whether `rest` may follow from the start, or from within, the chunk at `index`."""
    if len(rest) > _MOST_SEARCH:
        rest = rest[:_MOST_SEARCH]
    lefts = {len(rest)}
    for chunk in chunks[index : index + len(rest)]:
        after: set[int] = set()
        for left in lefts:
            wanted = rest[len(rest) - left :]
            if isinstance(chunk, Literal):
                both = min(left, len(chunk.text))
                if chunk.text[:both] == wanted[:both]:
                    after.add(left - both)
                continue
            allowed = letters(chunk)
            least = 0 if isinstance(chunk, Unknown) else 1
            taken = 0
            while taken < left and (allowed is None or wanted[taken] in allowed):
                taken += 1
            after.update(left - n for n in range(least, taken + 1))
        if 0 in after:
            return True
        if not after:
            return False
        lefts = after
    # NOTE: past the end of the text nothing follows; past the bound on chunks anything may.
    return index + len(rest) < len(chunks)


def _mirrored(chunks: list[Chunk]) -> list[Chunk]:
    return [Literal(c.text[::-1], ()) if isinstance(c, Literal) else c for c in reversed(chunks)]


def _literal(run: list[Piece]) -> Literal:
    return Literal("".join(p.text for p in run), tuple(run))


def _cut_piece(piece: Piece, start: int, end: int) -> Piece:
    if start == 0 and end == len(piece.text):
        return piece
    if piece.span is None or not piece.exact:
        return Piece(piece.text[start:end], piece.span)
    before = len(piece.text[:start].encode("utf-8", "surrogatepass"))
    length = len(piece.text[start:end].encode("utf-8", "surrogatepass"))
    first = piece.span.start + before
    return Piece(piece.text[start:end], Span(piece.span.source, first, first + length), exact=True)
