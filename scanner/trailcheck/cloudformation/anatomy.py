"""What CloudFormation demands of sections as a whole: parameters, policies of resources, limits.

Sources: CloudFormation User Guide, "Parameters", "Supplied parameter types", "Quotas"; Template
Reference, "DeletionPolicy attribute", "UpdateReplacePolicy attribute".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.cloudformation.nodes import MapNode, ScalarNode
from trailcheck.cloudformation.refusals import nearest
from trailcheck.cloudformation.resources import KINDS
from trailcheck.cloudformation.template import EXTENSIONS
from trailcheck.errors import Impact

if TYPE_CHECKING:
    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Member
    from trailcheck.cloudformation.template import Declaration, Template
    from trailcheck.source import Span

VERSION = "2010-09-09"
"""The one version of the template format that there is."""

_TYPES = (
    "String",
    "Number",
    "CommaDelimitedList",
    "List<Number>",
    "List<String>",
    "AWS::SSM::Parameter::Value<String>",
)
_OF_AWS = (
    r"AWS::EC2::(AvailabilityZone::Name|Image::Id|Instance::Id|KeyPair::KeyName"
    r"|SecurityGroup::(GroupName|Id)|Subnet::Id|VPC::Id|Volume::Id)"
    r"|AWS::Route53::HostedZone::Id|AWS::SSM::Parameter::Name"
)
_TYPE = rf"({_OF_AWS})|List<({_OF_AWS})>|CommaDelimitedList|Number|String|List<(Number|String)>"
_KEYS = (
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
)
_POLICIES = {
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot"),
    "UpdateReplacePolicy": ("Delete", "Retain", "Snapshot"),
}
_MOST = {"Mappings": 200, "Outputs": 200, "Parameters": 200, "Resources": 500}
_LONGEST_NAME = 255


def check(evaluator: Evaluator) -> None:
    """Report what is wrong with the sections of a stack's template."""
    template = evaluator.template
    version = template.root.get("AWSTemplateFormatVersion")
    if isinstance(version, ScalarNode) and version.text != VERSION:
        detail = f"Write AWSTemplateFormatVersion: '{VERSION}', or leave it out."
        _refuse(template, f"There is no template format {version.text}", detail, version.span)
    for member in template.parameters.values():
        _parameter(template, member)
    for declared in template.resources.values():
        _policies(template, declared)
    _limits(template)


def _parameter(template: Template, member: Member) -> None:
    node = member.value
    if not isinstance(node, MapNode):
        return  # told where the parameter is asked for
    stated = node.members.get("Type")
    if stated is None:
        detail = "CloudFormation demands it of every parameter: Type: String, for example."
        _refuse(template, f"The parameter {member.key} has no Type", detail, member.key_span)
    elif isinstance(stated.value, ScalarNode):
        kind = stated.value.text
        said = kind.removeprefix("AWS::SSM::Parameter::Value<")
        if re.fullmatch(_TYPE, said.removesuffix(">") if said != kind else kind) is None:
            detail = nearest(kind, _TYPES) or "Take String, Number or CommaDelimitedList."
            _refuse(template, f"There is no parameter type {kind}", detail, stated.value.span)
    for key, inner in node.members.items():
        if key not in _KEYS and not key.startswith("Fn::"):
            detail = nearest(key, _KEYS) or "CloudFormation refuses it. Remove it."
            _refuse(template, f"The parameter {member.key} has no {key}", detail, inner.key_span)


def _policies(template: Template, declared: Declaration) -> None:
    for name, allowed in _POLICIES.items():
        node = declared.body.get(name)
        if node is None:
            continue
        if not isinstance(node, ScalarNode) or node.tag:
            if EXTENSIONS not in template.transforms:
                detail = f"Functions in it need `Transform: {EXTENSIONS}`."
                _refuse(template, f"{name} of {declared.id} is not a text", detail, node.span)
        elif "${" not in node.text:
            # NOTE: no type that matters to a trail can be kept as a snapshot.
            mine = allowed[:-1] if declared.type in KINDS else allowed
            if node.text not in mine:
                detail = f"It takes {', '.join(mine)}."
                _refuse(template, f"{name} cannot be {node.text}", detail, node.span)


def _limits(template: Template) -> None:
    counted = {
        "Mappings": {name: member.key_span for name, member in template.mappings.items()},
        "Outputs": {name: member.key_span for name, (member, _) in template.outputs.items()},
        "Parameters": {name: member.key_span for name, member in template.parameters.items()},
        "Resources": {name: declared.id_span for name, declared in template.resources.items()},
    }
    for section, names in counted.items():
        if len(names) > _MOST[section]:
            span = list(names.values())[_MOST[section]]
            detail = f"CloudFormation takes {_MOST[section]} at most. Split the template."
            _refuse(template, f"There are {len(names)} {section}", detail, span)
        for name, span in names.items():
            if len(name) > _LONGEST_NAME:
                detail = f"CloudFormation takes {_LONGEST_NAME} characters at most."
                _refuse(template, f"A name in {section} has {len(name)} characters", detail, span)


def _refuse(template: Template, summary: str, detail: str, span: Span) -> None:
    template.report(summary, detail, span, Impact.REFUSED)
