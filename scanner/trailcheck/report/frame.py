"""Code frames: the lines that a chain of evidence leads through, each place underlined.

Places of one file that follow each other closely share a frame. Columns are made to fit a terminal:
tabs are four cells, wide characters two, combining ones none; long lines are cut around the place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.report.escape import escape
from trailcheck.report.region import region

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailcheck.report.region import Region
    from trailcheck.source import Source
    from trailcheck.verdict import Evidence

    Paint = Callable[[str, str], str]
    """Colours a text: the name of a role in the report, and the text."""

CLOSE = 6
"""Places at most this many lines apart share a frame."""
LINE_WIDTH = 120
"""Characters of a source line that are shown."""
LEAD = 40
"""Characters shown before a place on a line that is cut."""
LONGEST_UNDERLINE = 80


class Mark(NamedTuple):
    """One underlined place."""

    place: Region
    note: str
    primary: bool


class Frame(NamedTuple):
    """Some places of one file, shown together."""

    source: Source
    marks: tuple[Mark, ...]
    """In the order of the evidence."""


def frames(evidence: tuple[Evidence, ...]) -> list[Frame]:
    """Put the places of a chain into frames, in the order of the chain."""
    found: list[Frame] = []
    for index, (note, span) in enumerate(evidence):
        mark = Mark(region(span), note, primary=index == 0)
        if found and found[-1].source is span.source and _close(found[-1], mark):
            found[-1] = Frame(span.source, (*found[-1].marks, mark))
        else:
            found.append(Frame(span.source, (mark,)))
    return found


def render(evidence: tuple[Evidence, ...], paint: Paint) -> Iterator[str]:
    """Yield the lines that show the whole chain."""
    shown = frames(evidence)
    gutter = max((len(str(m.place.line)) for f in shown for m in f.marks), default=1)
    blank = paint("gutter", f"{'':{gutter}} |")
    for index, frame in enumerate(shown):
        place = frame.marks[0].place
        if index:
            yield blank
        arrow = paint("gutter", f"{'':{gutter}}{'-->' if not index else ':::'}")
        yield f"{arrow} {escape(place.file)}:{place.line}:{place.column}"
        yield blank
        yield from _body(frame, gutter, paint)
    if shown:
        yield blank


def _close(frame: Frame, mark: Mark) -> bool:
    lines = [m.place.line for m in frame.marks]
    columns = [m.place.column for m in frame.marks if m.place.line == mark.place.line]
    # NOTE: the JSON of a plan is one line; places far apart on it are not seen together.
    if any(abs(column - mark.place.column) > LINE_WIDTH - LEAD for column in columns):
        return False
    return min(lines) - CLOSE <= mark.place.line <= max(lines) + CLOSE


def _body(frame: Frame, gutter: int, paint: Paint) -> Iterator[str]:
    by_line: dict[int, list[Mark]] = {}
    for mark in frame.marks:
        by_line.setdefault(mark.place.line, []).append(mark)
    bar = paint("gutter", f"{'':{gutter}} |")
    previous = None
    for number in sorted(by_line):
        if previous is not None and number == previous + 2:
            yield _code(frame.source.line(previous + 1), previous + 1, 0, gutter, paint)
        elif previous is not None and number > previous + 2:
            yield paint("gutter", "...")
        marks = by_line[number]
        line = frame.source.line(number)
        cut = _cut(line, min(m.place.column for m in marks) - 1)
        yield _code(line, number, cut, gutter, paint)
        for mark in marks:
            role = "primary" if mark.primary else "secondary"
            for under in _underline(line, mark, cut):
                yield f"{bar} {paint(role, under)}"
        previous = number


def _code(line: str, number: int, cut: int, gutter: int, paint: Paint) -> str:
    shown = "".join(_cells(c) for c in line[cut : cut + LINE_WIDTH])
    text = ("…" if cut else "") + shown + ("…" if len(line) > cut + LINE_WIDTH else "")
    return f"{paint('gutter', f'{number:>{gutter}} |')} {text}".rstrip()


def _cut(line: str, start: int) -> int:
    """Return the character of `line` that is shown first, so that `start` is in sight."""
    return 0 if len(line) <= LINE_WIDTH or start < LINE_WIDTH - LEAD else start - LEAD


def _underline(line: str, mark: Mark, cut: int) -> Iterator[str]:
    """Yield the underline with its note; a note that does not fit beside it goes below."""
    place = mark.place
    goes_on = place.end_line > place.line
    start = place.column - 1
    end = len(line) if goes_on else place.end_column - 1
    end = min(end, cut + LINE_WIDTH)
    before = sum(_width(c) for c in line[cut:start]) + bool(cut)
    length = min(max(sum(_width(c) for c in line[start:end]), 1), LONGEST_UNDERLINE)
    note = escape(mark.note) + (f" (to line {place.end_line})" if goes_on else "")
    carets = " " * before + ("^" if mark.primary else "-") * length
    if before + length + 1 + len(note) <= LINE_WIDTH:
        yield f"{carets} {note}".rstrip()
    else:
        yield carets
        yield " " * max(min(before, LINE_WIDTH - len(note)), 0) + note


def _cells(character: str) -> str:
    return "    " if character == "\t" else escape(character)


def _width(character: str) -> int:
    if character.isascii() or not character.isprintable():
        return len(_cells(character))
    from unicodedata import combining, east_asian_width

    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
