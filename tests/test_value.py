"""Values: equal when they say the same, choices that know what they turn on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trailcheck.condition import Condition, settles
from trailcheck.source import Source
from trailcheck.value import (
    Choice,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
    Value,
    assume,
    choose,
    parts_of,
    text,
)

HERE = Source("f", b"here").span(0, 4)
CONDITIONS = [Condition("var.a"), Condition("var.b"), Condition('s == "x"', (), "s", "x")]
values: st.SearchStrategy[Value] = st.recursive(
    st.one_of(
        st.builds(
            Known, st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.text("ab", max_size=2))
        ),
        st.builds(Reference, st.sampled_from(["x.a", "x.b"]), st.sampled_from(["arn", "name"])),
        st.builds(Unknown, st.sampled_from(["var.s", "var.t"]), st.just("not given")),
    ),
    lambda inner: st.one_of(
        st.builds(choose, st.sampled_from(CONDITIONS), inner, inner),
        st.builds(Sequence, st.lists(inner, max_size=2)),
    ),
    max_leaves=8,
)


def _world(value: Value, decided: dict[str, bool]) -> Value:
    while isinstance(value, Choice):
        value = value.then if decided[value.condition.name] else value.otherwise
    return value


def test_places_do_not_count() -> None:
    """The same value is equal wherever it is written, and however it came."""
    assert Known(1) == Known(1, HERE).through(HERE, "default")
    assert Known(True) != Known(1)
    assert Known("1") != Known(1)
    assert Unknown("var.a", "no default") == Unknown("var.a", "another reason", HERE)
    assert Symbol("account") != Symbol("account", "aws.other")


def test_the_way_of_a_value_is_bounded() -> None:
    """A circle of a thousand steps keeps the first of them."""
    value = Known(1)
    for step in range(1_000):
        value = value.through(HERE, f"step {step}")
    assert len(value.via) == 64
    assert value.via[0].note == "step 0"


WORLDS = st.fixed_dictionaries({condition.name: st.booleans() for condition in CONDITIONS})


@given(values, values, st.sampled_from(CONDITIONS), WORLDS)
def test_choosing_and_assuming_agree(
    then: Value, otherwise: Value, condition: Condition, decided: dict[str, bool]
) -> None:
    """A choice is its branch in each world; assuming what holds there changes nothing."""
    chosen = choose(condition, then, otherwise)
    holds = decided[condition.name]
    assert _world(chosen, decided) == _world(then if holds else otherwise, decided)
    assert _world(assume(chosen, condition, holds=holds), decided) == _world(chosen, decided)


def test_one_unknown_equals_one_literal_at_most() -> None:
    """Where `s == "x"` holds, `s == "y"` does not; the other way round nothing follows."""
    x, y = Condition('s == "x"', (), "s", "x"), Condition('s == "y"', (), "s", "y")
    assert settles(x, y, holds=True) is False
    assert settles(x, y, holds=False) is None
    assert settles(x, x, holds=False) is False


def test_text_is_as_simple_as_its_parts() -> None:
    """All literal is known, a part alone is itself, neighbours merge."""
    reference = Reference("x.a", "arn")
    assert text([Piece("a"), Piece("b")]) == Known("ab")
    assert text([Piece(""), reference]) == reference
    mixed = text([Piece("a"), Piece("b"), reference])
    assert isinstance(mixed, Text)
    assert mixed == Text((Piece("ab"), reference))
    assert parts_of(Sequence(())) is None


def test_weight_counts_what_is_shared_each_time() -> None:
    """A list of two of the same is twice as heavy, whatever memory it takes."""
    value: Value = Sequence([Known("x")])
    for _ in range(60):
        value = Mapping({"a": value, "b": Sequence([value])})
    assert isinstance(value, Mapping)
    assert value.weight > 2**60
