"""CloudFormation stacks that a plan deploys: read with the values that the plan knows."""

from __future__ import annotations

import os.path
from functools import partial
from typing import TYPE_CHECKING

from trailcheck.deploying import Order
from trailcheck.lent import Borrower, stand_ins
from trailcheck.likely import file_of, may_create_trail
from trailcheck.terraform.functions import convert
from trailcheck.terraform.plan.document import as_object, is_unknown
from trailcheck.terraform.plan.references import plain
from trailcheck.terraform.stack_sets import INSTANCES, instances_of
from trailcheck.terraform.stacks import STACK_SET, STACKS, TRAIL, Deploying, body_of, outputs
from trailcheck.value import Known, Mapping, Reference, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.deploying import Deploy, Instances
    from trailcheck.graph import Resource
    from trailcheck.source import Span
    from trailcheck.terraform.plan.document import PlanDocument, Planned
    from trailcheck.terraform.plan.resources import Resources
    from trailcheck.terraform.resource import ResourceInstance
    from trailcheck.value import Value

_ROLE = "aws_iam_role"


class PlannedStacks(Deploying["Planned"]):
    """The stacks of one plan."""

    def __init__(
        self, root: str, plan: PlanDocument, resources: Resources, deploy: Deploy | None
    ) -> None:
        super().__init__(deploy)
        self._root = root
        self._plan = plan
        self._resources = resources
        resources.references.made = self.output
        if resources.beside is not None:
            resources.beside.tree.deployed = self._evaluated

    def listed(self) -> Iterator[Planned]:
        for instance in self._plan.instances.values():
            if instance.type in STACKS and not instance.data:
                yield instance

    def order(self, instance: Planned) -> Order:
        beside = self._resources.beside
        twin = beside.instance(instance) if beside is not None else None
        home = os.path.dirname(self._root) or "."
        parameters = self._argument(instance, "parameters")
        return Order(
            root=self._root,
            address=instance.address,
            span=self.header(instance),
            directory=home if twin is None else twin.module.config.directory,
            name=self._argument(instance, "name"),
            body=self._argument(instance, "template_body"),
            url=self._argument(instance, "template_url"),
            parameters=None if parameters is None else self._texts(instance, parameters),
            capabilities=self._argument(instance, "capabilities"),
            exists=Known(True),
            place=self._resources.place(instance),
            beside=lambda name, span: self.exported(name, span, self._resources.place(instance)),
            drifts=False,  # What lifecycle ignores stays what the plan says that it is.
            elsewhere=instance.type == STACK_SET,
            instances=self._instances_of(instance) if instance.type == STACK_SET else (),
        )

    def _instances_of(self, stack_set: Planned) -> tuple[Instances, ...]:
        found = (
            partial(self._argument, instance)
            for instance in self._plan.instances.values()
            if instance.type in INSTANCES and not instance.data
        )
        name = self._argument(stack_set, "name")
        return instances_of(stack_set.address, name, found)

    def header(self, instance: Planned) -> Span:
        beside = self._resources.beside
        twin = beside.instance(instance) if beside is not None else None
        if twin is None:
            return self._resources.places.resource(instance.address)
        return twin.header.source.shown(twin.header)

    def likely(self, instance: Planned) -> bool | None:
        if TRAIL in str(instance.values.get("template_body")):
            return True
        return may_create_trail(instance.name, self._file(instance), ())

    def output(self, instance: Planned, name: str) -> Value | None:
        """Return an output of a stack that is read; None for anything else."""
        if instance.type != "aws_cloudformation_stack":
            return None
        stack = self.at(instance)
        if isinstance(stack, str) or name not in stack.outputs:
            return None
        return convert.to_text(stack.output(name, self.header(instance)))

    def lent(self) -> Iterator[Resource]:
        """Yield what stands for stacks that are given a role, and whose templates are not read."""
        for instance in self.instances():
            reason = self.at(instance)
            if isinstance(reason, str):
                yield from self._to(instance, f"the template of {instance.address} {reason}")

    def _to(self, instance: Planned, why: str) -> Iterator[Resource]:
        header = self.header(instance)
        file = self._file(instance)
        borrower = Borrower(
            self._root, instance.address, instance.type, why, file, header, Known(True)
        )
        names: list[Value] = []
        arns: list[Value] = []
        given = self._argument(instance, "parameters")
        for key, value in given.items.items() if isinstance(given, Mapping) else ():
            match value:
                case Reference(attribute="arn") if _ROLE in value.address:
                    arns.append(Reference(value.address, "name", value.span, value.via))
                case Reference(attribute="name" | "id") if _ROLE in value.address:
                    names.append(value)
                case Known(data=str(said)) if (role := self._roles().get(said)) is not None:
                    arns.append(Known(role, header))
                case Known(data=str()) if "role" in key.lower():
                    names.append(value)
        yield from stand_ins(borrower, names, arns, header)

    def _roles(self) -> dict[str, str]:
        """Return the names of roles by their ARNs, as far as both are known."""
        found = (i.values for i in self._plan.instances.values() if i.type == _ROLE)
        return {
            arn: name
            for values in found
            if isinstance(arn := values.get("arn"), str)
            and isinstance(name := values.get("name"), str)
        }

    def _file(self, instance: Planned) -> str:
        url = instance.values.get("template_url")
        return file_of(url) if isinstance(url, str) else ""

    def _argument(self, instance: Planned, name: str) -> Value | None:
        """Return an argument: what the plan knows of it, else what the configuration says."""
        said = instance.values.get(name)
        beside = self._resources.beside
        twin = beside.instance(instance) if beside is not None else None
        written = _written(twin, name) if twin is not None else None
        if not is_unknown(instance.unknown.get(name)):
            value = plain(said)
            known = None if said is None else value
            return written if written is not None and written == known else known
        if written is not None and not isinstance(written, Unknown):
            self._resources.used_source = True
            return written
        return self._resources.references.argument(instance, name)

    def _texts(self, instance: Planned, passed: Value) -> Value:
        """Return parameters as texts; what the plan knows of them wins."""
        if not isinstance(passed, Mapping):
            return passed
        said = as_object(instance.values.get("parameters"))
        known = {name: plain(value) for name, value in said.items() if value is not None}
        texts = {n: convert.to_text(known.get(n, item)) for n, item in passed.items.items()}
        return Mapping(texts, passed.span, passed.via, passed.key_spans)

    def _evaluated(self, stack: ResourceInstance) -> Value | None:
        """Return the outputs of a stack, for the configuration beside the plan."""
        instance = self._plan.instances.get(stack.address)
        return None if instance is None else outputs(stack, self.at(instance))


def _written(twin: ResourceInstance, name: str) -> Value | None:
    return body_of(twin) if name == "template_body" else twin.argument(name)
