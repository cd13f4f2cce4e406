"""What the deployment tool refuses in some worlds only: those are never deployed.

A mapping lacks one of the values that a parameter allows, one arm of a condition is an index out of
range: deployments with that value are refused, and all others go through. So a refusal on which
nothing but such a value decides is a demand like any other (`world.Law`). Only refusals that say so
(`Unknown.refusal`) count: what is wrong with the form of code is refused whatever the values are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.value import Choice, Encoded, Known, Mapping, Sequence, Text, Unknown, choose
from trailcheck.world import Law

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.errors import Diagnostic
    from trailcheck.value import Value

_TRUE, _FALSE = Known(True), Known(False)
_MOST_CHOICES = 64
"""A demand that is made of more choices is not followed, and rules nothing out."""


class _TooManyError(Exception):
    """A demand turns on too much."""


def laws(exists: Value, value: Value) -> Iterator[Law]:
    """Yield the demands that a value of something which may exist is not refused.

    What is refused in every world is a demand that nothing meets.
    """
    for refusal in dict.fromkeys(_refusals((exists, value))):
        left = [_MOST_CHOICES]
        try:
            there = _stands(exists, refusal, left)
            demand = _both(there, _unless(exists, _stands(value, refusal, left), left), left)
        except _TooManyError:
            continue
        if demand != _TRUE:
            yield Law(lambda demand=demand: demand, refusal=refusal)  # type: ignore[misc]


def negated(value: Value) -> Value:
    """Return where a demand is not met."""
    if isinstance(value, Choice):
        return choose(value.condition, negated(value.then), negated(value.otherwise))
    return _FALSE if value == _TRUE else _TRUE


def _refusals(values: Iterable[Value]) -> Iterator[Diagnostic]:
    """Yield what is said of the refusals in some values."""
    waiting, seen = list(values), set[int]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, Known) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Unknown) and value.refusal is not None:
            yield value.refusal
        elif isinstance(value, Choice):
            waiting += (value.then, value.otherwise)
        else:
            waiting += _inside(value)


def _inside(value: Value) -> Iterable[Value]:
    match value:
        case Sequence():
            return value.items
        case Mapping():
            return value.items.values()
        case Encoded():
            return (value.value,)
        case Text():
            return [part for part in value.parts if isinstance(part, Unknown)]
        case _:
            return ()


def _stands(value: Value, refusal: Diagnostic, left: list[int]) -> Value:
    """Return whether a value is not refused for one reason, as far as its conditions tell."""
    match value:
        case Choice():
            left[0] -= 1
            if left[0] < 0:
                raise _TooManyError
            then, otherwise = (
                _stands(value.then, refusal, left),
                _stands(value.otherwise, refusal, left),
            )
            return choose(value.condition, then, otherwise)
        case Unknown():
            return _FALSE if value.refusal == refusal else _TRUE
        case _:
            result: Value = _TRUE
            for item in _inside(value):
                if not isinstance(item, Known):
                    result = _both(result, _stands(item, refusal, left), left)
            return result


def _unless(exists: Value, stands: Value, left: list[int]) -> Value:
    """Return what must hold of something that is there only if `exists`; else nothing must."""
    if isinstance(exists, Choice):
        left[0] -= 1
        if left[0] < 0:
            raise _TooManyError
        then = _unless(exists.then, stands, left)
        return choose(exists.condition, then, _unless(exists.otherwise, stands, left))
    return stands if exists == _TRUE else _TRUE


def _both(one: Value, other: Value, left: list[int]) -> Value:
    if isinstance(one, Choice):
        left[0] -= 1
        if left[0] < 0:
            raise _TooManyError
        then = _both(one.then, other, left)
        return choose(one.condition, then, _both(one.otherwise, other, left))
    return other if one == _TRUE else _FALSE
