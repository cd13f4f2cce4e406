"""Trouble while reading input, as data: one bad file never stops the scan of the others."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from trailcheck.source import Span


class Impact(Enum):
    """What a diagnostic takes away from the scan."""

    UNREAD = "unread"
    """Code that may matter was not read or not understood: nothing built on it may pass."""
    REFUSED = "refused"
    """The code was read, and the deployment tool will refuse it: nothing of its root passes."""
    NOTICE = "notice"
    """Worth knowing, but no code was lost."""


class Diagnostic(NamedTuple):
    """One located problem with the input: a terse summary, and what a person can do about it."""

    summary: str
    detail: str
    path: str
    """The file or folder, relative to the repository, with forward slashes."""
    span: Span | None = None
    """The tightest place in the file, if the file could be read at all."""
    impact: Impact = Impact.UNREAD


def said_of(summary: str, detail: str, span: Span | None) -> Diagnostic | None:
    """Return what is said of a refusal that holds for some values, if it has a place."""
    if span is None:
        return None
    return Diagnostic(summary, detail, span.source.path, span, Impact.NOTICE)


def in_file(problem: Diagnostic) -> Diagnostic:
    """Return a problem with its place in a file, where it is in text that was made from one."""
    if problem.span is None:
        return problem
    span = problem.span.source.shown(problem.span)
    return problem._replace(span=span, path=span.source.path)


class UsageError(Exception):
    """The caller asked for something that cannot be done: a bad option, setting or path.

    `advice` says what to do next; the command line shows both and exits with code 2.
    """

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice
