"""Both arms of a conditional must have a type in common, also the one that is not taken."""

import pytest

from terraform.configurations import evaluated

TAKEN: dict[str, object] = {
    'true ? "a" : {b = 1}.c': "a",
    "true ? [] : {b = 1}.c": [],
    "true ? 5 : upper({})": 5,
    'true ? "a" : "x${[]}"': "a",
    'true ? "a" : !5': "a",
    'true ? "a" : {for x in [1] : x.y => 1}': "a",
    'true ? "a" : {(null) = 1}': "a",
    'true ? ["a"] : [{}.b, {}.b]': ["a"],
    "true ? {} : {a = null, b = {c = 1}}": {},
    "true ? {a = null, b = {c = 1}} : {b = {c = 2}}": {"a": None, "b": {"c": 1}},
    "false ? tomap({}) : {a = null, b = {}}": {"a": None, "b": {}},
    "true ? {a = 1} : {b = {}, c = 1, d = null}": {"a": 1},
    'tolist([toset([]), ["a", null]])': [[], ["a", None]],
    "tolist([{a = null, b = {c = 1}}, {b = {d = 2}}])": [
        {"a": None, "b": {"c": 1}},
        {"b": {"d": 2}},
    ],
}

REFUSED = [
    'true ? "a" : [{b = 1}.c]',
    'true ? "a" : {a = {b = 1}.c}',
    "true ? [] : 5 + {}",
    "true ? [] : (5 < {})",
    "true ? [] : !5",
    'true ? [] : "x${[]}"',
    "true ? [] : (null ? 1 : 2)",
    'true ? "a" : [for x in [1] : x.y]',
    'true ? ["a"] : {for x in [1] : x => x.y}',
    'true ? "a" : {a = 1}[*].b',
    'true ? [[1]] : ["x${{}.a}"]',
    'var.open ? "a" : [{b = 1}.c]',
    "false ? {} : {b = {}, c = 1, d = null}",
    "true ? [] : [null, {}]",
    'toset([toset([]), ["a", null]])',
]

OPEN = 'variable "open" {}\n'


@pytest.mark.parametrize("expression", TAKEN)
def test_errors_of_the_other_arm_do_not_count(expression: str) -> None:
    """What is an error there has no value, and mostly no type."""
    assert evaluated(expression, OPEN) == TAKEN[expression]


@pytest.mark.parametrize("expression", REFUSED)
def test_the_type_of_the_other_arm_counts(expression: str) -> None:
    """A list of an error is a list, and a sum with one a number."""
    assert evaluated(expression, OPEN) == "!"
