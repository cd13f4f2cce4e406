"""Whether CloudFormation deploys a template at all: its parameters, and its section Rules.

Rules say which combinations of parameters are taken. A combination that breaks one deploys nothing,
so that no verdict rests on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import conditions, references
from trailcheck.cloudformation.calls import RULE_FUNCTIONS
from trailcheck.cloudformation.conditions import FALSE, TRUE
from trailcheck.cloudformation.functions import lift, spell
from trailcheck.cloudformation.nodes import ListNode, MapNode
from trailcheck.errors import Impact
from trailcheck.value import Choice, Known, Sequence, Symbol, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Member, Node
    from trailcheck.source import Span
    from trailcheck.value import Value


def demands(evaluator: Evaluator) -> list[Value]:
    """Return what must be true of the parameters of a stack, as far as that is not sure.

    What surely refuses a stack that is surely created is reported.
    """
    found: list[Value] = []
    for name, member in evaluator.template.parameters.items():
        references.ref(evaluator, name, member.key_span)
    for member in evaluator.template.members("Rules"):
        found += [said for said in _demands(evaluator, member) if said != TRUE]
    return found


def _demands(evaluator: Evaluator, member: Member) -> Iterator[Value]:
    """Yield whether each assertion of a rule holds where the rule applies."""
    if not isinstance(member.value, MapNode):
        return
    listed = member.value.get("Assertions")
    applies = member.value.get("RuleCondition")
    when = TRUE if applies is None else _settled(_holds(evaluator, applies), FALSE)
    otherwise = conditions.combined("Fn::Not", [when], member.key_span)
    for item in listed.items if isinstance(listed, ListNode) else ():
        node = item.get("Assert") if isinstance(item, MapNode) else None
        if node is not None:
            holds = _settled(_holds(evaluator, node), TRUE)
            holds = conditions.combined("Fn::Or", [otherwise, holds], node.span)
            if holds == FALSE and not evaluator.stack.doubtful:
                evaluator.refuse(
                    f"The rule {member.key} refuses these parameters",
                    "Its assertion does not hold. Change the values, or the rule.",
                    node.span,
                    Impact.REFUSED,
                )
            if holds in (TRUE, FALSE) or isinstance(holds, Choice):
                yield holds


def _settled(value: Value, otherwise: Known) -> Value:
    """Return a truth that code settles; what it does not settle demands nothing."""
    if isinstance(value, Choice):
        then, or_else = _settled(value.then, otherwise), _settled(value.otherwise, otherwise)
        return Choice(value.condition, then, or_else, value.span)
    return otherwise if isinstance(value, Unknown) else value


def _holds(evaluator: Evaluator, node: Node) -> Value:
    """Evaluate a condition of a rule, which has functions of its own."""
    name, argument = evaluator.function(node) or ("", node)
    judge = _FUNCTIONS.get(name)
    if judge is not None:
        pair = evaluator.arguments(node, argument, 2, 2)
        if pair is None:
            return evaluator.malformed(name, "a list and what is looked for", node.span)
        values = [_value(evaluator, item) for item in pair]
        return lift(values, lambda said: judge(said[0], said[1], node.span), node.span)
    if name in ("Fn::And", "Fn::Or", "Fn::Not") and isinstance(argument, ListNode):
        return conditions.combined(
            name, [_holds(evaluator, item) for item in argument.items], node.span
        )
    if name == "Fn::Equals":
        pair = evaluator.arguments(node, argument, 2, 2)
        values = [conditions.spread(_value(evaluator, item), node.span) for item in pair or ()]
        if not values:
            return evaluator.malformed(name, "two values", node.span)
        return lift(values, lambda said: _is(said[0], said[-1], node.span), node.span)
    return _open(node.span)


def _value(evaluator: Evaluator, node: Node) -> Value:
    """Evaluate what a rule looks at; what it asks of the account stays open."""
    name, _ = evaluator.function(node) or ("", node)
    return _open(node.span) if name in RULE_FUNCTIONS else evaluator.value(node)


def _open(span: Span) -> Unknown:
    return Unknown(f"a rule at {span.start}", "it is not settled by code", span)


def _contains(listed: Value, value: Value, span: Span) -> Value:
    """Return whether a list of texts holds one."""
    if not isinstance(listed, Sequence):
        return _open(span)
    return conditions.combined("Fn::Or", [_is(value, item, span) for item in listed.items], span)


def _each_equals(listed: Value, value: Value, span: Span) -> Value:
    """Return whether every item of a list is one text."""
    if not isinstance(listed, Sequence):
        return _open(span)
    return conditions.combined("Fn::And", [_is(item, value, span) for item in listed.items], span)


def _each_in(listed: Value, allowed: Value, span: Span) -> Value:
    """Return whether every item of a list is in another."""
    if not isinstance(listed, Sequence):
        return _open(span)
    each = [_contains(allowed, item, span) for item in listed.items]
    return conditions.combined("Fn::And", each, span)


def _is(value: Value, other: Value, span: Span) -> Value:
    """Return whether two values are the same text; open where that turns on no parameter."""
    if isinstance(value, Known):
        value, other = other, value
    if not isinstance(other, Known):
        return TRUE if value == other else _open(span)
    if isinstance(value, Known):
        return TRUE if spell(value) == spell(other) else FALSE
    if isinstance(value, Symbol) or (
        isinstance(value, Unknown) and value.name.startswith("parameter ")
    ):
        return conditions.unknown_is(value, spell(other), span)
    return _open(span)


_FUNCTIONS: dict[str, Callable[[Value, Value, Span], Value]] = {
    "Fn::Contains": _contains,
    "Fn::EachMemberEquals": _each_equals,
    "Fn::EachMemberIn": _each_in,
}
