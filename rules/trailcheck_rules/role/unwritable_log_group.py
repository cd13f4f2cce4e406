"""unwritable-log-group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.delivery import judge_permission
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="unwritable-log-group",
    severity=Severity.CRITICAL,
    clauses=("11.10(e)",),
    integration=True,
)
def unwritable_log_group(trail: Trail) -> Ruling | None:
    """The delivery role may not write to the linked log group.

    ## Why it matters
    CloudTrail writes with `logs:PutLogEvents`, which is checked against the ARN of the log stream:
    a policy that names the bare log group, or another group, allows nothing.

    ## Fix
    Allow `logs:PutLogEvents` in a policy attached to the role, on
    `"${aws_cloudwatch_log_group.x.arn}:*"` in Terraform, on `!GetAtt Group.Arn` in CloudFormation.
    """
    return judge_permission(trail, "logs:PutLogEvents")
