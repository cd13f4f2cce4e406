"""uncreatable-log-stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.delivery import judge_permission
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="uncreatable-log-stream",
    severity=Severity.CRITICAL,
    clauses=("11.10(e)",),
    integration=True,
)
def uncreatable_log_stream(trail: Trail) -> Ruling | None:
    """The delivery role may not create log streams in the linked group.

    ## Why it matters
    CloudTrail opens a log stream before it writes. `logs:CreateLogStream` is checked against the
    ARN of then    stream: a policy that names the bare log group allows nothing in it.

    ## Fix
    Allow `logs:CreateLogStream` in a policy attached to the role, on
    `"${aws_cloudwatch_log_group.x.arn}:*"` in Terraform, on `!GetAtt Group.Arn` in CloudFormation.
    """
    return judge_permission(trail, "logs:CreateLogStream")
