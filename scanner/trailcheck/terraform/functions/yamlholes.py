"""YAML text with symbolic parts: each is a mark while YAML is read, and stands in its scalar again.

As in JSON, a part that nobody knows is taken to be within one scalar. What an unquoted scalar is
turns on its letters (`017` is a number, `yes` is true), so that it is text only if what code says
of it makes it so, whatever the parts are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.terraform.functions.base import UnsettledError
from trailcheck.terraform.functions.canonical import derived_name
from trailcheck.value import Known, Piece, Reference, Symbol, Unknown, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.source import Span
    from trailcheck.value import Part, Value

OPEN, CLOSE = "\ue000", "\ue001"
"""Around the number of a part: characters of private use, which YAML takes in any text."""

_MARK = re.compile(f"{OPEN}([0-9]+){CLOSE}")
_FORGED = re.compile(rf"{OPEN}|\\[uU]")
_NUMBER = re.compile("[-+.0-9~]")
_WORDS = ("yes", "no", "on", "off", "true", "false", "null")
_NO_NUMBER = re.compile(r"[^-+.:0-9A-Za-z~ \t]")


class Holes:
    """The symbolic parts of a text, and the text that is parsed in its place."""

    __slots__ = ("_parts", "said")

    def __init__(self, parts: Iterable[Part]) -> None:
        """Mark the parts. Raises UnsettledError for text that might hold such marks itself."""
        self._parts: list[Part] = []
        kept = list(parts)
        self.said = self.marked(kept)
        literal = "".join(part.text if isinstance(part, Piece) else "\n" for part in kept)
        if self._parts and _FORGED.search(literal):
            raise _unfollowed()

    def marked(self, parts: Iterable[Part]) -> str:
        """Return text in which each of its symbolic parts is a mark."""
        said: list[str] = []
        for part in parts:
            if isinstance(part, Piece):
                said.append(part.text)
            else:
                said.append(f"{OPEN}{len(self._parts)}{CLOSE}")
                self._parts.append(part)
        return "".join(said)

    def written(self, said: str, span: Span | None) -> Value:
        """Return a text that was written with marks. Raises UnsettledError if it has others."""
        if self._parts and said.count(OPEN) != len(self._parts):
            raise _unfollowed()
        return text(self._pieces(said), span) if self._parts else Known(said, span)

    def __bool__(self) -> bool:
        return bool(self._parts)

    def filled(self, said: str, span: Span | None) -> Value:
        """Return a text in quotes with the parts in place of their marks."""
        return text(self._pieces(said), span)

    def plain(self, said: str, span: Span | None) -> Value:
        """Return an unquoted scalar: text with its parts, or what code does not settle."""
        parts = self._pieces(said)
        value = text(parts, span)
        if _is_text(parts):
            return value
        needs = tuple(need for part in parts if isinstance(part, Unknown) for need in part.needs)
        reason = "what YAML makes of it without quotes turns on its letters"
        return Unknown(derived_name("yamldecode", [value]), reason, span, needs=needs)

    def _pieces(self, said: str) -> list[Part]:
        parts: list[Part] = []
        at = 0
        for mark in _MARK.finditer(said):
            parts.append(Piece(said[at : mark.start()]))
            parts.append(self._parts[int(mark[1])])
            at = mark.end()
        parts.append(Piece(said[at:]))
        return [part for part in parts if not isinstance(part, Piece) or part.text]


def _unfollowed() -> UnsettledError:
    return UnsettledError(reason="the YAML text has characters that cannot be followed")


def _is_text(parts: list[Part]) -> bool:
    """Tell whether an unquoted scalar is no number, word or date, whatever its parts are."""
    match parts[0]:
        case Piece(text=begin) if not _NUMBER.match(begin) and not any(
            word.startswith(begin.lower()) for word in _WORDS
        ):
            return True
        case Reference(attribute="arn") | Symbol(name="region" | "partition" | "dns_suffix"):
            return True
        case _:
            return any(isinstance(p, Piece) and _NO_NUMBER.search(p.text) for p in parts)
