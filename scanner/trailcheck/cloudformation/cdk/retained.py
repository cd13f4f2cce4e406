"""Log groups that the CDK's `LogRetention` keeps: declared ones, and those that it only names.

What it sets comes in place of what a group states itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import conditions, references
from trailcheck.cloudformation.cdk.constructs import construct_of
from trailcheck.cloudformation.cdk.retention import DAYS, NAME, is_known
from trailcheck.cloudformation.functions import opaque
from trailcheck.cloudformation.resources import integer
from trailcheck.graph import Attribute, Kind, Resource
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.source import Span
    from trailcheck.value import Value

_GROUP = "AWS::Logs::LogGroup"
_DEFAULTS: dict[str, Value] = {
    "name_prefix": Known(None),
    "kms_key": Known(None),
    "class": Known("STANDARD"),
    "deletion_protection": Known(data=False),
    "skip_destroy": Known(data=False),
}
"""What it makes a group with."""


class Retentions:
    """The custom resources of one stack that keep log groups."""

    __slots__ = ("_known", "stack")

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._known = [d for d in stack.template.resources.values() if is_known(d)]

    def of(self, group: Declaration, own: Attribute) -> Attribute:
        """Return how long a declared group keeps its records, given what it states itself."""
        if not self._known:
            return own
        name = references.name_of(self.stack.evaluator, group, group.id_span)
        found = [each for each in self._known if self._name(each) == name]
        if not found:
            return own
        if len(found) > 1:
            reason = f"the retention of {group.id} is set by {len(found)} custom resources"
            return Attribute(opaque(reason, found[0].id_span), found[0].id_span, stated=True)
        days = self._days(found[0])
        created = references.exists(self.stack.evaluator, found[0])
        value = conditions.turn(created, lambda: days.value, lambda: own.value, days.span)
        return Attribute(value, days.span, stated=True)

    def groups(self) -> Iterator[Resource]:
        """Yield the groups that are only named here, and made if they are not there."""
        declared = [d for d in self.stack.template.resources.values() if d.type == _GROUP]
        for each in self._known:
            name = self._name(each)
            mine = (references.name_of(self.stack.evaluator, d, d.id_span) for d in declared)
            if isinstance(name, Known) and name not in list(mine):
                yield self._group(each, name)

    def _group(self, declared: Declaration, name: Known) -> Resource:
        stack = self.stack
        stack.tree.assumptions[f"the log group {name.data} is as LogRetention makes it"] = None

        def load(attribute: str) -> Attribute:
            if attribute == "retention_days":
                return self._days(declared)
            span = self._span(declared, NAME)
            if attribute == "name":
                return Attribute(name, span, stated=True)
            return Attribute(_DEFAULTS[attribute], declared.id_span, stated=False)

        return Resource(
            address=stack.prefix + declared.id,
            kind=Kind.LOG_GROUP,
            type=declared.type,
            root=stack.tree.root,
            span=declared.id_span,
            load=load,
            exists=conditions.turn(
                stack.exists,
                lambda: references.exists(stack.evaluator, declared),
                lambda: conditions.FALSE,
                declared.id_span,
            ),
            place=stack.evaluator.place,
            made_by=lambda: construct_of(stack, declared),
        )

    def _name(self, declared: Declaration) -> Value | None:
        node = declared.properties.get(NAME) if declared.properties is not None else None
        return None if node is None else self._value(declared, NAME)

    def _days(self, declared: Declaration) -> Attribute:
        """Return the retention; without one, records are kept for ever."""
        properties = declared.properties
        if properties is None or properties.get(DAYS) is None:
            return Attribute(Known(0), declared.id_span, stated=False)
        value = self._value(declared, DAYS)
        return Attribute(integer(value), self._span(declared, DAYS), stated=True)

    def _value(self, declared: Declaration, name: str) -> Value:
        assert declared.properties is not None
        member = declared.properties.members[name]
        if name in declared.properties.twice:
            return opaque(f"{name} of {declared.id} is set twice", member.key_span)
        return self.stack.evaluator.within(declared.names).value(member.value)

    @staticmethod
    def _span(declared: Declaration, name: str) -> Span:
        assert declared.properties is not None
        member = declared.properties.members[name]
        return member.key_span.to(member.value.span)
