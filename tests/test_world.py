"""Worlds: every question answered once for each combination of what is not decided."""

from __future__ import annotations

import pytest

from trailcheck.condition import Condition
from trailcheck.value import Choice, Known, Unknown, Value, choose
from trailcheck.wording import worlds
from trailcheck.world import Fork, Law, TooManyWorldsError, World, explore

A, B = Condition("var.a"), Condition("var.b")
X, Y = Condition('s == "x"', (), "s", "x"), Condition('s == "y"', (), "s", "y")


def test_only_what_is_asked_is_decided() -> None:
    """A question that turns on nothing has one world; each condition asked about makes two."""
    assert explore(lambda world: 1) == [(World(), 1)]
    value = choose(A, Known(1), choose(B, Known(2), Known(3)))
    found = [
        (worlds((world,)), world.settle(value)) for world, _ in explore(lambda w: w.settle(value))
    ]
    assert found == [
        ("var.a", Known(1)),
        ("var.a is false and var.b", Known(2)),
        ("var.a is false and var.b is false", Known(3)),
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


def _demand(value: Value, subject: str = "", *refused: object) -> Law:
    return Law(lambda: value, subject, lambda literal: False if literal in refused else None)


def _worlds(*laws: Law) -> list[str]:
    start = World((), lambda: laws)
    found = explore(lambda world: (world.holds(A), world.holds(B)), start)
    return [
        " and ".join(c.name if holds else f"not ({c.name})" for c, holds in world.decided)
        for world, _ in found
    ]


def _true(condition: Condition) -> Value:
    return choose(condition, Known(True), Known(False))


def test_what_must_be_true_rules_worlds_out() -> None:
    """A world in which a demand is false is not explored, and asks no question for it."""
    either = choose(A, Known(True), _true(B))
    assert _worlds(_demand(_true(A))) == ["var.b", "not (var.b)"]
    assert _worlds(_demand(_true(A)), _demand(_true(B))) == [""]
    assert _worlds(_demand(either)) == ["var.a and var.b", "var.a and not (var.b)", "not (var.a)"]


def test_demands_that_cannot_be_met_or_told_decide_nothing() -> None:
    """Contradictions and what is unknown leave every world."""
    unknown = Unknown("x", "nobody knows")
    refused = Unknown("x", "no such function", refused=True)
    for value in (
        Known(False),
        unknown,
        choose(A, unknown, Known(True)),
        choose(A, refused, refused),
    ):
        assert len(_worlds(_demand(value, "var.a"))) == 4


def test_demands_on_literals() -> None:
    """A subject is no literal that a demand refuses; the demands of others do not count."""
    assert not World((), lambda: [_demand(Known(True), "s", "x")]).possible((X, True))
    assert World((), lambda: [_demand(Known(True), "s", "x")]).settled(X) is False
    assert World((), lambda: [_demand(Known(True), "t", "x")]).possible((X, True))
    among = Condition("s in", (), "s", None, "among", ("x", "y"))
    assert World((), lambda: [_demand(_true(among), "s", "x")]).settled(Y) is True
    both = lambda: [_demand(_true(among), "s", "x", None)]  # noqa: E731
    assert World((), both).given(among, holds=True).settled(Y) is True
