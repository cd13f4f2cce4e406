"""What CloudFormation demands of a template's form: without it, nothing of the template passes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cloudformation.spellings import GROUP_ARN, stack
from terraform.chains import Chain, write
from trailcheck import scan
from trailcheck.cloudformation.resource_types import DATE
from trailcheck.errors import Impact

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report

HOLDS = {"Fn::Equals": ["a", "a"]}
LINK = ("Trail", "CloudWatchLogsLogGroupArn")


def judged(folder: Path, template: dict[str, Any]) -> Report:
    """Scan a template."""
    return scan([write(folder, {"t.json": json.dumps(template)})])


def chain(**sections: object) -> dict[str, Any]:
    """Return a sound chain whose link turns on the condition `C`, if there is one."""
    template = {**stack(Chain()), **sections}
    if "Conditions" in sections:
        link = {"Fn::If": ["C", GROUP_ARN, "elsewhere"]}
        template["Resources"]["Trail"]["Properties"]["CloudWatchLogsLogGroupArn"] = link
    return template


def with_resource(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a sound chain with one more resource, or more of one."""
    template = chain()
    template["Resources"].setdefault(name, {}).update(body)
    return template


def with_days(days: object, **sections: object) -> dict[str, Any]:
    """Return a sound chain whose retention is an expression."""
    template = chain(**sections)
    template["Resources"]["Group"]["Properties"]["RetentionInDays"] = days
    return template


TOPIC = {"Type": "AWS::SNS::Topic"}
LOOKED_UP = {"Fn::FindInMap": ["M", "a", "c", {"DefaultValue": 400}]}
MAPPING = {"M": {"a": {"b": 400}}}


@pytest.mark.parametrize(
    ("template", "summary"),
    [
        (
            with_resource("My-Topic", TOPIC),
            "The name of the resource My-Topic is not letters and digits alone",
        ),
        (
            chain(Parameters={"my_name": {"Type": "String", "Default": "x"}}),
            "The name of the parameter my_name is not letters and digits alone",
        ),
        (
            chain(Outputs={"Group-Arn": {"Value": GROUP_ARN}}),
            "The name of the output Group-Arn is not letters and digits alone",
        ),
        (
            chain(Parameters={"Group": {"Type": "String", "Default": "x"}}),
            "A parameter and a resource are called Group",
        ),
        (with_resource("Trail", {"Conditon": "C"}), "Trail has no part Conditon"),
        (with_resource("Trail", {"IgnoreGlobals": "*"}), "Trail has no part IgnoreGlobals"),
        (
            chain(Mappings={"M": {"a": {"b": {"Ref": "AWS::Region"}}}}),
            "The mapping M holds what is no text or list",
        ),
        (
            chain(Mappings={"M": {"a": {"b": ["x", {"Ref": "AWS::Region"}]}}}),
            "The mapping M holds what is no text or list",
        ),
        (
            chain(Conditions={"C": {"Fn::Equals": [{"Ref": "Group"}, "trail"]}}),
            "The condition C refers to the resource Group",
        ),
        (
            chain(Conditions={"C": {"Fn::Not": [{"Fn::Equals": [GROUP_ARN, "x"]}]}}),
            "The condition C refers to the resource Group",
        ),
        (
            with_resource(
                "Other", {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "trail"}}
            ),
            "Group and Other have the same name",
        ),
        (
            with_resource("Api", {"Type": "AWS::Serverless::Api", "Properties": {}}),
            "AWS::Serverless::Api needs a transform that the template does not name",
        ),
        (with_resource("Z", {"Type": "Nope"}), "There is no resource type Nope"),
        (
            with_resource("Z", {"Type": "AWS::logs::LogGroup"}),
            "There is no resource type AWS::logs::LogGroup",
        ),
        (
            with_resource("Z", {"Type": "AWS::Serverless::Nope"})
            | {"Transform": "AWS::Serverless-2016-10-31"},
            "There is no resource type AWS::Serverless::Nope",
        ),
        (
            chain(Conditions={"B": True, "C": HOLDS}),
            "The condition B is made of no condition function",
        ),
        (
            chain(
                Parameters={"P": {"Type": "String", "Default": "true"}},
                Conditions={"B": {"Ref": "P"}, "C": HOLDS},
            ),
            "The condition B is made of no condition function",
        ),
        (
            with_resource("T", {**TOPIC, "Properties": {"DisplayName": HOLDS}}),
            "Fn::Equals stands where a value belongs",
        ),
        (
            with_resource(
                "T",
                {
                    **TOPIC,
                    "Properties": {"DisplayName": {"Fn::GetStackOutput": {"StackName": "x"}}},
                },
            ),
            "Fn::GetStackOutput is malformed",
        ),
        (
            with_resource(
                "Z", {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "aws/x"}}
            ),
            "LogGroupName cannot be aws/x",
        ),
        (chain(Conditions={"B": HOLDS, "C": {"Fn::And": [HOLDS]}}), "Fn::And is malformed"),
        (chain(Conditions={"C": {"Fn::Or": [HOLDS] * 11}}), "Fn::Or is malformed"),
        (
            with_days(LOOKED_UP, Mappings=MAPPING),
            "DefaultValue of Fn::FindInMap needs a transform that the template does not name",
        ),
        (
            chain(Conditions={"C": {"Fn::Equals": [{"Fn::Length": ["a"]}, 1]}}),
            "Fn::Length needs a transform that the template does not name",
        ),
        (
            chain(AWSTemplateFormatVersion="2020-01-01"),
            "There is no template format 2020-01-01",
        ),
        (chain(Parameters={"P": {"Default": "x"}}), "The parameter P has no Type"),
        (
            chain(Parameters={"P": {"Type": "string", "Default": "x"}}),
            "There is no parameter type string",
        ),
        (
            chain(Parameters={"P": {"Type": "List<AWS::EC2::KeyPair>", "Default": "x"}}),
            "There is no parameter type List<AWS::EC2::KeyPair>",
        ),
        (
            chain(Parameters={"P": {"Type": "String", "AllowedValue": ["x"], "Default": "x"}}),
            "The parameter P has no AllowedValue",
        ),
        (
            chain(Parameters={"P": {"Type": "List<Number>", "Default": "1,x"}}),
            "The default of parameter P is not allowed",
        ),
        (
            chain(Parameters={f"P{n}": {"Type": "String", "Default": "x"} for n in range(201)}),
            "There are 201 Parameters",
        ),
        (with_resource("T" * 256, TOPIC), "A name in Resources has 256 characters"),
        (with_resource("Group", {"DeletionPolicy": "Keep"}), "DeletionPolicy cannot be Keep"),
        (
            with_resource("Group", {"DeletionPolicy": "Snapshot"}),
            "DeletionPolicy cannot be Snapshot",
        ),
        (
            with_resource("Group", {"UpdateReplacePolicy": "RetainExceptOnCreate"}),
            "UpdateReplacePolicy cannot be RetainExceptOnCreate",
        ),
        (
            with_resource("Group", {"DeletionPolicy": {"Ref": "AWS::Region"}}),
            "DeletionPolicy of Group is not a text",
        ),
        (
            with_resource("Fn::ForEach::T", {})
            | {
                "Resources": {
                    **chain()["Resources"],
                    "Fn::ForEach::T": ["N", ["a"], {"T${N}": TOPIC}],
                }
            },
            "Fn::ForEach needs a transform that the template does not name",
        ),
    ],
)
def test_a_template_that_is_refused_proves_nothing(
    tmp_path: Path, template: dict[str, Any], summary: str
) -> None:
    """One diagnostic says why; no verdict passes."""
    report = judged(tmp_path, template)
    assert [problem.summary for problem in report.diagnostics] == [summary]
    assert [trail.integrated for trail in report.trails] != [True]


@pytest.mark.parametrize(
    "template",
    [
        with_resource(
            "T1", {**TOPIC, "Description": "x", "Metadata": {}, "DeletionPolicy": "Retain"}
        ),
        with_resource("Z", {"Type": "My::Own::Thing"}),
        with_resource("Z", {"Type": "Custom::Thing-2@x", "Properties": {"ServiceToken": "x"}}),
        with_resource("Z", {"Type": "AWS::CloudFormation::CustomResource"}),
        with_resource("Z", {"Type": "AWS::Any::Type::MODULE"}),
        with_resource(
            "T",
            {
                **TOPIC,
                "Properties": {
                    "DisplayName": {"Fn::GetStackOutput": {"StackName": "x", "OutputName": "y"}}
                },
            },
        ),
        chain(Conditions={"B": HOLDS, "C": {"Condition": "B"}}),
        chain(Conditions={"C": {"Fn::And": [HOLDS] * 10}}),
        chain(Mappings={"M-1": {"us-east-1": {"b": ["x", "y"]}}}),
        chain(
            Parameters={
                "A": {"Type": "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>"},
                "B": {"Type": "List<AWS::EC2::VPC::Id>", "Default": "vpc-1"},
                "C": {"Type": "List<Number>", "Default": "1, 2.5", "NoEcho": True},
            }
        ),
        with_resource("Group", {"DeletionPolicy": "RetainExceptOnCreate"}),
        with_resource("Volume", {"Type": "AWS::EC2::Volume", "UpdateReplacePolicy": "Snapshot"}),
        with_days(LOOKED_UP, Mappings=MAPPING, Transform="AWS::LanguageExtensions"),
        with_days(
            {"Fn::If": ["D", {"Fn::Select": [0, {"Ref": "L"}]}, 400]},
            Parameters={"L": {"Type": "CommaDelimitedList", "Default": ""}},
            Conditions={
                "C": HOLDS,
                "D": {"Fn::Not": [{"Fn::Equals": [{"Fn::Select": [0, {"Ref": "L"}]}, ""]}]},
            },
        ),
    ],
)
def test_what_is_taken_is_not_refused(tmp_path: Path, template: dict[str, Any]) -> None:
    """The chain holds, and nothing is reported."""
    report = judged(tmp_path, template)
    assert ([p.summary for p in report.diagnostics], report.trails[0].integrated) == ([], True)


@pytest.mark.parametrize("name", ["AWS::Logs::Nope", "AWS::NewService::Thing"])
def test_a_type_that_may_be_newer_is_told_of(tmp_path: Path, name: str) -> None:
    """The chain holds, and a notice has the day of the table."""
    report = judged(tmp_path, with_resource("Z", {"Type": name}))
    (problem,) = report.diagnostics
    assert problem.summary == f"The resource type {name} is not known"
    assert problem.impact is Impact.NOTICE
    assert DATE in problem.detail
    assert report.trails[0].integrated is True


def test_names_that_exclude_each_other_may_be_the_same(tmp_path: Path) -> None:
    """Two groups of one name are no trouble where only one of them is created."""
    template = chain(
        Parameters={"P": {"Type": "String"}},
        Conditions={"C": HOLDS, "One": {"Fn::Equals": [{"Ref": "P"}, "1"]}},
    )
    other = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "trail"}}
    template["Resources"]["Other"] = {**other, "Condition": "One"}
    assert judged(tmp_path, template).diagnostics == ()


@pytest.mark.parametrize("kind", ["Trail", "Group", "Role"])
def test_a_macro_among_properties_may_change_them_all(tmp_path: Path, kind: str) -> None:
    """A macro gets the properties beside it, so that none of them is sure to stay."""
    template = chain()
    template["Resources"][kind]["Properties"]["Fn::Transform"] = {"Name": "Mine"}
    assert judged(tmp_path, template).trails[0].integrated is None


SAYS_NOTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}


@pytest.mark.parametrize(
    ("name", "same", "integrated"),
    [("write", False, None), ("write", True, True), ("other", False, True)],
)
def test_inline_policies_of_one_name_replace_each_other(
    tmp_path: Path, name: str, *, same: bool, integrated: bool | None
) -> None:
    """Which of two stays is not in the code, unless both say the same."""
    template = chain()
    (policy,) = template["Resources"]["Role"]["Properties"]["Policies"]
    document = policy["PolicyDocument"] if same else SAYS_NOTHING
    properties = {"PolicyName": name, "Roles": [{"Ref": "Role"}], "PolicyDocument": document}
    template["Resources"]["P"] = {"Type": "AWS::IAM::Policy", "Properties": properties}
    assert judged(tmp_path, template).trails[0].integrated is integrated


@pytest.mark.parametrize(
    ("named", "integrated"),
    [
        ("${AWS::StackName}-Group-*", True),
        ("${AWS::StackName}-*", True),
        ("/aws/cloudtrail/*", False),
        ("prod-*", None),
    ],
)
def test_a_name_that_is_made_up_starts_with_the_stacks(
    tmp_path: Path, named: str, *, integrated: bool | None
) -> None:
    """The group has no name of its own: CloudFormation calls it Stack-Group- and letters."""
    template = chain()
    del template["Resources"]["Group"]["Properties"]["LogGroupName"]
    (policy,) = template["Resources"]["Role"]["Properties"]["Policies"]
    arn = "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:" + named
    policy["PolicyDocument"]["Statement"][0]["Resource"] = {"Fn::Sub": arn}
    assert judged(tmp_path, template).trails[0].integrated is integrated


@pytest.mark.parametrize("section", ["Conditions", "Properties"])
def test_loops_inside_loops_are_bounded(tmp_path: Path, section: str) -> None:
    """What three loops of 900 turns make is not followed, and the scan ends."""
    letters = [str(n) for n in range(900)]
    inner: dict[str, Any] = {"C${A}x${B}x${C}": HOLDS}
    for name in "CBA":
        inner = {f"Fn::ForEach::{name}": [name, letters, inner]}
    template = chain(Transform="AWS::LanguageExtensions")
    if section == "Conditions":
        template["Conditions"] = inner
    else:
        template["Resources"]["Trail"]["Properties"].update(inner)
        del template["Resources"]["Trail"]["Properties"]["IsLogging"]
    report = judged(tmp_path, template)
    assert [trail.integrated for trail in report.trails] == [None]
