"""What takes policies away from a role again: Terraform's exclusive mechanisms.

`inline_policy` and `managed_policy_arns` of a role, the `*_exclusive` resources and
`aws_iam_policy_attachment` remove what they do not list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer, any_of
from trailcheck.aws.arn import Opaque, same
from trailcheck.aws.grants import existing, unsettled
from trailcheck.aws.policy import gap_of
from trailcheck.aws.wildcard import matches
from trailcheck.graph import Dialect, Kind
from trailcheck.record import NamedTuple
from trailcheck.value import Known, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.aws.arn import Tokens
    from trailcheck.aws.grants import Grant, Grants
    from trailcheck.aws.policy import Gap
    from trailcheck.graph import Attribute, Resource
    from trailcheck.value import Value


class Exclusion(NamedTuple):
    """Something that keeps only the policies it lists."""

    resource: Resource
    attribute: Attribute
    inline: bool
    listed: tuple[Tokens, ...]
    unsure: Gap | None
    """Why the list is not known in full."""
    only: Tokens = ()
    """For an exclusive attachment of one policy: that policy's ARN."""


def exclusions(grants: Grants) -> tuple[Exclusion, ...]:
    """Return the mechanisms that remove policies which they do not list (Terraform only)."""
    if grants.naming.graph.dialect is not Dialect.TERRAFORM:
        return ()
    return (*_of_role(grants), *_of_resources(grants), *_of_attachments(grants))


def _of_role(grants: Grants) -> Iterator[Exclusion]:
    role = grants.role
    if role.dialect is not Dialect.TERRAFORM:
        return
    for name, inline in (("inline_policies", True), ("managed_policy_arns", False)):
        attribute = role.get(name)
        stated = grants.naming.world.settle(attribute.value)
        if not (isinstance(stated, Known) and stated.data is None):
            kept = tuple(g.name for g in grants.grants if g.within and g.inline is inline)
            unsure = None if isinstance(stated, Sequence) else unsettled(stated, name)
            yield Exclusion(role, attribute, inline, kept, unsure)


def _of_resources(grants: Grants) -> Iterator[Exclusion]:
    for kind, name, inline in (
        (Kind.EXCLUSIVE_INLINE_POLICIES, "policy_names", True),
        (Kind.EXCLUSIVE_ATTACHMENTS, "policy_arns", False),
    ):
        for resource in grants.naming.graph.resources(kind):
            exists = existing(grants.naming, resource)
            named = resource.get("role").value
            concerns = grants.named(named)
            if exists is False or concerns is Answer.NO:
                continue
            listed, unsure = _texts(grants, resource.get(name).value)
            if not isinstance(exists, bool):
                unsure = exists
            elif concerns is Answer.MAYBE:
                unsure = unsettled(grants.naming.world.settle(named), "the role")
            yield Exclusion(resource, resource.get(name), inline, listed, unsure)


def _of_attachments(grants: Grants) -> Iterator[Exclusion]:
    for resource in grants.naming.graph.resources(Kind.POLICY_ATTACHMENT):
        # NOTE: this one type owns every attachment of its policy in the account.
        if resource.type != "aws_iam_policy_attachment":
            continue
        exists = existing(grants.naming, resource)
        answer, doubt = grants.lists(resource.get("roles").value)
        if exists is False or answer is Answer.YES:
            continue
        arn = grants.naming.expand(resource.get("policy_arn").value)
        unsure = doubt if isinstance(exists, bool) else exists
        if arn:
            yield Exclusion(resource, resource.get("roles"), False, (), unsure, only=arn)


def _texts(grants: Grants, value: Value) -> tuple[tuple[Tokens, ...], Gap | None]:
    settle = grants.naming.world.settle
    settled = settle(value)
    if not isinstance(settled, Sequence):
        return (), None if isinstance(settled, Known) else unsettled(settled, "the list")
    found: list[Tokens] = []
    unsure: Gap | None = None
    for item in settled.items:
        each = settle(item)
        tokens = grants.naming.expand(each)
        if tokens is None:
            unsure = unsettled(each, "the list")
        else:
            found.append(tokens)
    return tuple(found), unsure


def survives(grant: Grant, exclusion: Exclusion) -> Answer:
    """Answer whether a mechanism leaves a policy of the role in place."""
    if exclusion.inline is not grant.inline or _own(grant, exclusion):
        return Answer.YES
    if exclusion.only:
        if not same(exclusion.only, grant.name):
            return Answer.YES
        return Answer.MAYBE if exclusion.unsure else Answer.NO
    kept = any_of(
        Answer.YES if same(grant.name, listed) else matches(listed, grant.name, wild=False)
        for listed in exclusion.listed
        if grant.name
    )
    if kept is Answer.NO and (exclusion.unsure or not grant.name):
        return Answer.MAYBE
    return kept


def unspelled(exclusive: tuple[Exclusion, ...]) -> Iterator[Gap]:
    """Yield what code does not spell out of the texts that the lists name policies by."""
    for each in exclusive:
        for token in (token for listed in each.listed for token in listed):
            if isinstance(token, Opaque):
                yield gap_of(token.value)


def _own(grant: Grant, exclusion: Exclusion) -> bool:
    """Tell whether the mechanism itself gives the policy."""
    if grant.within:
        return exclusion.resource.kind is Kind.ROLE
    return exclusion.resource is grant.resource
