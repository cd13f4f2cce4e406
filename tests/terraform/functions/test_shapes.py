"""Lists, tuples, sets, maps and objects keep their types, and several find the one in common."""

from __future__ import annotations

import pytest
from function_calls import value
from hypothesis import given
from hypothesis import strategies as st

from terraform.configurations import evaluated
from trailcheck.shape import Collection, Structure
from trailcheck.terraform.functions.reshape import unified
from trailcheck.terraform.functions.shapes import common, converts, shape_of


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # equality is of types first
        ('tolist(["a"]) == ["a"]', False),
        ('tolist(["a"]) == tolist(["a"])', True),
        ("tolist([1]) == tolist([2 - 1])", True),
        ('tolist([1]) == tolist(["1"])', False),
        ("tomap({}) == {}", False),
        ('(false ? ["a"] : []) == []', False),
        ('(true ? ["a"] : ["b"]) == ["a"]', True),
        ("toset([]) == toset([])", True),
        ('tolist([]) == tolist(["a"])', False),
        ("tostring(null) == tonumber(null)", True),
        ('keys({a = 1}) == ["a"]', True),
        ('keys(tomap({a = 1})) == ["a"]', False),
        ('jsondecode(jsonencode(tolist(["a"]))) == ["a"]', True),
        ("[for x in tolist([1]) : x] == [1]", True),
        ("tolist([{a = 1}])[*].a == [1]", False),
        ("concat([1], tolist([2])) == [1, 2]", True),
        ("concat(tolist([1]), tolist([2])) == [1, 2]", False),
        ("merge(tomap({a = 1}), {b = 2}) == {a = 1, b = 2}", True),
        ("[[][0]] == 1", "!"),
        # conditionals have one type, whichever arm is taken
        ('true ? [1] : ["a"]', ["1"]),
        ('true ? [1, 2] : ["a"]', ["1", "2"]),
        ('true ? {a = 1} : {b = "x"}', {"a": "1"}),
        ("true ? 1 : tostring(null)", "1"),
        ('true ? toset([1]) : ["a"]', [1]),
        ('true ? "a" : ["a"]', "!"),
        ("true ? true : 1", "!"),
        ('true ? tolist([tolist([1])]) : [toset(["a"]), [true]]', [[1]]),
        ("true ? {a = 1} : [1]", "!"),
        ("true ? 1 : one([])", 1),
        # elements are of one type
        ('tolist([[1], ["a", "b"]])', [["1"], ["a", "b"]]),
        ('tomap({a = {x = 1}, b = {y = "z"}})', {"a": {"x": "1"}, "b": {"y": "z"}}),
        ("tolist([null, [1]])", "!"),
        ("tomap({a = null, b = [1]})", {"a": None, "b": [1]}),
        ("tolist([{a = null}, {a = [1]}])", "!"),
        ('tolist([tolist([tolist([1])]), [toset(["a"]), [true]]])', "!"),
        ('setunion([1, true], ["a"])', "!"),
        ("coalesce(tostring(null), 1)", "1"),
        ('lookup(tomap({a = "b"}), "c", -1)', "-1"),
        ('lookup(tomap({a = "b"}), "c", [])', "!"),
        ('merge(tomap({a = "b"}), tostring(null))', "!"),
        ('concat(tolist([1]), tolist(["a"]), tolist([true]))', ["1", "a", "true"]),
        # what has no order, and the order of what has
        ('element(toset(["a"]), 0)', "!"),
        ('zipmap(["a"], toset(["b"]))', "!"),
        ('concat(["a"], toset(["b"]))', "!"),
        ('[for x in toset([null, "b", "a"]) : x]', ["a", "b", None]),
        ("toset([[10], [9], [1.5]])", [[1.5], [10], [9]]),
        ('toset([["b"], ["a", "c"]])', [["a", "c"], ["b"]]),
    ],
)
def test_types_are_kept(expression: str, expected: object) -> None:
    """What Terraform 1.11 answers."""
    assert evaluated(expression) == expected


def test_open_parts_are_of_any_type() -> None:
    """What is not known may be of any type: only beside text is the type in common certain."""
    assert common(["number", "open"]) == "open"
    assert common(["string", "open"]) == "string"
    assert common(["number", "bool"]) is None


_SHAPES = st.recursive(
    st.sampled_from(["string", "number", "bool"]),
    lambda inner: (
        st.builds(Collection, st.sampled_from(["list", "map"]), inner)
        | st.builds(lambda items: Structure("tuple", tuple(items)), st.lists(inner, max_size=3))
    ),
    max_leaves=5,
)


@given(st.lists(_SHAPES, min_size=1, max_size=4))
def test_all_convert_to_the_shape_in_common(shapes: list[object]) -> None:
    """A shape in common is one that each of them converts to; a shape alone is its own.

    Sets are left out: of `list(list(number))` and `[set(string), [bool]]` Terraform takes the first
    as what they have in common, though the second does not convert to it.
    """
    made = common(shapes)
    assert made is None or all(converts(shape, made) for shape in shapes)
    assert common(shapes[:1]) == shapes[0]


@given(st.lists(st.integers() | st.text(max_size=3) | st.none(), max_size=5))
def test_items_of_a_list_have_one_shape(items: list[object]) -> None:
    """After unification all items are of one shape, nulls too, and stay so."""
    made = unified(tuple(map(value, items)))
    assert len({shape_of(item) for item in made}) <= 1
    assert unified(made) == made
