"""uncovered-organization-streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer
from trailcheck.aws.delivery import ACTIONS, group_name, only_the_group
from trailcheck.aws.organization import covered
from trailcheck.aws.policy import Gap
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="uncovered-organization-streams",
    severity=Severity.HIGH,
    clauses=("11.10(e)",),
    integration=True,
)
def uncovered_organization_streams(trail: Trail) -> Ruling | None:
    """The delivery role cannot write the streams of the organization's members.

    ## Why it matters
    An organization trail writes the events of member accounts to streams whose names begin with the
    organization's id. A policy that covers only the own account's stream loses all of them.

    ## Fix
    Allow both actions on the whole group (`GROUP:*`), or add `GROUP:log-stream:o-ID_*`.
    """
    organization, role = trail.flag("organization"), trail.role
    if organization is False or role is None or not trail.stream_targets:
        return None
    chain = (*trail.at("organization", "an organization trail"), *trail.to_role, *trail.to_group)
    first = [trail.permissions.allowed(action) for action in ACTIONS]
    if all(d is not None and d.answer is Answer.NO for d in first):
        return None
    for action in ACTIONS:
        decision = covered(trail, role, action)
        if decision.answer is Answer.YES:
            continue
        if only_the_group(trail, decision) and decision.answer is Answer.MAYBE:
            return None
        if decision.answer is Answer.MAYBE or isinstance(organization, Gap):
            gap = organization if isinstance(organization, Gap) else None
            needs = (*(gap.needs if gap else ()), *decision.needs)
            reason = gap.reason if gap else decision.reason
            message = f"whether {role} may write the members' streams is not settled: {reason}"
            ruling = trail.undecided(message, *decision.evidence, *chain, subject=role, needs=needs)
            return trail.assuming(ruling)
        found = tuple(
            e
            for m in decision.matches[:2]
            if m.part == "resource"
            for e in m.evidence(f"allows {action}, but not on the members' streams")
        )
        message = (
            f"{role} may not call {action} on the members' streams in {group_name(trail)}; "
            "cover `:*`, or add `log-stream:o-ID_*`"
        )
        return trail.assuming(trail.failed(message, *found, *chain, subject=role, absence=True))
    message = f"{role} may write the streams of the organization's members"
    return trail.assuming(trail.passed(message, *chain, subject=role))
