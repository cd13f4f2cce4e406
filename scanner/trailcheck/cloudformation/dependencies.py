"""What resources wait for: CloudFormation refuses a template that it cannot put in order.

A resource waits for what its properties and DependsOn name: `Ref`, `Fn::GetAtt`, `Fn::Sub`. That
must be declared, and must not wait for the resource in turn. What may not be there (a branch of an
open condition, a resource under one) makes no circle here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.cloudformation import conditions, references
from trailcheck.cloudformation.conditions import TRUE
from trailcheck.cloudformation.nodes import ListNode, MapNode, ScalarNode
from trailcheck.errors import Impact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Node
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.source import Span

_NAMED = re.compile(r"\$\{ *([A-Za-z0-9]+)(?:\.[^{}]*)?\}")
SERVERLESS_TYPES = "AWS::Serverless::"
SECTIONS = frozenset(
    {
        "AWSTemplateFormatVersion",
        "Conditions",
        "Description",
        "Hooks",
        "Mappings",
        "Metadata",
        "Outputs",
        "Parameters",
        "Resources",
        "Rules",
        "Transform",
    }
)
_BRANCHES = 3
"""The arguments of Fn::If."""


def check(evaluator: Evaluator) -> None:
    """Report what keeps CloudFormation from putting the resources of a template in order."""
    template = evaluator.template
    types = [declared.type for declared in template.resources.values()]
    # A transform, a module, or a tool with sections of its own makes what the template lacks.
    complete = (
        template.complete
        and not template.transforms
        and not any(t.endswith("::MODULE") for t in types)
        and SECTIONS.issuperset(template.root.members)
    )
    waits: dict[str, dict[str, Span]] = {}
    for name, declared in template.resources.items():
        if declared.type.startswith(SERVERLESS_TYPES):
            continue
        names = dict(_waits(evaluator.within(declared.names), declared))
        if references.exists(evaluator, declared) == TRUE:
            waits[name] = names
        for other, span in names.items():
            if complete and other not in template.resources:
                references.ref(evaluator, other, span)
    found = _find(waits)
    if found:
        evaluator.refuse(
            f"Circular dependency between resources: {', '.join(found)}",
            "Each waits for the next one to be created. Break the circle.",
            waits[found[0]][found[1 % len(found)]],
            Impact.REFUSED,
        )


def _find(waits: Mapping[str, Mapping[str, Span]]) -> list[str]:
    """Return the resources of the first circle in order, none if there is no circle."""
    done: set[str] = set()
    for start in waits:
        path: dict[str, Iterator[str]] = {}
        if start not in done:
            path[start] = iter(waits[start])
        while path:
            name, rest = next(reversed(path.items()))
            follower = next(rest, None)
            if follower is None:
                done.add(name)
                del path[name]
            elif follower in path:
                names = list(path)
                return names[names.index(follower) :]
            elif follower in waits and follower not in done:
                path[follower] = iter(waits[follower])
    return []


def _waits(evaluator: Evaluator, declared: Declaration) -> Iterator[tuple[str, Span]]:
    """Yield what a resource waits for, with the place that says so."""
    names = declared.body.get("DependsOn")
    for node in names.items if isinstance(names, ListNode) else (names,):
        if isinstance(node, ScalarNode):
            yield evaluator.spelled(node.text), node.span
    if declared.properties is not None:
        yield from named(evaluator, declared.properties, set())


def named(evaluator: Evaluator, node: Node, seen: set[int]) -> Iterator[tuple[str, Span]]:
    """Yield the names in a node; an alias of what was seen says nothing new."""
    if id(node) in seen:
        return
    seen.add(id(node))
    name, argument = evaluator.function(node) or ("", node)
    items = argument.items if isinstance(argument, ListNode) else ()
    first = items[0] if items else argument
    if name == "Fn::If" and len(items) == _BRANCHES and isinstance(first, ScalarNode):
        holds = conditions.named(evaluator, first.text, first.span)
        if holds in (TRUE, conditions.FALSE):
            yield from named(evaluator, items[1 if holds == TRUE else 2], seen)
        return
    if isinstance(first, ScalarNode):
        match name:
            case "Ref" if first.text not in evaluator.names:
                yield evaluator.spelled(first.text), first.span
            case "Fn::GetAtt":
                yield evaluator.spelled(first.text).partition(".")[0], first.span
            case "Fn::Sub":
                own = items[1].members if len(items) > 1 and isinstance(items[1], MapNode) else ()
                for match in _NAMED.finditer(first.text):
                    if match[1] not in own and match[1] not in evaluator.names:
                        yield match[1], first.span
    inner = [member.value for member in node.members.values()] if isinstance(node, MapNode) else []
    for child in node.items if isinstance(node, ListNode) else inner:
        yield from named(evaluator, child, seen)
