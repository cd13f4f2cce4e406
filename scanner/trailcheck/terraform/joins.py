"""Data sources that look up by name what the same configuration declares, or one that it reads.

`data "aws_iam_role" "r" { name = "delivery" }` and a resource of that name in the same tree are one
thing. Names are compared as values, so that `"${var.prefix}-delivery"` on both sides is enough.
What the tree does not declare may be declared by a root whose state it reads.
A resource that may not be created is not joined: the look-up may be there for just that case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.relocation import SEPARATOR, relocated
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.source import Span
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.terraform.resource import ResourceInstance
    from trailcheck.value import Value

_BY = {
    "aws_cloudformation_stack": "name",
    "aws_cloudwatch_log_group": "name",
    "aws_iam_role": "name",
    "aws_iam_policy": "name",
    "aws_s3_bucket": "bucket",
    "aws_sns_topic": "name",
}
"""The argument by which each data source looks up, which is also what the resource calls it."""

STATE = "terraform_remote_state"


class Declared(NamedTuple):
    """What a data source looks up, and the root that declares it; "" stands for its own."""

    resource: ResourceInstance
    root: str

    @property
    def address(self) -> str:
        """The address as the root of the data source has it."""
        address = self.resource.address
        return f"{self.root}{SEPARATOR}{address}" if self.root else address

    def attribute(self, name: str, span: Span) -> Value:
        """Return an attribute as the root of the data source has it."""
        return _here(self.resource.attribute(name, span), self.root)


def declared_as(data: ResourceInstance) -> Declared | None:
    """Return the resource that a data source looks up, of its own tree first, or None."""
    argument = _BY.get(data.type)
    name = data.argument(argument) if argument is not None else None
    if argument is None or name is None or name == Known(None):
        return None
    own = _tree(data.module)
    for roots in ([("", own)], _read(own)):
        found = [
            Declared(resource, root)
            for root, modules in roots
            for module in modules
            for type_, label in module.config.resources
            if type_ == data.type
            for resource in module.resource_instances(type_, label)
            if _is(resource, root, argument, name, data)
        ]
        sure = [declared for declared in found if declared.resource.exists == Known(True)]
        if found:
            return sure[0] if len(sure) == 1 else None
    return None


def _is(
    resource: ResourceInstance, root: str, argument: str, name: Value, data: ResourceInstance
) -> bool:
    said = resource.argument(argument)
    if said is None or said == Known(None):
        said = resource.computed(argument)
    return _here(said, root) == name and _place(resource, root) == _place(data, "")


def _place(instance: ResourceInstance, root: str) -> tuple[Value, ...]:
    """Return where an instance is deployed; names of IAM are one for all Regions."""
    place = instance.provider.place
    fields = [place.account, place.partition]
    if not instance.type.startswith("aws_iam_"):
        fields.append(place.region)
    return tuple(_here(field, root) for field in fields)


def _here(value: Value, root: str) -> Value:
    return relocated(value, root) if root else value


def _tree(module: ModuleInstance) -> list[ModuleInstance]:
    root = module
    while root.parent is not None:
        root = root.parent
    return list(root.walk())


def _read(modules: list[ModuleInstance]) -> Iterator[tuple[str, list[ModuleInstance]]]:
    """Yield the scanned roots whose states modules read, each once, with the modules of each."""
    seen: set[str] = set()
    for module in modules:
        for type_, label in module.config.data:
            if type_ == STATE:
                for data in module.resource_instances(type_, label, data=True):
                    root = module.tree.producer(data)
                    if root is not None and root.config.directory not in seen:
                        seen.add(root.config.directory)
                        yield root.config.directory, list(root.walk())
