"""Functions on lists and tuples. Items that code does not settle stay in their places."""

# ruff: noqa: ARG001 - every implementation has the same signature

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING

from trailcheck.condition import Condition
from trailcheck.shape import DYNAMIC, EACH, OPEN, Collection
from trailcheck.terraform import operators
from trailcheck.terraform.functions.arguments import (
    boolean,
    bounded,
    items,
    listed,
    number,
    settled_items,
    word,
)
from trailcheck.terraform.functions.base import MOST_DEPTH, Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.bigfloat import WORD, calculated, whole
from trailcheck.terraform.functions.canonical import canonical, derived_name
from trailcheck.terraform.functions.equality import found_in, same
from trailcheck.terraform.functions.kinds import has_unknown, kind_of, text_of_scalar
from trailcheck.terraform.functions.parts import chunks_of, is_empty
from trailcheck.terraform.functions.reshape import element_shape, in_shape, reshape
from trailcheck.terraform.functions.setorder import is_ordered, listed_from
from trailcheck.terraform.functions.shapes import common, kind_of_shape, shape_of
from trailcheck.terraform.functions.textorder import text_order
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
    parts_of,
)

if TYPE_CHECKING:
    from trailcheck.shape import Shape
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Step, Value

_MOST_RANGE = 1024
_MANY = 200


def concat(call: Call, arguments: list[Value]) -> Value:
    """Return the items of all lists in one."""
    bounded(sum(len(a.items) for a in arguments if isinstance(a, Sequence)))
    if any(isinstance(a, Sequence) and a.is_set for a in arguments):
        raise RefusedError("a set has no order to join by")
    joined = tuple(i for a in arguments for i in items(a))
    shapes = [shape_of(a) for a in arguments]
    shape: Shape | None = common(shapes)
    if all(isinstance(s, Collection) for s in shapes) and isinstance(shape, Collection):
        joined = in_shape(joined, shape.element)
        of = shape.element if shape.element != DYNAMIC else element_shape(joined)
        return listed_from(arguments, joined, call.span, _steps(arguments), of=of)
    told = all(isinstance(a, Sequence) and a.of is not None for a in arguments)
    return listed_from(arguments, joined, call.span, _steps(arguments), of=EACH if told else None)


def _steps(values: list[Value]) -> tuple[Step, ...]:
    return tuple(dict.fromkeys(step for value in values for step in value.via))


def element(call: Call, arguments: list[Value]) -> Value:
    """Return the item at an index, which wraps around the end of the list."""
    if isinstance(arguments[0], Sequence) and arguments[0].is_set:
        raise RefusedError("a set has no elements to count")
    given = items(arguments[0])
    if len(given) > 1 and isinstance(arguments[1], Unknown) and not arguments[1].refused:
        chosen = _around(call, given, arguments[1])
        if chosen is not None:
            return chosen
    index = word(arguments[1])
    if not given:
        raise RefusedError("an empty list has no element")
    return given[index % len(given)]


def _around(call: Call, given: tuple[Value, ...], index: Unknown) -> Value | None:
    """Return the choice of the items that an unknown index may lead to; None if they are many."""
    name, needs = canonical(index), index.needs
    place = Unknown(f"({name} modulo {len(given)})", index.reason, call.span, needs=needs)
    return operators.entry(dict(enumerate(given[:-1])), place, given[-1], call.span)


def slice_(call: Call, arguments: list[Value]) -> Value:
    """Return the items from a start index up to, not including, an end index."""
    given = items(arguments[0])
    if isinstance(arguments[0], Sequence) and arguments[0].is_set:
        raise RefusedError("a set has no indices to slice by")
    start, end = word(arguments[1]), word(arguments[2])
    if not 0 <= start <= end <= len(given):
        raise RefusedError("the indices do not lie within the list")
    return Sequence(given[start:end], call.span, arguments[0].via, of=_of(arguments[0]))


def _of(value: Value) -> Shape | None:
    return value.of if isinstance(value, Sequence) else None


def one(call: Call, arguments: list[Value]) -> Value:
    """Return the only item of a list, or null if it is empty."""
    given = items(arguments[0])
    if not settled_items(arguments[0]):
        raise UnsettledError
    if len(given) > 1:
        raise RefusedError("the list has more than one item")
    if given:
        return given[0]
    of = arguments[0].of if isinstance(arguments[0], Sequence) else None
    told = DYNAMIC if of is None or of == EACH else of
    return reshape(Known(None, call.span, arguments[0].via), told)


def reverse(call: Call, arguments: list[Value]) -> Value:
    """Return the items in reverse order."""
    if not is_ordered(arguments[0]):
        raise UnsettledError
    return Sequence(items(arguments[0])[::-1], call.span, arguments[0].via, of=_of(arguments[0]))


def flatten(call: Call, arguments: list[Value]) -> Value:
    """Return the items of a list, and those of the lists in it, at any depth, in one list.

    An item that code does not settle may be a list itself: then the result is not known either.
    """
    result: list[Value] = []
    lists = [arguments[0]]
    _flatten(items(arguments[0]), result, lists, 0)
    return listed_from(lists, result, call.span, arguments[0].via, of=EACH)


def _flatten(given: tuple[Value, ...], result: list[Value], lists: list[Value], depth: int) -> None:
    if depth > MOST_DEPTH:
        raise UnsettledError(reason="the list is nested too deeply to follow")
    for item in given:
        match item:
            case Sequence(items=inner):
                lists.append(item)
                _flatten(inner, result, lists, depth + 1)
            case Unknown() | Choice():
                raise UnsettledError(item)
            case Reference() if item.attribute not in {"arn", "name", "id"}:
                raise UnsettledError(item)
            case _:
                result.append(item)
        bounded(len(result))


def compact(call: Call, arguments: list[Value]) -> Value:
    """Return the texts of a list without those that are null or empty."""
    result: list[Value] = []
    for item in items(arguments[0]):
        said = text_of_scalar(item)
        if isinstance(said, Known) and said.data in {None, ""}:
            continue
        parts = parts_of(said)
        if parts is not None and is_empty(chunks_of(parts)) is not False:
            raise UnsettledError(said)
        # NOTE: what is no text here is JSON, which is never empty.
        result.append(said)
    return listed_from(arguments, result, call.span, arguments[0].via, of="string")


def distinct(call: Call, arguments: list[Value]) -> Value:
    """Return the items without repetitions, in the order of their first occurrence.

    If code does not settle whether two items are equal, the result is not known.
    """
    result: dict[str, Value] = {}
    given = listed(arguments[0], any_order=True)
    for item in given.items:
        result.setdefault(canonical(item), item)
    kept = list(result.values())
    _must_differ(kept)
    return listed_from((given,), kept, call.span, arguments[0].via, of=given.of)


def _must_differ(given: list[Value]) -> None:
    """Raise UnsettledError if two of these values may be equal."""
    open_ = [i for i in given if not isinstance(i, Known)]
    if len(open_) * len(given) > _MANY * _MANY:
        raise UnsettledError(open_[0], "the list is too long to compare its items")
    for value in open_:
        for other in given:
            if other is not value and same(value, other) is not False:
                raise UnsettledError(value)


def contains(call: Call, arguments: list[Value]) -> Value:
    """Tell whether a value is among the items; open items leave it open only if none equals it."""
    listed, wanted = items(arguments[0]), arguments[1]
    answer = found_in(wanted, listed)
    if answer is not None:
        return Known(answer, call.span)
    if not isinstance(wanted, Unknown) or not all(isinstance(i, Known) for i in listed):
        raise UnsettledError
    literals = tuple(i.data for i in listed if isinstance(i, Known))
    name = derived_name(call.name, arguments)
    among = Condition(name, wanted.needs, wanted.name, None, "among", literals)
    return Choice(among, Known(True, call.span), Known(False, call.span), call.span)


def index(call: Call, arguments: list[Value]) -> Value:
    """Return the index of the first item that equals a value. Refused if there is none."""
    if isinstance(arguments[0], Sequence) and arguments[0].is_set:
        raise RefusedError("a set has no indices")
    for place, item in enumerate(items(arguments[0])):
        answer = same(item, arguments[1])
        if answer is None:
            raise UnsettledError
        if answer:
            return Known(whole(place, WORD), call.span)
    raise RefusedError("the value is not in the list")


def sort(call: Call, arguments: list[Value]) -> Value:
    """Return texts in the order of their code points."""
    given = items(arguments[0])
    via = arguments[0].via
    if any(isinstance(i, Known) and i.data is None for i in given):
        raise RefusedError("null cannot be sorted")
    if len(given) < 2:  # noqa: PLR2004
        return Sequence((text_of_scalar(i) for i in given), call.span, via, of="string")
    if not is_ordered(arguments[0]) and any(map(has_unknown, given)):
        raise UnsettledError(arguments[0])  # Some may be equal, and one in a set.
    texts = sorted((text_of_scalar(item) for item in given), key=cmp_to_key(text_order))
    return Sequence(texts, call.span, via, of="string")


def chunklist(call: Call, arguments: list[Value]) -> Value:
    """Return the items in lists of a given size; size 0 keeps them in one."""
    given, size = listed(arguments[0]), word(arguments[1])
    if size < 0:
        raise RefusedError("the size must be positive")
    of = Collection("list", given.of if given.of is not None else OPEN)
    size = size or len(given.items) or 1
    chunks = (
        Sequence(given.items[i : i + size], call.span, of=given.of)
        for i in range(0, len(given.items), size)
    )
    return Sequence(chunks, call.span, arguments[0].via, of=of)


def range_(call: Call, arguments: list[Value]) -> Value:
    """Return the numbers from a start up to, not including, a limit. At most 1024 of them."""
    numbers = [number(a) for a in arguments]
    start, limit = (whole(0, WORD), numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    one = whole(1 if start <= limit else -1, WORD)
    step = numbers[2] if len(numbers) > 2 else one  # noqa: PLR2004
    if not step and start != limit:
        raise RefusedError("the step must not be zero")
    if (step > 0 and start > limit) or (step < 0 and start < limit):
        raise RefusedError("the step leads away from the limit")
    result: list[Value] = []
    at = start
    while at < limit if step >= 0 else at > limit:
        if len(result) >= _MOST_RANGE:
            raise RefusedError(f"it makes more than {_MOST_RANGE} values")
        result.append(Known(at, call.span))
        at = calculated("+", at, step)
    return Sequence(result, call.span, of="number")


def alltrue(call: Call, arguments: list[Value]) -> Value:
    """Tell whether all items are true: false as soon as one is known to be false or null."""
    return _truths(call, items(arguments[0]), decisive=False)


def anytrue(call: Call, arguments: list[Value]) -> Value:
    """Tell whether some item is true: true as soon as one is known to be."""
    return _truths(call, items(arguments[0]), decisive=True)


def _truths(call: Call, given: tuple[Value, ...], *, decisive: bool) -> Value:
    open_: Value | None = None
    decided = False
    for item in given:
        try:
            answer = boolean(item) or False
        except UnsettledError:
            open_ = item
            continue
        # NOTE: one item is enough to decide, but none may be of another type.
        decided = decided or answer is decisive
    if decided:
        return Known(decisive, call.span)
    if open_ is not None:
        raise UnsettledError(open_)
    return Known(not decisive, call.span)


def coalesce(call: Call, arguments: list[Value]) -> Value:
    """Return the first argument that is neither null nor empty text.

    An argument that may be null or empty leaves the result open.
    """
    shape: Shape | None = common(map(shape_of, arguments))
    if shape is None:
        raise RefusedError("the arguments have no common type")
    for argument in arguments:
        match argument:
            case Known(data=None | ""):
                continue
            case Unknown() | Choice():
                raise UnsettledError(argument)
            case Text(parts=parts) if is_empty(chunks_of(parts)) is None:
                raise UnsettledError(argument)
            case _:
                return reshape(argument, shape)
    raise RefusedError("every argument is null or empty")


def coalescelist(call: Call, arguments: list[Value]) -> Value:
    """Return the first list that is not empty."""
    if any(isinstance(a, Sequence) and a.is_set for a in arguments):
        raise RefusedError("a list is needed here, not a set")
    for argument in arguments:
        match argument:
            case Null() if kind_of_shape(argument.of) in {"list", "tuple"}:
                pass
            case Known() | Text() | Symbol() | Encoded() | Mapping() | Handle():
                raise RefusedError(f"a list is needed here, not {kind_of(argument)}")
            case _:
                pass
    for argument in arguments:
        if isinstance(argument, Unknown | Reference | Choice):
            raise UnsettledError(argument)
        if isinstance(argument, Sequence) and argument.items:
            return argument
    raise RefusedError("every list is empty")


FUNCTIONS: dict[str, Function] = {
    "alltrue": Function(alltrue, deep=True, any_order=True),
    "anytrue": Function(anytrue, deep=True, any_order=True),
    "chunklist": Function(chunklist, 2, 2),
    "coalesce": Function(coalesce, 1, None, nulls=True, any_order=True),
    "coalescelist": Function(coalescelist, 1, None, nulls=True, any_order=True),
    "compact": Function(compact, deep=True, any_order=True),
    "concat": Function(concat, 1, None, any_order=True),
    "contains": Function(contains, 2, 2, deep=True, any_order=True),
    "distinct": Function(distinct, deep=True, any_order=True),
    "element": Function(element, 2, 2),
    "flatten": Function(flatten, deep=True, any_order=True),
    "index": Function(index, 2, 2, deep=True),
    "one": Function(one, any_order=True),
    "range": Function(range_, 1, 3),
    "reverse": Function(reverse),
    "slice": Function(slice_, 3, 3),
    "sort": Function(sort, deep=True, any_order=True),
}
