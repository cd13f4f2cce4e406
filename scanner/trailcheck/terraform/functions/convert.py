"""Conversions between types as Terraform makes them, and values as plain Python data and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from trailcheck.terraform.functions.base import (
    MOST_DEPTH,
    MOST_ITEMS,
    RefusedError,
    UnsettledError,
    first_cause,
    why,
)
from trailcheck.terraform.functions.canonical import canonical, derived_name
from trailcheck.terraform.functions.kinds import kind_of, set_of, text_of_scalar, unified
from trailcheck.terraform.functions.lift import lift, lift_items
from trailcheck.terraform.functions.scalars import parse_number, tidy
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
    from collections.abc import Callable, Iterable
    from decimal import Decimal

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
    return lift([value], lambda settled: _converted("tonumber", settled[0], _number))


def to_bool(value: Value) -> Value:
    """Return `value` as a boolean: only the texts "true", "false", "1" and "0" are taken."""
    return lift([value], lambda settled: _converted("tobool", settled[0], _bool))


def to_list(value: Value) -> Value:
    """Return a list of the items of `value`, brought to one type. Maps and scalars are refused."""
    return lift([value], lambda settled: _converted("tolist", settled[0], _list))


def to_set(value: Value) -> Value:
    """Return a set of the items of `value`: one type, no repetitions, in Terraform's order."""
    return lift_items([value], lambda settled: _converted("toset", settled[0], _set))


def to_map(value: Value) -> Value:
    """Return `value` with its elements brought to one type. Anything but a map is refused."""
    return lift([value], lambda settled: _converted("tomap", settled[0], _map))


def derived(
    name: str,
    arguments: Iterable[Value],
    span: Span | None,
    *,
    cause: Value | None = None,
    reason: str = "",
) -> Unknown:
    """Return the unknown result of the operation `name` on arguments that code does not settle."""
    arguments = list(arguments)
    cause = first_cause([cause]) if cause is not None else None
    cause = cause if cause is not None else first_cause(arguments)
    said, needs = why(cause)
    refused = isinstance(cause, Unknown) and cause.refused
    return Unknown(
        derived_name(name, arguments), reason or said, span, needs=needs, refused=refused
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


def _number(value: Value) -> Value:
    match value:
        case Known(data=bool()):
            raise RefusedError("a boolean is not a number")
        case Known(data=str() as data):
            number = parse_number(data)
            if number is None:
                raise RefusedError("this text does not write a decimal number")
            return Known(number, value.span, value.via)
        case Known() | Unknown() | Reference():
            return value
        case Symbol():
            if value.name == "account":
                raise UnsettledError(value)
            raise RefusedError(f"the {value.name} of a deployment is not a number")
        case Text() | Choice():
            raise UnsettledError(value)
        case Encoded():
            settled = rendered(value)
            if isinstance(settled, Known):
                return _number(settled)
            raise UnsettledError(value)
        case Sequence() | Mapping() | Handle():
            raise RefusedError(f"a number is needed here, not {kind_of(value)}")
        case _:
            assert_never(value)


def _bool(value: Value) -> Value:
    match value:
        case Known(data=bool() | None) | Unknown() | Reference():
            return value
        case Known(data=str() as data):
            if data in {"true", "1"}:
                return Known(True, value.span, value.via)
            if data in {"false", "0"}:
                return Known(False, value.span, value.via)
            raise RefusedError('only the texts "true" and "false" are booleans')
        case Text() | Choice():
            raise UnsettledError(value)
        case Encoded():
            settled = rendered(value)
            if isinstance(settled, Known):
                return _bool(settled)
            raise UnsettledError(value)
        case Known() | Symbol() | Sequence() | Mapping() | Handle():
            raise RefusedError(f"true or false is needed here, not {kind_of(value)}")
        case _:
            assert_never(value)


def _list(value: Value) -> Value:
    match value:
        case Sequence():
            items = unified(value.items)
            if items is value.items and value.typed:
                return value
            return Sequence(items, value.span, value.via, typed=True)
        case Known(data=None) | Unknown() | Reference():
            return value
        case Choice():
            raise UnsettledError(value)
        case _:
            raise RefusedError(f"{kind_of(value)} is not a list")


def _set(value: Value) -> Value:
    match value:
        case Sequence(is_set=True):
            return value
        case Sequence():
            return set_of(value.items, value.span, value)
        case Known(data=None) | Unknown() | Reference():
            return value
        case Choice():
            raise UnsettledError(value)
        case _:
            raise RefusedError(f"{kind_of(value)} is not a set")


def _map(value: Value) -> Value:
    match value:
        case Mapping():
            before = tuple(value.items.values())
            after = unified(before)
            if after is before and value.typed:
                return value
            items = dict(zip(value.items, after, strict=True))
            return Mapping(items, value.span, value.via, value.key_spans, typed=True)
        case Known(data=None) | Unknown() | Reference() | Handle():
            return value
        case Choice():
            raise UnsettledError(value)
        case _:
            raise RefusedError(f"{kind_of(value)} is not a map")


def rendered(value: Value) -> Value:
    """Return the JSON text of an `Encoded` value as plain text with its symbolic parts.

    Where a part could need escapes, or could be no text at all, the result is unknown. Any other
    value is returned unchanged.
    """
    if not isinstance(value, Encoded):
        return value
    from trailcheck.terraform.functions.jsonparts import json_text  # noqa: PLC0415 - rarely needed

    return json_text(value)


def is_known(value: Value) -> bool:
    """Tell whether code settles `value` and everything in it."""
    waiting, seen = [value], set[int]()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        match item:
            case Known():
                pass
            case Sequence(items=items):
                waiting.extend(items)
            case Mapping(items=entries):
                waiting.extend(entries.values())
            case Encoded(value=inner):
                waiting.append(inner)
            case Text() | Reference() | Symbol() | Handle() | Unknown() | Choice():
                return False
            case _:
                assert_never(item)
    return True


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
        case int() | float():
            return Known(tidy(data), span)
        case list() | tuple():
            return Sequence((from_plain(item, span) for item in data), span)
        case dict():
            return Mapping({str(k): from_plain(v, span) for k, v in data.items()}, span)
        case _ if type(data).__name__ == "Decimal":
            return Known(tidy(data), span)  # type: ignore[arg-type]
        case _:
            raise TypeError(type(data).__name__)
