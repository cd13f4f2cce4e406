"""Attributes of resources as references see them, dynamic blocks, what may drift."""

from __future__ import annotations

import pytest

from terraform.configurations import evaluated, graph, shown
from trailcheck.graph import Kind

GROUP = 'resource "aws_cloudwatch_log_group" "g" {\n  %s\n}\n'


@pytest.mark.parametrize(
    ("body", "attribute", "expected"),
    [
        ('name = "g"', "name", "g"),
        ('name = "g"', "id", "g"),
        ("", "name", "${aws_cloudwatch_log_group.g.name}"),
        ("name = null", "name", "${aws_cloudwatch_log_group.g.name}"),
        ('name = "g"', "arn", "${aws_cloudwatch_log_group.g.arn}"),
        ("retention_in_days = 7", "retention_in_days", 7),
        ('tags = {a = "b"}', "tags.a", "b"),
    ],
)
def test_attributes(body: str, attribute: str, expected: object) -> None:
    """What code states is known; what it leaves out, or sets to null, is known after deployment."""
    assert evaluated(f"aws_cloudwatch_log_group.g.{attribute}", GROUP % body) == expected


def test_an_attribute_that_refers_to_itself_is_refused() -> None:
    """A circle of stated attributes ends."""
    assert (
        evaluated(
            "aws_cloudwatch_log_group.g.name", GROUP % "name = aws_cloudwatch_log_group.g.name"
        )
        == "!"
    )


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ('event_selector {\n    read_write_type = "A"\n  }', ["A"]),
        (
            (
                'dynamic "event_selector" {\n    for_each = ["A", "B"]\n    content {\n'
                "      read_write_type = event_selector.value\n    }\n  }"
            ),
            ["A", "B"],
        ),
        (
            (
                'dynamic "event_selector" {\n    for_each = {b = "B", a = "A"}\n    iterator = it\n'
                '    content {\n      read_write_type = "${it.key}${it.value}"\n    }\n  }'
            ),
            ["aA", "bB"],
        ),
        (
            (
                'event_selector {\n    read_write_type = "A"\n  }\n'
                '  dynamic "event_selector" {\n    for_each = toset(["x"])\n    content {\n'
                "      read_write_type = event_selector.key\n    }\n  }"
            ),
            ["A", "x"],
        ),
        ('dynamic "event_selector" {\n    for_each = []\n    content {\n    }\n  }', []),
    ],
)
def test_nested_blocks(block: str, expected: list[str]) -> None:
    """Static and dynamic blocks together, in order."""
    (trail,) = graph(f'resource "aws_cloudtrail" "t" {{\n  {block}\n}}\n').resources(Kind.TRAIL)
    rows = shown(trail.get("event_selectors").value)
    assert isinstance(rows, list)
    assert [row["read_write_type"] for row in rows] == expected


def test_dynamic_blocks_nest() -> None:
    """An inner dynamic block sees the iterator of the outer one."""
    text = """
resource "aws_cloudtrail" "t" {
  dynamic "event_selector" {
    for_each = ["a"]
    iterator = outer
    content {
      dynamic "data_resource" {
        for_each = ["x", "y"]
        content {
          type   = data_resource.value
          values = ["${outer.value}${data_resource.key}"]
        }
      }
    }
  }
}
"""
    (trail,) = graph(text).resources(Kind.TRAIL)
    (selector,) = shown(trail.get("event_selectors").value)  # type: ignore[misc]
    assert selector["data_resources"] == [
        {"type": "x", "values": ["a0"]},
        {"type": "y", "values": ["a1"]},
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("[cloud_watch_logs_group_arn]", ("log_group_arn",)),
        ('["cloud_watch_logs_group_arn"]', ("log_group_arn",)),
        ("all", ("all",)),
        ("[event_selector[0], tags]", ("event_selectors", "tags")),
        ("[]", ()),
    ],
)
def test_ignored_changes(said: str, expected: tuple[str, ...]) -> None:
    """What `lifecycle` lets drift is named in the graph's words."""
    text = (
        f'resource "aws_cloudtrail" "t" {{\n  lifecycle {{\n    ignore_changes = {said}\n  }}\n}}\n'
    )
    (trail,) = graph(text).resources(Kind.TRAIL)
    assert trail.ignored_changes == expected
