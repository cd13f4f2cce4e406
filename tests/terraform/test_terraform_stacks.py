"""CloudFormation stacks in Terraform code: a root must not look like one without a trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import trailcheck

if TYPE_CHECKING:
    from pathlib import Path

BODY = """template_body = <<-EOT
    Resources:
      Logs: {Type: %s}
  EOT"""
TRAIL = 'resource "aws_cloudtrail" "t" {\n  name = "t"\n  s3_bucket_name = "b"\n}\n'


@pytest.mark.parametrize(
    ("name", "arguments", "impacts"),
    [
        ("logs", BODY % "AWS::CloudTrail::Trail", ["unread"]),
        ("cloudtrail", BODY % "AWS::S3::Bucket", []),
        ("logs", 'template_url = "https://x.s3.amazonaws.com/cloudtrail.yaml"', ["unread"]),
        ("cloudtrail", 'template_url = "https://x.s3.amazonaws.com/a.yaml"', ["unread"]),
        ("baseline", 'template_url = "https://x.s3.amazonaws.com/aws-baseline.yaml"', ["notice"]),
        ("logs", 'template_url = "https://x.s3.amazonaws.com/a.yaml" # audit-log', []),
        ("cloudtrail", 'template_body = file("${path.module}/trail.yaml")', []),
        ("cloudtrail", 'count = 0\n  template_url = "https://x/a.yaml"', []),
    ],
)
@pytest.mark.parametrize("type_name", ["aws_cloudformation_stack", "aws_cloudformation_stack_set"])
@pytest.mark.parametrize("beside", ["", TRAIL])
def test_a_stack_that_may_make_a_trail_is_said(  # noqa: PLR0913, PLR0917 - one column each
    tmp_path: Path, type_name: str, name: str, arguments: str, impacts: list[str], beside: str
) -> None:
    """It is code not read; beside a trail of the root it is worth a note."""
    (tmp_path / ".git").mkdir()
    stack = f'resource "{type_name}" "{name}" {{\n  name = "x"\n  {arguments}\n}}\n'
    (tmp_path / "main.tf").write_text(stack + beside)
    report = trailcheck.scan([str(tmp_path)])
    expected = ["notice"] * len(impacts) if beside else impacts
    assert [d.impact.value for d in report.diagnostics] == expected
    for found in report.diagnostics:
        assert found.summary == f"{type_name}.{name} may create a trail that was not read"
