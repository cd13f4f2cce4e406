"""CloudFormation stacks that Terraform deploys: read with its values, or said to be a boundary.

Who runs the readers of both dialects gives `Reader.deploy`, which reads a template for an `Order`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from trailcheck.deploying import Order
from trailcheck.errors import Diagnostic, Impact
from trailcheck.graph import Kind
from trailcheck.likely import file_of, may_create_trail
from trailcheck.terraform import ast
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.resources import place_of
from trailcheck.terraform.stack_sets import INSTANCES, instances_of
from trailcheck.value import (
    NULL,
    Choice,
    Encoded,
    Known,
    Mapping,
    Piece,
    Sequence,
    Unknown,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailcheck.deploying import Deploy, Deployed, Instances
    from trailcheck.graph import Graph, Place
    from trailcheck.source import Span
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.terraform.resource import ResourceInstance
    from trailcheck.value import Value

STACK_SET = "aws_cloudformation_stack_set"
STACKS = frozenset({"aws_cloudformation_stack", STACK_SET})
_DECIDING = frozenset({"all", "parameters", "template_body", "template_url"})
"""Arguments that say what is deployed."""
_MOST = 200
"""Stacks of one root that are read."""
TRAIL = "AWS::CloudTrail::Trail"
"""What the text of a template must spell that makes a trail."""


class Stack(Protocol):
    """What deploys a stack: an instance of a resource."""

    @property
    def address(self) -> str:
        """Its address in the code."""


_Stack = TypeVar("_Stack", bound=Stack)


class Deploying(ABC, Generic[_Stack]):
    """The stacks of one root, each read when it is first asked for."""

    def __init__(self, deploy: Deploy | None) -> None:
        self._deploy = deploy
        self._found: dict[str, Deployed | str] = {}
        self._instances: tuple[_Stack, ...] | None = None
        self._graphs: dict[str, Graph] | None = None

    @abstractmethod
    def listed(self) -> Iterator[_Stack]:
        """Yield the resources of the root that deploy a stack."""

    @abstractmethod
    def order(self, instance: _Stack) -> Order:
        """Return what a resource deploys."""

    @abstractmethod
    def header(self, instance: _Stack) -> Span:
        """Return where a resource is declared, in code of the user."""

    @abstractmethod
    def likely(self, instance: _Stack) -> bool | None:
        """Tell whether a stack probably makes a trail (True), or might (False); else None."""

    def at(self, instance: _Stack) -> Deployed | str:
        """Return the stack that a resource deploys, or why it is not read: "is not …"."""
        found = self._found.get(instance.address)
        if found is None:
            self._found[instance.address] = "refers to itself"
            found = self._found[instance.address] = self._read(instance)
        return found

    def instances(self) -> tuple[_Stack, ...]:
        """Return the resources of the root that deploy a stack."""
        if self._instances is None:
            self._instances = tuple(self.listed())
        return self._instances

    def graphs(self) -> dict[str, Graph]:
        """Return the graphs of the stacks that are read, by what stands before their addresses."""
        if self._graphs is None:
            read = {f"{instance.address}/": self.at(instance) for instance in self.instances()}
            self._graphs = {p: s.graph for p, s in read.items() if not isinstance(s, str)}
        return self._graphs

    def exported(self, name: Value, span: Span, place: Place) -> Value | None:
        """Return what a stack at a place exports under a name, if one of the root does."""
        for instance in self.instances():
            order = self.order(instance)
            stack = self.at(instance) if not order.elsewhere and order.place == place else ""
            value = None if isinstance(stack, str) else stack.exported(name, span)
            if value is not None:
                return value.through(span, f"exported by {instance.address}")
        return None

    def holding(self, address: str) -> Graph | None:
        """Return the graph of the stack that declares what is at an address, if one does."""
        if "/" not in address:
            return None
        return next((g for before, g in self.graphs().items() if address.startswith(before)), None)

    def unread(self, *, trails: bool) -> Iterator[Diagnostic]:
        """Yield what could not be read of the stacks; a stack that may make a trail is that itself.

        Beside a trail of the root such a stack is worth a note, and so is what is wrong in one that
        declares nothing of a trail's chain.
        """
        for graph in self.graphs().values():
            aside = trails and not any(map(graph.resources, Kind))
            for lost in graph.unread:
                yield lost._replace(impact=Impact.NOTICE) if aside else lost
        for instance in self.instances():
            found = self.at(instance)
            guess = self.likely(instance) if isinstance(found, str) else None
            if guess is not None:
                header = self.header(instance)
                yield Diagnostic(
                    f"{instance.address} may create a trail that was not read",
                    f"Its template {found}.",
                    header.source.path,
                    header,
                    Impact.UNREAD if guess and not trails else Impact.NOTICE,
                )

    def _read(self, instance: _Stack) -> Deployed | str:
        if self._deploy is None:
            return "is not read here"
        if len(self._found) > _MOST:
            return "is one too many to read"
        return self._deploy(self.order(instance))


class Stacks(Deploying["ResourceInstance"]):
    """The stacks that a configuration declares."""

    def __init__(
        self,
        root: str,
        deploy: Deploy | None,
        modules: Callable[[], list[ModuleInstance]],
        exists: Callable[[ResourceInstance], Value],
    ) -> None:
        """`modules` are those of the root, and `exists` says whether an instance is created."""
        super().__init__(deploy)
        self._root = root
        self._modules = modules
        self._exists = exists

    def listed(self) -> Iterator[ResourceInstance]:
        for module in self._modules():
            for type_, name in module.config.resources:
                if type_ in STACKS:
                    found = module.resource_instances(type_, name)
                    yield from (i for i in found if i.exists != Known(False))

    def order(self, instance: ResourceInstance) -> Order:
        return Order(
            root=self._root,
            address=instance.address,
            span=instance.header,
            directory=instance.module.config.directory,
            name=_text(instance, "name"),
            body=body_of(instance),
            url=_text(instance, "template_url"),
            parameters=_parameters(instance),
            capabilities=instance.argument("capabilities"),
            exists=self._exists(instance),
            place=place_of(instance),
            beside=lambda name, span: self.exported(name, span, place_of(instance)),
            drifts=not _DECIDING.isdisjoint(instance.ignored_changes),
            elsewhere=instance.type == STACK_SET,
            instances=self._instances_of(instance) if instance.type == STACK_SET else (),
        )

    def _instances_of(self, stack_set: ResourceInstance) -> tuple[Instances, ...]:
        found = (
            instance
            for module in self._modules()
            for type_, name in module.config.resources
            if type_ in INSTANCES
            for instance in module.resource_instances(type_, name)
            if instance.exists != Known(False)
        )
        name = stack_set.argument("name")
        return instances_of(stack_set.address, name, (partial(_stated, each) for each in found))

    def header(self, instance: ResourceInstance) -> Span:
        return instance.header.source.shown(instance.header)

    def likely(self, instance: ResourceInstance) -> bool | None:
        block = instance.block
        body = block.body.argument("template_body")
        value = body_of(instance)
        if (body is not None and TRAIL in body.span.text) or (value is not None and _spells(value)):
            return True
        return may_create_trail(block.labels[1], file_named(instance), ())


def _stated(instance: ResourceInstance, name: str) -> Value | None:
    """Return an argument, or the blocks of a name."""
    blocks = instance.block.body.named(name)
    return instance.nested(name) if blocks else instance.argument(name)


def outputs(instance: ResourceInstance, stack: Deployed | str) -> Value:
    """Return the outputs of a stack, which are texts."""
    header = instance.header
    if isinstance(stack, str):
        address = f"{instance.address}.outputs"
        reason = f"{address} are made by a stack, whose template {stack}"
        return Unknown(address, reason, header, needs=(address,))
    found = {name: convert.to_text(stack.output(name, header)) for name in stack.outputs}
    return Mapping(found, header, of="string")


def _text(instance: ResourceInstance, name: str) -> Value | None:
    value = instance.argument(name)
    return None if value is None or value == NULL else convert.to_text(value)


def body_of(instance: ResourceInstance) -> Value | None:
    """Return the template's text; what `yamlencode` writes here is read as the value it is of."""
    argument = instance.block.body.argument("template_body")
    said = argument.expression if argument is not None else None
    if isinstance(said, ast.Call) and said.name == "yamlencode" and len(said.arguments) == 1:
        value = evaluate(said.arguments[0], instance.scope)
        return lift([value], lambda v: Encoded(v[0], said.span))
    return _text(instance, "template_body")


def _parameters(instance: ResourceInstance) -> Value | None:
    value = instance.argument("parameters")
    if value is None or value == NULL:
        return None

    def as_texts(passed: Value) -> Value:
        if not isinstance(passed, Mapping):
            return passed
        texts = {name: convert.to_text(item) for name, item in passed.items.items()}
        return Mapping(texts, passed.span, passed.via, passed.key_spans)

    return lift([value], lambda settled: as_texts(settled[0]))


def file_named(instance: ResourceInstance) -> str:
    """Return the name of the file that the code of a stack seems to take its template from."""
    body = instance.block.body.argument("template_body")
    url = instance.block.body.argument("template_url")
    if body is not None and (named := re.search(r'file\("([^"]*)"', body.span.text)):
        return named[1].rpartition("/")[2]
    return file_of(url.span.text) if url is not None else ""


def _spells(value: Value) -> bool:
    """Tell whether a text spells the type of a trail, or may do so as a condition decides."""
    match value:
        case Choice():
            return _spells(value.then) or _spells(value.otherwise)
        case Encoded():
            return _spells(value.value)
        case Mapping():
            return any(map(_spells, value.items.values()))
        case Sequence():
            return any(map(_spells, value.items))
        case _:
            said = (part.text for part in parts_of(value) or () if isinstance(part, Piece))
            return TRAIL in "".join(said)
