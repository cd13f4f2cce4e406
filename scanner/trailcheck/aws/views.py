"""The trail, with the whole of its chain: what rules ask.

A view reads the graph in one world. It is cheap to make, and works out what is asked for, once.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from trailcheck.aws import events, iam
from trailcheck.aws.arn import NAME, Arn, Opaque, arn_of, joined, split
from trailcheck.aws.assuming import deployment_of
from trailcheck.aws.links import (
    GroupLink,
    NoLink,
    OutsideLink,
    RoleLink,
    ToGroup,
    ToRole,
    UnknownLink,
    WrongLink,
    bare,
    group_link,
    role_link,
)
from trailcheck.aws.naming import Naming
from trailcheck.aws.permissions import Permissions
from trailcheck.aws.view import LogGroup, Role, View
from trailcheck.config import Config
from trailcheck.record import NamedTuple
from trailcheck.value import Unknown
from trailcheck.verdict import Evidence, Outcome, Ruling

if TYPE_CHECKING:
    from trailcheck.aws.arn import Tokens
    from trailcheck.aws.deployment import Deployment
    from trailcheck.graph import Graph, Resource
    from trailcheck.verdict import Severity
    from trailcheck.world import World

__all__ = [
    "Context",
    "GroupLink",
    "LogGroup",
    "NoLink",
    "OutsideLink",
    "Role",
    "RoleLink",
    "ToGroup",
    "ToRole",
    "Trail",
    "UnknownLink",
    "View",
    "WrongLink",
]


class Context(NamedTuple):
    """What a view knows beside the code: the caller's settings."""

    config: Config = Config()


class Trail(View):
    """A CloudTrail trail, with the whole of its chain."""

    def __init__(
        self, resource: Resource, graph: Graph, world: World, context: Context | None = None
    ) -> None:
        """Read the trail `resource` of `graph` in `world`."""
        graph = graph.within(resource.place.elsewhere)
        super().__init__(resource, Naming(graph, world))
        self.graph = graph
        self.world = world
        self.context = context if context is not None else Context()

    def beside(self, resource: Resource, world: World) -> Trail:
        """Return another trail of the same graph."""
        return Trail(resource, self.graph, world, self.context)

    # --- links ------------------------------------------------------------------------------------

    @cached_property
    def group_link(self) -> ToGroup:
        """What the trail delivers to."""
        return group_link(self)

    @cached_property
    def role_link(self) -> ToRole:
        """The role that the trail delivers through."""
        return role_link(self)

    @property
    def group(self) -> LogGroup | None:
        """The linked log group, if the root declares or looks it up and it is created."""
        link = self.group_link
        return (
            link.group if isinstance(link, GroupLink) and link.group.exists is not False else None
        )

    @property
    def role(self) -> Role | None:
        """The linked role, if the root declares it and it is created."""
        link = self.role_link
        if (
            not isinstance(link, RoleLink)
            or link.role.resource.external
            or link.role.exists is False
        ):
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
        return deployment_of(self)

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
                return (joined(bare(link.tokens)),)
            case UnknownLink():
                own = arn_of(self.tokens)
                assert own is not None
                name = Opaque(
                    Unknown(f"the log group of {self}", link.reason, needs=link.needs),
                    NAME,
                    filled=True,
                )
                known = Arn(
                    own.partition, ("logs",), own.region, own.account, ("log-group:", name)
                ).tokens
                return (joined(bare(link.tokens)), known) if link.tokens else (known,)

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
        """Descriptions of the first log stream that CloudTrail writes (user guide)."""
        own = arn_of(self.tokens)
        assert own is not None
        stream = (*own.account, "_CloudTrail_", *own.region)
        return tuple(joined((*g, ":log-stream:", *stream)) for g in self.group_targets)

    def streams(self, *prefix: str | Opaque) -> tuple[Tokens, ...]:
        """Descriptions of a stream whose name has something before its usual form."""
        own = arn_of(self.tokens)
        assert own is not None
        member = Opaque(
            Unknown("the member account", "any account of the organization"), "[0-9]", filled=True
        )
        tail = (":log-stream:", *prefix, member, "_CloudTrail_", *own.region)
        return tuple(joined((*g, *tail)) for g in self.group_targets)

    @cached_property
    def permissions(self) -> Permissions:
        """What the policies of the role, and its trust policy, let CloudTrail do."""
        return Permissions(self)

    # --- events -----------------------------------------------------------------------------------

    @cached_property
    def management(self) -> events.Captured:
        """Which management events the trail records."""
        return events.management(
            self.resource.get("event_selectors").value,
            self.resource.get("advanced_event_selectors").value,
            self.world.settle,
        )

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
        self,
        message: str,
        *evidence: Evidence,
        subject: View | None = None,
        needs: tuple[str, ...] = (),
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
