"""Text functions on the ARNs of declared resources."""

from __future__ import annotations

import pytest

from terraform.configurations import evaluated

CODE = """
resource "aws_cloudwatch_log_group" "g" {
  name = "/audit/trail"
}
resource "aws_cloudwatch_log_group" "v" {
  name = "/audit/${var.x}"
}
resource "aws_cloudwatch_log_group" "n" {
}
resource "aws_cloudwatch_log_group" "w" {
  name   = "w"
  region = "eu-west-1"
}
resource "aws_iam_role" "r" {
  name = "delivery"
}
resource "aws_iam_role" "p" {
  name_prefix = "delivery"
  path        = "/a/b/"
}
resource "aws_iam_role" "u" {
  path = var.x
}
resource "aws_cloudtrail" "t" {
  name = "t"
}
variable "x" {}
data "aws_arn" "a" {
  arn = aws_cloudwatch_log_group.g.arn
}
data "aws_arn" "b" {
  arn = var.x
}
"""
GROUP = "aws_cloudwatch_log_group.g.arn"
OTHER = "aws_cloudwatch_log_group"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f'element(split(":", {GROUP}), 6)', "/audit/trail"),
        (f'split(":", {OTHER}.v.arn)[6]', "${aws_cloudwatch_log_group.v.name}"),
        (f'split(":", {OTHER}.n.arn)[6]', "${aws_cloudwatch_log_group.n.name}"),
        (f'split(":", {OTHER}.n.arn)[3]', "<region>"),
        (f'split(":", "${{{OTHER}.w.arn}}:*")[3]', "eu-west-1"),
        (f'split(":", "${{{OTHER}.w.arn}}:*")[7]', "*"),
        (f'split(":", {GROUP})[9]', "!"),
        ("basename(aws_iam_role.r.arn)", "delivery"),
        (f'basename("${{{GROUP}}}/")', "trail"),
        ("basename(aws_iam_role.p.arn)", "${aws_iam_role.p.name}"),
        (
            f'join(":", slice(split(":", {GROUP}), 0, 7))',
            "arn:<partition>:logs:<region>:<account>:log-group:/audit/trail",
        ),
        ('split("/", aws_iam_role.r.arn)[1]', "delivery"),
        (
            'split("/", aws_iam_role.p.arn)',
            ["arn:<partition>:iam::<account>:role", "a", "b", "${aws_iam_role.p.name}"],
        ),
        ('split("/", aws_iam_role.u.arn)', '?split("/", aws_iam_role.u.arn)'),
        ('split("/", aws_cloudtrail.t.arn)[1]', "t"),
        ("provider::aws::arn_parse(aws_iam_role.r.arn).resource", "role/delivery"),
        ("data.aws_arn.a.resource", "log-group:/audit/trail"),
        ("data.aws_arn.a.account", "<account>"),
        ("data.aws_arn.b.account", "?data.aws_arn.b.account"),
        ("substr(aws_iam_role.r.arn, 0, 3)", "arn"),
        ('endswith(aws_iam_role.r.arn, "delivery")', True),
        ('endswith(aws_iam_role.r.arn, "other")', False),
        ('endswith(aws_iam_role.p.arn, "x")', '?endswith(aws_iam_role.p.arn, "x")'),
        (f'startswith({GROUP}, "arn:")', True),
        (f'strcontains({GROUP}, ":us-east-1:")', f'?strcontains({GROUP}, ":us-east-1:")'),
        (f"length({GROUP})", f"?length({GROUP})"),
    ],
)
def test_arns_are_spelled_out_where_text_is_needed(expression: str, expected: object) -> None:
    """Fields and names are told; what AWS or the deployment makes up stays symbolic."""
    assert evaluated(expression, CODE) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f'"${{{GROUP}}}:*"', "${%s}:*" % GROUP),  # noqa: UP031 - braces
        (f'replace({GROUP}, ":*", "")', "${%s}" % GROUP),  # noqa: UP031 - as above
        (f'trimsuffix("${{{GROUP}}}:*", ":*")', "${%s}" % GROUP),  # noqa: UP031 - as above
        (f'format("%s:*", {GROUP})', "${%s}:*" % GROUP),  # noqa: UP031 - as above
    ],
)
def test_references_stay_references(expression: str, expected: object) -> None:
    """What is compared is the reference itself, not its text."""
    assert evaluated(expression, CODE) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f'regex("log-group:(.*)", {GROUP})[0]', "/audit/trail"),
        (f'regex("log-group:([^:]+)", "${{{GROUP}}}:*")[0]', "/audit/trail"),
        (f'regex("^arn:aws[^:]*:logs:", {GROUP})', "arn:<partition>:logs:"),
        (f'regex("^(?:[^:]*:){{4}}([^:]*)", {GROUP})[0]', "<account>"),
        (f'can(regex(":\\\\*$", {GROUP}))', False),
        (f'can(regex(":\\\\*$", "${{{GROUP}}}:*"))', True),
        (f'regexall("log-group", {GROUP})', ["log-group"]),
        (f'replace({GROUP}, "/:[*]$/", "")', f"${{{GROUP}}}"),
        (f'replace("${{{GROUP}}}:*", "/(.*):[*]$/", "$1")', f"${{{GROUP}}}"),
        ('replace(aws_iam_role.r.arn, "/.*role\\\\//", "")', "delivery"),
        ("basename(aws_iam_role.r.arn)", "delivery"),
        (f"substr({GROUP}, 0, 4)", "arn:"),
        (f"substr({GROUP}, -5, -1)", "trail"),
        ('lookup(aws_iam_role.r, "name")', "delivery"),
        ('regex("^a", "a${var.x}")', "a"),
    ],
)
def test_patterns_look_through_what_is_not_known(expression: str, expected: object) -> None:
    """A match is told where it is the same for any account, Region and partition."""
    assert evaluated(expression, CODE) == expected


@pytest.mark.parametrize(
    "expression",
    [
        f'regex("us-east-1", {GROUP})',
        f'regex("[0-9]+", {GROUP})',
        f'regex("^.{{40}}", {OTHER}.v.arn)',
        'regex("b$", "a${var.x}")',
        f"length({GROUP})",
        f"substr({GROUP}, 4, 3)",
    ],
)
def test_patterns_leave_open_what_turns_on_it(expression: str) -> None:
    """Where another Region, account or length gives another answer, there is none."""
    assert str(evaluated(expression, CODE)).startswith("?")
