"""What CloudTrail asks of a trail's role, and what the role's policies answer."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from trailcheck.aws import iam
from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import arn_of
from trailcheck.aws.statement import Request

if TYPE_CHECKING:
    from trailcheck.aws.arn import Tokens
    from trailcheck.aws.views import Trail


class Permissions:
    """The permissions of a trail's role, in one world. Each is decided once."""

    def __init__(self, trail: Trail) -> None:
        """Look at the role that `trail` is linked to."""
        self.trail = trail
        self._decided: dict[tuple[str, str], iam.Decision] = {}

    def delivery(self, action: str, targets: tuple[Tokens, ...] | None = None) -> Request:
        """Return the request that CloudTrail makes through the role."""
        own = arn_of(self.trail.tokens)
        role = self.trail.role
        assert own is not None
        return Request(
            action,
            self.trail.stream_targets if targets is None else targets,
            {
                "aws:requestedregion": own.region,
                "aws:principalaccount": own.account,
                "aws:resourceaccount": own.account,
                "aws:principalarn": role.naming.arn(role.resource) if role else ("*",),
                "aws:principaltype": ("AssumedRole",),
                "aws:securetransport": ("true",),
                "aws:principalisawsservice": ("false",),
                "aws:multifactorauthpresent": None,
                "aws:multifactorauthage": None,
                "aws:username": None,
            },
            self.trail.resolve,
        )

    @property
    def assumption(self) -> Request:
        """Return the request with which CloudTrail assumes the role."""
        own = arn_of(self.trail.tokens)
        assert own is not None
        return Request(
            "sts:AssumeRole",
            (),
            {
                "aws:sourcearn": self.trail.tokens,
                "aws:sourceaccount": own.account,
                "sts:externalid": None,
                "aws:principalisawsservice": ("true",),
                "aws:multifactorauthpresent": None,
                "aws:multifactorauthage": None,
            },
            self.trail.resolve,
            iam.CLOUDTRAIL,
        )

    def allowed(self, action: str) -> iam.Decision | None:
        """Decide whether the role's policies allow an action on the stream; None: no role."""
        role = self.trail.role
        if role is None or not self.trail.stream_targets:
            return None
        key = ("allow", action)
        if key not in self._decided:
            self._decided[key] = iam.allows(role.grants.policies, self.delivery(action))
        return self._decided[key]

    def denied(self, action: str) -> iam.Decision | None:
        """Decide whether a policy of the role, or its boundary, denies an action on the stream."""
        role = self.trail.role
        if role is None or not self.trail.stream_targets:
            return None
        key = ("deny", action)
        if key not in self._decided:
            boundary = role.grants.boundary()
            policies = (*role.grants.policies, *(() if boundary is None else (boundary,)))
            self._decided[key] = iam.denies(policies, self.delivery(action))
        return self._decided[key]

    def bounded(self, action: str) -> iam.Decision | None:
        """Decide whether the permissions boundary admits an action; None: there is no boundary."""
        role = self.trail.role
        boundary = role.grants.boundary() if role is not None else None
        if boundary is None or not self.trail.stream_targets:
            return None
        return iam.allows((boundary,), self.delivery(action))

    @cached_property
    def assumable(self) -> iam.Decision | None:
        """Decide whether the trust policy names CloudTrail, whatever its conditions say."""
        role = self.trail.role
        if role is None:
            return None
        policy, request = role.trust_policy, self.assumption
        stripped = tuple(
            s._replace(tests=()) if s.effect == "Allow" else s for s in policy.document.statements
        )
        bare = policy._replace(document=policy.document._replace(statements=stripped))
        return _weaker(self._unconditionally_denied(policy, request), iam.allows((bare,), request))

    def _unconditionally_denied(self, policy: iam.Policy, request: Request) -> iam.Decision:
        plain = tuple(s for s in policy.document.statements if not s.tests and s.effect == "Deny")
        only = policy._replace(document=policy.document._replace(statements=plain, gaps=()))
        found = iam.denies((only,), request)
        return found._replace(answer=found.answer.negated())

    @cached_property
    def conditions(self) -> iam.Decision | None:
        """Decide whether the trust policy's conditions fit this trail; None: there are none."""
        role, assumable = self.trail.role, self.assumable
        if role is None or assumable is None or assumable.answer is not Answer.YES:
            return None
        if not any(s.tests for s in role.trust.statements):
            return None
        policy, request = role.trust_policy, self.assumption
        allowed = iam.allows((policy,), request)
        if allowed.answer is Answer.NO:
            return allowed
        denied = iam.denies((policy,), request)
        denied = denied._replace(answer=denied.answer.negated())
        return _weaker(denied, allowed)


def _weaker(one: iam.Decision, other: iam.Decision) -> iam.Decision:
    """Return the decision that holds when both must be right."""
    for wanted in (Answer.NO, Answer.MAYBE):
        for decision in (one, other):
            if decision.answer is wanted:
                return decision
    return one if one.matches else other
