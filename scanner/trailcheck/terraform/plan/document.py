"""The JSON of one plan, and the little of it that matters.

The document is read by Python's own decoder, once; what cannot matter is let go while it is read,
so that a large plan takes little more memory than its text (HashiCorp, "JSON Output Format").
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeAlias

from trailcheck.errors import Diagnostic
from trailcheck.record import NamedTuple
from trailcheck.terraform.resources import TYPES
from trailcheck.terraform.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Iterator

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | LeftOut | None"
Key: TypeAlias = "int | str | None"

_MAJOR_VERSIONS = ("0", "1")
"""Major versions of the format that are read; a new one may mean something else."""
_STEP = re.compile(r'module\.([^.\[\]]+)(?:\[([0-9]+|"(?:[^"\\]|\\.)*")\])?(?:\.|\Z)')
_HEAVY = ("before", "after", "before_sensitive", "after_sensitive")


class LeftOut:
    """Stands where something was that cannot matter."""

    __slots__ = ()


LEFT_OUT = LeftOut()


class Planned(NamedTuple):
    """One instance of a resource or data source, as the plan will have it."""

    address: str
    module: str
    """The address of the module instance; empty for the root."""
    type: str
    name: str
    key: Key
    data: bool
    values: dict[str, Json]
    unknown: dict[str, Json]
    """Marks of what is known after apply only, in the shape of the values."""
    created: bool
    """Whether nothing of it exists yet."""

    @property
    def base(self) -> str:
        """The address without the instance's own key."""
        front = f"{self.module}." if self.module else ""
        return f"{front}{'data.' if self.data else ''}{self.type}.{self.name}"


class PlanDocument:
    """What one plan says."""

    def __init__(self, document: dict[str, Json]) -> None:
        """Keep what matters of a decoded plan."""
        self.variables = {
            name: held["value"]
            for name, held in as_object(document.get("variables")).items()
            if isinstance(held, dict) and "value" in held
        }
        configuration = as_object(document.get("configuration"))
        self.configuration = as_object(configuration.get("root_module"))
        """The root module's configuration; empty if the document holds none."""
        self.providers = {
            key: as_object(said)
            for key, said in as_object(configuration.get("provider_config")).items()
        }
        self.malformed = False
        """Whether a part of the planned values has a shape that no plan has."""
        self.instances: dict[str, Planned] = {}
        self.modules: dict[str, None] = {"": None}
        """Addresses of the module instances that hold anything."""
        changes = {
            address: change
            for change in as_objects(document.get("resource_changes"))
            if isinstance(address := change.get("address"), str) and "deposed" not in change
        }
        prior = as_object(as_object(document.get("prior_state")).get("values")).get("root_module")
        there = False
        for resource, module in self._resources(prior):
            if resource.get("mode") == "data":
                self._add(resource, module, {})
            else:
                there = True
        planned = as_object(document.get("planned_values")).get("root_module")
        self.malformed = False  # What was looked up before does not decide what will be.
        for resource, module in self._resources(planned):
            self.modules[module] = None
            change = as_object(changes.get(str(resource.get("address"))))
            # NOTE: what is removed without being destroyed is listed, with no values.
            if as_object(change.get("change")).get("actions") != ["forget"]:
                self._add(resource, module, change)
        self.refreshes = there and "resource_changes" not in document
        """Whether the plan takes note of what is there, and says nothing of what will be."""
        self.finished = document.get("complete") is not False and not document.get("errored")
        """False for a plan made for some targets only, with deferred changes, or with errors."""
        if (
            "complete" not in document and not self.refreshes
        ):  # Terraform 1.8 was the first to say so.
            self.finished = self.finished and not self._lacks()
        self._modules: dict[str, dict[str, Json]] = {}
        self._declared: dict[int, dict[tuple[str, str, bool], dict[str, Json]]] = {}
        self._by_base: dict[str, list[Planned]] = {}
        for instance in self.instances.values():
            self._by_base.setdefault(instance.base, []).append(instance)

    def _add(self, resource: dict[str, Json], module: str, change: dict[str, Json]) -> None:
        address, type_, name = (resource.get(k) for k in ("address", "type", "name"))
        if not (isinstance(address, str) and isinstance(type_, str) and isinstance(name, str)):
            self.malformed = True
            return
        index = resource.get("index")
        key = index if isinstance(index, int | str) and not isinstance(index, bool) else None
        changed = as_object(change.get("change"))
        self.instances[address] = Planned(
            address,
            module,
            type_,
            name,
            key,
            resource.get("mode") == "data",
            as_object(resource.get("values")),
            as_object(changed.get("after_unknown")),
            changed.get("actions") == ["create"],
        )

    def _resources(self, root: Json) -> Iterator[tuple[dict[str, Json], str]]:
        """Yield every resource of a tree of modules with its module's address; no recursion."""
        waiting: list[tuple[Json, str]] = [(root, "")]
        while waiting:
            module, address = waiting.pop()
            if not isinstance(module, dict):
                self.malformed = self.malformed or module is not None
                continue
            for resource in self._listed(module.get("resources")):
                yield resource, address
            for child in reversed(list(self._listed(module.get("child_modules")))):
                said = child.get("address")
                if isinstance(said, str):
                    waiting.append((child, said))
                else:
                    self.malformed = True

    def _lacks(self) -> bool:
        """Tell whether something is declared once and for all, and is not among what will be."""
        found = {
            (tuple(name for name, _ in steps(i.module)), i.type, i.name)
            for i in self.instances.values()
            if not i.data
        }
        waiting: list[tuple[dict[str, Json], tuple[str, ...]]] = [(self.configuration, ())]
        while waiting:
            module, path = waiting.pop()
            for resource in as_objects(module.get("resources")):
                own = (path, str(resource.get("type")), str(resource.get("name")))
                if resource.get("mode") == "managed" and _once(resource) and own not in found:
                    return True
            for name, call in as_object(module.get("module_calls")).items():
                if _once(as_object(call)):
                    waiting.append((as_object(as_object(call).get("module")), (*path, name)))
        return False

    def _listed(self, said: Json) -> Iterator[dict[str, Json]]:
        items: list[Json] = said if isinstance(said, list) else []
        self.malformed = self.malformed or not (said is None or isinstance(said, list))
        for item in items:
            if isinstance(item, dict):
                yield item
            elif item is not LEFT_OUT:
                self.malformed = True

    def of(self, base: str) -> list[Planned]:
        """Return the instances of a resource, by its address without a key."""
        return self._by_base.get(base, [])

    def module(self, address: str) -> dict[str, Json]:
        """Return the configuration of the module instance at an address; empty if there is none."""
        known = self._modules.get(address)
        if known is None:
            known = self.configuration
            for name, _ in steps(address):
                known = as_object(self.call(known, name).get("module"))
            self._modules[address] = known
        return known

    def call(self, module: dict[str, Json], name: str) -> dict[str, Json]:
        """Return the call `name` in the configuration of a module."""
        return as_object(as_object(module.get("module_calls")).get(name))

    def declared(self, instance: Planned) -> dict[str, Json]:
        """Return the configuration of an instance's resource; empty if there is none."""
        module = self.module(instance.module)
        # NOTE: the configuration lives as long as this object: its identity names it.
        table = self._declared.get(id(module))
        if table is None:
            table = self._declared[id(module)] = {
                (type_, name, resource.get("mode") == "data"): resource
                for resource in as_objects(module.get("resources"))
                if isinstance(type_ := resource.get("type"), str)
                and isinstance(name := resource.get("name"), str)
            }
        return table.get((instance.type, instance.name, instance.data), {})

    def expressions(self, instance: Planned) -> dict[str, Json]:
        """Return what the configuration says of an instance's arguments."""
        return as_object(self.declared(instance).get("expressions"))


def read(data: bytes, path: str) -> PlanDocument | Diagnostic | None:
    """Read a plan; None if the document is something else after all."""
    try:
        document: Json = json.loads(data, object_hook=_kept)
    except RecursionError:
        return Diagnostic("nested too deeply", "The plan was not read.", path)
    except ValueError as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        return Diagnostic(f"not valid JSON{where}", "The plan was not read.", path)
    if not isinstance(document, dict) or "planned_values" not in document:
        return None
    if "Resources" in document or "AWSTemplateFormatVersion" in document:
        return None  # A template of CloudFormation.
    version = document.get("format_version")
    if not isinstance(version, str):
        return None
    if version.split(".", 1)[0] not in _MAJOR_VERSIONS:
        return Diagnostic(
            f"a plan in format {version[:20]}, which is not known",
            "Formats 0.1 to 1.x are read; scan the source instead, or update trailcheck.",
            path,
        )
    if not isinstance(document["planned_values"], dict):
        return Diagnostic("planned_values is not an object", "The plan was not read.", path)
    return PlanDocument(document)


def steps(address: str) -> list[tuple[str, Key]]:
    """Return the names and keys on the way to a module instance."""
    found: list[tuple[str, Key]] = []
    at = 0
    while at < len(address) and (match := _STEP.match(address, at)):
        found.append((match[1], key_of(match[2])))
        at = match.end()
    return found


def key_of(said: str | None) -> Key:
    """Return the key of an instance as it stands between the brackets of an address."""
    if said is None:
        return None
    if said[0] != '"':
        return int(said[:18])
    try:
        key = json.loads(said)
    except ValueError:
        return said[1:-1]
    return key if isinstance(key, str) else said[1:-1]


def parent(address: str) -> str:
    """Return the address of the module instance above one."""
    at, last = 0, 0
    while at < len(address) and (match := _STEP.match(address, at)):
        last, at = at, match.end()
    return address[:last].rstrip(".")


def is_unknown(mark: Json) -> bool:
    """Tell whether a mark, or any inside it, says that something is known after apply only."""
    waiting = [mark]
    while waiting:
        said = waiting.pop()
        if said is True:
            return True
        if isinstance(said, dict):
            waiting.extend(said.values())
        elif isinstance(said, list):
            waiting.extend(said)
    return False


def _once(declared: dict[str, Json]) -> bool:
    """Tell whether a resource or a call of the configuration is made exactly once."""
    return "count_expression" not in declared and "for_each_expression" not in declared


def _kept(node: dict[str, Json]) -> Json:
    """Let go of what cannot matter, as soon as it is read."""
    if "address" not in node or "type" not in node:
        return node
    if "provider_name" in node or "provider_config_key" in node:
        type_ = node["type"]
        known = isinstance(type_, str) and (type_ in TYPES or type_ in STACKS)
        if node.get("mode") != "data" and not known:
            return LEFT_OUT
        node.pop("sensitive_values", None)
        change = node.get("change")
        if isinstance(change, dict):
            for name in _HEAVY:
                change.pop(name, None)
    return node


def as_object(said: Json) -> dict[str, Json]:
    """Return an object, or an empty one for any other shape."""
    return said if isinstance(said, dict) else {}


def as_objects(said: Json) -> Iterator[dict[str, Json]]:
    """Yield the objects in a list; nothing for any other shape."""
    if isinstance(said, list):
        yield from (item for item in said if isinstance(item, dict))


def alike(one: object, other: object) -> bool:
    """Tell whether two plain values are the same but for conversions and the order of sets."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return False
        if all(alike(a, b) for a, b in zip(one, other, strict=True)):
            return True
        return sorted(map(_said, one)) == sorted(map(_said, other))
    return _said(one) == _said(other)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
