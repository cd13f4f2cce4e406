"""Typed questions about a trail and what stands on its chain: link, group, role.

A view reads the graph in one world. It is cheap to make, and works out what is asked for, once.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from trailcheck.aws import events, iam
from trailcheck.aws.arn import (
    NAME,
    Answer,
    Arn,
    Opaque,
    arn_of,
    joined,
    literal,
    matches,
    same,
    show,
    split,
    tokens_of,
)
from trailcheck.aws.deployment import Deployment
from trailcheck.aws.grants import Grants, existing
from trailcheck.aws.naming import Naming
from trailcheck.aws.policy import Document, Gap, gap_of, read
from trailcheck.config import Config
from trailcheck.graph import Dialect, Kind
from trailcheck.value import (
    Encoded,
    Handle,
    Known,
    Mapping,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
    parts_of,
)
from trailcheck.verdict import Evidence, Outcome, Ruling

if TYPE_CHECKING:
    from trailcheck.aws.arn import Tokens
    from trailcheck.graph import Attribute, Graph, Resource
    from trailcheck.verdict import Severity
    from trailcheck.world import Settled, World


class Context(NamedTuple):
    """What a view knows beside the code: the caller's settings."""

    config: Config = Config()


class NoLink(NamedTuple):
    """Nothing is linked: the argument is not stated, null or empty."""

    evidence: tuple[Evidence, ...]


class UnknownLink(NamedTuple):
    """Code does not settle what is linked."""

    reason: str
    needs: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    tokens: Tokens = ()

    @property
    def surely_stated(self) -> bool:
        """Whether the text is not empty, whatever its unknown parts are."""
        bare = _bare(self.tokens)
        return any(isinstance(t, str) or not isinstance(t.value, Unknown) for t in bare)


class WrongLink(NamedTuple):
    """What is linked cannot be a log group, or a role."""

    problem: str
    evidence: tuple[Evidence, ...]


class OutsideLink(NamedTuple):
    """An ARN of something that this root does not declare."""

    tokens: Tokens
    evidence: tuple[Evidence, ...]
    problem: str = ""
    """What is wrong with the form of a log group's ARN."""
    doubt: str = ""
    """Why the form may be wrong."""


class GroupLink(NamedTuple):
    """A log group that this root declares or looks up."""

    group: LogGroup
    tokens: Tokens
    evidence: tuple[Evidence, ...]
    problem: str = ""
    doubt: str = ""


class RoleLink(NamedTuple):
    """A role that this root declares or looks up."""

    role: Role
    tokens: Tokens
    evidence: tuple[Evidence, ...]


ToGroup: TypeAlias = "NoLink | UnknownLink | WrongLink | OutsideLink | GroupLink"
ToRole: TypeAlias = "NoLink | UnknownLink | WrongLink | OutsideLink | RoleLink"


class View:
    """One resource in one world."""

    def __init__(self, resource: Resource, naming: Naming) -> None:
        """Read `resource` through `naming`."""
        self.resource = resource
        self.naming = naming

    def __str__(self) -> str:
        return self.resource.address

    @property
    def address(self) -> str:
        """The address of the resource."""
        return self.resource.address

    @cached_property
    def exists(self) -> bool | Gap:
        """Whether it is created in this world, or why that is not known."""
        return existing(self.naming, self.resource)

    def value(self, name: str) -> Settled:
        """Return an attribute as it is in this world."""
        return self.naming.world.settle(self.resource.get(name).value)

    def at(self, name: str, note: str) -> tuple[Evidence, ...]:
        """Return the place of an attribute's value, with the steps that it came through."""
        attribute = self.resource.get(name)
        return evidence_of(attribute, self.naming.world.settle(attribute.value), note)

    def here(self, note: str = "") -> Evidence:
        """Return the place of the resource itself."""
        return Evidence(note or f"the {self.resource.kind.value}", self.resource.span)

    def flag(self, name: str) -> bool | Gap:
        """Return a boolean attribute, or why it is not known; null and absent are false."""
        value = self.value(name)
        match value:
            case Known(data=bool()):
                return bool(value.data)
            case Known(data=str()):
                return str(value.data).lower() == "true"
            case Known(data=None):
                return False
            case Unknown() | Reference() | Symbol() | Handle():
                return gap_of(value)
            case _:
                return Gap(f"{name.replace('_', ' ')} is not a boolean", (), value.span, value.via)


class LogGroup(View):
    """A log group."""

    @property
    def tokens(self) -> Tokens:
        """Its ARN, without `:*`."""
        return self.naming.arn(self.resource)

    @property
    def name(self) -> Tokens:
        """Its name."""
        return self.naming.name(self.resource)


    @property
    def retention_ignored(self) -> bool:
        """Whether Terraform lets the retention drift from what the code says."""
        ignored = self.resource.ignored_changes
        return any(name in ignored for name in ("all", "retention_days", "retention_in_days"))

    @property
    def retention(self) -> int | str | None:
        """Days that it keeps records, or "never" (expires); None where code does not settle it."""
        if self.resource.external or self.retention_ignored:
            return None
        value = self.value("retention_days")
        if not isinstance(value, Known) or isinstance(value.data, bool):
            return None
        if value.data is None or value.data == "":
            return "never"
        try:
            days = int(str(value.data))
        except ValueError:
            return None
        return days or "never"


class Role(View):
    """An IAM role."""

    @cached_property
    def grants(self) -> Grants:
        """Its policies."""
        return Grants(self.resource, self.naming)

    @cached_property
    def trust(self) -> Document:
        """Its trust policy."""
        return read(self.resource.get("trust_policy").value, self.naming.world.settle, trust=True)

    @cached_property
    def trust_policy(self) -> iam.Policy:
        """Its trust policy as the evaluator takes it."""
        where = (*self.at("trust_policy", "the trust policy"), self.here())
        return iam.Policy(f"the trust policy of {self}", self.trust, where)


class Trail(View):
    """A CloudTrail trail, with the whole of its chain."""

    def __init__(
        self, resource: Resource, graph: Graph, world: World, context: Context | None = None
    ) -> None:
        """Read the trail `resource` of `graph` in `world`."""
        super().__init__(resource, Naming(graph, world))
        self.graph = graph
        self.world = world
        self.context = context if context is not None else Context()

    # --- links ------------------------------------------------------------------------------------

    @cached_property
    def group_link(self) -> ToGroup:
        """What the trail delivers to."""
        return _group_link(self)

    @cached_property
    def role_link(self) -> ToRole:
        """The role that the trail delivers through."""
        return _role_link(self)

    @property
    def group(self) -> LogGroup | None:
        """The linked log group, if the root declares or looks it up and it is created."""
        link = self.group_link
        return link.group if isinstance(link, GroupLink) and link.group.exists is not False else None

    @property
    def role(self) -> Role | None:
        """The linked role, if the root declares it and it is created."""
        link = self.role_link
        if not isinstance(link, RoleLink) or link.role.resource.external or link.role.exists is False:
            return None
        return link.role

    @property
    def to_group(self) -> tuple[Evidence, ...]:
        """The chain from the trail to its group, for the end of a verdict's evidence."""
        link = self.group_link
        found = [self.here()]
        if not isinstance(link, NoLink):
            found += self.at("log_group_arn", "the link to the log group")
        if isinstance(link, GroupLink):
            found.append(link.group.here())
        return tuple(found)

    @property
    def to_role(self) -> tuple[Evidence, ...]:
        """The chain from the trail to its role."""
        link = self.role_link
        found = [self.here()]
        if not isinstance(link, NoLink):
            found += self.at("role_arn", "the link to the role")
        if isinstance(link, RoleLink):
            found.append(link.role.here())
        return tuple(found)

    # --- the deployment ---------------------------------------------------------------------------

    @property
    def tokens(self) -> Tokens:
        """The trail's ARN."""
        return self.naming.arn(self.resource)

    @cached_property
    def deployment(self) -> Deployment:
        """What the trail's account, Region and partition are taken to be."""
        found = Deployment(self.context.config)
        own = arn_of(self.tokens)
        if own is None:
            return found
        said: list[tuple[Tokens, str]] = []
        for link, what in ((self.group_link, "the log group's ARN"), (self.role_link, "the role's ARN")):
            if not isinstance(link, NoLink | WrongLink) and link.tokens:
                said.append((link.tokens, what))
        for tokens, what in said:
            if (arn := arn_of(tokens)) is not None:
                found.assume_arn(own, arn, f"in {what}")
        role = self.role
        if role is not None:
            for statement in role.trust.statements:
                for test in statement.tests:
                    if isinstance(test, Gap) or statement.effect != "Allow":
                        continue
                    _assume_condition(found, own, test)
            if self.stream_targets:
                patterns = [
                    (item.tokens, f"in a policy of {role}")
                    for grant in role.grants.grants
                    for statement in grant.policy.document.statements
                    if statement.effect == "Allow"
                    for item in statement.resources or ()
                    if not isinstance(item, Gap)
                ]
                for target in self.stream_targets:
                    found.assume_patterns(
                        [(self.naming.written_out(p), w) for p, w in patterns], target
                    )
        return found

    def resolve(self, tokens: Tokens) -> Tokens:
        """Write references out and put in the literals that symbols are known to be."""
        return self.deployment.resolve(self.naming.written_out(tokens))

    # --- delivery ---------------------------------------------------------------------------------

    @cached_property
    def group_targets(self) -> tuple[Tokens, ...]:
        """Descriptions of the linked group's ARN, without `:*`; none if nothing is linked."""
        link = self.group_link
        match link:
            case NoLink() | WrongLink():
                return ()
            case GroupLink():
                return (link.group.tokens,)
            case OutsideLink():
                return (joined(_bare(link.tokens)),)
            case UnknownLink():
                own = arn_of(self.tokens)
                assert own is not None
                name = Opaque(Unknown(f"the log group of {self}", link.reason, needs=link.needs), NAME, filled=True)
                known = Arn(own.partition, ("logs",), own.region, own.account, ("log-group:", name)).tokens
                return (joined(_bare(link.tokens)), known) if link.tokens else (known,)

    @property
    def group_name_tokens(self) -> Tokens:
        """The name of the linked log group; empty if nothing is linked or the link is not known."""
        link = self.group_link
        if isinstance(link, GroupLink):
            return link.group.name if link.group.exists is not False else ()
        arn = arn_of(link.tokens) if isinstance(link, OutsideLink) else None
        return split(arn.resource, 2)[1] if arn is not None else ()

    @cached_property
    def stream_targets(self) -> tuple[Tokens, ...]:
        """Descriptions of the first log stream that CloudTrail writes (user guide, policy example)."""
        own = arn_of(self.tokens)
        assert own is not None
        stream = (*own.account, "_CloudTrail_", *own.region)
        return tuple(joined((*g, ":log-stream:", *stream)) for g in self.group_targets)

    def streams(self, *prefix: str | Opaque) -> tuple[Tokens, ...]:
        """Descriptions of a stream whose name has something before its usual form."""
        own = arn_of(self.tokens)
        assert own is not None
        member = Opaque(Unknown("the member account", "any account of the organization"), "[0-9]", filled=True)
        tail = (":log-stream:", *prefix, member, "_CloudTrail_", *own.region)
        return tuple(joined((*g, *tail)) for g in self.group_targets)

    def delivery(self, action: str, targets: tuple[Tokens, ...] | None = None) -> iam.Request:
        """Return the request that CloudTrail makes through the role."""
        own = arn_of(self.tokens)
        role = self.role
        assert own is not None
        return iam.Request(
            action,
            self.stream_targets if targets is None else targets,
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
            self.resolve,
        )

    @property
    def assumption(self) -> iam.Request:
        """Return the request with which CloudTrail assumes the role."""
        own = arn_of(self.tokens)
        assert own is not None
        return iam.Request(
            "sts:AssumeRole",
            (),
            {
                "aws:sourcearn": self.tokens,
                "aws:sourceaccount": own.account,
                "sts:externalid": None,
                "aws:multifactorauthpresent": None,
                "aws:multifactorauthage": None,
            },
            self.resolve,
            iam.CLOUDTRAIL,
        )

    @cached_property
    def management(self) -> events.Captured:
        """Which management events the trail records."""
        return events.management(
            self.resource.get("event_selectors").value,
            self.resource.get("advanced_event_selectors").value,
            self.world.settle,
        )

    # --- other trails -----------------------------------------------------------------------------

    @cached_property
    def siblings(self) -> tuple[Trail, ...]:
        """Other trails that surely exist, record, and deliver to the same log group."""
        mine = self.group
        if mine is None:
            return ()
        found: list[Trail] = []
        for resource in self.graph.resources(Kind.TRAIL):
            if resource is self.resource or resource.exists != Known(True):
                continue
            other = Trail(resource, self.graph, self.world, self.context)
            if (
                other.group is not None
                and other.group.address == mine.address
                and other.flag("logging") is True
            ):
                found.append(other)
        return tuple(found)

    @property
    def records_everything(self) -> bool:
        """Whether it surely records all management events, reads and writes."""
        return self.management.reads is Answer.YES and self.management.writes is Answer.YES

    # --- decisions --------------------------------------------------------------------------------

    @cached_property
    def _decisions(self) -> dict[tuple[str, str], iam.Decision | None]:
        return {}

    def allowed(self, action: str) -> iam.Decision | None:
        """Decide whether the role's policies allow an action on the first stream; None: no subject."""
        role = self.role
        if role is None or not self.stream_targets:
            return None
        key = ("allow", action)
        if key not in self._decisions:
            self._decisions[key] = iam.allows(role.grants.policies, self.delivery(action))
        return self._decisions[key]

    def denied(self, action: str) -> iam.Decision | None:
        """Decide whether a policy of the role, or its boundary, denies an action on the first stream."""
        role = self.role
        if role is None or not self.stream_targets:
            return None
        key = ("deny", action)
        if key not in self._decisions:
            boundary = role.grants.boundary()
            policies = (*role.grants.policies, *(() if boundary is None else (boundary,)))
            self._decisions[key] = iam.denies(policies, self.delivery(action))
        return self._decisions[key]

    def bounded(self, action: str) -> iam.Decision | None:
        """Decide whether the permissions boundary admits an action; None: there is no boundary."""
        role = self.role
        boundary = role.grants.boundary() if role is not None else None
        if boundary is None or not self.stream_targets:
            return None
        return iam.allows((boundary,), self.delivery(action))

    @cached_property
    def assumable(self) -> iam.Decision | None:
        """Decide whether the trust policy names CloudTrail, whatever its conditions say."""
        role = self.role
        if role is None:
            return None
        policy, request = role.trust_policy, self.assumption
        stripped = tuple(
            s._replace(tests=()) if s.effect == "Allow" else s for s in policy.document.statements
        )
        bare = policy._replace(document=policy.document._replace(statements=stripped))
        return _weaker(self._unconditionally_denied(policy, request), iam.allows((bare,), request))

    def _unconditionally_denied(self, policy: iam.Policy, request: iam.Request) -> iam.Decision:
        plain = tuple(s for s in policy.document.statements if not s.tests and s.effect == "Deny")
        only = policy._replace(document=policy.document._replace(statements=plain, gaps=()))
        found = iam.denies((only,), request)
        return found._replace(answer=found.answer.negated())

    @cached_property
    def conditions(self) -> iam.Decision | None:
        """Decide whether the trust policy's conditions fit this trail; None: there are none."""
        role, assumable = self.role, self.assumable
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

    # --- rulings ----------------------------------------------------------------------------------

    def passed(self, message: str, *evidence: Evidence, subject: View | None = None) -> Ruling:
        """Rule that everything is right."""
        return self._ruling(Outcome.PASS, message, evidence, subject)

    def failed(
        self,
        message: str,
        *evidence: Evidence,
        subject: View | None = None,
        absence: bool = False,
        severity: Severity | None = None,
    ) -> Ruling:
        """Rule that something is wrong. `absence`: only because something is not there."""
        ruling = self._ruling(Outcome.FAIL, message, evidence, subject)
        return ruling._replace(absence=absence, severity=severity)

    def undecided(
        self, message: str, *evidence: Evidence, subject: View | None = None, needs: tuple[str, ...] = ()
    ) -> Ruling:
        """Rule that code does not settle it; `needs` says what would."""
        return self._ruling(Outcome.UNDECIDED, message, evidence, subject)._replace(needs=needs)

    def _ruling(
        self, outcome: Outcome, message: str, evidence: tuple[Evidence, ...], subject: View | None
    ) -> Ruling:
        return Ruling(outcome, message, iam.unique(evidence), (subject or self).address)

    def assuming(self, ruling: Ruling) -> Ruling:
        """Add what was taken for granted about the deployment."""
        return ruling._replace(assumptions=tuple(self.deployment.assumptions))


def _weaker(one: iam.Decision, other: iam.Decision) -> iam.Decision:
    """Return the decision that holds when both must be right."""
    for wanted in (Answer.NO, Answer.MAYBE):
        for decision in (one, other):
            if decision.answer is wanted:
                return decision
    return one


def evidence_of(attribute: Attribute, value: Settled, note: str) -> tuple[Evidence, ...]:
    """Return the tightest place of a value, then the steps to the argument, then the argument."""
    if not attribute.stated:
        return (Evidence(note, attribute.span),)
    found = [Evidence(note, value.span or attribute.span)]
    found += [Evidence(step.note, step.span) for step in value.via if step.note]
    if value.span is not None and not _within(value, attribute):
        found.append(Evidence("used here", attribute.span))
    return iam.unique(found)


def _within(value: Settled, attribute: Attribute) -> bool:
    inner, outer = value.span, attribute.span
    return (
        inner is not None
        and inner.source is outer.source
        and outer.start <= inner.start
        and inner.end <= outer.end
    )


def _assume_condition(deployment: Deployment, own: Arn, test: object) -> None:
    """Take the literals of a trust policy's conditions for the deployment's own."""
    from trailcheck.aws.policy import Element, Test

    assert isinstance(test, Test)
    if len(test.values) != 1 or not isinstance(test.values[0], Element) or "not" in test.operator.lower():
        return
    said = test.values[0].tokens
    if test.key.lower() == "aws:sourceaccount":
        deployment.assume(own.account, said, "in the trust policy")
    elif test.key.lower() == "aws:sourcearn" and (arn := arn_of(said)) is not None:
        deployment.assume_arn(own, arn, "in the trust policy")


# --- resolving links ------------------------------------------------------------------------------


def _bare(tokens: Tokens) -> Tokens:
    """Take `:*` off the end."""
    last = tokens[-1] if tokens else ""
    if not isinstance(last, str):
        return tokens
    return joined((*tokens[:-1], last.removesuffix(":*")))


def _empty(tokens: Tokens) -> bool:
    return not tokens or literal(tokens) in ("", ":*")


def _unsettled(value: Settled) -> tuple[str, tuple[str, ...]]:
    """Return why a value is not known, and what would settle it."""
    parts = parts_of(value) or ()
    for part in (value, *parts):
        if isinstance(part, Unknown):
            return part.reason, part.needs or (part.name,)
    for part in (value, *parts):
        if isinstance(part, Reference):
            name = f"{part.address}.{part.attribute}"
            return f"{name} is known only after deployment", (name,)
    return "its value is known only after deployment", ()


def _group_link(trail: Trail) -> ToGroup:
    value = trail.value("log_group_arn")
    evidence = trail.at("log_group_arn", "the link to the log group")
    match value:
        case Known(data=None):
            return NoLink((Evidence("the trail states no log group", trail.resource.get("log_group_arn").span),))
        case Unknown():
            reason, needs = _unsettled(value)
            return UnknownLink(reason, needs, evidence, tokens_of(value) or ())
        case Handle() | Sequence() | Mapping() | Encoded():
            return WrongLink("it is not the ARN of a log group", evidence)
        case Known() | Text() | Reference() | Symbol():
            tokens = tokens_of(value)
            if tokens is None:
                return WrongLink("it is not the ARN of a log group", evidence)
            if _empty(tokens):
                return NoLink(evidence)
            return _group_of(trail, value, tokens, evidence)


def _group_of(
    trail: Trail, value: Settled, raw: Tokens, evidence: tuple[Evidence, ...]
) -> ToGroup:
    first = raw[0].value if isinstance(raw[0], Opaque) else None
    if isinstance(first, Reference):
        target = trail.graph.resource(first.address)
        if target is not None and target.kind is not Kind.LOG_GROUP:
            return WrongLink(f"{first.address} is a {target.kind.value}, not a log group", evidence)
        if target is not None and first.attribute == "arn":
            problem, doubt = _suffix(trail, raw[1:])
            group = LogGroup(target, trail.naming)
            return GroupLink(group, joined((*group.tokens, *raw[1:])), evidence, problem, doubt)
    tokens = trail.naming.written_out(raw)
    arn = arn_of(tokens)
    groups = [LogGroup(r, trail.naming) for r in trail.graph.resources(Kind.LOG_GROUP)]
    if arn is None:
        return _not_an_arn(tokens, value, evidence, groups)
    if not _may_be(arn.service, "logs"):
        return WrongLink(f"{show(tokens)} is not the ARN of a log group", evidence)
    fields = split(arn.resource, 2)
    if len(fields) < 2 or not _may_be(fields[0], "log-group"):  # noqa: PLR2004 - word and name
        return WrongLink(f"{show(tokens)} is not the ARN of a log group", evidence)
    name = fields[1]
    if any(isinstance(t, str) and any(c in t for c in "*?") for t in name) or not name:
        return WrongLink(f"{show(tokens)} names no single log group", evidence)
    rest: Tokens = joined((":", *fields[2])) if len(fields) > 2 else ()  # noqa: PLR2004
    problem, doubt = _suffix(trail, rest)
    found = _named(name, arn, groups, trail)
    if found is not None:
        return GroupLink(found, tokens, evidence, problem, doubt)
    if literal(name) is None and any(isinstance(t, Opaque) and isinstance(t.value, Unknown) for t in name):
        reason, needs = _unsettled(value)
        return UnknownLink(reason, needs, evidence, tokens)
    return OutsideLink(tokens, evidence, problem, doubt)


def _not_an_arn(
    tokens: Tokens, value: Settled, evidence: tuple[Evidence, ...], groups: list[LogGroup]
) -> ToGroup:
    """Judge a link that is not spelled as an ARN: a group's name, or text that code does not settle."""
    for group in groups:
        if same(tokens, group.name) or same(_bare(tokens), group.name):
            return GroupLink(group, (), evidence, f"it is the name of {group}, not its ARN")
    first = tokens[0]
    if isinstance(first, Opaque) or "arn:".startswith(first) or first.startswith("arn:"):
        if any(isinstance(t, Opaque) for t in tokens):
            reason, needs = _unsettled(value)
            return UnknownLink(reason, needs, evidence, tokens)
    return WrongLink(f"{show(tokens)} is not the ARN of a log group", evidence)


def _may_be(field: Tokens, word: str) -> bool:
    return matches((word,), field, wild=False) is not Answer.NO


def _suffix(trail: Trail, rest: Tokens) -> tuple[str, str]:
    """Return what is wrong, or may be wrong, with what follows the group's name."""
    text = literal(rest)
    if text is None:
        return "", "what follows the log group's name is not known"
    if text == ":*":
        return "", ""
    if text == "":
        return "it lacks the `:*` at the end that CloudTrail requires", ""
    if text == ":*:*":
        why = "`GetAtt` of a log group's Arn ends in `:*` already"
        told = f" ({why})" if trail.graph.dialect is Dialect.CLOUDFORMATION else ""
        return f"it ends in `:*` twice{told}", ""
    if text == ":log-stream:*":
        return "", "CloudTrail documents `:*` after the log group's name, and not `:log-stream:*`"
    return f"{text!r} follows the log group's name, where CloudTrail requires `:*`", ""


def _named(name: Tokens, arn: Arn, groups: list[LogGroup], trail: Trail) -> LogGroup | None:
    """Return the declared group of this name, the one in the ARN's Region if there are several."""
    found = [g for g in groups if same(g.name, name) and g.exists is not False]
    for group in found:
        place = arn_of(group.tokens)
        if place and all(
            matches(a, b, wild=False) is not Answer.NO
            for a, b in ((place.region, arn.region), (place.account, arn.account))
        ):
            return group
    if found and not any(g.resource.external for g in found):
        return found[0]
    return next((g for g in groups if same(g.name, name)), None) if not found else None


_NOT_ROLES = {
    "aws_iam_instance_profile": "an instance profile",
    "aws_iam_user": "a user",
    "aws_iam_group": "a group of users",
    "aws_iam_policy": "a policy",
}


def _role_link(trail: Trail) -> ToRole:
    value = trail.value("role_arn")
    evidence = trail.at("role_arn", "the link to the role")
    match value:
        case Known(data=None) | Known(data=""):
            return NoLink((Evidence("the trail states no role", trail.resource.get("role_arn").span),))
        case Unknown():
            reason, needs = _unsettled(value)
            return UnknownLink(reason, needs, evidence, tokens_of(value) or ())
        case Handle() | Sequence() | Mapping() | Encoded():
            return WrongLink("it is not the ARN of a role", evidence)
        case Known() | Text() | Reference() | Symbol():
            tokens = tokens_of(value)
            if tokens is None:
                return WrongLink("it is not the ARN of a role", evidence)
            return _role_of(trail, value, tokens, evidence)


def _role_of(trail: Trail, value: Settled, raw: Tokens, evidence: tuple[Evidence, ...]) -> ToRole:
    roles = [Role(r, trail.naming) for r in trail.graph.resources(Kind.ROLE)]
    if isinstance(value, Reference):
        target = trail.graph.resource(value.address)
        if target is not None and target.kind is not Kind.ROLE:
            return WrongLink(f"{value.address} is a {target.kind.value}, not a role", evidence)
        if target is not None and value.attribute == "arn":
            role = Role(target, trail.naming)
            return RoleLink(role, trail.naming.arn(target), evidence)
        if target is None:
            kind = next((w for t, w in _NOT_ROLES.items() if f".{t}." in f".{value.address}"), "")
            if kind:
                return WrongLink(f"{value.address} is {kind}, not a role", evidence)
            reason, needs = _unsettled(value)
            return UnknownLink(reason, needs, evidence, tokens_of(value) or ())
    tokens = trail.naming.written_out(raw)
    arn = arn_of(tokens)
    if arn is None:
        for role in roles:
            if same(tokens, trail.naming.name(role.resource)):
                return WrongLink(f"it is the name of {role}, not its ARN", (*evidence, role.here()))
        if isinstance(tokens[0], Opaque) and not tokens[0].letters:
            reason, needs = _unsettled(value)
            return UnknownLink(reason, needs, evidence, tokens_of(value) or ())
        return WrongLink(f"{show(tokens)} is not the ARN of a role", evidence)
    if not _may_be(arn.service, "iam"):
        return WrongLink(f"{show(tokens)} is not the ARN of a role", evidence)
    if matches(("role/*",), arn.resource) is Answer.NO:
        return WrongLink(f"{show(tokens)} is not the ARN of a role", evidence)
    for role in roles:
        own = arn_of(trail.naming.arn(role.resource))
        fits = own is not None and same(own.resource, arn.resource)
        if fits and own is not None and matches(own.account, arn.account, wild=False) is not Answer.NO:
            return RoleLink(role, tokens, evidence)
    if any(isinstance(t, Opaque) and isinstance(t.value, Unknown) for t in arn.resource):
        reason, needs = _unsettled(value)
        return UnknownLink(reason, needs, evidence, tokens)
    return OutsideLink(tokens, evidence)
