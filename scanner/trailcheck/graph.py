"""One graph for both dialects: resources by kind, attributes by one vocabulary, read lazily.

A reader fills the graph of one root (a Terraform root module, a CloudFormation template). Nothing
is evaluated before it is asked for, and every answer is kept.

The vocabulary (`VOCABULARY`) names each kind's attributes once; the readers' tables map the
dialects' names onto it and fill in the dialects' defaults. Two attributes exist without being
configured: `arn` and `id`. Names of attributes with parts are lists of `Mapping` with the keys
given there.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from trailcheck.barred import laws
from trailcheck.errors import in_file
from trailcheck.record import NamedTuple
from trailcheck.value import Known, Symbol, Unknown
from trailcheck.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trailcheck.construct import Construct
    from trailcheck.errors import Diagnostic
    from trailcheck.source import Span
    from trailcheck.value import Value
    from trailcheck.world import Law

T = TypeVar("T")


class Dialect(Enum):
    """The language in which a root is written."""

    TERRAFORM = "terraform"
    CLOUDFORMATION = "cloudformation"


class Kind(Enum):
    """What a resource is, in AWS's words."""

    TRAIL = "trail"
    LOG_GROUP = "log group"
    LOG_STREAM = "log stream"
    ROLE = "role"
    INLINE_POLICY = "inline policy"
    MANAGED_POLICY = "managed policy"
    POLICY_ATTACHMENT = "policy attachment"
    EXCLUSIVE_INLINE_POLICIES = "exclusive inline policies"
    EXCLUSIVE_ATTACHMENTS = "exclusive attachments"
    METRIC_FILTER = "metric filter"
    EVENT_RULE = "event rule"
    BUCKET = "bucket"
    KEY = "key"
    TOPIC = "topic"
    EVENT_DATA_STORE = "event data store"
    TELEMETRY_RULE = "telemetry rule"


SELECTOR = ("read_write_type", "management_events", "excluded_sources", "data_resources")
"""Keys of one basic event selector; `data_resources` are mappings of `type` and `values`."""

FIELD_SELECTOR = (
    "field",
    "equals",
    "not_equals",
    "starts_with",
    "not_starts_with",
    "ends_with",
    "not_ends_with",
)
"""Keys of one field of an advanced event selector, whose own keys are `name` and `fields`."""

VOCABULARY: dict[Kind, tuple[str, ...]] = {
    Kind.TRAIL: (
        "name",
        "bucket",
        "key_prefix",
        "log_group_arn",
        "role_arn",
        "logging",
        "multi_region",
        "global_events",
        "organization",
        "validation",
        "kms_key",
        "event_selectors",  # list of SELECTOR
        "advanced_event_selectors",  # list of {name, fields: list of FIELD_SELECTOR}
        "insight_selectors",  # list of {type}
        "sns_topic",
    ),
    Kind.LOG_GROUP: (
        "name",
        "name_prefix",
        "retention_days",  # Known(0): never expires
        "kms_key",
        "class",
        "deletion_protection",
        "skip_destroy",
    ),
    Kind.LOG_STREAM: ("name", "log_group"),  # log_group: the group's name
    Kind.ROLE: (
        "name",
        "path",
        "trust_policy",
        "inline_policies",  # list of {name, policy}; Known(null) when not stated
        "managed_policy_arns",  # list; Known(null) when not stated
        "permissions_boundary",
    ),
    Kind.INLINE_POLICY: ("name", "roles", "policy"),  # roles: list of role names
    Kind.MANAGED_POLICY: ("name", "path", "policy", "roles"),
    Kind.POLICY_ATTACHMENT: ("roles", "policy_arn"),
    Kind.EXCLUSIVE_INLINE_POLICIES: ("role", "policy_names"),
    Kind.EXCLUSIVE_ATTACHMENTS: ("role", "policy_arns"),
    Kind.METRIC_FILTER: ("name", "log_group", "pattern"),  # log_group: the group's name
    Kind.EVENT_RULE: ("name", "event_pattern", "enabled"),
    Kind.BUCKET: ("name",),
    Kind.KEY: ("policy",),
    Kind.TOPIC: ("name",),
    Kind.EVENT_DATA_STORE: ("name",),
    Kind.TELEMETRY_RULE: ("name",),
}


class Attribute(NamedTuple):
    """One attribute of a resource: its value, and where a person would edit it."""

    value: Value
    span: Span
    """The argument as written, name and value; the resource's header when it is not stated."""
    stated: bool
    """False when the value is the dialect's default."""


class Place(NamedTuple):
    """Where a resource is deployed: text values, or the deployment's own symbols."""

    account: Value = Symbol("account")
    region: Value = Symbol("region")
    partition: Value = Symbol("partition")
    elsewhere: str = ""
    """The stack set whose instances are meant: no name there says anything of other places."""


class Resource:
    """A declared resource, or one that the code looks up (`external`)."""

    __slots__ = (
        "_attributes",
        "_load",
        "_made_by",
        "address",
        "demands",
        "exists",
        "external",
        "ignored_changes",
        "kind",
        "place",
        "root",
        "span",
        "type",
    )

    def __init__(  # noqa: PLR0913 - a resource is all of these
        self,
        *,
        address: str,
        kind: Kind,
        type: str,  # noqa: A002 - the dialects' own word
        root: str,
        span: Span,
        load: Callable[[str], Attribute],
        exists: Value = Known(True),  # noqa: B008 - immutable
        place: Place = Place(),  # noqa: B008 - immutable
        external: bool = False,
        ignored_changes: tuple[str, ...] = (),
        made_by: Callable[[], Construct | None] | None = None,
    ) -> None:
        """Hold a resource of `root`.

        `load` evaluates one attribute of the vocabulary by name; `made_by` tells the construct.
        """
        self.address = address
        self.kind = kind
        self.type = type
        self.root = root
        self.span = span
        """The header: `resource "type" "name"`, or the logical id."""
        self.exists = exists
        """Known true; a choice or unknown where `count` or a Condition is not settled."""
        self.place = place
        self.external = external
        """True for a data source: declared elsewhere, so that only its name is known."""
        self.ignored_changes = ignored_changes
        """Attributes that `lifecycle.ignore_changes` lets drift, or ("all",)."""
        self._load = load
        self._made_by = made_by
        self._attributes: dict[str, Attribute] = {}
        self.demands: dict[Law, None] = {}
        """That what was asked for so far is not refused; the graph that holds it has them too."""

    def __repr__(self) -> str:
        return f"Resource({self.address!r})"

    @property
    def construct(self) -> Construct | None:
        """The construct of the AWS CDK that it was made from, if it was and that is known."""
        return self._made_by() if self._made_by is not None else None

    @property
    def dialect(self) -> Dialect:
        """The language that declares it: a root of Terraform may deploy templates too."""
        return Dialect.CLOUDFORMATION if "::" in self.type else Dialect.TERRAFORM

    def get(self, name: str) -> Attribute:
        """Return an attribute of the vocabulary; `name` must be one of this kind's."""
        found = self._attributes.get(name)
        if found is None:
            assert name in VOCABULARY[self.kind], (self.kind, name)
            found = self._attributes[name] = self._load(name)
            if not self.external:
                self.demands.update(dict.fromkeys(laws(self.exists, found.value)))
        return found


class Graph:
    """The resources of one root, found by kind or address when a rule asks."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a reader answers
        self,
        root: str,
        dialect: Dialect,
        find: Callable[[Kind], Iterable[Resource]],
        lookup: Callable[[str], Resource | None],
        unread: Callable[[], tuple[Diagnostic, ...]],
        assumptions: Callable[[], tuple[str, ...]] = tuple,
        laws: Callable[[], Iterable[Law]] = tuple,
    ) -> None:
        """Hold the graph of `root`, a path relative to the repository ("." for its top)."""
        self.root = root
        self.dialect = dialect
        self._find = find
        self._lookup = lookup
        self._unread = unread
        self.assumptions = assumptions
        """Says what was taken for granted to read this root."""
        self.stated = laws
        """Says what the code demands wherever this root is deployed."""
        self.refusals: dict[Law, None] = {}
        """That nothing is refused of what was asked for so far; more of them while rules ask."""
        self._kinds: dict[Kind, tuple[Resource, ...]] = {}
        self._kept: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"Graph({self.root!r})"

    @property
    def unread(self) -> tuple[Diagnostic, ...]:
        """Code of this root that could not be read: nothing passes, no absence fails."""
        told = self._unread()
        barred = {(d.summary, d.span) for d, _ in self.barred()} if told else set()
        return tuple(d for d in told if (d.summary, d.span) not in barred)

    def barred(self) -> list[tuple[Diagnostic, Law]]:
        """Return what is refused in some worlds only, in its file, with the law that says where.

        Nothing, where no world is left: then all of the root is refused.
        """
        found = self.refusing()
        return found if World((), self.laws).deployable([law for _, law in found]) else []

    def refusing(self) -> list[tuple[Diagnostic, Law]]:
        """Return what is refused in some worlds or in all, in its file, with the law for it."""
        return [(in_file(law.refusal), law) for law in self.laws() if law.refusal is not None]

    def demanded(self) -> Iterator[Law]:
        """Yield what the code demands, whatever is refused."""
        yield from (law for law in self.stated() if law.refusal is None)

    def resources(self, kind: Kind) -> tuple[Resource, ...]:
        """Return every resource of a kind, in the order of the code, external ones too."""
        found = self._kinds.get(kind)
        if found is None:
            found = self._kinds[kind] = tuple(map(self._held, self._find(kind)))
        return found

    def once(self, key: str, compute: Callable[[], T]) -> T:
        """Return what `compute` says of the whole graph, asked once for each key."""
        if key not in self._kept:
            self._kept[key] = compute()
        found: T = self._kept[key]
        return found

    def within(self, elsewhere: str) -> Graph:
        """Return the graph in which only those are found by kind that are deployed together.

        Any may be found by its address.
        """

        def alone() -> Graph:
            found = Graph(
                self.root,
                self.dialect,
                lambda kind: [r for r in self.resources(kind) if r.place.elsewhere == elsewhere],
                self._lookup,
                self._unread,
                self.assumptions,
                self.stated,
            )
            found.refusals = self.refusals
            return found

        return self.once(f"within {elsewhere}", alone)

    def resource(self, address: str) -> Resource | None:
        """Return the resource at an address, or None when the root declares no such thing."""
        found = self._lookup(address)
        return None if found is None else self._held(found)

    def _held(self, resource: Resource) -> Resource:
        """Take in what is demanded of a resource, now and later."""
        if resource.demands is not self.refusals:
            self.refusals.update(resource.demands)
            resource.demands = self.refusals
        return resource

    def laws(self) -> Iterator[Law]:
        """Yield what must be true wherever this root is deployed."""
        yield from self.stated()
        yield from self.refusals


def not_created(address: str, span: Span | None = None) -> Unknown:
    """Return the value of an attribute of something that the configuration does not create."""
    return Unknown(address, f"{address} is not created", span, refused=True)
