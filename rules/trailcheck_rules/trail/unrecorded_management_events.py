"""unrecorded-management-events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer
from trailcheck.aws.companions import companions
from trailcheck.rule import rule
from trailcheck.verdict import Evidence, Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="unrecorded-management-events",
    severity=Severity.CRITICAL,
    clauses=("11.10(e)", "11.10(k)"),
)
def unrecorded_management_events(trail: Trail) -> Ruling | None:
    """The trail leaves out management events.

    ## Why it matters
    Management events are the audit trail of the account itself: who changed what, and who looked.
    Any advanced event selector switches the default off: without one for the category Management,
    no management event is recorded.

    ## Fix
    Remove the selectors, or add one with `eventCategory` equal to `Management` and no `readOnly`
    field; with basic selectors, `include_management_events` true and `read_write_type` All.
    """
    reads, writes, _ = companions(trail)
    own = trail.management
    selectors = [Evidence(note, span) for note, span in own.spans]
    gaps = [Evidence(gap.reason, gap.span) for gap in own.gaps if gap.span is not None]
    if Answer.NO in (reads, writes):
        missing = [word for word, a in (("reads", reads), ("writes", writes)) if a is Answer.NO]
        return trail.failed(
            f"{trail} records no management {' and no '.join(missing)}; "
            "record all management events",
            *selectors,
            *gaps,
            trail.here(),
            severity=Severity.HIGH if writes is not Answer.NO else None,
            absence=True,
        )
    if Answer.MAYBE in (reads, writes):
        reason = own.gaps[0].reason if own.gaps else "its event selectors cannot be read"
        return trail.undecided(
            f"whether {trail} records all management events is not settled: {reason}",
            *gaps,
            *selectors,
            trail.here(),
            needs=own.needs,
        )
    return trail.passed(f"{trail} records all management events", *selectors, trail.here())
