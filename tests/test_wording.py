"""Worlds in words: what a verdict turns on, without what does not matter."""

from __future__ import annotations

import pytest

from trailcheck.condition import Condition
from trailcheck.value import Choice, Known
from trailcheck.wording import worlds
from trailcheck.world import Law, World

A, B = Condition("var.a"), Condition('contains(x, "b")')
DEV, TEST, PROD = (
    Condition(f'stage == "{name}"', (), "stage", name) for name in ("dev", "test", "prod")
)
AMONG = Condition("stage is known", (), "stage", None, "among", ("dev", "test", "prod"))
STAGES = Law(lambda: Choice(AMONG, Known(data=True), Known(data=False)))
OPEN = Condition('zone == "a b"', (), "zone", "a b")


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        ([[]], ""),
        ([[(A, True)]], "var.a"),
        ([[(A, False)]], "var.a is false"),
        ([[(B, False)]], 'not (contains(x, "b"))'),
        ([[(DEV, True)]], "stage is dev"),
        ([[(DEV, False)]], "stage is prod or test"),
        ([[(DEV, False), (TEST, False)]], "stage is prod"),
        ([[(OPEN, False)]], 'zone is not "a b"'),
        ([[(DEV, True)], [(DEV, False), (TEST, True)]], "stage is dev or test"),
        ([[(DEV, True)], [(DEV, False)]], ""),
        ([[(A, True), (DEV, True)], [(A, False), (DEV, True)]], "stage is dev"),
        ([[(A, True), (DEV, True)], [(A, False)]], "var.a and stage is dev or var.a is false"),
        ([[(A, True)], [(A, True), (B, True)]], "var.a"),
    ],
)
def test_worlds_are_told_as_short_as_can_be(
    decided: list[list[tuple[Condition, bool]]], words: str
) -> None:
    """Decisions about one subject are one clause; worlds that differ in nothing else are one."""
    assert worlds(World(tuple(each), lambda: [STAGES]) for each in decided) == words


def test_of_many_worlds_some_are_told() -> None:
    """More worlds than a person reads are counted."""
    pairs = [(Condition(f"a{n}"), Condition(f"b{n}")) for n in range(9)]
    said = worlds(World(((a, True), (b, True))) for a, b in pairs)
    assert said.endswith("or in 5 more cases")
