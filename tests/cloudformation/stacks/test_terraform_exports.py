"""Stacks of one Terraform root: what one exports and another imports, or Terraform looks up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cloudformation.chains import scan

if TYPE_CHECKING:
    from pathlib import Path

GROUP = """
Parameters: {Env: {Type: String, Default: dev}}
Resources:
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /audit, RetentionInDays: 400}}
Outputs:
  Arn:
    Value: !GetAtt Group.Arn
    Export: {Name: %s}
"""
TRAIL = """
Parameters: {Env: {Type: String, Default: dev}, Stack: {Type: String, Default: group}}
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: archive
      IsLogging: true
      CloudWatchLogsLogGroupArn: %s
"""
ROOT = """
variable "env" {{ type = string }}
resource "aws_cloudformation_stack" "group" {{
  name          = "group"
  template_body = file("group.yaml")
  {}
}}
"""
SECOND = """
resource "aws_cloudformation_stack" "trail" {{
  name          = "trail"
  template_body = file("trail.yaml")
  {}
}}
"""
OWN = """
resource "aws_cloudtrail" "t" {{
  name                       = "t"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = {}
}}
"""
PASSED = "parameters = { Env = var.env }"


def found(tmp_path: Path, files: dict[str, str]) -> tuple[str, list[str]]:
    """Return the state of the trail's link to its group, and the group's address."""
    report = scan(tmp_path, files)
    (trail,) = report.trails
    retained = [v.outcome.value for v in report.verdicts if v.rule == "short-retention"]
    return str(trail.facts.log_group.address), retained


@pytest.mark.parametrize(
    ("export", "link", "given"),
    [
        ("audit-arn", "!ImportValue audit-arn", ("", "")),
        ("!Sub '${AWS::StackName}-arn'", "!ImportValue group-arn", ("", "")),
        (
            "!Sub '${AWS::StackName}-arn'",
            "\n        Fn::ImportValue: !Sub '${Stack}-arn'",
            ("", "parameters = { Stack = aws_cloudformation_stack.group.name }"),
        ),
        (
            "!Sub 'audit-${Env}'",
            "\n        Fn::ImportValue: !Sub 'audit-${Env}'",
            (PASSED, PASSED),
        ),
    ],
)
@pytest.mark.parametrize("first", ["group", "trail"])
def test_one_stack_imports_what_another_exports(
    tmp_path: Path, export: str, link: str, given: tuple[str, str], first: str
) -> None:
    """In whatever order they stand in the code."""
    both = [ROOT.format(given[0]), SECOND.format(given[1])]
    files = {
        "main.tf": "".join(both if first == "group" else reversed(both)),
        "group.yaml": GROUP % export,
        "trail.yaml": TRAIL % link,
    }
    address = "aws_cloudformation_stack.group/Group"
    assert found(tmp_path, files) == (address, ["pass"])


def test_another_region_exports_nothing_here(tmp_path: Path) -> None:
    """Exports are of one account and Region."""
    files = {
        "main.tf": ROOT.format("provider = aws.far")
        + 'provider "aws" {\n  alias  = "far"\n  region = "eu-west-1"\n}\n'
        + 'provider "aws" {\n  region = "us-east-1"\n}\n'
        + SECOND.format(""),
        "group.yaml": GROUP % "audit-arn",
        "trail.yaml": TRAIL % "!ImportValue audit-arn",
    }
    assert found(tmp_path, files)[0] == "None"


@pytest.mark.parametrize(
    "link",
    [
        'aws_cloudformation_stack.group.outputs["Arn"]',
        "aws_cloudformation_stack.group.outputs.Arn",
        'data.aws_cloudformation_stack.group.outputs["Arn"]',
        "data.aws_cloudformation_export.arn.value",
    ],
)
def test_terraform_takes_outputs_and_exports(tmp_path: Path, link: str) -> None:
    """A data source that looks up a stack or export of the same root is that one."""
    looked_up = """
data "aws_cloudformation_stack" "group" { name = "group" }
data "aws_cloudformation_export" "arn" { name = "audit-${var.env}" }
"""
    files = {
        "main.tf": ROOT.format(PASSED) + looked_up + OWN.format(link),
        "group.yaml": GROUP % "!Sub 'audit-${Env}'",
    }
    assert found(tmp_path, files) == ("aws_cloudformation_stack.group/Group", ["pass"])


@pytest.mark.parametrize(
    ("data", "link"),
    [
        ('data "aws_cloudformation_stack" "x" { name = "other" }', "stack.x.outputs.Arn"),
        ('data "aws_cloudformation_export" "x" { name = "other" }', "export.x.value"),
        ('data "aws_cloudformation_export" "x" { name = var.env }', "export.x.value"),
    ],
)
def test_what_no_stack_of_the_root_exports_is_open(tmp_path: Path, data: str, link: str) -> None:
    """Another name is another stack, which only Terraform finds."""
    files = {
        "main.tf": ROOT.format("") + data + OWN.format(f"data.aws_cloudformation_{link}"),
        "group.yaml": GROUP % "audit-arn",
    }
    report = scan(tmp_path, files)
    (verdict,) = [v for v in report.verdicts if v.rule == "unlinked-trail"]
    assert verdict.outcome.value == "undecided"


def test_stacks_that_import_from_each_other(tmp_path: Path) -> None:
    """A circle ends, and nothing passes for it."""
    more = "  Back: {Value: x, Export: {Name: back}}\n"
    files = {
        "main.tf": ROOT.format("") + SECOND.format(""),
        "group.yaml": (GROUP % "audit-arn").replace("/audit", "!ImportValue back"),
        "trail.yaml": TRAIL % "!ImportValue audit-arn" + "Outputs:\n" + more,
    }
    report = scan(tmp_path, files)
    assert len(report.trails) == 1
