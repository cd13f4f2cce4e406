"""dangling-log-group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.arn import show
from trailcheck.aws.policy import Gap
from trailcheck.aws.views import GroupLink, OutsideLink, UnknownLink
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="dangling-log-group",
    severity=Severity.HIGH,
    clauses=("11.10(e)",),
    integration=True,
)
def dangling_log_group(trail: Trail) -> Ruling | None:
    """The log group that the trail delivers to does not exist.

    ## Why it matters
    CloudTrail does not create its log group: it must exist before the trail, and as long as the
    trail.

    ## Fix
    Declare the log group beside the trail, under the same conditions, and refer to it.
    """
    link = trail.group_link
    if isinstance(link, OutsideLink):
        arn = show(link.tokens)
        return trail.undecided(
            f"{trail} delivers to {arn}, which nothing here declares; "
            "declare it, or prove it elsewhere",
            *link.evidence,
            trail.here(),
            needs=(arn,),
        )
    if isinstance(link, UnknownLink) and link.refused:
        message = f"{trail} delivers to a log group that is not there: {link.reason}"
        return trail.failed(message, *link.evidence, trail.here(), absence=True)
    if not isinstance(link, GroupLink):
        return None
    group = link.group
    if group.exists is False:
        return trail.failed(
            f"{trail} delivers to {group}, which is not created when the trail is",
            *link.evidence,
            group.here("not created under the conditions of the trail"),
            trail.here(),
        )
    if isinstance(group.exists, Gap):
        return trail.undecided(
            f"{group.exists.reason}",
            *link.evidence,
            group.here(),
            trail.here(),
            needs=group.exists.needs,
        )
    how = "looks up" if group.resource.external else "declares"
    return trail.passed(
        f"{trail} delivers to {group}, which the code {how}", *link.evidence, group.here()
    )
