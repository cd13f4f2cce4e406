"""The configuration beside a plan: places in it, and the text around references, which plans lose.

It is used only if it is what the plan was made from, as far as that can be told: every resource
that matters, every module call and every output must refer to the same things and state the same
constants. Local values are not in a plan; they are taken to be unchanged, which is an assumption,
and noted.
"""

from __future__ import annotations

import json
import os.path
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic
from trailcheck.terraform.config import literal_text, source_of
from trailcheck.terraform.evaluate import evaluate, fresh_budget
from trailcheck.terraform.expansion import Instance
from trailcheck.terraform.files import LiteralScope, RepositoryFiles
from trailcheck.terraform.functions import convert
from trailcheck.terraform.looks import local_directory
from trailcheck.terraform.modules import ModuleInstance, Tree
from trailcheck.terraform.plan.document import (
    alike,
    as_object,
    as_objects,
    is_unknown,
    steps,
)
from trailcheck.terraform.plan.references import bracketed, plain
from trailcheck.terraform.resource import ResourceInstance
from trailcheck.terraform.resources import TYPES, resource_of
from trailcheck.terraform.sources import Sources, same_source
from trailcheck.terraform.stacks import STACKS
from trailcheck.terraform.traversals import longest, traversals
from trailcheck.terraform.versions import aws_before_3
from trailcheck.value import Known, Mapping, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.graph import Resource
    from trailcheck.terraform import ast
    from trailcheck.terraform.config import ModuleConfig
    from trailcheck.terraform.plan.document import Json, Key, PlanDocument, Planned
    from trailcheck.terraform.reader import Reader
    from trailcheck.value import Value

ASSUMPTION = "the source beside a plan has the local values that it had when the plan was made"
_META = frozenset({"count", "for_each", "depends_on", "provider"})
_META_OF_CALLS = frozenset({"count", "for_each", "depends_on", "providers", "source", "version"})
_META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection", "dynamic"})


def beside(plan: PlanDocument, reader: Reader, directories: Iterable[str]) -> Configuration | None:
    """Return the configuration that a plan was made from, if it is in one of the directories."""
    for directory in dict.fromkeys(directories):
        config = reader.config_at(directory)
        if config is not None and not config.diagnostics:
            scope = LiteralScope(RepositoryFiles(reader.repository, directory))
            sources = Sources(directory, reader.looks)
            if _Comparison(plan, reader, scope, sources).holds(directory):
                return Configuration(plan, reader, directory, sources)
    return None


class Configuration:
    """The module tree of a plan, evaluated with what the plan knows."""

    def __init__(
        self, plan: PlanDocument, reader: Reader, directory: str, sources: Sources
    ) -> None:
        """Open the root module in `directory`."""
        fresh_budget()
        self.plan = plan
        self.directory = directory
        self.sources = sources
        name = ".terraform.lock.hcl"
        path = name if directory == "." else f"{directory}/{name}"
        lock: bytes | None = None
        if name in reader.repository.listing(directory).files:
            data = reader.repository.read(path)
            lock = None if isinstance(data, Diagnostic) else data
        configs = (
            c for d in reader.looks.closure(directory) if (c := reader.config_at(d)) is not None
        )
        self.tree = Tree(
            reader.config_at,
            RepositoryFiles(reader.repository, directory),
            {name: plain(value) for name, value in plan.variables.items()},
            aws_before_3=aws_before_3(lock, configs),
        )
        self.tree.source = sources.find
        self.tree.start(directory)
        self._modules: dict[str, ModuleInstance | None] = {}
        self._resources: dict[str, Resource | None] = {}
        for instance in plan.instances.values():
            self._settle(instance)

    def resource(self, instance: Planned) -> Resource | None:
        """Return an instance as the configuration has it, if it has it."""
        if instance.address not in self._resources:
            found = self.instance(instance)
            self._resources[instance.address] = (
                resource_of(found, self.directory)
                if found is not None and instance.type in TYPES
                else None
            )
        return self._resources[instance.address]

    def _settle(self, instance: Planned) -> None:
        """Tell the evaluation what the plan knows of an instance's attributes."""
        found = self.instance(instance)
        if found is None:
            return
        for name, said in instance.values.items():
            scalar = isinstance(said, str | bool | int | float)
            if (scalar or (instance.data and said is not None)) and not is_unknown(
                instance.unknown.get(name)
            ):
                found.settle(name, plain(said))

    def instance(self, instance: Planned) -> ResourceInstance | None:
        """Return an instance as an evaluation has it, if the configuration has it."""
        known = self.tree.handles.get(instance.address)
        if isinstance(known, ResourceInstance):
            return known
        module = self._module(instance.module)
        if module is None:
            return None
        table = module.config.data if instance.data else module.config.resources
        block = table.get((instance.type, instance.name))
        if block is None:
            return None
        for found in module.resource_instances(instance.type, instance.name, data=instance.data):
            if found.address == instance.address:
                return found
        own = _own(instance.key)
        found = ResourceInstance(module, block, instance.address, own, is_data=instance.data)
        self.tree.handles[instance.address] = found
        return found

    def _module(self, address: str) -> ModuleInstance | None:
        if address not in self._modules:
            self._modules[address] = self._find_module(address)
        return self._modules[address]

    def _find_module(self, address: str) -> ModuleInstance | None:
        module = self.tree.root
        for name, key in steps(address):
            if module is None:
                return None
            wanted = f"{module.prefix}module.{name}{bracketed(key)}"
            found = next((c for c in module.children(name) if c.address == wanted), None)
            config, call = module.child_config(name), module.config.calls.get(name)
            if found is None and config is not None and call is not None:
                found = ModuleInstance(self.tree, config, module, call, _own(key))
                self.tree.handles[wanted] = found
            module = found
        return module


def _own(key: Key) -> Instance:
    """Return an instance whose key the plan knows and the configuration does not."""
    names: dict[str, Value] = {}
    if isinstance(key, int):
        names["count"] = Mapping({"index": Known(key)})
    elif key is not None:
        value = Unknown(f"each.value of {key}", "the elements of for_each are not known")
        names["each"] = Mapping({"key": Known(key), "value": value})
    return Instance(bracketed(key), Known(True), names)


class _Comparison:
    """Compares the configuration that a plan holds with the one in a directory."""

    def __init__(
        self, plan: PlanDocument, reader: Reader, scope: LiteralScope, sources: Sources
    ) -> None:
        self.plan = plan
        self.reader = reader
        self.scope = scope
        self.sources = sources

    def holds(self, directory: str) -> bool:
        """Tell whether they say the same, in every module whose source is at hand."""
        root = self.reader.config_at(directory)
        waiting = [(self.plan.configuration, root, "")]
        while waiting:
            said, config, path = waiting.pop()
            if config is None or config.diagnostics or not self._module(said, config):
                return False
            for name, call in as_object(said.get("module_calls")).items():
                block = config.calls[name]
                source = source_of(block)
                inner = as_object(as_object(call).get("module"))
                target = local_directory(config.directory, source)
                if target is not None:
                    waiting.append((inner, self.reader.config_at(target), f"{path}{name}."))
                elif not _same_origin(block, source, as_object(call)):
                    return False
                else:
                    at_hand = self.sources.installed(f"{path}{name}", block, self.reader.config_at)
                    if not isinstance(at_hand, str):
                        waiting.append((inner, at_hand, f"{path}{name}."))
        return True

    def _module(self, said: dict[str, Json], config: ModuleConfig) -> bool:
        declared = set[tuple[str, str]]()
        for resource in as_objects(said.get("resources")):
            type_, name = str(resource.get("type")), str(resource.get("name"))
            is_data = resource.get("mode") == "data"
            block = (config.data if is_data else config.resources).get((type_, name))
            if block is None or not self._block(block.body, resource):
                return False
            if not is_data:
                declared.add((type_, name))
        if any(
            (key[0] in TYPES or key[0] in STACKS) and key not in declared
            for key in config.resources
        ):
            return False
        calls = as_object(said.get("module_calls"))
        if set(calls) != set(config.calls):
            return False
        for name, call in calls.items():
            if not self._block(config.calls[name].body, as_object(call), _META_OF_CALLS):
                return False
        for name, output in as_object(said.get("outputs")).items():
            block = config.outputs.get(name)
            value = block.body.argument("value") if block is not None else None
            if value is None or not self._expression(
                value.expression, as_object(output).get("expression")
            ):
                return False
        return True

    def _block(self, body: ast.Body, said: dict[str, Json], meta: frozenset[str] = _META) -> bool:
        for name, key in (("count", "count_expression"), ("for_each", "for_each_expression")):
            written = body.argument(name)
            if written is None and key in said:
                return False
            # NOTE: what refers to nothing and is no constant, toset(["k"]), is not in a plan.
            if written is not None and not self._expression(written.expression, said.get(key)):
                return False
        return self._body(body, as_object(said.get("expressions")), meta)

    def _body(self, body: ast.Body, said: dict[str, Json], meta: frozenset[str]) -> bool:
        names = {name for name in body.arguments if name not in meta}
        blocks: dict[str, list[ast.Block]] = {}
        for block in body.blocks:
            if not (block.type in _META_BLOCKS and (meta or block.type == "dynamic")):
                blocks.setdefault(block.type, []).append(block)
        if names | set(blocks) != set(said):
            return False
        for name in names:
            if not self._expression(body.arguments[name].expression, said[name]):
                return False
        for type_, written in blocks.items():
            told = said[type_]
            rows: list[Json] = told if isinstance(told, list) else [told]
            if len(rows) != len(written):
                return False
            for block, row in zip(written, rows, strict=True):
                if not self._body(block.body, as_object(row), frozenset()):
                    return False
        return True

    def _expression(self, written: ast.Expression, said: Json) -> bool:
        told = as_object(said)
        references = told.get("references")
        listed = (
            [r for r in references if isinstance(r, str)] if isinstance(references, list) else []
        )
        if longest(traversals(written)) != longest(listed):
            return False
        if "constant_value" in told:
            if written.span.source.path.endswith(".json"):
                # NOTE: a template of JSON that refers to nothing is told as it is spelled.
                return alike(_spelled(written), told["constant_value"])
            value = evaluate(written, self.scope)
            if convert.is_known(value):
                return alike(convert.plain(value), told["constant_value"])
        return True


def _same_origin(block: ast.Block, source: str | None, call: dict[str, Json]) -> bool:
    """Tell whether a call still names the module that the plan was made with."""
    version = block.body.argument("version")
    stated = literal_text(version.expression) if version is not None else ""
    told = call.get("version_constraint", "")
    return (
        isinstance(said := call.get("source"), str)
        and same_source(said, source or "")
        and isinstance(told, str)
        and stated is not None
        and _bounds(told) == _bounds(stated)
    )


def _bounds(constraint: str) -> list[str]:
    return sorted("".join(bound.split()) for bound in constraint.split(","))


def _spelled(written: ast.Expression) -> Json | None:
    """Return an expression of JSON syntax as the document spells it."""
    try:
        said: Json = json.loads(written.span.text)
    except (ValueError, RecursionError):
        return None
    return said


def directories_of(path: str, named: Iterable[str]) -> list[str]:
    """Return where the source of a plan may lie: beside it, above it, and what the caller named."""
    own = os.path.dirname(path) or "."
    above = os.path.dirname(own) or "."
    return list(dict.fromkeys((own, above, *named)))
