"""Functions on maps and objects. Entries that code does not settle keep their keys and places."""

# ruff: noqa: ARG001 - every implementation has the same signature

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import said_of
from trailcheck.shape import DYNAMIC, EACH, OPEN, Collection
from trailcheck.terraform import operators
from trailcheck.terraform.functions.arguments import (
    bounded,
    entries,
    items,
    listed,
    literal,
    settled_items,
)
from trailcheck.terraform.functions.base import Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.canonical import derived_name
from trailcheck.terraform.functions.convert import derived
from trailcheck.terraform.functions.equality import found_in
from trailcheck.terraform.functions.reshape import reshape, unified
from trailcheck.terraform.functions.shapes import kind_of_shape, shape_of
from trailcheck.value import Handle, Known, Mapping, Reference, Sequence, Unknown

if TYPE_CHECKING:
    from trailcheck.shape import Shape
    from trailcheck.source import Span
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value

_LOOKUP_WITH_DEFAULT = 3
_NO_KEY = "the map has no such key, and no default is given"


def merge(call: Call, arguments: list[Value]) -> Value:
    """Return one map of all entries; a later map wins over an earlier. Null counts as empty.

    Each entry keeps the place where it was written. A map that is not known may hold any key, so
    that of the result only what stands in a map above it is.
    """
    result: dict[str, Value] = {}
    places: dict[str, Span] = {}
    unsettled: Value | None = None
    for argument in arguments:
        if isinstance(argument, Known) and argument.data is None:
            if kind_of_shape(shape_of(argument)) not in {DYNAMIC, OPEN, "map", "object"}:
                raise RefusedError("a map is needed here, not a null of another type")
            continue
        if isinstance(argument, Unknown | Reference | Handle):
            unsettled = unsettled or argument
            continue
        held = entries(argument)
        result.update(held)
        for key in held:
            places.pop(key, None)
        if isinstance(argument, Mapping):
            places.update(argument.key_spans)
        bounded(len(result))
    if unsettled is not None:
        made = derived(call.name, arguments, call.span, cause=unsettled)
        made.layers = tuple(
            layer
            for argument in arguments
            for layer in (argument.layers if isinstance(argument, Unknown) else ()) or (argument,)
        )
        bounded(len(made.layers))
        return made
    via = tuple(dict.fromkeys(step for argument in arguments for step in argument.via))
    return Mapping(result, call.span, via, places, of=_of_all(arguments))


def _of_all(arguments: list[Value]) -> Shape | None:
    """Return what the values of a merged map have in common: maps of one shape stay a map."""
    shapes = [shape_of(a) for a in arguments]
    if OPEN in shapes:
        return None
    first = shapes[0] if shapes else EACH
    return first.element if isinstance(first, Collection) and len(set(shapes)) == 1 else EACH


def lookup(call: Call, arguments: list[Value]) -> Value:
    """Return the entry at a key, or the default; without one a missing key is refused."""
    if isinstance(arguments[0], Known) or (
        isinstance(arguments[1], Known) and arguments[1].data is None
    ):
        raise RefusedError("a map and a key are needed, not null")
    held = entries(arguments[0])
    default = _default(arguments)
    if not held and default is not None:
        return default
    if not any(key.startswith("${") for key in held):
        chosen = operators.entry(
            held, arguments[1], default or _nothing(call, arguments), call.span
        )
        if chosen is not None:
            return chosen
    key = literal(arguments[1])
    if key in held:
        return held[key]
    if default is not None:
        return default
    raise RefusedError(_NO_KEY)


def _nothing(call: Call, arguments: list[Value]) -> Value:
    """Return what is refused where a key leads to nothing."""
    name, needs = f"(none: {derived_name('lookup', arguments)})", operators.needs_of(arguments[1])
    reason, met = f"lookup: {_NO_KEY}", said_of(f"lookup: {_NO_KEY}", "", call.span)
    return Unknown(name, reason, call.span, needs=needs, refused=True, refusal=met)


def _default(arguments: list[Value]) -> Value | None:
    """Return the default of `lookup`, in the shape of a map's values."""
    if len(arguments) < _LOOKUP_WITH_DEFAULT:
        return None
    shape = arguments[0].of if isinstance(arguments[0], Mapping) else None
    return arguments[2] if shape in {None, EACH} else reshape(arguments[2], shape)


def keys(call: Call, arguments: list[Value]) -> Value:
    """Return the keys of a map, in order."""
    held = entries(arguments[0])
    places = arguments[0].key_spans if isinstance(arguments[0], Mapping) else {}
    return Sequence(
        (Known(k, places.get(k, call.span)) for k in sorted(held)),
        call.span,
        arguments[0].via,
        of=_of_keys(arguments[0]),
    )


def _of_keys(value: Value) -> Shape | None:
    of = value.of if isinstance(value, Mapping) else None
    return of if of in {None, EACH} else "string"


def values(call: Call, arguments: list[Value]) -> Value:
    """Return the values of a map, in the order of its keys."""
    held = entries(arguments[0])
    of = arguments[0].of if isinstance(arguments[0], Mapping) else None
    return Sequence((held[k] for k in sorted(held)), call.span, arguments[0].via, of=of)


def zipmap(call: Call, arguments: list[Value]) -> Value:
    """Return the map from the texts of one list to the items of another, as long."""
    names, held = items(arguments[0]), items(arguments[1])
    if isinstance(arguments[1], Sequence) and arguments[1].is_set:
        raise RefusedError("the values of a set have no order")
    if not (settled_items(arguments[0]) and settled_items(arguments[1])):
        raise UnsettledError
    if len(names) != len(held):
        raise RefusedError(f"{len(names)} keys do not match {len(held)} values")
    of = arguments[1].of if isinstance(arguments[1], Sequence) else None
    return Mapping({literal(n): v for n, v in zip(names, held, strict=True)}, call.span, of=of)


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
    lists: dict[str, Value] = {
        k: Sequence(result[k], call.span, of="string") for k in sorted(result)
    }
    return Mapping(lists, call.span, of=Collection("list", "string"))


def matchkeys(call: Call, arguments: list[Value]) -> Value:
    """Return the items of one list whose counterparts in the second are among the third."""
    given = listed(arguments[0])
    held, names, wanted = given.items, items(arguments[1]), items(arguments[2])
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
    return Sequence(result, call.span, arguments[0].via, of=given.of)


def removed(call: Call, arguments: list[Value]) -> Value:
    """Refuse `list` and `map`, which Terraform has dropped in favour of brackets."""
    raise RefusedError("the function was removed from Terraform")


FUNCTIONS: dict[str, Function] = {
    "keys": Function(keys),
    "list": Function(removed, 0, None, nulls=True),
    "lookup": Function(lookup, 2, 3, nulls=True, any_order=True),
    "map": Function(removed, 0, None, nulls=True),
    "matchkeys": Function(matchkeys, 3, 3, deep=True),
    "merge": Function(merge, 0, None, nulls=True),
    "transpose": Function(transpose),
    "values": Function(values),
    "zipmap": Function(zipmap, 2, 2, deep=True),
}
