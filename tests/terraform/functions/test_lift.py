"""Operations on choices are choices between operations, consistent in their conditions."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from function_calls import ask, either, opens, value
from hypothesis import given
from hypothesis import strategies as st

from trailcheck.condition import Condition
from trailcheck.terraform.functions.lift import MOST_LEAVES, assume_items, lift, lift_items
from trailcheck.value import Choice, Known, Sequence, Unknown, assume

if TYPE_CHECKING:
    from trailcheck.value import Value

words = st.text(alphabet="ab:-", max_size=4)
conditions = st.sampled_from(["var.a", "var.b", "var.c"])
choices = st.recursive(
    words.map(Known),
    lambda inner: st.builds(either, conditions, inner, inner),
    max_leaves=6,
)


NAMES = ("var.a", "var.b", "var.c")
WORLDS = tuple(itertools.product((True, False), repeat=len(NAMES)))


def in_world(settled: Value, world: tuple[bool, ...]) -> Value:
    """Return a value as it is once all conditions are decided."""
    for name, holds in zip(NAMES, world, strict=True):
        settled = assume(settled, Condition(name, (name,)), holds=holds)
    return settled


@given(choices, choices, conditions, st.booleans())
def test_lift_distributes_over_choices(
    left: object,
    right: object,
    name: str,
    holds: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    """In each world, the operation on choices is the operation on what they are in that world."""
    condition = Condition(name, (name,))
    arguments = [value(left), value(right)]

    def apply(settled: list) -> Known:
        return Known("+".join(v.data for v in settled))

    whole = assume(lift(arguments, apply), condition, holds=holds)
    parts = lift([assume(a, condition, holds=holds) for a in arguments], apply)
    # In which order the other conditions are asked is of no account.
    assert [in_world(whole, world) for world in WORLDS] == [
        in_world(parts, world) for world in WORLDS
    ]


def test_one_condition_gives_two_branches_only() -> None:
    """Arguments that turn on the same condition are taken from the same side."""
    joined = ask("format", "%s-%s", either("var.a", "x", "y"), either("var.a", "1", "2"))
    assert joined == either("var.a", "x-1", "y-2")


def test_choices_among_items_are_lifted() -> None:
    """A list with a choice in it joins to a choice of texts."""
    assert ask("join", ",", ["a", either("var.a", "b", "c")]) == either("var.a", "a,b", "a,c")
    assert ask("flatten", [["a"], either("var.a", ["b"], [])]) == either("var.a", ["a", "b"], ["a"])


def test_what_does_not_turn_on_a_choice_is_not_lifted() -> None:
    """`length` counts items and `contains` finds one without asking what the others are."""
    many = [either(f"var.c{n}", "x", "y") for n in range(20)]
    assert ask("length", many) == Known(20)
    assert ask("contains", [*many, "z"], "z") == Known(data=True)
    assert ask("contains", many, "z").name.startswith("contains(")


def test_equal_branches_are_one_value() -> None:
    """A choice that makes no difference disappears."""
    assert ask("lower", either("var.a", "X", "x")) == Known("x")


def test_too_many_branches_are_unknown() -> None:
    """Beyond the bound the result is unknown, names a condition, and equals itself only."""
    many = [either(f"var.c{n}", "x", "y") for n in range(7)]
    assert 2 ** len(many) > MOST_LEAVES
    result = lift(many, lambda given: given[0])
    assert isinstance(result, Unknown)
    assert result.needs == ("var.c0",)
    assert result != lift(many, lambda given: given[0])
    assert opens("join", ",", many)
    assert ask("join", ",", many) == ask("join", ",", many)


def test_assumptions_reach_items_only() -> None:
    """Lists are looked into at any depth; a list without the condition is returned itself."""
    condition = Condition("var.a")
    nested = Sequence([Sequence([either("var.a", "x", "y")]), Known(1)])
    assert assume_items(nested, condition, holds=True) == value([["x"], 1])
    plain = value([["x"], 1])
    assert assume_items(plain, condition, holds=True) is plain


def test_deep_lift_keeps_sets() -> None:
    """A set stays a set in both branches."""
    nested = Sequence([either("var.a", "x", "y")], is_set=True)
    result = lift_items([nested], lambda given: given[0])
    assert isinstance(result, Choice)
    assert result.then.is_set
