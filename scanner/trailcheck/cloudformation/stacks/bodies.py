"""Templates that other code holds as a value: the text with its places, and holes in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import MOST_CHARACTERS, MOST_ITEMS
from trailcheck.cloudformation.stacks.branches import branches, named
from trailcheck.cloudformation.stacks.holes import OPEN, mark
from trailcheck.cloudformation.stacks.sources import BodySource
from trailcheck.record import NamedTuple
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.value import Value

MOST_LEVELS = 100
"""Lists and maps inside each other."""


def written(value: Value, around: Span, address: str) -> BodySource | str:
    """Return the template that a settled value is the text of, or why it cannot be read.

    `around` is where the code states it, `address` that of the stack.
    """
    writer = _Writer()
    match value:
        case Known(data=str(said)):
            for piece in value.pieces or (Piece(said, value.span),):
                writer.say(piece)
        case Text():
            for part in value.parts:
                writer.say(part) if isinstance(part, Piece) else writer.hole(part)
        case Encoded():
            writer.json(value.value, 0)
        case Unknown():
            return f"is not settled by code: {value.reason}"
        case _:
            return "is written with parts that code does not settle"
    if writer.wrong:
        return writer.wrong
    pieces = tuple(writer.pieces)
    files = {piece.span.source for piece in pieces if piece.exact and piece.span is not None}
    if len(files) == 1:
        (file,) = files
        if file is not around.source:
            around = file.span(0, len(file.data))
    return BodySource(pieces, around, address, tuple(writer.holes))


class Written(NamedTuple):
    """A template that a value may be the text of."""

    address: str
    """The address of the stack that is made from it."""
    when: Value
    """When the value is this text."""
    body: BodySource | str
    """The template, or why it cannot be read."""


def texts(value: Value, around: Span, address: str) -> list[Written]:
    """Return the templates that a value may be the text of, as `written` reads each."""
    leaves = branches(value, lambda leaf: leaf, lambda leaf: leaf)
    names = named(["" for _ in leaves])
    return [
        Written(address + name, when, written(leaf, around, address + name))
        for name, (when, leaf) in zip(names, leaves, strict=True)
    ]


def origin(value: Value) -> str:
    """Return the file that all of a text stands in; empty where that is not one."""
    pieces = value.pieces if isinstance(value, Known) else ()
    files = {piece.span.source.path for piece in pieces if piece.exact and piece.span is not None}
    return files.pop() if len(files) == 1 else ""


class _Writer:
    """Collects the pieces of a text and what stands in its holes."""

    __slots__ = ("holes", "left", "pieces", "wrong")

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.holes: list[Value] = []
        self.left = MOST_CHARACTERS
        self.wrong = ""

    def say(self, piece: Piece) -> None:
        """Add literal text."""
        if OPEN in piece.text:
            self.wrong = "holds characters of private use"
        self._add(piece)

    def hole(self, value: Value) -> None:
        """Add what no text says."""
        self._add(Piece(mark(len(self.holes)), value.span))
        self.holes.append(value)

    def json(self, value: Value, depth: int) -> None:
        """Add the JSON text of a value."""
        if depth > MOST_LEVELS:
            self.wrong = "is too deeply nested to read"
            return
        match value:
            case Mapping():
                self._add(Piece("{"))
                for number, (key, item) in enumerate(value.items.items()):
                    self._add(Piece("," if number else ""))
                    self.say(Piece(json.dumps(key, ensure_ascii=False), value.key_spans.get(key)))
                    self._add(Piece(":"))
                    self.json(item, depth + 1)
                self._add(Piece("}"))
            case Sequence():
                self._add(Piece("["))
                for number, item in enumerate(value.items):
                    self._add(Piece("," if number else ""))
                    self.json(item, depth + 1)
                self._add(Piece("]"))
            case Known(data=str() | bool() | None):
                self.say(Piece(json.dumps(value.data, ensure_ascii=False), value.span))
            case Known():
                self.say(Piece(str(value.data), value.span))
            case Text():
                self._add(Piece('"'))
                for part in value.parts:
                    if isinstance(part, Piece):
                        self.say(Piece(json.dumps(part.text, ensure_ascii=False)[1:-1], part.span))
                    else:
                        self.hole(part)
                self._add(Piece('"'))
            case _:
                self._add(Piece('"'))
                self.hole(_scalar(value))
                self._add(Piece('"'))

    def _add(self, piece: Piece) -> None:
        self.left -= len(piece.text)
        if self.left < 0 or len(self.pieces) > MOST_ITEMS:
            self.wrong = "is too long to read"
        elif piece.text:
            self.pieces.append(piece)


def _scalar(value: Value) -> Value:
    """Return what stands in a hole: a list or map that turns on a condition is no scalar."""
    match value:
        case Choice() if not _plain(value):
            name = f"a part of the template that turns on {value.condition.name}"
            return Unknown(name, "it turns on a condition", value.span, needs=value.condition.needs)
        case Handle():
            return Unknown(value.address, "it is a whole resource", value.span)
        case _:
            return value


def _plain(value: Value) -> bool:
    match value:
        case Choice():
            return _plain(value.then) and _plain(value.otherwise)
        case Mapping() | Sequence() | Handle():
            return False
        case Known():
            return value.data is not None
        case Text() | Reference() | Symbol() | Unknown() | Encoded():
            return True
