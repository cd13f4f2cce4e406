"""A verdict that differs between cases says, by outcome, in which: in both dialects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from terraform.chains import write
from trailcheck import scan
from trailcheck.config import Config
from trailcheck.verdict import When

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.verdict import Verdict

TERRAFORM = """\
variable "stage" {
  type = string
  validation {
    condition     = contains(["dev", "test", "prod"], var.stage)
    error_message = "One of three."
  }
}
variable "on" {
  type = bool
}
variable "arn" {
  type = string
}
resource "aws_cloudwatch_log_group" "g" {
  name              = "g"
  retention_in_days = %s
}
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g.arn}:*"
}
"""

TEMPLATE = """\
Parameters:
  Stage: {Type: String, AllowedValues: [dev, test, prod]}
  On: {Type: String, AllowedValues: ["true", "false"]}
  Days: {Type: Number}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Test: !Equals [!Ref Stage, test]
  On: !Equals [!Ref On, "true"]
Resources:
  G:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: %s}
  T:
    Type: AWS::CloudTrail::Trail
    Properties: {IsLogging: true, S3BucketName: b, CloudWatchLogsLogGroupArn: !GetAtt G.Arn}
"""


def retention(folder: Path, name: str, text: str) -> Verdict:
    """Return what is said of the retention."""
    report = scan([write(folder, {name: text})], Config())
    (verdict,) = [v for v in report.verdicts if v.rule == "short-retention"]
    return verdict


@pytest.mark.parametrize(
    ("days", "when"),
    [
        ("400", None),
        ("7", None),
        ("tonumber(var.arn)", None),
        (
            'var.stage == "prod" ? 400 : 7',
            When("var.stage is prod", "var.stage is dev or test", ""),
        ),
        ("var.on ? 400 : 7", When("var.on", "var.on is false", "")),
        ("var.on ? 400 : tonumber(var.arn)", When("var.on", "", "var.on is false")),
        (
            'var.stage == "dev" ? 7 : var.stage == "test" ? 30 : 400',
            When("var.stage is prod", "var.stage is dev or test", ""),
        ),
    ],
)
def test_terraform(tmp_path: Path, days: str, when: When | None) -> None:
    """Cases are those of variables, as short as they can be said."""
    assert retention(tmp_path, "main.tf", TERRAFORM % days).when == when


@pytest.mark.parametrize(
    ("days", "when"),
    [
        ("400", None),
        ("7", None),
        ("!Ref Days", None),
        (
            "!If [Prod, 400, 7]",
            When("parameter Stage is prod", "parameter Stage is dev or test", ""),
        ),
        ("!If [On, 400, !Ref Days]", When("parameter On is true", "", "parameter On is false")),
        (
            "!If [Prod, 400, !If [Test, 7, !Ref Days]]",
            When("parameter Stage is prod", "parameter Stage is test", "parameter Stage is dev"),
        ),
    ],
)
def test_cloudformation(tmp_path: Path, days: str, when: When | None) -> None:
    """Cases are those of parameters; one that stays open is a case of its own."""
    assert retention(tmp_path, "t.yaml", TEMPLATE % days).when == when


def test_needs_of_every_case_are_listed(tmp_path: Path) -> None:
    """What a case needs that is open itself stands beside what decides between the cases."""
    days = "!If [Prod, 400, !If [Test, 7, !Ref Days]]"
    verdict = retention(tmp_path, "t.yaml", TEMPLATE % days)
    assert verdict.needs == ("parameter Stage", "parameter Days")
