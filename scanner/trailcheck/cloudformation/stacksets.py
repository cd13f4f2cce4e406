"""Stack sets: a template that is deployed to other accounts and Regions, often written in place.

Its instances are read as one stack in an account and Region of its own. The template stands in a
file, as for nested stacks, or as text in the property TemplateBody; places in such a text are shown
in the template around it.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import dump
from trailcheck.graph import Place
from trailcheck.source import Position, Source, Span
from trailcheck.value import Encoded, Known, Piece, Symbol

if TYPE_CHECKING:
    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.value import Value

STACK_SET = "AWS::CloudFormation::StackSet"
_BODY = "TemplateBody"


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


def body(evaluator: Evaluator, declared: Declaration, address: str) -> BodySource | str | None:
    """Return the template that a stack set holds itself, or why it cannot be read.

    Returns None where it holds none.
    """
    node = declared.properties.get(_BODY) if declared.properties is not None else None
    if declared.type != STACK_SET or node is None:
        return None
    value = evaluator.within(declared.names).value(node)
    if isinstance(value, Known) and isinstance(value.data, str):
        pieces = value.pieces or (Piece(value.data, value.span),)
        return BodySource(value.data, pieces, node.span, address)
    said = dump(value.value) if isinstance(value, Encoded) else None
    if said is not None:
        return BodySource(said, (Piece(said),), node.span, address)
    return "is written with parts that code does not settle"


def holds_body(declared: Declaration) -> bool:
    """Tell whether a stack set holds its template itself."""
    properties = declared.properties
    return declared.type == STACK_SET and properties is not None and _BODY in properties.members


def instances(around: Place, address: str) -> Place:
    """Return where the instances of a stack set are: in some account and Region of their own."""
    account: Value = Symbol("account", address)
    return Place(account, Symbol("region", address), around.partition)
