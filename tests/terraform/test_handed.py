"""Roles that are handed to modules which are not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import trailcheck
from trailcheck.verdict import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report

CHAIN = """
resource "aws_cloudwatch_log_group" "g" {
  name = "/audit"
}
resource "aws_iam_role" "r" {
  name               = "delivery"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole",
    Principal = { Service = "cloudtrail.amazonaws.com" } }] })
}
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.r.arn
}
"""
GRANT = """
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "logs:*", Resource = "*" }] })
}
"""


def _scan(folder: Path, text: str) -> Report:
    (folder / ".git").mkdir()
    (folder / "main.tf").write_text(text)
    return trailcheck.scan([str(folder)])


def _call(arguments: str) -> str:
    return f'module "m" {{\n  source = "acme/attach/aws"\n  {arguments}\n}}\n'


@pytest.mark.parametrize(
    "arguments",
    [
        "target = aws_iam_role.r.name",
        "target = aws_iam_role.r.id",
        "target = aws_iam_role.r",
        "targets = [aws_iam_role.r.name]",
        'role_name = "delivery"',
        'config = { role = "delivery" }',
        "for_each = toset([aws_iam_role.r.name])\n  target = each.value",
    ],
)
def test_such_a_module_may_grant_and_may_deny(tmp_path: Path, arguments: str) -> None:
    """With no other grant the permission is undecided, not missing; the verdict names the call."""
    report = _scan(tmp_path, CHAIN + _call(arguments))
    (trail,) = report.trails
    assert trail.integrated is None
    verdict = next(v for v in report.verdicts if v.rule == "unwritable-log-group")
    assert verdict.outcome is Outcome.UNDECIDED
    assert "module.m" in verdict.needs


def test_beside_a_grant_only_the_deny_is_open(tmp_path: Path) -> None:
    """What grants is known; what the module attaches may still deny."""
    report = _scan(tmp_path, CHAIN + GRANT + _call("target = aws_iam_role.r.name"))
    said = {v.rule: v.outcome for v in report.verdicts}
    assert said["unwritable-log-group"] is Outcome.PASS
    assert said["denied-delivery"] is Outcome.UNDECIDED


@pytest.mark.parametrize(
    "arguments",
    ['name = "delivery"', "count = 0\n  target = aws_iam_role.r.name", 'role_name = "other"'],
)
def test_other_calls_do_not_matter(tmp_path: Path, arguments: str) -> None:
    """Text that only looks alike, a call that makes nothing and another role change nothing."""
    (trail,) = _scan(tmp_path, CHAIN + GRANT + _call(arguments)).trails
    assert trail.integrated is True


@pytest.mark.parametrize(
    ("source", "arguments", "integrated"),
    [
        ("acme/attach/aws", "role_arn = aws_iam_role.r.arn", None),
        ("acme/attach/aws", "config = { roles = [aws_iam_role.r.arn] }", None),
        ("acme/iam-for-lambda/aws", "role_arn = aws_iam_role.r.arn", None),
        ("acme/lambda/aws", "role_arn = aws_iam_role.r.arn", False),
        ("terraform-aws-modules/kms/aws", "key_users = [aws_iam_role.r.arn]", False),
        ("acme/attach/aws", "role_arn = aws_iam_role.other.arn", False),
        ("acme/attach/aws", "count = 0\n  role_arn = aws_iam_role.r.arn", False),
    ],
)
def test_a_module_that_gets_the_arn_may_grant(
    tmp_path: Path,
    source: str,
    arguments: str,
    integrated: bool | None,  # noqa: FBT001
) -> None:
    """It can take the name out of the ARN; modules of one service only use the role."""
    other = 'resource "aws_iam_role" "other" {\n  assume_role_policy = ""\n}\n'
    call = _call(arguments).replace("acme/attach/aws", source)
    report = _scan(tmp_path, CHAIN + other + call)
    (trail,) = report.trails
    assert trail.integrated is integrated
    if integrated is None:
        verdict = next(v for v in report.verdicts if v.rule == "unwritable-log-group")
        assert verdict.outcome is Outcome.UNDECIDED
        assert "module.m" in verdict.needs


def test_beside_a_grant_a_module_with_the_arn_does_not_matter(tmp_path: Path) -> None:
    """Nothing is taken to be denied by a module that has no more than the ARN."""
    report = _scan(tmp_path, CHAIN + GRANT + _call("role_arn = aws_iam_role.r.arn"))
    assert report.trails[0].integrated is True
