"""Conditions: true, false, or a choice of the two for every unknown that they turn on.

A condition evaluates to `Known(True)`, `Known(False)`, a `Choice` whose leaves are those two, or a
refused Unknown. `Fn::And` of something unknown and something false is false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import (
    concatenate,
    decide,
    lift,
    opaque,
    parts_of_scalar,
    show,
    spell,
)
from trailcheck.cloudformation.nesting import CONDITIONAL
from trailcheck.cloudformation.nodes import ScalarNode
from trailcheck.condition import Condition
from trailcheck.value import (
    Choice,
    Known,
    Piece,
    Symbol,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import MapNode, Node
    from trailcheck.source import Span
    from trailcheck.value import Value

TRUE = Known(True)
FALSE = Known(False)
MOST_OPTIONS = 8
"""Texts that an unknown is followed through one by one; of more, it stays one unknown."""
_MOST_OPERANDS = 10
"""Of Fn::And and Fn::Or, which take two at least (user guide, "Condition functions")."""


def named(evaluator: Evaluator, name: str, span: Span) -> Value:
    """Evaluate the condition of a name."""
    found = evaluator.template.conditions.get(name)
    if found is None:
        return evaluator.refuse(
            f"There is no condition {name}",
            "Declare it under Conditions, or correct the name.",
            span,
        )
    member, names = found
    inside = evaluator.within(names)
    return inside.once(("condition", name), member.key_span, lambda: truth(inside, member.value))


def of(evaluator: Evaluator, body: MapNode) -> Value:
    """Return whether the Condition of a resource or output holds: true where it has none."""
    node = body.get("Condition")
    if node is None:
        return TRUE
    if "Condition" in body.twice:
        return opaque("its Condition is set twice", node.span)
    name = getattr(node, "text", None)
    if name is None:
        return evaluator.malformed("Condition", "the name of a condition", node.span)
    return named(evaluator, evaluator.spelled(name), node.span)


def turn(
    condition: Value, then: Callable[[], Value], otherwise: Callable[[], Value], span: Span
) -> Value:
    """Return `then()` where the condition is true and `otherwise()` where it is false."""
    match condition:
        case Choice():
            yes = turn(condition.then, then, otherwise, span)
            no = turn(condition.otherwise, then, otherwise, span)
            return decide(condition.condition, yes, no, span)
        case Known(data=bool() as holds):
            return then() if holds else otherwise()
        case _:
            return condition


def truth(evaluator: Evaluator, node: Node) -> Value:
    """Evaluate a node that stands where a condition is expected."""
    name, argument = _call(evaluator, node)
    if name == "Condition":
        if isinstance(argument, ScalarNode):
            return named(evaluator, argument.text, argument.span)
        return evaluator.malformed("Condition", "the name of a condition", node.span)
    if name == "Fn::Equals":
        pair = evaluator.arguments(node, argument, 2, 2)
        if pair is None:
            return evaluator.malformed("Fn::Equals", "two values", node.span)
        values = [spread(evaluator.value(item), node.span) for item in pair]
        return lift(values, lambda pair: _equal(pair[0], pair[1], node.span), node.span)
    if name in ("Fn::And", "Fn::Or", "Fn::Not"):
        least, most = (1, 1) if name == "Fn::Not" else (2, _MOST_OPERANDS)
        operands = evaluator.arguments(node, argument, least, most)
        if operands is None:
            wanted = "one condition" if most == 1 else f"{least} to {most} conditions"
            return evaluator.malformed(name, f"{wanted}, in a list", node.span)
        return _combined(evaluator, name, operands, node.span)
    return lift(
        [evaluator.value(node)], lambda settled: _truth_of(evaluator, settled[0], node), node.span
    )


def is_made(evaluator: Evaluator, node: Node) -> bool:
    """Tell whether a node makes a condition, or a macro may: else CloudFormation refuses it.

    Its words are "Conditions can only be boolean operations on parameters and other conditions".
    """
    name, _ = _call(evaluator, node)
    return name in CONDITIONAL or "Fn::Transform" in getattr(node, "members", ())


def _call(evaluator: Evaluator, node: Node) -> tuple[str, Node]:
    call = evaluator.function(node)
    if call is not None:
        return call
    # A map of the one key Condition is a reference here, and ordinary data everywhere else.
    members = {} if isinstance(node, ScalarNode) else getattr(node, "members", {})
    if len(members) == 1 and "Condition" in members:
        return "Condition", members["Condition"].value
    return "", node


def _combined(evaluator: Evaluator, name: str, operands: list[Node], span: Span) -> Value:
    values = [
        evaluator.once((id(item), "truth"), span, lambda item=item: truth(evaluator, item))  # type: ignore[misc]
        for item in operands
    ]
    return combined(name, values, span)


def combined(name: str, values: list[Value], span: Span) -> Value:
    """Return what Fn::And, Fn::Or or Fn::Not makes of truths."""
    refused = next((value for value in values if isinstance(value, Unknown)), None)
    if refused is not None:
        return refused
    if name == "Fn::Not":
        return turn(values[0], lambda: FALSE, lambda: TRUE, span)
    result: Value = TRUE if name == "Fn::And" else FALSE
    for value in reversed(values):
        rest = result
        if name == "Fn::And":
            result = turn(value, lambda rest=rest: rest, lambda: FALSE, span)  # type: ignore[misc]
        else:
            result = turn(value, lambda: TRUE, lambda rest=rest: rest, span)  # type: ignore[misc]
    return result


def _truth_of(evaluator: Evaluator, value: Value, node: Node) -> Value:
    if isinstance(value, Known) and spell(value).lower() in ("true", "false"):
        return TRUE if spell(value).lower() == "true" else FALSE
    if isinstance(value, Unknown):
        return value if value.refused else _atom(Condition(value.name, value.needs), node.span)
    return evaluator.refuse(
        "A condition is neither true nor false",
        "A condition is made of Fn::Equals, Fn::And, Fn::Or, Fn::Not and other conditions.",
        node.span,
    )


def _atom(condition: Condition, span: Span) -> Value:
    return Choice(condition, TRUE, FALSE, span)


def _equal(left: Value, right: Value, span: Span) -> Value:
    """Compare two settled values, as text where both are scalars."""
    for value in (left, right):
        if isinstance(value, Unknown) and value.refused:
            return value
    if isinstance(left, Known) and isinstance(right, Known):
        return TRUE if spell(left) == spell(right) else FALSE
    if left == right:
        return TRUE
    if isinstance(left, Known):
        left, right = right, left
    if isinstance(right, Known):
        if isinstance(left, Unknown | Symbol):
            return unknown_is(left, spell(right), span)
        if _differs(left, spell(right)):
            return FALSE
    names = [show(left, span), show(right, span)]
    if not isinstance(right, Known):
        names.sort()
    needs = tuple(dict.fromkeys((*needs_of(left), *needs_of(right))))
    return _atom(Condition(" == ".join(names), needs), span)


def unknown_is(value: Unknown | Symbol, literal: str, span: Span) -> Value:
    """Return whether an unknown is a literal: open, but never two literals at once.

    Where code lists all that the unknown can be, the last of them is what it is when it is none of
    the others.
    """
    options = value.options if isinstance(value, Unknown) else ()
    if options and literal not in options:
        return FALSE
    if not 1 < len(options) <= MOST_OPTIONS or literal != options[-1]:
        return _atom(literally(value, literal, span), span)
    result: Value = TRUE
    for other in options[:-1]:
        result = decide(literally(value, other, span), FALSE, result, span)
    return result


def literally(value: Unknown | Symbol, literal: str, span: Span) -> Condition:
    """Return the condition that an unknown is a literal."""
    name = show(value, span)
    return Condition(f'{name} == "{literal}"', needs_of(value), name, literal)


def one_of_few(value: Value, span: Span) -> Value:
    """Return an unknown as the choice of all that it may be, where code lists a few texts."""
    options = value.options if isinstance(value, Unknown) else ()
    if not isinstance(value, Unknown) or not 0 < len(options) <= MOST_OPTIONS:
        return value
    result: Value = Known(options[-1], value.span, value.via)
    for said in reversed(options[:-1]):
        option = Known(said, value.span, value.via)
        result = decide(literally(value, said, span), option, result, span)
    return result


def spread(value: Value, span: Span) -> Value:
    """Return a text as the choice of all that it may be, where its unknown parts are of a few."""
    if not isinstance(value, Text):
        return value
    few = [value if isinstance(p, Piece) else one_of_few(p, span) for p in value.parts]

    def build(settled: list[Value]) -> Value:
        groups = [
            (part,) if isinstance(part, Piece) else parts_of_scalar(said) or ()
            for part, said in zip(value.parts, settled, strict=True)
        ]
        return concatenate(groups, "", span)

    return lift(few, build, span) if any(isinstance(p, Choice) for p in few) else value


def needs_of(value: Value) -> tuple[str, ...]:
    """Return the facts that would settle a value."""
    match value:
        case Unknown():
            return value.needs
        case Symbol():
            return (show(value, value.span),) if value.span is not None else ()
        case Text():
            return tuple(
                need
                for part in value.parts
                if not isinstance(part, Piece)
                for need in needs_of(part)
            )
        case _:
            return ()


def _differs(value: Value, literal: str) -> bool:
    """Tell whether a text with symbolic parts cannot be `literal`, by how it starts and ends."""
    parts = parts_of_scalar(value)
    if not parts:
        return False
    first, last = parts[0], parts[-1]
    starts = not isinstance(first, Piece) or literal.startswith(first.text)
    ends = not isinstance(last, Piece) or literal.endswith(last.text)
    return not (starts and ends)
