"""invalid-role-arn."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.aws.arn import show
from trailcheck.aws.policy import Gap
from trailcheck.aws.views import NoLink, OutsideLink, RoleLink, UnknownLink, WrongLink
from trailcheck.graph import Dialect
from trailcheck.rule import rule
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling

_ADVICE = {
    Dialect.TERRAFORM: "write aws_iam_role.….arn",
    Dialect.CLOUDFORMATION: "write !GetAtt of the role's Arn",
}


@rule(
    id="invalid-role-arn",
    severity=Severity.HIGH,
    clauses=("11.10(e)",),
    integration=True,
)
def invalid_role_arn(trail: Trail) -> Ruling | None:
    """The trail's role is not the ARN of a role.

    ## Why it matters
    CloudTrail takes the ARN of a role. The name of a role (`Ref`, `.id`, `.name`) and the ARN of a
    policy, an instance profile or a user are refused.

    ## Fix
    Terraform: `cloud_watch_logs_role_arn = aws_iam_role.x.arn`. CloudFormation:
    `CloudWatchLogsRoleArn: !GetAtt Role.Arn`.
    """
    link = trail.role_link
    advice = _ADVICE[trail.resource.dialect]
    match link:
        case NoLink():
            return None
        case WrongLink():
            message = f"{trail}'s role is no role ARN: {link.problem}; {advice}"
            return trail.failed(message, *link.evidence, trail.here())
        case UnknownLink(refused=True):
            message = f"{trail} delivers through a role that is not there: {link.reason}"
            return trail.failed(message, *link.evidence, trail.here(), absence=True)
        case UnknownLink():
            message = f"whether {trail}'s role is a role ARN is not settled: {link.reason}"
            return trail.undecided(message, *link.evidence, trail.here(), needs=link.needs)
        case OutsideLink():
            arn = show(link.tokens)
            message = (
                f"{trail} delivers through {arn}, which nothing here declares; "
                "its policies are not known"
            )
            return trail.undecided(
                message, *link.evidence, trail.here(), needs=(f"the policies of {arn}",)
            )
        case RoleLink():
            return _declared(trail, link)
        case _:
            assert_never(link)


def _declared(trail: Trail, link: RoleLink) -> Ruling:
    role = link.role
    where = (*link.evidence, role.here(), trail.here())
    if role.exists is False:
        message = f"{trail} delivers through {role}, which is not created when the trail is"
        return trail.failed(message, *where)
    if role.resource.external:
        message = (
            f"{trail} delivers through {role}, which is declared elsewhere; "
            "its policies are not known"
        )
        return trail.undecided(message, *where, needs=(f"the policies of {role}",))
    if isinstance(role.exists, Gap):
        return trail.undecided(role.exists.reason, *where, needs=role.exists.needs)
    return trail.passed(f"{trail} delivers through {role}", *where)
