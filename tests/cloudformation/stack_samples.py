"""Random stacks: a template, what it nests, and one that imports from it.

Roles get policies in every way that CloudFormation has; names, documents, lists and links are made
of parameters, mappings, conditions and functions inside each other.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

Json = dict[str, Any]

WORDS = ("dev", "prod", "a-b", "x")
PARAMETERS = ("P0", "P1", "P2")
CONDITIONS = ("C0", "C1", "C2", "C3")
ROLES = ("R0", "R1")
MADE = "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"

words = st.sampled_from(WORDS)
chosen = st.sampled_from(CONDITIONS)
parameters = st.sampled_from([{"Ref": name} for name in PARAMETERS])
pseudo = st.sampled_from([{"Ref": f"AWS::{n}"} for n in ("AccountId", "Region", "Partition")])
subs = st.lists(
    st.sampled_from(["${P0}", "${P1}", "${AWS::Region}", "-", "x", "${AWS::AccountId}", "${!P}"]),
    min_size=1,
    max_size=5,
).map(lambda parts: {"Fn::Sub": "".join(parts)})
looked_up = st.tuples(st.sampled_from(PARAMETERS), st.sampled_from(["name", "other"])).map(
    lambda keys: {"Fn::FindInMap": ["M", {"Ref": keys[0]}, keys[1]]}
)
listed = st.sampled_from([{"Ref": "L"}, {"Fn::FindInMap": ["M", {"Ref": "P0"}, "many"]}])
made_up = st.sampled_from(
    [
        {"Fn::GetAtt": ["Base", "Arn"]},
        {"Fn::Sub": "${Base.Arn}"},
        {"Ref": "Base"},
        {"Fn::GetAtt": ["R0", "Arn"]},
        {"Ref": "M0"},
        {"Ref": "Bucket"},
        {"Fn::GetAtt": ["Nested", "Outputs.Said"]},
        {"Fn::Sub": "<${Nested.Outputs.Group}>"},
        {"Fn::GetAtt": ["Stored", "Value"]},
    ]
)
"""What other resources are called, and what they answer."""


def _nested(texts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(texts, min_size=1, max_size=4)
    return st.one_of(
        st.tuples(st.sampled_from(["-", "", "/"]), some | listed).map(
            lambda a: {"Fn::Join": list(a)}
        ),
        some.flatmap(
            lambda items: st.integers(0, len(items) - 1).map(lambda at: {"Fn::Select": [at, items]})
        ),
        listed.map(lambda many: {"Fn::Select": ["1", many]}),
        texts.map(lambda t: {"Fn::Select": [0, {"Fn::Split": ["-", t]}]}),
        st.tuples(chosen, texts, texts).map(lambda a: {"Fn::If": list(a)}),
        texts.map(lambda t: {"Fn::Sub": ["<${V}${P0}>", {"V": t}]}),
        texts.map(lambda t: {"Fn::Base64": t}),
    )


texts = st.recursive(words | parameters | pseudo | subs | looked_up, _nested, max_leaves=6)
names = texts.filter(lambda said: "Fn::Base64" not in str(said))


@st.composite
def conditions(draw: st.DrawFn) -> Json:
    """Return conditions, each made of comparisons and of those before it."""
    found: Json = {}
    equal = st.tuples(parameters | looked_up, words | parameters).map(
        lambda pair: {"Fn::Equals": list(pair)}
    )
    for name in CONDITIONS:
        leaf = equal
        if found:
            leaf |= st.sampled_from([{"Condition": before} for before in found])
        two = st.lists(leaf, min_size=2, max_size=3)
        found[name] = draw(
            leaf
            | two.map(lambda items: {"Fn::And": items})
            | two.map(lambda items: {"Fn::Or": items})
            | leaf.map(lambda item: {"Fn::Not": [item]})
        )
    return found


def _maybe(draw: st.DrawFn, value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value, or one that is absent where a condition says so."""
    absent = {"Ref": "AWS::NoValue"}
    arms = draw(st.sampled_from(([value, absent], [absent, value], None)))
    return value if arms is None else {"Fn::If": [draw(chosen), *arms]}


@st.composite
def documents(draw: st.DrawFn, *, trust: bool = False) -> Json:
    """Return the document of a policy."""
    statement: Json = {
        "Effect": draw(st.sampled_from(["Allow", "Deny"])),
        "Action": "sts:AssumeRole" if trust else draw(st.sampled_from(["logs:*", ["logs:Put*"]])),
    }
    if trust:
        suffix = draw(st.sampled_from(["amazonaws.com", "${AWS::URLSuffix}"]))
        statement["Principal"] = {"Service": {"Fn::Sub": f"cloudtrail.{suffix}"}}
    else:
        arn = {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:*:log-group:g-${P1}:*"}
        links = [{"Fn::GetAtt": ["Base", "Arn"]}, {"Fn::Sub": "${Base.Arn}"}, arn, "*"]
        statement["Resource"] = _maybe(draw, draw(st.sampled_from(links)))
        statement["Resource"] = [statement["Resource"], "*"]
    if draw(st.booleans()):
        test = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        statement["Condition"] = _maybe(draw, test)
    other = {**statement, "Sid": "Second", "Effect": "Deny"}
    return {"Version": "2012-10-17", "Statement": [statement, _maybe(draw, other)]}


@st.composite
def roles(draw: st.DrawFn, name: str) -> Json:
    """Return a role with policies of its own."""
    inline = {"PolicyName": {"Fn::Sub": "own-${P0}"}, "PolicyDocument": draw(documents())}
    properties: Json = {
        "AssumeRolePolicyDocument": draw(documents(trust=True)),
        "Policies": _maybe(draw, [_maybe(draw, inline)]),
        "ManagedPolicyArns": _maybe(draw, [{"Ref": "M0"}, _maybe(draw, MADE)]),
        "PermissionsBoundary": _maybe(draw, {"Ref": "M0"}),
        "Path": draw(st.sampled_from(["/", "/audit/"])),
    }
    if draw(st.booleans()):
        properties["RoleName"] = _maybe(draw, {"Fn::Join": ["-", [name, draw(parameters)]]})
    return {"Type": "AWS::IAM::Role", "Properties": properties}


@st.composite
def trails(draw: st.DrawFn) -> Json:
    """Return a trail with all its properties."""
    truth = st.sampled_from([True, "false", {"Fn::FindInMap": ["M", {"Ref": "P2"}, "truth"]}])
    properties: Json = {
        name: _maybe(draw, draw(truth))
        for name in (
            "EnableLogFileValidation",
            "IncludeGlobalServiceEvents",
            "IsMultiRegionTrail",
            "IsOrganizationTrail",
        )
    }
    stored = {"Type": "AWS::S3::Object", "Values": [{"Fn::Sub": "arn:aws:s3:::${Bucket}/"}]}
    properties |= {
        "IsLogging": draw(truth),
        "S3BucketName": draw(names | made_up),
        "CloudWatchLogsLogGroupArn": _maybe(draw, draw(made_up)),
        "CloudWatchLogsRoleArn": _maybe(
            draw, {"Fn::GetAtt": [draw(st.sampled_from(ROLES)), "Arn"]}
        ),
        "EventSelectors": [
            {
                "ReadWriteType": draw(st.sampled_from(["All", "WriteOnly"])),
                "IncludeManagementEvents": draw(truth),
                "DataResources": _maybe(draw, [_maybe(draw, stored)]),
            }
        ],
    }
    return {"Type": "AWS::CloudTrail::Trail", "Condition": draw(chosen), "Properties": properties}


class Sample(NamedTuple):
    """Templates, and the parameters that they are given."""

    template: Json
    nested: Json
    importer: Json
    given: dict[str, str]


def _parameters(draw: st.DrawFn) -> Json:
    found: Json = {name: {"Type": "String", "Default": draw(words)} for name in PARAMETERS}
    return {**found, "L": {"Type": "CommaDelimitedList", "Default": "one, two"}}


@st.composite
def _resources(draw: st.DrawFn) -> Json:
    days = {"Fn::If": [draw(chosen), 400, 30]}
    of_map = {"Fn::FindInMap": ["M", {"Ref": "P1"}, "days"]}
    groups = {
        f"G{n}": {
            "Type": "AWS::Logs::LogGroup",
            "Condition": draw(chosen),
            "Properties": {
                "LogGroupName": {"Fn::Join": ["/", [f"g{n}", draw(parameters | looked_up)]]},
                "RetentionInDays": _maybe(draw, draw(st.sampled_from([days, of_map, 7, "14"]))),
            },
        }
        for n in range(2)
    }
    if draw(st.booleans()):
        one = groups["G1"]["Properties"]
        other = {"LogGroupName": "other", "RetentionInDays": 90}
        groups["G1"]["Properties"] = {"Fn::If": [draw(chosen), one, other]}
    base = {"LogGroupName": {"Fn::Sub": "base-${P0}"}} if draw(st.booleans()) else {}
    to = [_maybe(draw, {"Ref": role}) for role in draw(st.sampled_from([ROLES, ("R1",)]))]
    passed = {"In": draw(names), "Role": {"Ref": "R0"}, "Group": {"Fn::GetAtt": ["Base", "Arn"]}}
    return {
        "Base": {"Type": "AWS::Logs::LogGroup", "Properties": base},
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Stored": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "String", "Value": draw(names)},
        },
        "M0": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": draw(documents())},
        },
        "M1": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Condition": draw(chosen),
            "Properties": {"PolicyDocument": draw(documents()), "Roles": to},
        },
        "I0": {
            "Type": "AWS::IAM::Policy",
            "Condition": draw(chosen),
            "Properties": {
                "PolicyName": {"Fn::Join": ["", ["apart-", draw(parameters)]]},
                "PolicyDocument": draw(documents()),
                "Roles": [{"Ref": draw(st.sampled_from(ROLES))}],
            },
        },
        "Nested": {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": "nested.json", "Parameters": passed},
        },
        "T": draw(trails()),
        **groups,
        **{role: draw(roles(role)) for role in ROLES},
    }


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Return random templates that belong together."""
    shared = {
        "Mappings": {
            "M": {
                word: {
                    "name": f"n-{word}",
                    "other": draw(words),
                    "days": draw(st.sampled_from([7, 365])),
                    "many": [f"m-{word}", draw(words)],
                    "truth": draw(st.booleans()),
                }
                for word in WORDS
            }
        },
        "Conditions": draw(conditions()),
    }
    template = {
        "Parameters": _parameters(draw),
        **shared,
        "Resources": draw(_resources()),
        "Outputs": {
            **{
                f"O{n}": {"Value": value}
                for n, value in enumerate(draw(st.lists(texts | made_up, min_size=1, max_size=4)))
            },
            "Group": {
                "Value": {"Fn::GetAtt": ["Base", "Arn"]},
                "Export": {"Name": {"Fn::Sub": "group-${P0}"}},
            },
            "Role": {"Value": {"Ref": "R1"}, "Export": {"Name": "role"}},
        },
    }
    apart = {"PolicyName": "below", "PolicyDocument": draw(documents()), "Roles": [{"Ref": "Role"}]}
    nested = {
        "Parameters": {
            **_parameters(draw),
            **{name: {"Type": "String"} for name in ("In", "Role", "Group")},
        },
        **shared,
        "Resources": {
            "Base": {"Type": "AWS::Logs::LogGroup"},
            "I1": {"Type": "AWS::IAM::Policy", "Condition": draw(chosen), "Properties": apart},
        },
        "Outputs": {
            "Said": {"Value": {"Fn::Join": [":", [{"Ref": "In"}, draw(names)]]}},
            "Group": {"Value": draw(st.sampled_from([{"Ref": "Group"}, {"Ref": "Base"}]))},
        },
    }
    imported = {"Fn::ImportValue": {"Fn::Sub": "group-${P0}"}}
    policy = {
        "PolicyName": "beside",
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": imported}],
        },
        "Roles": [{"Fn::ImportValue": "role"}],
    }
    importer = {
        "Parameters": template["Parameters"],
        "Resources": {
            "I2": {"Type": "AWS::IAM::Policy", "Properties": policy},
            "T": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {
                    "IsLogging": True,
                    "S3BucketName": "b",
                    "CloudWatchLogsLogGroupArn": imported,
                },
            },
        },
    }
    return Sample(
        template, nested, importer, draw(st.dictionaries(st.sampled_from(PARAMETERS), words))
    )
