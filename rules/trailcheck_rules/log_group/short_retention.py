"""short-retention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.arn import show
from trailcheck.aws.policy import needs_in
from trailcheck.aws.views import OutsideLink
from trailcheck.rule import rule
from trailcheck.value import Unknown
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import LogGroup, Trail
    from trailcheck.verdict import Ruling

_A_QUARTER = 90
"""Shorter than this is critical."""


@rule(
    id="short-retention",
    severity=Severity.HIGH,
    clauses=("11.10(c)", "11.10(e)"),
    integration=True,
)
def short_retention(trail: Trail) -> Ruling | None:
    """The log group forgets its records before the minimum that is set.

    ## Why it matters
    An audit trail must be kept at least as long as the records that it is about. Part 11 names no
    number of days: the minimum is a setting, 365 days unless it says otherwise.

    ## Fix
    Set the retention to an allowed value of at least the minimum (365, 400, 545, 731, 1096, 1827,
    2192, 2557, 2922, 3288, 3653), or let the records never expire.
    """
    minimum = trail.context.config.min_retention
    least = f"the minimum of {minimum} days ({trail.context.config.min_retention_origin})"
    link, group = trail.group_link, trail.group
    if isinstance(link, OutsideLink):
        arn = show(link.tokens)
        message = f"the retention of {arn}, which nothing here declares, is not known"
        return trail.undecided(message, *trail.to_group, needs=(f"the retention of {arn}",))
    if group is None:
        return None
    if group.resource.external:
        message = f"the retention of {group}, which is declared elsewhere, is not known"
        found = (group.here(), *trail.to_group)
        return trail.undecided(message, *found, subject=group, needs=(f"the retention of {group}",))
    return _declared(trail, group, minimum, least)


def _declared(trail: Trail, group: LogGroup, minimum: int, least: str) -> Ruling:
    days = group.retention
    if group.passes_on:
        message = (
            f"{group} keeps its records one day, as its class DELIVERY does, less than {least}; "
            "deliver to a group of the class STANDARD"
        )
        found = (*group.at("class", "the class"), *trail.to_group)
        return trail.failed(message, *found, subject=group, severity=Severity.CRITICAL)
    if group.retention_ignored:
        message = f"the retention of {group} is not settled: Terraform ignores changes of it"
        found = (*group.at("retention_days", "may drift"), *trail.to_group)
        return trail.undecided(message, *found, subject=group, needs=(f"the retention of {group}",))
    if days is None:
        limited = group.keeps(minimum)
        if limited is not None:
            return _limited(trail, group, least, keeps=limited)
        value = group.value("retention_days")
        reason = value.reason if isinstance(value, Unknown) else "its value is not a number of days"
        needs = needs_in(value) or (f"the retention of {group}",)
        message = f"whether {group} keeps its records for {least} is not settled: {reason}"
        found = (*group.at("retention_days", "the retention"), *trail.to_group)
        return trail.undecided(message, *found, subject=group, needs=needs)
    if isinstance(days, str):
        found = (*group.at("retention_days", "never expires"), *trail.to_group)
        return trail.passed(f"{group} keeps its records for ever", *found, subject=group)
    said = "1 day" if days == 1 else f"{days} days"
    found = (*group.at("retention_days", said), *trail.to_group)
    if not days:
        message = (
            f"{group} states a retention of 0 days, which CloudFormation refuses; "
            "leave RetentionInDays out to keep records for ever"
        )
        return trail.failed(message, *found, subject=group)
    if days >= minimum:
        return trail.passed(
            f"{group} keeps its records {said}, {least} or more", *found, subject=group
        )
    return trail.failed(
        f"{group} keeps its records {said}, less than {least}; raise the retention",
        *found,
        subject=group,
        severity=Severity.CRITICAL if days < _A_QUARTER else None,
    )


def _limited(trail: Trail, group: LogGroup, least: str, *, keeps: bool) -> Ruling:
    """Rule on a retention that is not known, and that the code demands to be long, or short."""
    found = (*group.at("retention_days", "the retention"), *trail.to_group)
    value = group.value("retention_days")
    whatever = (
        f"whatever {value.name} may be, {group}" if isinstance(value, Unknown) else f"{group}"
    )
    if keeps:
        message = f"{whatever} keeps its records for {least} or more"
        return trail.passed(message, *found, subject=group)
    message = f"{whatever} keeps its records for less than {least}; admit longer retentions only"
    return trail.failed(message, *found, subject=group)
