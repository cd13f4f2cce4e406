"""Stacks whose template a condition decides: each template is judged where it is the one."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cloudformation.chains import in_json, scan

if TYPE_CHECKING:
    from trailcheck.result import Report

WHOLE = Path(__file__).parents[3] / "fixtures" / "stacks" / "whole-cloudformation" / "template.yaml"
FULL = WHOLE.read_text(encoding="utf-8")
SMALL = """
Parameters:
  On: {Type: String, Default: 'true'}
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {S3BucketName: archive, IsLogging: !Ref On}
"""
GROUP = """
Resources:
  Group: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: %d}}
Outputs:
  Arn: {Value: !GetAtt Group.Arn}
"""
OPEN = """
Parameters: {Kind: {Type: String}, Env: {Type: String, AllowedValues: [dev, prod]}}
Conditions:
  Full: !Equals [!Ref Kind, full]
  Big: !Equals [!Ref Kind, big]
"""


def nests(url: str, more: str = "", kind: str = "AWS::CloudFormation::Stack") -> str:
    """Return a template that nests one stack."""
    name = "Location" if kind == "AWS::Serverless::Application" else "TemplateURL"
    return (
        f"{OPEN}\nResources:\n  Logs:\n    Type: {kind}\n    Properties: {{{name}: {url}{more}}}\n"
    )


def trails(report: Report) -> dict[str, tuple[bool | None, str | None]]:
    """Return whether each trail is integrated, and when it exists."""
    return {trail.address: (trail.integrated, trail.when) for trail in report.trails}


FILES = {"full.yaml": FULL, "small.yaml": SMALL}
WHEN = "parameter Kind is full"
BOTH = {
    "Logs/[full.yaml]/Trail": (True, WHEN),
    "Logs/[small.yaml]/Trail": (False, "parameter Kind is not full"),
}
CASES: dict[str, tuple[dict[str, str], dict[str, tuple[bool | None, str | None]]]] = {
    "two files": ({"top.yaml": nests("!If [Full, full.yaml, small.yaml]"), **FILES}, BOTH),
    "two URLs": (
        {
            "top.yaml": nests(
                "!If [Full, 'https://b.s3.amazonaws.com/x/full.yaml', "
                "'https://b.s3.amazonaws.com/x/small.yaml']"
            ),
            **FILES,
        },
        BOTH,
    ),
    "one part of the URL": (
        {
            "top.yaml": nests(
                "!Sub ['https://b.s3.amazonaws.com/${F}', {F: !If [Full, full.yaml, small.yaml]}]"
            ),
            **FILES,
        },
        BOTH,
    ),
    "applications": (
        {
            "top.yaml": "Transform: AWS::Serverless-2016-10-31\n"
            + nests("!If [Full, ./full.yaml, ./small.yaml]", kind="AWS::Serverless::Application"),
            **FILES,
        },
        BOTH,
    ),
    "one file after all": (
        {"top.yaml": nests("!If [Full, full.yaml, ./full.yaml]"), "full.yaml": FULL},
        {"Logs/Trail": (True, None)},
    ),
    "a condition that is settled": (
        {
            "top.yaml": nests("!If [Full, full.yaml, small.yaml]").replace(
                "Kind: {Type: String}", "Kind: {Type: String, Default: full}"
            ),
            **FILES,
        },
        {"Logs/Trail": (True, None), "Trail": (False, None)},  # small.yaml by itself
    ),
    "three files": (
        {
            "top.yaml": nests("!If [Full, full.yaml, !If [Big, big.yaml, small.yaml]]"),
            **FILES,
            "big.yaml": FULL,
        },
        {
            "Logs/[full.yaml]/Trail": (True, WHEN),
            "Logs/[big.yaml]/Trail": (True, "parameter Kind is big"),
            "Logs/[small.yaml]/Trail": (False, "parameter Kind is not big or full"),
        },
    ),
    "a parameter of few words": (
        {
            "top.yaml": nests("!Sub '${Env}/trail.yaml'"),
            "dev/trail.yaml": SMALL,
            "prod/trail.yaml": FULL,
        },
        {
            "Logs/[dev/trail.yaml]/Trail": (False, "parameter Env is dev"),
            "Logs/[prod/trail.yaml]/Trail": (True, "parameter Env is prod"),
        },
    ),
    "a mapping": (
        {
            "top.yaml": "Mappings: {M: {dev: {F: small.yaml}, prod: {F: full.yaml}}}\n"
            + nests("!FindInMap [M, !Ref Env, F]"),
            **FILES,
        },
        {
            "Logs/[full.yaml]/Trail": (True, "parameter Env is prod"),
            "Logs/[small.yaml]/Trail": (False, "parameter Env is dev"),
        },
    ),
    "parameters that only one of them takes": (
        {
            "top.yaml": nests(
                "!If [Full, full.yaml, small.yaml]", ", Parameters: {RetentionDays: 400}"
            ),
            **FILES,
        },
        # What the other refuses deploys nothing: Kind is full, or there is no stack at all.
        {"Logs/[full.yaml]/Trail": (True, None)},
    ),
    "branches in branches": (
        {
            "top.yaml": nests("!If [Full, mid/a.yaml, small.yaml]"),
            "mid/a.yaml": nests("../full.yaml").replace(OPEN, ""),
            **FILES,
        },
        {
            "Logs/[a.yaml]/Logs/Trail": (True, WHEN),
            "Logs/[small.yaml]/Trail": (False, "parameter Kind is not full"),
        },
    ),
    "under a condition of its own": (
        {
            "top.yaml": nests("!If [Full, full.yaml, small.yaml]").replace(
                "    Properties", "    Condition: Full\n    Properties"
            ),
            **FILES,
        },
        {"Logs/[full.yaml]/Trail": (True, WHEN)},
    ),
    "one that is not in the repository": (
        {
            "top.yaml": nests("!If [Full, full.yaml, 'https://b.s3.amazonaws.com/lost.yaml']"),
            **FILES,
        },
        {"Logs/[full.yaml]/Trail": (True, WHEN), "Trail": (False, None)},  # small.yaml by itself
    ),
    "names that are there once": (
        {
            "top.yaml": nests("!If [Full, full.yaml, also.yaml]"),
            "full.yaml": FULL,
            "also.yaml": FULL,
        },
        {
            "Logs/[full.yaml]/Trail": (True, WHEN),
            "Logs/[also.yaml]/Trail": (True, "parameter Kind is not full"),
        },
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", ["yaml", "json"])
def test_each_template_is_judged_where_it_is_the_one(
    tmp_path: Path, case: str, language: str
) -> None:
    """Two stacks of one id, which are never there together."""
    files, expected = CASES[case]
    top = files["top.yaml"]
    report = scan(tmp_path, files | {"top.yaml": top if language == "yaml" else in_json(top)})
    assert [d for d in report.diagnostics if d.impact.value != "notice"] == []
    assert trails(report) == expected


TOP = (
    OPEN
    + """
Resources:
  Logs:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: !If [Full, long.yaml, short.yaml]}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: archive
      IsLogging: true
      CloudWatchLogsLogGroupArn: !GetAtt Logs.Outputs.Arn
"""
)


@pytest.mark.parametrize(
    ("short", "rule", "outcome", "said"),
    [
        (GROUP % 7, "short-retention", "fail", ""),  # it is short whenever it is there
        (GROUP % 400, "short-retention", "pass", ""),
        (
            GROUP % 400 + "  Unused: {Value: x}\n",
            "dangling-log-group",
            "pass",
            "",
        ),
        (
            (GROUP % 400).replace("Arn: {", "Other: {"),
            "dangling-log-group",
            "undecided",
            "when parameter Kind is not full, ",
        ),
    ],
)
def test_outputs_turn_on_the_same_condition(
    tmp_path: Path, short: str, rule: str, outcome: str, said: str
) -> None:
    """What a parent takes from its stack is what the stack's template then gives."""
    report = scan(tmp_path, {"top.yaml": TOP, "long.yaml": GROUP % 731, "short.yaml": short})
    assert report.diagnostics == ()
    verdicts = [v for v in report.verdicts if v.rule == rule]
    assert {v.outcome.value for v in verdicts} >= {outcome}
    if said:
        assert any(said in v.message for v in verdicts)
        assert all("parameter Kind" in v.needs for v in verdicts if v.outcome.value == outcome)


def test_parameters_that_no_template_takes_are_told(tmp_path: Path) -> None:
    """Whatever the condition says, nothing can be created."""
    top = nests("!If [Full, full.yaml, small.yaml]", ", Parameters: {Nobody: x}")
    report = scan(tmp_path, {"top.yaml": top, **FILES})
    assert [
        "Nobody that its template does not declare" in d.summary for d in report.diagnostics
    ] == [True]
    assert "pass" not in {v.outcome.value for v in report.verdicts}


def test_templates_in_place_may_turn_on_a_condition(tmp_path: Path) -> None:
    """The text of a stack set: two templates, each under its condition."""
    top = (
        OPEN + "Resources:\n  Members:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n"
    )
    top += "      TemplateBody: !If\n        - Full\n"
    for text in (FULL, SMALL):
        top += "        - |\n" + textwrap.indent(text, " " * 10)
    report = scan(tmp_path, {"top.yaml": top})
    assert report.diagnostics == ()
    assert trails(report) == {
        "Members/[1]/Trail": (True, WHEN),
        "Members/[2]/Trail": (False, "parameter Kind is not full"),
    }


@pytest.mark.parametrize(
    ("argument", "names"),
    [
        ('template_body = var.kind == "full" ? file("full.yaml") : file("small.yaml")', "files"),
        ('template_body = file(var.kind == "full" ? "full.yaml" : "small.yaml")', "files"),
        (
            'template_url = "https://b/x/${var.kind == "full" ? "full" : "small"}.yaml"',
            "numbers",
        ),
    ],
)
def test_terraform_may_choose_too(tmp_path: Path, argument: str, names: str) -> None:
    """A variable decides which template a stack is made from."""
    root = f"""
variable "kind" {{ type = string }}
resource "aws_cloudformation_stack" "audit" {{
  name         = "audit"
  capabilities = ["CAPABILITY_IAM"]
  {argument}
}}
"""
    report = scan(tmp_path, {"main.tf": root, **FILES})
    first, second = ("full.yaml", "small.yaml") if names == "files" else ("1", "2")
    assert trails(report) == {
        f"aws_cloudformation_stack.audit/[{first}]/Trail": (True, "var.kind is full"),
        f"aws_cloudformation_stack.audit/[{second}]/Trail": (False, "var.kind is not full"),
    }
