"""The order of items in a set: scalars by value, anything else by what go-cty hashes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.shape import EACH
from trailcheck.terraform.functions.base import MOST_ITEMS
from trailcheck.terraform.functions.canonical import canonical
from trailcheck.terraform.functions.kinds import is_known, rendered
from trailcheck.terraform.functions.scalars import general
from trailcheck.value import Encoded, Known, Mapping, Sequence, Unknown, Unsorted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from trailcheck.shape import Shape
    from trailcheck.source import Span
    from trailcheck.value import Step, Value

NO_ORDER = "the order of a set is known only after deployment"
_SPECIAL = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL |= {"\v": "\\v", '"': '\\"', "\\": "\\\\"}


def set_order(value: Value) -> tuple[int, bool | int | Decimal, bytes]:
    """Return what an item sorts by: known ones, then nulls, then what code does not settle."""
    match value:
        case Known(data=None):
            return (1, 0, b"")
        case Known(data=str() as data):
            return (0, 0, data.encode("utf-8", "surrogatepass"))
        case Known(data=data):
            assert data is not None
            assert not isinstance(data, str)
            return (0, data, b"")
        case Sequence() | Mapping() if value.weight <= MOST_ITEMS and is_known(value):
            return (0, 0, _hashed(value).encode("utf-8", "surrogatepass"))
        case _:
            return (2, 0, b"")


def is_ordered(value: Value) -> bool:
    """Tell whether the order of items is certain: open items of a set may stand anywhere."""
    if not isinstance(value, Sequence) or len(value.items) < 2:  # noqa: PLR2004
        return True
    if not value.is_set:
        return type(value) is not Unsorted
    return value.weight <= MOST_ITEMS and is_known(value)


def listed_from(
    origins: Iterable[Value],
    items: Iterable[Value],
    span: Span | None,
    via: tuple[Step, ...] = (),
    *,
    of: Shape | None = None,
) -> Sequence:
    """Return the list of items that are made one by one of those of others, and so in their order.

    Where that is not certain, the list has none either, unless its items are all the same.
    """
    listed = tuple(items)
    ordered = all(map(is_ordered, origins)) or all(item == listed[0] for item in listed)
    return (Sequence if ordered else Unsorted)(listed, span, via, of=of)


def unplaced(item: Value, listed: Value, span: Span | None) -> Unknown:
    """Return at which place an item of a list without order stands."""
    return Unknown(f"(the place of {canonical(item)} in {canonical(listed)})", NO_ORDER, span)


def _hashed(value: Value) -> str:
    match value:
        case Known(data=None):
            return "~"
        case Known(data=bool() as data):
            return "T" if data else "F"
        case Known(data=str() as data):
            return quoted(data)
        case Known(data=data):
            assert data is not None
            assert not isinstance(data, str)
            return general(data, 10)
        case Sequence(items=items):
            listed = "".join(f"{_hashed(i)};" for i in items)
            return f"<{listed}>" if value.of in {None, EACH} else f"[{listed}]"
        case Mapping(items=entries):
            if value.of in {None, EACH}:
                return f"<{''.join(f'{_hashed(entries[k])};' for k in sorted(entries))}>"
            said = (f"{quoted(k)}:{_hashed(entries[k])};" for k in sorted(entries))
            return f"{{{''.join(said)}}}"
        case Encoded():
            return _hashed(rendered(value))
        case _:
            return "?"


def quoted(text: str) -> str:
    """Return text in quotes as Go writes it: what can not be printed stands as an escape."""
    return f'"{"".join(_letter(letter) for letter in text)}"'


def _letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    code = ord(letter)
    if letter.isprintable():
        return letter
    if code < 0x80:  # noqa: PLR2004 - the end of ASCII
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - 16 bits
