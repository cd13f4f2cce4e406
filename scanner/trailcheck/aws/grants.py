"""Every way in which a role gets its policies, in both dialects.

Inline in the role, inline policies of their own, attachments, managed policies that name their
roles, and Terraform's exclusive attachments, which attach what they list. What they and their like
take away again is in `exclusive.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer, any_of
from trailcheck.aws.arn import arn_of, literal, same, show
from trailcheck.aws.iam import Policy
from trailcheck.aws.managed_document import managed_document
from trailcheck.aws.policy import Document, Element, Gap, gap_of
from trailcheck.aws.policy_reader import read
from trailcheck.aws.wildcard import matches
from trailcheck.graph import Kind
from trailcheck.record import NamedTuple
from trailcheck.value import Handle, Known, Mapping, Reference, Sequence, Symbol, Text, Unknown
from trailcheck.verdict import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.aws.arn import Tokens
    from trailcheck.aws.naming import Naming
    from trailcheck.graph import Attribute, Resource
    from trailcheck.value import Value
    from trailcheck.world import Settled


class Grant(NamedTuple):
    """One policy of a role, with what the exclusive mechanisms know it by."""

    policy: Policy
    inline: bool
    within: bool
    """Whether the role itself states it."""
    name: Tokens
    """The inline policy's name or the managed policy's ARN; empty when the code gives none."""
    resource: Resource | None
    """The resource that attaches it, if not the role."""


def existing(naming: Naming, resource: Resource) -> bool | Gap:
    """Tell whether a resource is created in this world, or why that is not known."""
    value = naming.world.settle(resource.exists)
    match value:
        case Known():
            return value.data is not False
        case Unknown() | Reference() | Symbol() | Handle():
            return gap_of(value, f"whether {resource.address} is created")
        case _:
            return Gap(f"whether {resource.address} is created is not known", (), resource.span)


class Grants:
    """The policies of one role."""

    def __init__(self, role: Resource, naming: Naming) -> None:
        """Collect everything that the graph attaches to `role`."""
        self.role = role
        self.naming = naming
        self._settle = naming.world.settle
        self._documents: dict[str, Document] = {}
        self.grants: tuple[Grant, ...] = _overwritten(tuple(self._collect()))

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy that is or may be attached."""
        return tuple(grant.policy for grant in self.grants)

    def boundary(self) -> Policy | None:
        """Return the role's permissions boundary."""
        attribute = self.role.get("permissions_boundary")
        settled = self._settle(attribute.value)
        if isinstance(settled, Known) and settled.data in (None, ""):
            return None
        return self._by_arn(
            settled, (_stated(attribute, "the permissions boundary", self.role),), None
        )[0]

    # --- collecting -------------------------------------------------------------------------------

    def _collect(self) -> Iterator[Grant]:
        yield from self._inline_of_role()
        yield from self._arns_of_role()
        graph = self.naming.graph
        for resource in graph.resources(Kind.INLINE_POLICY):
            attached = self._concerns(resource, resource.get("roles"))
            if attached is None:
                continue
            written = resource.get("policy")
            evidence = (
                _stated(written, f"the policy of {resource.address}", resource),
                _stated(resource.get("roles"), "the role that it belongs to", resource),
            )
            document = self._document(resource, written)
            name = self.naming.name(resource)
            yield Grant(
                Policy(resource.address, document, evidence, attached.doubt),
                True,
                False,
                name,
                resource,
            )
        for resource in graph.resources(Kind.MANAGED_POLICY):
            if resource.external:
                continue
            attached = self._concerns(resource, resource.get("roles"))
            if attached is None:
                continue
            where = _stated(resource.get("roles"), "the role that it is attached to", resource)
            policy = self._declared(resource, (where,), attached.doubt)
            yield Grant(policy, False, False, self.naming.arn(resource), resource)
        for resource in graph.resources(Kind.POLICY_ATTACHMENT):
            attached = self._concerns(resource, resource.get("roles"))
            if attached is None:
                continue
            arn = resource.get("policy_arn")
            where = _stated(arn, f"attached by {resource.address}", resource)
            policy, name = self._by_arn(self._settle(arn.value), (where,), attached.doubt)
            yield Grant(policy, False, False, name, resource)
        for resource in graph.resources(Kind.EXCLUSIVE_ATTACHMENTS):
            # NOTE: the provider attaches what is listed here and not attached yet.
            attached = self._concerns(resource, resource.get("role"))
            if attached is not None:
                yield from self._listed(resource.get("policy_arns"), resource, attached.doubt)

    def _inline_of_role(self) -> Iterator[Grant]:
        attribute = self.role.get("inline_policies")
        stated = self._settle(attribute.value)
        if isinstance(stated, Sequence):
            for item in stated.items:
                yield from self._inline_block(self._settle(item), attribute)
        elif not isinstance(stated, Known):
            where = _stated(attribute, "the inline policies", self.role)
            yield _unread(
                self.role.address, unsettled(stated, "the inline policies"), where, inline=True
            )

    def _inline_block(self, block: Settled, attribute: Attribute) -> Iterator[Grant]:
        where = _stated(attribute, "an inline policy of the role", self.role)
        if not isinstance(block, Mapping):
            yield _unread(
                self.role.address, unsettled(block, "an inline policy"), where, inline=True
            )
            return
        policy = self._settle(block.items.get("policy", Known(None)))
        if isinstance(policy, Known) and policy.data in (None, ""):
            return
        place = policy.span or block.span
        if place is not None:
            where = Evidence("an inline policy of the role", place)
        name = self.naming.expand(block.items["name"]) if "name" in block.items else ()
        yield Grant(
            Policy(self.role.address, read(policy, self._settle), (where,)),
            True,
            True,
            name or (),
            None,
        )

    def _arns_of_role(self) -> Iterator[Grant]:
        yield from self._listed(self.role.get("managed_policy_arns"), None, None)

    def _listed(
        self, attribute: Attribute, resource: Resource | None, doubt: Gap | None
    ) -> Iterator[Grant]:
        """Yield the managed policies of a list: the role's own, or that of another resource."""
        stated = self._settle(attribute.value)
        note = f"attached by {resource.address}" if resource else "a managed policy of the role"
        where = _stated(attribute, note, resource or self.role)
        if isinstance(stated, Sequence):
            for item in stated.items:
                settled = self._settle(item)
                place = Evidence(where.note, settled.span) if settled.span else where
                policy, name = self._by_arn(settled, (place,), doubt)
                yield Grant(policy, False, resource is None, name, resource)
        elif not (isinstance(stated, Known) and stated.data is None):
            gap = unsettled(stated, "the managed policies")
            unread = _unread(self.role.address, gap, where, inline=False)
            yield unread._replace(within=resource is None, resource=resource)

    class _Attached(NamedTuple):
        doubt: Gap | None

    def _concerns(self, resource: Resource, roles: Attribute) -> _Attached | None:
        """Tell whether a resource names this role: surely, perhaps (a doubt), or not (None)."""
        exists = existing(self.naming, resource)
        if exists is False:
            return None
        answer, doubt = self.lists(roles.value)
        if answer is Answer.NO:
            return None
        if isinstance(exists, Gap):
            return self._Attached(exists)
        return self._Attached(doubt if answer is Answer.MAYBE else None)

    def lists(self, value: Value) -> tuple[Answer, Gap | None]:
        """Answer whether a role name, or a list of them, holds this role's."""
        settled = self._settle(value)
        if isinstance(settled, Sequence):
            found = [self.lists(item) for item in settled.items]
            answer = any_of(a for a, _ in found)
            return answer, next((g for a, g in found if a is Answer.MAYBE), None)
        answer = self.named(settled)
        return answer, unsettled(settled, "the role") if answer is Answer.MAYBE else None

    def named(self, value: Value) -> Answer:
        """Answer whether a value is this role's name."""
        raw = self._settle(value)
        if isinstance(raw, Unknown) and raw.refused:
            # What the deployment tool refuses to evaluate names no role that is declared here.
            return Answer.NO
        tokens = self.naming.expand(value)
        if tokens is None:
            return Answer.MAYBE if isinstance(raw, Handle) else Answer.NO
        own = self.naming.name(self.role)
        if same(tokens, own):
            return Answer.YES
        made_up = self.naming.generated(self.role)
        if made_up and literal(tokens) is not None:
            return Answer.NO
        if isinstance(raw, Reference) and raw.address != self.role.address:
            other = self.naming.graph.resource(raw.address)
            if other is not None and other.kind is Kind.ROLE and not other.external:
                # NOTE: two roles of one configuration cannot have one name.
                return Answer.NO
        return matches(tokens, own, wild=False)

    # --- documents --------------------------------------------------------------------------------

    def _document(self, resource: Resource, attribute: Attribute) -> Document:
        found = self._documents.get(resource.address)
        if found is None:
            settled = self._settle(attribute.value)
            if {"policy", "all"} & set(resource.ignored_changes):
                label = f"the policy of {resource.address}"
                gap = Gap(f"Terraform ignores changes of {label}", (label,), attribute.span)
                found = Document(gaps=(gap,))
            elif isinstance(settled, Known) and settled.data is None:
                found = Document(refused="it has no policy document", span=attribute.span)
            else:
                found = read(settled, self._settle)
            self._documents[resource.address] = found
        return found

    def _declared(
        self, resource: Resource, where: tuple[Evidence, ...], doubt: Gap | None
    ) -> Policy:
        if resource.external:
            gap = Gap(
                f"{resource.address} is declared elsewhere", (resource.address,), resource.span
            )
            return Policy(resource.address, Document(gaps=(gap,)), where, doubt)
        exists = existing(self.naming, resource)
        attribute = resource.get("policy")
        evidence = (_stated(attribute, f"the policy of {resource.address}", resource), *where)
        if exists is False:
            refused = Document(refused=f"{resource.address} is not created", span=resource.span)
            return Policy(resource.address, refused, evidence, doubt)
        doubt = doubt or (exists if isinstance(exists, Gap) else None)
        return Policy(resource.address, self._document(resource, attribute), evidence, doubt)

    def _by_arn(
        self, settled: Settled, where: tuple[Evidence, ...], doubt: Gap | None
    ) -> tuple[Policy, Tokens]:
        """Return the policy that an ARN names: declared, AWS's own, or unknown."""
        graph = self.naming.graph
        tokens = self.naming.expand(settled)
        if isinstance(settled, Reference):
            resource = graph.resource(settled.address)
            if resource is not None and resource.kind is Kind.MANAGED_POLICY:
                if settled.attribute in ("arn", "id"):
                    return self._declared(resource, where, doubt), self.naming.arn(resource)
                wrong = f"{settled.address}.{settled.attribute} is not the policy's ARN"
                return Policy(settled.address, Document(refused=wrong), where, doubt), ()
        if tokens is None:
            gap = unsettled(settled, "the policy's ARN")
            return Policy(gap.reason, Document(gaps=(gap,)), where, doubt), ()
        arn = arn_of(tokens)
        if arn is not None and literal(arn.account) == "aws":
            own = arn_of(self.naming.arn(self.role))
            if own and matches(arn.partition, own.partition, wild=False) is Answer.NO:
                wrong = f"{show(tokens)} is of another partition than the role"
                return Policy(show(tokens), Document(refused=wrong), where, doubt), tokens
            return Policy(show(tokens), managed_document(tokens, where), where, doubt), tokens
        for resource in graph.resources(Kind.MANAGED_POLICY):
            if not resource.external and self._same_arn(tokens, resource):
                return self._declared(resource, where, doubt), self.naming.arn(resource)
        if isinstance(settled, Unknown | Text | Reference | Symbol) and literal(tokens) is None:
            gap = unsettled(settled, "the policy's ARN")
        else:
            gap = Gap(
                f"the policy {show(tokens)} is declared nowhere here", (show(tokens),), settled.span
            )
        return Policy(show(tokens), Document(gaps=(gap,)), where, doubt), tokens

    def _same_arn(self, tokens: Tokens, resource: Resource) -> bool:
        """Tell whether an ARN is a declared policy's; a literal account may be the own one."""
        mine, theirs = arn_of(tokens), arn_of(self.naming.arn(resource))
        return (
            mine is not None
            and theirs is not None
            and same(mine.resource, theirs.resource)
            and mine.service == theirs.service
            and matches(mine.account, theirs.account, wild=False) is not Answer.NO
        )


def _stated(attribute: Attribute, note: str, resource: Resource) -> Evidence:
    """Return evidence at the tightest place of an attribute."""
    if not attribute.stated:
        return Evidence(note, resource.span)
    return Evidence(note, attribute.span)


def unsettled(value: Settled, what: str) -> Gap:
    """Return why a value is not settled."""
    match value:
        case Unknown() | Reference() | Symbol() | Handle():
            return gap_of(value)
        case Text():
            for part in value.parts:
                if isinstance(part, Unknown):
                    return gap_of(part)
            return Gap(f"{what} is known only after deployment", (), value.span, value.via)
        case _:
            return Gap(f"{what} cannot be read", (), value.span, value.via)


def _overwritten(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """Doubt inline policies of one name: a role has one of each, and the last one put stays.

    (IAM API, "PutRolePolicy".) Policies that say the same may share a name.
    """
    by_name: dict[Tokens, list[Grant]] = {}
    for grant in grants:
        if grant.inline and grant.name:
            by_name.setdefault(grant.name, []).append(grant)
    doubts: dict[int, Gap] = {}
    for name, found in by_name.items():
        shared = len({_meaning(grant.policy.document) for grant in found}) > 1
        for grant in found if shared else ():
            reason = (
                f"another policy of the role is called {show(name)} too, and one replaces the other"
            )
            doubts[id(grant)] = Gap(reason, (), grant.policy.evidence[0].span)
    return tuple(
        grant._replace(policy=grant.policy._replace(doubt=doubts[id(grant)]))
        if id(grant) in doubts and grant.policy.doubt is None
        else grant
        for grant in grants
    )


def _meaning(document: Document) -> object:
    """Return what a document says, without its places."""
    if document.gaps or document.refused:
        return document

    def said(items: tuple[Element | Gap, ...] | None) -> object:
        return items and tuple(i.tokens if isinstance(i, Element) else i for i in items)

    return tuple(
        (s.effect, *map(said, (s.actions, s.not_actions, s.resources, s.not_resources)), s.tests)
        for s in document.statements
    )


def _unread(label: str, gap: Gap, where: Evidence, *, inline: bool) -> Grant:
    return Grant(Policy(label, Document(gaps=(gap,)), (where,)), inline, True, (), None)
