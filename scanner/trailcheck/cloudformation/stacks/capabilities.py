"""What a template must be allowed to do: CloudFormation makes no IAM resources unasked.

Source: CloudFormation API reference, CreateStack, "Capabilities". Whoever deploys by hand or by a
pipeline says it there, and not in code; code that deploys a template says it in its arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.nodes import MapNode, ScalarNode
from trailcheck.value import Known, Sequence

if TYPE_CHECKING:
    from trailcheck.cloudformation.template import Template
    from trailcheck.value import Value

IAM = "CAPABILITY_IAM"
NAMED = "CAPABILITY_NAMED_IAM"

_NAMES = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
_IAM = frozenset(
    {*_NAMES, "AWS::IAM::AccessKey", "AWS::IAM::Policy", "AWS::IAM::UserToGroupAddition"}
)


def lacking(template: Template, granted: Value | None) -> tuple[str, str] | None:
    """Return a capability that the template surely needs and is not granted, and what needs it.

    A resource under a condition needs it only where it is created, which nobody asks here; a name
    that a function makes may be absent.
    """
    given = _texts(granted)
    if given is None or NAMED in given:
        return None
    for member in template.members("Resources"):
        body = member.value
        kind = body.get("Type") if isinstance(body, MapNode) else None
        if not isinstance(body, MapNode) or not isinstance(kind, ScalarNode):
            continue
        if kind.text not in _IAM or body.get("Condition") is not None:
            continue
        if _named(body, _NAMES.get(kind.text, "")):
            return NAMED, member.key
        if IAM not in given:
            return IAM, member.key
    return None


def _texts(granted: Value | None) -> set[str] | None:
    """Return the capabilities that are granted; None where code does not settle them."""
    if granted is None or (isinstance(granted, Known) and granted.data is None):
        return set()
    if not isinstance(granted, Sequence):
        return None
    texts = {str(item.data) for item in granted.items if isinstance(item, Known)}
    return texts if all(isinstance(item, Known) for item in granted.items) else None


def _named(body: MapNode, name: str) -> bool:
    """Tell whether a resource surely has a name of its own."""
    properties = body.get("Properties")
    node = properties.get(name) if isinstance(properties, MapNode) else None
    if node is None or node.tag in {"!If", "!Ref", "!FindInMap"}:
        return False
    called = node.members.keys() if isinstance(node, MapNode) and not node.tag else set()
    return not called & {"Fn::FindInMap", "Fn::If", "Ref"}
