"""revoked-grant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws import iam
from trailcheck.aws.answer import Answer, all_of
from trailcheck.aws.delivery import ACTIONS
from trailcheck.aws.exclusive import exclusions, survives, unspelled
from trailcheck.graph import Dialect
from trailcheck.rule import rule
from trailcheck.verdict import Evidence, Severity

if TYPE_CHECKING:
    from trailcheck.aws.exclusive import Exclusion
    from trailcheck.aws.views import Role, Trail
    from trailcheck.verdict import Ruling


@rule(
    id="revoked-grant",
    severity=Severity.HIGH,
    clauses=("11.10(e)",),
    integration=True,
    dialects=(Dialect.TERRAFORM,),
)
def revoked_grant(trail: Trail) -> Ruling | None:
    """An exclusive mechanism removes the policy that lets the role deliver.

    ## Why it matters
    `inline_policy` and `managed_policy_arns` of a role, `aws_iam_policy_attachment` and the
    `*_exclusive` resources remove every policy that they do not list. The grant that another
    resource adds is gone after the next apply.

    ## Fix
    List the policy in the exclusive resource, or remove the exclusive argument.
    """
    role = trail.role
    if role is None or not trail.stream_targets:
        return None
    exclusive = exclusions(role.grants)
    granted = [trail.permissions.allowed(action) for action in ACTIONS]
    if not exclusive or any(d is None or d.answer is not Answer.YES for d in granted):
        return None
    kept = {
        n: all_of(survives(grant, each) for each in exclusive)
        for n, grant in enumerate(role.grants.grants)
    }
    surely = _enough(trail, role, {n for n, a in kept.items() if a is Answer.YES})
    perhaps = _enough(trail, role, {n for n, a in kept.items() if a is not Answer.NO})
    lost = [
        Evidence(f"{grant.policy.label} grants the delivery", grant.policy.evidence[-1].span)
        for n, grant in enumerate(role.grants.grants)
        if kept[n] is not Answer.YES
    ]
    places = [e for x in exclusive for e in _place(role, x)]
    if surely:
        message = f"what is exclusive about {role} keeps the policies that it delivers with"
        return trail.passed(message, *places, *trail.to_role, subject=role)
    if perhaps:
        gaps = [x.unsure for x in exclusive if x.unsure is not None] or [*unspelled(exclusive)]
        reason = (
            gaps[0].reason if gaps else "the lists name policies by text that code does not settle"
        )
        message = (
            f"whether {role} keeps the policies that it delivers with is not settled: {reason}"
        )
        needs = tuple(dict.fromkeys(n for gap in gaps for n in gap.needs))
        return trail.undecided(message, *places, *lost, *trail.to_role, subject=role, needs=needs)
    message = (
        f"{role} loses the policy that it delivers with: an exclusive list leaves it out; "
        "list it there"
    )
    return trail.failed(message, *places, *lost, *trail.to_role, subject=role)


def _enough(trail: Trail, role: Role, kept: set[int]) -> bool:
    """Tell whether the policies that are kept still allow the delivery."""
    policies = [grant.policy for n, grant in enumerate(role.grants.grants) if n in kept]
    return all(
        iam.allows(policies, trail.permissions.delivery(action)).answer is Answer.YES
        for action in ACTIONS
    )


def _place(role: Role, exclusion: Exclusion) -> tuple[Evidence, ...]:
    removes = any(survives(g, exclusion) is not Answer.YES for g in role.grants.grants)
    note = "removes every policy that it does not list" if removes else "keeps the policies"
    return (Evidence(note, exclusion.attribute.span),)
