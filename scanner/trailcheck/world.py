"""Worlds: what a value is once every unknown condition on its way has been decided.

A rule is written as if there were no unknown conditions. It reads values through a `World`; where a
value turns on a condition that the world has not decided, the world raises `Fork`, and `explore`
runs the rule again in both worlds. The outcomes of all worlds together are the verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

from trailcheck.record import NamedTuple
from trailcheck.value import Choice, settles

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.value import (
        Condition,
        Encoded,
        Handle,
        Known,
        Mapping,
        Reference,
        Sequence,
        Symbol,
        Text,
        Unknown,
        Value,
    )

    Settled: TypeAlias = (
        Known | Text | Sequence | Mapping | Encoded | Reference | Symbol | Handle | Unknown
    )

T = TypeVar("T")

MOST_WORLDS = 64
"""More worlds than this are not explored: the verdict is then undecided, never a guess."""


class Fork(Exception):  # noqa: N818 - not an error: a question that the world cannot answer
    """A value turns on a condition that this world has not decided."""

    def __init__(self, condition: Condition) -> None:
        super().__init__(condition.name)
        self.condition = condition


class TooManyWorldsError(Exception):
    """The question turns on more conditions than `explore` follows."""

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        super().__init__(f"turns on {len(conditions)} conditions or more")
        self.conditions = conditions


class World(NamedTuple):
    """Decisions about unknown conditions, in the order in which they came up."""

    decided: tuple[tuple[Condition, bool], ...] = ()

    def settle(self, value: Value) -> Settled:
        """Return the value in this world. Raises Fork if it turns on an undecided condition."""
        while isinstance(value, Choice):
            value = value.then if self.holds(value.condition) else value.otherwise
        return value

    def holds(self, condition: Condition) -> bool:
        """Tell whether `condition` holds here. Raises Fork if that is not decided."""
        for given, holds in self.decided:
            answer = settles(given, condition, holds=holds)
            if answer is not None:
                return answer
        raise Fork(condition)

    def given(self, condition: Condition, *, holds: bool) -> World:
        """Return this world with one more decision."""
        return World((*self.decided, (condition, holds)))

    def describe(self) -> str:
        """Say in words what was decided: `var.a and not var.b`; empty for the only world."""
        return " and ".join(c.name if holds else f"not ({c.name})" for c, holds in self.decided)


def explore(
    run: Callable[[World], T], start: World | None = None, most: int = MOST_WORLDS
) -> list[tuple[World, T]]:
    """Run `run` in every world that its questions tell apart, and return the results in order.

    Raises TooManyWorldsError when there are more than `most` of them.
    """
    results: list[tuple[World, T]] = []
    waiting = [start if start is not None else World()]
    while waiting:
        world = waiting.pop()
        try:
            results.append((world, run(world)))
        except Fork as fork:
            if len(results) + len(waiting) + 2 > most:
                raise TooManyWorldsError(tuple(c for c, _ in world.decided)) from None
            waiting.append(world.given(fork.condition, holds=False))
            waiting.append(world.given(fork.condition, holds=True))
    return results
