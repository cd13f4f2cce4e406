"""A span as reports show it: a file, and lines and columns counted from 1, the end exclusive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.source import Position

if TYPE_CHECKING:
    from trailcheck.source import Span

LONGEST_EXPRESSION = 2000
"""Characters of code that a report quotes for one place."""


class Region(NamedTuple):
    """A place in a file."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


def region(span: Span) -> Region:
    """Return the region of `span`. One that ends with a line break ends on that line."""
    start, end = span.first, span.last
    if end.column == 1 and end.line > start.line:
        line = end.line - 1
        end = Position(line, len(span.source.line(line)) + 1)
    return Region(span.source.path, start.line, start.column, end.line, end.column)


def expression(span: Span) -> str:
    """Return the code of `span` as written, without the rest of a very long one."""
    text = span.text
    return text if len(text) <= LONGEST_EXPRESSION else text[: LONGEST_EXPRESSION - 1] + "…"
