"""Texts of templates as one stack reads them: a copy of a file, or what other code holds."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from trailcheck.source import Position, Source, Span

if TYPE_CHECKING:
    from trailcheck.value import Piece, Value


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
    """A template that other code holds, in a text of its own or in a file that it reads."""

    __slots__ = ("_pieces", "_starts", "address", "around", "holes")

    def __init__(
        self, pieces: tuple[Piece, ...], around: Span, address: str, holes: tuple[Value, ...] = ()
    ) -> None:
        """`pieces` are the parts of the text with their places, `around` is where all of it is.

        `holes` are the values that its marks stand for (see `holes.py`).
        """
        text = "".join(piece.text for piece in pieces)
        super().__init__(around.source.path, text.encode("utf-8", "replace"))
        self.holes = holes
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
        """Return the same text in the code around, or all of it if it is not there."""
        first, last = self._at(span.start), self._at(max(span.end - 1, span.start))
        found = first or self.around
        if first is not None and last is not None and last.source is first.source:
            found = first.to(last) if span.end > span.start else first._replace(end=first.start)
        return found.source.shown(found)

    def position(self, offset: int) -> Position:
        place = self.shown(self.span(offset, offset))
        return place.source.position(place.start)

    def line(self, number: int) -> str:
        return self.around.source.line(number)

    @property
    def files(self) -> set[str]:
        """The files that its text stands in."""
        return {piece.span.source.path for piece in self._pieces if piece.exact and piece.span}

    def _at(self, offset: int) -> Span | None:
        """Return the place of one byte."""
        index = min(bisect_right(self._starts, offset), len(self._pieces)) - 1
        piece = self._pieces[index] if index >= 0 else None
        if piece is None or piece.span is None or not piece.exact:
            return None if piece is None else piece.span
        at = piece.span.start + offset - self._starts[index]
        return piece.span.source.span(at, at + 1)
