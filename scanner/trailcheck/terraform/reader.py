"""The Terraform reader: module directories to graphs, one for each root module."""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic
from trailcheck.graph import Dialect, Graph, Kind
from trailcheck.terraform import jsonsyntax, syntax
from trailcheck.terraform.config import ModuleConfig
from trailcheck.terraform.evaluate import fresh_budget
from trailcheck.terraform.files import RepositoryFiles
from trailcheck.terraform.inputs import automatic, given_one_by_one, hint, read_file
from trailcheck.terraform.modules import Tree
from trailcheck.terraform.resource import ResourceInstance
from trailcheck.terraform.resources import LOOKED_UP, OF_KIND, TYPES, resource_of
from trailcheck.terraform.versions import aws_before_3
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.config import Config
    from trailcheck.graph import Resource
    from trailcheck.repository import Repository
    from trailcheck.terraform.looks import Looks
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.value import Value


class Reader:
    """Reads the Terraform of one repository. Each directory is parsed at most once."""

    def __init__(self, repository: Repository, config: Config, looks: Looks) -> None:
        self.repository = repository
        self.config = config
        self.looks = looks
        self._configs: dict[str, ModuleConfig | None] = {}
        self.instantiated: set[str] = set()
        """Directories that some root has an instance of."""
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
            source = self.repository.source(path)
            if isinstance(source, Diagnostic):
                unreadable.append(source)
            elif path.endswith(".json"):
                files.append(jsonsyntax.parse(source))
            else:
                files.append(syntax.parse(source))
        config = ModuleConfig(directory, files)
        config.diagnostics[:0] = unreadable
        return config

    def graph(self, directory: str) -> Graph:
        """Return the graph of the root module in `directory`."""
        fresh_budget()
        return _Root(self, directory).graph()


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
        self.tree.start(directory)
        self._resources: dict[str, Resource] = {}
        self._modules: list[ModuleInstance] | None = None

    def graph(self) -> Graph:
        return Graph(self.directory, Dialect.TERRAFORM, self.find, self.lookup, self.unread)

    def modules(self) -> list[ModuleInstance]:
        if self._modules is None:
            self._modules = list(self.tree.root.walk()) if self.tree.root is not None else []
            for module in self._modules:
                self.reader.instantiated.add(module.config.directory)
                self.reader.broken |= bool(module.config.diagnostics)
        return self._modules

    def find(self, kind: Kind) -> Iterator[Resource]:
        """Yield the resources of a kind in every module instance of the tree."""
        wanted = set(OF_KIND[kind])
        for module in self.modules():
            for type_, name in module.config.resources:
                if type_ in wanted:
                    yield from self._created(module.resource_instances(type_, name))
            for type_, name in module.config.data:
                if LOOKED_UP.get(type_) is kind:
                    found = module.resource_instances(type_, name, data=True)
                    yield from self._created(i for i in found if i.declared is None)

    def _created(self, instances: Iterable[ResourceInstance]) -> Iterator[Resource]:
        for instance in instances:
            if not (isinstance(instance.exists, Known) and instance.exists.data is False):
                yield self._resource(instance)

    def _resource(self, instance: ResourceInstance) -> Resource:
        found = self._resources.get(instance.address)
        if found is None:
            found = self._resources[instance.address] = resource_of(instance, self.directory)
        return found

    def lookup(self, address: str) -> Resource | None:
        instance = self.tree.handles.get(address)
        if isinstance(instance, ResourceInstance) and instance.type in TYPES:
            if not instance.is_data or instance.type in LOOKED_UP:
                return self._resource(instance)
        return None

    def unread(self) -> tuple[Diagnostic, ...]:
        """Return what could not be read of the root's own modules, and of its variable files."""
        found = dict.fromkeys(self.problems)
        for config in dict.fromkeys(module.config for module in self.modules()):
            found.update(dict.fromkeys(config.diagnostics))
        found.update(dict.fromkeys(self.tree.diagnostics.values()))
        return tuple(found)

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
