"""Nested blocks as values: lists of mappings, `dynamic` ones expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform import operators
from trailcheck.terraform.access import describe
from trailcheck.terraform.config import dotted
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.functions.setorder import is_ordered, unplaced
from trailcheck.value import Known, Mapping, Sequence, Unknown

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform import ast
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Value


def nested_blocks(body: ast.Body, name: str, scope: Scope) -> Value:
    """Return the blocks of one type in a body, dynamic ones expanded, as a list of mappings."""
    rows: list[Value] = []
    for block in body.named(name):
        if block.type == "dynamic":
            rows.append(_dynamic(block, scope))
        else:
            rows.append(Sequence((block_value(block.body, block.header, scope),)))
    if not rows:
        argument = body.argument(name)
        # Attributes as blocks: `ingress = []` is allowed for some block types.
        return evaluate(argument.expression, scope) if argument is not None else Sequence(())

    def joined(lists: list[Value]) -> Value:
        items: list[Value] = []
        for value in lists:
            if not isinstance(value, Sequence):
                return value
            items.extend(value.items)
        return Sequence(items, body.span)

    return lift(rows, joined)


def block_value(body: ast.Body, header: Span, scope: Scope) -> Value:
    """Return a block as a mapping of its arguments and nested blocks."""
    items: dict[str, Value] = {}
    spans: dict[str, Span] = {}
    for name, argument in body.arguments.items():
        items[name] = evaluate(argument.expression, scope)
        spans[name] = argument.span
    for block in body.blocks:
        name = block.labels[0] if block.type == "dynamic" and block.labels else block.type
        if name not in items or block.type == "dynamic":
            items[name] = nested_blocks(body, name, scope)
            spans[name] = block.header
    return Mapping(items, header, (), spans)


def _dynamic(block: ast.Block, scope: Scope) -> Value:
    """Expand a `dynamic` block into a list of mappings, one an element of its for_each."""
    for_each = block.body.argument("for_each")
    content = next(iter(block.body.named("content")), None)
    if for_each is None or content is None:
        return operators.refused("a dynamic block needs for_each and content", block.header)
    iterator_argument = block.body.argument("iterator")
    iterator = dotted(iterator_argument.expression) if iterator_argument is not None else None
    name = iterator or block.labels[0]

    def expand(values: list[Value]) -> Value:
        collection = values[0]
        match collection:
            case Sequence(is_set=True):
                pairs: list[tuple[Value, Value]] = [(item, item) for item in collection.items]
            case Sequence():
                ordered = is_ordered(collection)
                pairs = [
                    (Known(n) if ordered else unplaced(item, collection, item.span), item)
                    for n, item in enumerate(collection.items)
                ]
            case Mapping():
                pairs = [(Known(k), collection.items[k]) for k in sorted(collection.items)]
            case Known(data=None):
                return operators.refused("for_each must not be null", for_each.span)
            case _:
                reason = f"the blocks are not known: {describe(collection)}"
                place = f"{block.header.source.path}:{block.header.first.line}"
                return Unknown(
                    f"dynamic {block.labels[0]} at {place} of {convert.canonical(collection)}",
                    reason,
                    for_each.span,
                    needs=operators.needs_of(collection),
                )
        rows = []
        for key, value in pairs:
            each = Mapping({"key": key, "value": value}, for_each.span)
            rows.append(block_value(content.body, content.header, scope.with_names({name: each})))
        return Sequence(rows, block.header)

    return lift([evaluate(for_each.expression, scope)], expand)
