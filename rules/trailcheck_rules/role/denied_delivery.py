"""denied-delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer
from trailcheck.aws.delivery import ACTIONS, group_name, only_the_group
from trailcheck.aws.iam import placed
from trailcheck.rule import rule
from trailcheck.verdict import Evidence, Severity

if TYPE_CHECKING:
    from trailcheck.aws.iam import Decision
    from trailcheck.aws.views import Role, Trail
    from trailcheck.verdict import Ruling


@rule(
    id="denied-delivery",
    severity=Severity.CRITICAL,
    clauses=("11.10(e)",),
    integration=True,
)
def denied_delivery(trail: Trail) -> Ruling | None:
    """A Deny statement or the permissions boundary blocks delivery.

    ## Why it matters
    A Deny in any policy of the role wins over every Allow, and a permissions boundary takes away
    whatever it does not allow itself.

    ## Fix
    Take the log group out of the Deny, or add `logs:CreateLogStream` and `logs:PutLogEvents` on the
    log group to the boundary.
    """
    role = trail.role
    if role is None or not trail.stream_targets:
        return None
    open_questions: list[tuple[str, Decision]] = []
    for action in ACTIONS:
        denied, bounded = trail.permissions.denied(action), trail.permissions.bounded(action)
        assert denied is not None
        if denied.answer is Answer.YES:
            found = denied.matches[0].evidence(f"denies {action}")
            why = f"{denied.matches[0].policy.label} denies {action} on {group_name(trail)}"
            return _blocked(trail, role, f"{why}; take the log group out of the Deny", found)
        if bounded is not None and bounded.answer is Answer.NO:
            where = role.at("permissions_boundary", f"this boundary does not allow {action}")
            near = tuple(
                e for m in bounded.matches[:1] for e in m.evidence("does not reach the log group")
            )
            why = (
                f"the permissions boundary of {role} does not allow {action} on {group_name(trail)}"
            )
            return _blocked(trail, role, f"{why}; add it to the boundary", (*where, *near))
        open_questions += [
            (action, d) for d in (denied, bounded) if d is not None and d.answer is Answer.MAYBE
        ]
    refused = next((p for p in role.grants.policies if p.document.refused), None)
    if not open_questions and refused is not None and _granted(trail):
        message = (
            f"{role} may deliver by another policy, but IAM refuses {refused.label}: "
            f"{refused.document.refused}; the deployment stops there"
        )
        found = placed(refused.document.refused, refused.document.span, refused.evidence)
        right = (f"{refused.label}, put right",)
        return trail.undecided(message, *found, *trail.to_role, subject=role, needs=right)
    if not open_questions:
        places = [Evidence("denies nothing", p.evidence[0].span) for p in role.grants.policies]
        message = f"nothing denies {role} the delivery to {group_name(trail)}"
        return trail.assuming(trail.passed(message, *places, *trail.to_role, subject=role))
    if all(only_the_group(trail, decision) for _, decision in open_questions):
        return None
    action, decision = open_questions[0]
    message = f"whether {role} is denied {action} is not settled: {decision.reason}"
    needs = tuple(dict.fromkeys(n for _, d in open_questions for n in d.needs))
    ruling = trail.undecided(message, *decision.evidence, *trail.to_role, subject=role, needs=needs)
    return trail.assuming(ruling)


def _granted(trail: Trail) -> bool:
    """Tell whether delivery is surely allowed; where it is not, other rules name the refusal."""
    decisions = [trail.permissions.allowed(action) for action in ACTIONS]
    return all(d is not None and d.answer is Answer.YES for d in decisions)


def _blocked(trail: Trail, role: Role, message: str, found: tuple[Evidence, ...]) -> Ruling:
    ruling = trail.failed(message, *found, *trail.to_role, *trail.to_group, subject=role)
    return trail.assuming(ruling)
