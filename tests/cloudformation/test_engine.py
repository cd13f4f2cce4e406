"""Templates as an engine resolves them that nobody here wrote: moto's model of CloudFormation.

Every example is a stack with random parameters, mappings, conditions and expressions. It is created
in moto, and what came to be is what trailcheck must have said: which log groups there are, what
they are called, how long they keep records, and what every expression is.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from cloudformation.templates import attribute
from trailcheck.cloudformation import read
from trailcheck.graph import Kind, Place
from trailcheck.source import Source
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.cloudformation.reader import Reading

Json = dict[str, Any]

WORDS = ("dev", "prod", "a-b", "x")
HERE = Place(Known("123456789012"), Known("us-east-1"), Known("aws"))
PARAMETERS = ("P0", "P1", "P2")
CONDITIONS = ("C0", "C1", "C2", "C3")
_serial = itertools.count()

words = st.sampled_from(WORDS)
parameters = st.sampled_from([{"Ref": name} for name in PARAMETERS])
pseudo = st.sampled_from([{"Ref": f"AWS::{name}"} for name in ("AccountId", "Region", "Partition")])
subs = st.lists(
    st.sampled_from(["${P0}", "${P1}", "${AWS::Region}", "-", "x", "${AWS::AccountId}"]),
    min_size=1,
    max_size=5,
).map(lambda parts: {"Fn::Sub": "".join(parts)})
looked_up = st.tuples(st.sampled_from(PARAMETERS), st.sampled_from(["name", "other"])).map(
    lambda keys: {"Fn::FindInMap": ["M", {"Ref": keys[0]}, keys[1]]}
)


def _nested(texts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(texts, min_size=1, max_size=4)
    return st.one_of(
        st.tuples(st.sampled_from(["-", "", "/"]), some).map(lambda a: {"Fn::Join": list(a)}),
        some.flatmap(
            lambda items: st.integers(0, len(items) - 1).map(lambda at: {"Fn::Select": [at, items]})
        ),
        texts.map(lambda t: {"Fn::Select": [0, {"Fn::Split": ["-", t]}]}),
        st.tuples(st.sampled_from(CONDITIONS), texts, texts).map(lambda a: {"Fn::If": list(a)}),
        st.tuples(texts).map(lambda a: {"Fn::Sub": ["<${V}>", {"V": a[0]}]}),
        texts.map(lambda t: {"Fn::Base64": t}),
    )


texts = st.recursive(words | parameters | pseudo | subs | looked_up, _nested, max_leaves=6)


@st.composite
def conditions(draw: st.DrawFn) -> Json:
    """Return conditions, each made of comparisons and of those before it."""
    found: Json = {}
    equal = st.tuples(parameters, words | parameters).map(lambda pair: {"Fn::Equals": list(pair)})
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
        if "Condition" in found[name]:
            found[name] = {"Fn::Not": [found[name]]}
    return found


@st.composite
def stacks(draw: st.DrawFn) -> tuple[Json, dict[str, str]]:
    """Return a template, and the parameters that it is given."""
    days = {"Fn::If": [draw(st.sampled_from(CONDITIONS)), 400, 30]}
    groups = {
        f"G{n}": {
            "Type": "AWS::Logs::LogGroup",
            "Condition": draw(st.sampled_from(CONDITIONS)),
            "Properties": {
                "LogGroupName": {"Fn::Join": ["/", [f"g{n}", draw(parameters | looked_up)]]},
                "RetentionInDays": draw(
                    st.sampled_from(
                        [days, {"Fn::FindInMap": ["M", {"Ref": "P1"}, "days"]}, 7, "14"]
                    )
                ),
            },
        }
        for n in range(2)
    }
    mapping = {
        word: {"name": f"n-{word}", "other": draw(words), "days": draw(st.sampled_from([7, 365]))}
        for word in WORDS
    }
    template = {
        "Parameters": {name: {"Type": "String", "Default": draw(words)} for name in PARAMETERS},
        "Mappings": {"M": mapping},
        "Conditions": draw(conditions()),
        "Resources": {
            "Base": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "base"}},
            **groups,
        },
        "Outputs": {
            f"O{n}": {"Value": value}
            for n, value in enumerate(draw(st.lists(texts, min_size=1, max_size=4)))
        },
    }
    return template, draw(st.dictionaries(st.sampled_from(PARAMETERS), words))


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    """Return a client of an account that is nowhere."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "none")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "none")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield boto3


def created(engine: Any, template: Json, given: dict[str, str]) -> tuple[Json, Json]:  # noqa: ANN401 - boto3
    """Return the log groups by name with their retention, and the outputs, of a new stack."""
    stack, client = f"s{next(_serial)}", engine.client("cloudformation")
    passed = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    client.create_stack(StackName=stack, TemplateBody=json.dumps(template), Parameters=passed)
    said = client.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    groups = engine.client("logs").describe_log_groups()["logGroups"]
    client.delete_stack(StackName=stack)
    return (
        # An absent retention means that nothing expires, which is 0 here; moto keeps "14" as text.
        {group["logGroupName"]: int(group.get("retentionInDays", 0)) for group in groups},
        {output["OutputKey"]: output["OutputValue"] for output in said},
    )


def _read(template: Json, given: dict[str, str]) -> Reading:
    source = Source("t.json", json.dumps(template).encode())
    reading = read(source, "t.json", given, HERE)
    assert reading is not None
    return reading


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stack=stacks())
def test_stacks_are_what_an_engine_makes_of_them(
    engine: Any,  # noqa: ANN401 - boto3
    stack: tuple[Json, dict[str, str]],
) -> None:
    """Log groups, their names and retention, and every expression are those of the engine."""
    template, given = stack
    groups, outputs = created(engine, template, given)
    reading = _read(template, given)
    found = {
        group.get("name").value: group.get("retention_days").value
        for group in reading.graph.resources(Kind.LOG_GROUP)
    }
    assert found == {Known(name): Known(days) for name, days in groups.items()}

    # An expression is asked for as the bucket of a trail, which moto does not know.
    asked = {
        name: {
            "Type": "AWS::CloudTrail::Trail",
            "Properties": {"IsLogging": True, "S3BucketName": output["Value"]},
        }
        for name, output in template["Outputs"].items()
    }
    rest = {key: value for key, value in template.items() if key != "Outputs"}
    reading = _read({**rest, "Resources": {**template["Resources"], **asked}}, given)
    assert {name: attribute(reading, name, "bucket").value for name in asked} == {
        name: Known(value) for name, value in outputs.items()
    }
