"""What a property means to rules: the vocabulary's name for it, and what its absence says.

Written from CloudFormation's resource reference, and not from the reader's own tables.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

Json: TypeAlias = "dict[str, Any]"


class Said(NamedTuple):
    """A property, its default as text, and the meaning of the keys of the maps in its list."""

    property: str
    default: Any = None
    keys: Meaning | None = None


Meaning: TypeAlias = "dict[str, Said]"

_POLICIES: Meaning = {"name": Said("PolicyName"), "policy": Said("PolicyDocument")}
_RESOURCES: Meaning = {"type": Said("Type"), "values": Said("Values", [])}
_SELECTORS: Meaning = {
    "read_write_type": Said("ReadWriteType", "All"),
    "management_events": Said("IncludeManagementEvents", "true"),
    "excluded_sources": Said("ExcludeManagementEventSources", []),
    "data_resources": Said("DataResources", [], _RESOURCES),
}
_FIELDS: Meaning = {
    "field": Said("Field"),
    "equals": Said("Equals"),
    "not_equals": Said("NotEquals"),
    "starts_with": Said("StartsWith"),
    "not_starts_with": Said("NotStartsWith"),
    "ends_with": Said("EndsWith"),
    "not_ends_with": Said("NotEndsWith"),
}
_ADVANCED: Meaning = {"name": Said("Name"), "fields": Said("FieldSelectors", [], _FIELDS)}

MEANING: dict[str, Meaning] = {
    "AWS::CloudTrail::Trail": {
        "name": Said("TrailName"),
        "bucket": Said("S3BucketName"),
        "key_prefix": Said("S3KeyPrefix"),
        "log_group_arn": Said("CloudWatchLogsLogGroupArn"),
        "role_arn": Said("CloudWatchLogsRoleArn"),
        "logging": Said("IsLogging"),
        "multi_region": Said("IsMultiRegionTrail", "false"),
        "global_events": Said("IncludeGlobalServiceEvents", "true"),
        "organization": Said("IsOrganizationTrail", "false"),
        "validation": Said("EnableLogFileValidation", "false"),
        "kms_key": Said("KMSKeyId"),
        "event_selectors": Said("EventSelectors", [], _SELECTORS),
        "advanced_event_selectors": Said("AdvancedEventSelectors", [], _ADVANCED),
        "insight_selectors": Said("InsightSelectors", [], {"type": Said("InsightType")}),
        "sns_topic": Said("SnsTopicName"),
    },
    "AWS::Events::Rule": {"name": Said("Name"), "event_pattern": Said("EventPattern")},
    "AWS::IAM::ManagedPolicy": {
        "name": Said("ManagedPolicyName"),
        "path": Said("Path", "/"),
        "policy": Said("PolicyDocument"),
        "roles": Said("Roles", []),
    },
    "AWS::IAM::Policy": {**_POLICIES, "roles": Said("Roles", [])},
    "AWS::IAM::Role": {
        "name": Said("RoleName"),
        "path": Said("Path", "/"),
        "trust_policy": Said("AssumeRolePolicyDocument"),
        "inline_policies": Said("Policies", None, _POLICIES),
        "managed_policy_arns": Said("ManagedPolicyArns"),
        "permissions_boundary": Said("PermissionsBoundary"),
    },
    "AWS::IAM::RolePolicy": _POLICIES,
    "AWS::KMS::Key": {"policy": Said("KeyPolicy")},
    "AWS::Logs::LogGroup": {
        "name": Said("LogGroupName"),
        "retention_days": Said("RetentionInDays", "0"),
        "kms_key": Said("KmsKeyId"),
        "class": Said("LogGroupClass", "STANDARD"),
        "deletion_protection": Said("DeletionProtectionEnabled", "false"),
    },
    "AWS::Logs::LogStream": {"name": Said("LogStreamName"), "log_group": Said("LogGroupName")},
    "AWS::Logs::MetricFilter": {
        "name": Said("FilterName"),
        "log_group": Said("LogGroupName"),
        "pattern": Said("FilterPattern"),
    },
    "AWS::S3::Bucket": {"name": Said("BucketName")},
    "AWS::SNS::Topic": {"name": Said("TopicName")},
}
"""By type, for each attribute that rules ask for."""


def meant(said: Said, properties: Json) -> Any:  # noqa: ANN401 - JSON
    """Return what properties say of an attribute."""
    found = properties.get(said.property, said.default)
    if said.keys is None or not isinstance(found, list):
        return found
    return [{name: meant(key, item) for name, key in said.keys.items()} for item in found]
