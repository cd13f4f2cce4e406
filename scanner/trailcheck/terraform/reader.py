"""The Terraform reader: module directories to graphs, one for each root module."""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic
from trailcheck.graph import Dialect, Graph, Kind, Resource
from trailcheck.relocation import SEPARATOR, Move
from trailcheck.terraform import circles, handed, marked, statements, syntax, variables
from trailcheck.terraform.config import ModuleConfig, source_of
from trailcheck.terraform.evaluate import fresh_budget
from trailcheck.terraform.files import RepositoryFiles
from trailcheck.terraform.inputs import automatic, given_one_by_one, hint, read_file
from trailcheck.terraform.joins import STATE
from trailcheck.terraform.limits import admitted
from trailcheck.terraform.looks import local_directory
from trailcheck.terraform.modules import ModuleInstance, Tree
from trailcheck.terraform.operators import conditional, refused
from trailcheck.terraform.provided import Provided
from trailcheck.terraform.remote_state import stored, wanted
from trailcheck.terraform.resource import ResourceInstance
from trailcheck.terraform.resources import LOOKED_UP, OF_KIND, TYPES, place_of, resource_of
from trailcheck.terraform.sources import Sources
from trailcheck.terraform.stack_sets import INSTANCES
from trailcheck.terraform.stacks import STACKS, Stacks, file_named, outputs
from trailcheck.terraform.strict import mended
from trailcheck.terraform.versions import aws_before_3
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from trailcheck.config import Config
    from trailcheck.deploying import Deploy
    from trailcheck.repository import Repository
    from trailcheck.terraform import ast
    from trailcheck.terraform.looks import Looks
    from trailcheck.terraform.remote_state import State
    from trailcheck.value import Value
    from trailcheck.world import Law

_ALWAYS = frozenset({"aws_cloudtrail", f"data.{STATE}", *STACKS, *INSTANCES})
"""Types whose instances are known of before a rule asks for any kind."""


class Reader:
    """Reads the Terraform of one repository. Each directory is parsed at most once."""

    def __init__(self, repository: Repository, config: Config, looks: Looks) -> None:
        self.repository = repository
        self.config = config
        self.looks = looks
        self.deploy: Deploy | None = None
        """Reads the CloudFormation templates that the code deploys."""
        self._configs: dict[str, ModuleConfig | None] = {}
        self.instantiated: set[str] = set()
        """Directories that some root has an instance of."""
        self._holdings: dict[ModuleConfig, frozenset[str] | None] = {}
        self._roots: dict[str, _Root] = {}
        self.orders = circles.Orders()
        self.provided = Provided(self.orders)
        self._producers: dict[State, str] | None = None
        self.broken = False
        """Whether code was lost that may have called modules."""

    # Parsing and evaluation

    def config_at(self, directory: str) -> ModuleConfig | None:
        """Return the configuration in a directory, or None if it holds none."""
        if directory not in self._configs:
            paths = self.looks.look(directory).files
            self._configs[directory] = self._parse(directory, paths) if paths else None
        return self._configs[directory]

    def _parse(self, directory: str, paths: tuple[str, ...]) -> ModuleConfig:
        files, unreadable = [], []
        for path in paths:
            source = self.repository.source(path, mend=None if path.endswith(".json") else mended)
            if isinstance(source, Diagnostic):
                unreadable.append(source)
            elif path.endswith(".json"):
                from trailcheck.terraform import jsonsyntax  # noqa: PLC0415 - for few files

                files.append(jsonsyntax.parse(source))
            else:
                files.append(syntax.parse(source))
        config = ModuleConfig(directory, files)
        config.diagnostics[:0] = unreadable
        return config

    def graph(self, directory: str) -> Graph:
        """Return the graph of the root module in `directory`."""
        fresh_budget()
        return self.root(directory).graph()

    def root(self, directory: str) -> _Root:
        """Return the root module in `directory`, made once."""
        found = self._roots.get(directory)
        if found is None:
            found = self._roots[directory] = _Root(self, directory)
        return found

    def holdings(self, config: ModuleConfig) -> frozenset[str] | None:
        """Return which types a module, with all that it calls, holds, of those that rules ask for.

        Data sources have `data.` before their type. None for a module that is looked into whatever
        is asked: it calls itself, or code that is not at hand, or is not read in full.
        """
        if config not in self._holdings:
            self._holdings[config] = None
            found = {type_ for type_, _ in config.resources}
            found.update(f"data.{type_}" for type_, _ in config.data)
            whole = not (config.diagnostics or config.model)
            for block in config.calls.values():
                child = self._called(config, block)
                held = self.holdings(child) if child is not None else None
                whole = whole and held is not None
                found.update(held or ())
            self._holdings[config] = frozenset(found) if whole else None
        return self._holdings[config]

    def _called(self, config: ModuleConfig, block: ast.Block) -> ModuleConfig | None:
        """Return the configuration of a call of a local path; None for any other."""
        directory = local_directory(config.directory, source_of(block))
        return self.config_at(directory) if directory is not None else None

    def producers(self) -> dict[State, str]:
        """Return the root modules of the scanned tree by the state that they alone write."""
        if self._producers is None:
            writers: dict[State, list[str]] = {}
            for directory in self.looks.found_roots:
                config = self.config_at(directory)
                state = stored(config) if config is not None else None
                if state is not None:
                    writers.setdefault(state, []).append(directory)
            self._producers = {s: found[0] for s, found in writers.items() if len(found) == 1}
        return self._producers


class _Root:
    """One root module and the graph of its tree."""

    def __init__(self, reader: Reader, directory: str) -> None:
        self.reader = reader
        self.directory = directory
        self.files = RepositoryFiles(reader.repository, directory)
        self.problems: list[Diagnostic] = []
        self.tree = Tree(
            reader.config_at,
            self.files,
            self._given(),
            aws_before_3=self._aws_before_3(),
        )
        self.tree.hint = lambda name: hint(reader.repository, directory, name)
        self.sources = Sources(directory, reader.looks)
        self.tree.source = self.sources.find
        self.tree.producer = self._producing
        self.stacks = Stacks(directory, reader.deploy, self.modules, self._exists)
        self.tree.deployed = lambda stack: outputs(stack, self.stacks.at(stack))
        self.tree.exported = lambda data, name: self.stacks.exported(
            name, data.block.header, place_of(data)
        )
        self.tree.workspace = reader.config.workspace
        self.tree.start(directory)
        self._resources: dict[str, Resource] = {}
        self._moved: dict[tuple[str, Law], Law] = {}
        """The demands of other roots as this one has them."""
        self._modules: list[ModuleInstance] | None = None
        self._settled: dict[Diagnostic, None] | None = None
        self._joined: dict[str, _Root] | None = None
        self._circles: tuple[circles.Circle | None] | None = None

    def graph(self) -> Graph:
        return Graph(
            self.directory,
            Dialect.TERRAFORM,
            self.find,
            self.lookup,
            self.unread,
            self.assumptions,
            self.laws,
        )

    def assumptions(self) -> tuple[str, ...]:
        """Return what is taken for granted about the modules that are not in the repository."""
        self.modules()
        modelled = (model.assumption(calls) for model, calls in self.sources.used.items())
        deployed = (each for graph in self.stacks.graphs().values() for each in graph.assumptions())
        return tuple(dict.fromkeys((*modelled, *deployed)))

    def laws(self) -> tuple[Law, ...]:
        """Return what must be true wherever this is deployed, and the roots whose state it reads.

        A root in which a demand is false is not deployed, and wrote no state.
        """
        return tuple(self._demanded({self.directory}))

    def _demanded(self, seen: set[str]) -> Iterator[Law]:
        yield from self.tree.laws
        for graph in self.stacks.graphs().values():
            yield from graph.laws()
        for directory, other in self.joined().items():
            if directory not in seen:
                for law in other._demanded(seen | {directory}):  # noqa: SLF001 - of its kind
                    known = (directory, law)
                    moved = self._moved.get(known)
                    if moved is None:
                        moved = self._moved[known] = Move(directory).law(law)
                    yield moved

    def modules(self) -> list[ModuleInstance]:
        """Return the module instances that are looked into whatever rules ask."""
        if self._modules is None:
            self._modules = list(self._holding(_ALWAYS))
            for module in self._modules:
                self.reader.instantiated.add(module.config.directory)
                self.reader.broken |= bool(module.config.diagnostics)
        return self._modules

    def _holding(self, wanted: Collection[str]) -> Iterator[ModuleInstance]:
        """Yield the root module, and those below that hold any of these types or may hold them."""

        def idle(config: ModuleConfig) -> bool:
            held = self.reader.holdings(config)
            return held is not None and held.isdisjoint(wanted)

        if self.tree.root is not None:
            yield from self.tree.root.walk(idle)

    def find(self, kind: Kind) -> Iterator[Resource]:
        """Yield the resources of a kind: the root's own, and those of roots whose state it reads.

        Trails are the root's own only: each is judged where it is declared.
        """
        return self._own(kind) if kind is Kind.TRAIL else self._reached(kind, {self.directory})

    def _reached(self, kind: Kind, seen: set[str]) -> Iterator[Resource]:
        yield from self._own(kind)
        for directory, other in self.joined().items():
            if directory not in seen:
                for resource in other._reached(kind, seen | {directory}):  # noqa: SLF001 - of its kind
                    yield self._foreign(directory, resource)

    def _own(self, kind: Kind) -> Iterator[Resource]:
        """Yield the resources of a kind in every module instance of the tree."""
        types = OF_KIND[kind]
        looked_up = [type_ for type_, its in LOOKED_UP.items() if its is kind]
        for module in self._holding((*types, *(f"data.{type_}" for type_ in looked_up))):
            for type_, name in module.config.resources:
                if type_ in types:
                    yield from self._created(module.resource_instances(type_, name))
            for type_, name in module.config.data:
                if type_ in looked_up:
                    found = module.resource_instances(type_, name, data=True)
                    yield from self._created(i for i in found if i.declared is None)
        if kind in (Kind.POLICY_ATTACHMENT, Kind.INLINE_POLICY):
            yield from (lent for lent in self._lent() if lent.kind is kind)
        for graph in self.stacks.graphs().values():
            yield from graph.resources(kind)

    def _lent(self) -> Iterator[Resource]:
        """Yield what stands for code that is given a role, and is not read."""
        for module in self.modules():
            yield from handed.to_modules(module, self.directory)
        for stack in self.stacks.instances():
            reason = self.stacks.at(stack)
            if isinstance(reason, str):
                yield from handed.to_stack(stack, reason, file_named(stack), self.directory)

    def _created(self, instances: Iterable[ResourceInstance]) -> Iterator[Resource]:
        for instance in instances:
            if not (isinstance(instance.exists, Known) and instance.exists.data is False):
                yield self._resource(instance)

    def _resource(self, instance: ResourceInstance) -> Resource:
        found = self._resources.get(instance.address)
        if found is None:
            exists = self._exists(instance) if instance.type == "aws_cloudtrail" else None
            found = resource_of(instance, self.directory, exists or admitted(instance))
            self._resources[instance.address] = found
        return found

    def _exists(self, instance: ResourceInstance) -> Value:
        """Return whether a trail or stack is created: nothing is where blocks are in a circle."""
        exists = admitted(instance)
        if self._circle() is None:
            return exists
        none = refused(str(self._circle()), instance.block.header)
        return conditional(exists, none, Known(False), instance.block.header)

    def _circle(self) -> circles.Circle | None:
        """Return a circle of references in the root, reported once."""
        if self._circles is None:
            root = self.tree.root
            found = self.reader.orders.circle(root) if root is not None else None
            self._circles = (found,)
            if found is not None:
                detail = "Each of these waits for the one before it, and the first for the last."
                self.tree.report(f"Terraform would refuse this: {found}", detail, found.span)
        return self._circles[0]

    def lookup(self, address: str) -> Resource | None:
        """Return the resource at an address, one of a root whose state is read too."""
        directory, separator, rest = address.partition(SEPARATOR)
        if separator:
            other = self.joined().get(directory)
            found = other.lookup(rest) if other is not None else None
            return self._foreign(directory, found) if found is not None else None
        if (graph := self.stacks.holding(address)) is not None:
            return graph.resource(address)
        instance = self.tree.handles.get(address)
        if not isinstance(instance, ResourceInstance):
            return None
        known = LOOKED_UP if instance.is_data else TYPES
        return self._resource(instance) if instance.type in known else None

    def joined(self) -> dict[str, _Root]:
        """Return the roots whose state this one reads, by directory."""
        if self._joined is None:
            self._joined = {}
            for module in self.modules():
                for type_, name in module.config.data:
                    if type_ == STATE:
                        for data in module.resource_instances(type_, name, data=True):
                            if (other := self._producer(data)) is not None:
                                self._joined[other.directory] = other
        return self._joined

    def _producer(self, data: ResourceInstance) -> _Root | None:
        state = wanted(data, self.directory)
        directory = self.reader.producers().get(state) if state is not None else None
        if directory is None or directory == self.directory:
            return None
        return self.reader.root(directory)

    def _producing(self, data: ResourceInstance) -> ModuleInstance | None:
        """Return the scanned root module whose state a data source reads."""
        other = self._producer(data)
        return other.tree.root if other is not None else None

    def _foreign(self, directory: str, resource: Resource) -> Resource:
        """Return a resource of another root as one of this root's graph."""
        address = f"{directory}{SEPARATOR}{resource.address} {resource.kind.value}"
        found = self._resources.get(address)
        if found is None:
            found = Move(directory).resource(resource, self.directory)
            self._resources[address] = found
        return found

    def unread(self) -> tuple[Diagnostic, ...]:
        """Return what could not be read of the root's own modules, and of its variable files."""
        found = dict.fromkeys(self._lost())
        for other in self.joined().values():
            found.update(dict.fromkeys(other._lost()))  # noqa: SLF001 - of its kind
        return tuple(found)

    def _lost(self) -> tuple[Diagnostic, ...]:
        if self._settled is None:
            self._settled = self._lost_in_files()
        # NOTE: evaluation goes on, and may find more of these; each judgement asks anew.
        opened = (it for it in self.tree.handles.values() if isinstance(it, ModuleInstance))
        configs = dict.fromkeys(it.config for it in (*self.modules()[:1], *opened))
        late = (d for config in configs for found in config.late for d in found)
        return (*self._settled, *late, *map(_at_home, self.tree.diagnostics.values()))

    def _lost_in_files(self) -> dict[Diagnostic, None]:
        found = dict.fromkeys(self.problems)
        for config in dict.fromkeys(module.config for module in self.modules()):
            found.update(dict.fromkeys(config.diagnostics))
        if self.tree.root is not None:
            variables.look_at_given(self.tree.root)
            called = self.tree.root.called
            configs = dict.fromkeys(module.config for module in called.walk())
            found.update(dict.fromkeys(marked.refusals(called, configs)))
            found.update(dict.fromkeys(statements.misplaced(called)))
            found.update(dict.fromkeys(self.reader.provided.refusals(called, configs)))
        found.update(
            dict.fromkeys(self.sources.boundaries(self.modules(), trails=self._has_trail()))
        )
        found.update(dict.fromkeys(self.stacks.unread(trails=self._has_trail())))
        manifest = self.reader.looks.manifest(self.directory)
        if manifest is not None and manifest.problem is not None:
            found[manifest.problem] = None
        return found

    def _has_trail(self) -> bool:
        return any(
            type_ == "aws_cloudtrail"
            for module in self.modules()
            for type_, _ in module.config.resources
        ) or any(graph.resources(Kind.TRAIL) for graph in self.stacks.graphs().values())

    def _given(self) -> dict[str, Value]:
        reader = self.reader
        given: dict[str, Value] = {}
        for path in automatic(reader.repository, self.directory):
            given.update(read_file(reader.repository, path, self.files, self.problems))
        for name in reader.config.var_files:
            inside = reader.repository.relative(name)
            path = inside if inside is not None else os.path.realpath(name)
            given.update(read_file(reader.repository, path, self.files, self.problems))
        config = reader.config_at(self.directory)
        if config is not None:
            given.update(given_one_by_one(reader.config.variables, config, self.files))
        return given

    def _aws_before_3(self) -> bool:
        path = (
            ".terraform.lock.hcl"
            if self.directory == "."
            else f"{self.directory}/.terraform.lock.hcl"
        )
        lock: bytes | None = None
        if ".terraform.lock.hcl" in self.reader.repository.listing(self.directory).files:
            data = self.reader.repository.read(path)
            lock = None if isinstance(data, Diagnostic) else data
        reader = self.reader
        directories = (
            d for d in reader.looks.closure(self.directory) if reader.looks.pins_old_provider(d)
        )
        return aws_before_3(
            lock, (c for d in directories if (c := reader.config_at(d)) is not None)
        )


def _at_home(problem: Diagnostic) -> Diagnostic:
    """Place a problem in the text of a model at the call that it stands for."""
    span = problem.span
    if span is None or not span.source.origin:
        return problem
    detail = f"{problem.detail} It is read {span.source.origin}.".strip()
    return problem._replace(span=span.source.shown(span), detail=detail)
