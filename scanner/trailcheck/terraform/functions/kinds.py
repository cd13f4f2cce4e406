"""Kinds of values, and bringing several values to one type."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.terraform.functions.base import (
    MOST_DEPTH,
    MOST_ITEMS,
    RefusedError,
    UnsettledError,
)
from trailcheck.terraform.functions.canonical import canonical
from trailcheck.terraform.functions.scalars import number_text
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from trailcheck.source import Span
    from trailcheck.value import Value


def text_of_scalar(value: Value) -> Value:
    """Return a scalar as text. Raises RefusedError for collections."""
    match value:
        case Known(data=None | str()) | Text() | Encoded() | Reference() | Symbol() | Unknown():
            return value
        case Known(data=bool() as data):
            return Known("true" if data else "false", value.span, value.via)
        case Known(data=data):
            assert data is not None
            assert not isinstance(data, str)
            return Known(number_text(data), value.span, value.via)
        case Sequence() | Mapping() | Handle():
            raise RefusedError(f"text is needed here, not {kind_of(value)}")
        case Choice():
            raise UnsettledError(value)
        case _:
            assert_never(value)


def set_of(items: Iterable[Value], span: Span | None, origin: Value | None = None) -> Sequence:
    """Return the set of `items`: brought to one type, without repetitions, in Terraform's order.

    Items that code does not settle stay, after the others: whether they repeat one is not known.
    Raises UnsettledError for a choice among the items.
    """
    distinct: dict[str, Value] = {}
    for item in unified(tuple(items)):
        if isinstance(item, Choice):
            # NOTE: the branches may differ in length, so the set of a choice is a choice of sets.
            raise UnsettledError(item)
        distinct.setdefault(canonical(item), item)
    ordered = sorted(distinct.values(), key=_set_order)
    return Sequence(ordered, span, origin.via if origin is not None else (), is_set=True)


def _set_order(value: Value) -> tuple[int, bool | int | Decimal, str]:
    match value:
        case Known(data=None):
            return (0, 0, "")
        case Known(data=str() as data):
            return (2, 0, data)
        case Known(data=data):
            assert data is not None
            assert not isinstance(data, str)
            return (1, data, "")
        case _:
            return (3, 0, "")


def unified(items: tuple[Value, ...], depth: int = 0) -> tuple[Value, ...]:
    """Return items brought to one type, as the elements of a list, set or map must be.

    Beside text, numbers and booleans become text. Raises RefusedError where Terraform finds no
    common type: a number beside a boolean, a list beside a scalar.
    """
    kinds = {kind for item in items if (kind := _kind(item))}
    if len(kinds) < 2 and not kinds & {"list", "map"}:  # noqa: PLR2004 - one kind is one type
        return items
    if kinds <= {"text", "number", "true or false"}:
        if "text" not in kinds:
            raise RefusedError("numbers and booleans have no common type")
        return tuple(i if isinstance(i, Choice) else text_of_scalar(i) for i in items)
    if len(kinds) > 1:
        raise RefusedError(f"{' and '.join(sorted(kinds))} have no common type")
    if kinds == {"list"} and depth < MOST_DEPTH:
        return _unified_lists(items, depth)
    return items


def _unified_lists(items: tuple[Value, ...], depth: int) -> tuple[Value, ...]:
    inner = [i for item in items if isinstance(item, Sequence) for i in item.items]
    if len(inner) > MOST_ITEMS:
        return items
    before = tuple(inner)
    try:
        after = unified(before, depth + 1)
    except RefusedError:
        # NOTE: tuples of different types are no error here: they stay tuples in some positions.
        return items
    if after is before:
        return items
    taken = iter(after)
    result: list[Value] = []
    for item in items:
        if isinstance(item, Sequence):
            mine = [next(taken) for _ in item.items]
            item = Sequence(mine, item.span, item.via, is_set=item.is_set)  # noqa: PLW2901
        result.append(item)
    return tuple(result)


def _kind(value: Value) -> str:
    """Return the kind of type that a value has, empty if it is open or fits any."""
    match value:
        case Known(data=bool()):
            return "true or false"
        case Known(data=str()) | Text() | Encoded() | Symbol():
            return "text"
        case Known(data=None) | Unknown() | Reference() | Choice() | Handle():
            return ""
        case Known():
            return "number"
        case Sequence():
            return "list"
        case Mapping():
            return "map"
        case _:
            assert_never(value)


def kind_of(value: Value) -> str:
    """Say in words what kind of value this is, with its article, for messages."""
    match value:
        case Known(data=None):
            return "null"
        case Known(data=bool()):
            return "a boolean"
        case Known(data=str()) | Text() | Encoded() | Symbol():
            return "text"
        case Known():
            return "a number"
        case Sequence():
            return "a set" if value.is_set else "a list"
        case Mapping():
            return "a map"
        case Handle():
            return "a whole resource or module"
        case Reference() | Unknown() | Choice():
            return "a value that is not known"
        case _:
            assert_never(value)
