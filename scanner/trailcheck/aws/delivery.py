"""What a verdict says about a permission that delivery needs, for the rules that ask about one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws import iam
from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import same, show
from trailcheck.aws.grants import existing
from trailcheck.aws.policy import Element
from trailcheck.aws.policy_reader import read
from trailcheck.aws.policy_variables import never_filled
from trailcheck.aws.views import GroupLink, UnknownLink
from trailcheck.graph import Kind
from trailcheck.value import Reference, Sequence
from trailcheck.verdict import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.aws.iam import Decision, Match
    from trailcheck.aws.views import Role, Trail
    from trailcheck.verdict import Ruling

ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")
"""What the delivery role must be allowed (CloudTrail user guide, "Role policy document")."""


def group_name(trail: Trail) -> str:
    """Say in words which log group the trail delivers to."""
    link = trail.group_link
    if isinstance(link, GroupLink):
        return link.group.address
    if isinstance(link, UnknownLink) or not trail.group_targets:
        return "the linked log group"
    return show(trail.group_targets[0])


def only_the_group(trail: Trail, decision: Decision) -> bool:
    """Tell whether a decision is open only because the linked group is not known."""
    return (
        isinstance(trail.group_link, UnknownLink)
        and not decision.gaps
        and all(match.part == "resource" for match in decision.matches)
    )


def judge_permission(trail: Trail, action: str) -> Ruling | None:
    """Rule on whether the role's policies allow `action` on the group's first stream."""
    decision, role = trail.permissions.allowed(action), trail.role
    if decision is None or role is None:
        return None
    group = group_name(trail)
    chain = (*trail.to_role, *trail.to_group)
    match decision.answer:
        case Answer.YES:
            found = decision.matches[0].evidence(f"allows {action} on {group}")
            message = f"{role} may call {action} on {group}"
            return trail.assuming(trail.passed(message, *found, *chain, subject=role))
        case Answer.MAYBE:
            if only_the_group(trail, decision):
                return None
            message = (
                f"whether {role} may call {action} on {group} is not settled: {decision.reason}"
            )
            return trail.assuming(
                trail.undecided(
                    message, *decision.evidence, *chain, subject=role, needs=decision.needs
                )
            )
        case Answer.NO:
            return trail.assuming(_not_granted(trail, role, action, decision))


def _not_granted(trail: Trail, role: Role, action: str, decision: Decision) -> Ruling:
    group = group_name(trail)
    nearest = decision.matches[0] if decision.matches else None
    chain = (*trail.to_role, *trail.to_group)
    advice = "allow it on the log group's ARN followed by `:*`"
    if nearest is not None and nearest.part in ("resource", "condition"):
        why, found = _miss(trail, nearest, action)
        others = [
            e
            for m in decision.matches[1:4]
            if m.part == nearest.part
            for e in _miss(trail, m, action)[1]
        ]
        message = f"{role} may not call {action} on {group}: {why}; {advice}"
        return trail.failed(message, *found, *others, *chain, subject=role, absence=True)
    refused = [p for p in role.grants.policies if p.document.refused]
    if refused:
        policy = refused[0]
        message = (
            f"{role} may not call {action}: IAM refuses {policy.label}: {policy.document.refused}"
        )
        found = iam.placed(policy.document.refused, policy.document.span, policy.evidence)
        return trail.failed(message, *found, *chain, subject=role, absence=True)
    loose = tuple(_unattached(trail, role, action))
    if role.grants.policies:
        message = f"{role} may not call {action}: none of its policies allows it; {advice}"
        places = _nearest_actions(decision, action) or tuple(
            Evidence(f"does not allow {action}", p.evidence[0].span) for p in role.grants.policies
        )
        return trail.failed(message, *loose, *places, *chain, subject=role, absence=True)
    message = f"{role} may not call {action}: no policy is attached to it"
    return trail.failed(
        message,
        *loose,
        role.here("no policy is attached to this role"),
        *chain,
        subject=role,
        absence=True,
    )


def _nearest_actions(decision: Decision, action: str) -> tuple[Evidence, ...]:
    """Point at the actions of statements that already speak of the same service."""
    service = action.split(":", 1)[0]
    found: list[Evidence] = []
    for match in decision.matches:
        named = (show(a.tokens) for a in match.statement.actions or () if isinstance(a, Element))
        if match.part == "action" and any(a.lower().startswith(f"{service}:") for a in named):
            found += match.evidence(f"does not allow {action}")
    return iam.unique(found)


def _miss(trail: Trail, match: Match, action: str) -> tuple[str, tuple[Evidence, ...]]:
    """Say how a statement misses, and where."""
    if match.part == "condition":
        why = match.why or "its condition does not hold"
        return why, match.evidence(why)
    statement = match.statement
    items = [i for i in statement.resources or () if isinstance(i, Element)]
    bare = [trail.resolve(target) for target in trail.group_targets]
    for item in items:
        tokens = trail.resolve(item.tokens)
        if any(same(tokens, target) for target in bare):
            note = "the log group without `:*`, which covers none of its streams"
            return "its policy names " + note, iam.placed(
                note, item.span, match.policy.evidence, item
            )
    if statement.not_resources is not None:
        note = "NotResource leaves out the log group"
        return note, match.evidence(note)
    if not items:
        return "its policy names another resource", match.evidence(f"allows {action}, but not here")
    item, gap = next(((i, gap) for i in items if (gap := never_filled(i))), (items[0], None))
    why = f"and {gap.reason}" if gap is not None else f"not the streams of {group_name(trail)}"
    note = f"covers {show(trail.resolve(item.tokens))}, {why}"
    return f"its policy {note}", iam.placed(note, item.span, match.policy.evidence, item)


def _unattached(trail: Trail, role: Role, action: str) -> Iterator[Evidence]:
    """Point at policies that would allow the action if they were attached."""
    attached = {policy.label for policy in role.grants.policies}
    for resource in trail.graph.resources(Kind.MANAGED_POLICY):
        if resource.external or resource.address in attached:
            continue
        if existing(trail.naming, resource) is False:
            continue
        attribute = resource.get("policy")
        document = read(attribute.value, trail.world.settle)
        policy = iam.Policy(resource.address, document, (Evidence("", attribute.span),))
        if iam.allows((policy,), trail.permissions.delivery(action)).answer is Answer.YES:
            yield Evidence(
                f"{resource.address} would allow it, but is not attached to {role}", resource.span
            )
    for kind in (Kind.INLINE_POLICY, Kind.POLICY_ATTACHMENT, Kind.MANAGED_POLICY):
        for resource in trail.graph.resources(kind):
            if resource.external:
                continue
            attribute = resource.get("roles")
            stated = trail.world.settle(attribute.value)
            for item in stated.items if isinstance(stated, Sequence) else (stated,):
                if trail.world.settle(item) == Reference(role.address, "arn"):
                    yield Evidence(
                        "names the role by its ARN, where its name belongs", attribute.span
                    )
