"""The text of one file, and regions in it.

A `Span` is a half-open range of byte offsets into the UTF-8 text of its `Source`. Lines and columns
are worked out only when a report asks for them: most spans are never shown.
"""

from __future__ import annotations

from bisect import bisect_right

from trailcheck.record import NamedTuple


class Position(NamedTuple):
    """A place for people: line and column count from 1, columns count Unicode code points."""

    line: int
    column: int


_new = tuple.__new__


class Source:
    """One file: its path relative to the repository, with forward slashes, and its content."""

    __slots__ = ("_bytes_at", "_lines", "data", "path")

    def __init__(self, path: str, data: bytes) -> None:
        """Hold `data`, which must be valid UTF-8 without a byte order mark (see `decode`)."""
        self.path = path
        self.data = data
        self._lines: list[int] | None = None
        self._bytes_at: list[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.path!r})"

    @property
    def text(self) -> str:
        """The whole content as text."""
        return self.data.decode("utf-8")

    def position(self, offset: int) -> Position:
        """Tell the line and column of the byte at `offset`; only line feeds end lines."""
        starts = self._line_starts()
        line = bisect_right(starts, offset) - 1
        before = self.data[starts[line] : offset]
        column = len(before) if before.isascii() else len(before.decode("utf-8", "replace"))
        return Position(line + 1, column + 1)

    def line(self, number: int) -> str:
        """Return line `number`, counted from 1, without its line break; empty past the end."""
        starts = self._line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.data)
        return self.data[starts[number - 1] : end].decode("utf-8", "replace").rstrip("\r\n")

    def line_start(self, number: int) -> int:
        """Return the offset of the first byte of line `number`, which must be in the text."""
        return self._line_starts()[number - 1]

    def offset(self, line: int, column: int) -> int:
        """Return the byte of a line and column, both counted from 1 and cut at the end."""
        starts = self._line_starts()
        if not 1 <= line <= len(starts):
            return len(self.data) if line > len(starts) else 0
        said = self.line(line)[: max(column - 1, 0)]
        return starts[line - 1] + len(said.encode("utf-8", "replace"))

    def byte_offset(self, character: int) -> int:
        """Turn an offset in code points into one in bytes, for parsers that count characters."""
        if self._bytes_at is None:
            if self.data.isascii():
                return character
            table, total = [0], 0
            for letter in self.text:
                total += len(letter.encode("utf-8", "surrogatepass"))
                table.append(total)
            self._bytes_at = table
        return self._bytes_at[min(character, len(self._bytes_at) - 1)]

    def span(self, start: int, end: int) -> Span:
        """Return the region from byte `start` up to, not including, byte `end`."""
        # NOTE: half of all records of a scan are made here, and this is half of what one costs.
        return _new(Span, (self, start, end))

    @property
    def identity(self) -> str:
        """What tells this text from every other, also from the same file read for another stack."""
        return self.path

    @property
    def origin(self) -> str:
        """What to say of a place in this text, if it is not the user's own."""
        return ""

    def shown(self, span: Span) -> Span:
        """Return the place that a report shows for a span of this text."""
        return span

    def _line_starts(self) -> list[int]:
        if self._lines is None:
            starts, at = [0], self.data.find(b"\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.data.find(b"\n", at + 1)
            self._lines = starts
        return self._lines


class Span(NamedTuple):
    """A region of one source: bytes `start` up to, not including, `end`."""

    source: Source
    start: int
    end: int

    @property
    def first(self) -> Position:
        """The position of the first character."""
        return self.source.position(self.start)

    @property
    def last(self) -> Position:
        """The position one past the last character."""
        return self.source.position(self.end)

    @property
    def text(self) -> str:
        """The code in the region, as written."""
        return self.source.data[self.start : self.end].decode("utf-8", "replace")

    def to(self, other: Span) -> Span:
        """Return the region from the start of this one to the end of `other`."""
        return Span(self.source, self.start, max(self.end, other.end))


def decode(raw: bytes) -> bytes:
    """Return the content of a file as UTF-8 without byte order mark.

    UTF-16 and UTF-32 are recognised by their marks. Raises UnicodeDecodeError on bytes that are not
    text in the encoding that they claim.
    """
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    elif raw.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return raw.decode("utf-32").encode("utf-8")
    elif raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16").encode("utf-8")
    if not raw.isascii():
        raw.decode("utf-8")
    return raw
