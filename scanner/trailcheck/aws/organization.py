"""The streams of an organization trail: `o-<id>_<account>_CloudTrail_<region>`.

The organization's id is seldom in the code. A literal id in a policy stands for the deployment's
own, as a literal account does. (CloudTrail user guide, "Role policy document" for organization
trails.)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.aws import iam
from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import Opaque
from trailcheck.aws.policy import Gap
from trailcheck.value import Symbol, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.aws.arn import Token, Tokens
    from trailcheck.aws.iam import Decision
    from trailcheck.aws.views import Role, Trail

_ID = r"o-[a-z0-9]{2,32}(?=[_*])"
_MARK = "log-stream:"


def covered(trail: Trail, role: Role, action: str) -> Decision:
    """Decide whether the role's policies allow an action on the members' streams."""
    policies = role.grants.policies
    for prefix in _prefixes(role):
        decision = iam.allows(
            policies, trail.permissions.delivery(action, trail.streams(*prefix, "_"))
        )
        if decision.answer is Answer.YES:
            return decision
    unknown = Unknown(
        "the organization's id", "the organization's id is not known", needs=("organization id",)
    )
    anyone = ("o-", Opaque(unknown, "[a-z0-9]", filled=True), "_")
    return iam.allows(policies, trail.permissions.delivery(action, trail.streams(*anyone)))


def _prefixes(role: Role) -> Iterator[tuple[Token, ...]]:
    """Yield what the policies themselves write for the organization's id."""
    for policy in role.grants.policies:
        for statement in policy.document.statements:
            for item in statement.resources or ():
                if not isinstance(item, Gap) and (found := _id_in(item.tokens)):
                    yield found


def _id_in(tokens: Tokens) -> tuple[Token, ...] | None:
    for n, token in enumerate(tokens):
        if not isinstance(token, str) or _MARK not in token:
            continue
        rest = token.rpartition(_MARK)[2]
        if match := re.match(_ID, rest):
            return (match[0],)
        following = tokens[n + 1] if n + 1 < len(tokens) else ""
        if isinstance(following, Opaque) and not isinstance(following.value, Symbol):
            if rest == "o-":
                return ("o-", following)
            if rest == "" and "org" in repr(following.value):
                return (following,)
    return None
