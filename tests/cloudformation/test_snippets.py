"""AWS::Include: snippets that templates take in, from files of the repository."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from trailcheck import scan
from trailcheck.errors import Impact

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report

TEMPLATE = """\
Parameters:
  Bucket: {{Type: String}}
  Snippet: {{Type: String, Default: s3://shelf/snippets/group.json}}
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: b
      IsLogging: true
      CloudWatchLogsLogGroupArn: !GetAtt Group.Arn
      CloudWatchLogsRoleArn: !GetAtt Role.Arn
  Fn::Transform:
    Name: AWS::Include
    Parameters: {{Location: {location}}}
"""
CHAIN: dict[str, Any] = {
    "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 400}},
    "Role": {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudtrail.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                },
            },
            "Policies": [
                {
                    "PolicyName": "write",
                    "PolicyDocument": {
                        "Statement": {
                            "Effect": "Allow",
                            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                            "Resource": {"Fn::GetAtt": ["Group", "Arn"]},
                        },
                    },
                }
            ],
        },
    },
}


def report(folder: Path, files: dict[str, str]) -> Report:
    """Scan files."""
    (folder / ".git").mkdir()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return scan([str(folder)])


@pytest.mark.parametrize(
    "location",
    [
        "snippets/group.json",
        "./snippets/group.json",
        "s3://shelf/snippets/group.json",
        "!Sub 's3://${Bucket}/a/snippets/group.json'",
        "!Ref Snippet",
    ],
)
def test_a_snippet_of_resources_is_read(tmp_path: Path, location: str) -> None:
    """Local paths and the tails of S3 URIs name the file, whatever spells them."""
    found = report(
        tmp_path,
        {
            "main.yaml": TEMPLATE.format(location=location),
            "snippets/group.json": json.dumps(CHAIN),
        },
    )
    assert [trail.integrated for trail in found.trails] == [True]
    assert found.diagnostics == ()
    assert found.skipped == ()
    assumed = [a for a in found.assumptions if a.startswith("the snippet at")]
    assert len(assumed) == ("s3:" in location or "Ref" in location)


def test_what_a_snippet_breaks_is_found_in_it(tmp_path: Path) -> None:
    """A finding stands in the file of the snippet."""
    short = {
        **CHAIN,
        "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}},
    }
    found = report(
        tmp_path,
        {"main.yaml": TEMPLATE.format(location="a.json"), "a.json": json.dumps(short)},
    )
    (verdict,) = [v for v in found.verdicts if v.rule == "short-retention"]
    assert verdict.evidence[0].span.source.path == "a.json"
    assert verdict.evidence[0].span.text == "7"


def test_a_snippet_may_hold_the_trail(tmp_path: Path) -> None:
    """A template without the word is read when what it includes may hold a trail."""
    trail = {"Type": "AWS::CloudTrail::Trail", "Properties": {"S3BucketName": "b"}}
    text = (
        "Resources:\n  Fn::Transform:\n    - {Name: AWS::Include, Parameters: {Location: a.json}}\n"
    )
    found = report(
        tmp_path,
        {
            "main.yaml": f"AWSTemplateFormatVersion: '2010-09-09'\n{text}",
            "a.json": json.dumps({"Trail": trail}),
        },
    )
    assert [(trail.root, trail.address) for trail in found.trails] == [("main.yaml", "Trail")]
    assert found.trails[0].integrated is False


def test_sections_and_properties_can_be_included(tmp_path: Path) -> None:
    """Properties of a trail, and whole sections at the top."""
    text = TEMPLATE.format(location="chain.json").replace(
        "      IsLogging: true\n",
        "      Fn::Transform: {Name: AWS::Include, Parameters: {Location: on.yaml}}\n",
    )
    top = "Transform: {Name: AWS::Include, Parameters: {Location: top.yaml}}\n"
    days = {"Fn::FindInMap": ["Days", "all", "n"]}
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": days}}
    found = report(
        tmp_path,
        {
            "main.yaml": top + text,
            "chain.json": json.dumps({**CHAIN, "Group": group}),
            "on.yaml": "IsLogging: true\n",
            "top.yaml": "Mappings: {Days: {all: {n: 731}}}\n",
        },
    )
    assert found.diagnostics == ()
    assert [trail.integrated for trail in found.trails] == [True]
    assert found.trails[0].facts.retention_days == 731


@pytest.mark.parametrize(
    ("location", "snippet", "said"),
    [
        ("missing.json", "{}", "A snippet that is included is not known"),
        ("../outside.json", "{}", "A snippet that is included is not known"),
        ("!Ref Bucket", "{}", "A snippet that is included is not known"),
        ("a.json", "[]", "A snippet is not a map"),
        ("a.json", '{"a"', "The template is not JSON"),
        ("a.json", "Group: {Type: !Ref X}", "A snippet holds the short form !Ref"),
        ("a.json", '{"Trail": {"Type": "T"}}', "The key `Trail` is set twice"),
        ("main.yaml", "", "A snippet holds the short form !GetAtt"),
    ],
)
def test_what_is_not_read_is_said(tmp_path: Path, location: str, snippet: str, said: str) -> None:
    """Whatever cannot be taken in is a located diagnostic, and nothing passes."""
    files = {"a.json": snippet, "main.yaml": TEMPLATE.format(location=location)}
    found = report(tmp_path, files)
    assert said in [d.summary for d in found.diagnostics]
    assert all(d.span is not None for d in found.diagnostics)
    assert any(d.impact is Impact.UNREAD for d in found.diagnostics)
    assert not any(v.outcome.value == "pass" for v in found.verdicts)
    assert not any(trail.integrated for trail in found.trails)


def test_two_values_of_one_key_are_none(tmp_path: Path) -> None:
    """A property that the template and its snippet both set is not settled."""
    text = TEMPLATE.format(location="chain.json").replace(
        "      IsLogging: true\n",
        "      IsLogging: true\n"
        "      Fn::Transform: {Name: AWS::Include, Parameters: {Location: on.yaml}}\n",
    )
    found = report(
        tmp_path,
        {"main.yaml": text, "chain.json": json.dumps(CHAIN), "on.yaml": "IsLogging: true\n"},
    )
    assert [trail.integrated for trail in found.trails] == [None]
    assert "The key `IsLogging` is set twice" in [d.summary for d in found.diagnostics]
