"""What a parent passes to a stack that it nests, and whether CloudFormation takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import each_branch
from trailcheck.cloudformation.nodes import ListNode, MapNode, Member, ScalarNode
from trailcheck.cloudformation.template import is_null
from trailcheck.record import NamedTuple
from trailcheck.value import Known, Mapping, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping as Map

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Node
    from trailcheck.cloudformation.template import Declaration, Template
    from trailcheck.source import Span
    from trailcheck.value import Value


class Mismatch(NamedTuple):
    """Why CloudFormation does not create a stack with the parameters that it is given."""

    summary: str
    detail: str
    span: Span
    """Where the parent passes them."""


def names(declared: Declaration) -> tuple[str, ...]:
    """Return the names of the parameters that a nested stack is given, if they are spelled."""
    node = _parameters(declared)
    return tuple(node.members) if isinstance(node, MapNode) else ()


def passed(evaluator: Evaluator, declared: Declaration, name: str, address: str) -> Value | None:
    """Return the value that a nested stack is given for a parameter, if it is given one.

    `evaluator` is the parent's, `declared` the nested stack there, and `address` that of the stack.
    """
    node = _parameters(declared)
    if node is None:
        return None
    evaluator = evaluator.within(declared.names)
    plain = _plain(evaluator, node)
    if plain is None:
        return each_branch(evaluator.value(node), lambda value: picked(value, name))
    member = plain.get(name)
    if member is None:
        return None
    step = f"{name}, as {address} is given it"
    return evaluator.value(member.value).through(member.key_span.to(member.value.span), step)


def mismatch(
    evaluator: Evaluator, declared: Declaration, template: Template, address: str
) -> Mismatch | None:
    """Return what a template has against the parameters that it is given, as far as code tells."""
    node = _parameters(declared)
    given = {} if node is None else _plain(evaluator.within(declared.names), node)
    if given is None:
        return None
    spans = {name: member.key_span for name, member in given.items()}
    return objection(spans, template, address, declared.id_span)


def objection(
    given: Map[str, Span], template: Template, address: str, span: Span
) -> Mismatch | None:
    """Return what a template has against parameters, by name and place; `span` is the stack's."""
    path = template.source.path
    for name, place in given.items():
        if name not in template.parameters:
            return Mismatch(
                f"{address} is given a parameter {name} that its template does not declare",
                f"{path} has no parameter {name}: the stack cannot be created.",
                place,
            )
    for member in template.parameters.values():
        body = member.value
        if member.key not in given and isinstance(body, MapNode) and not body.get("Default"):
            return Mismatch(
                f"{address} is not given the parameter {member.key} that its template requires",
                f"{path} states no default for it: the stack cannot be created.",
                span,
            )
    return None


def _parameters(declared: Declaration) -> Node | None:
    node = declared.properties.get("Parameters") if declared.properties is not None else None
    return None if node is None or is_null(node) else node


def _plain(evaluator: Evaluator, node: Node) -> Map[str, Member] | None:
    """Return the parameters by name; None where a function makes them."""
    if isinstance(node, ListNode) and evaluator.function(node) is None:
        return _listed(node)
    if not isinstance(node, MapNode) or evaluator.function(node) is not None:
        return None
    return node.members


def _listed(node: ListNode) -> Map[str, Member] | None:
    """Return the parameters of a stack set, which are a list of keys and values."""
    found: dict[str, Member] = {}
    for item in node.items:
        key = item.get("ParameterKey") if isinstance(item, MapNode) else None
        value = item.get("ParameterValue") if isinstance(item, MapNode) else None
        if not isinstance(key, ScalarNode) or key.tag or value is None:
            return None
        found[key.text] = Member(key.text, key.span, value)
    return found


def picked(value: Value, name: str) -> Value:
    """Return one of the parameters that are passed together."""
    match value:
        case Mapping():
            return value.items.get(name, Known(None))
        case Unknown():
            return Unknown(
                f"{name} of {value.name}",
                value.reason,
                value.span,
                needs=value.needs,
                refused=value.refused,
                refusal=value.refusal,
            )
        case Sequence():
            reason = f"code does not settle which parameters are passed, {name} among them"
            return Unknown(f"{name} passed", reason, value.span)
        case _:
            return Known(None)
