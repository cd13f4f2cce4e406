"""`count` and `for_each`: which instances there are, in which worlds, and what they see."""

from __future__ import annotations

import pytest

from terraform.configurations import addresses, graph, shown
from trailcheck.graph import Kind
from trailcheck.value import Choice, Known, Unknown, assume

VARIABLES = """
variable "e" {
  type = bool
}
variable "n" {
  type = number
}
variable "names" {
  type = set(string)
}
variable "others" {
  type = set(string)
}
variable "map" {
  type = map(string)
}
"""


def _groups(meta: str, name: str = '"g"') -> list[tuple[str, object, object]]:
    text = f'{VARIABLES}resource "aws_cloudwatch_log_group" "g" {{\n  {meta}\n  name = {name}\n}}\n'
    return [
        (
            r.address.removeprefix("aws_cloudwatch_log_group.g"),
            shown(r.exists),
            shown(r.get("name").value),
        )
        for r in graph(text).resources(Kind.LOG_GROUP)
    ]


@pytest.mark.parametrize(
    ("meta", "name", "expected"),
    [
        ("", '"g"', [("", True, "g")]),
        ("count = 0", '"g"', []),
        ("count = 2", '"g${count.index}"', [("[0]", True, "g0"), ("[1]", True, "g1")]),
        ('count = "1"', '"g"', [("[0]", True, "g")]),
        ("count = var.e ? 1 : 0", '"g"', [("[0]", ("var.e", True, False), "g")]),
        (
            "count = var.e ? 2 : 1",
            '"g"',
            [("[0]", True, "g"), ("[1]", ("var.e", True, False), "g")],
        ),
        (
            'for_each = toset(["b", "a"])',
            "each.value",
            [('["a"]', True, "a"), ('["b"]', True, "b")],
        ),
        ('for_each = {a = "x"}', '"${each.key}-${each.value}"', [('["a"]', True, "a-x")]),
        ("for_each = {}", "each.key", []),
        (
            'for_each = var.e ? toset(["a"]) : []',
            "each.key",
            [('["a"]', ("var.e", True, False), "a")],
        ),
        ('for_each = toset(["a\\"b"])', "each.key", [('["a\\"b"]', True, 'a"b')]),
    ],
)
def test_instances(meta: str, name: str, expected: object) -> None:
    """Each instance has its own index or key, and exists in its own worlds."""
    assert _groups(meta, name) == expected


@pytest.mark.parametrize(
    "meta",
    [
        "count = null",
        "count = -1",
        "count = 0.5",
        "count = true",
        'count = "x"',
        "for_each = null",
        'for_each = ["a"]',
        "for_each = toset([1])",
        "for_each = toset([null])",
        'for_each = "a"',
    ],
)
def test_what_terraform_refuses_is_one_instance_and_a_diagnostic(meta: str) -> None:
    """The block does not vanish: one instance stands for it, whose existence is refused."""
    text = f'resource "aws_cloudtrail" "t" {{\n  {meta}\n  name = "t"\n}}\n'
    made = graph(text)
    (trail,) = made.resources(Kind.TRAIL)
    assert isinstance(trail.exists, Unknown)
    assert trail.exists.refused
    assert ["Terraform would refuse" in d.summary for d in made.unread] == [True]


@pytest.mark.parametrize(
    "meta", ["count = 1e9", "for_each = toset([for n in range(1000) : n > 0])"]
)
def test_absurd_numbers_of_instances_are_one(meta: str) -> None:
    """A billion instances are not made."""
    assert len(_groups(meta)) <= 1


def test_an_unknown_count_is_the_comparison_with_zero() -> None:
    """`count = var.n` and `count = var.n > 0 ? 1 : 0` exist in the same worlds."""
    assert _groups("count = var.n") == _groups("count = var.n > 0 ? 1 : 0")


def test_unknown_keys_of_different_collections_are_different() -> None:
    """`each.key` of one unknown set never equals that of another; of the same set it does."""
    ((_, exists, one),) = _groups("for_each = var.names", "each.key")
    ((_, _, other),) = _groups("for_each = var.others", "each.key")
    ((_, _, again),) = _groups("for_each = var.names", "each.key")
    ((_, _, value),) = _groups("for_each = var.map", "each.value")
    assert exists == ("var.names is not empty", True, False)
    assert one == again
    assert len({one, other, value}) == 3


def test_an_instance_finds_its_fellow_of_the_same_unknown_key() -> None:
    """`g[each.key]` under the same unknown `for_each` is the fellow instance."""
    text = (
        VARIABLES
        + """
resource "aws_cloudwatch_log_group" "g" {
  for_each = var.names
  name     = each.key
}
resource "aws_cloudtrail" "t" {
  for_each                   = var.names
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g[each.key].arn}:*"
}
"""
    )
    made = graph(text)
    (trail,), (group,) = made.resources(Kind.TRAIL), made.resources(Kind.LOG_GROUP)
    assert isinstance(trail.exists, Choice)
    arn = assume(trail.get("log_group_arn").value, trail.exists.condition, holds=True)
    assert shown(arn) == f"${{{group.address}.arn}}:*"


def test_a_set_with_one_unknown_item_keeps_the_others() -> None:
    """The instance of a known key surely exists, whatever else is in the set."""
    text = (
        'variable "s" {\n  type = string\n}\nresource "aws_cloudtrail" "t" {\n'
        '  for_each = toset(["a", var.s])\n  name = each.key\n}\n'
    )
    made = graph(text)
    assert addresses(made, Kind.TRAIL) == ['aws_cloudtrail.t["${var.s}"]', 'aws_cloudtrail.t["a"]']
    assert all(trail.exists == Known(True) for trail in made.resources(Kind.TRAIL))
    assert [shown(trail.get("name").value) for trail in made.resources(Kind.TRAIL)] == [
        "?var.s",
        "a",
    ]


def test_for_each_over_another_resource() -> None:
    """`for_each = aws_x.g` makes one instance for each of the other's, and sees it whole."""
    text = """
resource "aws_cloudwatch_log_group" "g" {
  for_each = toset(["a"])
  name     = "n-${each.key}"
}
resource "aws_cloudtrail" "t" {
  for_each                   = aws_cloudwatch_log_group.g
  name                       = each.value.name
  cloud_watch_logs_group_arn = each.value["arn"]
}
"""
    (trail,) = graph(text).resources(Kind.TRAIL)
    assert trail.address == 'aws_cloudtrail.t["a"]'
    assert shown(trail.get("name").value) == "n-a"
    assert shown(trail.get("log_group_arn").value) == '${aws_cloudwatch_log_group.g["a"].arn}'
