"""unvalidated-log-files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.policy import Gap
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="unvalidated-log-files",
    severity=Severity.HIGH,
    clauses=("11.10(a)", "11.10(c)", "11.30"),
)
def unvalidated_log_files(trail: Trail) -> Ruling | None:
    """The trail's log files have no digests, so that a change of them goes unseen.

    ## Why it matters
    With validation, CloudTrail signs a digest of its log files every hour. Digests are not made
    afterwards: what was recorded without validation can never be proven unaltered.

    ## Fix
    Set `enable_log_file_validation = true` or `EnableLogFileValidation: true`.
    """
    validation = trail.flag("validation")
    if isinstance(validation, Gap):
        return trail.undecided(
            f"whether {trail} validates its log files is not settled: {validation.reason}",
            *trail.at("validation", "decides about log file validation"),
            trail.here(),
            needs=validation.needs,
        )
    if validation:
        found = trail.at("validation", "log file validation is on")
        return trail.passed(f"{trail} validates its log files", *found, trail.here())
    return trail.failed(
        f"{trail} does not validate its log files; turn log file validation on",
        *trail.at("validation", "log file validation is off"),
        trail.here(),
        absence=not trail.resource.get("validation").stated,
    )
