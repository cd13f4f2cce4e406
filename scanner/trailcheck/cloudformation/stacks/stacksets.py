"""Stack sets: a template that is deployed to other accounts and Regions, often written in place.

Its instances are read as one stack in an account and Region of its own. The template stands in a
file, as for nested stacks, or as text in the property TemplateBody; places in such a text are shown
in the template around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.stacks.bodies import texts
from trailcheck.graph import Place
from trailcheck.value import Symbol

if TYPE_CHECKING:
    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.stacks.bodies import Written
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.value import Value

STACK_SET = "AWS::CloudFormation::StackSet"
_BODY = "TemplateBody"


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


def instances(around: Place, address: str) -> Place:
    """Return where the instances of a stack set are: in some account and Region of their own."""
    account: Value = Symbol("account", address)
    return Place(account, Symbol("region", address), around.partition)
