"""Choices among the arguments: an operation on a choice is the choice between two operations."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from trailcheck.terraform.functions.base import MOST_DEPTH, UnsettledError
from trailcheck.terraform.functions.canonical import derived_name
from trailcheck.value import Choice, Sequence, Unknown, assume, choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.condition import Condition
    from trailcheck.source import Span
    from trailcheck.value import Value

MOST_LEAVES = 64
"""An operation is not carried out in more branches than this."""
_MOST_LOOKS = 200_000
_serial = count(1)


def lift(
    arguments: list[Value],
    apply: Callable[[list[Value]], Value],
    *,
    name: str = "",
    span: Span | None = None,
) -> Value:
    """Apply an operation in every branch of the arguments, and choose between the results.

    The branches are consistent: arguments that turn on the same condition are taken from the same
    side. Beyond `MOST_LEAVES` branches the result is unknown; `name`, the operation's, makes equal
    results of that kind equal.
    """
    return _lift(arguments, apply, _top_choice, assume, name, span)


def lift_items(
    arguments: list[Value],
    apply: Callable[[list[Value]], Value],
    *,
    name: str = "",
    span: Span | None = None,
) -> Value:
    """Do as `lift` does, also for choices among the items of lists, at any depth."""
    return _lift(arguments, apply, nested_choice, assume_items, name, span)


def assume_items(value: Value, condition: Condition, *, holds: bool) -> Value:
    """Return `value`, and what is listed in it, as it is where `condition` holds, or does not."""
    return _assume_items(value, condition, 0, {}, holds=holds)


def _lift(  # noqa: PLR0913, PLR0917 - private, and each is one aspect of the expansion
    arguments: list[Value],
    apply: Callable[[list[Value]], Value],
    find: Callable[[list[Value]], Choice | None],
    assumed: Callable[..., Value],
    name: str,
    span: Span | None,
) -> Value:
    first = find(arguments)
    if first is None:
        return apply(arguments)
    left = MOST_LEAVES

    def expand(given: list[Value]) -> Value:
        nonlocal left
        choice = find(given)
        if choice is None:
            left -= 1
            if left < 0:
                raise UnsettledError
            return apply(given)
        condition = choice.condition
        then = expand([assumed(a, condition, holds=True) for a in given])
        otherwise = expand([assumed(a, condition, holds=False) for a in given])
        return choose(condition, then, otherwise, span)

    try:
        return expand(arguments)
    except (UnsettledError, RecursionError):
        reason = f"it turns on more conditions than are followed, {first.condition.name} among them"
        said = derived_name(name, arguments) if name else f"branches {next(_serial)}"
        return Unknown(said, reason, span, needs=first.condition.needs)


def _top_choice(arguments: list[Value]) -> Choice | None:
    for argument in arguments:  # asked for every operation: a generator would cost twice as much
        if isinstance(argument, Choice):
            return argument
    return None


def nested_choice(arguments: list[Value]) -> Choice | None:
    """Return the first choice among values and the items of lists in them, at any depth."""
    waiting, seen, looks = arguments[::-1], set[int](), 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, Choice):
            return value
        if isinstance(value, Sequence) and id(value) not in seen:
            seen.add(id(value))
            looks += len(value.items)
            if looks > _MOST_LOOKS:
                return None
            waiting.extend(reversed(value.items))
    return None


def _assume_items(
    value: Value, condition: Condition, depth: int, memo: dict[int, Value], *, holds: bool
) -> Value:
    if id(value) in memo:
        return memo[id(value)]
    result = assume(value, condition, holds=holds)
    if isinstance(result, Sequence) and depth < MOST_DEPTH:
        items = tuple(
            _assume_items(i, condition, depth + 1, memo, holds=holds) for i in result.items
        )
        if any(new is not old for new, old in zip(items, result.items, strict=True)):
            kind = type(result)
            result = kind(items, result.span, result.via, is_set=result.is_set, of=result.of)
    memo[id(value)] = result
    return result
