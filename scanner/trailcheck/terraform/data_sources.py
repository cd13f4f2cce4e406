"""Data sources: what the configuration itself says about them, symbols, and honest unknowns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform import operators
from trailcheck.terraform.function_calls import called
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.policy_document import policy_document
from trailcheck.terraform.remote_state import outputs
from trailcheck.value import Encoded, Known, Mapping, Reference, Symbol, Unknown

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform.resource import ResourceInstance
    from trailcheck.value import Value


DECLARED_ELSEWHERE = frozenset(
    {
        "aws_cloudwatch_log_group",
        "aws_iam_role",
        "aws_iam_policy",
        "aws_s3_bucket",
        "aws_kms_key",
        "aws_sns_topic",
    }
)
"""Data sources that stand for a resource, whose attributes are references like a resource's own."""


def data_attribute(data: ResourceInstance, name: str, span: Span) -> Value:
    """Return an attribute of a data source."""
    match data.type, name:
        case "aws_caller_identity", "account_id" | "id":
            return data.provider.place.account
        case "aws_region", "name" | "id" | "region":
            return _region(data)
        case "aws_partition", "partition" | "id":
            return data.provider.place.partition
        case "aws_partition", "dns_suffix":
            return Symbol("dns_suffix")
        case "aws_arn", "partition" | "service" | "region" | "account" | "resource":
            return _arn(data, name, span)
        case "aws_iam_policy_document", "json" | "minified_json":
            return _policy_json(data)
        case "template_file", "rendered":
            return _template_file(data, span)
        case "terraform_remote_state", _:
            found = outputs(data, name)
            return found if found is not None else unknown(data, name)
        case "aws_cloudformation_stack", _ if data.declared is not None:
            found = data.declared.attribute(name, span)
            return found.through(data.block.header, f"{data.address} is {data.declared.address}")
        case "aws_cloudformation_export", "value":
            asked = data.argument("name")
            found = data.module.tree.exported(data, asked) if asked is not None else None
            return found if found is not None else unknown(data, name)
    stated = data.argument(name)
    if stated is not None and stated != Known(None):
        return stated
    if data.type in DECLARED_ELSEWHERE:
        declared = data.declared
        if declared is not None:
            found = declared.attribute(name, span)
            return found.through(data.block.header, f"{data.address} looks up {declared.address}")
        return _declared_elsewhere(data, name)
    return unknown(data, name)


def unknown(data: ResourceInstance, name: str) -> Value:
    """Return what is looked up when Terraform runs."""
    address = f"{data.address}.{name}"
    reason = f"{data.address} is looked up when Terraform runs"
    return Unknown(address, reason, data.block.header, needs=(address,))


def _region(data: ResourceInstance) -> Value:
    for argument in ("region", "name"):
        stated = data.argument(argument)
        if stated is not None and stated != Known(None):
            return stated
    return data.provider.place.region


def _declared_elsewhere(data: ResourceInstance, name: str) -> Value:
    """Return an attribute of a resource that is looked up; a name given in code stays that name."""
    alias = {
        ("aws_cloudwatch_log_group", "id"): "name",
        ("aws_iam_role", "id"): "name",
        ("aws_s3_bucket", "id"): "bucket",
        ("aws_iam_policy", "id"): "arn",
        ("aws_sns_topic", "id"): "arn",
    }.get((data.type, name))
    if alias is not None:
        return data.attribute(alias, data.block.header)
    return Reference(data.address, name, data.block.header)


def _policy_json(data: ResourceInstance) -> Value:
    return lift(
        [policy_document(data)],
        lambda v: Encoded(v[0], data.block.header) if isinstance(v[0], Mapping) else v[0],
    )


def _arn(data: ResourceInstance, name: str, span: Span) -> Value:
    """Return a field of the ARN that a data source takes apart."""
    arn = data.argument("arn")
    parsed = called("provider::aws::arn_parse", [arn or Known(None)], span, data.scope)
    field = "account_id" if name == "account" else name
    fields = lift([parsed], lambda v: v[0].items[field] if isinstance(v[0], Mapping) else v[0])
    return fields if not isinstance(fields, Unknown) or fields.refused else unknown(data, name)


def _template_file(data: ResourceInstance, span: Span) -> Value:
    template, variables = data.argument("template"), data.argument("vars")
    if template is None:
        return unknown(data, "rendered")

    def render(values: list[Value]) -> Value:
        said, names = values
        if not isinstance(names, Mapping):
            return (
                names
                if isinstance(names, Unknown)
                else operators.refused("vars must be a map", span)
            )
        return data.scope.files.template_text(said, names.items, span)

    return lift([convert.to_text(template), variables or Mapping({})], render)
