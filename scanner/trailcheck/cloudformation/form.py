"""What CloudFormation demands of a template's form, whatever its resources are.

Names, the keys of a resource, and what Conditions and Mappings may hold. A template that lacks any
of it is refused as a whole.

Source: CloudFormation User Guide, "Template sections"; the schemas of cfn-lint say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import anatomy, known_types, nesting, references
from trailcheck.cloudformation.conditions import TRUE, is_made
from trailcheck.cloudformation.dependencies import SECTIONS, named
from trailcheck.cloudformation.nodes import ListNode, MapNode
from trailcheck.cloudformation.refusals import nearest, settled
from trailcheck.cloudformation.resources import FIELDS
from trailcheck.errors import Impact
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Node
    from trailcheck.cloudformation.template import Template
    from trailcheck.source import Span

_KEYS = frozenset(
    {
        "Condition",
        "CreationPolicy",
        "DeletionPolicy",
        "DependsOn",
        "Description",
        "Metadata",
        "Properties",
        "Type",
        "UpdatePolicy",
        "UpdateReplacePolicy",
        "Version",
    }
)
_SERVERLESS_KEYS = frozenset({"Connectors", "IgnoreGlobals"})


def check(evaluator: Evaluator) -> None:
    """Report what is wrong with the form of a stack's template."""
    template = evaluator.template
    _names(template)
    _keys(template)
    _mappings(template)
    _conditions(evaluator)
    _called(evaluator)
    if not _foreign(template):
        known_types.check(template)
        anatomy.check(evaluator)
    if not (_foreign(template) or template.transforms) and template.complete:
        nesting.walk(evaluator)


def _names(template: Template) -> None:
    sections = (
        ("parameter", [(m.key, m.key_span) for m in template.parameters.values()]),
        ("resource", [(d.id, d.id_span) for d in template.resources.values()]),
        ("output", [(m.key, m.key_span) for m, _ in template.outputs.values()]),
    )
    for what, names in sections:
        for name, span in names:
            if not (name.isascii() and name.isalnum()) and not name.startswith("Fn::"):
                _refuse(
                    template,
                    f"The name of the {what} {name} is not letters and digits alone",
                    "CloudFormation takes no other characters in it. Rename it.",
                    span,
                )
    for name in template.parameters.keys() & template.resources.keys():
        _refuse(
            template,
            f"A parameter and a resource are called {name}",
            "CloudFormation could not tell which is meant. Rename one of them.",
            template.resources[name].id_span,
        )


def _keys(template: Template) -> None:
    if _foreign(template):
        return  # A tool with sections of its own may have such keys too, and takes them out.
    for declared in template.resources.values():
        for member in declared.body.members.values():
            known = member.key in _KEYS or (
                member.key in _SERVERLESS_KEYS and bool(template.transforms)
            )
            if not known and not member.key.startswith("Fn::"):
                template.report(
                    f"{declared.id} has no part {member.key}",
                    nearest(member.key, _KEYS) or "CloudFormation refuses it. Remove it.",
                    member.key_span,
                )


def _foreign(template: Template) -> bool:
    """Tell whether a template has sections of another tool than CloudFormation, or its version."""
    version = getattr(template.root.get("AWSTemplateFormatVersion"), "text", "")
    own = version.startswith(f"{anatomy.VERSION}-")  # 2010-09-09-OC
    return own or not SECTIONS.issuperset(template.root.members.keys() - {"Globals"})


def _mappings(template: Template) -> None:
    for member in template.mappings.values():
        for node in _values(member.value):
            if node.tag or (isinstance(node, MapNode) and node is not member.value):
                _refuse(
                    template,
                    f"The mapping {member.key} holds what is no text or list",
                    "Mappings hold literal values: no functions and no parameters.",
                    node.span,
                )


def _values(mapping: Node) -> Iterator[Node]:
    """Yield the values of a mapping, which lie two keys deep, and their items."""
    for first in mapping.members.values() if isinstance(mapping, MapNode) else ():
        for second in first.value.members.values() if isinstance(first.value, MapNode) else ():
            if not second.key.startswith("Fn::"):
                yield second.value
                yield from second.value.items if isinstance(second.value, ListNode) else ()


def _conditions(evaluator: Evaluator) -> None:
    template = evaluator.template
    for member, loop in template.conditions.values():
        if not is_made(evaluator.within(loop), member.value):
            _refuse(
                template,
                f"The condition {member.key} is made of no condition function",
                "Conditions take Fn::Equals, Fn::And, Fn::Or, Fn::Not and other conditions alone.",
                member.key_span,
            )
        for name, span in named(evaluator.within(loop), member.value, set()):
            if name in template.resources and name not in template.parameters:
                _refuse(
                    template,
                    f"The condition {member.key} refers to the resource {name}",
                    "Conditions are decided before there are resources: they take parameters.",
                    span,
                )


def _called(evaluator: Evaluator) -> None:
    """Report names that expressions make and CloudFormation does not take."""
    told = [d for d in evaluator.template.diagnostics if d.impact is not Impact.NOTICE]
    if _foreign(evaluator.template) or told:
        return  # Another tool may make what is named; and what is refused needs no second reason.
    for declared in evaluator.template.resources.values():
        field = FIELDS.get(declared.type, {}).get("name")
        properties = declared.properties
        node = properties.get(field.name) if properties is not None and field is not None else None
        inside = evaluator.within(declared.names)
        if node is None or field is None or references.exists(evaluator, declared) != TRUE:
            continue
        if declared.names or evaluator.function(node) is not None:
            name = inside.value(node)
            if isinstance(name, Known):
                settled(inside, declared, field, name)


def _refuse(template: Template, summary: str, detail: str, span: Span) -> None:
    template.report(summary, detail, span, Impact.REFUSED)
