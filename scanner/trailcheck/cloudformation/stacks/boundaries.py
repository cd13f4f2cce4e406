"""Nested stacks whose templates are not read: what they may create, and what they may attach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import conditions
from trailcheck.cloudformation.references import exists
from trailcheck.cloudformation.resources import NESTING
from trailcheck.cloudformation.stacks import passing
from trailcheck.errors import Diagnostic, Impact
from trailcheck.lent import Borrower, stand_ins
from trailcheck.likely import file_of, may_create_trail
from trailcheck.record import NamedTuple
from trailcheck.value import Choice, Known, Reference, Sequence, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.cloudformation.stacks.trees import Tree
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.graph import Resource
    from trailcheck.value import Value

_ROLE = "AWS::IAM::Role"
_NAME = "RoleName of "


class Boundary(NamedTuple):
    """A nested stack whose template is not read."""

    stack: Stack
    """The stack that nests it."""
    declared: Declaration
    reason: str
    when: Value = conditions.TRUE
    """Whether its template is the one that is not read."""

    @property
    def address(self) -> str:
        """The address of the nested stack."""
        return self.stack.prefix + self.declared.id


def likely(declared: Declaration) -> bool | None:
    """Tell whether a nested stack probably creates a trail (True), or might (False); else None."""
    return may_create_trail(declared.id, _file(declared), passing.names(declared))


def _file(declared: Declaration) -> str:
    """Return the file that the code of a nested stack names."""
    properties = declared.properties
    named = properties.get(NESTING[declared.type]) if properties is not None else None
    return file_of(named.span.text) if named is not None else ""


def unread(tree: Tree, *, trails: bool) -> Iterator[Diagnostic]:
    """Yield the nested stacks that may create a trail, and that nothing here can look into.

    Where no stack of the tree has a trail, that is code which was not read: the root must not look
    like one without a trail. Beside a trail it is worth a note.
    """
    for boundary in tree.boundaries:
        guess = likely(boundary.declared)
        if guess is not None:
            span = boundary.declared.id_span
            yield Diagnostic(
                f"{boundary.address} may create a trail that was not read",
                f"Its template {boundary.reason}. Scan it with this template, in one tree.",
                span.source.path,
                span.source.shown(span),
                Impact.UNREAD if guess and not trails else Impact.NOTICE,
            )


def lent(boundary: Boundary) -> Iterator[Resource]:
    """Yield what stands for a stack that is given a role and is not read."""
    stack, declared = boundary.stack, boundary.declared
    evaluator = stack.evaluator
    span = declared.id_span
    names: list[Value] = []
    arns: list[Value] = []
    for name in passing.names(declared):
        value = passing.passed(evaluator, declared, name, boundary.address)
        if value is not None:
            names += _roles(stack.tree, value, named="role" in name.lower())
            arns += _arns(stack.tree, value)
    created = conditions.turn(
        exists(evaluator, declared), lambda: boundary.when, lambda: conditions.FALSE, span
    )
    borrower = Borrower(
        stack.tree.root,
        boundary.address,
        declared.type,
        f"the template of {boundary.address} {boundary.reason}",
        _file(declared),
        span,
        conditions.turn(stack.exists, lambda: created, lambda: conditions.FALSE, span),
    )
    yield from stand_ins(borrower, names, arns, span)


def _arns(tree: Tree, value: Value) -> Iterator[Value]:
    """Yield the names of roles whose ARNs are in a parameter."""
    match value:
        case Reference(attribute="arn"):
            found = tree.declared(value.address)
            if found is not None and found[1].type == _ROLE:
                yield Reference(value.address, "name", value.span, value.via)
        case Sequence():
            for item in value.items:
                yield from _arns(tree, item)
        case Choice():
            yield from _arns(tree, value.then)
            yield from _arns(tree, value.otherwise)
        case _:
            return


def _roles(tree: Tree, value: Value, *, named: bool) -> Iterator[Value]:
    """Yield the names of roles in a parameter; `named`: the parameter says that it takes a role."""
    match value:
        case Reference(attribute="name"):
            found = tree.declared(value.address)
            if found is not None and found[1].type == _ROLE:
                yield value
        case Known(data=str()) | Text():
            if named or any(step.note.startswith(_NAME) for step in value.via):
                yield value
        case Sequence():
            for item in value.items:
                yield from _roles(tree, item, named=named)
        case Choice():
            yield from _roles(tree, value.then, named=named)
            yield from _roles(tree, value.otherwise, named=named)
        case _:
            return
