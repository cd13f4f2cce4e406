"""The shapes of values, and the shape that several have in common.

Source: the unification and conversion of types as go-cty 1.18 documents and makes them, which
Terraform uses for conditionals, lists of mixed items and the arguments of functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.shape import DYNAMIC, EACH, OPEN, Collection, Shape, Structure
from trailcheck.terraform.functions.base import MOST_ITEMS
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
    from collections.abc import Iterable

    from trailcheck.value import Value

TEXTUAL = frozenset({"arn", "name", "id"})
"""Attributes known after deployment that are text in every resource."""
_RANKS = {"string": 0, "list": 1, "map": 1, "tuple": 2, "object": 2, "set": 3, DYNAMIC: 9}


def shape_of(value: Value) -> Shape:
    """Return the shape of a value; values too large to look through are open."""
    match value:
        case Null():
            return value.of
        case Known(data=None):
            return DYNAMIC
        case Known(data=bool()):
            return "bool"
        case Known(data=str()) | Text() | Encoded() | Symbol():
            return "string"
        case Known():
            return "number"
        case Reference():
            return "string" if value.attribute in TEXTUAL else OPEN
        case Unknown() | Handle():
            return OPEN
        case Choice():
            return _of_either(shape_of(value.then), shape_of(value.otherwise))
        case Sequence():
            return _of_sequence(value)
        case Mapping():
            return _of_mapping(value)
        case _:
            assert_never(value)


def _of_either(then: Shape, otherwise: Shape) -> Shape:
    if otherwise in (then, DYNAMIC):
        return then
    return otherwise if then == DYNAMIC else OPEN


def _of_sequence(value: Sequence) -> Shape:
    if value.of is None:
        return Collection("set", OPEN) if value.is_set else OPEN
    if value.of != EACH:
        return Collection("set" if value.is_set else "list", value.of)
    if value.weight > MOST_ITEMS:
        return OPEN
    return Structure("tuple", tuple(shape_of(i) for i in value.items))


def _of_mapping(value: Mapping) -> Shape:
    if value.of is None:
        return OPEN
    if value.of != EACH:
        return Collection("map", value.of)
    if value.weight > MOST_ITEMS:
        return OPEN
    names = tuple(sorted(value.items))
    return Structure("object", tuple(shape_of(value.items[n]) for n in names), names)


def is_open(shape: Shape) -> bool:
    """Tell whether something in a shape is not settled."""
    match shape:
        case str():
            return shape == OPEN
        case Collection():
            return is_open(shape.element)
        case Structure():
            return any(map(is_open, shape.members))
        case _:
            assert_never(shape)


def differ(one: Shape, other: Shape) -> bool:
    """Tell whether two shapes are surely not the same, so that no values of them are equal."""
    if OPEN in (one, other) or one == other:
        return False
    match one, other:
        case (Collection(), Collection()):
            return one.kind != other.kind or differ(one.element, other.element)
        case (Structure(), Structure()):
            return (
                one.kind != other.kind
                or one.names != other.names
                or len(one.members) != len(other.members)
                or any(map(differ, one.members, other.members))
            )
        case _:
            return True


def common(shapes: Iterable[Shape]) -> Shape | None:
    """Return the shape that all of these convert to, or None if there is none.

    What is open may be of any shape: beside it only text stays what it is.
    """
    distinct = list(dict.fromkeys(shapes))
    if OPEN in distinct:
        rest = [s for s in distinct if s != OPEN]
        settled = common(rest) if rest else OPEN
        return settled if settled in {None, "string"} else OPEN
    if len(distinct) == 1:
        return distinct[0]
    kinds = {kind_of_shape(s) for s in distinct}
    has_null = DYNAMIC in kinds
    kinds -= {DYNAMIC}
    if len(kinds) == 1 and not kinds & {"string", "number", "bool"}:
        return DYNAMIC if has_null else _common_of_one_kind(distinct, *kinds)
    if not has_null and kinds in ({"list", "tuple"}, {"map", "object"}):
        made = _loosened(distinct, "list" if "list" in kinds else "map")
        if made is not None:
            return made
    if {"tuple", "object"} <= kinds:
        return None
    ordered = sorted(distinct, key=_rank)
    return next((s for s in ordered if all(converts(other, s) for other in distinct)), None)


def kind_of_shape(shape: Shape) -> str:
    """Return the kind of a shape: "string", "list", "object", ..."""
    return shape if isinstance(shape, str) else shape.kind


def _rank(shape: Shape) -> tuple[int, ...]:
    inner = _rank(shape.element) if isinstance(shape, Collection) else ()
    return (_RANKS.get(kind_of_shape(shape), 5), *inner)


def _common_of_one_kind(shapes: list[Shape], kind: str) -> Shape | None:
    if kind in {"list", "set", "map"}:
        element = common(s.element for s in shapes if isinstance(s, Collection))
        return None if element is None else Collection(kind, element)
    structures = [s for s in shapes if isinstance(s, Structure)]
    first = structures[0]
    if any(s.names != first.names or len(s.members) != len(first.members) for s in structures):
        return _as_collection(structures, "list" if kind == "tuple" else "map")
    members = tuple(common(each) for each in zip(*(s.members for s in structures), strict=True))
    kept = tuple(m for m in members if m is not None)
    return Structure(kind, kept, first.names) if len(kept) == len(members) else None


def _as_collection(structures: list[Structure], kind: str) -> Shape | None:
    """Return the list that tuples, or the map that objects, of differing members convert to."""
    members = [m for s in structures for m in s.members]
    element = common(members) if members else None
    wanted = Collection(kind, element) if element is not None else None
    if wanted is None or not all(converts(s, wanted) for s in structures):
        return None
    return wanted


def _loosened(shapes: list[Shape], kind: str) -> Shape | None:
    """Return what lists and tuples, or maps and objects, have in common as collections."""
    made = _as_collection([s for s in shapes if isinstance(s, Structure)], kind)
    if made is None:
        return None
    return common([made, *(s for s in shapes if not isinstance(s, Structure))])


def converts(given: Shape, wanted: Shape) -> bool:
    """Tell whether some value of one shape converts to another."""
    if given == wanted or wanted in {DYNAMIC, OPEN} or given in {DYNAMIC, OPEN}:
        return True
    match given, wanted:
        case (str(), str()):
            return "string" in {given, wanted}
        case (Collection(), Collection()):
            alike = given.kind == wanted.kind or "map" not in {given.kind, wanted.kind}
            return alike and converts(given.element, wanted.element)
        case (Structure(), Collection()):
            if (given.kind == "object") != (wanted.kind == "map"):
                return False
            if wanted.element == DYNAMIC and given.members:
                element = common(given.members)
                if given.kind == "object":
                    # NOTE: whether the values reconcile is asked of the arm that is taken.
                    return element is not None
                # NOTE: null goes with anything, but does not reconcile what it stands between.
                return element not in {None, DYNAMIC} or set(given.members) == {DYNAMIC}
            return all(converts(m, wanted.element) for m in given.members)
        case (Collection(kind="map"), Structure(kind="object")):
            return all(converts(given.element, m) for m in wanted.members)
        case (Structure(kind="tuple"), Structure(kind="tuple")):
            same_length = len(given.members) == len(wanted.members)
            return same_length and all(map(converts, given.members, wanted.members))
        case (Structure(kind="object"), Structure(kind="object")):
            held = dict(zip(given.names, given.members, strict=True))
            wants = zip(wanted.names, wanted.members, strict=True)
            return all(n in held and converts(held[n], m) for n, m in wants)
        case _:
            return False
