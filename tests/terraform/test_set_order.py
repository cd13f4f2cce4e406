"""The order of a set whose items are known after deployment: nobody knows what stands where."""

from __future__ import annotations

import pytest

from terraform.configurations import evaluated

CODE = """
resource "aws_cloudwatch_log_group" "a" {
  name = "/a"
}
resource "aws_cloudwatch_log_group" "b" {
  name = "/b"
}
locals {
  arns = toset([aws_cloudwatch_log_group.b.arn, aws_cloudwatch_log_group.a.arn])
  list = tolist(local.arns)
}
"""
A, B = "${aws_cloudwatch_log_group.a.arn}", "${aws_cloudwatch_log_group.b.arn}"


@pytest.mark.parametrize(
    "expression",
    [
        "local.list[0]",
        "local.list.0",
        "(local.list[*])[0]",
        "(local.arns[*])[0]",
        "[for a in local.arns : a][0]",
        "[for n, a in local.list : a if n == 0][0]",
        "[for a in local.arns : a == aws_cloudwatch_log_group.a.arn][0]",
        "values({ for a in local.arns : 'x' => a... })[0][0]",
        "{ for n, a in local.list : n => a }[0]",
        "element(local.list, 0)",
        "slice(local.list, 0, 1)[0]",
        "reverse(local.list)[0]",
        "chunklist(local.list, 1)[0][0]",
        "index(local.list, aws_cloudwatch_log_group.a.arn)",
        "matchkeys(local.list, ['x', 'y'], ['x'])[0]",
        "zipmap(['x', 'y'], local.list).x",
        "setproduct(local.list, ['x'])[0][0]",
        "concat(local.list, ['x'])[0]",
        "flatten([local.arns])[0]",
        "flatten([for a in local.arns : [a]])[0]",
        "distinct(local.list)[0]",
        "compact(local.list)[0]",
        "formatlist('%s', local.arns)[0]",
        "formatlist('%s%s', local.list, ['x', 'y'])[0]",
        "coalescelist([], local.list)[0]",
        "coalesce(local.arns...)",
        "merge([for a in local.arns : { x = a }]...).x",
        "jsondecode(jsonencode(local.arns))[0]",
        "jsondecode(jsonencode({ x = local.list })).x[0]",
        "lookup({}, 'x', local.list)[0]",
        "try(local.list[0], '')",
        "(true ? local.list : ['x'])[0]",
        "join(',', local.list)",
        "local.list == reverse(local.list)",
    ],
)
def test_what_stands_at_a_place_is_open(expression: str) -> None:
    """The list of a set is sorted by what its items come to (Terraform, `tolist`)."""
    found = evaluated(expression.replace("'", '"'), CODE)
    assert isinstance(found, tuple) or str(found).startswith("?")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[for a in local.arns : a]", [B, A]),
        ("concat([for a in local.arns : a], ['x'])", [B, A, "x"]),
        ("flatten([for a in local.arns : [a, 'x']])", [B, "x", A, "x"]),
        ("formatlist('%s:*', local.arns)", [f"{B}:*", f"{A}:*"]),
        ("[for a in local.arns : a if a == aws_cloudwatch_log_group.a.arn][0]", A),
        ("[for a in local.arns : 'same'][0]", "same"),
        ("tolist(toset([aws_cloudwatch_log_group.a.arn]))[0]", A),
        ("tolist(toset(['b', 'a']))[0]", "a"),
        ("contains(local.list, aws_cloudwatch_log_group.a.arn)", True),
        ("alltrue([for a in local.arns : a != ''])", True),
        ("toset(local.list) == null", False),
        ("local.list == local.list", True),
        ("sort([for a in local.arns : a == aws_cloudwatch_log_group.a.arn])[0]", "false"),
    ],
)
def test_what_no_order_decides_is_settled(expression: str, expected: object) -> None:
    """The items are known all the same: a policy lists them, whatever their order."""
    assert evaluated(expression.replace("'", '"'), CODE) == expected
