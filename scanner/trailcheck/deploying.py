"""Code of one dialect that deploys a template of the other: what each side says to the other.

The readers of the dialects do not know each other. Terraform's reader states what it deploys as an
`Order`; whoever runs both readers gives it a `Deploy`, which answers with the stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Mapping as Map

    from trailcheck.graph import Graph, Place
    from trailcheck.source import Span
    from trailcheck.value import Value


class Instances(NamedTuple):
    """Instances of a stack set that are deployed alike."""

    overrides: Map[str, Value]
    """What parameters are for them, in place of what the set says."""
    regions: int
    """In how many Regions of one account they surely are."""
    settled: bool = True
    """Whether code says all that is overridden."""


def alike(instances: Iterable[Instances]) -> tuple[Instances, ...]:
    """Return instances once for each way in which they are deployed."""
    found: dict[object, Instances] = {}
    for each in instances:
        key = (each.settled, frozenset(each.overrides.items()))
        regions = max(each.regions, found[key].regions if key in found else 0)
        found[key] = each._replace(regions=regions)
    return tuple(found.values())


class Order(NamedTuple):
    """A stack that code deploys, in values of that code."""

    root: str
    """The root whose resources those of the stack are."""
    address: str
    """What the code calls the stack: its resources are addressed behind this and a slash."""
    span: Span
    """Where the stack is declared."""
    directory: str
    """Where the code lies that declares it."""
    name: Value | None
    """What the stack is called in CloudFormation, if the code says so."""
    body: Value | None
    """The text of the template, if the code has it."""
    url: Value | None
    """Where the template is, if it has no body."""
    parameters: Value | None
    """A mapping of parameters to texts, if any are given."""
    capabilities: Value | None
    """The list of what the code lets the stack do, if it says so."""
    exists: Value
    place: Place
    drifts: bool
    """Whether what is deployed may be another template or other parameters than the code says."""
    elsewhere: bool
    """Whether it is deployed to other accounts and Regions: a stack set."""
    beside: Callable[[Value, Span], Value | None] = lambda _name, _span: None
    """Returns what another stack of the same code exports under a name."""
    instances: tuple[Instances, ...] = ()
    """Where a stack set is deployed, as far as the code says."""


class Deployed(Protocol):
    """A stack that was read as some code deploys it."""

    @property
    def graph(self) -> Graph:
        """What it declares, for the graph of the code that deploys it."""

    @property
    def outputs(self) -> Iterable[str]:
        """The names of its outputs."""

    def output(self, name: str, span: Span) -> Value:
        """Return one of its outputs, asked for at `span`."""

    def exported(self, name: Value, span: Span) -> Value | None:
        """Return what it exports under a name, if it exports that."""


Deploy: TypeAlias = "Callable[[Order], Deployed | str]"
"""Reads the stack of an order, or says why its template cannot be read: "is not …"."""
