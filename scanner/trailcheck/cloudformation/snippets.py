"""Snippets: what the transform AWS::Include puts into a template, from files of the repository.

`aws cloudformation package` takes a local path; an S3 URI is taken to be the file of this
repository that it ends in, if there is one, and the report says so. A snippet is a map; it cannot
include another, and CloudFormation reads no short forms in it (user guide, "AWS::Include
transform").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.nodes import ListNode, MapNode, ScalarNode
from trailcheck.cloudformation.stacks.targets import located
from trailcheck.cloudformation.syntax import compose
from trailcheck.errors import Diagnostic

if TYPE_CHECKING:
    from trailcheck.cloudformation.nodes import Member, Node
    from trailcheck.cloudformation.stacks.stack import Stack

_NAME = "AWS::Include"


def include(stack: Stack, call: Node) -> tuple[Member, ...] | None:
    """Return what a transform brings in; None unless it includes snippets that can be read."""
    calls = call.items if isinstance(call, ListNode) else (call,)
    found: list[Member] = []
    for one in calls:
        snippet = _snippet(stack, one)
        if snippet is None:
            return None
        found += snippet.members.values()
    return tuple(found)


def _snippet(stack: Stack, call: Node) -> MapNode | None:
    name = call.get("Name") if isinstance(call, MapNode) else None
    parameters = call.get("Parameters") if isinstance(call, MapNode) else None
    place = parameters.get("Location") if isinstance(parameters, MapNode) else None
    if not isinstance(name, ScalarNode) or name.text != _NAME or place is None:
        return None
    to = located(stack.tree, stack.path, stack.evaluator.value(place), place.span)
    files, template = stack.tree.files, stack.template
    if isinstance(to, str) or files is None:
        template.report(
            "A snippet that is included is not known",
            f"It {to}." if isinstance(to, str) else "Scan the file, and not its text alone.",
            place.span,
        )
        return None
    source = files.source(to.path)
    if isinstance(source, Diagnostic):
        stack.tree.problems.append(source)
        return None
    node, diagnostics = compose(stack.copy(source))
    template.diagnostics += diagnostics
    if not isinstance(node, MapNode):
        if not diagnostics:
            template.report(
                "A snippet is not a map", f"{to.path} is what is included here.", place.span
            )
        return None
    short = _short_form(node)
    if short is not None:
        template.report(
            f"A snippet holds the short form {short.tag}",
            "CloudFormation reads no short forms in what AWS::Include includes. "
            "Write the function's long name.",
            short.span,
        )
    stack.included[to.path] = None
    if to.url:
        stack.tree.assumptions[f"the snippet at {to.url} is {to.path} in this repository"] = None
    return node


def _short_form(node: Node) -> Node | None:
    """Return the first node that is written in YAML's short form of a function."""
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if one.tag:
            return one
        if isinstance(one, ListNode):
            waiting += reversed(one.items)
        elif isinstance(one, MapNode):
            waiting += [member.value for member in reversed(one.members.values())]
    return None
