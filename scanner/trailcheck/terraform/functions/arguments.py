"""Reading arguments: what a function needs, or an error that says why it can not have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.terraform.functions.base import (
    CWD,
    MOST_ITEMS,
    MOST_PARTS,
    MOST_TEXT,
    RefusedError,
    UnsettledError,
)
from trailcheck.terraform.functions.convert import rendered, to_bool, to_list, to_number
from trailcheck.terraform.functions.kinds import kind_of, text_of_scalar
from trailcheck.terraform.functions.parts import chunks_of
from trailcheck.terraform.functions.setorder import NO_ORDER, is_ordered
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
    parts_of,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from trailcheck.source import Span
    from trailcheck.terraform.functions.parts import Chunk
    from trailcheck.value import Part, Step, Value

_LARGEST = 2**63


def text_like(value: Value) -> Value:
    """Return the argument as `Known` text, `Text`, a reference, a symbol or an unknown.

    Raises RefusedError for null and for what is no text.
    """
    value = rendered(text_of_scalar(value))
    if isinstance(value, Known) and value.data is None:
        raise RefusedError("an argument must not be null")
    return value


def chunks(value: Value) -> list[Chunk]:
    """Return the argument as chunks of text."""
    parts = parts_of(text_like(value))
    if parts is None:
        raise UnsettledError(value)
    return chunks_of(parts)


def literal(value: Value) -> str:
    """Return the argument as literal text. Raises UnsettledError if it has a symbolic part."""
    said = text_like(value)
    if isinstance(said, Known) and isinstance(said.data, str):
        return said.data
    raise UnsettledError(value)


def path_of(value: Value) -> str:
    """Return a path of a file; one that starts with `path.cwd` leads from where Terraform runs."""
    cwd, *rest = parts_of(value) or (None,)
    if isinstance(cwd, Unknown) and cwd.name == CWD:
        said = "".join(part.text for part in rest if isinstance(part, Piece))
        if all(isinstance(part, Piece) for part in rest) and said[:1] in {"", "/"}:
            return f".{said}"
    return literal(value)


def number(value: Value) -> int | Decimal:
    """Return the argument as a number."""
    settled = to_number(value)
    match settled:
        case Known(data=None):
            raise RefusedError("an argument must not be null")
        case Known(data=data) if not isinstance(data, bool | str):
            assert data is not None
            return data
        case Unknown(refused=True) if not isinstance(value, Unknown):
            raise RefusedError(settled.reason)
        case _:
            raise UnsettledError(value)


def integer(value: Value) -> int:
    """Return the argument as a whole number. Raises RefusedError for a fraction."""
    settled = number(value)
    if not settled:
        return 0
    if not isinstance(settled, int):
        raise RefusedError("a whole number is needed")
    return settled


def word(value: Value) -> int:
    """Return the argument as a whole number of 64 bits. Raises RefusedError for others."""
    settled = integer(value)
    if not -_LARGEST <= settled < _LARGEST:
        raise RefusedError("the number does not fit into 64 bits")
    return settled


def boolean(value: Value) -> bool | None:
    """Return the argument as a boolean; null is None."""
    settled = to_bool(value)
    match settled:
        case Known(data=bool() | None as data):
            return data
        case Unknown(refused=True) if not isinstance(value, Unknown):
            raise RefusedError(settled.reason)
        case _:
            raise UnsettledError(value)


def items(value: Value) -> tuple[Value, ...]:
    """Return the items of a list, tuple or set."""
    match value:
        case Sequence(items=listed):
            return listed
        case Reference() | Unknown() | Choice():
            raise UnsettledError(value)
        case Known() | Text() | Encoded() | Symbol() | Mapping() | Handle():
            raise RefusedError(f"a list is needed here, not {kind_of(value)}")
        case _:
            assert_never(value)


def listed(value: Value, *, any_order: bool = False) -> Sequence:
    """Return the argument as a list of one element type: a tuple or set is made one.

    Raises UnsettledError where its order matters and is not certain.
    """
    settled = to_list(value)
    match settled:
        case Sequence() if not any_order and not is_ordered(settled):
            raise UnsettledError(value, NO_ORDER)
        case Sequence():
            return settled
        case Known(data=None):
            raise RefusedError("an argument must not be null")
        case Unknown(refused=True) if not isinstance(value, Unknown):
            raise RefusedError(settled.reason)
        case _:
            raise UnsettledError(value)


def entries(value: Value) -> dict[str, Value]:
    """Return the entries of a map or object."""
    match value:
        case Mapping(items=held):
            return held
        case Reference() | Unknown() | Choice() | Handle():
            raise UnsettledError(value)
        case Known() | Text() | Encoded() | Symbol() | Sequence():
            raise RefusedError(f"a map is needed here, not {kind_of(value)}")
        case _:
            assert_never(value)


def settled_items(value: Value) -> bool:
    """Tell whether the number and order of items is certain: open items of a set may be equal."""
    return is_ordered(value)


def joined(parts: Iterable[Part], span: Span | None, via: tuple[Step, ...] = ()) -> Value:
    """Return parts as one text. Raises UnsettledError beyond the bounds on text."""
    kept, length = list(parts), 0
    for part in kept:
        if isinstance(part, Piece):
            length += len(part.text)
    if length > MOST_TEXT or len(kept) > MOST_PARTS:
        raise UnsettledError(reason="the text is too long to follow")
    return text(kept, span, via)


def bounded(count: int) -> int:
    """Return the length of a list to be. Raises UnsettledError if it is too long to follow."""
    if count > MOST_ITEMS:
        raise UnsettledError(reason="the list is too long to follow")
    return count
