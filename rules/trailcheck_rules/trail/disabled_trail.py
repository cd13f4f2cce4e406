"""disabled-trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.policy import Gap
from trailcheck.graph import Dialect
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling

_NAMES = {Dialect.TERRAFORM: "enable_logging", Dialect.CLOUDFORMATION: "IsLogging"}


@rule(
    id="disabled-trail",
    severity=Severity.CRITICAL,
    clauses=("11.10(e)",),
    integration=True,
)
def disabled_trail(trail: Trail) -> Ruling | None:
    """The trail is declared but does not record.

    ## Why it matters
    CloudTrail creates trails stopped. Terraform starts them unless `enable_logging` is false;
    CloudFormation starts them only if `IsLogging` is true, and requires the property.

    ## Fix
    Remove `enable_logging = false`, or set `IsLogging: true`.
    """
    logging, name = trail.flag("logging"), _NAMES[trail.resource.dialect]
    if isinstance(logging, Gap):
        return trail.undecided(
            f"whether {trail} records is not settled: {logging.reason}",
            *trail.at("logging", "decides whether the trail records"),
            trail.here(),
            needs=logging.needs,
        )
    if trail.drifts("logging"):
        return trail.undecided(
            f"whether {trail} records is not settled: Terraform ignores changes of {name}",
            *trail.at("logging", "may drift"),
            trail.here(),
            needs=(name,),
        )
    if logging:
        return trail.passed(f"{trail} records", *trail.at("logging", "logging is on"), trail.here())
    stated = trail.resource.get("logging").stated
    return trail.failed(
        f"{trail} does not record: {name} is {'false' if stated else 'not stated'}; set it to true",
        *trail.at("logging", "logging is off"),
        trail.here(),
        absence=not stated,
    )
