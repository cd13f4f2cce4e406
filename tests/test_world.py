"""Worlds: every question answered once for each combination of what is not decided."""

from __future__ import annotations

import pytest

from trailcheck.condition import Condition
from trailcheck.value import Choice, Known, choose
from trailcheck.world import Fork, TooManyWorldsError, World, explore

A, B = Condition("var.a"), Condition("var.b")
X, Y = Condition('s == "x"', (), "s", "x"), Condition('s == "y"', (), "s", "y")


def test_only_what_is_asked_is_decided() -> None:
    """A question that turns on nothing has one world; each condition asked about makes two."""
    assert explore(lambda world: 1) == [(World(), 1)]
    value = choose(A, Known(1), choose(B, Known(2), Known(3)))
    found = [
        (world.describe(), world.settle(value)) for world, _ in explore(lambda w: w.settle(value))
    ]
    assert found == [
        ("var.a", Known(1)),
        ("not (var.a) and var.b", Known(2)),
        ("not (var.a) and not (var.b)", Known(3)),
    ]


def test_one_literal_rules_the_others_out() -> None:
    """`s == "x"` and `s == "y"` make three worlds, not four."""
    assert len(explore(lambda world: (world.holds(X), world.holds(Y)))) == 3


def test_a_world_answers_only_what_it_decided() -> None:
    """Any other question forks."""
    world = World().given(A, holds=True)
    assert world.holds(A)
    with pytest.raises(Fork):
        world.settle(Choice(B, Known(1), Known(2)))


def test_too_many_worlds_are_an_error_and_no_guess() -> None:
    """Beyond a bound the question is given up, with the conditions that it turned on."""
    conditions = [Condition(f"var.v{n}") for n in range(7)]
    with pytest.raises(TooManyWorldsError):
        explore(lambda world: [world.holds(c) for c in conditions])
    assert len(explore(lambda world: [world.holds(c) for c in conditions[:6]])) == 64
