"""One text per value: equal values have equal texts, so that equal calls are equal unknowns."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, assert_never

from trailcheck.terraform.functions.base import MOST_DEPTH
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
    Unsorted,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.value import Part, Value

_LONGEST = 400
_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_serial = count(1)


def canonical(value: Value) -> str:
    """Return the text that stands for `value` in the names of unknowns, much as code would say it.

    Two values have the same text if and only if they are equal. Long texts are cut and end in a
    digest of the whole, so that a value which is built by doubling stays small.
    """
    return _canonical(value, {}, 0)


def derived_name(function: str, arguments: Iterable[Value]) -> str:
    """Return the name of the unknown that `function` makes of `arguments`: `lower(var.prefix)`."""
    memo: dict[int, str] = {}
    return _short(f"{function}({', '.join(_canonical(a, memo, 0) for a in arguments)})")


def _canonical(value: Value, memo: dict[int, str], depth: int) -> str:
    known = memo.get(id(value))
    if known is None:
        known = memo[id(value)] = _short(_describe(value, memo, depth + 1))
    return known


def _describe(value: Value, memo: dict[int, str], depth: int) -> str:
    if depth > MOST_DEPTH:
        # NOTE: what lies deeper is not compared: no two such values count as equal.
        return f"value {next(_serial)}"
    match value:
        case Known(data=data):
            return _scalar(data)
        case Text(parts=parts):
            return f'"{"".join(_part(p, memo, depth) for p in parts)}"'
        case Sequence(items=items, is_set=is_set):
            listed = f"[{', '.join(_canonical(i, memo, depth) for i in items)}]"
            if type(value) is Unsorted:
                return f"tolist(toset({listed}))"
            return f"toset({listed})" if is_set else listed
        case Mapping(items=entries):
            said = (
                f"{_quoted(k)} = {_canonical(entries[k], memo, depth)}" for k in sorted(entries)
            )
            return f"{{{', '.join(said)}}}"
        case Encoded(value=inner):
            return f"jsonencode({_canonical(inner, memo, depth)})"
        case Reference(address=address, attribute=attribute):
            return f"{address}.{attribute}"
        case Symbol(name=name, scope=scope):
            return f"{name}@{scope}" if scope else name
        case Handle(address=address):
            return address
        case Unknown(name=name):
            return name
        case Choice(condition=condition, then=then, otherwise=otherwise):
            branches = f"{_canonical(then, memo, depth)} : {_canonical(otherwise, memo, depth)}"
            return f"({condition.name} ? {branches})"
        case _:
            assert_never(value)


def _part(part: Part, memo: dict[int, str], depth: int) -> str:
    if isinstance(part, Piece):
        return part.text.translate(_ESCAPES).replace("${", "$${")
    return f"${{{_canonical(part, memo, depth)}}}"


def _scalar(data: object) -> str:
    match data:
        case None:
            return "null"
        case bool():
            return "true" if data else "false"
        case str():
            return _quoted(data)
        case int() if data.bit_length() > _LONGEST:
            # NOTE: Python refuses to write integers of thousands of digits in decimal.
            return hex(data)
        case _ if not data:
            return "0"  # Zero with a sign is equal to zero.
        case _:
            return str(data)


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES).replace("${", "$${")}"'


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    from hashlib import sha256  # noqa: PLC0415 - rarely needed, and not free to import

    return f"{text[:120]}…{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
