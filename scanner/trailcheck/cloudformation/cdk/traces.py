"""Stack traces of CDK apps: the first call in the user's own code, as a place in the repository.

Frames come from V8 (`new Audit (/app/lib/audit.ts:8:5)`) and, through jsii, from Python and others
(`__init__ (/app/audit.py:8)`). They are text that anybody could have written: a place counts only
if the file is in the repository and the line is in the file.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.repository import Repository
    from trailcheck.source import Span

_FRAME = re.compile(
    r"\s*(?:at )?(?:[^(]*\()?(?:file://)?(?P<file>(?:[A-Za-z]:)?[^:()]+)"
    r":(?P<line>[0-9]{1,9})(?::(?P<column>[0-9]{1,9}))?\)?\Z"
)
_FOREIGN = re.compile(
    r"(?:\A|/)(?:node_modules|site-packages|dist-packages|\.venv|venv|jsii-[^/]*|jsii)(?:/|\Z)"
)
"""Directories of libraries: what they do is not the user's own code."""
_MOST_FRAMES = 200
_LONGEST_FRAME = 4096


class _Frame(NamedTuple):
    file: str
    line: int
    column: int


def place_of(frames: Iterable[str], repository: Repository, home: str) -> Span | None:
    """Return where the innermost call in the user's own code stands, if the repository holds it.

    `home` is the directory of the assembly. The trace has the paths of the machine that ran the
    app; where that is not this one, files are looked for by the ends of their paths, beside the
    assembly and above it.
    """
    own = list(_own(frames))
    for frame in own:
        path = repository.relative(frame.file) if frame.file.startswith("/") else None
        if path is not None and (found := _place(repository, path, frame)):
            return found
    for frame in own:
        for path in _moved(frame.file, home):
            if found := _place(repository, path, frame):
                return found
    return None


def _own(frames: Iterable[str]) -> Iterator[_Frame]:
    for _, text in zip(range(_MOST_FRAMES), frames, strict=False):
        match = _FRAME.match(text) if len(text) <= _LONGEST_FRAME else None
        if match is None:
            continue
        file = match["file"].replace("\\", "/")
        if not _FOREIGN.search(file) and not file.startswith("node:"):
            yield _Frame(file, int(match["line"]), int(match["column"] or 1))


def _moved(file: str, home: str) -> Iterator[str]:
    """Yield where a file of another machine may be: the longest end of its path first."""
    parts = [part for part in file.split("/") if part not in ("", ".", "..")]
    base = posixpath.dirname(home) if home != "." else ""
    least = 1
    while True:
        for start in range(len(parts) - least + 1):
            yield posixpath.join(base, *parts[start:])
        if not base:
            return
        base = posixpath.dirname(base)
        least = 2  # Farther away, a bare name such as index.ts says too little.


def _place(repository: Repository, path: str, frame: _Frame) -> Span | None:
    """Return the place of a frame, if the file is there and has the line."""
    directory, name = posixpath.split(path)
    if _FOREIGN.search(path) or name not in repository.listing(directory or ".").files:
        return None
    source = repository.source(path)
    if not isinstance(source, Source):
        return None
    line = source.line(frame.line)
    body = line.strip()
    if not body:
        return None
    indent = len(line) - len(line.lstrip())
    column = frame.column - 1 if indent < frame.column <= len(line.rstrip()) else indent
    start = source.line_start(frame.line)
    first, last = (len(line[:at].encode()) for at in (column, len(line.rstrip())))
    return source.span(start + first, start + last)
