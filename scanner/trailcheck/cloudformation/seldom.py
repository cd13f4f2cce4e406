"""Intrinsic functions that chains seldom need; what they give is often not worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import NO_VALUE, known_later, lift, made_of, opaque, spell
from trailcheck.cloudformation.nodes import ScalarNode
from trailcheck.value import Encoded, Known, Mapping, Reference, Sequence, Unknown

if TYPE_CHECKING:
    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Node
    from trailcheck.value import Value

_MOST_DIGITS = 9
_MOST_BLOCKS = 256


def base64(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    """Return a text in base64."""

    def build(settled: list[Value]) -> Value:
        (value,) = settled
        if isinstance(value, Unknown):
            return made_of("Fn::Base64", value, call.span)
        if isinstance(value, Sequence | Mapping) or value == NO_VALUE:
            return evaluator.malformed("Fn::Base64", "a text", call.span)
        if not isinstance(value, Known):
            return opaque("the base64 text of what is known only after deployment", call.span)
        import base64  # noqa: PLC0415 - rare

        return Known(base64.b64encode(spell(value).encode("utf-8", "replace")).decode(), call.span)

    return lift([evaluator.argument(call, argument)], build, call.span)


def length(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    """Return how many items a list has."""

    def build(settled: list[Value]) -> Value:
        (value,) = settled
        if isinstance(value, Sequence):
            return Known(len(value.items), call.span)
        if isinstance(value, Unknown):
            return made_of("Fn::Length", value, call.span)
        if isinstance(value, Reference):
            return known_later("Fn::Length", value, call.span)
        return evaluator.malformed("Fn::Length", "a list", call.span)

    refused = evaluator.extended("Fn::Length", call.span)
    return refused or lift([evaluator.argument(call, argument)], build, call.span)


def to_json(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    """Return the JSON of a list or map; its structure and places are kept."""

    def build(settled: list[Value]) -> Value:
        (value,) = settled
        if isinstance(value, Known):
            return evaluator.malformed("Fn::ToJsonString", "a list or a map", call.span)
        return value if isinstance(value, Unknown) else Encoded(value, call.span)

    refused = evaluator.extended("Fn::ToJsonString", call.span)
    return refused or lift([evaluator.argument(call, argument)], build, call.span)


def transform(_evaluator: Evaluator, call: Node, _argument: Node) -> Value:
    """Return what a macro makes: unknown."""
    return opaque("it is made by a macro when the stack is deployed", call.span)


def zones(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    """Return the zones of a Region: unknown."""
    made = evaluator.function(argument) is not None and argument is not call
    if not made and not isinstance(argument, ScalarNode):
        return evaluator.malformed("Fn::GetAZs", "the name of a Region", call.span)
    return opaque("it depends on the account and Region of the deployment", call.span)


def cidr(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    """Return the blocks of a network: unknown."""
    items = evaluator.arguments(call, argument, 2, 3)
    count = evaluator.value(items[1]) if items is not None else None
    most = (
        isinstance(count, Known) and spell(count).isdecimal() and len(spell(count)) < _MOST_DIGITS
    )
    if items is None or (isinstance(count, Known) and not most):
        return evaluator.malformed("Fn::Cidr", "a block, a number, and bits", call.span)
    if isinstance(count, Known) and not 1 <= int(spell(count)) <= _MOST_BLOCKS:
        return evaluator.malformed("Fn::Cidr", f"a number from 1 to {_MOST_BLOCKS}", call.span)
    return opaque("the addresses of a network are not worked out", call.span)
