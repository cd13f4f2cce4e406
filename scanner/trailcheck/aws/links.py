"""What a trail is linked to: its log group, and the role that it delivers through.

A link is one of a closed set: nothing, something unknown, something that cannot be right, an ARN of
something declared elsewhere, or a declared resource, found by reference or by its literal name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import Opaque, arn_of, joined, literal, same, show, split, tokens_of
from trailcheck.aws.view import LogGroup, Role
from trailcheck.aws.wildcard import matches
from trailcheck.graph import Dialect, Kind
from trailcheck.record import NamedTuple
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
from trailcheck.verdict import Evidence

if TYPE_CHECKING:
    from trailcheck.aws.arn import Arn, Tokens
    from trailcheck.aws.view import View
    from trailcheck.world import Settled


class NoLink(NamedTuple):
    """Nothing is linked: the argument is not stated, null or empty."""

    evidence: tuple[Evidence, ...]


class UnknownLink(NamedTuple):
    """Code does not settle what is linked."""

    reason: str
    needs: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    tokens: Tokens = ()
    refused: bool = False
    """Whether the deployment tool itself refuses it: what it refers to is not there."""

    @property
    def surely_stated(self) -> bool:
        """Whether the text is not empty, whatever its unknown parts are."""
        return any(
            isinstance(t, str) or not isinstance(t.value, Unknown) for t in bare(self.tokens)
        )


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
    spelled: bool = True
    """Whether the code spells the ARN; not if it refers to the group."""


class RoleLink(NamedTuple):
    """A role that this root declares or looks up."""

    role: Role
    tokens: Tokens
    evidence: tuple[Evidence, ...]
    spelled: bool = True


ToGroup: TypeAlias = "NoLink | UnknownLink | WrongLink | OutsideLink | GroupLink"
ToRole: TypeAlias = "NoLink | UnknownLink | WrongLink | OutsideLink | RoleLink"


def bare(tokens: Tokens) -> Tokens:
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


def group_link(trail: View) -> ToGroup:
    """Resolve what a trail delivers to."""
    value = trail.value("log_group_arn")
    evidence = trail.at("log_group_arn", "the link to the log group")
    match value:
        case Known(data=None):
            return NoLink(
                (
                    Evidence(
                        "the trail states no log group", trail.resource.get("log_group_arn").span
                    ),
                )
            )
        case Unknown():
            reason, needs = _unsettled(value)
            return UnknownLink(reason, needs, evidence, tokens_of(value) or (), value.refused)
        case Handle() | Sequence() | Mapping() | Encoded():
            return WrongLink("it is not the ARN of a log group", evidence)
        case Known() | Text() | Reference() | Symbol():
            tokens = tokens_of(value)
            if tokens is None:
                return WrongLink("it is not the ARN of a log group", evidence)
            if _empty(tokens):
                return NoLink(evidence)
            return _group_of(trail, value, tokens, evidence)


def _group_of(trail: View, value: Settled, raw: Tokens, evidence: tuple[Evidence, ...]) -> ToGroup:
    first = raw[0].value if isinstance(raw[0], Opaque) else None
    if isinstance(first, Reference):
        target = trail.naming.graph.resource(first.address)
        if target is not None and target.kind is not Kind.LOG_GROUP:
            return WrongLink(f"{first.address} is a {target.kind.value}, not a log group", evidence)
        if target is not None and first.attribute == "arn":
            problem, doubt = _suffix(trail, raw[1:])
            group = LogGroup(target, trail.naming)
            tokens = joined((*group.tokens, *raw[1:]))
            return GroupLink(group, tokens, evidence, problem, doubt, spelled=False)
    tokens = trail.naming.written_out(raw)
    arn = arn_of(tokens)
    groups = [LogGroup(r, trail.naming) for r in trail.naming.graph.resources(Kind.LOG_GROUP)]
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
    found = _named(name, arn, groups)
    if found is not None:
        return GroupLink(found, tokens, evidence, problem, doubt)
    if literal(name) is None and any(
        isinstance(t, Opaque) and isinstance(t.value, Unknown) for t in name
    ):
        reason, needs = _unsettled(value)
        return UnknownLink(reason, needs, evidence, tokens)
    return OutsideLink(tokens, evidence, problem, doubt)


def _not_an_arn(
    tokens: Tokens, value: Settled, evidence: tuple[Evidence, ...], groups: list[LogGroup]
) -> ToGroup:
    """Judge a link that is not spelled as an ARN: a group's name, or unsettled text."""
    for group in groups:
        if same(tokens, group.name) or same(bare(tokens), group.name):
            return GroupLink(group, (), evidence, f"it is the name of {group}, not its ARN")
    first = tokens[0]
    begins = isinstance(first, Opaque) or "arn:".startswith(first) or first.startswith("arn:")
    if begins and any(isinstance(t, Opaque) for t in tokens):
        reason, needs = _unsettled(value)
        return UnknownLink(reason, needs, evidence, tokens)
    return WrongLink(f"{show(tokens)} is not the ARN of a log group", evidence)


def _may_be(field: Tokens, word: str) -> bool:
    return matches((word,), field, wild=False) is not Answer.NO


def _suffix(trail: View, rest: Tokens) -> tuple[str, str]:
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
        told = f" ({why})" if trail.resource.dialect is Dialect.CLOUDFORMATION else ""
        return f"it ends in `:*` twice{told}", ""
    if text == ":log-stream:*":
        return "", "CloudTrail documents `:*` after the log group's name, and not `:log-stream:*`"
    return f"{text!r} follows the log group's name, where CloudTrail requires `:*`", ""


def _named(name: Tokens, arn: Arn, groups: list[LogGroup]) -> LogGroup | None:
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


_NOT_ARNS = ("unique_id", "create_date", "RoleId")
"""Attributes of a role that are never an ARN."""


def role_link(trail: View) -> ToRole:
    """Resolve the role that a trail delivers through."""
    value = trail.value("role_arn")
    evidence = trail.at("role_arn", "the link to the role")
    match value:
        case Known(data=None) | Known(data=""):
            return NoLink(
                (Evidence("the trail states no role", trail.resource.get("role_arn").span),)
            )
        case Unknown():
            reason, needs = _unsettled(value)
            return UnknownLink(reason, needs, evidence, tokens_of(value) or (), value.refused)
        case Handle() | Sequence() | Mapping() | Encoded():
            return WrongLink("it is not the ARN of a role", evidence)
        case Known() | Text() | Reference() | Symbol():
            tokens = tokens_of(value)
            if tokens is None:
                return WrongLink("it is not the ARN of a role", evidence)
            return _role_of(trail, value, tokens, evidence)


def _other_path(role: Role, own: Arn, said: Arn) -> str:
    """Return the path of a role if an ARN has the role's name behind another one; else nothing.

    A name is unique among the roles of an account, whatever their paths are (IAM user guide, "IAM
    identifiers"), so that no role has such an ARN.
    """
    name = role.naming.name(role.resource)
    if role.resource.external or role.exists is not True:
        return ""
    if matches(own.account, said.account, wild=False) is Answer.NO:
        return ""
    mine, stated = (literal(_before(each.resource, name)) for each in (own, said))
    if not mine or not stated or mine == stated or not stated.endswith("/"):
        return ""
    return mine.removeprefix("role")


def _before(tokens: Tokens, end: Tokens) -> Tokens:
    """Return what stands before the end of a text, or nothing if it does not end so."""
    at = len(tokens) - len(end)
    if at < 0 or not end or not same(tokens[at + 1 :], end[1:]):
        return ()
    last, wanted = tokens[at], end[0]
    if isinstance(last, str) and isinstance(wanted, str):
        front = last.removesuffix(wanted) if last.endswith(wanted) else ""
        return joined((*tokens[:at], front)) if front else ()
    return tokens[:at] if same((last,), (wanted,)) else ()


def _role_of(trail: View, value: Settled, raw: Tokens, evidence: tuple[Evidence, ...]) -> ToRole:
    roles = [Role(r, trail.naming) for r in trail.naming.graph.resources(Kind.ROLE)]
    if isinstance(value, Reference):
        target = trail.naming.graph.resource(value.address)
        if target is not None and target.kind is not Kind.ROLE:
            return WrongLink(f"{value.address} is a {target.kind.value}, not a role", evidence)
        if target is not None and target.place.elsewhere != trail.resource.place.elsewhere:
            reason = f"{value.address} is in the account of other stacks than {trail}"
            return UnknownLink(reason, (f"{value.address}.arn",), evidence, raw)
        if target is not None and value.attribute == "arn":
            role = Role(target, trail.naming)
            return RoleLink(role, trail.naming.arn(target), evidence, spelled=False)
        if target is not None and value.attribute in _NOT_ARNS:
            return WrongLink(f"{value.address}.{value.attribute} is not the role's ARN", evidence)
        if target is None:
            kind = next((w for t, w in _NOT_ROLES.items() if f".{t}." in f".{value.address}"), "")
            if kind:
                return WrongLink(f"{value.address} is {kind}, not a role", evidence)
            reason, needs = _unsettled(value)
            return UnknownLink(reason, needs, evidence, raw)
    tokens = trail.naming.written_out(raw)
    arn = arn_of(tokens)
    if arn is None:
        for role in roles:
            if same(tokens, trail.naming.name(role.resource)):
                return WrongLink(f"it is the name of {role}, not its ARN", (*evidence, role.here()))
        if isinstance(tokens[0], Opaque) and not tokens[0].letters:
            reason, needs = _unsettled(value)
            return UnknownLink(reason, needs, evidence, raw)
        return WrongLink(f"{show(tokens)} is not the ARN of a role", evidence)
    if not _may_be(arn.service, "iam"):
        return WrongLink(f"{show(tokens)} is not the ARN of a role", evidence)
    if matches(("role/*",), arn.resource) is Answer.NO:
        return WrongLink(f"{show(tokens)} is not the ARN of a role", evidence)
    for role in roles:
        own = arn_of(trail.naming.arn(role.resource))
        fits = own is not None and same(own.resource, arn.resource)
        if (
            fits
            and own is not None
            and matches(own.account, arn.account, wild=False) is not Answer.NO
        ):
            return RoleLink(role, tokens, evidence)
        if own is not None and (path := _other_path(role, own, arn)):
            why = f"{show(tokens)} has the name of {role} behind another path than its own, {path}"
            return WrongLink(why, (*evidence, role.here()))
    if any(isinstance(t, Opaque) and isinstance(t.value, Unknown) for t in arn.resource):
        reason, needs = _unsettled(value)
        return UnknownLink(reason, needs, evidence, tokens)
    return OutsideLink(tokens, evidence)
