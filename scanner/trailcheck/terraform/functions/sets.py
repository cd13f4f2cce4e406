"""Functions on sets. Arguments are brought to one type first, as Terraform does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.functions.arguments import bounded, items, settled_items
from trailcheck.terraform.functions.base import Function, UnsettledError
from trailcheck.terraform.functions.convert import set_of, unified
from trailcheck.terraform.functions.equality import found_in
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
    first, *others = _alike(arguments)
    return set_of((i for i in first if all(_holds(other, i) for other in others)), call.span)


def setsubtract(call: Call, arguments: list[Value]) -> Value:
    """Return the items of the first set that are not in the second."""
    first, second = _alike(arguments)
    return set_of((i for i in first if not _holds(second, i)), call.span)


def setsymmetricdifference(call: Call, arguments: list[Value]) -> Value:
    """Return the items that are in an odd number of the sets."""
    result, *others = _alike(arguments)
    for other in others:
        mine = [i for i in result if not _holds(other, i)]
        theirs = [i for i in other if not _holds(result, i)]
        result = (*mine, *theirs)
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


def _holds(listed: tuple[Value, ...], wanted: Value) -> bool:
    if (
        isinstance(wanted, Known)
        and all(isinstance(i, Known) for i in listed[:1])
        and len(listed) > 100
    ):
        known = {i for i in listed if isinstance(i, Known)}
        if wanted in known:
            return True
        listed = tuple(i for i in listed if not isinstance(i, Known))
    answer = found_in(wanted, listed)
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
