"""The whole pipeline: paths to a report."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from trailcheck import catalogue
from trailcheck.discover import TERRAFORM_ENDINGS, discover, may_hold
from trailcheck.errors import Diagnostic, Impact, UsageError
from trailcheck.graph import Kind, Place
from trailcheck.repository import find_repository
from trailcheck.result import Report, TrailResult
from trailcheck.value import Known, Symbol
from trailcheck.verdict import Evidence
from trailcheck.world import World

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from trailcheck.cloudformation.cdk.assembly import Deployment
    from trailcheck.cloudformation.stacks.roots import Reader as Templates
    from trailcheck.config import Config
    from trailcheck.discover import Inventory
    from trailcheck.graph import Graph, Resource
    from trailcheck.repository import Repository
    from trailcheck.result import ForeignFinding
    from trailcheck.rule import Rule
    from trailcheck.source import Span
    from trailcheck.terraform.plan.reader import PlanReading
    from trailcheck.verdict import Verdict

_MANY_FILES = 1_000
"""As many files are worth a second process to look at them: some milliseconds."""
SCOPE_NOTE = "service control policies and resource control policies are assumed to allow delivery"


def scan(paths: Sequence[str], config: Config, stdin: bytes | None = None) -> Report:
    """Scan files, directories and globs, and return everything that was found.

    `stdin` is the content of the path `-`, under the name `config.stdin_filename`. Raises
    UsageError for paths that are not there, unknown rules, and variables or parameters that nothing
    declares.
    """
    wanted = tuple(paths) or (".",)
    repository = find_repository(tuple(p for p in wanted if p != "-"), config.repository)
    if "-" in wanted:
        name = config.stdin_filename or "stdin.tf"
        repository.overlay[name] = stdin or b""
        wanted = tuple(name if p == "-" else p for p in wanted)
    return _Scan(repository, config).run(wanted)


class _Scan:
    """One run over one repository."""

    def __init__(self, repository: Repository, config: Config) -> None:
        self.repository = repository
        self.config = config
        self.rules = catalogue.selected(config)
        self.chain = catalogue.integration()
        self.trails: list[TrailResult] = []
        self.verdicts: list[Verdict] = []
        self.diagnostics: dict[Diagnostic, None] = {}
        self.assumptions: dict[str, None] = {}
        self.roots: list[str] = []
        self.declared: set[str] = set()
        self.orphans: set[str] = set()
        self.read: set[str] = set()
        """Templates without a trail that were read all the same."""
        self.barred: dict[tuple[str, Span | None], Diagnostic] = {}
        """What is refused in some worlds only, as a notice that says in which."""
        self._reader: Templates | None = None
        self.not_plans: list[str] = []
        """Files that looked like plans, and may be templates."""

    def run(self, paths: Sequence[str]) -> Report:
        if self.config.cfn_lint:
            from trailcheck import linting  # noqa: PLC0415 - on demand only

            linting.require()
        inventory = discover(self.repository, paths)
        self.diagnostics.update(dict.fromkeys(inventory.diagnostics))
        for graph in self.graphs(inventory):
            self.roots.append(graph.root)
            for trail in graph.resources(Kind.TRAIL):
                self.judge(trail, graph)
            self.assumptions.update(dict.fromkeys(graph.assumptions()))
            self.diagnostics.update(dict.fromkeys(graph.unread))
            self._bar(graph)
        self._check_names(inventory)
        foreign = self._foreign()
        return Report(
            tuple(sorted(self.trails, key=lambda t: (t.root, t.address))),
            tuple(sorted(self.verdicts, key=lambda v: (v.root, v.trail or "", v.rule, v.subject))),
            tuple(sorted(self._told(), key=_where)),
            self._assumptions(),
            inventory.skipped(self.read),
            tuple(sorted(self.roots)),
            inventory.files_seen,
            self.repository.sources,
            self.rules,
            self.config,
            foreign,
        )

    def _bar(self, graph: Graph) -> None:
        """Say of what is refused for some values only which they are."""
        for problem, law in graph.barred():
            from trailcheck.barred import negated  # noqa: PLC0415 - seldom needed
            from trailcheck.judge import when  # noqa: PLC0415 - as above

            said = when(negated(law.value), World((), graph.demanded))
            if said:
                self.barred[problem.summary, problem.span] = problem._replace(
                    summary=f"Refused when {said}: {problem.summary}",
                    detail=f"{problem.detail} Verdicts are about what else is deployed.".strip(),
                    impact=Impact.NOTICE,
                )

    def _told(self) -> list[Diagnostic]:
        """Return what is wrong with the input; what is refused in some worlds only is a notice."""
        told = [d for d in self.diagnostics if (d.summary, d.span) not in self.barred]
        return [*told, *self.barred.values()]

    def _foreign(self) -> tuple[ForeignFinding, ...]:
        """Return what cfn-lint finds in the templates that were read, if that is wanted."""
        if not self.config.cfn_lint:
            return ()
        from trailcheck import linting  # noqa: PLC0415 - on demand only

        sources = (self.repository.source(path) for path in sorted(self.read))
        templates = [source for source in sources if not isinstance(source, Diagnostic)]
        found = linting.lint(templates, self.config.region)
        self.diagnostics.update(dict.fromkeys(found.diagnostics))
        return found.findings

    def graphs(self, inventory: Inventory) -> Iterator[Graph]:
        """Yield the graph of every root that may hold a trail."""
        plans = list(self._plans(inventory))
        # A plan that the caller named stands for the configuration that it was made from.
        named = {p.source for p in plans if p.graph.root in inventory.named_plans}
        yield from (plan.graph for plan in plans)
        yield from self._terraform(inventory, named)
        yield from self._cloudformation(inventory)

    def _plans(self, inventory: Inventory) -> Iterator[PlanReading]:
        if not inventory.plans:
            return
        from trailcheck.terraform.looks import Looks  # noqa: PLC0415 - not without a plan
        from trailcheck.terraform.plan.reader import LARGEST_PLAN, read_plan  # noqa: PLC0415 - as above
        from trailcheck.terraform.reader import Reader  # noqa: PLC0415 - as above

        reader = Reader(self.repository, self.config, Looks(self.repository, may_hold))
        reader.deploy = lambda order: self._templates(inventory).deploy(order)
        for path in inventory.plans:
            data = self.repository.read(path, most=LARGEST_PLAN)
            source = data if isinstance(data, Diagnostic) else self.repository.source(path, data)
            reading = (
                source
                if isinstance(source, Diagnostic)
                else read_plan(source, reader, inventory.named)
            )
            if isinstance(reading, Diagnostic):
                self.diagnostics[reading] = None
            elif reading is None:
                self.not_plans.append(path)
            else:
                yield reading

    def _terraform(self, inventory: Inventory, planned: Container[str | None]) -> Iterator[Graph]:
        if not inventory.modules:
            return
        from trailcheck.terraform.looks import Looks  # noqa: PLC0415 - no parser for trees without trails

        looks = Looks(self.repository, may_hold)
        looks.deploys = bool(inventory.templates)
        if inventory.files_seen >= _MANY_FILES:
            looks.survey(inventory.modules)
        roots = looks.roots(inventory.modules, inventory.named)
        self.looks = looks
        self.orphans = looks.orphans
        self.terraform_roots = roots
        wanted = [root for root in roots if root not in planned and looks.reaches_trail(root)]
        if not wanted:
            return
        from trailcheck.terraform.reader import Reader  # noqa: PLC0415 - as above

        reader = Reader(self.repository, self.config, looks)
        reader.deploy = lambda order: self._templates(inventory).deploy(order)
        for root in wanted:
            yield reader.graph(root)
        if reader.broken:
            # A module whose caller is broken may be called all the same: it is judged by itself.
            for directory in inventory.modules:
                if directory not in reader.instantiated and looks.look(directory).holds_trail:
                    yield reader.graph(directory)

    def _cloudformation(self, inventory: Inventory) -> Iterator[Graph]:
        holding = (*inventory.templates, *self.not_plans)
        if self._reader is None and not (holding or inventory.linking):
            return
        reader = self._templates(inventory)
        deployments = reader.deployments
        for root in reader.deployed:
            self.diagnostics.update(dict.fromkeys(root.diagnostics()))
            self.read |= reader.known & {f for s in root.tree.stacks.values() for f in s.files}
        for reading in reader.readings(holding, inventory.named_templates):
            self.declared.update(reading.parameters)
            yield reading.graph
            self.diagnostics.update(dict.fromkeys(reading.diagnostics))
            if (deployment := deployments.get(reading.graph.root)) is not None:
                self.diagnostics.update(dict.fromkeys(deployment.contradictions(self._place())))
            self.read.update(reading.paths)
        self.diagnostics.update(reader.problems)

    def _templates(self, inventory: Inventory) -> Templates:
        """Return the reader of templates, also for those that Terraform deploys."""
        if self._reader is None:
            from trailcheck.cloudformation.stacks.roots import Reader  # noqa: PLC0415 - no YAML for scans of Terraform

            linked = (*inventory.templates, *self.not_plans, *inventory.linking)
            given, place = self._parameters(), self._place()
            deployments = self._deployments(inventory)
            reader = Reader(self.repository, linked, inventory.others, given, place, deployments)
            if inventory.modules:
                from trailcheck.cloudformation.stacks.deployers import Deployers  # noqa: PLC0415 - in mixed trees

                reader.deployers = Deployers(self._terraform_files(inventory), self.repository.read)
            self._reader = reader
        return self._reader

    def _terraform_files(self, inventory: Inventory) -> Iterator[str]:
        for directory in inventory.modules:
            front = "" if directory == "." else f"{directory}/"
            names = self.repository.listing(directory).files
            yield from (front + name for name in names if name.endswith(TERRAFORM_ENDINGS))

    def _deployments(self, inventory: Inventory) -> dict[str, Deployment]:
        """Return what the CDK's assemblies say of the stacks that templates are for."""
        if not inventory.assemblies:
            return {}
        from trailcheck.cloudformation.cdk.assembly import by_template  # noqa: PLC0415 - seldom needed

        return by_template(inventory.assemblies)

    def _parameters(self) -> dict[str, str | None]:
        """Return the parameters that the caller gives; one by one they win over files."""
        given: dict[str, str | None] = {}
        for path in self.config.parameter_files:
            from trailcheck.cloudformation.given import read_parameters  # noqa: PLC0415 - seldom used

            given.update(read_parameters(path))
        given.update(self.config.parameters)
        return given

    def _place(self) -> Place:
        config = self.config
        return Place(
            Known(config.account) if config.account else Symbol("account"),
            Known(config.region) if config.region else Symbol("region"),
            Known(config.partition) if config.partition else Symbol("partition"),
        )

    def judge(self, resource: Resource, graph: Graph) -> None:
        """Judge one trail by every selected rule, and its whole chain."""
        from trailcheck.aws.facts import facts  # noqa: PLC0415 - not for trees without trails
        from trailcheck.aws.views import Context, Trail  # noqa: PLC0415 - as above
        from trailcheck.judge import Judge, existence  # noqa: PLC0415 - as above

        context = Context(self.config)

        @cache
        def view(world: World) -> Trail:
            return Trail(resource, graph, world, context)

        judge = Judge(resource, graph, view)
        judgement = judge.judge(self._for(graph, self.rules), self._for(graph, self.chain))
        exists, when = existence(resource, judge.start)
        span = resource.span.source.shown(resource.span)
        self.trails.append(
            TrailResult(
                graph.root,
                resource.address,
                span,
                judgement.integrated,
                exists,
                when,
                instantiated=graph.root not in self.orphans,
                facts=facts(view, judge.start),
                construct=resource.construct,
            )
        )
        self.verdicts.extend(_constructed(_at_home(v), graph) for v in judgement.verdicts)
        self.assumptions.update(dict.fromkeys(judgement.assumptions))
        self.diagnostics.update(dict.fromkeys(judgement.problems))

    def _for(self, graph: Graph, rules: Iterable[Rule]) -> list[Rule]:
        return [rule for rule in rules if graph.dialect in rule.dialects]

    def _assumptions(self) -> tuple[str, ...]:
        if not self.trails:
            return ()
        days = f"retention of at least {self.config.min_retention} days is demanded"
        return (
            f"{days} ({self.config.min_retention_origin})",
            *sorted(self.assumptions),
            SCOPE_NOTE,
        )

    def _check_names(self, inventory: Inventory) -> None:
        """Refuse variables and parameters that nothing in the scanned code declares."""
        for name, _ in self.config.parameters:
            if name not in self.declared:
                raise UsageError(
                    f"no scanned template declares a parameter {name}",
                    "check the name given with --parameters",
                )
        for name, _ in self.config.variables:
            known = inventory.modules and any(
                self.looks.declares_variable(root, name) for root in self.terraform_roots
            )
            if not known:
                raise UsageError(
                    f"no root module declares a variable {name}", "check the name given with --var"
                )


def _constructed(verdict: Verdict, graph: Graph) -> Verdict:
    """Add what of a CDK app the subject was made from; its place ends the chain."""
    subject = graph.resource(verdict.subject)
    construct = subject.construct if subject is not None else None
    if construct is None:
        return verdict
    where = (Evidence("constructed here", construct.span),) if construct.span else ()
    return verdict._replace(construct=construct, evidence=(*verdict.evidence, *where))


def _at_home(verdict: Verdict) -> Verdict:
    """Place the evidence that stands in a model at the call that the model stands for."""
    if not any(each.span.source.origin for each in verdict.evidence):
        return verdict
    stated = {each.span for each in verdict.evidence if not each.span.source.origin}
    found: dict[Evidence, None] = {}
    for note, span in verdict.evidence:
        source = span.source
        if not source.origin:
            found[Evidence(note, span)] = None
        elif (place := source.shown(span)) not in stated:
            found[Evidence(f"{note}, {source.origin}", place)] = None
    return verdict._replace(evidence=tuple(found))


def _where(diagnostic: Diagnostic) -> tuple[str, int, str]:
    return (
        diagnostic.path,
        diagnostic.span.start if diagnostic.span is not None else -1,
        diagnostic.summary,
    )
