"""Stack sets that Terraform deploys: the instances, with what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cloudformation.chains import scan

if TYPE_CHECKING:
    from pathlib import Path

CHILD = """
Parameters:
  Recording: {Type: String, Default: 'true'}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {RoleName: %s, AssumeRolePolicyDocument: {}}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {S3BucketName: archive, IsLogging: !Ref Recording}
"""
SET = """
variable "off" { type = string }
resource "aws_cloudformation_stack_set" "audit" {
  name          = "audit"
  capabilities  = ["CAPABILITY_NAMED_IAM"]
  template_body = file("child.yaml")
  parameters    = { Recording = "true" }
}
"""


def instance(label: str, more: str, kind: str = "set_instance") -> str:
    """Return instances of the stack set."""
    return f"""
resource "aws_cloudformation_stack_{kind}" "{label}" {{
  stack_set_name = aws_cloudformation_stack_set.audit.name
  {more}
}}
"""


OFF = 'parameter_overrides = { Recording = "false" }\n'
ALONE = "aws_cloudformation_stack_set.audit/Trail"


@pytest.mark.parametrize(
    ("instances", "expected"),
    [
        ("", {ALONE: True}),
        (instance("a", ""), {ALONE: True}),
        (instance("a", OFF), {ALONE: False}),
        (instance("a", OFF) + instance("b", OFF), {ALONE: False}),
        (instance("a", OFF, "instances"), {ALONE: False}),
        (
            instance("a", OFF) + instance("b", ""),
            {
                "aws_cloudformation_stack_set.audit/[1]/Trail": False,
                "aws_cloudformation_stack_set.audit/[2]/Trail": True,
            },
        ),
        (instance("a", "parameter_overrides = { Recording = var.off }"), {ALONE: None}),
        (instance("a", "parameter_overrides = jsondecode(var.off)"), {ALONE: None}),
        (instance("a", OFF).replace("stack_set.audit.name", "stack_set.audit.id"), {ALONE: False}),
        (
            instance("a", OFF).replace("aws_cloudformation_stack_set.audit.name", '"audit"'),
            {ALONE: False},
        ),
        (
            instance("a", OFF).replace("aws_cloudformation_stack_set.audit.name", '"other"'),
            {ALONE: True},
        ),
    ],
)
def test_instances_may_be_given_other_parameters(
    tmp_path: Path, instances: str, expected: dict[str, bool | None]
) -> None:
    """Those that are deployed alike are one stack."""
    files = {"main.tf": SET + instances, "child.yaml": CHILD % "!Sub 'r-${AWS::Region}'"}
    report = scan(tmp_path, files)
    assert report.diagnostics == ()
    assert {t.address: t.facts.logging for t in report.trails} == expected


HERE, THERE = 'region = "us-east-1"\n', 'region = "eu-west-1"\n'
MINE, OTHER = 'account_id = "111122223333"\n', 'account_id = "444455556666"\n'


@pytest.mark.parametrize(
    ("instances", "refused"),
    [
        (instance("a", HERE + MINE) + instance("b", THERE + MINE), True),
        (instance("a", HERE + MINE) + instance("b", THERE + OTHER), False),
        (instance("a", HERE) + instance("b", THERE), True),
        (instance("a", HERE + MINE), False),
        (instance("a", 'regions = ["us-east-1", "eu-west-1"]', "instances"), True),
        (instance("a", 'regions = ["us-east-1"]', "instances"), False),
        (
            instance("a", 'for_each = toset(["us-east-1", "eu-west-1"])\n  region = each.key'),
            True,
        ),
    ],
)
def test_a_role_of_one_name_is_in_an_account_once(
    tmp_path: Path, instances: str, *, refused: bool
) -> None:
    """IAM knows no Regions, so that the second Region of an account is refused."""
    report = scan(tmp_path, {"main.tf": SET + instances, "child.yaml": CHILD % "delivery"})
    said = ["has the same name in every Region" in d.summary for d in report.diagnostics]
    assert said == ([True] if refused else [])
