"""Values of one root as another reads them: every address and every unknown behind the root's name.

`terraform_remote_state` and `Fn::ImportValue` bring values from one root into another. They keep
their meaning by a prefix: `network//aws_cloudwatch_log_group.audit`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from trailcheck.condition import Condition
    from trailcheck.value import Part, Value

SEPARATOR = "//"
"""Stands between a root and an address in it."""


def relocated(value: Value, root: str) -> Value:
    """Return a value of another root as it reads here: every address behind that root."""
    return _Move(root + SEPARATOR).value(value)


class _Move:
    """Puts a prefix before every address in a value."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def value(self, value: Value) -> Value:
        match value:
            case Reference():
                moved = self.prefix + value.address
                return Reference(moved, value.attribute, value.span, value.via)
            case Handle():
                return Handle(self.prefix + value.address, value.span, value.via)
            case Unknown():
                return Unknown(
                    self.prefix + value.name,
                    value.reason,
                    value.span,
                    value.via,
                    needs=tuple(self.prefix + need for need in value.needs),
                    refused=value.refused,
                )
            case Text():
                return Text(tuple(self.part(p) for p in value.parts), value.span, value.via)
            case Sequence():
                items = (self.value(item) for item in value.items)
                return Sequence(items, value.span, value.via, is_set=value.is_set)
            case Mapping():
                moved_items = {key: self.value(item) for key, item in value.items.items()}
                return Mapping(moved_items, value.span, value.via, value.key_spans)
            case Encoded():
                return Encoded(self.value(value.value), value.span, value.via)
            case Choice():
                then, otherwise = self.value(value.then), self.value(value.otherwise)
                condition = self.condition(value.condition)
                return Choice(condition, then, otherwise, value.span, value.via)
            case _:
                return value

    def part(self, part: Part) -> Part:
        if isinstance(part, Reference | Unknown):
            moved = self.value(part)
            assert isinstance(moved, Reference | Unknown)
            return moved
        return part

    def condition(self, condition: Condition) -> Condition:
        return condition._replace(
            name=self.prefix + condition.name,
            needs=tuple(self.prefix + need for need in condition.needs),
            subject=self.prefix + condition.subject if condition.subject else "",
        )
