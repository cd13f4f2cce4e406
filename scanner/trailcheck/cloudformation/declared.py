"""What a stack declares, as resources of the graph: attributes are evaluated when a rule asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import conditions
from trailcheck.cloudformation.cdk.constructs import construct_of
from trailcheck.cloudformation.cdk.retained import Retentions
from trailcheck.cloudformation.functions import (
    NO_VALUE,
    each_branch,
    lift,
    opaque,
    parts_of_scalar,
)
from trailcheck.cloudformation.loops import LOOP, LoopError, unroll
from trailcheck.cloudformation.references import exists, ref
from trailcheck.cloudformation.refusals import check, is_choice, settled
from trailcheck.cloudformation.resources import FIELDS, KINDS
from trailcheck.cloudformation.resources import read as read_field
from trailcheck.cloudformation.schemas import SCHEMAS
from trailcheck.graph import Attribute, Resource
from trailcheck.value import Known, Mapping, Piece, Unknown, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Map

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import MapNode, Member
    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.graph import Kind
    from trailcheck.value import Value

_KEPT = frozenset({"Retain", "RetainExceptOnCreate"})


class Resources:
    """The resources of one stack, by their addresses in the tree."""

    __slots__ = ("evaluator", "found", "retentions", "stack", "template")

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.template = stack.template
        self.evaluator = stack.evaluator
        self.retentions = Retentions(stack)
        self.found: dict[str, Resource] = {}
        for declared in stack.template.resources.values():
            if declared.type in SCHEMAS:
                self._take(declared, KINDS.get(declared.type))

        for group in self.retentions.groups():
            if group.exists != conditions.FALSE:
                self.found[group.address] = group

    def _take(self, declared: Declaration, kind: Kind | None) -> None:
        created = conditions.turn(
            self.stack.exists,
            lambda: self._guarded(declared, lambda: exists(self.evaluator, declared)),
            lambda: conditions.FALSE,
            declared.id_span,
        )
        if isinstance(created, Known) and created.data is False:
            return
        check(self.evaluator, declared)  # keys that are set twice show here too
        if kind is None:
            return
        address, order = self.stack.prefix + declared.id, self.stack.tree.order
        self.found[address] = Resource(
            address=address,
            kind=kind,
            type=declared.type,
            root=self.stack.tree.root,
            span=declared.id_span,
            load=lambda name: self._load(declared, name),
            exists=created,
            place=self.evaluator.place,
            ignored_changes=("all",) if order is not None and order.drifts else (),
            made_by=lambda: construct_of(self.stack, declared),
        )

    def _load(self, declared: Declaration, name: str) -> Attribute:
        """Evaluate one attribute of the vocabulary, custom resources allowed for."""
        own = self._attribute(declared, name)
        return self.retentions.of(declared, own) if name == "retention_days" else own

    def _attribute(self, declared: Declaration, name: str) -> Attribute:
        """Evaluate one attribute of the vocabulary."""
        field = FIELDS[declared.type][name]
        if name == "skip_destroy":
            return self._kept(declared)
        if name == "name_prefix":
            return self._made_up(declared)
        properties = declared.properties
        evaluator = self.evaluator.within(declared.names)
        try:
            member, names = _member(evaluator, properties, field.name)
        except LoopError as error:
            return Attribute(opaque(error.summary, error.span), declared.id_span, stated=False)
        chosen = self._chosen(declared, name) if declared.unread else None
        if chosen is not None:
            return chosen
        if member is None or properties is None:
            value: Value = field.default
            if declared.unread and field.name:
                reason = f"the properties of {declared.id} cannot all be read"
                value = opaque(reason, declared.id_span)
            return Attribute(value, declared.id_span, stated=False)
        span = member.key_span.to(member.value.span)
        if any(key.startswith("Fn::") and LOOP not in key for key in properties.members):
            reason = f"a macro among the properties of {declared.id} may change them all"
            return Attribute(opaque(reason, declared.id_span), span, stated=True)
        if field.name in properties.twice:
            reason = f"{field.name} of {declared.id} is set twice"
            return Attribute(opaque(reason, member.key_span), span, stated=True)
        said = self._guarded(declared, lambda: evaluator.within(names).value(member.value))
        stated = not (isinstance(said, Known) and said.data is None)
        said = settled(evaluator, declared, field, said)
        return Attribute(read_field(field, said), span, stated)

    def _chosen(self, declared: Declaration, name: str) -> Attribute | None:
        """Evaluate an attribute of properties that a condition chooses as a whole, else None."""
        field, node = FIELDS[declared.type][name], declared.body.get("Properties")
        evaluator = self.evaluator.within(declared.names)
        if node is None or not is_choice(evaluator, node):
            return None

        def said(whole: Value) -> Value:
            if isinstance(whole, Mapping):
                return whole.items.get(field.name, NO_VALUE)
            if isinstance(whole, Unknown) or whole == NO_VALUE:
                return whole
            return opaque(f"the properties of {declared.id} are not a map", node.span)

        value = each_branch(self._guarded(declared, lambda: evaluator.value(node)), said)
        value = settled(evaluator, declared, field, value)
        return Attribute(read_field(field, value), node.span, stated=True)

    def _kept(self, declared: Declaration) -> Attribute:
        """Tell whether the resource outlives its stack: both policies at its level must say so."""
        policies = [declared.body.members.get(n) for n in ("DeletionPolicy", "UpdateReplacePolicy")]
        first = next((member for member in policies if member is not None), None)
        if first is None:
            return Attribute(Known(data=False), declared.id_span, stated=False)
        evaluator = self.evaluator.within(declared.names)
        values = [evaluator.value(member.value) for member in policies if member is not None]
        span = first.key_span.to(first.value.span)

        def kept(settled: list[Value]) -> Value:
            said = [value.data for value in settled if isinstance(value, Known)]
            if len(said) < len(settled):
                return opaque("its deletion policy is not settled by code", span)
            return Known(len(said) == len(policies) and all(data in _KEPT for data in said), span)

        return Attribute(lift(values, kept, span), span, stated=True)

    def _made_up(self, declared: Declaration) -> Attribute:
        """Return how a name starts that CloudFormation makes up: with the stack's and the id.

        Source: CloudFormation User Guide, "Name type".
        """
        span = declared.id_span
        stack = parts_of_scalar(ref(self.evaluator, "AWS::StackName", span)) or ()
        return Attribute(text((*stack, Piece(f"-{declared.id}-")), span), span, stated=False)

    def _guarded(self, declared: Declaration, compute: Callable[[], Value]) -> Value:
        """Evaluate; whatever exhausts the interpreter makes the value unknown and nothing worse."""
        try:
            return compute()
        except (RecursionError, MemoryError):
            summary = f"{declared.id} is too deeply nested to evaluate"
            self.template.report(summary, "Simplify it, or exclude the file.", declared.id_span)
            return opaque(summary, declared.id_span)


def _member(
    evaluator: Evaluator, properties: MapNode | None, name: str
) -> tuple[Member | None, Map[str, Value]]:
    """Find a property, also one that Fn::ForEach makes. Raises LoopError where that is not sure."""
    members = properties.members if properties is not None else {}
    names = evaluator.names
    looped = any(key.startswith(LOOP) for key in members)
    if not looped and (name in members or not names):
        return members.get(name), names
    found = [(made, said) for made, said in unroll(evaluator, members.values()) if made.key == name]
    if len(found) > 1:
        evaluator.twice(found[1][0])
        raise LoopError(f"{name} is made twice", "", found[1][0].key_span)
    return found[0] if found else (None, names)
