"""What templates demand of parameters: numbers in bounds, texts of a length, one of a few.

A stack demands it of what its parent hands down too, wherever that comes from.

Source: CloudFormation User Guide, "Parameters": MinValue, MaxValue, MinLength, MaxLength and
AllowedValues; a stack whose parameters break them is not created.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import conditions
from trailcheck.cloudformation.assertions import demands
from trailcheck.cloudformation.constraints import options, refusal
from trailcheck.cloudformation.functions import each_branch, show
from trailcheck.cloudformation.nodes import MapNode, ScalarNode
from trailcheck.condition import Condition
from trailcheck.value import Choice, Known, Symbol, Unknown
from trailcheck.world import Law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.cloudformation.nodes import Member
    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.cloudformation.stacks.trees import Tree
    from trailcheck.condition import Scalar
    from trailcheck.value import Value

_TRUE, _FALSE = Known(True), Known(False)


def laws(tree: Tree) -> list[Law]:
    """Return what must be true of the parameters of a tree of stacks that have no value."""
    found: list[Law] = []
    for stack in tree.stacks.values():
        if stack.exists == _TRUE:
            for name, member in stack.template.parameters.items():
                found += _alone(stack, name, member)
        found += [_law(_where(stack, said)) for _, said in taken(stack)]
    for stack in tree.stacks.values():
        if stack.exists == _TRUE or stack.doubtful:
            found += [_law(_where(stack, said)) for said in demands(stack.evaluator)]
    return found + [_law(said) for said in tree.demands]


def _law(said: Value) -> Law:
    return Law(lambda: said)


def _where(stack: Stack, said: Value) -> Value:
    """Return a demand of a stack that may not be created: it is one where it is."""
    span = stack.template.root.span
    return conditions.turn(stack.exists, lambda: said, lambda: _TRUE, span)


def _alone(stack: Stack, name: str, member: Member) -> Iterator[Law]:
    """Yield what a stack that is surely created demands of a parameter that is one unknown."""
    node = member.value
    if not isinstance(node, MapNode):
        return
    value = stack.given(member)
    if value is None and node.get("Default") is None:
        yield from _of(f"parameter {stack.prefix}{name}", node)
    elif isinstance(value, Unknown | Symbol):
        yield from _of(show(value, member.key_span), node)


def taken(stack: Stack) -> Iterator[tuple[Member, Value]]:
    """Yield the parameters that a stack is given where its template may not take the value.

    With each comes whether it takes it.
    """
    if not (stack.exists == _TRUE or stack.doubtful):
        return
    for member in stack.template.parameters.values():
        node, value = member.value, stack.given(member)
        if value is not None and isinstance(node, MapNode):
            said = each_branch(value, lambda leaf, node=node: _takes(node, leaf))  # type: ignore[misc]
            if said != _TRUE:
                yield member, said


def _takes(node: MapNode, value: Value) -> Value:
    """Return whether a parameter takes one of the values that it may be given."""
    if refusal(node, _kind(node), value) is not None:
        return _FALSE
    result: Value = _TRUE
    if isinstance(value, Unknown | Symbol) and value.span is not None:
        for law in _of(show(value, value.span), node):
            result = conditions.combined("Fn::And", [result, law.value], value.span)
    return result


def _kind(node: MapNode) -> str:
    type_ = node.get("Type")
    return type_.text if isinstance(type_, ScalarNode) else "String"


def _of(name: str, node: MapNode) -> Iterator[Law]:
    yield Law(lambda: _TRUE, name, lambda literal: False if literal is None else None)
    kind = _kind(node)
    texts = options(node, kind)
    if texts:
        yield _demand(_among(name, texts), holds=True)
    if kind == "Number":
        if (least := _number(node, "MinValue")) is not None:
            yield _demand(
                Condition(f"{name} < {least}", (name,), name, least, "below"), holds=False
            )
        if (most := _number(node, "MaxValue")) is not None:
            above = Condition(f"{name} > {most}", (name,), name, most, "above")
            yield _demand(above, holds=False)
        allowed = [_read(text) for text in texts]
        if allowed and None not in allowed:
            yield _demand(_among(name, tuple(allowed)), holds=True)
        return
    shortest, longest = _number(node, "MinLength"), _number(node, "MaxLength")
    if shortest is not None or longest is not None:
        yield Law(lambda: _TRUE, name, lambda literal: _fits(literal, shortest, longest))


def _among(name: str, literals: tuple[Scalar, ...]) -> Condition:
    return Condition(f"{name} is one of {literals}", (name,), name, None, "among", literals)


def _demand(condition: Condition, *, holds: bool) -> Law:
    value = Choice(condition, _TRUE, _FALSE) if holds else Choice(condition, _FALSE, _TRUE)
    return Law(lambda: value)


def _fits(literal: Scalar, shortest: int | None, longest: int | None) -> bool | None:
    if not isinstance(literal, str):
        return None
    short = shortest is not None and len(literal) < shortest
    return not (short or (longest is not None and len(literal) > longest))


def _number(node: MapNode, key: str) -> int | None:
    stated = node.get(key)
    return _read(stated.text) if isinstance(stated, ScalarNode) else None


def _read(text: str) -> int | None:
    """Return a whole number as people write it; anything else bounds nothing."""
    said = text.strip()
    digits = said.removeprefix("-")
    return int(said) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None  # noqa: PLR2004 - no bound is longer
