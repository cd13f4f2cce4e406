"""unassumable-role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws import iam
from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import show
from trailcheck.aws.policy import Element, Principal
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.iam import Decision
    from trailcheck.aws.views import Role, Trail
    from trailcheck.verdict import Evidence, Ruling


@rule(
    id="unassumable-role",
    severity=Severity.CRITICAL,
    clauses=("11.10(d)", "11.10(e)"),
    integration=True,
)
def unassumable_role(trail: Trail) -> Ruling | None:
    """CloudTrail may not assume the role that the trail delivers through.

    ## Why it matters
    CloudTrail delivers as the role. If the role's trust policy does not allow `sts:AssumeRole` to
    the service `cloudtrail.amazonaws.com`, nothing is delivered.

    ## Fix
    Allow it in the trust policy: Effect Allow, Principal Service cloudtrail.amazonaws.com, Action
    sts:AssumeRole.
    """
    role, decision = trail.role, trail.permissions.assumable
    if role is None or decision is None:
        return None
    if role.drifts("trust_policy"):
        message = (
            f"whether CloudTrail may assume {role} is not settled: "
            "Terraform ignores changes of assume_role_policy"
        )
        found = (*role.at("trust_policy", "may drift"), *trail.to_role)
        return trail.undecided(message, *found, subject=role, needs=("assume_role_policy",))
    if decision.answer is Answer.YES:
        found = (
            decision.matches[0].evidence("lets CloudTrail assume the role")
            if decision.matches
            else ()
        )
        return trail.passed(f"CloudTrail may assume {role}", *found, *trail.to_role, subject=role)
    if decision.answer is Answer.MAYBE:
        message = f"whether CloudTrail may assume {role} is not settled: {decision.reason}"
        found = (*decision.evidence, *trail.to_role)
        return trail.undecided(message, *found, subject=role, needs=decision.needs)
    why, found = _why_not(role, decision)
    message = f"CloudTrail may not assume {role}: {why}; trust the service {iam.CLOUDTRAIL}"
    return trail.failed(message, *found, *trail.to_role, subject=role)


def _why_not(role: Role, decision: Decision) -> tuple[str, tuple[Evidence, ...]]:
    """Say what in the trust policy keeps CloudTrail out, and where."""
    policy = role.trust_policy
    if policy.document.refused:
        why = f"IAM refuses its trust policy: {policy.document.refused}"
        return why, iam.placed(policy.document.refused, policy.document.span, policy.evidence)
    nearest = decision.matches[0] if decision.matches else None
    if nearest is None:
        return "no statement of its trust policy allows it", policy.evidence
    if nearest.statement.effect == "Deny":
        return "its trust policy denies it", nearest.evidence("denies it to CloudTrail")
    if nearest.part == "action":
        why = "its trust policy does not allow sts:AssumeRole"
        return why, nearest.evidence("another action than sts:AssumeRole")
    trusted = ", ".join(
        show(p.who.tokens) + (f" ({p.kind})" if show(p.who.tokens) == iam.CLOUDTRAIL else "")
        for p in nearest.statement.principals or ()
        if isinstance(p, Principal) and isinstance(p.who, Element)
    )
    why = f"its trust policy names {trusted or 'nobody'}"
    return why, nearest.evidence(f"trusts {trusted or 'nobody'}, not {iam.CLOUDTRAIL}")
