"""The table of Terraform: resource types to kinds, arguments to our vocabulary, and defaults.

Defaults are those of the Terraform AWS provider 6 (each resource's Argument Reference). An argument
that is null counts as not set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.graph import Attribute, Kind, Place, Resource
from trailcheck.record import NamedTuple
from trailcheck.terraform import ast
from trailcheck.terraform.accepted import accepted
from trailcheck.terraform.access import rows_of
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.operators import refused
from trailcheck.value import NULL, Known, Mapping, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingType

    from trailcheck.terraform.resource import ResourceInstance
    from trailcheck.value import Value

Names = dict[str, "str | tuple[str, Names]"]
"""Terraform's names inside a block to ours; with a second table for blocks inside it."""


class Argument(NamedTuple):
    """An attribute that comes from one argument."""

    name: str
    default: Value = NULL
    type: str = "text"
    """"text", "bool", "number" or "any": what Terraform converts it to."""


class Single(NamedTuple):
    """A list with the one value of an argument: `role = x` as `roles`."""

    name: str


class Blocks(NamedTuple):
    """An attribute that comes from nested blocks, with the names inside."""

    name: str
    names: Names
    defaults: dict[str, Value]
    absent: Value
    """What it is when there is no such block."""


_BLOCKS_OR_ARGUMENTS = frozenset({"inline_policy"})
"""What the provider computes where it is not written may be written as an argument too."""


class Type(NamedTuple):
    """One resource type."""

    kind: Kind
    attributes: MappingType[str, Argument | Single | Blocks]


_FALSE, _TRUE, _ZERO, _NONE = Known(False), Known(True), Known(0), Sequence(())

_FIELDS: Names = {
    "field": "field",
    "equals": "equals",
    "not_equals": "not_equals",
    "starts_with": "starts_with",
    "not_starts_with": "not_starts_with",
    "ends_with": "ends_with",
    "not_ends_with": "not_ends_with",
}

TYPES: dict[str, Type] = {
    "aws_cloudtrail": Type(
        Kind.TRAIL,
        {
            "name": Argument("name"),
            "bucket": Argument("s3_bucket_name"),
            "key_prefix": Argument("s3_key_prefix"),
            "log_group_arn": Argument("cloud_watch_logs_group_arn"),
            "role_arn": Argument("cloud_watch_logs_role_arn"),
            "logging": Argument("enable_logging", _TRUE, "bool"),
            "multi_region": Argument("is_multi_region_trail", _FALSE, "bool"),
            "global_events": Argument("include_global_service_events", _TRUE, "bool"),
            "organization": Argument("is_organization_trail", _FALSE, "bool"),
            "validation": Argument("enable_log_file_validation", _FALSE, "bool"),
            "kms_key": Argument("kms_key_id"),
            "event_selectors": Blocks(
                "event_selector",
                {
                    "read_write_type": "read_write_type",
                    "include_management_events": "management_events",
                    "exclude_management_event_sources": "excluded_sources",
                    "data_resource": ("data_resources", {"type": "type", "values": "values"}),
                },
                {"read_write_type": Known("All"), "management_events": _TRUE},
                _NONE,
            ),
            "advanced_event_selectors": Blocks(
                "advanced_event_selector",
                {"name": "name", "field_selector": ("fields", _FIELDS)},
                {},
                _NONE,
            ),
            "insight_selectors": Blocks("insight_selector", {"insight_type": "type"}, {}, _NONE),
            "sns_topic": Argument("sns_topic_name"),
        },
    ),
    "aws_cloudwatch_log_group": Type(
        Kind.LOG_GROUP,
        {
            "name": Argument("name"),
            "name_prefix": Argument("name_prefix"),
            "retention_days": Argument("retention_in_days", _ZERO, "number"),
            "kms_key": Argument("kms_key_id"),
            "class": Argument("log_group_class", Known("STANDARD")),
            "deletion_protection": Argument("deletion_protection_enabled", _FALSE, "bool"),
            "skip_destroy": Argument("skip_destroy", _FALSE, "bool"),
        },
    ),
    "aws_cloudwatch_log_stream": Type(
        Kind.LOG_STREAM,
        {"name": Argument("name"), "log_group": Argument("log_group_name")},
    ),
    "aws_iam_role": Type(
        Kind.ROLE,
        {
            "name": Argument("name"),
            "path": Argument("path", Known("/")),
            "trust_policy": Argument("assume_role_policy"),
            "inline_policies": Blocks(
                "inline_policy", {"name": "name", "policy": "policy"}, {}, NULL
            ),
            "managed_policy_arns": Argument("managed_policy_arns", NULL, "any"),
            "permissions_boundary": Argument("permissions_boundary"),
        },
    ),
    "aws_iam_role_policy": Type(
        Kind.INLINE_POLICY,
        {"name": Argument("name"), "roles": Single("role"), "policy": Argument("policy")},
    ),
    "aws_iam_policy": Type(
        Kind.MANAGED_POLICY,
        {
            "name": Argument("name"),
            "path": Argument("path", Known("/")),
            "policy": Argument("policy"),
            "roles": Argument("", _NONE, "any"),
        },
    ),
    "aws_iam_role_policy_attachment": Type(
        Kind.POLICY_ATTACHMENT,
        {"roles": Single("role"), "policy_arn": Argument("policy_arn")},
    ),
    "aws_iam_policy_attachment": Type(
        Kind.POLICY_ATTACHMENT,
        {"roles": Argument("roles", _NONE, "any"), "policy_arn": Argument("policy_arn")},
    ),
    "aws_iam_role_policies_exclusive": Type(
        Kind.EXCLUSIVE_INLINE_POLICIES,
        {"role": Argument("role_name"), "policy_names": Argument("policy_names", _NONE, "any")},
    ),
    "aws_iam_role_policy_attachments_exclusive": Type(
        Kind.EXCLUSIVE_ATTACHMENTS,
        {"role": Argument("role_name"), "policy_arns": Argument("policy_arns", _NONE, "any")},
    ),
    "aws_cloudwatch_log_metric_filter": Type(
        Kind.METRIC_FILTER,
        {
            "name": Argument("name"),
            "log_group": Argument("log_group_name"),
            "pattern": Argument("pattern"),
        },
    ),
    "aws_cloudwatch_event_rule": Type(
        Kind.EVENT_RULE,
        {
            "name": Argument("name"),
            "event_pattern": Argument("event_pattern"),
            "enabled": Argument("is_enabled", _TRUE, "bool"),
        },
    ),
    "aws_s3_bucket": Type(Kind.BUCKET, {"name": Argument("bucket")}),
    "aws_kms_key": Type(Kind.KEY, {"policy": Argument("policy")}),
    "aws_sns_topic": Type(Kind.TOPIC, {"name": Argument("name")}),
    "aws_cloudtrail_event_data_store": Type(Kind.EVENT_DATA_STORE, {"name": Argument("name")}),
    "aws_observabilityadmin_telemetry_rule": Type(
        Kind.TELEMETRY_RULE, {"name": Argument("rule_name")}
    ),
}

LOOKED_UP = {
    "aws_cloudwatch_log_group": Kind.LOG_GROUP,
    "aws_iam_role": Kind.ROLE,
    "aws_iam_policy": Kind.MANAGED_POLICY,
}
"""Data sources that stand for a resource declared elsewhere."""

OF_KIND: dict[Kind, tuple[str, ...]] = {
    kind: tuple(name for name, type_ in TYPES.items() if type_.kind is kind) for kind in Kind
}


def argument_of(type_: str, name: str) -> Argument | None:
    """Return what is known of an argument of a resource type: its type and default."""
    declared = TYPES.get(type_)
    found = declared.attributes.values() if declared is not None else ()
    return next((a for a in found if isinstance(a, Argument) and a.name == name), None)


def as_type(argument: Argument, value: Value) -> Value:
    """Return a value as Terraform converts it for an argument."""
    match argument.type:
        case "bool":
            return convert.to_bool(value)
        case "number":
            return convert.to_number(value)
        case "text":
            return convert.to_text(value)
        case _:
            return value


def resource_of(instance: ResourceInstance, root: str, exists: Value | None = None) -> Resource:
    """Return the graph's view of a resource instance; `exists` where that is not its count's."""
    declared = TYPES[instance.type]
    ours = {source.name: name for name, source in declared.attributes.items()}
    return Resource(
        address=instance.address,
        kind=declared.kind,
        type=instance.type,
        root=root,
        span=instance.block.header,
        load=lambda name: _load(instance, declared.attributes[name]),
        exists=instance.exists if exists is None else exists,
        place=place_of(instance),
        external=instance.is_data,
        ignored_changes=tuple(ours.get(name, name) for name in instance.ignored_changes),
    )


def place_of(instance: ResourceInstance) -> Place:
    """Return the provider's place, in the Region that the resource itself states (provider 6)."""
    place = instance.provider.place
    stated = None if instance.type.startswith("aws_iam_") else instance.argument("region")
    if stated is None or stated == NULL:
        return place
    return place._replace(
        region=lift([stated], lambda v: place.region if v[0] == NULL else convert.to_text(v[0]))
    )


def _load(instance: ResourceInstance, source: Argument | Single | Blocks) -> Attribute:
    if instance.is_data:
        return _looked_up(instance, source)
    match source:
        case Argument():
            return _argument(instance, source)
        case Single():
            one = _argument(instance, Argument(source.name))
            return Attribute(Sequence((one.value,), one.span), one.span, one.stated)
        case Blocks():
            return _blocks(instance, source)


def _argument(instance: ResourceInstance, source: Argument) -> Attribute:
    written = instance.block.body.argument(source.name)
    stated = instance.argument(source.name) if written is not None else None
    header = instance.block.header
    if stated is None or written is None:
        wrong = _misshapen(instance, source.name, as_block=False)
        return wrong or Attribute(source.default, header, stated=False)

    def convert_(values: list[Value]) -> Value:
        value = values[0]
        if isinstance(value, Known) and value.data is None:
            return source.default
        return as_type(source, value)

    value = accepted(instance, source.name, lift([stated], convert_))
    if value is source.default and source.default is not NULL:
        return Attribute(value, written.span, stated=False)
    return Attribute(_report(instance, value), written.span, stated=value != NULL)


def _report(instance: ResourceInstance, value: Value) -> Value:
    """Say what Terraform would refuse, once, where it is."""
    if isinstance(value, Unknown) and value.refused and value.span is not None:
        detail, sure = f"It is read by {instance.address}.", instance.exists == Known(True)
        instance.module.tree.refuse(value, detail, value.span, sure=sure)
    return value


def _blocks(instance: ResourceInstance, source: Blocks) -> Attribute:
    body = instance.block.body
    header = instance.block.header
    written = body.named(source.name)
    argument = body.argument(source.name)
    if not written and argument is None:
        return Attribute(source.absent, header, stated=False)
    if source.name not in _BLOCKS_OR_ARGUMENTS:
        wrong = _misshapen(instance, source.name, as_block=True)
        if wrong is not None:
            return wrong
    span = written[0].header if written else (argument.span if argument is not None else header)
    value = lift(
        [instance.nested(source.name)], lambda v: renamed(v[0], source.names, source.defaults)
    )
    if value == NULL:  # In JSON, null is no block.
        return Attribute(source.absent, header, stated=False)
    return Attribute(value, span, stated=True)


def _misshapen(instance: ResourceInstance, name: str, *, as_block: bool) -> Attribute | None:
    """Return what Terraform refuses: an argument that should be a block, or the other way."""
    body = instance.block.body
    if type(body) is not ast.Body:  # JSON writes both alike, but no block is a scalar.
        written = body.arguments.get(name) if as_block else None
        if written is None or not _has_scalar(written.expression):
            return None
        reason = f"{name} is a block: JSON writes it as an object, or as a list of objects"
        value = _report(instance, refused(reason, written.span))
        return Attribute(value, written.span, stated=True)
    if as_block and (argument := body.arguments.get(name)) is not None:
        reason = f"{name} is a block, not an argument: write {name} {{ ... }} without ="
        span = argument.name_span
    elif not as_block and (blocks := body.named(name)):
        reason = f"{name} is an argument, not a block: write {name} = and its value"
        span = blocks[0].header
    else:
        return None
    return Attribute(_report(instance, refused(reason, span)), span, stated=True)


def _has_scalar(expression: ast.Expression) -> bool:
    """Tell whether a value of JSON, or an item of a list, is text, a number or a boolean."""
    match expression:
        case ast.TupleExpression():
            return any(map(_has_scalar, expression.items))
        case ast.Literal():
            return expression.data is not None
        case _:
            return not isinstance(expression, ast.ObjectExpression | ast.Broken)


def renamed(value: Value, names: Names, defaults: dict[str, Value]) -> Value:
    """Give the mappings of a list our names and the defaults."""
    rows = rows_of(value)
    if not isinstance(rows, Sequence):
        return value
    return Sequence((_row(item, names, defaults) for item in rows.items), value.span, value.via)


def _row(item: Value, names: Names, defaults: dict[str, Value]) -> Value:
    if not isinstance(item, Mapping):
        return item
    items: dict[str, Value] = dict(defaults)
    spans = {}
    for theirs, ours in names.items():
        found = item.items.get(theirs)
        if found is None or (isinstance(found, Known) and found.data is None):
            continue
        if isinstance(ours, str):
            name, items[ours] = ours, found
        else:
            name = ours[0]
            items[name] = _inner(found, ours[1])
        if theirs in item.key_spans:
            spans[name] = item.key_spans[theirs]
    return Mapping(items, item.span, item.via, spans)


def _inner(value: Value, names: Names) -> Value:
    return lift([value], lambda v: renamed(v[0], names, {}))


def _looked_up(instance: ResourceInstance, source: Argument | Single | Blocks) -> Attribute:
    """Return an attribute of a data source: its name where code gives it, else unknown."""
    header = instance.block.header
    written = instance.block.body.argument(source.name) if source.name in ("name", "arn") else None
    stated = instance.argument(source.name) if written is not None else None
    if stated is not None and written is not None:
        return Attribute(stated, written.span, stated=True)
    address = f"{instance.address}.{source.name or 'roles'}"
    reason = f"{instance.address} is declared elsewhere"
    return Attribute(Unknown(address, reason, header, needs=(address,)), header, stated=False)
