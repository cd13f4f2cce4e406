"""Functions on sets. Arguments are brought to one type first, as Terraform does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.shape import EACH, Collection, Structure
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.arguments import bounded, items, settled_items
from trailcheck.terraform.functions.base import MOST_ITEMS, Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.equality import found_in
from trailcheck.terraform.functions.reshape import element_shape, set_of, unified
from trailcheck.terraform.functions.shapes import common, shape_of
from trailcheck.value import Known, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.shape import Shape
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value


def setunion(call: Call, arguments: list[Value]) -> Value:
    """Return the items that are in any of the sets."""
    _alike(arguments)
    return _made((i for a in arguments for i in items(a)), call, arguments)


def setintersection(call: Call, arguments: list[Value]) -> Value:
    """Return the items that are in all of the sets."""
    first, *others = map(_Members, _alike(arguments))
    kept = (i for i in first.listed if all(i in other for other in others))
    return _made(kept, call, arguments)


def setsubtract(call: Call, arguments: list[Value]) -> Value:
    """Return the items of the first set that are not in the second."""
    first, second = map(_Members, _alike(arguments))
    return _made((i for i in first.listed if i not in second), call, arguments)


def setproduct(call: Call, arguments: list[Value]) -> Value:
    """Return every combination of one item from each list, the last varying fastest.

    The result is a set if any argument is one.
    """
    total = 1
    for argument in arguments:
        total *= len(items(argument))
        bounded(total * len(arguments))
        if not settled_items(argument):
            raise UnsettledError
    rows: list[tuple[Value, ...]] = [()]
    lists = [unified(items(argument)) for argument in arguments]
    for listed in lists:
        rows = [(*row, item) for row in rows for item in listed]
    some_set = any(isinstance(a, Sequence) and a.is_set for a in arguments)
    of = Structure("tuple", tuple(map(_element, arguments, lists)))
    made = [Sequence(row, call.span, of=EACH) for row in rows]
    if some_set:
        return set_of(made, call.span, element=of)
    return Sequence(made, call.span, of=of)


def _element(argument: Value, listed: tuple[Value, ...]) -> Shape:
    of = argument.of if isinstance(argument, Sequence) else None
    return element_shape(listed) if of is None or of == EACH else of


def _made(kept: Iterable[Value], call: Call, arguments: list[Value]) -> Value:
    """Return a set of the shape that all the arguments have in common, even if it is empty."""
    shapes = [shape_of(convert.to_set(a)) for a in arguments]
    shape = common(s.element for s in shapes if isinstance(s, Collection))
    if shape is None:
        raise RefusedError("the sets have no common type")
    return set_of(kept, call.span, element=shape)


def _alike(arguments: list[Value]) -> list[tuple[Value, ...]]:
    """Return the items of all sets, brought to one type."""
    lists = [unified(items(a)) for a in arguments]
    bounded(sum(len(listed) for listed in lists))
    together = iter(unified(tuple(i for listed in lists for i in listed)))
    return [tuple(next(together) for _ in listed) for listed in lists]


class _Members:
    """The items of a set, to be asked for: scalars by their hash, others one by one."""

    def __init__(self, listed: tuple[Value, ...]) -> None:
        self.listed = listed
        self._scalars = {i for i in listed if isinstance(i, Known)}
        self._others = [i for i in listed if not isinstance(i, Known)]
        self._left = MOST_ITEMS

    def __contains__(self, wanted: Value) -> bool:
        """Tell whether `wanted` is an item. Raises UnsettledError if that is open."""
        if isinstance(wanted, Known) and wanted in self._scalars:
            return True
        among = self._others if isinstance(wanted, Known) else self.listed
        self._left -= len(among)
        if self._left < 0:
            raise UnsettledError(wanted, "the sets are too large to compare")
        answer = found_in(wanted, among)
        if answer is None:
            raise UnsettledError
        return answer


FUNCTIONS: dict[str, Function] = {
    "setintersection": Function(setintersection, 1, None, deep=True, any_order=True),
    "setproduct": Function(setproduct, 2, None, deep=True),
    "setsubtract": Function(setsubtract, 2, 2, deep=True, any_order=True),
    "setunion": Function(setunion, 1, None, deep=True, any_order=True),
}
