"""Functions on maps and objects. Entries that code does not settle keep their keys and places."""

# ruff: noqa: ARG001 - every implementation has the same signature

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform import operators
from trailcheck.terraform.functions.arguments import bounded, entries, items, literal, settled_items
from trailcheck.terraform.functions.base import Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.equality import found_in
from trailcheck.terraform.functions.kinds import unified
from trailcheck.value import Known, Mapping, Sequence

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value

_LOOKUP_WITH_DEFAULT = 3


def merge(call: Call, arguments: list[Value]) -> Value:
    """Return one map of all entries; a later map wins over an earlier. Null counts as empty.

    Each entry keeps the place where it was written. A map that is not known may hold any key, so
    that nothing of the result is.
    """
    result: dict[str, Value] = {}
    places: dict[str, Span] = {}
    for argument in arguments:
        if isinstance(argument, Known) and argument.data is None:
            continue
        held = entries(argument)
        result.update(held)
        for key in held:
            places.pop(key, None)
        if isinstance(argument, Mapping):
            places.update(argument.key_spans)
        bounded(len(result))
    via = tuple(dict.fromkeys(step for argument in arguments for step in argument.via))
    return Mapping(result, call.span, via, places)


def lookup(call: Call, arguments: list[Value]) -> Value:
    """Return the entry at a key, or the default; without one a missing key is refused."""
    if isinstance(arguments[0], Known) or (
        isinstance(arguments[1], Known) and arguments[1].data is None
    ):
        raise RefusedError("a map and a key are needed, not null")
    held = entries(arguments[0])
    if not held and len(arguments) == _LOOKUP_WITH_DEFAULT:
        return arguments[2]
    if len(arguments) == _LOOKUP_WITH_DEFAULT and not any(key.startswith("${") for key in held):
        chosen = operators.entry(held, arguments[1], arguments[2], call.span)
        if chosen is not None:
            return chosen
    key = literal(arguments[1])
    if key in held:
        return held[key]
    if len(arguments) == _LOOKUP_WITH_DEFAULT:
        return arguments[2]
    raise RefusedError("the map has no such key, and no default is given")


def keys(call: Call, arguments: list[Value]) -> Value:
    """Return the keys of a map, in order."""
    held = entries(arguments[0])
    places = arguments[0].key_spans if isinstance(arguments[0], Mapping) else {}
    return Sequence(
        (Known(k, places.get(k, call.span)) for k in sorted(held)), call.span, arguments[0].via
    )


def values(call: Call, arguments: list[Value]) -> Value:
    """Return the values of a map, in the order of its keys."""
    held = entries(arguments[0])
    return Sequence((held[k] for k in sorted(held)), call.span, arguments[0].via)


def zipmap(call: Call, arguments: list[Value]) -> Value:
    """Return the map from the texts of one list to the items of another, as long."""
    names, held = items(arguments[0]), items(arguments[1])
    if not (settled_items(arguments[0]) and settled_items(arguments[1])):
        raise UnsettledError
    if len(names) != len(held):
        raise RefusedError(f"{len(names)} keys do not match {len(held)} values")
    return Mapping({literal(n): v for n, v in zip(names, held, strict=True)}, call.span)


def transpose(call: Call, arguments: list[Value]) -> Value:
    """Return the map from each text in the lists of a map to the keys of the lists that hold it."""
    result: dict[str, list[Value]] = {}
    held = entries(arguments[0])
    bounded(sum(len(v.items) for v in held.values() if isinstance(v, Sequence)))
    for key in sorted(held):
        for item in items(held[key]):
            if isinstance(item, Known) and item.data is None:
                raise RefusedError("an item is null")
            result.setdefault(literal(item), []).append(Known(key, call.span))
    return Mapping({k: Sequence(result[k], call.span) for k in sorted(result)}, call.span)


def matchkeys(call: Call, arguments: list[Value]) -> Value:
    """Return the items of one list whose counterparts in the second are among the third."""
    held, names, wanted = (items(a) for a in arguments)
    if len(held) != len(names):
        raise RefusedError("the lists of values and keys differ in length")
    together = unified((*names, *wanted))
    names, wanted = together[: len(names)], together[len(names) :]
    bounded(len(names) * max(len(wanted), 1) // 10)
    result: list[Value] = []
    for value, name in zip(held, names, strict=True):
        answer = found_in(name, wanted)
        if answer is None:
            raise UnsettledError
        if answer:
            result.append(value)
    return Sequence(result, call.span, arguments[0].via)


def removed(call: Call, arguments: list[Value]) -> Value:
    """Refuse `list` and `map`, which Terraform has dropped in favour of brackets."""
    raise RefusedError("the function was removed from Terraform")


FUNCTIONS: dict[str, Function] = {
    "keys": Function(keys),
    "list": Function(removed, 0, None, nulls=True),
    "lookup": Function(lookup, 2, 3, nulls=True),
    "map": Function(removed, 0, None, nulls=True),
    "matchkeys": Function(matchkeys, 3, 3, deep=True),
    "merge": Function(merge, 0, None, nulls=True),
    "transpose": Function(transpose),
    "values": Function(values),
    "zipmap": Function(zipmap, 2, 2, deep=True),
}
