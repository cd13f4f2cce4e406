"""From a template to the graph: resources, defaults, places, and what cannot be read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudformation.templates import attribute, template
from trailcheck.cloudformation import read, sniff
from trailcheck.cloudformation.resources import FIELDS, KINDS
from trailcheck.graph import VOCABULARY, Kind
from trailcheck.jsonholes import decode_parts
from trailcheck.source import Source
from trailcheck.value import (
    Choice,
    Known,
    Mapping,
    Sequence,
    Text,
    Unknown,
    Value,
    parts_of,
)

LINKED = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: "400"   # a year and a bit
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: "true"
      EventSelectors:
        - ReadWriteType: WriteOnly
          DataResources: [{Type: "AWS::S3::Object", Values: ["arn:aws:s3"]}]
      AdvancedEventSelectors:
        - FieldSelectors: [{Field: eventCategory, Equals: [Management]}]
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: write
          PolicyDocument: |
            {"Statement": [
              {"Effect": "Allow", "Action": "logs:*"}]}
"""


def test_every_type_maps_its_whole_vocabulary() -> None:
    """No attribute of a kind is forgotten for a type, and none is invented."""
    for type_name, kind in KINDS.items():
        assert set(FIELDS[type_name]) == set(VOCABULARY[kind]), type_name


def test_defaults_are_cloudformations_own() -> None:
    """What is not stated has CloudFormation's default, and says that it is not stated."""
    reading = template(LINKED)
    for name, expected in {
        "multi_region": Known(data=False),
        "global_events": Known(data=True),
        "validation": Known(data=False),
        "insight_selectors": Sequence(()),
        "role_arn": Known(None),
    }.items():
        found = attribute(reading, "Trail", name)
        assert (found.value, found.stated, found.span.text) == (expected, False, "Trail")


def test_text_is_read_as_the_property_wants_it() -> None:
    """Booleans and numbers in quotes are booleans and numbers."""
    reading = template(LINKED)
    assert attribute(reading, "Trail", "logging").value == Known(data=True)
    retention = attribute(reading, "Group", "retention_days")
    assert retention.value == Known(400)
    assert retention.span.text == 'RetentionInDays: "400"'
    assert retention.value.span is not None
    assert retention.value.span.text == '"400"'


def test_a_group_that_states_no_retention_never_expires() -> None:
    """An absent RetentionInDays is zero days, not stated; a stated zero stays visible."""
    text = LINKED.replace('RetentionInDays: "400"', "RetentionInDays: 0")
    assert attribute(template(text), "Group", "retention_days").stated
    absent = LINKED.replace('RetentionInDays: "400"', "LogGroupName: x")
    assert attribute(template(absent), "Group", "retention_days").value == Known(0)


def test_nested_properties_have_the_vocabularys_names() -> None:
    """Selectors are lists of mappings with the graph's keys, defaults filled in."""
    reading = template(LINKED)
    data = Mapping({"type": Known("AWS::S3::Object"), "values": Sequence([Known("arn:aws:s3")])})
    assert attribute(reading, "Trail", "event_selectors").value == Sequence(
        [
            Mapping(
                {
                    "read_write_type": Known("WriteOnly"),
                    "management_events": Known(data=True),
                    "excluded_sources": Sequence(()),
                    "data_resources": Sequence([data]),
                }
            )
        ]
    )
    advanced = attribute(reading, "Trail", "advanced_event_selectors").value
    assert isinstance(advanced, Sequence)
    assert isinstance(advanced.items[0], Mapping)
    fields = advanced.items[0].items["fields"]
    assert isinstance(fields, Sequence)
    assert isinstance(fields.items[0], Mapping)
    assert fields.items[0].items["equals"] == Sequence([Known("Management")])
    assert fields.items[0].items["not_equals"] == Known(None)


def test_policies_in_block_text_keep_their_places() -> None:
    """A policy given as JSON text is found again in the file, statement by statement."""
    policies = attribute(template(LINKED), "Role", "inline_policies").value
    assert isinstance(policies, Sequence)
    assert isinstance(policies.items[0], Mapping)
    parts = parts_of(policies.items[0].items["policy"])
    assert parts is not None
    document = decode_parts(parts)
    assert isinstance(document, Mapping)
    statements = document.items["Statement"]
    assert isinstance(statements, Sequence)
    assert isinstance(statements.items[0], Mapping)
    action = statements.items[0].items["Action"]
    assert action.span is not None
    assert (action.span.text, action.span.first.line) == ('"logs:*"', 23)


def test_conditions_decide_what_exists() -> None:
    """A resource of a false condition is not listed; one of an open condition is a choice."""
    reading = template("""
Parameters: {P: {Type: String}}
Conditions: {No: !Equals [a, b], Open: !Equals [!Ref P, a]}
Resources:
  Gone: {Type: AWS::Logs::LogGroup, Condition: No}
  Perhaps: {Type: AWS::Logs::LogGroup, Condition: Open}
""")
    assert [r.address for r in reading.graph.resources(Kind.LOG_GROUP)] == ["Perhaps"]
    assert reading.graph.resource("Gone") is None
    assert isinstance(reading.graph.resources(Kind.LOG_GROUP)[0].exists, Choice)
    assert reading.parameters == ("P",)


def test_a_property_of_no_value_has_its_default() -> None:
    """AWS::NoValue removes the property on its branch, so that the default holds there."""
    reading = template("""
Parameters: {P: {Type: String}}
Conditions: {C: !Equals [!Ref P, a]}
Resources:
  T:
    Type: AWS::CloudTrail::Trail
    Properties: {IsMultiRegionTrail: !If [C, true, !Ref AWS::NoValue]}
""")
    found = attribute(reading, "T", "multi_region").value
    assert isinstance(found, Choice)
    assert (found.then, found.otherwise) == (Known(data=True), Known(data=False))


def test_a_group_is_kept_when_both_policies_say_so() -> None:
    """Deletion and replacement must both retain."""
    for policies, kept in (
        ("DeletionPolicy: Retain, UpdateReplacePolicy: Retain", True),
        ("DeletionPolicy: Retain", False),
    ):
        text = f"Resources: {{G: {{Type: AWS::Logs::LogGroup, {policies}}}}}"
        assert attribute(template(text), "G", "skip_destroy").value == Known(kept)


def test_one_broken_resource_does_not_lose_the_others() -> None:
    """Every malformed resource is one located diagnostic, and its neighbours are read."""
    reading = template("""
Resources:
  A: 5
  B: {Type: [x]}
  C: {Type: AWS::CloudTrail::Trail, Properties: [x]}
  D: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: b}}
""")
    assert [d.summary for d in reading.graph.unread] == [
        "The resource A has no type",
        "The resource B has no type",
        "The properties of C are not a map",
    ]
    assert [r.address for r in reading.graph.resources(Kind.TRAIL)] == ["C", "D"]
    assert isinstance(attribute(reading, "C", "logging").value, Unknown)
    assert attribute(reading, "D", "logging").value == Known(data=True)


def test_a_key_that_is_set_twice_is_not_trusted() -> None:
    """Of two equal keys neither proves anything, and the second one is pointed at."""
    reading = template("""
Resources:
  T:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: b
      IsLogging: true
      IsLogging: false
""")
    assert isinstance(attribute(reading, "T", "logging").value, Unknown)
    (found,) = reading.graph.unread
    assert found.span is not None
    assert (found.summary, found.span.first.line) == ("The key `IsLogging` is set twice", 8)


def test_macros_leave_nothing_proven() -> None:
    """A macro that is not known may rewrite everything; SAM's transform leaves trails alone."""
    body = "\nResources: {T: {Type: AWS::Logs::LogGroup}}"
    assert template("Transform: Mine" + body).graph.unread
    assert not template("Transform: AWS::Serverless-2016-10-31" + body).graph.unread
    included = template("Resources: {Fn::Transform: {Name: AWS::Include}}")
    assert included.graph.unread


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Resources:\n  A: [1\n", 3),
        ("Resources:\n\tA: 1\n", 2),
        ("Resources: &a {<<: *b}\n", 1),
        ('{"Resources": {\n "A": {"Type": "AWS::SNS::Topic"},}}', 2),
        ("Resources: {}\n---\nResources: {}\n", 3),
        ("Resources: " + "[" * 100_000, 1),
        ("Resources:\n- " + "- " * 100_000, 2),
        ('{"Resources": ' + "[" * 100_000, 1),
        ("Resources: \x00", 1),
    ],
)
def test_unreadable_templates_are_one_located_diagnostic(text: str, line: int) -> None:
    """What breaks the language is told once, with its place, and the graph proves nothing."""
    reading = template(text)
    (found,) = reading.graph.unread
    assert found.span is not None
    assert found.span.first.line == line


def test_other_documents_are_no_templates() -> None:
    """A document without the sections of a template is not one, however it looked."""
    assert read(Source("x.json", b'{"a": {"Resources": {}}}'), "x.json") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LINKED, True),
        ("Resources:\n  A:\n    Properties: {}\n    Type: 'AWS::S3::Bucket'\n", True),
        ("# c\n---\n  Resources:\n    A: {Type: AWS::S3::Bucket}\n", True),
        ('{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}', True),
        ("{Resources: {A: {Type: AWS::S3::Bucket}}}", True),
        ('{"\\u0052esources": {"A": {"Type": "AWS::S3::Bucket"}}}', True),
        ("AWSTemplateFormatVersion: 2010-09-09\nDescription: x\n", True),
        ("service: x\nresources:\n  Resources:\n    A:\n      Type: AWS::S3::Bucket\n", False),
        ("apiVersion: v1\nkind: Pod\n", False),
        ('{"$schema": "x", "resources": [{"type": "Microsoft.Web/sites"}]}', False),
        ("on: push\njobs: {}\n", False),
        ("Resources:\n  - https://example.org\n", False),
        ("", False),
    ],
)
def test_templates_are_told_from_other_files(text: str, expected: bool) -> None:  # noqa: FBT001
    """A look at the bytes is enough to tell a template from other YAML and JSON."""
    assert sniff(text.encode()) is expected


SCALARS = st.booleans() | st.integers(0, 10**12) | st.text("abc/:*-_ ${}é", max_size=8)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3),
        st.lists(inner, max_size=3).map(lambda items: {"Fn::Join": ["-", items]}),
        st.text("ab${}A", max_size=6).map(lambda text: {"Fn::Sub": text}),
        st.sampled_from(["P", "Q", "T", "AWS::Region", "AWS::NoValue"]).map(lambda n: {"Ref": n}),
        st.tuples(inner, inner).map(lambda pair: {"Fn::If": ["C", *pair]}),
    ),
    max_leaves=12,
)


def evaluated(text: str) -> Value:
    """Return a trail's bucket, in a template of that text."""
    return attribute(template(text), "T", "bucket").value


def shape(value: Value) -> object:
    """Return what a value says, without the places that name what is opaque."""
    match value:
        case Unknown():
            return "refused" if value.refused else value.reason
        case Choice():
            return (value.condition.name, shape(value.then), shape(value.otherwise))
        case Sequence():
            return [shape(item) for item in value.items]
        case Mapping():
            return {key: shape(item) for key, item in value.items.items()}
        case Text():
            return [said if isinstance(said, str) else shape(said) for said in value.key()[1:]]
        case _:
            return value


@given(TREES)
def test_yaml_and_json_twins_are_equal(tree: object) -> None:
    """The same template in YAML and in JSON gives the same value, and nothing ever crashes."""
    document = {
        "Parameters": {"P": {"Type": "String", "Default": "p"}, "Q": {"Type": "String"}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "Q"}, "x"]}},
        "Resources": {
            "T": {"Type": "AWS::CloudTrail::Trail", "Properties": {"S3BucketName": tree}}
        },
    }
    yaml = pytest.importorskip("yaml")
    twins = json.dumps(document), yaml.safe_dump(document, allow_unicode=True)
    assert shape(evaluated(twins[0])) == shape(evaluated(twins[1]))


@given(st.binary() | st.text().map(str.encode))
def test_arbitrary_bytes_never_crash_the_sniffer(data: bytes) -> None:
    """The look at the bytes answers for every file."""
    assert sniff(data) in (True, False)


@given(st.text("{}[]\"',:&*!<>|-?# \n\tRefa1"))
def test_arbitrary_text_never_crashes_the_reader(text: str) -> None:
    """Whatever the text, reading ends in a graph, a diagnostic, or no template."""
    read(Source("x.yaml", text.encode()), "x.yaml")
    reading = read(Source("x.yaml", f"Resources: {text}".encode()), "x.yaml")
    assert reading is not None
