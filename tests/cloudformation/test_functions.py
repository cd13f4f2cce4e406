"""Each intrinsic function against its page in the Template Reference: what it gives and refuses.

A row is a call and what it comes to: a value, OPEN where only a deployment settles it, or the
summary of the diagnostic with which it is refused. Rows in EXTENDED are of templates that name the
transform of language extensions.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cloudformation.spellings import stack
from cloudformation.templates import attribute, template, trail
from terraform.chains import Chain, write
from trailcheck import scan
from trailcheck.value import (
    Choice,
    Encoded,
    Known,
    Mapping,
    Piece,
    Reference,
    Symbol,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.cloudformation.reader import Reading

OPEN = object()
SECTIONS = """
Parameters:
  Env: {Type: String, Default: prod}
  Free: {Type: String}
  Names: {Type: CommaDelimitedList, Default: "x, y"}
  Stage: {Type: String, AllowedValues: [dev, test, prod]}
Mappings:
  M:
    prod: {group: big, list: [p, q]}
    dev: {group: small, list: [r]}
Conditions:
  Yes: !Equals [!Ref Env, prod]
  Maybe: !Equals [!Ref Free, "yes"]
"""
EXTENSIONS = "Transform: AWS::LanguageExtensions\n"
RESOURCES = """
  Group: {Type: AWS::Logs::LogGroup}
  Named: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: audit-log}}
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
  Deep: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}, Path: /a/b/}}
  Bucket: {Type: AWS::S3::Bucket}
  Topic: {Type: AWS::SNS::Topic}
"""
NUMBER_OF = Reference("Role", "name")

PLAIN: list[tuple[str, object]] = [
    # Fn::Base64
    ("!Base64 abc", Known("YWJj")),
    ("{'Fn::Base64': !Sub 'a${Env}'}", Known("YXByb2Q=")),
    ("!Base64 [a]", "Fn::Base64 is malformed"),
    ("!Base64 {a: b}", "Fn::Base64 is malformed"),
    ("{'Fn::Base64': !Split [',', 'a,b']}", "Fn::Split cannot stand in Fn::Base64 there"),
    # Fn::Cidr: two or three arguments, 1 to 256 blocks
    ("!Select [0, !Cidr [10.0.0.0/16, 2, 8]]", OPEN),
    ("!Select [0, !Cidr [10.0.0.0/16, 256]]", OPEN),
    ("!Select [0, !Cidr [10.0.0.0/16, 257, 8]]", "Fn::Cidr is malformed"),
    ("!Select [0, !Cidr [10.0.0.0/16]]", "Fn::Cidr is malformed"),
    ("!Cidr 10.0.0.0/16", "Fn::Cidr is malformed"),
    # Fn::FindInMap: names are texts, Ref or Fn::FindInMap
    ("!FindInMap [M, prod, group]", Known("big")),
    ("!FindInMap [M, !Ref Env, group]", Known("big")),
    ("!Select [1, !FindInMap [M, prod, list]]", Known("q")),
    ("!FindInMap [M, prod]", "Fn::FindInMap is malformed"),
    ("!FindInMap [M, prod, none]", "The mapping has no key none"),
    ("!FindInMap [M, none, group]", "The mapping has no key none"),
    ("!FindInMap [None, prod, group]", "The mapping has no key None"),
    ("!FindInMap [M, !Sub '${Env}', group]", "Fn::Sub cannot stand in Fn::FindInMap there"),
    ("!FindInMap [M, !GetAtt Role.Arn, group]", "Fn::GetAtt cannot stand in Fn::FindInMap there"),
    (
        "!FindInMap [M, prod, none, {DefaultValue: x}]",
        "DefaultValue of Fn::FindInMap needs a transform that the template does not name",
    ),
    # Fn::GetAtt: the resource is literal, the attribute may be a Ref
    ("!GetAtt Role.Arn", Reference("Role", "arn")),
    ("!GetAtt [Role, Arn]", Reference("Role", "arn")),
    ("!GetAtt Role", "Fn::GetAtt is malformed"),
    ("!GetAtt [Role]", "Fn::GetAtt is malformed"),
    ("!GetAtt Role.None", "AWS::IAM::Role has no attribute None"),
    ("!GetAtt Env.Arn", "Env is not declared"),
    ("!GetAtt [!Ref Env, Arn]", "Ref cannot stand in Fn::GetAtt there"),
    # Fn::GetAZs
    ("!Select [0, !GetAZs '']", OPEN),
    ("!Select [0, {'Fn::GetAZs': !Ref AWS::Region}]", OPEN),
    ("!GetAZs {a: b}", "Fn::GetAZs is malformed"),
    # Fn::If: the name of a condition, and two values
    ("!If [Yes, a, b]", Known("a")),
    ("!If [Yes, a]", "Fn::If is malformed"),
    ("!If [Yes, a, b, c]", "Fn::If is malformed"),
    ("!If [None, a, b]", "There is no condition None"),
    ("!If [!Condition Yes, a, b]", "Fn::If is malformed"),
    ("!If [!Equals [a, a], a, b]", "Fn::Equals cannot stand in Fn::If there"),
    # Conditions stand under Conditions
    ("!Equals [a, b]", "!Equals stands where a value belongs"),
    ("{'Fn::Not': [!Condition Yes]}", "Fn::Not stands where a value belongs"),
    ("!Condition Yes", "!Condition stands where a value belongs"),
    # Fn::ImportValue: a name that depends on no resource
    ("!ImportValue shared", OPEN),
    ("{'Fn::ImportValue': !Sub '${Free}-arn'}", OPEN),
    ("!ImportValue ''", "Fn::ImportValue is malformed"),
    ("!ImportValue [a]", "Fn::ImportValue is malformed"),
    ("{'Fn::ImportValue': !Ref Role}", "Fn::ImportValue depends on Role"),
    (
        "{'Fn::ImportValue': !GetAtt Role.Arn}",
        "Fn::GetAtt cannot stand in Fn::ImportValue there",
    ),
    # Fn::Join: a literal delimiter, and a list of texts
    ("!Join ['', []]", Known("")),
    ("!Join ['-', [a]]", Known("a")),
    ("!Join ['-', [a, 1, true]]", Known("a-1-true")),
    ("!Join ['-', !Ref Names]", Known("x-y")),
    ("!Join ['-', [a, !Ref AWS::NoValue]]", Known("a")),
    ("!Join ['-', a]", "Fn::Join is malformed"),
    ("!Join ['-', [a], [b]]", "Fn::Join is malformed"),
    ("!Join ['-', [a, [b]]]", "Fn::Join holds what is not text"),
    ("!Join [!Ref Env, [a, b]]", "Ref cannot stand in Fn::Join there"),
    # Fn::Select: 0 to one less than there are; no null in the list
    ("!Select [0, [a, b]]", Known("a")),
    ("!Select ['1', [a, b]]", Known("b")),
    ("!Select [2, [a, b]]", "Fn::Select selects nothing"),
    ("!Select [-1, [a, b]]", "Fn::Select selects nothing"),
    ("!Select [1.5, [a, b]]", "Fn::Select selects nothing"),
    ("!Select [x, [a, b]]", "Fn::Select selects nothing"),
    ("!Select [0, []]", "Fn::Select selects nothing"),
    ("!Select [0, a]", "Fn::Select is malformed"),
    ("!Select [0, [!Ref AWS::NoValue, a]]", "Fn::Select is malformed"),
    ("!Select [0, [!If [Maybe, a, !Ref AWS::NoValue], b]]", OPEN),
    ("!Select [!Sub '0', [a]]", "Fn::Sub cannot stand in Fn::Select there"),
    # Fn::Split: a literal delimiter; empty texts are kept
    ("!Select [1, !Split ['|', 'a||c|']]", Known("")),
    ("!Select [3, !Split ['|', 'a||c|']]", Known("")),
    ("!Select [0, !Split [',', '']]", Known("")),
    ("!Select [0, !Split ['', 'abc']]", "Fn::Split is malformed"),
    ("!Select [0, !Split [!Ref Env, 'a']]", "Ref cannot stand in Fn::Split there"),
    ("!Select [0, !Split [',', [a]]]", "Fn::Split is malformed"),
    ("!Select [1, !Split ['/', !GetAtt Role.Arn]]", Reference("Role", "name")),
    ("!Select [3, !Split ['/', !GetAtt Deep.Arn]]", Reference("Deep", "name")),
    ("!Select [1, !Split ['log-group:', !GetAtt Named.Arn]]", Known("audit-log:*")),
    ("!Select [1, !Split [':::', !GetAtt Bucket.Arn]]", Reference("Bucket", "name")),
    ("!Select [5, !Split [':', !Ref Topic]]", Reference("Topic", "name")),
    ("!Select [1, !Split ['-', !Sub 'a-${AWS::AccountId}-b']]", Symbol("account")),
    ("!Select [1, !Split ['-', !Sub 'a-${AWS::Region}-b']]", OPEN),
    ("!Select [1, !Split ['-', !GetAtt Group.Arn]]", OPEN),
    # Fn::Sub: a text, or a text and a map
    ("!Sub '${Env}-${!Env}-$Env'", Known("prod-${Env}-$Env")),
    ("!Sub ['${a}-${Env}', {a: 1}]", Known("1-prod")),
    ("!Sub ['${Env}', {Env: own}]", Known("own")),
    ("!Sub '${Role.Arn}/x'", Text((Reference("Role", "arn"), Piece("/x")))),
    ("!Sub [text]", "Fn::Sub is malformed"),
    ("!Sub [a, b]", "Fn::Sub is malformed"),
    ("!Sub {a: b}", "Fn::Sub is malformed"),
    ("!Sub '${none}'", "none is not declared"),
    ("!Sub '${Role.None}'", "AWS::IAM::Role has no attribute None"),
    ("!Sub '${Names}'", "Fn::Sub holds what is not text"),
    ("!Sub '${AWS::NoValue}'", "Fn::Sub holds what is not text"),
    ("!Sub ['${a}', {a: [b]}]", "Fn::Sub holds what is not text"),
    # Ref
    ("!Ref AWS::AccountId", Symbol("account")),
    ("!Ref AWS::Nothing", "AWS::Nothing is not declared"),
    ("!Ref Group.Arn", "Group.Arn is not declared"),
    ("!Ref [Env]", "Ref is malformed"),
    ("{Ref: !Sub Env}", "Ref is malformed"),
    # What needs a transform, what belongs elsewhere, what there is not
    ("!Length [a]", "Fn::Length needs a transform that the template does not name"),
    ("!ToJsonString {a: b}", "Fn::ToJsonString needs a transform that the template does not name"),
    ("{'Fn::Contains': [[a], a]}", "Fn::Contains is no function of CloudFormation here"),
    ("!Nothing x", "!Nothing is no function of CloudFormation here"),
    ("{'Fn::Nothing': x}", "Fn::Nothing is no function of CloudFormation here"),
    ("{'Fn::Sub': a, 'Fn::Join': b}", "Fn::Sub is malformed"),
    # Dynamic references
    ("'{{resolve:ssm:/a:1}}'", OPEN),
    ("'{{resolve:ssm-secure:a}}'", OPEN),
    ("'x-{{resolve:secretsmanager:s:SecretString:k}}'", OPEN),
]

EXTENDED: list[tuple[str, object]] = [
    ("!FindInMap [M, prod, none, {DefaultValue: x}]", Known("x")),
    ("!FindInMap [None, prod, group, {DefaultValue: x}]", Known("x")),
    ("!FindInMap [M, prod, none, {DefaultValue: !Ref Env}]", Known("prod")),
    ("!FindInMap [M, !Sub '${Env}', group]", Known("big")),
    ("!FindInMap [M, prod, none, {Default: x}]", "Fn::FindInMap is malformed"),
    ("!FindInMap [M, prod, none, x]", "Fn::FindInMap is malformed"),
    ("!FindInMap [M, prod, none, {DefaultValue: x, Other: y}]", "Fn::FindInMap is malformed"),
    ("{'Fn::Length': [a, b]}", Known(2)),
    ("{'Fn::Length': []}", Known(0)),
    ("{'Fn::Length': !Ref Names}", Known(2)),
    ("{'Fn::Length': !Split [',', 'a,b,c']}", Known(3)),
    ("!Length a", "Fn::Length is malformed"),
    ("!Length {a: b}", "Fn::Length is malformed"),
    ("{'Fn::Length': !Ref Env}", "Fn::Length is malformed"),
    ("!ToJsonString {a: !Ref Env}", Encoded(Mapping({"a": Known("prod")}))),
    ("!ToJsonString a", "Fn::ToJsonString is malformed"),
    ("{'Fn::ToJsonString': !Ref Env}", "Fn::ToJsonString is malformed"),
    ("{Ref: !Sub Env}", Known("prod")),
    ("!GetAtt [!Sub 'Role', Arn]", Reference("Role", "arn")),
]


def _is(reading: Reading, expected: object) -> None:
    found = attribute(reading, "T", "bucket").value
    if isinstance(expected, str):
        assert expected in [problem.summary for problem in reading.diagnostics]
        assert all(problem.span is not None for problem in reading.diagnostics)
        assert isinstance(found, Unknown)
        assert found.refused
        return
    assert reading.diagnostics == []
    if expected is OPEN:
        opaque = found.parts if isinstance(found, Text) else (found,)
        assert any(isinstance(part, Unknown) and not part.refused for part in opaque)
    else:
        assert found == expected


@pytest.mark.parametrize(("call", "expected"), PLAIN)
def test_functions(call: str, expected: object) -> None:
    """A call gives what AWS says it gives, or is refused in its place."""
    _is(trail(call, SECTIONS, RESOURCES), expected)


@pytest.mark.parametrize(("call", "expected"), EXTENDED)
def test_functions_under_language_extensions(call: str, expected: object) -> None:
    """The transform adds functions, and takes functions in more places."""
    _is(trail(call, EXTENSIONS + SECTIONS, RESOURCES), expected)


def test_a_value_that_a_mapping_lacks_is_named() -> None:
    """No branch stands for an allowed value that leads nowhere; a default does."""
    found = attribute(trail("!FindInMap [M, !Ref Stage, group]", SECTIONS), "T", "bucket").value
    ends: list[object] = []
    while isinstance(found, Choice):
        ends.append(found.then)
        found = found.otherwise
    assert ends == [Known("big"), Known("small")]
    assert isinstance(found, Unknown)
    assert found.refused
    assert found.reason.endswith("the mapping leads nowhere for test")
    default = "!FindInMap [M, !Ref Stage, group, {DefaultValue: none}]"
    found = attribute(trail(default, EXTENSIONS + SECTIONS), "T", "bucket").value
    while isinstance(found, Choice):
        found = found.otherwise
    assert found == Known("none")


LOOP = "Fn::ForEach::L: [N, [%s], {%s: {Type: AWS::SNS::Topic}}]"


@pytest.mark.parametrize(
    "text",
    [
        "Resources: {%s}" % (LOOP % ("a, b", "Topic")),
        "Resources: {%s}" % (LOOP % ("a, a", "'T${N}'")),
        "Resources: {Ta: {Type: AWS::SNS::Topic}, %s}" % (LOOP % ("a", "'T${N}'")),
        """
Conditions:
  Ca: !Equals [a, b]
  Fn::ForEach::L: [N, [a], {'C${N}': !Equals [a, a]}]
Resources: {R: {Type: AWS::SNS::Topic}}
""",
        """
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Fn::ForEach::L: [N, [Assume], {'${N}RolePolicyDocument': {}}]
""",
        """
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: []
        Fn::ForEach::L: [N, [S], {'${N}tatement': []}]
""",
    ],
)
def test_what_a_loop_makes_twice_is_refused(text: str) -> None:
    """Neither of two counts, whichever of them the loop makes."""
    reading = template(EXTENSIONS + text)
    if "IAM" in text:
        attribute(reading, "R", "trust_policy")
    assert [p.summary for p in reading.diagnostics if p.summary.endswith("is made twice")]


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ({"Fn::Join": ["-", ["a"], "b"]}, "Fn::Join is malformed"),
        ({"Fn::Select": [0, {"Fn::Base64": "a"}]}, "Fn::Base64 cannot stand in Fn::Select there"),
        ({"Fn::If": ["C"]}, "Fn::If is malformed"),
        ([{"x": {"Fn::Split": [","]}}], "Fn::Split is malformed"),
    ],
)
def test_calls_that_no_rule_asks_about_are_looked_at(
    tmp_path: Path, body: object, summary: str
) -> None:
    """CloudFormation looks at the whole template first: nothing of it passes."""
    sound = stack(Chain())
    sound["Resources"]["Other"] = {"Type": "Custom::X", "Properties": {"A": {"B": body}}}
    report = scan([write(tmp_path, {"t.json": json.dumps(sound)})])
    assert [problem.summary for problem in report.diagnostics] == [summary]
    assert not [v for v in report.verdicts if v.outcome.value == "pass"]
