"""Data sources and the resources of the same configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import trailcheck
from trailcheck.verdict import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import TrailResult

CHAIN = """
variable "prefix" {}
resource "aws_cloudwatch_log_group" "g" {
  name = "GROUP"
}
resource "aws_iam_role" "r" {
  name               = "delivery"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole",
    Principal = { Service = "cloudtrail.amazonaws.com" } }] })
}
resource "aws_iam_policy" "p" {
  name   = "delivery"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Resource = "*",
    Action = ["logs:CreateLogStream", "logs:PutLogEvents"] }] })
}
data "aws_cloudwatch_log_group" "g" {
  name = "LOOKED_UP"
}
data "aws_iam_role" "r" {
  name = "delivery"
}
data "aws_iam_policy" "p" {
  name = "delivery"
}
resource "aws_iam_role_policy_attachment" "a" {
  role       = data.aws_iam_role.r.name
  policy_arn = data.aws_iam_policy.p.arn
}
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = "${data.aws_cloudwatch_log_group.g.arn}:*"
  cloud_watch_logs_role_arn  = data.aws_iam_role.r.arn
}
"""


def _trail(folder: Path, group: str, looked_up: str) -> TrailResult:
    (folder / ".git").mkdir()
    text = CHAIN.replace("GROUP", group).replace("LOOKED_UP", looked_up)
    (folder / "main.tf").write_text(text)
    (trail,) = trailcheck.scan([str(folder)]).trails
    return trail


@pytest.mark.parametrize("name", ["/audit", "/audit/${var.prefix}"])
def test_what_is_looked_up_by_a_declared_name_is_that_resource(tmp_path: Path, name: str) -> None:
    """The same name on both sides joins them, also where nobody knows the whole of it."""
    trail = _trail(tmp_path, name, name)
    assert trail.facts.log_group.address == "aws_cloudwatch_log_group.g"
    assert trail.facts.role.address == "aws_iam_role.r"
    assert trail.integrated is True


@pytest.mark.parametrize("looked_up", ["/other", "${var.prefix}"])
def test_another_name_is_declared_elsewhere(tmp_path: Path, looked_up: str) -> None:
    """A name that the tree does not declare, or may not, stays external and undecided."""
    trail = _trail(tmp_path, "/audit", looked_up)
    assert trail.facts.log_group.address == "data.aws_cloudwatch_log_group.g"
    assert trail.facts.retention_days is None
    assert trail.integrated is None


def test_a_look_up_for_when_nothing_is_created_is_not_joined(tmp_path: Path) -> None:
    """Create it or look it up: where it is looked up, it is declared elsewhere, not missing."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.tf").write_text(
        'variable "create" {\n  type = bool\n}\n'
        'resource "aws_cloudwatch_log_group" "g" {\n  count = var.create ? 1 : 0\n'
        '  name  = "/audit"\n}\n'
        'data "aws_cloudwatch_log_group" "g" {\n  count = var.create ? 0 : 1\n'
        '  name  = "/audit"\n}\n'
        'resource "aws_cloudtrail" "t" {\n  name = "t"\n  s3_bucket_name = "b"\n'
        '  cloud_watch_logs_group_arn = format("%s:*", var.create ?\n'
        "    aws_cloudwatch_log_group.g[0].arn : data.aws_cloudwatch_log_group.g[0].arn)\n}\n"
    )
    said = {v.rule: v.outcome for v in trailcheck.scan([str(tmp_path)]).verdicts}
    assert said["dangling-log-group"] is not Outcome.FAIL
    assert said["unlinked-trail"] is Outcome.PASS
