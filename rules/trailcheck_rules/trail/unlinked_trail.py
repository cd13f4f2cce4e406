"""unlinked-trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.views import NoLink, UnknownLink
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="unlinked-trail",
    severity=Severity.CRITICAL,
    clauses=("11.10(e)", "11.10(k)", "11.300(d)"),
    integration=True,
)
def unlinked_trail(trail: Trail) -> Ruling | None:
    """The trail delivers to no CloudWatch Logs log group.

    ## Why it matters
    Without a log group the audit trail reaches S3 only, minutes late, and nothing can alarm on it.

    ## Fix
    Point the trail at a log group: `cloud_watch_logs_group_arn =
    "${aws_cloudwatch_log_group.x.arn}:*"` in Terraform, `CloudWatchLogsLogGroupArn: !GetAtt
    Group.Arn` in CloudFormation.
    """
    link = trail.group_link
    if trail.drifts("log_group_arn"):
        return trail.undecided(
            f"whether {trail} delivers to a log group is not settled: "
            "Terraform ignores changes of cloud_watch_logs_group_arn",
            *trail.at("log_group_arn", "may drift"),
            trail.here(),
            needs=("cloud_watch_logs_group_arn",),
        )
    if isinstance(link, NoLink):
        return trail.failed(
            f"{trail} delivers to no log group; link it to one",
            *link.evidence,
            trail.here(),
            absence=not trail.resource.get("log_group_arn").stated,
        )
    if isinstance(link, UnknownLink) and link.refused:
        return None
    if isinstance(link, UnknownLink) and not link.surely_stated:
        return trail.undecided(
            f"whether {trail} delivers to a log group is not settled: {link.reason}",
            *link.evidence,
            trail.here(),
            needs=link.needs,
        )
    return trail.passed(f"{trail} is linked to a log group", *link.evidence, trail.here())
