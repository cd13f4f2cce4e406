"""Conversions between types as Terraform makes them, and values as plain Python data and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from trailcheck.shape import DYNAMIC, EACH, Collection, Structure
from trailcheck.terraform.functions.base import (
    MOST_DEPTH,
    MOST_ITEMS,
    RefusedError,
    UnsettledError,
    first_cause,
    why,
)
from trailcheck.terraform.functions.bigfloat import of_float
from trailcheck.terraform.functions.canonical import canonical, derived_name
from trailcheck.terraform.functions.kinds import (
    boolean_of,
    is_known,
    kind_of,
    number_of,
    rendered,
    text_of_scalar,
)
from trailcheck.terraform.functions.lift import lift, lift_items
from trailcheck.terraform.functions.reshape import (
    element_shape,
    reshape,
    set_of,
    unified,
    unified_values,
)
from trailcheck.terraform.functions.scalars import tidy
from trailcheck.terraform.functions.setorder import listed_from
from trailcheck.terraform.functions.shapes import common, converts, kind_of_shape
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Null,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from decimal import Decimal

    from trailcheck.shape import Shape
    from trailcheck.source import Span
    from trailcheck.value import Value

    Plain: TypeAlias = "bool | int | Decimal | str | list[Plain] | dict[str, Plain] | None"

__all__ = [
    "canonical",
    "derived",
    "from_plain",
    "is_known",
    "plain",
    "rendered",
    "to_bool",
    "to_list",
    "to_map",
    "to_number",
    "to_set",
    "to_shape",
    "to_text",
    "unified",
]


def to_text(value: Value) -> Value:
    """Return `value` as text, as templates and text arguments take it.

    Numbers and booleans are written out. Null stays null, and text with symbolic parts stays as it
    is. A collection is refused.
    """
    return lift([value], lambda settled: _converted("tostring", settled[0], text_of_scalar))


def to_number(value: Value) -> Value:
    """Return `value` as a number: text must write one in decimal. Null stays null."""
    return lift([value], lambda settled: _converted("tonumber", settled[0], number_of))


def to_bool(value: Value) -> Value:
    """Return `value` as a boolean: only the texts "true", "false", "1" and "0" are taken."""
    return lift([value], lambda settled: _converted("tobool", settled[0], boolean_of))


def to_list(value: Value) -> Value:
    """Return a list of the items of `value`, brought to one type. Maps and scalars are refused."""
    return lift([value], lambda settled: _converted("tolist", settled[0], _list))


def to_set(value: Value) -> Value:
    """Return a set of the items of `value`: one type, no repetitions, in Terraform's order."""
    return lift_items([value], lambda settled: _converted("toset", settled[0], _set))


def to_map(value: Value) -> Value:
    """Return `value` with its elements brought to one type. Anything but a map is refused."""
    return lift([value], lambda settled: _converted("tomap", settled[0], _map))


def derived(  # noqa: PLR0913 - each argument is part of what an unknown is
    name: str,
    arguments: Iterable[Value],
    span: Span | None,
    *,
    cause: Value | None = None,
    reason: str = "",
    least: int | None = None,
) -> Unknown:
    """Return the unknown result of the operation `name` on arguments that code does not settle."""
    arguments = list(arguments)
    cause = first_cause([cause]) if cause is not None else None
    cause = cause if cause is not None else first_cause(arguments)
    said, needs = why(cause)
    refused = isinstance(cause, Unknown) and cause.refused
    refusal = cause.refusal if isinstance(cause, Unknown) else None
    name = derived_name(name, arguments)
    return Unknown(
        name, reason or said, span, needs=needs, refused=refused, refusal=refusal, least=least
    )


def _converted(name: str, value: Value, convert: Callable[[Value], Value]) -> Value:
    try:
        return convert(value)
    except RefusedError as error:
        return Unknown(derived_name(name, [value]), str(error), value.span, refused=True)
    except (UnsettledError, RecursionError) as error:
        cause = error.cause if isinstance(error, UnsettledError) else value
        reason = error.reason if isinstance(error, UnsettledError) else "it is nested too deeply"
        return derived(name, [value], value.span, cause=cause, reason=reason)


def _list(value: Value) -> Value:
    match value:
        case Sequence(is_set=False) if value.of not in {None, EACH}:
            return value
        case Sequence():
            items = unified(value.items)
            element = value.of if value.of not in {None, EACH} else element_shape(items)
            return listed_from((value,), items, value.span, value.via, of=element)
        case Known(data=None):
            return _null(value, "list")
        case Unknown() | Reference():
            return value
        case Choice():
            raise UnsettledError(value)
        case _:
            raise RefusedError(f"{kind_of(value)} is not a list")


def _null(value: Known, kind: str) -> Value:
    """Return a null as one of a list, set or map. Raises RefusedError for one of another shape."""
    of = value.of if isinstance(value, Null) else DYNAMIC
    element: Shape | None = DYNAMIC
    if isinstance(of, Collection):
        element = of.element
    elif isinstance(of, Structure) and of.members:
        element = common(of.members)
    wanted = Collection(kind, element if element is not None else DYNAMIC)
    if not converts(of, wanted):
        raise RefusedError(f"a null of a {kind_of_shape(of)} is not a {kind}")
    return Null(wanted, value.span, value.via)


def _set(value: Value) -> Value:
    match value:
        case Sequence(is_set=True):
            return value
        case Sequence():
            element = DYNAMIC if value.of in {None, EACH} else value.of
            assert element is not None
            return set_of(value.items, value.span, value, element)
        case Known(data=None):
            return _null(value, "set")
        case Unknown() | Reference():
            return value
        case Choice():
            raise UnsettledError(value)
        case _:
            raise RefusedError(f"{kind_of(value)} is not a set")


def _map(value: Value) -> Value:
    match value:
        case Mapping() if value.of not in {None, EACH}:
            return value
        case Mapping():
            items = unified_values(tuple(value.items.values()))
            made = dict(zip(value.items, items, strict=True))
            of = element_shape(items)
            return Mapping(made, value.span, value.via, value.key_spans, of=of)
        case Known(data=None):
            return _null(value, "map")
        case Unknown() | Reference() | Handle():
            return value
        case Choice():
            raise UnsettledError(value)
        case _:
            raise RefusedError(f"{kind_of(value)} is not a map")


def to_shape(value: Value, wanted: Shape) -> Value:
    """Return `value` in a shape, as the other arm of a conditional or a declared type wants it."""
    return lift_items(
        [value], lambda given: _converted("convert", given[0], lambda one: reshape(one, wanted))
    )


class _TooLargeError(Exception):
    """A value is not settled, or too large to be written out."""


def plain(value: Value) -> Plain:
    """Return a fully known value as Python data: None, bool, int, Decimal, str, list or dict.

    Also None if something in it is not settled, or if it is too large; ask `is_known` to tell null
    from that. JSON text that is kept as structure becomes text.
    """
    try:
        return _plain(value, [2 * MOST_ITEMS], 0)
    except _TooLargeError:
        return None


def _plain(value: Value, left: list[int], depth: int) -> Plain:
    left[0] -= 1
    if left[0] < 0 or depth > MOST_DEPTH:
        raise _TooLargeError
    match value:
        case Known(data=data):
            return data
        case Sequence(items=items):
            return [_plain(item, left, depth + 1) for item in items]
        case Mapping(items=entries):
            return {key: _plain(item, left, depth + 1) for key, item in entries.items()}
        case Encoded():
            settled = rendered(value)
            if isinstance(settled, Known):
                return settled.data
            raise _TooLargeError
        case Text() | Reference() | Symbol() | Handle() | Unknown() | Choice():
            raise _TooLargeError
        case _:
            assert_never(value)


def from_plain(data: object, span: Span | None = None) -> Value:
    """Return Python data as a value, all of it at `span`. Raises TypeError for any other type."""
    match data:
        case None | bool() | str():
            return Known(data, span)
        case int():
            return Known(tidy(data), span)
        case float():
            return Known(of_float(data), span)
        case list() | tuple():
            return Sequence((from_plain(item, span) for item in data), span)
        case dict():
            return Mapping({str(k): from_plain(v, span) for k, v in data.items()}, span)
        case _ if type(data).__name__ == "Decimal":
            return Known(tidy(data), span)  # type: ignore[arg-type]
        case _:
            raise TypeError(type(data).__name__)
