"""Values of root variables, in Terraform's order."""

from __future__ import annotations

import pytest

from terraform.configurations import graph, module, shown
from trailcheck.config import Config
from trailcheck.graph import Kind
from trailcheck.source import Source

HERE = Source("x", b"").span(0, 0)
VARIABLE = 'variable "a" {\n  default = "default"\n}\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "default"),
        ({"terraform.tfvars": 'a = "1"'}, "1"),
        ({"terraform.tfvars": 'a = "1"', "terraform.tfvars.json": '{"a": "2"}'}, "2"),
        ({"terraform.tfvars.json": '{"a": "2"}', "x.auto.tfvars": 'a = "3"'}, "3"),
        ({"b.auto.tfvars": 'a = "b"', "a.auto.tfvars.json": '{"a": "a"}'}, "b"),
        ({"a.auto.tfvars": 'a = "hcl"', "a.auto.tfvars.json": '{"a": "json"}'}, "json"),
        ({"other.tfvars": 'a = "no"'}, "default"),
        ({"terraform.tfvars": "a = [1, {b = true}]"}, [1, {"b": True}]),
        ({"terraform.tfvars": "a = null"}, None),
    ],
)
def test_the_last_file_wins(files: dict[str, str], expected: object) -> None:
    """`terraform.tfvars`, its JSON twin, then `*.auto.tfvars` by name."""
    root = module({"main.tf": VARIABLE, **files})
    assert shown(root.variable("a", HERE)) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('"/audit/trail.log"', "/audit/trail.log"),
        ('"arn:aws:iam::123456789012:role/a.b"', "arn:aws:iam::123456789012:role/a.b"),
        ('["10.0.0.0/8", "f(1)", "a[0]"]', ["10.0.0.0/8", "f(1)", "a[0]"]),
        ('"${1 + 1} %{ x"', "${1 + 1} %{ x"),
        ('"$${a}"', "$${a}"),
        ('{"a.b": "c.d", "//": "e"}', {"a.b": "c.d", "//": "e"}),
    ],
)
def test_text_of_a_json_variables_file_is_plain(said: str, expected: object) -> None:
    """Terraform reads neither templates nor expressions in it."""
    root = module({"main.tf": VARIABLE, "terraform.tfvars.json": f'{{"a": {said}}}'})
    assert shown(root.variable("a", HERE)) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("var.b", "!"),
        ("data.b.c", "!"),
        ('upper("x")', "!"),
        ('"${path.module}"', "!"),
        ("try(1, 2)", "!"),
        ('"${1 + 1}"', 2),
        ("[for x in [1] : x + 1][0]", 2),
        ("true ? 1 : abs(2)", 1),
    ],
)
def test_variables_files_and_defaults_hold_literals(said: str, expected: object) -> None:
    """Names and calls are refused there."""
    root = module({"main.tf": VARIABLE, "terraform.tfvars": f"a = {said}"})
    assert shown(root.variable("a", HERE)) == expected
    root = module({"main.tf": f'variable "a" {{\n  default = {said}\n}}\n'})
    assert shown(root.variable("a", HERE)) == expected


@pytest.mark.parametrize(
    ("declared", "said", "expected"),
    [
        ("string", "[1]", "[1]"),
        ("number", "7", 7),
        ("bool", "true", True),
        ("list(string)", '["a"]', ["a"]),
        ("map(number)", "{a = 1}", {"a": 1}),
        ("object({a = string})", '{a = "x"}', {"a": "x"}),
        ("number", "x", "!"),
    ],
)
def test_what_the_caller_gives_is_text_or_an_expression(
    declared: str, said: str, expected: object
) -> None:
    """`--var` is text for scalars and an expression for collections, as with Terraform."""
    text = (
        f'variable "a" {{\n  type = {declared}\n}}\n'
        'resource "aws_cloudtrail" "t" {\n  event_selector {\n    data_resource {\n'
        "      values = var.a\n    }\n  }\n}\n"
    )
    (trail,) = graph(text, Config(variables=(("a", said),))).resources(Kind.TRAIL)
    (selector,) = shown(trail.get("event_selectors").value)  # type: ignore[misc]
    assert selector["data_resources"][0]["values"] == expected


def test_a_broken_variables_file_is_unread() -> None:
    """What a root's values are is then not known, and the graph says so."""
    for said in ("a = ", "a = 1\na = 2\n", "a {\n}\n"):
        assert graph({"main.tf": VARIABLE, "terraform.tfvars": said}).unread
