"""What a stack says of itself, and what can be taken out of its id."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cloudformation.spellings import stack
from cloudformation.templates import attribute, template
from terraform.chains import Chain, write
from trailcheck import scan
from trailcheck.cloudformation import read
from trailcheck.graph import Place
from trailcheck.source import Source
from trailcheck.value import Known, Symbol, Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.value import Value

FIELDS = '!Split [":", !Ref AWS::StackId]'
PATH = '!Split ["/", !Ref AWS::StackId]'


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"!Select [0, {FIELDS}]", Known("arn")),
        (f"!Select [1, {FIELDS}]", Symbol("partition")),
        (f"!Select [2, {FIELDS}]", Known("cloudformation")),
        (f"!Select [3, {FIELDS}]", Symbol("region")),
        (f"!Select [4, {FIELDS}]", Symbol("account")),
        (f"!Select [1, {PATH}]", Unknown("AWS::StackName", "")),
    ],
)
def test_the_id_of_a_stack_is_taken_apart(expression: str, expected: Value) -> None:
    """Everything but the last part of an id is known by another name."""
    text = f"Resources: {{T: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {expression}}}}}}}"
    assert attribute(template(text), "T", "name").value.key() == expected.key()


@pytest.mark.parametrize("name", ["CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"])
def test_the_id_of_a_stack_is_no_other_arn(tmp_path: Path, name: str) -> None:
    """It is an ARN of CloudFormation, so that a trail surely cannot deliver by it."""
    body = stack(Chain())
    body["Resources"]["Trail"]["Properties"][name] = {"Ref": "AWS::StackId"}
    report = scan([write(tmp_path, {"t.json": json.dumps(body)})])
    assert [trail.integrated for trail in report.trails] == [False]


@pytest.mark.parametrize(
    ("partition", "expected"),
    [
        ("aws", Known("amazonaws.com")),
        ("aws-us-gov", Known("amazonaws.com")),
        ("aws-cn", Symbol("dns_suffix")),
    ],
)
def test_the_partition_settles_the_suffix(partition: str, expected: Value) -> None:
    """So a comparison with the literal is decided; a service in China has either name."""
    text = "Resources: {T: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref AWS::URLSuffix}}}"
    place = Place(Symbol("account"), Symbol("region"), Known(partition))
    reading = read(Source("t.yaml", text.encode()), "t.yaml", place=place)
    assert reading is not None
    assert attribute(reading, "T", "name").value.key() == expected.key()
