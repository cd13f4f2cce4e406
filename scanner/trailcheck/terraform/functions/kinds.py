"""Kinds of values, and scalars of one kind made of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.terraform.functions.base import RefusedError, UnsettledError
from trailcheck.terraform.functions.scalars import number_text, parse_number
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
    from collections.abc import Iterator

    from trailcheck.source import Span
    from trailcheck.value import Value


_EPHEMERAL = "is ephemeral, and Terraform lets no resource hold it"


def ephemeral(address: str, span: Span) -> Unknown:
    """Return what lives while Terraform runs, and is kept nowhere: no argument may be of it."""
    return Unknown(address, f"{address} {_EPHEMERAL}", span, refused=True)


def is_ephemeral(value: Value) -> bool:
    """Tell whether a value is ephemeral, or made with one."""
    return isinstance(value, Unknown) and value.reason.endswith(_EPHEMERAL)


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


def number_of(value: Value) -> Value:
    """Return a scalar as a number: text must write one in decimal. Raises RefusedError."""
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
                return number_of(settled)
            raise UnsettledError(value)
        case Sequence() | Mapping() | Handle():
            raise RefusedError(f"a number is needed here, not {kind_of(value)}")
        case _:
            assert_never(value)


def boolean_of(value: Value) -> Value:
    """Return a scalar as a boolean: text must write one. Raises RefusedError."""
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
                return boolean_of(settled)
            raise UnsettledError(value)
        case Known() | Symbol() | Sequence() | Mapping() | Handle():
            raise RefusedError(f"true or false is needed here, not {kind_of(value)}")
        case _:
            assert_never(value)


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


def is_refused(value: Value) -> bool:
    """Tell whether anything in a value is refused."""
    return any(unknown.refused for unknown in _unknowns(value))


def has_unknown(value: Value) -> bool:
    """Tell whether anything in a value is unknown."""
    return any(True for _ in _unknowns(value))


def _unknowns(value: Value) -> Iterator[Unknown]:
    """Yield what is unknown in a value; parts that it shares are looked at once."""
    waiting, seen = [value], set[int]()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        match item:
            case Unknown():
                yield item
            case Text():
                waiting.extend(p for p in item.parts if isinstance(p, Unknown))
            case Sequence():
                waiting.extend(item.items)
            case Mapping():
                waiting.extend(item.items.values())
            case Encoded():
                waiting.append(item.value)


def composed(value: Value) -> Value:
    """Return text in the normal form C, in which Terraform keeps all text."""
    if not isinstance(value, Known) or not isinstance(value.data, str) or value.data.isascii():
        return value
    from unicodedata import is_normalized, normalize  # noqa: PLC0415 - seldom needed

    if is_normalized("NFC", value.data):
        return value
    return Known(normalize("NFC", value.data), value.span, value.via)


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
