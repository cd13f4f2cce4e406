"""Functions on sets. Arguments are brought to one type first, as Terraform does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.functions.arguments import bounded, items, settled_items
from trailcheck.terraform.functions.base import MOST_ITEMS, Function, UnsettledError
from trailcheck.terraform.functions.equality import found_in
from trailcheck.terraform.functions.kinds import set_of, unified
from trailcheck.value import Known, Sequence

if TYPE_CHECKING:
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value


def setunion(call: Call, arguments: list[Value]) -> Value:
    """Return the items that are in any of the sets."""
    bounded(sum(len(items(a)) for a in arguments))
    return set_of((i for a in arguments for i in items(a)), call.span)


def setintersection(call: Call, arguments: list[Value]) -> Value:
    """Return the items that are in all of the sets."""
    first, *others = map(_Members, _alike(arguments))
    return set_of((i for i in first.listed if all(i in other for other in others)), call.span)


def setsubtract(call: Call, arguments: list[Value]) -> Value:
    """Return the items of the first set that are not in the second."""
    first, second = map(_Members, _alike(arguments))
    return set_of((i for i in first.listed if i not in second), call.span)


def setsymmetricdifference(call: Call, arguments: list[Value]) -> Value:
    """Return the items that are in an odd number of the sets."""
    result, *others = _alike(arguments)
    for other in others:
        mine, theirs = _Members(result), _Members(other)
        result = (*(i for i in result if i not in theirs), *(i for i in other if i not in mine))
    return set_of(result, call.span)


def setproduct(call: Call, arguments: list[Value]) -> Value:
    """Return every combination of one item from each list, the last varying fastest.

    The result is a set if all arguments are.
    """
    total = 1
    for argument in arguments:
        total *= len(items(argument))
        bounded(total * len(arguments))
        if not settled_items(argument):
            raise UnsettledError
    rows: list[tuple[Value, ...]] = [()]
    for argument in arguments:
        listed = unified(items(argument))
        rows = [(*row, item) for row in rows for item in listed]
    all_sets = all(isinstance(a, Sequence) and a.is_set for a in arguments)
    return Sequence((Sequence(row, call.span) for row in rows), call.span, is_set=all_sets)


def _alike(arguments: list[Value]) -> list[tuple[Value, ...]]:
    """Return the items of all sets, brought to one type."""
    lists = [items(a) for a in arguments]
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
    "setintersection": Function(setintersection, 1, None, deep=True),
    "setproduct": Function(setproduct, 2, None, deep=True),
    "setsubtract": Function(setsubtract, 2, 2, deep=True),
    "setsymmetricdifference": Function(setsymmetricdifference, 1, None, deep=True),
    "setunion": Function(setunion, 1, None, deep=True),
}
