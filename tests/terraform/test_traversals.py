"""References as Terraform lists them in a plan."""

from __future__ import annotations

import pytest

from trailcheck.source import Source
from trailcheck.terraform.syntax import parse, parse_expression
from trailcheck.terraform.traversals import longest, traversals


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("aws_iam_role.r.arn", {"aws_iam_role.r.arn"}),
        ('"${aws_iam_role.r.arn}:*"', {"aws_iam_role.r.arn"}),
        ('aws_iam_role.r["a b"].arn', {'aws_iam_role.r["a b"].arn'}),
        ("aws_iam_role.r[0].arn", {"aws_iam_role.r[0].arn"}),
        ("aws_iam_role.r[each.key].arn", {"aws_iam_role.r", "each.key"}),
        ("aws_iam_role.r[*].arn", {"aws_iam_role.r"}),
        ("[for x in var.list : x.arn if x.on]", {"var.list"}),
        ("{ for k, v in local.m : k => v[var.n] }", {"local.m", "var.n"}),
        ("var.a ? local.b : module.c.d", {"var.a", "local.b", "module.c.d"}),
        ("coalesce(var.a, -var.b)", {"var.a", "var.b"}),
        ("{ key = var.a }", {"var.a"}),
        ('"%{ for x in var.l }${x}${var.y}%{ endfor }"', {"var.l", "var.y"}),
        ('"literal"', set()),
    ],
)
def test_traversals_end_where_constants_end(expression: str, expected: set[str]) -> None:
    """A traversal goes as far as names and constant indices do; local names are none."""
    place = Source("main.tf", b"x").span(0, 1)
    assert longest(traversals(parse_expression(expression, place))) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(module.m).x", {"module.m"}),
        ("((module.m)).x.y", {"module.m"}),
        ("(module.m.x)", {"module.m.x"}),
        ("module.m[(0)].x", {"module.m"}),
        ('module.m["${"k"}"].x', {"module.m"}),
        ("module.m[ 0 ].x", {"module.m[0].x"}),
        ("module.m.0.x", {"module.m[0].x"}),
    ],
)
def test_brackets_end_a_traversal(expression: str, expected: set[str]) -> None:
    """What stands in brackets is an expression, and no step of a traversal."""
    file = parse(Source("main.tf", f"x = {expression}\n".encode()))
    assert longest(traversals(file.body.arguments["x"].expression)) == expected


def test_what_begins_another_reference_is_left_out() -> None:
    """Terraform lists each reference with all that it begins with."""
    listed = ["aws_iam_role.r[0].arn", "aws_iam_role.r[0]", "aws_iam_role.r", "aws_iam_role.rr"]
    assert longest(listed) == {"aws_iam_role.r[0].arn", "aws_iam_role.rr"}
