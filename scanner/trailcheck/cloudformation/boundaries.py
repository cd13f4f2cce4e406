"""Nested stacks whose templates are not read: what they may create, and what they may attach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import conditions, passing
from trailcheck.cloudformation.references import exists
from trailcheck.cloudformation.resources import NESTING
from trailcheck.errors import Diagnostic, Impact
from trailcheck.graph import Attribute, Kind, Resource
from trailcheck.likely import file_of, may_create_trail
from trailcheck.record import NamedTuple
from trailcheck.value import Choice, Known, Reference, Sequence, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.cloudformation.stacks import Stack
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.cloudformation.trees import Tree
    from trailcheck.value import Value

_ROLE = "AWS::IAM::Role"
_NAME = "RoleName of "


class Boundary(NamedTuple):
    """A nested stack whose template is not read."""

    stack: Stack
    """The stack that nests it."""
    declared: Declaration
    reason: str

    @property
    def address(self) -> str:
        """The address of the nested stack."""
        return self.stack.prefix + self.declared.id


def likely(declared: Declaration) -> bool | None:
    """Tell whether a nested stack probably creates a trail (True), or might (False); else None."""
    properties = declared.properties
    named = properties.get(NESTING[declared.type]) if properties is not None else None
    said = named.span.text if named is not None else ""
    return may_create_trail(declared.id, file_of(said), passing.names(declared))


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


def attachment(boundary: Boundary) -> Resource | None:
    """Return what stands for a stack that is given the name of a role and is not read.

    It may attach any policy to it: that grants nothing for certain, and it may hold a Deny.
    """
    stack, declared = boundary.stack, boundary.declared
    evaluator = stack.evaluator
    span = declared.id_span
    roles: list[Value] = []
    for name in passing.names(declared):
        value = passing.passed(evaluator, declared, name, boundary.address)
        if value is not None:
            roles += _roles(stack.tree, value, named="role" in name.lower())
    if not roles:
        return None
    reason = (
        f"the template of {boundary.address} {boundary.reason}; it is given the role and may "
        "attach policies to it"
    )
    policy = Unknown(f"{boundary.address} policies", reason, span, needs=(boundary.address,))

    def load(wanted: str) -> Attribute:
        value = Sequence(roles, span) if wanted == "roles" else policy
        return Attribute(value, span, stated=True)

    return Resource(
        address=boundary.address,
        kind=Kind.POLICY_ATTACHMENT,
        type=declared.type,
        root=stack.tree.root,
        span=span,
        load=load,
        exists=conditions.turn(
            stack.exists, lambda: exists(evaluator, declared), lambda: conditions.FALSE, span
        ),
    )


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
