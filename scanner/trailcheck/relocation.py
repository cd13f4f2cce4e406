"""Values of one root as another reads them: every address and every unknown behind the root's name.

`terraform_remote_state` and `Fn::ImportValue` bring values from one root into another. They keep
their meaning by a prefix: `network//aws_cloudwatch_log_group.audit`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.graph import Resource
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Mapping,
    Reference,
    Sequence,
    Text,
    Unknown,
)
from trailcheck.world import Law

if TYPE_CHECKING:
    from collections.abc import Container

    from trailcheck.condition import Condition
    from trailcheck.graph import Attribute
    from trailcheck.value import Part, Value

SEPARATOR = "//"
"""Stands between a root and an address in it."""

_EVERYWHERE = ("export ", "{{resolve:")
"""What an account has once, whichever root asks for it."""


def relocated(value: Value, root: str) -> Value:
    """Return a value of another root as it reads here: every address behind that root."""
    return Move(root).value(value)


class Move:
    """Puts a root before every address and unknown of a value.

    Where the names of all roots are given as `known`, each address has one name only: what belongs
    to a third root keeps its name, and what belongs to the reader's own, `home`, has no root before
    it.
    """

    __slots__ = ("home", "known", "prefix")

    def __init__(self, root: str, home: str | None = None, known: Container[str] = ()) -> None:
        self.prefix = root + SEPARATOR
        self.home = home
        self.known = known

    def name(self, name: str) -> str:
        """Return the name of an address or unknown as the reader has it."""
        if self.home is not None:
            if name.startswith(_EVERYWHERE):
                return name
            root, separator, rest = name.partition(SEPARATOR)
            if separator and root == self.home:
                return rest
            if separator and root in self.known:
                return name
        return self.prefix + name

    def resource(self, resource: Resource, root: str) -> Resource:
        """Return a resource of another root as one of the graph of `root`."""

        def load(name: str) -> Attribute:
            attribute = resource.get(name)
            return attribute._replace(value=self.value(attribute.value))

        return Resource(
            address=self.name(resource.address),
            kind=resource.kind,
            type=resource.type,
            root=root,
            span=resource.span,
            load=load,
            exists=self.value(resource.exists),
            place=resource.place,
            external=resource.external,
            ignored_changes=resource.ignored_changes,
            made_by=lambda: resource.construct,
        )

    def law(self, law: Law) -> Law:
        """Return what another root demands: it is not deployed otherwise, and nothing is read."""
        subject = self.name(law.subject) if law.subject else ""
        return Law(lambda: self.value(law.value), subject, law.admits, law.refusal)

    def value(self, value: Value) -> Value:
        """Return a value as the reader has it."""
        match value:
            case Reference():
                moved = self.name(value.address)
                return Reference(moved, value.attribute, value.span, value.via)
            case Handle():
                return Handle(self.name(value.address), value.span, value.via)
            case Unknown():
                return Unknown(
                    self.name(value.name),
                    value.reason,
                    value.span,
                    value.via,
                    needs=tuple(self.name(need) for need in value.needs),
                    refused=value.refused,
                    options=value.options,
                    refusal=value.refusal,
                )
            case Text():
                return Text(tuple(self.part(p) for p in value.parts), value.span, value.via)
            case Sequence():
                items = (self.value(item) for item in value.items)
                kind = type(value)
                return kind(items, value.span, value.via, is_set=value.is_set, of=value.of)
            case Mapping():
                moved_items = {key: self.value(item) for key, item in value.items.items()}
                spans = value.key_spans
                return Mapping(moved_items, value.span, value.via, spans, of=value.of)
            case Encoded():
                return Encoded(self.value(value.value), value.span, value.via)
            case Choice():
                then, otherwise = self.value(value.then), self.value(value.otherwise)
                condition = self._condition(value.condition)
                return Choice(condition, then, otherwise, value.span, value.via)
            case _:
                return value

    def part(self, part: Part) -> Part:
        """Return one part of a text as the reader has it."""
        if isinstance(part, Reference | Unknown):
            moved = self.value(part)
            assert isinstance(moved, Reference | Unknown)
            return moved
        return part

    def _condition(self, condition: Condition) -> Condition:
        return condition._replace(
            name=self.name(condition.name),
            needs=tuple(self.name(need) for need in condition.needs),
            subject=self.name(condition.subject) if condition.subject else "",
        )
