"""Where Terraform deploys a stack set: its instances, and the parameters that those have.

`aws_cloudformation_stack_set_instance` is one of them, `aws_cloudformation_stack_instances` are all
of some accounts and Regions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.deploying import Instances, alike
from trailcheck.terraform.functions import convert
from trailcheck.value import NULL, Known, Mapping, Reference, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trailcheck.value import Value

INSTANCES = frozenset(
    {"aws_cloudformation_stack_instances", "aws_cloudformation_stack_set_instance"}
)
_REGIONS = ("regions", "stack_set_instance_region", "region")
"""Arguments that say in which Regions instances are, the newest first."""
_TARGETS = ("accounts", "account_id", "deployment_targets")
"""Arguments that say in which accounts they are."""


def instances_of(
    address: str, name: Value | None, asked: Iterable[Callable[[str], Value | None]]
) -> tuple[Instances, ...]:
    """Return the instances of a stack set, once for each way in which they are deployed.

    `asked` are the resources that make instances of any stack set: each gives its arguments.
    """
    regions: dict[object, set[Known]] = {}
    found: list[tuple[Instances, object]] = []
    for argument in asked:
        named = argument("stack_set_name")
        mine = named.address == address if isinstance(named, Reference) else named == name
        if named is not None and mine:
            overrides = _overrides(argument("parameter_overrides"))
            ways = frozenset((overrides or {}).items()), overrides is None
            where = (ways, *(argument(each) for each in _TARGETS))
            regions.setdefault(where, set()).update(_regions(argument))
            found.append((Instances(overrides or {}, 0, settled=overrides is not None), where))
    return alike(each._replace(regions=len(regions[where])) for each, where in found)


def _overrides(value: Value | None) -> dict[str, Value] | None:
    """Return the parameters that an instance is given; None where code does not settle which."""
    if value is None or value == NULL:
        return {}
    if not isinstance(value, Mapping):
        return None
    return {name: convert.to_text(item) for name, item in value.items.items()}


def _regions(argument: Callable[[str], Value | None]) -> Iterator[Known]:
    """Yield the Regions of instances that are literal."""
    for name in _REGIONS:
        value = argument(name)
        if value is not None and value != NULL:
            for each in value.items if isinstance(value, Sequence) else (value,):
                if isinstance(each, Known) and each.data:
                    yield Known(each.data)
            return
