"""How many arguments a function takes, and which functions may stand in them.

Source: CloudFormation Template Reference, "Supported functions" on the page of each function. Under
language extensions functions are resolved before CloudFormation sees them, so that nothing is
refused there. Functions among the items of a list are not looked at. CloudFormation looks at every
call of a template before it creates anything, and so does `walk`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.nodes import ListNode, MapNode
from trailcheck.cloudformation.template import EXTENSIONS
from trailcheck.errors import Impact
from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Node
    from trailcheck.value import Unknown


def _set(names: str) -> frozenset[str]:
    return frozenset(name if name == "Ref" else f"Fn::{name}" for name in names.split())


_NONE = _set("")
_TEXT = _set("Base64 FindInMap GetAtt GetAZs GetStackOutput If ImportValue Join Select Sub Ref")
_LIST = _set("Cidr FindInMap GetAtt GetAZs GetStackOutput If ImportValue Split Ref")
_KEY = _set("FindInMap Ref")
_BEFORE = _set("FindInMap GetAtt Join Select Split Sub Ref")
"""What is settled before there are resources; `form` tells of references to those."""

_TAKES: dict[str, tuple[frozenset[str], ...]] = {
    "Fn::Base64": (_TEXT | _set("Cidr"),),
    "Fn::Equals": (_BEFORE, _BEFORE),
    "Fn::FindInMap": (_KEY, _KEY, _KEY),
    "Fn::GetAZs": (_TEXT,),
    "Fn::GetAtt": (_NONE, _set("Ref")),
    "Fn::If": (_NONE,),
    "Fn::ImportValue": (_TEXT - _set("GetAtt"),),
    "Fn::Join": (_NONE, _LIST | _set("Select")),
    "Fn::Select": (_KEY, _LIST | _set("Select")),
    "Fn::Split": (_NONE, _TEXT),
}
"""The functions that each argument takes, in order."""


class _Form(NamedTuple):
    """How many arguments a function takes, and which in words."""

    least: int
    most: int
    wanted: str


_FORMS = {
    "Fn::Cidr": _Form(2, 3, "a block, a number, and bits"),
    "Fn::Equals": _Form(2, 2, "two values"),
    "Fn::FindInMap": _Form(
        3, 4, "the name of a mapping, two keys, and perhaps a map with DefaultValue"
    ),
    "Fn::If": _Form(3, 3, "the name of a condition, and a value for each case"),
    "Fn::Join": _Form(2, 2, "a delimiter and a list"),
    "Fn::Select": _Form(2, 2, "an index and a list"),
    "Fn::Split": _Form(2, 2, "a delimiter and a text"),
}
CONDITIONAL = frozenset({"Condition"}) | _set("And Equals Not Or")
"""What makes conditions, and can stand nowhere else."""
OUTPUT = "a map with StackName and OutputName, and perhaps Region and RoleArn"
"""What Fn::GetStackOutput takes."""
_OF_OUTPUT = frozenset({"StackName", "OutputName", "Region", "RoleArn"})
_EVERY = frozenset(_TAKES) | _set("And Cidr Not Or Sub GetStackOutput Ref")


def walk(evaluator: Evaluator) -> None:
    """Report the calls of a template that CloudFormation refuses for their form."""
    template = evaluator.template
    waiting: list[Node] = [member.value for member, _ in template.outputs.values()]
    waiting += [member.value for member, _ in template.conditions.values()]
    waiting += [d.properties for d in template.resources.values() if d.properties is not None]
    within = {id(member.value) for member, _ in template.conditions.values()}
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        name, argument = evaluator.function(node) or ("", node)
        if name == "Fn::Transform":
            continue
        if name in CONDITIONAL and id(node) not in within:
            misplaced(evaluator, name, node)
        elif name:
            check(evaluator, name, node, argument)
        inner: list[Node] = []
        if isinstance(node, ListNode):
            inner = list(node.items)
        elif isinstance(node, MapNode):
            inner = [member.value for member in node.members.values()]
        if id(node) in within:
            within.update(map(id, inner))
        waiting += inner


def misplaced(evaluator: Evaluator, name: str, call: Node) -> Unknown:
    """Refuse a condition where a value belongs; `conditions.truth` knows where one may stand."""
    return evaluator.refuse(
        f"{call.tag or name} stands where a value belongs",
        "Declare it under Conditions, and choose the value with Fn::If.",
        call.span,
        Impact.REFUSED,
    )


def check(evaluator: Evaluator, name: str, call: Node, argument: Node) -> Unknown | None:
    """Refuse a call with too few or too many arguments, or with a function that cannot be there."""
    if isinstance(argument, MapNode) and [*argument.members] == ["Fn::Transform"]:
        return None  # what a macro makes of the arguments is not known here
    given: list[Node] = []
    if isinstance(argument, ListNode) and (call is argument or not argument.tag):
        given = list(argument.items)
    elif argument is not call:
        given = [argument]
    if name == "Fn::GetStackOutput" and isinstance(argument, MapNode):
        keys = argument.members.keys()
        if not (keys <= _OF_OUTPUT and keys >= {"StackName", "OutputName"}):
            return evaluator.malformed(name, OUTPUT, call.span)
    form = _FORMS.get(name)
    if form is not None and not form.least <= len(given) <= form.most:
        return evaluator.malformed(name, form.wanted, call.span)
    if EXTENSIONS in evaluator.template.transforms:
        return None
    for node, allowed in zip(given, _TAKES.get(name, ()), strict=False):
        inner = _function(evaluator, node)
        if inner and inner not in allowed:
            listed = ", ".join(sorted(allowed)) or "no function"
            return evaluator.refuse(
                f"{inner} cannot stand in {name} there",
                f"CloudFormation takes {listed} in its place.",
                node.span,
                Impact.REFUSED,
            )
    return None


def _function(evaluator: Evaluator, node: Node) -> str:
    """Return the function that a node calls, if it is one that CloudFormation itself knows."""
    if not node.tag and not isinstance(node, MapNode):
        return ""
    found = evaluator.function(node)
    return found[0] if found is not None and found[0] in _EVERY else ""
