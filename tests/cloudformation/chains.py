"""Whole chains as templates of one stack, and the same chains taken apart into several stacks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import strategies as st

import trailcheck

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from trailcheck.result import Report

    Template = dict[str, Any]
    Draw = Callable[[st.SearchStrategy[Any]], Any]

ARN = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${G}:log-stream:*"
TRUSTED = {"Service": "cloudtrail.amazonaws.com"}


def statement(**fields: object) -> Template:
    """Return a policy of one statement that allows something."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **fields}]}


@st.composite
def chains(draw: Draw) -> Template:
    """Draw a template of one stack: a trail with its chain, whole or broken anywhere."""

    def one(*options: object) -> Any:  # noqa: ANN401 - JSON
        return draw(st.sampled_from(options))

    group = {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"RetentionInDays": one(365, 731, 30, "731", {"Ref": "Days"})},
    }
    name = one(None, "/audit", {"Fn::Sub": "/audit/${Env}"}, {"Ref": "Env"})
    if name is not None:
        group["Properties"]["LogGroupName"] = name
    if one(True, True, False):
        group["Condition"] = "Kept"
    where = one(
        {"Fn::Sub": [ARN, {"G": {"Ref": "Group"}}]},
        {"Fn::Sub": [ARN, {"G": {"Ref": "Group"}}]},
        {"Fn::GetAtt": ["Group", "Arn"]},
        {"Fn::Join": ["", [{"Fn::GetAtt": ["Group", "Arn"]}, ":log-stream:*"]]},
        {"Fn::Sub": ARN.replace("${G}", "/other")},
        {"Fn::Sub": ARN.replace("${G}", "/audit/${Env}")},
        "*",
    )
    actions = one(["logs:CreateLogStream", "logs:PutLogEvents"], "logs:*", ["logs:PutLogEvents"])
    document = statement(Action=actions, Resource=where)
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": statement(
                Action="sts:AssumeRole", Principal=one(TRUSTED, TRUSTED, {"Service": "x.aws"})
            )
        },
    }
    if one(True, False):
        role["Properties"]["RoleName"] = one("delivery", {"Fn::Sub": "${Env}-delivery"})
    resources: Template = {"Group": group, "Role": role}
    if one(True, False):
        role["Properties"]["Policies"] = [{"PolicyName": "p", "PolicyDocument": document}]
    else:
        resources["Policy"] = {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "p",
                "Roles": [{"Ref": "Role"}],
                "PolicyDocument": document,
            },
        }
    arn = {"Fn::GetAtt": ["Group", "Arn"]}
    resources["Trail"] = {
        "Type": "AWS::CloudTrail::Trail",
        "Properties": {
            "S3BucketName": "archive",
            "IsLogging": one(True, "true", False, {"Ref": "On"}),
            "CloudWatchLogsLogGroupArn": one(
                arn,
                arn,
                {"Fn::Select": [0, {"Fn::Split": [":*", arn]}]},
                {"Fn::If": ["Kept", arn, {"Ref": "AWS::NoValue"}]},
            ),
            "CloudWatchLogsRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        },
    }
    on = one({"Default": "true"}, {"Default": "false"}, {})
    return {
        "Parameters": {
            "Days": {"Type": "Number", "Default": one("400", "7")},
            "Env": {"Type": "String"},
            "On": {"Type": "String", "AllowedValues": ["true", "false"], **on},
        },
        "Conditions": {"Kept": {"Fn::Equals": [{"Ref": "Env"}, one("prod", {"Ref": "Env"})]}},
        "Resources": resources,
    }


def parts(template: Template) -> st.SearchStrategy[dict[str, int]]:
    """Draw the part that each resource goes to; part 0 is the parent."""
    names = st.sampled_from(range(3))
    return st.fixed_dictionaries(dict.fromkeys(template["Resources"], names))


def taken_apart(
    template: Template,
    part_of: Mapping[str, int],
    cross: Callable[[int, int, str, Template], Template],
) -> dict[int, Template]:
    """Return a template a part. `cross(from, to, name, node)` spells what passes between two.

    `from` is the part that asks, `to` the one that has it, `name` names the output or parameter,
    and `node` is what was written when both were one.
    """
    found: dict[int, Template] = {
        part: {
            "Parameters": json.loads(json.dumps(template["Parameters"])),
            "Conditions": template["Conditions"],
            "Resources": {},
            "Outputs": {},
        }
        for part in {0, *part_of.values()}
    }

    def moved(node: object, part: int) -> object:
        if isinstance(node, list):
            return [moved(item, part) for item in node]
        if not isinstance(node, dict):
            return node
        target, name = None, ""
        if set(node) == {"Ref"}:
            target, name = node["Ref"], f"{node['Ref']}Ref"
        if set(node) == {"Fn::GetAtt"}:
            target, name = node["Fn::GetAtt"][0], "".join(node["Fn::GetAtt"])
        if target in part_of and part_of[target] != part:
            there = found[part_of[target]]
            there["Outputs"][name] = {"Value": node}
            condition = template["Resources"][target].get("Condition")
            if condition:
                there["Outputs"][name]["Condition"] = condition
            return cross(part, part_of[target], name, node)
        return {key: moved(value, part) for key, value in node.items()}

    for name, body in template["Resources"].items():
        part = part_of[name]
        found[part]["Resources"][name] = moved(body, part)
    return found


class _Tags(yaml.SafeLoader):
    """Reads a template's tags as the long forms of functions."""

    def long(self, suffix: str, node: yaml.Node) -> Template:
        """Return a short function as a map."""
        said: Any
        match node:
            case yaml.ScalarNode():
                said = node.value
            case yaml.SequenceNode():
                said = self.construct_sequence(node, deep=True)
            case _:
                said = self.construct_mapping(node, deep=True)
        if suffix == "GetAtt" and isinstance(said, str):
            said = said.split(".", 1)
        return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": said}


# `On` is a name, and not true.
_Tags.yaml_implicit_resolvers = {
    first: resolvers
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if first not in "yYnNoO"
}
_Tags.add_multi_constructor("!", _Tags.long)


def in_json(text: str) -> Template:
    """Return a YAML template as the JSON that says the same."""
    found: Template = yaml.load(text, _Tags)  # noqa: S506 - a safe loader
    return found


def scan(folder: Path, files: Mapping[str, object], *paths: str) -> Report:
    """Write files into a repository and scan it."""
    (folder / ".git").mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return trailcheck.scan([str(folder / path) for path in paths or (".",)])


def judged(report: Report) -> tuple[object, ...]:
    """Return what a report of one trail says, wherever the resources are declared."""
    (trail,) = report.trails

    def bare(subject: str) -> str:
        return subject.rpartition("/")[2]  # behind the root too: root.json//Stack/Role

    verdicts = sorted({(v.rule, v.outcome.value, bare(v.subject)) for v in report.verdicts})
    facts = trail.facts
    return (
        trail.integrated,
        trail.exists,
        facts.log_group.state,
        facts.role.state,
        facts.trust,
        facts.writes,
        facts.retention_days,
        facts.logging,
        verdicts,
    )
