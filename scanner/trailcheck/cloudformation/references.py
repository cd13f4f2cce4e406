"""Ref and Fn::GetAtt: what other resources are called, in the graph's vocabulary.

`Ref` of a role, log group, trail or bucket is its name: the name that the template states, where it
states one, else a Reference. The ARN of a log group ends in `:*` in CloudFormation but not in the
graph, so that the suffix stands here as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import conditions, parameters, refusals
from trailcheck.cloudformation.cdk import regions, retention
from trailcheck.cloudformation.functions import each_branch, place
from trailcheck.cloudformation.resources import KINDS, NAMES, NESTING
from trailcheck.cloudformation.schemas import SCHEMAS
from trailcheck.cloudformation.stacks.stacksets import STACK_SET
from trailcheck.graph import Kind, not_created
from trailcheck.value import Known, Piece, Reference, Unknown, text

if TYPE_CHECKING:
    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.schemas import Schema
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.source import Span
    from trailcheck.value import Value

_MODULE = "::MODULE"


def ref(evaluator: Evaluator, name: str, span: Span) -> Value:
    """Return what `Ref` of a name is: a loop variable, a parameter or a resource."""
    if name in evaluator.names:
        return place(evaluator.names[name], span)
    value = parameters.pseudo(evaluator, name, span)
    if value is not None:
        return value
    member = evaluator.template.parameters.get(name)
    if member is not None:
        found = evaluator.once(
            ("parameter", name), member.key_span, lambda: parameters.parameter(evaluator, member)
        )
        return place(found, span)
    declared = evaluator.template.resources.get(name)
    if declared is None:
        return _undeclared(evaluator, name, span)
    schema = SCHEMAS.get(declared.type)
    canonical = "id" if schema is None else _canonical(declared.type, schema["ref"], schema)
    return _where_created(
        evaluator, declared, span, _attribute(evaluator, declared, canonical, span)
    )


def get_att(evaluator: Evaluator, name: str, attribute: str, span: Span) -> Value:
    """Return what `Fn::GetAtt` of a resource and an attribute is."""
    declared = evaluator.template.resources.get(name)
    if declared is None:
        return _undeclared(evaluator, name, span, f".{attribute}")
    if declared.type in NESTING and declared.type != STACK_SET:
        value = evaluator.stack.made_by(declared, attribute, span)
        return _where_created(evaluator, declared, span, value)
    kept = _kept_name(evaluator, declared, attribute, span)
    if kept is not None:
        return kept
    if declared.type == regions.READER and regions.is_known(declared):
        read = evaluator.stack.tree.exports.across(evaluator, attribute, span)
        if read is not None:
            return read
    made = _made_elsewhere(evaluator, declared, attribute, span)
    if made is not None:
        return made
    refusal = refusals.attribute(evaluator, declared, attribute, span)
    if refusal is not None:
        return refusal
    schema = SCHEMAS.get(declared.type)
    canonical = "arn" if attribute == "Arn" else attribute
    if schema is not None:
        canonical = _canonical(declared.type, attribute, schema)
    value = _attribute(evaluator, declared, canonical, span)
    if KINDS.get(declared.type) is Kind.LOG_GROUP and canonical == "arn":
        arn = Reference(evaluator.stack.prefix + declared.id, "arn", span)
        value = text((arn, Piece(":*", span)), span)
    return _where_created(evaluator, declared, span, value)


def _canonical(type_name: str, name: str, schema: Schema) -> str:
    """Return what an attribute of CloudFormation is called in the graph.

    The name and the ARN have one name each; what else `Ref` gives is the id.
    """
    if name and name == NAMES.get(type_name):
        return "name"
    if name == "Arn" or (name == schema["ref"] and name.endswith("Arn")):
        return "arn"
    return "id" if name == schema["ref"] else name


def name_of(evaluator: Evaluator, declared: Declaration, span: Span) -> Value:
    """Return the name of a resource, as `Ref` of a log group gives it."""
    return _attribute(evaluator, declared, "name", span)


def exists(evaluator: Evaluator, declared: Declaration) -> Value:
    """Return whether a resource is created: true, false, or a choice of the two."""
    return conditions.of(evaluator.within(declared.names), declared.body)


def _attribute(evaluator: Evaluator, declared: Declaration, attribute: str, span: Span) -> Value:
    """Return an attribute of a resource that exists: the name as stated, else a Reference."""
    reference = Reference(evaluator.stack.prefix + declared.id, attribute, span)
    stated = NAMES.get(declared.type) if attribute == "name" else None
    if declared.type == "AWS::SSM::Parameter" and attribute == "Value":
        stated = attribute
    node = declared.properties.get(stated) if declared.properties is not None and stated else None
    if node is None:
        return reference

    def settled(value: Value) -> Value:
        if isinstance(value, Unknown) or (isinstance(value, Known) and value.data is None):
            return reference
        value = refusals.worded(value)
        return place(value.through(value.span, f"{stated} of {declared.id}"), span)

    return each_branch(evaluator.within(declared.names).value(node), settled)


def _where_created(evaluator: Evaluator, declared: Declaration, span: Span, value: Value) -> Value:
    created = exists(evaluator, declared)
    address = evaluator.stack.prefix + declared.id
    return conditions.turn(created, lambda: value, lambda: not_created(address, span), span)


def _kept_name(
    evaluator: Evaluator, declared: Declaration, attribute: str, span: Span
) -> Value | None:
    """Return the name that a custom resource answers which keeps a log group, else None."""
    if attribute != retention.NAME or not retention.is_known(declared):
        return None
    assert declared.properties is not None
    node = declared.properties.get(attribute)
    if node is None:
        return None
    value = evaluator.within(declared.names).value(node)
    step = f"{attribute} of {declared.id}"
    return _where_created(evaluator, declared, span, place(value.through(value.span, step), span))


def _made_elsewhere(
    evaluator: Evaluator, declared: Declaration, attribute: str, span: Span
) -> Unknown | None:
    """Return the attribute of what a module or custom resource makes, else None."""
    kind = declared.type
    name = f"{evaluator.stack.prefix}{declared.id}.{attribute}"
    if kind.endswith(_MODULE):
        reason = f"{name} is made by a module of the registry"
    elif kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource":
        reason = f"{name} is what a custom resource answers when the stack is deployed"
    else:
        return None
    return Unknown(name, reason, span, needs=(name,))


def _undeclared(evaluator: Evaluator, name: str, span: Span, attribute: str = "") -> Unknown:
    template = evaluator.template
    if template.transforms or not template.complete:
        reason = f"{name} is not declared here; a transform of the template may make it"
        return Unknown(name, reason, span)
    if any(name.startswith(d.id) and d.type.endswith(_MODULE) for d in template.resources.values()):
        # A resource of a module is named by both ids, with or without a dot (user guide, "Module").
        made = f"{evaluator.stack.prefix}{name}{attribute}"
        reason = f"{made} is made by a module of the registry"
        return Unknown(made, reason, span, needs=(made,))
    return evaluator.refuse(
        f"{name} is not declared",
        "The template has no parameter or resource of this name. Declare it, or correct the name.",
        span,
    )
