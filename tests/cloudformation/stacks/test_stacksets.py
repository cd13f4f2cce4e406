"""Stack sets: templates in place or in a file, deployed to other accounts and Regions."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from cloudformation.chains import in_json, judged, scan

WHOLE = Path(__file__).parents[3] / "fixtures" / "stacks" / "whole-cloudformation" / "template.yaml"
TEXT = WHOLE.read_text(encoding="utf-8")
SHORT = """\
Parameters:
  On: {Type: String, Default: "true"}
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {S3BucketName: archive, IsLogging: !Ref On}
"""


def stack_set(properties: str) -> str:
    """Return a template with one stack set."""
    return (
        "Resources:\n"
        "  Members:\n"
        "    Type: AWS::CloudFormation::StackSet\n"
        "    Properties:\n"
        f"{textwrap.indent(properties, '      ')}\n"
    )


def written(text: str, more: str = "") -> str:
    """Return a template with a stack set whose template is written in place."""
    return stack_set(f"{more}TemplateBody: |\n{textwrap.indent(text, '  ')}")


def test_a_template_in_place_is_judged_like_one_in_a_file(tmp_path: Path) -> None:
    """The same chain, with places in the template around it."""
    for name in ("alone", "set"):
        (tmp_path / name).mkdir()
    alone = scan(tmp_path / "alone", {"t.yaml": TEXT})
    report = scan(tmp_path / "set", {"top.yaml": written(TEXT)})
    assert judged(report) == judged(alone)
    (trail,) = report.trails
    assert (trail.root, trail.address) == ("top.yaml", "Members/Trail")
    assert trail.integrated is True
    assert trail.span.text == "Trail"
    for verdict in report.verdicts:
        for evidence in verdict.evidence:
            assert evidence.span.source is trail.span.source
            assert evidence.note.endswith(", in the template of Members")


@pytest.mark.parametrize(
    "body",
    [
        {"TemplateBody": json.dumps(yaml.safe_load(SHORT.replace("!Ref On", "'false'")))},
        {"TemplateBody": {"Fn::Sub": SHORT.replace("!Ref On", "${Off}")}},
        {
            "TemplateBody": {
                "Fn::ToJsonString": {
                    "Resources": {
                        "Trail": {
                            "Type": "AWS::CloudTrail::Trail",
                            "Properties": {"S3BucketName": "b", "IsLogging": {"Ref": "Off"}},
                        }
                    }
                }
            }
        },
        {
            "TemplateBody": SHORT,
            "Parameters": [{"ParameterKey": "On", "ParameterValue": {"Ref": "Off"}}],
        },
        {
            "TemplateURL": "trail.yaml",
            "Parameters": [{"ParameterKey": "On", "ParameterValue": "false"}],
        },
    ],
)
def test_where_the_template_is_and_what_it_is_given(tmp_path: Path, body: dict[str, Any]) -> None:
    """Text, text with parts, structure, a file; parameters are a list of keys and values."""
    top = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {"Off": {"Type": "String", "Default": "false"}},
        "Resources": {"Members": {"Type": "AWS::CloudFormation::StackSet", "Properties": body}},
    }
    files = {"top.json": top} | ({"trail.yaml": SHORT} if "TemplateURL" in body else {})
    report = scan(tmp_path, files)
    assert report.diagnostics == ()
    assert [(t.root, t.address) for t in report.trails] == [("top.json", "Members/Trail")]
    assert report.trails[0].facts.logging is False


def test_its_account_is_not_the_parents(tmp_path: Path) -> None:
    """A literal account of the administrator says nothing of the members, nor do its conditions."""
    text = SHORT.replace("!Ref On", "!If [Here, true, false]").replace(
        "Resources:",
        "Conditions: {Here: !Equals [!Ref AWS::AccountId, '111122223333']}\nResources:",
    )
    report = scan(tmp_path, {"top.yaml": written(text)})
    assert report.trails[0].facts.logging is None
    verdict = next(v for v in report.verdicts if v.rule == "disabled-trail")
    assert "Members/AWS::AccountId" in verdict.message


def test_a_body_may_have_open_parts(tmp_path: Path) -> None:
    """What `Fn::Sub` puts into the text is a value there: one of the template around."""
    body = "TemplateBody: !Sub |\n" + textwrap.indent(
        SHORT.replace("archive", "x-${AWS::Region}").replace("!Ref On", "${On}"), "  "
    )
    around = stack_set(body) + "Parameters: {On: {Type: String, Default: 'false'}}\n"
    report = scan(tmp_path, {"top.yaml": around})
    assert report.diagnostics == ()
    assert [(t.address, t.facts.logging) for t in report.trails] == [("Members/Trail", False)]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A body that is a parameter is a boundary; a broken one is a diagnostic in the file."""
    body = stack_set("TemplateBody: !Ref Body").replace("Members", "CloudTrail")
    report = scan(
        tmp_path,
        {
            "cloudtrail.yaml": "# AWS::CloudTrail::Trail\nParameters: {Body: {Type: String}}\n"
            + body
        },
    )
    assert [d.summary for d in report.diagnostics] == [
        "CloudTrail may create a trail that was not read"
    ]
    report = scan(
        tmp_path, {"cloudtrail.yaml": written("# AWS::CloudTrail::Trail\nResources: [\n")}
    )
    (found, *_) = report.diagnostics
    assert found.span is not None
    assert found.span.source.path == "cloudtrail.yaml"
    assert found.span.first.line > 4


def test_exports_stay_in_their_account(tmp_path: Path) -> None:
    """What a member account exports is not what the administrator imports."""
    exported = SHORT + "Outputs: {G: {Value: x, Export: {Name: group}}}\n"
    link = "CloudWatchLogsLogGroupArn: {'Fn::ImportValue': group}, IsLogging"
    importing = SHORT.replace("IsLogging", link)
    files = {"top.yaml": written(exported), "trail.yaml": importing}
    states = {t.root: t.facts.log_group.state for t in scan(tmp_path, files).trails}
    assert states == {"top.yaml": "unlinked", "trail.yaml": "unknown"}


def instances(*groups: str) -> str:
    """Return the instances of a stack set as one of its properties."""
    return "StackInstancesGroup: [" + ", ".join(f"{{{each}}}" for each in groups) + "]\n"


TARGET = "DeploymentTargets: {Accounts: ['111122223333']}, Regions: [us-east-1%s]"
OFF = ", ParameterOverrides: [{ParameterKey: 'On', ParameterValue: 'false'}]"
SAME = ", ParameterOverrides: [{ParameterKey: 'On', ParameterValue: 'true'}]"


@pytest.mark.parametrize("language", ["yaml", "json"])
@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([TARGET % ""], {"Members/Trail": True}),
        ([TARGET % "" + OFF], {"Members/Trail": False}),
        ([TARGET % "" + OFF, TARGET % ", eu-west-1" + OFF], {"Members/Trail": False}),
        (
            [TARGET % "", TARGET % ", eu-west-1" + OFF],
            {"Members/[1]/Trail": True, "Members/[2]/Trail": False},
        ),
        (
            [TARGET % "" + SAME, TARGET % ""],
            {"Members/[1]/Trail": True, "Members/[2]/Trail": True},
        ),
        ([TARGET % "" + ", ParameterOverrides: !Ref Open"], {"Members/Trail": None}),
        (
            [TARGET % "" + OFF.replace("'false'", "!Ref Open")],
            {"Members/Trail": None},
        ),
    ],
)
def test_instances_may_be_given_other_parameters(
    tmp_path: Path, groups: list[str], expected: dict[str, bool | None], language: str
) -> None:
    """Instances that are deployed alike are one stack; others are a stack of their own."""
    top = written(SHORT.replace("  On:", "  'On':"), instances(*groups))
    top += "Parameters: {Open: {Type: String}}\n"
    report = scan(tmp_path, {"top.yaml": top if language == "yaml" else in_json(top)})
    assert report.diagnostics == ()
    assert {t.address: t.facts.logging for t in report.trails} == expected


ROLE = """
  Role:
    Type: AWS::IAM::Role
%s    Properties: {RoleName: %s, AssumeRolePolicyDocument: {}}
"""


@pytest.mark.parametrize(
    ("regions", "name", "condition", "refused"),
    [
        (", eu-west-1", "delivery", "", True),
        (", eu-west-1", "!Ref On", "", True),
        (", eu-west-1", "!Sub '${AWS::AccountId}-delivery'", "", False),
        (", eu-west-1", "!Sub 'delivery-${AWS::Region}'", "", False),
        (", eu-west-1", "!Sub '${AWS::StackName}-delivery'", "", False),
        (", eu-west-1", "delivery", "    Condition: Home\n", False),
        (", us-east-1", "delivery", "", False),
        ("", "delivery", "", False),
    ],
)
def test_a_role_of_one_name_is_in_an_account_once(
    tmp_path: Path, regions: str, name: str, condition: str, *, refused: bool
) -> None:
    """IAM knows no Regions, so that the second Region of a stack set is refused."""
    home = "Conditions: {Home: !Equals [!Ref AWS::Region, us-east-1]}\n"
    text = home + SHORT + ROLE % (condition, name)
    report = scan(tmp_path, {"top.yaml": written(text, instances(TARGET % regions))})
    said = ["has the same name in every Region" in d.summary for d in report.diagnostics]
    assert said == ([True] if refused else [])
    passed = any(v.outcome.value == "pass" for v in report.verdicts)
    assert passed is not refused


def test_names_of_the_administrator_are_not_the_members(tmp_path: Path) -> None:
    """What is called the same there proves nothing here: groups, roles, policies, filters."""
    bare = TEXT.replace("  LogGroup:\n", "  Elsewhere:\n").replace("/aws/cloudtrail/audit", "/own")
    assert "!GetAtt LogGroup.Arn" in bare
    arn = '!Sub "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/cloudtrail/audit:*"'
    bare = bare.replace("!GetAtt LogGroup.Arn", arn)
    bare = bare.replace("${LogGroup}", "/aws/cloudtrail/audit").replace("!Ref LogGroup", "/own")
    admin = TEXT.replace("audit-archive", "other").replace("TrailName: audit", "TrailName: mine")
    report = scan(tmp_path, {"top.yaml": admin + written(bare).split("Resources:\n", 1)[1]})
    found = {t.address: t for t in report.trails}
    assert found["Trail"].integrated is True
    member = found["Members/Trail"]
    assert (member.integrated, member.facts.log_group.address) == (None, None)
    outcomes = {v.rule: v.outcome.value for v in report.verdicts if v.trail == "Members/Trail"}
    assert outcomes["dangling-log-group"] == outcomes["short-retention"] == "undecided"


def test_a_policy_of_the_administrator_grants_nothing_there(tmp_path: Path) -> None:
    """Roles of one name in two accounts are two roles."""
    start, end = TEXT.index("      Policies:"), TEXT.index("  Trail:")
    policies = textwrap.dedent(TEXT[start:end])
    member = TEXT[:start] + "      RoleName: delivery\n" + TEXT[end:]
    document = policies.split("PolicyDocument:\n", 1)[1].replace("${LogGroup}", "*")
    top = written(member) + "  Policy:\n    Type: AWS::IAM::Policy\n    Properties:\n"
    top += "      PolicyName: p\n      Roles: [delivery]\n      PolicyDocument:\n"
    top += textwrap.indent(textwrap.dedent(document), " " * 8)
    report = scan(tmp_path, {"top.yaml": top})
    outcomes = {v.rule: v.outcome.value for v in report.verdicts}
    assert outcomes["unwritable-log-group"] == "fail"


def test_a_role_of_the_administrator_is_no_member_s(tmp_path: Path) -> None:
    """CloudTrail takes a role of the trail's account: whether this is one is not told."""
    start, end = TEXT.index("  DeliveryRole:"), TEXT.index("  Trail:")
    member = TEXT[:start] + TEXT[end:]
    member = member.replace("Parameters:\n", "Parameters:\n  Role: {Type: String}\n")
    member = member.replace("!GetAtt DeliveryRole.Arn", "!Ref Role")
    role = TEXT[start:end].replace("${LogGroup}", "*")
    given = "Parameters: [{ParameterKey: Role, ParameterValue: !GetAtt DeliveryRole.Arn}]\n"
    report = scan(tmp_path, {"top.yaml": written(member, given) + role})
    (trail,) = report.trails
    assert (trail.integrated, trail.facts.role.state) == (None, "unknown")
