"""Data sources that look up by name what the same configuration declares.

`data "aws_iam_role" "r" { name = "delivery" }` and a resource of that name in the same tree are one
thing. Names are compared as values, so that `"${var.prefix}-delivery"` on both sides is enough.
A resource that may not be created is not joined: the look-up may be there for just that case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.value import Known

if TYPE_CHECKING:
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.terraform.resource import ResourceInstance
    from trailcheck.value import Value

_BY = {
    "aws_cloudwatch_log_group": "name",
    "aws_iam_role": "name",
    "aws_iam_policy": "name",
    "aws_s3_bucket": "bucket",
    "aws_sns_topic": "name",
}
"""The argument by which each data source looks up, which is also what the resource calls it."""


def declared_as(data: ResourceInstance) -> ResourceInstance | None:
    """Return the resource of the same tree that a data source looks up, or None."""
    argument = _BY.get(data.type)
    name = data.argument(argument) if argument is not None else None
    if argument is None or name is None or name == Known(None):
        return None
    found = [
        resource
        for module in _tree(data.module)
        for type_, label in module.config.resources
        if type_ == data.type
        for resource in module.resource_instances(type_, label)
        if _is(resource, argument, name, data)
    ]
    return found[0] if len(found) == 1 else None


def _is(resource: ResourceInstance, argument: str, name: Value, data: ResourceInstance) -> bool:
    said = resource.argument(argument)
    return (
        said is not None
        and said == name
        and resource.exists == Known(True)
        and resource.provider == data.provider
    )


def _tree(module: ModuleInstance) -> list[ModuleInstance]:
    root = module
    while root.parent is not None:
        root = root.parent
    return list(root.walk())
