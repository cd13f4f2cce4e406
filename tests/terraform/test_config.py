"""Files of one directory, merged: duplicates, overrides, labels."""

from __future__ import annotations

import pytest

from terraform.configurations import evaluated, graph, module, shown
from trailcheck.graph import Kind
from trailcheck.source import Source
from trailcheck.terraform.config import is_override

HERE = Source("x", b"").span(0, 0)
TRAIL = """
resource "aws_cloudtrail" "t" {
  name = "t"
  event_selector {
    read_write_type = "All"
  }
}
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("override.tf", True),
        ("a/override.tf.json", True),
        ("x_override.tf", True),
        ("x_override.tofu", True),
        ("overrides.tf", False),
        ("override_x.tf", False),
        ("main.tf", False),
    ],
)
def test_override_files(path: str, expected: bool) -> None:  # noqa: FBT001
    """`override.tf` and `*_override.tf` are merged over the others."""
    assert is_override(path) is expected


def test_arguments_of_an_override_replace_and_the_last_wins() -> None:
    """Override files apply in the order of their names."""
    over = 'resource "aws_cloudtrail" "t" {\n  name = "%s"\n}\n'
    files = {"main.tf": TRAIL, "b_override.tf": over % "b", "a_override.tf": over % "a"}
    (trail,) = graph(files).resources(Kind.TRAIL)
    assert shown(trail.get("name").value) == "b"


def test_blocks_of_an_override_replace_all_of_their_type() -> None:
    """One `event_selector` in an override takes the place of all those before."""
    over = """
resource "aws_cloudtrail" "t" {
  event_selector {
    read_write_type = "WriteOnly"
  }
}
"""
    (trail,) = graph({"main.tf": TRAIL, "override.tf": over}).resources(Kind.TRAIL)
    assert shown(trail.get("event_selectors").value) == [
        {"read_write_type": "WriteOnly", "management_events": True}
    ]


@pytest.mark.parametrize(
    ("first", "over", "expected"),
    [
        ("locals {\n  a = 1\n}\n", "locals {\n  a = 2\n}\n", 2),
        ('variable "a" {\n  default = 1\n}\n', 'variable "a" {\n  default = 2\n}\n', 2),
    ],
)
def test_locals_and_variables_are_overridden(first: str, over: str, expected: object) -> None:
    """Overrides reach locals and variables too."""
    root = module({"main.tf": first, "override.tf": over})
    value = root.local("a", HERE) if "locals" in first else root.variable("a", HERE)
    assert shown(value) == expected


@pytest.mark.parametrize(
    "text",
    [
        TRAIL + TRAIL,
        "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n",
        'variable "a" {\n}\nvariable "a" {\n}\n',
        'resource "aws_cloudtrail" {\n}\n',
        'resource "a" "b" "c" {\n}\n',
        "widget {\n}\n",
    ],
)
def test_what_terraform_refuses_in_a_module_is_unread(text: str) -> None:
    """Duplicates, wrong labels and unknown blocks are diagnostics."""
    assert graph(text).unread


def test_the_first_of_two_declarations_is_read() -> None:
    """The diagnostic says that only the first was read, and so it is."""
    assert evaluated("local.a", "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n") == 1
