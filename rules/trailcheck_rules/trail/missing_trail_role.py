"""missing-trail-role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.views import NoLink, UnknownLink
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="missing-trail-role",
    severity=Severity.CRITICAL,
    clauses=("11.10(e)",),
    integration=True,
)
def missing_trail_role(trail: Trail) -> Ruling | None:
    """The trail has a log group but no role to deliver through.

    ## Why it matters
    CloudTrail writes to CloudWatch Logs through a role of yours. The API refuses a log group
    without a role, so the trail is never created as the code says.

    ## Fix
    Set `cloud_watch_logs_role_arn = aws_iam_role.x.arn` in Terraform, or
    `CloudWatchLogsRoleArn: !GetAtt Role.Arn` in CloudFormation.
    """
    if isinstance(trail.group_link, NoLink):
        return None
    link = trail.role_link
    group = trail.at("log_group_arn", "the link to the log group")
    if trail.drifts("role_arn"):
        return trail.undecided(
            f"the role that {trail} delivers through is not settled: "
            "Terraform ignores changes of cloud_watch_logs_role_arn",
            *trail.at("role_arn", "may drift"),
            trail.here(),
            needs=("cloud_watch_logs_role_arn",),
        )
    if isinstance(link, NoLink):
        return trail.failed(
            f"{trail} names a log group but no role to deliver through; set the role's ARN",
            *link.evidence,
            *group,
            trail.here(),
            absence=not trail.resource.get("role_arn").stated,
        )
    if isinstance(link, UnknownLink) and not link.surely_stated and not link.refused:
        return trail.undecided(
            f"whether {trail} has a role to deliver through is not settled: {link.reason}",
            *link.evidence,
            *group,
            trail.here(),
            needs=link.needs,
        )
    return trail.passed(f"{trail} names a role to deliver through", *link.evidence, *group)
