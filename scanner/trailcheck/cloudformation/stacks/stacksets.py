"""Stack sets: a template that is deployed to other accounts and Regions, often written in place.

Its instances are read as one stack in an account and Region of its own. The template stands in a
file, as for nested stacks, or as text in the property TemplateBody; places in such a text are shown
in the template around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import spell
from trailcheck.cloudformation.stacks.bodies import texts
from trailcheck.deploying import Instances, alike
from trailcheck.graph import Place
from trailcheck.value import Known, Mapping, Sequence, Symbol

if TYPE_CHECKING:
    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.stacks.bodies import Written
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.value import Value

STACK_SET = "AWS::CloudFormation::StackSet"
_BODY = "TemplateBody"
_GROUPS = "StackInstancesGroup"


def bodies(evaluator: Evaluator, declared: Declaration, address: str) -> list[Written]:
    """Return the templates that a stack set may hold itself; none where it names a file."""
    node = declared.properties.get(_BODY) if declared.properties is not None else None
    if declared.type != STACK_SET or node is None:
        return []
    return texts(evaluator.within(declared.names).value(node), node.span, address)


def holds_body(declared: Declaration) -> bool:
    """Tell whether a stack set holds its template itself."""
    properties = declared.properties
    return declared.type == STACK_SET and properties is not None and _BODY in properties.members


def groups(evaluator: Evaluator, declared: Declaration) -> tuple[Instances, ...]:
    """Return the instances of a stack set, once for each way in which they are deployed."""
    node = declared.properties.get(_GROUPS) if declared.properties is not None else None
    if declared.type != STACK_SET or node is None:
        return ()
    value = evaluator.within(declared.names).value(node)
    if not isinstance(value, Sequence):
        return (Instances({}, 0, settled=False),)
    return alike(map(_group, value.items))


def _group(value: Value) -> Instances:
    if not isinstance(value, Mapping):
        return Instances({}, 0, settled=False)
    overrides: dict[str, Value] = {}
    listed = value.items.get("ParameterOverrides", Sequence(()))
    settled = isinstance(listed, Sequence)
    for item in listed.items if isinstance(listed, Sequence) else ():
        key = item.items.get("ParameterKey") if isinstance(item, Mapping) else None
        said = item.items.get("ParameterValue") if isinstance(item, Mapping) else None
        if isinstance(key, Known) and said is not None:
            overrides[spell(key)] = said
        else:
            settled = False
    regions = value.items.get("Regions")
    named = regions.items if isinstance(regions, Sequence) else ()
    known = {each for each in named if isinstance(each, Known)}
    return Instances(overrides, len(known), settled)


def placed(around: Place, address: str) -> Place:
    """Return where the instances of a stack set are: in some account and Region of their own."""
    account: Value = Symbol("account", address)
    return Place(account, Symbol("region", address), around.partition, address)
