"""Values brought to a shape, as conditionals, conversions and arguments of functions do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.shape import DYNAMIC, EACH, OPEN, Collection, Structure
from trailcheck.terraform.functions.base import RefusedError, UnsettledError
from trailcheck.terraform.functions.canonical import canonical
from trailcheck.terraform.functions.kinds import boolean_of, kind_of, number_of, text_of_scalar
from trailcheck.terraform.functions.setorder import listed_from, set_order
from trailcheck.terraform.functions.shapes import common, is_open, kind_of_shape, shape_of
from trailcheck.value import Choice, Encoded, Handle, Known, Mapping, Null, Sequence, Symbol, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.shape import Shape
    from trailcheck.source import Span
    from trailcheck.value import Value

_SCALARS = {"string": text_of_scalar, "number": number_of, "bool": boolean_of}


def reshape(value: Value, wanted: Shape) -> Value:
    """Return `value` in a shape, or as it is if it has it or is not settled.

    Raises RefusedError where Terraform finds no conversion.
    """
    if wanted in {DYNAMIC, OPEN}:
        return value
    match value:
        case Choice():
            then, otherwise = reshape(value.then, wanted), reshape(value.otherwise, wanted)
            if then is value.then and otherwise is value.otherwise:
                return value
            return Choice(value.condition, then, otherwise, value.span, value.via)
        case Known(data=None):
            same = isinstance(value, Null) and value.of == wanted
            return value if same else Null(wanted, value.span, value.via)
        case Sequence() if isinstance(wanted, Collection) and wanted.kind != "map":
            return _sequence(value, wanted)
        case Mapping() if isinstance(wanted, Collection) and wanted.kind == "map":
            return _map(value, wanted.element)
        case Sequence() if isinstance(wanted, Structure) and wanted.kind == "tuple":
            return _tuple(value, wanted)
        case Mapping() if isinstance(wanted, Structure) and wanted.kind == "object":
            return _object(value, wanted)
        case Sequence() | Mapping():
            pass
        case Known() | Text() | Encoded() | Symbol():
            if isinstance(wanted, str):
                try:
                    return _SCALARS[wanted](value)
                except UnsettledError:
                    return value
        case Handle() if not isinstance(wanted, str):
            return value
        case Handle():
            pass
        case _:
            return value
    raise RefusedError(f"{kind_of(value)} does not convert to a {kind_of_shape(wanted)}")


def _sequence(value: Sequence, wanted: Collection) -> Value:
    if shape_of(value) == wanted:
        return value
    if wanted.kind == "set":
        return set_of(value.items, value.span, value, element=wanted.element)
    items = in_shape(value.items, wanted.element)
    of = element_shape(items, wanted.element)
    return listed_from((value,), items, value.span, value.via, of=of)


def _map(value: Mapping, element: Shape) -> Value:
    if value.of == element:
        return value
    given = tuple(value.items.values())
    items = unified_values(given) if element == DYNAMIC else in_shape(given, element)
    return Mapping(
        dict(zip(value.items, items, strict=True)),
        value.span,
        value.via,
        value.key_spans,
        of=element_shape(items, element),
    )


def _tuple(value: Sequence, wanted: Structure) -> Value:
    if value.of not in {None, EACH} or len(value.items) != len(wanted.members):
        raise RefusedError(f"{kind_of(value)} does not convert to this tuple")
    items = tuple(map(reshape, value.items, wanted.members))
    if all(new is old for new, old in zip(items, value.items, strict=True)):
        return value
    return type(value)(items, value.span, value.via, of=EACH)


def _object(value: Mapping, wanted: Structure) -> Value:
    """Return the attributes that are wanted; others are dropped, and none may lack."""
    items: dict[str, Value] = {}
    for name, shape in zip(wanted.names, wanted.members, strict=True):
        if name not in value.items:
            raise RefusedError(f"the attribute {name!r} is required")
        items[name] = reshape(value.items[name], shape)
    if value.of in {None, EACH} and items.keys() == value.items.keys():
        if all(items[n] is value.items[n] for n in items):
            return value
        items = {name: items[name] for name in value.items}
    spans = {k: s for k, s in value.key_spans.items() if k in items}
    return Mapping(items, value.span, value.via, spans, of=EACH)


def in_shape(items: tuple[Value, ...], shape: Shape) -> tuple[Value, ...]:
    """Return items in one shape; "dynamic" stands for the one that they have in common."""
    if shape == DYNAMIC:
        return unified(items)
    return tuple(reshape(item, shape) for item in items)


def unified(items: tuple[Value, ...], *, of_set: bool = False) -> tuple[Value, ...]:
    """Return items in the shape that they have in common, as those of a list or set must be.

    Raises RefusedError where they have none: a number beside a boolean, a list beside a scalar.
    """
    shapes = [shape_of(i) for i in items]
    distinct = dict.fromkeys(s for s in shapes if s != OPEN)
    if len(distinct) < 2 and OPEN not in shapes:  # noqa: PLR2004 - one shape is common
        return items
    shape = common(distinct) if distinct else OPEN
    if shape is None or (shape == DYNAMIC and set(distinct) != {DYNAMIC}):
        kinds = sorted({kind_of_shape(s) for s in distinct})
        raise RefusedError(f"items of {' and '.join(kinds)} have no common type")
    made = tuple(reshape(item, shape) for item in items)
    left = {s for i in made if not is_open(s := shape_of(i))}
    if len(left) > 1 and not of_set and (shape := common(left)) is not None:
        # NOTE: what items have become may be of types that have one in common; a set wants one.
        made = tuple(reshape(item, shape) for item in made)
        left = {s for i in made if not is_open(s := shape_of(i))}
    if len(left) > 1:
        # NOTE: a null deep in one item leaves the shape of all open, but not that of the others.
        raise RefusedError("the items have no common type")
    return made


def unified_values(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return the values of an object in one shape, as a map wants them; nulls fit all others."""
    shapes = [shape_of(v) for v in values]
    others = set(shapes) - {DYNAMIC}
    if common(shapes) != DYNAMIC or len(others) != 1:
        return unified(values)
    (shape,) = others
    return tuple(reshape(v, shape) for v in values)


def as_decoded(value: Value) -> Value:
    """Return a value as it comes back from JSON: tuples and objects, and nulls of no type."""
    match value:
        case Null():
            return Known(None, value.span, value.via)
        case Sequence():
            items = tuple(map(as_decoded, value.items))
            of = None if value.of is None else EACH
            return listed_from((value,), items, value.span, value.via, of=of)
        case Mapping():
            entries = {k: as_decoded(v) for k, v in value.items.items()}
            of = None if value.of is None else EACH
            return Mapping(entries, value.span, value.via, value.key_spans, of=of)
        case Choice():
            then, otherwise = as_decoded(value.then), as_decoded(value.otherwise)
            return Choice(value.condition, then, otherwise, value.span, value.via)
        case _:
            return value


def element_shape(items: Iterable[Value], otherwise: Shape = DYNAMIC) -> Shape:
    """Return the shape of all items that `unified` made; without items it is `otherwise`."""
    shapes = dict.fromkeys(shape_of(i) for i in items)
    if not shapes:
        return otherwise
    return next(iter(shapes)) if len(shapes) == 1 else common(shapes) or OPEN


def set_of(
    items: Iterable[Value],
    span: Span | None,
    origin: Value | None = None,
    element: Shape = DYNAMIC,
) -> Sequence:
    """Return the set of `items`: brought to one type, without repetitions, in Terraform's order.

    Items that code does not settle stay, after the others: whether they repeat one is not known.
    Raises UnsettledError for a choice among the items.
    """
    distinct: dict[str, Value] = {}
    given = tuple(items)
    listed = unified(given, of_set=True) if element == DYNAMIC else in_shape(given, element)
    for item in listed:
        if isinstance(item, Choice):
            # NOTE: the branches may differ in length, so the set of a choice is a choice of sets.
            raise UnsettledError(item)
        # NOTE: zero and zero with a sign are equal, and yet two items.
        said = "-0" if _is_signed_zero(item) else canonical(item)
        distinct.setdefault(said, item)
    ordered = sorted(distinct.values(), key=set_order)
    via = origin.via if origin is not None else ()
    return Sequence(ordered, span, via, is_set=True, of=element_shape(listed, element))


def _is_signed_zero(value: Value) -> bool:
    return isinstance(value, Known) and value.data == 0 and str(value.data).startswith("-")
