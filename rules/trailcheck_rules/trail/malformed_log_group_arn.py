"""malformed-log-group-arn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.arn import show
from trailcheck.aws.views import GroupLink, NoLink, UnknownLink, WrongLink
from trailcheck.graph import Dialect
from trailcheck.rule import rule
from trailcheck.value import Reference
from trailcheck.verdict import Evidence, Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import OutsideLink, Trail
    from trailcheck.verdict import Ruling

_GROUP = "aws_cloudwatch_log_group."


@rule(
    id="malformed-log-group-arn",
    severity=Severity.HIGH,
    clauses=("11.10(e)",),
    integration=True,
)
def malformed_log_group_arn(trail: Trail) -> Ruling | None:
    """The link to the log group is not an ARN in the form that CloudTrail takes.

    ## Why it matters
    CloudTrail takes the ARN of a log group followed by `:*`, once. Terraform's `arn` attribute of a
    log group lacks it, CloudFormation's `Arn` has it already, and `Ref` gives the name.

    ## Fix
    Terraform: `cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.x.arn}:*"`.
    CloudFormation: `CloudWatchLogsLogGroupArn: !GetAtt Group.Arn`.
    """
    link = trail.group_link
    if isinstance(link, NoLink) or (isinstance(link, UnknownLink) and link.refused):
        return None
    chain = trail.to_group
    if isinstance(link, UnknownLink):
        return trail.undecided(
            f"the form of {trail}'s log group ARN is not settled: {link.reason}",
            *link.evidence,
            *chain,
            needs=link.needs,
        )
    if link.problem:
        return trail.failed(
            f"{trail}'s log group ARN is malformed: {link.problem}; {_advice(trail, link)}",
            *_here(trail, link.evidence),
            *chain,
        )
    if not isinstance(link, WrongLink) and link.doubt:
        return trail.undecided(
            f"whether CloudTrail takes {trail}'s log group ARN is not settled: {link.doubt}",
            *link.evidence,
            *chain,
        )
    return trail.passed(f"{trail}'s log group ARN has the right form", *link.evidence, *chain)


def _advice(trail: Trail, link: WrongLink | OutsideLink | GroupLink) -> str:
    """Say what to write instead, by the group's own name where the trail can use it."""
    if not isinstance(link, WrongLink) and show(link.tokens).endswith(":*:*"):
        return "leave one of them out"
    if trail.resource.dialect is Dialect.CLOUDFORMATION:
        return "write !GetAtt of the log group's Arn, which ends in `:*`"
    module = trail.address.rpartition("aws_cloudtrail.")[0]
    if isinstance(link, GroupLink) and link.group.address.startswith(module + _GROUP):
        return f'write "${{{link.group.address.removeprefix(module)}.arn}}:*"'
    return "write the log group's `arn` followed by `:*`"


def _here(trail: Trail, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Start at the trail's own argument where a bare reference comes from elsewhere.

    The suffix is missing on the way: the place to add it is where the way ends.
    """
    own = trail.resource.get("log_group_arn").span
    first = evidence[0].span
    inside = first.source is own.source and own.start <= first.start and first.end <= own.end
    if inside or not isinstance(trail.value("log_group_arn"), Reference):
        return evidence
    return (Evidence("the link as CloudTrail gets it", own), *evidence)
