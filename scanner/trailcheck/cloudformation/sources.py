"""Texts of templates as one stack reads them: a copy of a file, or what another file holds."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from trailcheck.source import Position, Source, Span

if TYPE_CHECKING:
    from trailcheck.value import Piece


class StackSource(Source):
    """The text of a template as one nested stack reads it; its places are shown in the file."""

    __slots__ = ("file", "prefix")

    def __init__(self, file: Source, prefix: str) -> None:
        super().__init__(file.path, file.data)
        self.file = file
        self.prefix = prefix

    @property
    def identity(self) -> str:
        return f"{self.prefix}{self.path}"

    def shown(self, span: Span) -> Span:
        return Span(self.file, span.start, span.end)


class BodySource(Source):
    """A template that is written inside another one."""

    __slots__ = ("_pieces", "_starts", "address", "around")

    def __init__(self, text: str, pieces: tuple[Piece, ...], around: Span, address: str) -> None:
        """`pieces` are the parts of the text with their places, `around` is the whole property."""
        super().__init__(around.source.path, text.encode("utf-8", "replace"))
        self.around = around
        self.address = address
        self._pieces = pieces
        self._starts = [0]
        for piece in pieces:
            self._starts.append(self._starts[-1] + len(piece.text.encode("utf-8", "replace")))

    @property
    def identity(self) -> str:
        return f"{self.address}/{self.path}"

    @property
    def origin(self) -> str:
        return f"in the template of {self.address}"

    def shown(self, span: Span) -> Span:
        """Return the same text in the template around, or the property if it is not there."""
        start, end = self._at(span.start), self._at(span.end)
        found = self.around
        if start is not None and end is not None and start <= end:
            found = found.source.span(start, end)
        return found.source.shown(found)

    def position(self, offset: int) -> Position:
        place = self.shown(self.span(offset, offset))
        return place.source.position(place.start)

    def line(self, number: int) -> str:
        return self.around.source.line(number)

    def _at(self, offset: int) -> int | None:
        index = min(bisect_right(self._starts, offset), len(self._pieces)) - 1
        piece = self._pieces[index] if index >= 0 else None
        if piece is None or not piece.exact or piece.span is None:
            return None
        return piece.span.start + offset - self._starts[index]
