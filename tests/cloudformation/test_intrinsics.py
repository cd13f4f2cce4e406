"""Intrinsic functions, conditions, parameters and mappings."""

from __future__ import annotations

import pytest

from cloudformation.templates import attribute, template, trail, value
from trailcheck.condition import Condition
from trailcheck.value import (
    Choice,
    Encoded,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
)
from trailcheck.world import World

PARAMETERS = """
Transform: AWS::LanguageExtensions
Parameters:
  Env: {Type: String, Default: prod}
  Open: {Type: String}
  Flag: {Type: String, AllowedValues: ["true", "false"]}
  Stage: {Type: String, AllowedValues: [a, b, c]}
  Yes: {Type: String, Default: true}
  Id: {Type: String, Default: 012345670123}
  Names: {Type: CommaDelimitedList, Default: "x, y"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /path}
Mappings:
  M:
    prod: {group: big, days: 400}
    test: {group: small, days: 400}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsOpen: !Equals [!Ref Open, "yes"]
  IsOther: !Equals [!Ref Open, other]
  IsTrue: !Equals [!Ref Yes, "true"]
  IsFlag: !Equals [!Ref Flag, "true"]
  IsNotFlag: !Equals ["false", !Ref Flag]
  IsC: !Equals [!Ref Stage, c]
  IsD: !Equals [!Ref Stage, d]
  Never: !And [!Condition IsOpen, !Not [!Condition IsProd]]
  Always: !Or [{Condition: IsOpen}, {Condition: IsProd}]
  Both: !And [!Condition IsOpen, !Condition IsOther]
  East: !Equals [!Ref AWS::Region, us-east-1]
"""
GROUP = """
  Group: {Type: AWS::Logs::LogGroup}
  Endpoint: {Type: AWS::EC2::VPCEndpoint}
  Named:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: !Sub "/trail/${Env}"}
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
  Pathed:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {}, Path: /service/, RoleName: writer}
  Given: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub "/trail/${Open}"}}
  Either: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !If [IsOpen, a, b]}}
  Policy: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {}}}
"""
OPEN = Condition('parameter Open == "yes"')
ARN = Reference("Group", "arn")
REGION = Symbol("region")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("!Ref Env", Known("prod")),
        ("{Ref: Env}", Known("prod")),
        ("!Ref Yes", Known("true")),
        ("!Ref Id", Known("012345670123")),
        ("!Ref AWS::Region", REGION),
        ("!Ref Group", Reference("Group", "name")),
        ("!Ref Named", Known("/trail/prod")),
        ("!Ref Role", Reference("Role", "name")),
        ("!Ref Policy", Reference("Policy", "arn")),
        ("!GetAtt Role.Arn", Reference("Role", "arn")),
        ("!GetAtt [Role, RoleId]", Reference("Role", "RoleId")),
        ("!GetAtt Group.Arn", Text((ARN, Piece(":*")))),
        ("{'Fn::GetAtt': [Group, Arn]}", Text((ARN, Piece(":*")))),
        ("!Sub '${Group.Arn}:*'", Text((ARN, Piece(":*:*")))),
        ("!Sub 'a-${Env}-${!Env}'", Known("a-prod-${Env}")),
        ("!Sub ['${x}/${AWS::Region}', {x: !Ref Env}]", Text((Piece("prod/"), REGION))),
        ("!Join [':', [a, !Ref Env, 5, true]]", Known("a:prod:5:true")),
        ("!Join ['-', !Ref Names]", Known("x-y")),
        ("!Join ['', [a, !Ref AWS::NoValue, b]]", Known("ab")),
        ("!Select [1, [a, b]]", Known("b")),
        ("!Select ['0', !Split [',', 'a,b']]", Known("a")),
        ("!Select [6, !Split [':', !GetAtt Group.Arn]]", Reference("Group", "name")),
        ("!Select [3, !Split [':', !GetAtt Named.Arn]]", REGION),
        ("!Select [4, !Split [':', !GetAtt Role.Arn]]", Symbol("account")),
        ("!Select [1, !Split [/, !GetAtt Role.Arn]]", Reference("Role", "name")),
        ("!Select [2, !Split [/, !GetAtt Pathed.Arn]]", Known("writer")),
        ("!Select [0, !Split ['|', !Join ['', [x, '|', !GetAtt Role.Arn]]]]", Known("x")),
        ("!Select [1, !Split [/, !Ref Policy]]", Reference("Policy", "name")),
        ("!Select [6, !Split [':', !GetAtt Given.Arn]]", Reference("Given", "name")),
        ("!Select [6, !Split [':', !GetAtt Either.Arn]]", Choice(OPEN, Known("a"), Known("b"))),
        ("!FindInMap [M, !Ref Env, group]", Known("big")),
        ("!FindInMap [M, !Ref Open, days]", Known(400)),
        ("!FindInMap [M, x, y, {DefaultValue: z}]", Known("z")),
        ("!If [IsProd, a, b]", Known("a")),
        ("!If [IsTrue, a, b]", Known("a")),
        ("!If [Never, a, b]", Known("b")),
        ("!If [Always, a, b]", Known("a")),
        ("!If [Both, a, b]", Known("b")),
        ("!If [IsD, a, b]", Known("b")),
        ("!If [IsOpen, a, b]", Choice(OPEN, Known("a"), Known("b"))),
        ("!Sub ['${x}!', {x: !If [IsOpen, a, b]}]", Choice(OPEN, Known("a!"), Known("b!"))),
        ("!If [IsOpen, !If [IsOther, x, a], b]", Choice(OPEN, Known("a"), Known("b"))),
        ("!Base64 abc", Known("YWJj")),
        ("!Length [a, b]", Known(2)),
        ("!ToJsonString {a: !Ref Env}", Encoded(Mapping({"a": Known("prod")}))),
        (
            "!FindInMap [M, !Ref Open, group]",
            Choice(Condition('parameter Open == "prod"'), Known("big"), Known("small")),
        ),
    ],
)
def test_functions_give_what_cloudformation_gives(expression: str, expected: object) -> None:
    """Every function, in its short and long form, gives the value that is deployed."""
    assert value(expression, PARAMETERS, GROUP) == expected


@pytest.mark.parametrize(
    ("expression", "needs"),
    [
        ("!Ref Open", ("parameter Open",)),
        ("!Ref Stored", ("parameter Stored",)),
        ("!ImportValue shared-group", ("export shared-group",)),
        ("'{{resolve:ssm:/group}}'", ("{{resolve:ssm:/group}}",)),
        ("!Ref AWS::StackName", ("AWS::StackName",)),
        ("!Select [0, !Split ['-', !Ref Open]]", ("parameter Open",)),
        ("!Select [0, !GetAtt Endpoint.DnsEntries]", ("Endpoint.DnsEntries",)),
        ("!Join ['', !GetAtt Endpoint.DnsEntries]", ("Endpoint.DnsEntries",)),
    ],
)
def test_what_deployment_settles_is_unknown_and_says_what_it_needs(
    expression: str, needs: tuple[str, ...]
) -> None:
    """An unknown value names the facts that would settle it."""
    found = value(expression, PARAMETERS, GROUP)
    assert isinstance(found, Unknown)
    assert (found.needs, found.refused) == (needs, False)


@pytest.mark.parametrize(
    "expression",
    [
        "!Ref Nothing",
        "!GetAtt Nothing.Arn",
        "!Select [2, [a, b]]",
        "!FindInMap [M, prod, nothing]",
        "!If [Nothing, a, b]",
        "!Join [a]",
        "!Sub [a, b]",
        "!Sub '${Names}'",
        "null",
    ],
)
def test_what_cloudformation_refuses_is_unknown_and_reported(expression: str) -> None:
    """A refused value is marked so, and one located diagnostic says why."""
    reading = trail(expression, PARAMETERS.replace("Transform:", "Description:"), GROUP)
    found = attribute(reading, "T", "bucket").value
    assert isinstance(found, Unknown)
    assert found.refused
    assert len(reading.diagnostics) == 1
    assert reading.diagnostics[0].span is not None


def test_given_parameters_come_before_defaults() -> None:
    """A parameter's given value wins, and the steps tell where a value came from."""
    given = value("!Ref Env", PARAMETERS, given={"Env": "test"})
    default = value("!Sub 'x-${Env}'", PARAMETERS)
    assert given == Known("test")
    assert [step.note for step in given.via] == ["parameter Env as given"]
    assert [step.note for step in default.via] == ["default of parameter Env"]
    assert [step.span.text for step in default.via] == ["prod"]


def test_a_stored_parameter_stays_unknown_when_given() -> None:
    """What is given for a Systems Manager parameter is its name, not its value."""
    assert isinstance(value("!Ref Stored", PARAMETERS, given={"Stored": "x"}), Unknown)


def test_allowed_values_leave_no_third_way() -> None:
    """Where AllowedValues lists all, not the one means the other: no world contradicts itself."""
    found = value("!If [IsFlag, a, !If [IsNotFlag, b, c]]", PARAMETERS)
    assert found == Choice(Condition('parameter Flag == "true"'), Known("a"), Known("b"))
    stage = value("!If [IsC, yes, no]", PARAMETERS)
    assert isinstance(stage, Choice)
    second = Condition('parameter Stage == "b"', (), "parameter Stage", "b")
    assert World().given(second, holds=True).settle(stage) == Known(data=False)


def policy(document: str, roles: str = "[r]") -> str:
    """Return the section of resources with a policy `P`."""
    properties = f"{{PolicyName: p, PolicyDocument: {document}, Roles: {roles}}}"
    return f"\nResources:\n  P: {{Type: AWS::IAM::Policy, Properties: {properties}}}\n"


def test_a_list_parameter_is_a_list() -> None:
    """Ref of a list of text is that list, its items trimmed."""
    found = attribute(template(PARAMETERS + policy("{}", "!Ref Names")), "P", "roles").value
    assert found == Sequence([Known("x"), Known("y")])


def test_no_value_removes_members_on_its_branch_only() -> None:
    """A member that is AWS::NoValue on one branch is absent there, and nowhere else."""
    document = "{a: 1, b: !If [IsOpen, 2, !Ref AWS::NoValue]}"
    found = attribute(template(PARAMETERS + policy(document)), "P", "policy").value
    both, one = Mapping({"a": Known(1), "b": Known(2)}), Mapping({"a": Known(1)})
    assert found == Choice(OPEN, both, one)


def test_a_resource_that_may_not_exist_is_a_choice() -> None:
    """References to a conditional resource turn on its condition."""
    group = "  G: {Type: AWS::Logs::LogGroup, Condition: IsOpen}\n"
    found = value("!Ref G", PARAMETERS, group)
    assert isinstance(found, Choice)
    assert found.then == Reference("G", "name")
    assert isinstance(found.otherwise, Unknown)
    assert found.otherwise.refused
    assert value("!If [IsOpen, !Ref G, x]", PARAMETERS, group) == Choice(
        OPEN, Reference("G", "name"), Known("x")
    )


def test_places_inside_sub_are_exact() -> None:
    """Each part of a Sub knows its own place in the file."""
    found = value('!Sub "arn:${AWS::Partition}:logs:x"')
    assert isinstance(found, Text)
    assert [part.span.text for part in found.parts if part.span] == [
        "arn:",
        "${AWS::Partition}",
        ":logs:x",
    ]


def test_nested_stacks_and_custom_resources_are_unknown() -> None:
    """What another template or a function makes is unknown, not a dangling reference."""
    resources = "  S: {Type: AWS::CloudFormation::Stack}\n  C: {Type: Custom::Group}\n"
    for expression in ("!GetAtt S.Outputs.Group", "!GetAtt C.Arn"):
        found = value(expression, resources=resources)
        assert isinstance(found, Unknown)
        assert found.needs == (expression.removeprefix("!GetAtt "),)


@pytest.mark.parametrize(
    ("expression", "made"),
    [
        ("!Ref ModuleGroup", "ModuleGroup"),
        ("!Ref Module.Group", "Module.Group"),
        ("!GetAtt ModuleGroup.Arn", "ModuleGroup.Arn"),
        ("!GetAtt Module.Group.Arn", "Module.Group.Arn"),
        ("!Sub '${ModuleGroup.Arn}'", "ModuleGroup.Arn"),
    ],
)
def test_what_a_module_makes_is_named_by_both_ids(expression: str, made: str) -> None:
    """CloudFormation takes them with a dot between or none (user guide, "Module")."""
    found = value(expression, resources="  Module: {Type: Mine::Logs::Group::MODULE}\n")
    assert isinstance(found, Unknown)
    assert found.needs == (made,)


@pytest.mark.parametrize("name", ["Sub", "Join", "Select", "GetAtt", "FindInMap", "If", "Split"])
def test_a_macro_is_run_before_the_function_around_it(name: str) -> None:
    """What it gives is not known; the call may be as it must be."""
    found = value(f"{{Fn::{name}: {{Fn::Transform: {{Name: Mine}}}}}}")
    assert isinstance(found, Unknown)
    assert "macro" in found.reason
    assert value(f"!{name} {{Fn::Transform: {{Name: Mine}}}}").key()[0] == "unknown"


@pytest.mark.parametrize(
    ("sections", "expression", "resources"),
    [
        ("Conditions: {A: !Condition A}", "!If [A, x, y]", ""),
        ("Conditions: {A: !Not [!Condition B], B: !Condition A}", "!If [A, x, y]", ""),
        ("", "!Ref A", "  A: {Type: AWS::SSM::Parameter, Properties: {Value: !GetAtt A.Value}}\n"),
        ("", "&a !Join ['', [*a]]", ""),
        ("", "&a [*a]", ""),
        ("X: {a: &a [x, x], b: &b [*a, *a], c: &c [*b, *b]}", "*c", ""),
        ("", "!Join ['', [" * 60 + "x" + "]]" * 60, ""),
        ("", "{Fn::Sub: [], Ref: x}", ""),
        ("", "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://a/b}}}", ""),
        ("", "!Select [!Ref T, {a: b}]", ""),
        ("", "!python/object:os.system x", ""),
        ("Parameters: [a]\nMappings: 3\nConditions: x", "!FindInMap [a, b, c]", ""),
    ],
)
def test_hostile_expressions_end(sections: str, expression: str, resources: str) -> None:
    """Circles, depth and wrong shapes end in a value, never in an exception."""
    reading = trail(expression, sections, resources)
    assert attribute(reading, "T", "bucket").value is not None


def test_growth_by_aliases_is_bounded() -> None:
    """Text and lists that double forty times end as unknown, in no time."""
    joins = "".join(f"  b{i}: &b{i} !Join ['', [*b{i - 1}, *b{i - 1}]]\n" for i in range(1, 41))
    lists = "".join(f"  b{i}: &b{i} [*b{i - 1}, *b{i - 1}]\n" for i in range(1, 41))
    for growth in (joins, lists):
        reading = trail("*b40", f"X:\n  b0: &b0 abcdefgh\n{growth}")
        found = attribute(reading, "T", "bucket").value
        assert found != Known("abcdefgh")
        assert len(repr(found)) < 10_000_000


def test_for_each_makes_resources() -> None:
    """Fn::ForEach over settled values is unrolled, its variable put into keys and values."""
    reading = template("""
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Groups:
    - Name
    - [a, b-c]
    - Group&{Name}:
        Type: AWS::Logs::LogGroup
        Properties: {LogGroupName: !Sub "/x/${Name}"}
      Trail&{Name}:
        Type: AWS::CloudTrail::Trail
        Properties:
          IsLogging: true
          S3BucketName: archive
          CloudWatchLogsLogGroupArn: !Sub "${Group&{Name}.Arn}"
""")
    assert attribute(reading, "Groupa", "name").value == Known("/x/a")
    assert attribute(reading, "Traila", "log_group_arn").value == Text(
        (Reference("Groupa", "arn"), Piece(":*"))
    )
    assert attribute(reading, "Groupbc", "name").value == Known("/x/b-c")
    assert reading.diagnostics == []


@pytest.mark.parametrize(
    ("properties", "days", "summaries"),
    [
        ("!If [Long, {RetentionInDays: 400}, {RetentionInDays: 30}]", (400, 30), []),
        ("{Fn::If: [Long, {RetentionInDays: 400}, !Ref AWS::NoValue]}", (400, 0), []),
        (
            "!If [Long, {RetentionInDays: 400}, !If [Long, {}, {RetentionInDays: '7'}]]",
            (400, 7),
            [],
        ),
        (
            "!If [Long, {RetentionInDay: 400}, {RetentionInDays: 30}]",
            (0, 30),
            ["AWS::Logs::LogGroup has no property RetentionInDay"],
        ),
    ],
)
def test_a_condition_may_choose_all_properties(
    properties: str, days: tuple[int, int], summaries: list[str]
) -> None:
    """Each arm is read, and looked at for what CloudFormation refuses, like properties alone."""
    for said, expected in zip(("yes", "no"), days, strict=True):
        reading = template(
            "Parameters: {P: {Type: String}}\n"
            "Conditions: {Long: !Equals [!Ref P, 'yes']}\n"
            f"Resources: {{G: {{Type: AWS::Logs::LogGroup, Properties: {properties}}}}}",
            {"P": said},
        )
        assert attribute(reading, "G", "retention_days").value == Known(expected)
        assert [found.summary for found in reading.diagnostics] == summaries


def test_an_arm_without_what_is_demanded_is_refused() -> None:
    """A role without a trust policy is not created."""
    reading = template(
        "Conditions: {C: !Equals [!Ref AWS::Region, us-east-1]}\n"
        "Resources: {R: {Type: AWS::IAM::Role, Properties: !If [C, {Path: /a/}, {Path: /b/}]}}"
    )
    assert {d.summary for d in reading.diagnostics} == {"R has no AssumeRolePolicyDocument"}
