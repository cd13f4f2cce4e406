"""mismatched-trust-condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="mismatched-trust-condition",
    severity=Severity.HIGH,
    clauses=("11.10(d)",),
    integration=True,
)
def mismatched_trust_condition(trail: Trail) -> Ruling | None:
    """A condition of the role's trust policy does not fit this trail.

    ## Why it matters
    Conditions on `aws:SourceArn` and `aws:SourceAccount` tie the role to one trail. If they name
    another trail or account, or ask for what a service never sends (an external id, MFA),
    CloudTrail cannot assume the role.

    ## Fix
    Compare `aws:SourceArn` with this trail's ARN and `aws:SourceAccount` with its account, and drop
    other conditions.
    """
    role, decision = trail.role, trail.permissions.conditions
    if role is None or decision is None:
        return None
    if decision.answer is Answer.YES:
        statements = role.trust.statements
        tested = [t for m in decision.matches for t in m.statement.tests]
        places = [t.span for t in tested or [t for s in statements for t in s.tests] if t.span]
        found = [role.here()._replace(note="fits this trail", span=span) for span in places]
        message = f"the trust conditions of {role} fit {trail}"
        return trail.assuming(trail.passed(message, *found, *trail.to_role, subject=role))
    if decision.answer is Answer.MAYBE:
        message = (
            f"whether the trust conditions of {role} fit {trail} is not settled: {decision.reason}"
        )
        ruling = trail.undecided(
            message, *decision.evidence, *trail.to_role, subject=role, needs=decision.needs
        )
        return trail.assuming(ruling)
    nearest = decision.matches[0]
    why = nearest.why or "it names another trail or account"
    message = f"a trust condition of {role} does not fit {trail}: {why}; correct or drop it"
    found = [*nearest.evidence(f"does not fit this trail: {why}")]
    return trail.assuming(trail.failed(message, *found, *trail.to_role, subject=role))
