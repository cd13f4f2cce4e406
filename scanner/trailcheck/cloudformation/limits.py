"""What a template demands of parameters that nobody gives: numbers in bounds, texts of a length.

Source: CloudFormation User Guide, "Parameters": MinValue, MaxValue, MinLength, MaxLength and
AllowedValues; a stack whose parameters break them is not created.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.assertions import demands
from trailcheck.cloudformation.constraints import options
from trailcheck.cloudformation.nodes import MapNode, ScalarNode
from trailcheck.condition import Condition
from trailcheck.value import Choice, Known
from trailcheck.world import Law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.cloudformation.stacks.trees import Tree
    from trailcheck.condition import Scalar

_TRUE, _FALSE = Known(True), Known(False)


def laws(tree: Tree) -> list[Law]:
    """Return what must be true of the parameters of a tree of stacks that have no value."""
    found = [
        law
        for stack in tree.stacks.values()
        if stack.exists == _TRUE
        for name, member in stack.template.parameters.items()
        if isinstance(member.value, MapNode)
        and stack.given(member) is None
        and member.value.get("Default") is None
        for law in _of(f"parameter {stack.prefix}{name}", member.value)
    ]
    for stack in tree.stacks.values():
        if stack.exists == _TRUE:
            found += [Law(lambda said=said: said) for said in demands(stack.evaluator)]  # type: ignore[misc]
    return found + [Law(lambda said=said: said) for said in tree.demands]  # type: ignore[misc]


def _of(name: str, node: MapNode) -> Iterator[Law]:
    yield Law(lambda: _TRUE, name, lambda literal: False if literal is None else None)
    type_ = node.get("Type")
    kind = type_.text if isinstance(type_, ScalarNode) else "String"
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
