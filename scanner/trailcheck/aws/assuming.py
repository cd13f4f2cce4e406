"""Where the chain of a trail says what the deployment's account, Region and partition are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.arn import arn_of, literal
from trailcheck.aws.deployment import Deployment
from trailcheck.aws.links import GroupLink, NoLink, RoleLink, WrongLink
from trailcheck.aws.policy import Element, Gap

if TYPE_CHECKING:
    from trailcheck.aws.arn import Arn
    from trailcheck.aws.policy import Test
    from trailcheck.aws.views import Role, Trail


def deployment_of(trail: Trail) -> Deployment:
    """Return what is known and assumed of a trail's deployment.

    The caller's word comes first, then the trail's own Region, its links, the trust policy of its
    role and the policies that would cover its stream.
    """
    found = Deployment(trail.context.config)
    own = arn_of(trail.tokens)
    if own is None:
        return found
    if region := literal(own.region):
        found.in_region(region)
    for link, what in (
        (trail.group_link, "the log group's ARN"),
        (trail.role_link, "the role's ARN"),
    ):
        if isinstance(link, NoLink | WrongLink) or not link.tokens:
            continue
        if isinstance(link, GroupLink | RoleLink) and not link.spelled:
            # What another provider configuration says of its Region says nothing of the trail's.
            continue
        if (arn := arn_of(link.tokens)) is not None:
            found.assume_arn(own, arn, f"in {what}")
    if trail.role is not None:
        _assume_from_role(found, own, trail, trail.role)
    return found


def _assume_from_role(found: Deployment, own: Arn, trail: Trail, role: Role) -> None:
    """Take the literals of a role's trust policy, and of the policies that would let it deliver."""
    for statement in role.trust.statements:
        for test in statement.tests:
            if not isinstance(test, Gap) and statement.effect == "Allow":
                _assume_condition(found, own, test)
    if not trail.stream_targets:
        return
    patterns = [
        (item.tokens, f"in a policy of {role}")
        for grant in role.grants.grants
        for statement in grant.policy.document.statements
        if statement.effect == "Allow"
        for item in statement.resources or ()
        if not isinstance(item, Gap)
    ]
    for target in trail.stream_targets:
        found.assume_patterns([(trail.naming.written_out(p), w) for p, w in patterns], target)


def _assume_condition(deployment: Deployment, own: Arn, test: Test) -> None:
    """Take the literals of a trust policy's conditions for the deployment's own."""
    if (
        len(test.values) != 1
        or not isinstance(test.values[0], Element)
        or "not" in test.operator.lower()
    ):
        return
    said = test.values[0].tokens
    if test.key.lower() == "aws:sourceaccount":
        deployment.assume(own.account, said, "in the trust policy")
    elif test.key.lower() == "aws:sourcearn" and (arn := arn_of(said)) is not None:
        deployment.assume_arn(own, arn, "in the trust policy")
