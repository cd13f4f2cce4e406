"""The folder that no read leaves, and safe reading of the files in it.

Scanned code is hostile until proven otherwise: only regular files are opened, of bounded size,
inside the repository by their real path; a file that cannot be read is a diagnostic, never an
exception.
"""

from __future__ import annotations

import os
import stat
from errno import ELOOP
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, UsageError
from trailcheck.record import NamedTuple
from trailcheck.source import Source, decode

if TYPE_CHECKING:
    from collections.abc import Callable

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
# NOTE: O_NONBLOCK keeps a FIFO from blocking; it means nothing for regular files.

_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_UTF8_ONLY = (".tf", ".tofu", ".tfvars", ".tf.json", ".tofu.json", ".tfvars.json")

LARGEST_FILE = 50 * 1024 * 1024
"""Bytes; a larger file is not read."""


class Listing(NamedTuple):
    """What a directory holds: names of files and directories, sorted; links count as files."""

    files: tuple[str, ...]
    directories: tuple[str, ...]


class Repository:
    """A folder, and everything read from it so far. All paths are relative to it, with `/`."""

    def __init__(self, root: str) -> None:
        """Hold the folder `root`, an absolute path."""
        self.root = os.path.realpath(root)
        self._sources: dict[str, Source | Diagnostic] = {}
        self._listings: dict[str, Listing] = {}
        self.overlay: dict[str, bytes] = {}
        """Content that stands for a file: what standard input holds."""

    def absolute(self, path: str) -> str:
        """Return the absolute path of a relative one."""
        return os.path.join(self.root, path) if path not in ("", ".") else self.root

    def relative(self, path: str) -> str | None:
        """Return a path of the file system relative to the repository; None if it is outside."""
        try:
            real = os.path.realpath(path)
        except ValueError:  # a null character
            return None
        if real == self.root:
            return "."
        if not real.startswith(self.root.rstrip("/") + "/"):
            return None
        return real[len(self.root.rstrip("/")) + 1 :]

    def head(self, path: str, size: int) -> bytes:
        """Return the first bytes of a file of any size; nothing if it cannot be read."""
        data = self.read(path, most=None, size=size)
        return b"" if isinstance(data, Diagnostic) else data

    def read(
        self, path: str, *, most: int | None = LARGEST_FILE, size: int | None = None
    ) -> bytes | Diagnostic:
        """Return the raw bytes of a file, or why they cannot be had.

        A file of more than `most` bytes is not read; of the others, the first `size` bytes are.
        """
        if path in self.overlay:
            return self.overlay[path][:size]
        full = self.absolute(path)
        try:
            try:
                handle = os.open(full, _FLAGS | os.O_NOFOLLOW)
            except OSError as error:
                if error.errno != ELOOP:
                    raise
                if self.relative(full) is None:
                    return _problem(path, "a link out of the repository", "It was not followed.")
                handle = os.open(full, _FLAGS)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a valid path"
            return _problem(path, f"cannot be opened: {reason}", "The file was not read.")
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return _problem(path, "not a regular file", "It was not read.")
            if most is not None and status.st_size > most:
                return _problem(
                    path,
                    f"too large ({status.st_size} bytes)",
                    f"At most {most} bytes are read.",
                )
            if size is not None:
                return os.read(handle, size)
            chunks = []
            while chunk := os.read(handle, max(status.st_size, 4096)):
                chunks.append(chunk)
                if sum(map(len, chunks)) >= status.st_size:
                    break
            return b"".join(chunks)
        except OSError as error:
            return _problem(path, f"cannot be read: {error.strerror}", "The file was not read.")
        finally:
            os.close(handle)

    def source(
        self,
        path: str,
        data: bytes | None = None,
        mend: Callable[[bytes], bytes | None] | None = None,
    ) -> Source | Diagnostic:
        """Return a file as text, or why it cannot be had; `data` saves reading it again.

        `mend` may make text of bytes that are none.
        """
        found = self._sources.get(path)
        if found is None:
            raw = data if data is not None else self.read(path)
            if isinstance(raw, Diagnostic):
                found = raw
            elif raw.startswith(_WIDE) and path.endswith(_UTF8_ONLY):
                found = _problem(path, "not UTF-8", "Terraform reads UTF-8 only: save it as that.")
            else:
                try:
                    found = Source(path, decode(raw))
                except UnicodeDecodeError as error:
                    mended = mend(raw) if mend is not None else None
                    if mended is not None:
                        found = self._sources[path] = Source(path, mended)
                        return found
                    line = raw.count(b"\n", 0, error.start) + 1
                    encoding = error.encoding.upper()
                    found = _problem(
                        path,
                        f"not valid text: byte {error.start} on line {line} is not {encoding}",
                        "Save the file as UTF-8.",
                    )
            self._sources[path] = found
        return found

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every file that was read as text, by path."""
        read = (s for s in self._sources.values() if isinstance(s, Source))
        return tuple(sorted(read, key=lambda s: s.path))

    def listing(self, directory: str) -> Listing:
        """Return what a directory holds; nothing if it is not there or lies outside."""
        found = self._listings.get(directory)
        if found is None:
            found = self._listings[directory] = self._list(directory)
        return found

    def _list(self, directory: str) -> Listing:
        files, directories = set[str](), set[str]()
        full = self.absolute(directory)
        if self.relative(full) is not None:
            try:
                with os.scandir(full) as entries:
                    for entry in entries:
                        (directories if entry.is_dir(follow_symlinks=False) else files).add(
                            entry.name
                        )
            except OSError:
                pass
        front = "" if directory == "." else f"{directory}/"
        for path in self.overlay:
            if path.startswith(front) and "/" not in path[len(front) :]:
                files.add(path[len(front) :])
        return Listing(tuple(sorted(files)), tuple(sorted(directories)))


def find_repository(paths: tuple[str, ...], given: str | None) -> Repository:
    """Return the repository around `paths`: the nearest ancestor with `.git`, or where we are.

    Raises UsageError when a path is not there, or lies outside of a repository that was given.
    """
    here = os.path.realpath(os.getcwd())
    if given is not None:
        if not os.path.isdir(given):
            raise UsageError(
                f"{given} is not a directory", "--repository names the folder that is read"
            )
        return Repository(given)
    first = os.path.realpath(paths[0]) if paths else here
    start = first if os.path.isdir(first) else os.path.dirname(first)
    folder = start
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return Repository(folder)
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    inside = first == here or first.startswith(here.rstrip("/") + "/")
    return Repository(here if inside else start)


def _problem(path: str, summary: str, detail: str) -> Diagnostic:
    return Diagnostic(summary, detail, path)
