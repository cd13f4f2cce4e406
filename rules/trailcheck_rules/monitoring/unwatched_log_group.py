"""unwatched-log-group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import show
from trailcheck.aws.monitoring import watchers
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="unwatched-log-group",
    severity=Severity.HIGH,
    clauses=("11.10(e)", "11.300(d)"),
)
def unwatched_log_group(trail: Trail) -> Ruling | None:
    """Nothing watches the log group: it has no metric filter.

    ## Why it matters
    Attempts at unauthorized use must be detected and reported at once. Records that nobody looks at
    detect nothing.

    ## Fix
    Add metric filters on the log group, with alarms on their metrics, or EventBridge rules on `AWS
    API Call via CloudTrail`.
    """
    group = trail.group
    name = trail.group_name_tokens
    if not name:
        return None
    subject = group or trail
    found = watchers(trail, name)
    for watcher in found:
        if watcher.answer is Answer.YES:
            message = f"{watcher.resource.address} watches {subject}"
            return trail.passed(message, *watcher.evidence, *trail.to_group, subject=subject)
    for watcher in found:
        if watcher.answer is Answer.MAYBE:
            who = watcher.resource.address
            message = f"whether {who} watches {subject} is not settled: {watcher.reason}"
            needs = watcher.needs
            return trail.undecided(
                message, *watcher.evidence, *trail.to_group, subject=subject, needs=needs
            )
    if group is None or group.resource.external:
        message = f"nothing here watches {show(name)}, which is declared elsewhere"
        needs = (f"the metric filters of {show(name)}",)
        return trail.undecided(message, *trail.to_group, subject=subject, needs=needs)
    return trail.failed(
        f"{group} has no metric filter; add filters with alarms",
        group.here("no metric filter reads this group"),
        *trail.to_group,
        subject=group,
        absence=True,
    )
