"""JSON text that was assembled from pieces, such as a policy in a heredoc, to a value with places.

Pieces are text, or values known only after deployment; the spans of the value point into the file.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, assert_never

from trailcheck.jsontext import (
    HOLE,
    JsonArray,
    JsonError,
    JsonHole,
    JsonLiteral,
    JsonNumber,
    JsonObject,
    JsonString,
    parse,
    unescape,
)
from trailcheck.shape import EACH
from trailcheck.value import Known, Mapping, Piece, Sequence, Unknown, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.jsontext import JsonNode
    from trailcheck.source import Span
    from trailcheck.value import Part, Value


def decode_parts(parts: Iterable[Part], span: Span | None = None) -> Value:
    """Read JSON text made of parts into a value; `span` is the place of what has no place itself.

    A symbolic part inside a string makes a text of parts; one that stands where a value is expected
    is that value. An object with a symbolic key is Unknown. Raises JsonError, with an offset into
    the joined text in which every symbolic part counts as one character.
    """
    layout = _Layout(parts, span)
    return layout.value(parse(layout.joined, gapped=True))


class _Layout:
    """Parts joined to one text, and the way back from an offset in it to parts and places."""

    __slots__ = ("ascii", "joined", "parts", "span", "starts")

    def __init__(self, parts: Iterable[Part], span: Span | None) -> None:
        self.parts = tuple(parts)
        self.span = span
        self.starts: list[int] = []
        texts, at = [], 0
        for part in self.parts:
            said = part.text if isinstance(part, Piece) else HOLE
            if isinstance(part, Piece) and HOLE in said:
                message = "a raw control character cannot stand in JSON"
                raise JsonError(message, at + said.index(HOLE))
            self.starts.append(at)
            texts.append(said)
            at += len(said)
        self.joined = "".join(texts)
        self.ascii = self.joined.isascii()

    def value(self, node: JsonNode) -> Value:
        """Turn a node into a value with places."""
        span = self._place(node.start, node.end)
        match node:
            case JsonObject():
                return self._mapping(node, span)
            case JsonArray():
                return Sequence([self.value(item) for item in node.items], span, of=EACH)
            case JsonString():
                return self._string(node, span)
            case JsonNumber():
                return Known(node.scalar, span)
            case JsonLiteral():
                return Known(node.data, span)
            case JsonHole():
                part = self.parts[self._index(node.start)]
                assert not isinstance(part, Piece)
                return part
            case _:
                assert_never(node)

    def _mapping(self, node: JsonObject, span: Span | None) -> Value:
        items: dict[str, Value] = {}
        key_spans: dict[str, Span] = {}
        for key, member in node.members:
            if HOLE in self.joined[key.start : key.end]:
                return self._open_keys(node, key, span)
            place = self._place(key.start, key.end)
            # NOTE: IAM and every AWS service take the last of two equal keys, or refuse both.
            items[key.text] = self.value(member)
            if place is not None:
                key_spans[key.text] = place
        return Mapping(items, span, key_spans=key_spans, of=EACH)

    def _open_keys(self, node: JsonObject, key: JsonString, span: Span | None) -> Unknown:
        """Return an object one of whose keys is known only after deployment."""
        needs: list[str] = []
        shown = self.joined[node.start : node.end]
        for index in range(self._index(node.start), self._index(node.end - 1) + 1):
            part = self.parts[index]
            if isinstance(part, Piece):
                continue
            needs += part.needs if isinstance(part, Unknown) else ()
            shown = shown.replace(HOLE, "${" + repr(part) + "}", 1)
        return Unknown(
            shown,
            "an object has a key that code does not settle",
            self._place(key.start, key.end) or span,
            needs=tuple(dict.fromkeys(needs)),
        )

    def _string(self, node: JsonString, span: Span | None) -> Value:
        start, end = node.start + 1, node.end - 1
        parts: list[Part] = []
        while start < end:
            index = self._index(start)
            part = self.parts[index]
            hole = self.joined.find(HOLE, start, end)
            stop = min(self._limit(index), end)
            if not isinstance(part, Piece):
                parts.append(part)
            elif "\\" in self.joined[start : hole if hole >= 0 else end]:
                # An escape may straddle pieces, so that all up to the next hole is one.
                stop = hole if hole >= 0 else end
                said = unescape(self.joined[start:stop])
                parts.append(Piece(said, self._place(start, stop)))
            else:
                place = self._place(start, stop)
                parts.append(Piece(self.joined[start:stop], place, part.exact))
            start = stop
        return text(parts, span) if parts else Known("", span)

    def _index(self, offset: int) -> int:
        """Return the index of the part that holds the character at `offset`."""
        return bisect_right(self.starts, offset) - 1

    def _place(self, start: int, end: int) -> Span | None:
        """Return the region of the file behind characters `start` up to `end`."""
        if not self.parts:
            return self.span
        first, last = self._index(start), self._index(max(start, end - 1))
        head = self._part_place(first, start, min(end, self._limit(first)))
        if first == last or head is None:
            return head
        tail = self._part_place(last, self.starts[last], end)
        if tail is None or tail.source is not head.source or tail.start < head.start:
            return head
        return head.to(tail)

    def _limit(self, index: int) -> int:
        return self.starts[index + 1] if index + 1 < len(self.starts) else len(self.joined)

    def _part_place(self, index: int, start: int, end: int) -> Span | None:
        part = self.parts[index]
        if part.span is None:
            return self.span
        if not isinstance(part, Piece) or not part.exact:
            return part.span
        begin = self.starts[index]
        before, within = part.text[: start - begin], part.text[start - begin : end - begin]
        if self.ascii:
            offset, size = len(before), len(within)
        else:
            offset, size = len(before.encode()), len(within.encode())
        at = part.span.start + offset
        return part.span.source.span(at, at + size)
