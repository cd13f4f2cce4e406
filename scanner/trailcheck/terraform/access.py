"""Parts of values: attributes, elements, and why there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import said_of
from trailcheck.terraform import layers, operators
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.functions.setorder import NO_ORDER, is_ordered
from trailcheck.terraform.operators import refused
from trailcheck.value import (
    Choice,
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Value

_TEXT = frozenset({"arn", "bucket", "id", "key_id", "name", "unique_id"})
"""Attributes known after deployment that are text in every resource."""


def attribute(value: Value, name: str, span: Span, scope: Scope) -> Value:
    """Return `value.name`."""
    return lift([value], lambda values: _attribute(values[0], name, span, scope))


def _attribute(value: Value, name: str, span: Span, scope: Scope) -> Value:
    match value:
        case Mapping():
            found = value.items.get(name)
            return found if found is not None else refused(f"there is no attribute {name!r}", span)
        case Handle():
            return scope.attribute(value, name, span)
        case Sequence() if name.isdigit():
            return index(value, Known(int(name)), span)
        case Unknown():
            if value.refused:
                return value
            if (held := layers.entry(value, name, span, scope)) is not None:
                return held
            return Unknown(f"{value.name}.{name}", value.reason, span, needs=value.needs)
        case Reference() if value.attribute in _TEXT:
            return refused(f"{value.attribute} is text, without attributes", span)
        case Reference():
            return Unknown(
                f"{value.address}.{value.attribute}.{name}",
                "it is known only after deployment",
                span,
            )
        case _:
            return refused(f"a value without attributes has no {name!r}", span)


def placeholder(key: Value) -> str:
    """Return what stands for a key that is not known, in addresses and in maps of instances."""
    return f"${{{convert.canonical(key)}}}"


def index(operand: Value, key: Value, span: Span) -> Value:
    """Return `operand[key]`."""
    return lift([operand, key], lambda values: index_of(values[0], values[1], span))


def index_of(operand: Value, key: Value, span: Span) -> Value:
    """Return `operand[key]` for operands that turn on nothing."""
    for side in (operand, key):
        if isinstance(side, Unknown) and side.refused:
            return side
    match operand:
        case Sequence():
            if operand.is_set:
                return refused("a set has no index", span)
            number = convert.to_number(key)
            if number == Known(0):
                number = Known(0)  # Zero may have a sign.
            if isinstance(number, Known) and isinstance(number.data, int):
                if 0 <= number.data < len(operand.items):
                    return _at(operand, number.data, span)
                return refused(
                    f"there is no element {number.data}: the list has {len(operand.items)}",
                    span,
                    by_value=True,
                )
            if (chosen := _item(operand, number, span)) is not None:
                return chosen
        case Mapping():
            said = convert.to_text(key)
            if isinstance(said, Known) and isinstance(said.data, str):
                found = operand.items.get(said.data)
                if found is not None:
                    return found
                return refused(f"there is no key {said.data!r}", span, by_value=True)
            if not isinstance(key, Known) and placeholder(key) in operand.items:
                return operand.items[placeholder(key)]
            if (chosen := _entry(operand, key, span)) is not None:
                return chosen
        case Unknown():
            name = f"{operand.name}[{convert.canonical(key)}]"
            return Unknown(name, operand.reason, span, needs=operand.needs)
        case Reference() if operand.attribute in _TEXT:
            return refused(f"{operand.attribute} is text, without elements", span)
        case Reference():
            name = f"{operand.address}.{operand.attribute}[{convert.canonical(key)}]"
            return Unknown(name, "it is known only after deployment", span)
        case Handle():
            return refused("a single resource has no index", span)
        case _:
            return refused("this value has no elements", span)
    if isinstance(key, Known):
        return refused("the index does not fit", span)
    name = f"{convert.canonical(operand)}[{convert.canonical(key)}]"
    return Unknown(
        name, f"the index is not known: {describe(key)}", span, needs=operators.needs_of(key)
    )


def _at(operand: Sequence, place: int, span: Span) -> Value:
    """Return an item; any of them may be the one, where the list has no order."""
    if is_ordered(operand):
        return operand.items[place]
    return Unknown(f"{convert.canonical(operand)}[{place}]", NO_ORDER, span)


def _entry(operand: Mapping, key: Value, span: Span) -> Value | None:
    """Return the choice of what an unknown key may lead to: an entry, or a refusal."""
    if any(held.startswith("${") for held in operand.items):
        return None  # A key that is itself not known.
    none = _nothing("key", operand, key, span)
    return operators.entry(operand.items, key, none, span)


def _item(operand: Sequence, number: Value, span: Span) -> Value | None:
    """Return the choice of what an unknown index may lead to: an item, or a refusal."""
    if not is_ordered(operand) or (isinstance(number, Unknown) and number.refused):
        return None
    none = _nothing("element", operand, number, span)
    return operators.entry(dict(enumerate(operand.items)), number, none, span)


def _nothing(what: str, operand: Value, key: Value, span: Span) -> Unknown:
    """Return what is refused where an index leads to nothing."""
    name = f"(no such {what} in {convert.canonical(operand)}: {convert.canonical(key)})"
    reason, needs = f"there may be no such {what}: {describe(key)}", operators.needs_of(key)
    met = said_of(f"there is no such {what}", "", span)
    return Unknown(name, reason, span, needs=needs, refused=True, refusal=met)


def describe(value: Value) -> str:
    """Say in words why a value is not known."""
    match value:
        case Unknown():
            return value.reason
        case Reference():
            return f"{value.address}.{value.attribute} is known only after deployment"
        case Symbol():
            return f"the deployment's own {value.name}"
        case Text():
            inside = next((p for p in value.parts if not isinstance(p, Piece)), None)
            return describe(inside) if inside is not None else "it is not settled"
        case Choice():
            return f"it turns on {value.condition.name}"
        case _:
            return "it is not settled"


def rows_of(value: Value) -> Value:
    """Return nested blocks as a list: in JSON syntax, a single one may be an object by itself."""
    return Sequence((value,), value.span) if isinstance(value, Mapping) else value
