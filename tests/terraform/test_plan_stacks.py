"""CloudFormation stacks that a plan deploys: judged with the values that the plan knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from terraform.plan_samples import Plan, applied, constant, only, refers, scanned
from trailcheck.errors import Impact

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = """\
Parameters:
  Days: {Type: Number}
  Note: {Type: String, Default: none}
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /audit, RetentionInDays: !Ref Days}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: cloudtrail.amazonaws.com}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: write
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: ["logs:CreateLogStream", "logs:PutLogEvents"]
                Resource: !GetAtt Logs.Arn
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: archive
      CloudWatchLogsLogGroupArn: !GetAtt Logs.Arn
      CloudWatchLogsRoleArn: !GetAtt Role.Arn
"""
STACK = "aws_cloudformation_stack.audit"
SOURCE = """\
resource "aws_cloudformation_stack" "audit" {
  name          = "audit"
  template_body = file("${path.module}/audit.yaml")
  parameters    = { Days = 400 }
  capabilities  = ["CAPABILITY_IAM"]
}
"""


def planned(days: str = "400", **values: object) -> Plan:
    """Return a plan that deploys the template with a retention."""
    plan = Plan()
    said = {
        "name": "audit",
        "template_body": TEMPLATE,
        "parameters": {"Days": days},
        "capabilities": ["CAPABILITY_IAM"],
        **values,
    }
    written = {
        "name": constant("audit"),
        "template_body": refers("path.module"),
        "parameters": constant({"Days": 400}),
        "capabilities": constant(["CAPABILITY_IAM"]),
    }
    plan.add(STACK, said, {"id": True, "outputs": True}, written)
    return plan


@pytest.mark.parametrize(("days", "expected"), [("400", True), ("7", False)])
def test_the_template_in_a_plan_is_judged_with_its_parameters(
    tmp_path: Path, *, days: str, expected: bool
) -> None:
    """A plan alone holds the text of the template, and what it is given."""
    report = scanned(tmp_path, plan__json=planned(days).text)
    trail = only(report)
    assert (trail.root, trail.address) == ("plan.json", f"{STACK}/Trail")
    assert trail.integrated is expected
    assert not report.diagnostics


def test_beside_the_source_places_lead_into_the_template(tmp_path: Path) -> None:
    """The configuration says which file the text is from; the file is then no root of its own."""
    report = scanned(
        tmp_path,
        "plan.json",
        ".",
        plan__json=planned().text,
        main__tf=SOURCE,
        audit__yaml=TEMPLATE,
    )
    trail = only(report)
    assert (trail.root, trail.integrated) == ("plan.json", True)
    assert trail.span.source.path == "audit.yaml"


def test_a_parameter_known_after_apply_decides_only_what_it_feeds(tmp_path: Path) -> None:
    """The rest of the parameters is known."""
    plan = planned()
    plan.changes[0]["change"]["after_unknown"]["parameters"] = {"Note": True}
    assert only(scanned(tmp_path, plan__json=plan.text)).integrated is True
    del plan.root["resources"][0]["values"]["parameters"]["Days"]
    plan.changes[0]["change"]["after_unknown"]["parameters"] = {"Days": True}
    assert only(scanned(tmp_path, plan__json=plan.text)).integrated is None


def test_a_stack_whose_template_is_elsewhere_may_make_a_trail(tmp_path: Path) -> None:
    """A URL that no file is known for is code that was not read."""
    url = "https://x.s3.amazonaws.com/cloudtrail.yaml"
    plan = planned(template_body=None, template_url=url)
    report = scanned(tmp_path, plan__json=plan.text)
    assert not report.trails
    (found,) = report.diagnostics
    assert found.summary == f"{STACK} may create a trail that was not read"
    assert found.impact is Impact.UNREAD


@pytest.mark.parametrize("given", [{"RoleName": "delivery"}, {"Arn": "nothing"}])
def test_a_stack_that_is_not_read_may_deny_the_role_that_it_is_given(
    tmp_path: Path, given: dict[str, str]
) -> None:
    """As in source: the role's name is enough to attach a policy to it."""
    plan = applied()
    values = {"name": "x", "template_url": "https://x/other.yaml", "parameters": given}
    plan.add(STACK, values, {"outputs": True})
    expected = None if "RoleName" in given else True
    assert only(scanned(tmp_path, plan__json=plan.text)).integrated is expected


def test_the_output_of_a_stack_leads_to_its_group(tmp_path: Path) -> None:
    """Beside the source, a trail of Terraform may deliver to a group of the template."""
    template = """\
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /audit, RetentionInDays: 400}
Outputs:
  Arn: {Value: !GetAtt Logs.Arn}
"""
    link = "aws_cloudformation_stack.audit.outputs.Arn"
    source = SOURCE.replace("  parameters    = { Days = 400 }\n", "")
    source += 'resource "aws_cloudtrail" "t" {\n  name = "t"\n  s3_bucket_name = "b"\n'
    source += f"  cloud_watch_logs_group_arn = {link}\n}}\n"
    plan = planned(template_body=template, parameters=None)
    del plan.configuration["resources"][0]["expressions"]["parameters"]
    plan.add(
        "aws_cloudtrail.t",
        {"name": "t", "s3_bucket_name": "b"},
        {"cloud_watch_logs_group_arn": True},
        {
            "name": constant("t"),
            "s3_bucket_name": constant("b"),
            "cloud_watch_logs_group_arn": refers(link, "aws_cloudformation_stack.audit"),
        },
    )
    report = scanned(tmp_path, plan__json=plan.text, main__tf=source, audit__yaml=template)
    assert only(report).facts.log_group.address == f"{STACK}/Logs"
