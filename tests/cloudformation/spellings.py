"""The chain of `terraform.chains` as a stack, in many spellings, for laws between them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from terraform.chains import Chain

Template = dict[str, Any]

GROUP_ARN = {"Fn::GetAtt": ["Group", "Arn"]}
_SPELLED = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Group}"


def stack(chain: Chain) -> Template:
    """Return the template as a person would write it."""
    link = {":*": GROUP_ARN, "": {"Fn::Sub": _SPELLED}, ":*:*": {"Fn::Sub": "${Group.Arn}:*"}}
    days = {"RetentionInDays": chain.days} if chain.days else {}
    policy = {"PolicyName": "write", "PolicyDocument": chain.grant("")}
    policy["PolicyDocument"]["Statement"][0]["Resource"] = GROUP_ARN  # type: ignore[index]
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            "Group": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {"LogGroupName": "trail", **days},
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": chain.trust, "Policies": [policy]},
            },
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {
                    "IsLogging": chain.logging,
                    "S3BucketName": "b",
                    "CloudWatchLogsLogGroupArn": link[chain.suffix],
                    "CloudWatchLogsRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                },
            },
        },
    }


def changed(value: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return a template with `change` applied to all that is in it, from within."""
    if isinstance(value, dict):
        value = {key: changed(item, change) for key, item in value.items()}
    elif isinstance(value, list):
        value = [changed(item, change) for item in value]
    return change(value)


def plain(chain: Chain) -> dict[str, str]:
    """Return the chain in JSON, which is YAML of long forms too."""
    return {"t.json": json.dumps(stack(chain), indent=1)}


def as_yaml(chain: Chain) -> dict[str, str]:
    """Return the chain in YAML with long forms."""
    return {"t.yaml": _block(stack(chain), "", short=False)}


def in_short_forms(chain: Chain) -> dict[str, str]:
    """Return the chain in YAML with tags."""
    return {"t.yaml": _block(stack(chain), "", short=True)}


def on_windows(chain: Chain) -> dict[str, str]:
    """Return the chain with a byte order mark and carriage returns."""
    return {"t.yaml": "\ufeff" + in_short_forms(chain)["t.yaml"].replace("\n", "\r\n")}


def joined(chain: Chain) -> dict[str, str]:
    """Return the chain with its ARN put together by Fn::Join."""
    own = [{"Ref": f"AWS::{name}"} for name in ("Partition", "Region", "AccountId")]
    pieces = ["arn:", own[0], ":logs:", own[1], ":", own[2], ":log-group:", {"Ref": "Group"}]

    def change(value: Any) -> Any:  # noqa: ANN401 - any JSON
        if value == GROUP_ARN:
            return {"Fn::Join": ["", [*pieces, ":*"]]}
        return {"Fn::Join": ["", pieces]} if value == {"Fn::Sub": _SPELLED} else value

    return {"t.json": json.dumps(changed(stack(chain), change))}


def substituted(chain: Chain) -> dict[str, str]:
    """Return the chain with Fn::Sub for Ref and Fn::GetAtt, its variables named anew."""

    def change(value: Any) -> Any:  # noqa: ANN401 - any JSON
        match value:
            case {"Fn::GetAtt": [str(name), "Arn"]}:
                return {"Fn::Sub": ["${ it }", {"it": {"Fn::Sub": f"${{{name}.Arn}}"}}]}
            case _:
                return value

    return {"t.json": json.dumps(changed(stack(chain), change))}


def split_apart(chain: Chain) -> dict[str, str]:
    """Return the chain with its ARN split and put together again."""
    halves = {"Fn::Split": [":log-group:", GROUP_ARN]}
    both = [{"Fn::Select": ["0", halves]}, {"Fn::Select": [1, halves]}]
    again = {"Fn::Join": [":log-group:", both]}
    template = changed(stack(chain), lambda value: again if value == GROUP_ARN else value)
    return {"t.json": json.dumps(template)}


def with_parameters(chain: Chain) -> dict[str, str]:
    """Return the chain with its values as the defaults of parameters."""
    template = stack(chain)
    resources = template["Resources"]
    template["Parameters"] = {
        "Days": {"Type": "Number", "Default": chain.days or 1},
        "On": {"Type": "String", "Default": chain.logging},
        "Service": {"Type": "String", "Default": chain.service},
        "Actions": {"Type": "CommaDelimitedList", "Default": ", ".join(chain.actions)},
    }
    if chain.days:
        resources["Group"]["Properties"]["RetentionInDays"] = {"Ref": "Days"}
    resources["Trail"]["Properties"]["IsLogging"] = {"Ref": "On"}
    role = resources["Role"]["Properties"]
    trust = role["AssumeRolePolicyDocument"]["Statement"][0]
    trust["Principal"]["Service"] = {"Fn::Sub": "${Service}"}
    role["Policies"][0]["PolicyDocument"]["Statement"][0]["Action"] = {"Ref": "Actions"}
    return {"t.yaml": _block(template, "", short=True)}


def with_conditions(chain: Chain) -> dict[str, str]:
    """Return the chain with each value behind a condition that is settled."""
    template = stack(chain)
    template["Parameters"] = {"Stage": {"Type": "String", "Default": "prod"}}
    is_prod = {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    template["Conditions"] = {"Prod": is_prod, "Other": {"Fn::Not": [{"Condition": "Prod"}]}}
    for resource in template["Resources"].values():
        resource["Condition"] = "Prod"
        for key, value in resource["Properties"].items():
            if key != "AssumeRolePolicyDocument":
                resource["Properties"][key] = {
                    "Fn::If": ["Other", {"Ref": "AWS::NoValue"}, {"Fn::If": ["Prod", value, "x"]}]
                }
    return {"t.yaml": _block(template, "", short=False)}


def with_mappings(chain: Chain) -> dict[str, str]:
    """Return the chain with its values in a mapping."""
    template = stack(chain)
    values = {"days": chain.days or 1, "on": chain.logging, "actions": list(chain.actions)}
    template["Mappings"] = {"M": {"prod": values, "dev": {"days": 1}}}
    template["Parameters"] = {"Stage": {"Type": "String", "Default": "prod"}}
    found = {name: {"Fn::FindInMap": ["M", {"Ref": "Stage"}, name]} for name in values}
    resources = template["Resources"]
    if chain.days:
        resources["Group"]["Properties"]["RetentionInDays"] = found["days"]
    resources["Trail"]["Properties"]["IsLogging"] = found["on"]
    policy = resources["Role"]["Properties"]["Policies"][0]["PolicyDocument"]
    policy["Statement"][0]["Action"] = found["actions"]
    return {"t.yaml": _block(template, "", short=True)}


def looped(chain: Chain) -> dict[str, str]:
    """Return the chain with its group made by Fn::ForEach, and its trail's properties too."""
    template = stack(chain)
    template["Transform"] = "AWS::LanguageExtensions"
    resources = template["Resources"]
    group = resources.pop("Group")
    resources["Fn::ForEach::Groups"] = ["Name", ["oup"], {"Gr${Name}": group}]
    trail = resources["Trail"]["Properties"]
    role = trail.pop("CloudWatchLogsRoleArn")
    trail["Fn::ForEach::P"] = ["P", ["RoleArn"], {"CloudWatchLogs${P}": role}]
    return {"t.json": json.dumps(template)}


def merged(chain: Chain) -> dict[str, str]:
    """Return the chain with anchors and merge keys."""
    template = stack(chain)
    properties = template["Resources"]["Trail"].pop("Properties")
    text = "X: &x " + _flow(properties, short=True) + "\n" + _block(template, "", short=True)
    return {
        "t.yaml": text.replace(
            "  Trail:\n", "  Trail:\n    Properties: {<<: [*x, {IsLogging: maybe}]}\n"
        )
    }


def with_policy_texts(chain: Chain) -> dict[str, str]:
    """Return the chain with its policies as JSON text."""
    template = stack(chain)
    role = template["Resources"]["Role"]["Properties"]
    role["AssumeRolePolicyDocument"] = json.dumps(role["AssumeRolePolicyDocument"], indent=1)
    document = json.dumps(role["Policies"][0]["PolicyDocument"])
    document = document.replace(json.dumps(GROUP_ARN), '"${Group.Arn}"')
    role["Policies"][0]["PolicyDocument"] = {"Fn::Sub": document}
    return {"t.yaml": _block(template, "", short=True)}


def _apart(kind: str, properties: Callable[[Any], Any]) -> Callable[[Chain], dict[str, str]]:
    def spelling(chain: Chain) -> dict[str, str]:
        template = stack(chain)
        (policy,) = template["Resources"]["Role"]["Properties"].pop("Policies")
        template["Resources"]["Policy"] = {"Type": kind, "Properties": properties(policy)}
        return {"t.json": json.dumps(template)}

    spelling.__name__ = f"with_{kind.rpartition(':')[2]}"
    return spelling


def _attached(chain: Chain) -> dict[str, str]:
    template = stack(chain)
    role = template["Resources"]["Role"]["Properties"]
    document = role.pop("Policies")[0]["PolicyDocument"]
    role["ManagedPolicyArns"] = [{"Ref": "Policy"}]
    kind = "AWS::IAM::ManagedPolicy"
    template["Resources"]["Policy"] = {"Type": kind, "Properties": {"PolicyDocument": document}}
    return {"t.json": json.dumps(template)}


_ROLES = {"Roles": [{"Ref": "Role"}]}
SPELLINGS = (
    as_yaml,
    in_short_forms,
    on_windows,
    joined,
    substituted,
    split_apart,
    with_parameters,
    with_conditions,
    with_mappings,
    looped,
    merged,
    with_policy_texts,
    _apart("AWS::IAM::Policy", lambda policy: {**policy, **_ROLES}),
    _apart("AWS::IAM::RolePolicy", lambda policy: {**policy, "RoleName": {"Ref": "Role"}}),
    _apart("AWS::IAM::ManagedPolicy", lambda p: {"PolicyDocument": p["PolicyDocument"], **_ROLES}),
    _attached,
)


def _block(value: Any, indent: str, *, short: bool) -> str:  # noqa: ANN401 - any JSON
    """Write the outer maps of a template in YAML's block style."""
    lines = []
    for key, item in value.items():
        if isinstance(item, dict) and len(indent) < 6 and not _call(item):
            lines.append(f"{indent}{key}:\n{_block(item, indent + '  ', short=short)}")
        else:
            lines.append(f"{indent}{key}: {_flow(item, short=short)}\n")
    return "".join(lines)


def _flow(value: Any, *, short: bool) -> str:  # noqa: ANN401 - any JSON
    match value:
        case dict() if short and (name := _call(value)):
            (argument,) = value.values()
            if name == "GetAtt":
                return f"!GetAtt {'.'.join(argument)}"
            said = _flow(argument, short=short)
            if not said.startswith("!"):
                return f"!{name} {said}"
            return "{" + f"{json.dumps(next(iter(value)))}: {said}" + "}"
        case dict():
            members = (f"{json.dumps(k)}: {_flow(v, short=short)}" for k, v in value.items())
            return "{" + ", ".join(members) + "}"
        case list():
            return "[" + ", ".join(_flow(item, short=short) for item in value) + "]"
        case _:
            return json.dumps(value)


def _call(value: dict[str, Any]) -> str:
    (name, *more) = value or ("",)
    known = name == "Ref" or (name.startswith("Fn::") and "ForEach" not in name)
    return name.removeprefix("Fn::") if known and not more else ""
