"""Tables: types and properties of CloudFormation in the graph's vocabulary, with their defaults.

Property names and defaults are those of the CloudFormation resource specification. Booleans and
whole numbers are also read where they are given as text, as CloudFormation does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.conditions import one_of_few
from trailcheck.cloudformation.functions import each_branch, opaque
from trailcheck.graph import Kind
from trailcheck.record import NamedTuple
from trailcheck.value import Known, Mapping, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.source import Span
    from trailcheck.value import Value

KINDS: dict[str, Kind] = {
    "AWS::CloudTrail::Trail": Kind.TRAIL,
    "AWS::CloudTrail::EventDataStore": Kind.EVENT_DATA_STORE,
    "AWS::Events::Rule": Kind.EVENT_RULE,
    "AWS::IAM::ManagedPolicy": Kind.MANAGED_POLICY,
    "AWS::IAM::Policy": Kind.INLINE_POLICY,
    "AWS::IAM::Role": Kind.ROLE,
    "AWS::IAM::RolePolicy": Kind.INLINE_POLICY,
    "AWS::KMS::Key": Kind.KEY,
    "AWS::Logs::LogGroup": Kind.LOG_GROUP,
    "AWS::Logs::LogStream": Kind.LOG_STREAM,
    "AWS::Logs::MetricFilter": Kind.METRIC_FILTER,
    "AWS::ObservabilityAdmin::TelemetryRule": Kind.TELEMETRY_RULE,
    "AWS::S3::Bucket": Kind.BUCKET,
    "AWS::SNS::Topic": Kind.TOPIC,
}

NESTING: dict[str, str] = {
    "AWS::CloudFormation::Stack": "TemplateURL",
    "AWS::CloudFormation::StackSet": "TemplateURL",
    "AWS::Serverless::Application": "Location",
}
"""Types that are stacks themselves, and the property that names their template."""

NAMES: dict[str, str] = {
    "AWS::CloudTrail::EventDataStore": "Name",
    "AWS::CloudTrail::Trail": "TrailName",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": "PolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::RolePolicy": "PolicyName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Logs::LogStream": "LogStreamName",
    "AWS::Logs::MetricFilter": "FilterName",
    "AWS::ObservabilityAdmin::TelemetryRule": "RuleName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
}
"""The property that states a resource's name, by type."""

_NULL = Known(None)
_NONE = Sequence(())
_LONGEST_COUNT = 9


class Field(NamedTuple):
    """Where an attribute of the vocabulary comes from: a property, its default, how it is read."""

    name: str
    default: Value = _NULL
    read: Callable[[Value], Value] | None = None


def boolean(value: Value) -> Value:
    """Read a boolean, also from its text."""
    if isinstance(value, Known) and isinstance(value.data, str):
        said = value.data.lower()
        if said in ("true", "false"):
            return _instead(value, Known(said == "true"))
    return _followed(value, boolean)


def integer(value: Value) -> Value:
    """Read a whole number, also from its text or written with a fraction of zero."""
    if (
        isinstance(value, Known)
        and value.data is not None
        and not isinstance(value.data, bool | int)
    ):
        said = str(value.data).removesuffix(".0")
        if said.startswith("0") and len(said) > 1 and value.span is not None:
            reason = f"{said} is octal to some readers of YAML and decimal to others"
            return opaque(reason, value.span)
        if said.isascii() and said.isdigit() and len(said) <= _LONGEST_COUNT:
            return _instead(value, Known(int(said)))
    return _followed(value, integer)


def word(value: Value) -> Value:
    """Read one of a few words, each of them where code lists what it may be."""
    return _followed(value, lambda said: said)


def _followed(value: Value, read: Callable[[Value], Value]) -> Value:
    """Read each of the few texts that an unknown may be, if code lists them."""
    few = value if value.span is None else one_of_few(value, value.span)
    return value if few is value else each_branch(few, read)


def _instead(value: Known, read: Known) -> Known:
    read.span, read.via = value.span, value.via
    return read


def _state(value: Value) -> Value:
    """Read the state of an event rule: ENABLED and its longer form, or DISABLED."""
    if isinstance(value, Known) and isinstance(value.data, str):
        return _instead(value, Known(value.data.startswith("ENABLED")))
    return _followed(value, _state)


def _alone(value: Value) -> Value:
    """Read one value as the list that holds it."""
    return Sequence([value], value.span, value.via)


def _listed(fields: dict[str, Field]) -> Callable[[Value], Value]:
    """Return a reader of lists of maps that renames their keys and fills in what is absent."""

    def read_item(value: Value) -> Value:
        if not isinstance(value, Mapping):
            return value
        items: dict[str, Value] = {}
        key_spans: dict[str, Span] = {}
        for name, field in fields.items():
            found = value.items.get(field.name)
            if found is None:
                items[name] = field.default
                continue
            items[name] = read(field, found)
            if field.name in value.key_spans:
                key_spans[name] = value.key_spans[field.name]
        return Mapping(items, value.span, value.via, key_spans)

    def read_list(value: Value) -> Value:
        if not isinstance(value, Sequence):
            return value
        return Sequence(
            [each_branch(item, read_item) for item in value.items], value.span, value.via
        )

    return read_list


def read(field: Field, value: Value) -> Value:
    """Return a property's value as the vocabulary has it, the default where it is absent."""

    def settled(one: Value) -> Value:
        if isinstance(one, Known) and one.data is None:
            return field.default
        return one if field.read is None else field.read(one)

    return each_branch(value, settled)


_SELECTORS = _listed(
    {
        "read_write_type": Field("ReadWriteType", Known("All"), word),
        "management_events": Field("IncludeManagementEvents", Known(True), boolean),
        "excluded_sources": Field("ExcludeManagementEventSources", _NONE),
        "data_resources": Field(
            "DataResources",
            _NONE,
            _listed({"type": Field("Type"), "values": Field("Values", _NONE)}),
        ),
    }
)
_ADVANCED_SELECTORS = _listed(
    {
        "name": Field("Name"),
        "fields": Field(
            "FieldSelectors",
            _NONE,
            _listed(
                {
                    "field": Field("Field"),
                    "equals": Field("Equals"),
                    "not_equals": Field("NotEquals"),
                    "starts_with": Field("StartsWith"),
                    "not_starts_with": Field("NotStartsWith"),
                    "ends_with": Field("EndsWith"),
                    "not_ends_with": Field("NotEndsWith"),
                }
            ),
        ),
    }
)
_INLINE_POLICIES = _listed({"name": Field("PolicyName"), "policy": Field("PolicyDocument")})

_YES = Known(True)
_NO = Known(False)

FIELDS: dict[str, dict[str, Field]] = {
    "AWS::CloudTrail::Trail": {
        "name": Field("TrailName"),
        "bucket": Field("S3BucketName"),
        "key_prefix": Field("S3KeyPrefix"),
        "log_group_arn": Field("CloudWatchLogsLogGroupArn"),
        "role_arn": Field("CloudWatchLogsRoleArn"),
        # NOTE: IsLogging has no default: CloudFormation refuses a trail without it.
        "logging": Field("IsLogging", _NULL, boolean),
        "multi_region": Field("IsMultiRegionTrail", _NO, boolean),
        "global_events": Field("IncludeGlobalServiceEvents", _YES, boolean),
        "organization": Field("IsOrganizationTrail", _NO, boolean),
        "validation": Field("EnableLogFileValidation", _NO, boolean),
        "kms_key": Field("KMSKeyId"),
        "event_selectors": Field("EventSelectors", _NONE, _SELECTORS),
        "advanced_event_selectors": Field("AdvancedEventSelectors", _NONE, _ADVANCED_SELECTORS),
        "insight_selectors": Field(
            "InsightSelectors", _NONE, _listed({"type": Field("InsightType")})
        ),
        "sns_topic": Field("SnsTopicName"),
    },
    "AWS::CloudTrail::EventDataStore": {"name": Field("Name")},
    "AWS::Events::Rule": {
        "name": Field("Name"),
        "event_pattern": Field("EventPattern"),
        "enabled": Field("State", _YES, _state),
    },
    "AWS::IAM::ManagedPolicy": {
        "name": Field("ManagedPolicyName"),
        "path": Field("Path", Known("/")),
        "policy": Field("PolicyDocument"),
        "roles": Field("Roles", _NONE),
    },
    "AWS::IAM::Policy": {
        "name": Field("PolicyName"),
        "roles": Field("Roles", _NONE),
        "policy": Field("PolicyDocument"),
    },
    "AWS::IAM::Role": {
        "name": Field("RoleName"),
        "path": Field("Path", Known("/")),
        "trust_policy": Field("AssumeRolePolicyDocument"),
        "inline_policies": Field("Policies", _NULL, _INLINE_POLICIES),
        "managed_policy_arns": Field("ManagedPolicyArns"),
        "permissions_boundary": Field("PermissionsBoundary"),
    },
    "AWS::IAM::RolePolicy": {
        "name": Field("PolicyName"),
        "roles": Field("RoleName", _NONE, _alone),
        "policy": Field("PolicyDocument"),
    },
    "AWS::KMS::Key": {"policy": Field("KeyPolicy")},
    "AWS::Logs::LogGroup": {
        "name": Field("LogGroupName"),
        "name_prefix": Field(""),
        # An absent RetentionInDays means that nothing expires; a stated 0 is refused, and stays 0.
        "retention_days": Field("RetentionInDays", Known(0), integer),
        "kms_key": Field("KmsKeyId"),
        "class": Field("LogGroupClass", Known("STANDARD"), word),
        "deletion_protection": Field("DeletionProtectionEnabled", _NO, boolean),
        "skip_destroy": Field("", _NO),
    },
    "AWS::Logs::LogStream": {"name": Field("LogStreamName"), "log_group": Field("LogGroupName")},
    "AWS::Logs::MetricFilter": {
        "name": Field("FilterName"),
        "log_group": Field("LogGroupName"),
        "pattern": Field("FilterPattern"),
    },
    "AWS::ObservabilityAdmin::TelemetryRule": {"name": Field("RuleName")},
    "AWS::S3::Bucket": {"name": Field("BucketName")},
    "AWS::SNS::Topic": {"name": Field("TopicName")},
}
"""The attributes of the vocabulary by resource type."""
