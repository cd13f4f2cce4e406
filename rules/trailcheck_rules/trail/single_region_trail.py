"""single-region-trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.companions import companions
from trailcheck.aws.policy import Gap
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="single-region-trail",
    severity=Severity.HIGH,
    clauses=("11.10(e)",),
)
def single_region_trail(trail: Trail) -> Ruling | None:
    """The trail records one Region only.

    ## Why it matters
    What happens in any other Region leaves no record, and neither do the global services outside
    us-east-1. Regions that nobody uses are where an intruder works.

    ## Fix
    Set `is_multi_region_trail = true` or `IsMultiRegionTrail: true`. A second trail that records
    all Regions into the same log group also serves.
    """
    wide = trail.flag("multi_region")
    if wide is True:
        found = trail.at("multi_region", "multi-Region is on")
        return trail.passed(f"{trail} records all Regions", *found, trail.here())
    covering = companions(trail).covering
    if covering is not None:
        _, other = covering
        return trail.passed(
            f"{other} records all Regions into the same log group",
            *other.at("multi_region", "multi-Region is on"),
            other.here("the trail that covers this one"),
            trail.here(),
        )
    if isinstance(wide, Gap):
        return trail.undecided(
            f"whether {trail} records all Regions is not settled: {wide.reason}",
            *trail.at("multi_region", "decides which Regions are recorded"),
            trail.here(),
            needs=wide.needs,
        )
    return trail.failed(
        f"{trail} records one Region only; make it a multi-Region trail",
        *trail.at("multi_region", "multi-Region is off"),
        trail.here(),
        absence=True,
    )
