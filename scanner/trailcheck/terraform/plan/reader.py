"""The reader of plans: what `terraform show -json` writes of a plan, to a graph.

A plan says what will be, with every variable, function and expansion settled by Terraform itself.
What it loses is the text of expressions that are known after apply only; the configuration that it
was made from, if it lies beside the plan, has that text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic
from trailcheck.graph import Dialect, Graph, Kind
from trailcheck.record import NamedTuple
from trailcheck.terraform.plan import references
from trailcheck.terraform.plan import source as configuration
from trailcheck.terraform.plan.document import read
from trailcheck.terraform.plan.places import Places
from trailcheck.terraform.plan.references import References
from trailcheck.terraform.plan.resources import Resources
from trailcheck.terraform.plan.stacks import PlannedStacks
from trailcheck.terraform.resources import LOOKED_UP, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.deploying import Deploy
    from trailcheck.graph import Resource
    from trailcheck.source import Source
    from trailcheck.terraform.plan.document import PlanDocument, Planned
    from trailcheck.terraform.reader import Reader
    from trailcheck.world import Law

LARGEST_PLAN = 256 * 1024 * 1024
"""Bytes; a larger plan is not read."""


class PlanReading(NamedTuple):
    """One plan that was read."""

    graph: Graph
    source: str | None
    """The directory of the configuration that it was made from, if that lies beside it."""


def read_plan(
    source: Source, reader: Reader, named: Iterable[str]
) -> PlanReading | Diagnostic | None:
    """Read the plan in a file; None if it is something else.

    `named` are directories in which the configuration may lie, beside those next to the plan.
    """
    plan = read(source.data, source.path)
    if plan is None or isinstance(plan, Diagnostic):
        return plan
    directories = configuration.directories_of(source.path, named)
    beside = configuration.beside(plan, reader, directories) if plan.configuration else None
    places = Places(source)
    answers = References(plan, places)
    resources = Resources(source.path, plan, places, answers, beside)
    root = _Root(source.path, plan, resources, reader.deploy)
    graph = Graph(
        source.path,
        Dialect.TERRAFORM,
        root.find,
        root.lookup,
        root.unread,
        root.assumptions,
        root.laws,
    )
    return PlanReading(graph, beside.directory if beside is not None else None)


class _Root:
    """Answers for the graph of one plan."""

    def __init__(
        self, path: str, plan: PlanDocument, resources: Resources, deploy: Deploy | None
    ) -> None:
        self.path = path
        self.plan = plan
        self.resources = resources
        self.stacks = PlannedStacks(path, plan, resources, deploy)
        self._made: dict[str, Resource] = {}
        self._by_kind: dict[Kind, list[Planned]] = {}
        for instance in plan.instances.values():
            kind = self._kind(instance)
            if kind is not None:
                self._by_kind.setdefault(kind, []).append(instance)

    def find(self, kind: Kind) -> Iterator[Resource]:
        """Yield the resources of a kind, in the order of the plan."""
        for instance in self._by_kind.get(kind, ()):
            yield self._resource(instance)
        if kind in (Kind.POLICY_ATTACHMENT, Kind.INLINE_POLICY):
            yield from (lent for lent in self.stacks.lent() if lent.kind is kind)
        for graph in self.stacks.graphs().values():
            yield from graph.resources(kind)

    def lookup(self, address: str) -> Resource | None:
        """Return the resource at an address."""
        if (graph := self.stacks.holding(address)) is not None:
            return graph.resource(address)
        instance = self.plan.instances.get(address)
        if instance is None or self._kind(instance) is None:
            return None
        return self._resource(instance)

    def unread(self) -> tuple[Diagnostic, ...]:
        """Return what keeps the plan from saying everything."""
        found = []
        if not self.plan.finished:
            found.append(
                Diagnostic(
                    "the plan is not complete",
                    "It was made with -target, with errors, or defers changes; make a whole one.",
                    self.path,
                )
            )
        if self.plan.refreshes:
            found.append(
                Diagnostic(
                    "the plan only refreshes the state",
                    "It was made with -refresh-only, and does not say what the code makes.",
                    self.path,
                )
            )
        if self.plan.malformed:
            found.append(
                Diagnostic(
                    "a part of planned_values is not what a plan holds",
                    "`terraform show -json` writes it whole; use its output as it is.",
                    self.path,
                )
            )
        if not self.plan.configuration:
            found.append(
                Diagnostic(
                    "the plan holds no configuration",
                    "`terraform show -json` writes one; use its output as it is.",
                    self.path,
                )
            )
        trails = any(graph.resources(Kind.TRAIL) for graph in self.stacks.graphs().values())
        found += self.stacks.unread(trails=trails or Kind.TRAIL in self._by_kind)
        return tuple(found)

    def laws(self) -> tuple[Law, ...]:
        """Return what must be true wherever the templates of this are deployed."""
        return tuple(law for graph in self.stacks.graphs().values() for law in graph.laws())

    def assumptions(self) -> tuple[str, ...]:
        """Return what was taken for granted to answer what has been asked so far."""
        found = []
        if self.resources.used_source:
            found.append(configuration.ASSUMPTION)
            used = self.resources.beside.sources.used if self.resources.beside is not None else {}
            found += (model.assumption(calls) for model, calls in used.items())
        if self.resources.references.assumed:
            found.append(references.ASSUMPTION)
        found += (each for g in self.stacks.graphs().values() for each in g.assumptions())
        return tuple(dict.fromkeys(found))

    def _resource(self, instance: Planned) -> Resource:
        found = self._made.get(instance.address)
        if found is None:
            found = self._made[instance.address] = self.resources.resource(instance)
        return found

    def _kind(self, instance: Planned) -> Kind | None:
        if instance.data:
            return LOOKED_UP.get(instance.type)
        declared = TYPES.get(instance.type)
        return declared.kind if declared is not None else None
