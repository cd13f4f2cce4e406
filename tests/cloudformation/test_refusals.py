"""What CloudFormation refuses is refused here, with its place; what it takes is not."""

from __future__ import annotations

import pytest

from cloudformation.templates import attribute, template
from trailcheck.cloudformation.refusals import nearest
from trailcheck.errors import Impact
from trailcheck.value import Choice, Known, Unknown

TYPES = {
    "trail": ("AWS::CloudTrail::Trail", "IsLogging: true, S3BucketName: b"),
    "group": ("AWS::Logs::LogGroup", ""),
    "role": ("AWS::IAM::Role", "AssumeRolePolicyDocument: {}"),
    "key": ("AWS::KMS::Key", ""),
    "bucket": ("AWS::S3::Bucket", ""),
    "filter": ("AWS::Logs::MetricFilter", "FilterPattern: '', LogGroupName: g"),
    "alarm": ("AWS::CloudWatch::Alarm", ""),
}
PARAMETERS = """
Parameters:
  Days: {Type: Number, Default: 366}
  Env: {Type: String}
Conditions: {Prod: !Equals [!Ref Env, prod]}
"""


def resource(kind: str, properties: str) -> str:
    """Return a template with one resource `R`: the properties that its type demands, and these."""
    name, demanded = TYPES[kind]
    stated = ", ".join(p for p in (demanded, properties) if p)
    return f"{PARAMETERS}Resources:\n  R:\n    Type: {name}\n    Properties: {{{stated}}}\n"


@pytest.mark.parametrize(
    ("kind", "properties", "summary", "advice", "place"),
    [
        (
            "trail",
            "CloudWatchLogsLogGroupARN: x",
            "AWS::CloudTrail::Trail has no property CloudWatchLogsLogGroupARN",
            "Did you mean CloudWatchLogsLogGroupArn?",
            "CloudWatchLogsLogGroupARN",
        ),
        (
            "trail",
            "KmsKeyId: x",
            "AWS::CloudTrail::Trail has no property KmsKeyId",
            "Did you mean KMSKeyId?",
            "KmsKeyId",
        ),
        (
            "group",
            "RetentionInDay: 365",
            "AWS::Logs::LogGroup has no property RetentionInDay",
            "Did you mean RetentionInDays?",
            "RetentionInDay",
        ),
        (
            "role",
            "Policies: [{PolicyName: p, PolicyDocuments: {}}]",
            "Policies has no property PolicyDocuments",
            "Did you mean PolicyDocument?",
            "PolicyDocuments",
        ),
        (
            "trail",
            "Zebra: x",
            "AWS::CloudTrail::Trail has no property Zebra",
            "There is AdvancedEventSelectors, ",
            "Zebra",
        ),
        (
            "group",
            "Arn: x",
            "AWS::Logs::LogGroup has no property Arn",
            "CloudFormation sets Arn itself.",
            "Arn",
        ),
        ("group", "RetentionInDays: 366", "RetentionInDays cannot be 366", "It takes 1, 3", "366"),
        ("group", "RetentionInDays: 0", "RetentionInDays cannot be 0", "It takes 1, 3, 5", "0"),
        ("group", "RetentionInDays: ten", "RetentionInDays cannot be ten", "It takes 1", "ten"),
        ("group", "RetentionInDays: [365]", "RetentionInDays cannot be a list", "It", "[365]"),
        ("group", "LogGroupName: {a: b}", "LogGroupName cannot be a map", "It takes a text.", "{a"),
        ("group", "LogGroupClass: COLD", "LogGroupClass cannot be COLD", "It takes STANDARD", "C"),
        ("role", "ManagedPolicyArns: x", "ManagedPolicyArns cannot be x", "It takes a list.", "x"),
        ("role", "Policies: {a: b}", "Policies cannot be a map", "It takes a list.", "{a: b}"),
        (
            "trail",
            "IsMultiRegionTrail: maybe",
            "IsMultiRegionTrail cannot be maybe",
            "It takes true or false.",
            "maybe",
        ),
        (
            "trail",
            "EventSelectors: [{ReadWriteType: Both}]",
            "ReadWriteType cannot be Both",
            "It takes All, ReadOnly, WriteOnly.",
            "Both",
        ),
        ("alarm", "Threshold: much", "Threshold cannot be much", "It takes a number.", "much"),
        (
            "filter",
            "",
            "R has no MetricTransformations",
            "CloudFormation refuses a resource of the type AWS::Logs::MetricFilter without it.",
            "R",
        ),
        (
            "trail",
            "EventSelectors: [{DataResources: [{Values: [x]}]}]",
            "DataResources has no Type",
            "CloudFormation refuses it without.",
            "{Values",
        ),
        (
            "trail",
            "AdvancedEventSelectors: [{Name: n}]",
            "AdvancedEventSelectors has no FieldSelectors",
            "CloudFormation",
            "{Name",
        ),
        (
            "trail",
            "AdvancedEventSelectors: [{FieldSelectors: []}]",
            "FieldSelectors cannot be a list of 0",
            "It takes 1 or more items.",
            "[]",
        ),
        (
            "trail",
            "EventSelectors: [{}, {}, {}, {}, {}, {}]",
            "EventSelectors cannot be a list of 6",
            "It takes at most 5 items.",
            "[{}",
        ),
        ("trail", "Tags: [{Key: k}]", "Tags has no Value", "CloudFormation", "{Key"),
        ("trail", "TrailName: a b", "TrailName cannot be a b", "It takes what matches (^", "a b"),
        ("trail", "TrailName: ''", "TrailName cannot be empty", "It takes 1 to 128", "''"),
        ("group", "LogGroupName: 'a:b'", "LogGroupName cannot be a:b", "It takes what", "'a:b'"),
        ("group", "LogGroupName: ''", "LogGroupName cannot be empty", "It takes 1 to 512", "''"),
        (
            "group",
            "LogGroupName: !Sub 'a*${Days}'",
            "LogGroupName cannot be a*366",
            "It takes what matches",
            "!Sub",
        ),
        (
            "role",
            "Policies: [{PolicyName: p}]",
            "Policies has no PolicyDocument",
            "CloudFormation",
            "{PolicyName",
        ),
        (
            "role",
            "Policies: [{PolicyName: p, PolicyDocument: !Ref AWS::NoValue}]",
            "Policies has no PolicyDocument",
            "CloudFormation",
            "{PolicyName",
        ),
        ("role", "ManagedPolicyArns: [p]", "ManagedPolicyArns cannot be p", "It takes what", "p"),
        ("role", "RoleName: a/b", "RoleName cannot be a/b", "It takes what matches", "a/b"),
        (
            "role",
            "MaxSessionDuration: 60",
            "MaxSessionDuration cannot be 60",
            "It takes 3600",
            "60",
        ),
        (
            "filter",
            "MetricTransformations: []",
            "MetricTransformations cannot be a list of 0",
            "It takes 1 to 1 items.",
            "[]",
        ),
        (
            "filter",
            "MetricTransformations: [{MetricName: n, MetricNamespace: s}]",
            "MetricTransformations has no MetricValue",
            "CloudFormation",
            "{MetricName",
        ),
    ],
)
def test_what_is_written_is_refused_in_its_place(
    kind: str, properties: str, summary: str, advice: str, place: str
) -> None:
    """Names, types, allowed values and what is demanded, from the table; nearest name as advice."""
    reading = template(resource(kind, properties))
    if "!Sub" in properties:
        attribute(reading, "R", "name")
    (found,) = reading.diagnostics
    assert found.summary == summary
    assert found.detail.startswith(advice)
    assert found.span is not None
    assert found.span.text.startswith(place)


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("trail", 'IsMultiRegionTrail: "True", Tags: [{Key: 5, Value: true}]'),
        ("trail", "S3KeyPrefix: 5, EventSelectors: [{IncludeManagementEvents: yes}]"),
        ("trail", 'AdvancedEventSelectors: [{FieldSelectors: [{Field: "x", Equals: ["y"]}]}]'),
        ("group", 'RetentionInDays: "365", DeletionProtectionEnabled: "false"'),
        ("group", "RetentionInDays: 365.0"),
        ("group", "RetentionInDays: !Ref AWS::NoValue, LogGroupName: !Ref Env"),
        ("group", "RetentionInDays: '{{resolve:ssm:/days}}'"),
        ("role", "Policies: [!If [Prod, {PolicyName: p, PolicyDocument: {}}, !Ref AWS::NoValue]]"),
        ("role", """Policies: [{PolicyName: p, PolicyDocument: '{"Statement": []}'}]"""),
        ("role", "ManagedPolicyArns: !Split [',', !Ref Env]"),
        ("role", "Policies: [{PolicyName: p, Fn::Transform: {Name: m}}]"),
        ("role", "Policies: [{PolicyName: p, PolicyDocument: !If [Prod, {}, !Ref AWS::NoValue]}]"),
        ("group", "LogGroupName: '{{resolve:ssm:/a:1}}'"),
        ("group", "LogGroupName: !Sub 'a*${Env}'"),
        ("trail", "EventSelectors: [{}, {}, {}, {}, {}, !Ref AWS::NoValue]"),
        ("bucket", "LifecycleConfiguration: {Rules: [{Whatever: 1}]}"),
        ("key", "KeyPolicy: {Statement: []}, PendingWindowInDays: '7'"),
        ("alarm", "Threshold: 1, EvaluationPeriods: '1', TreatMissingData: notBreaching"),
        (
            "filter",
            "MetricTransformations: [{MetricName: n, MetricNamespace: s, MetricValue: 1}]",
        ),
        ("alarm", "DatapointsToAlarm: 1.0, Threshold: 0.5"),
    ],
)
def test_what_cloudformation_coerces_is_taken(kind: str, properties: str) -> None:
    """Text stands for booleans and numbers and the other way round; expressions come later."""
    assert template(resource(kind, properties)).graph.unread == ()


def test_a_condition_that_does_not_hold_refuses_nothing() -> None:
    """Properties of a resource that is not created are of no account."""
    text = resource("group", "RetentionInDays: 366").replace(
        "Type: AWS::Logs", "Condition: No\n    Type: AWS::Logs"
    )
    text = text.replace("Conditions: {", "Conditions: {No: !Equals [a, b], ")
    assert template(text).graph.unread == ()


def test_what_an_expression_comes_to_is_refused_when_it_is_asked_for() -> None:
    """The default of a parameter, and one branch of a condition."""
    reading = template(resource("group", "RetentionInDays: !Ref Days"))
    assert reading.graph.unread == ()
    found = attribute(reading, "R", "retention_days").value
    assert isinstance(found, Unknown)
    assert found.refused
    assert [(d.summary, d.impact) for d in reading.diagnostics] == [
        ("RetentionInDays cannot be 366", Impact.REFUSED)
    ]
    reading = template(resource("group", "RetentionInDays: !If [Prod, 400, 366]"))
    found = attribute(reading, "R", "retention_days").value
    assert isinstance(found, Choice)
    assert found.then == Known(400)
    assert isinstance(found.otherwise, Unknown)
    assert found.otherwise.refused


def test_a_literal_is_refused_once() -> None:
    """The look at what is written and the one at what it comes to say the same."""
    reading = template(resource("trail", "IsMultiRegionTrail: maybe"))
    assert isinstance(attribute(reading, "R", "multi_region").value, Unknown)
    assert len(reading.diagnostics) == 1


def test_a_number_with_a_leading_zero_is_open() -> None:
    """0555 is 365 to a reader of YAML 1.1 and 555 to others: neither is taken for granted."""
    reading = template(resource("group", "RetentionInDays: 0555"))
    assert reading.graph.unread == ()
    assert isinstance(attribute(reading, "R", "retention_days").value, Unknown)


@pytest.mark.parametrize(
    ("attribute_name", "advice"), [("ARN", "Did you mean Arn?"), ("Zebra", "Fn::GetAtt takes Arn.")]
)
def test_an_attribute_that_is_not_there_is_refused(attribute_name: str, advice: str) -> None:
    """Fn::GetAtt takes what the table lists."""
    text = resource("trail", f"CloudWatchLogsLogGroupArn: !GetAtt G.{attribute_name}")
    reading = template(text + "  G: {Type: AWS::Logs::LogGroup}\n")
    found = attribute(reading, "R", "log_group_arn").value
    assert isinstance(found, Unknown)
    assert found.refused
    (diagnostic,) = reading.diagnostics
    assert diagnostic.summary == f"AWS::Logs::LogGroup has no attribute {attribute_name}"
    assert diagnostic.detail == advice


def test_the_nearest_name_is_found_whatever_its_case() -> None:
    """Case is the usual slip."""
    assert nearest("ISLOGGING", ["IsLogging", "Other"]) == "Did you mean IsLogging?"
    assert not nearest("Zebra", ["IsLogging"])


@pytest.mark.parametrize(("written", "name"), [("yes", "true"), ("Off", "false"), ("42", "42")])
def test_a_name_is_text(written: str, name: str) -> None:
    """A scalar of YAML 1.1 that is no text becomes one, and `Ref` gives that."""
    reading = template(
        "Resources:\n"
        f"  R: {{Type: AWS::Logs::LogGroup, Properties: {{LogGroupName: {written}}}}}\n"
        "  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref R}}\n"
    )
    assert attribute(reading, "R", "name").value == Known(name)
    assert attribute(reading, "B", "name").value == Known(name)
