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
from trailcheck.terraform.functions.lift import lift, lift_items
from trailcheck.terraform.functions.scalars import number_text, parse_number, tidy
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

    Plain: TypeAlias = "None | bool | int | Decimal | str | list[Plain] | dict[str, Plain]"

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
    """Return `value` as text, as templates and text arguments take it: numbers and booleans written out.

    Null stays null, and text with symbolic parts stays as it is. A collection is refused.
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
            if items is value.items and not value.is_set:
                return value
            return Sequence(items, value.span, value.via)
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
            if after is before:
                return value
            items = dict(zip(value.items, after, strict=True))
            return Mapping(items, value.span, value.via, value.key_spans)
        case Known(data=None) | Unknown() | Reference() | Handle():
            return value
        case Choice():
            raise UnsettledError(value)
        case _:
            raise RefusedError(f"{kind_of(value)} is not a map")


def set_of(items: Iterable[Value], span: Span | None, origin: Value | None = None) -> Sequence:
    """Return the set of `items`: brought to one type, without repetitions, in Terraform's order.

    Items that code does not settle stay, after the others: whether they repeat one is not known.
    """
    distinct: dict[str, Value] = {}
    for item in unified(tuple(items)):
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


def rendered(value: Value) -> Value:
    """Return the JSON text of an `Encoded` value as plain text with its symbolic parts.

    Where a part could need escapes, or could be no text at all, the result is unknown. Any other value is
    returned unchanged.
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
