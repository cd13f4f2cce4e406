"""Outputs that Fn::ForEach makes, of nested stacks and of those that export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cloudformation.chains import in_json, scan

if TYPE_CHECKING:
    from pathlib import Path

CHILD = """
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList%s}}
Resources:
  Fn::ForEach::Groups:
    - N
    - [Short, Long]
    - Group${N}:
        Type: AWS::Logs::LogGroup
        Properties: {LogGroupName: !Sub '/${N}', RetentionInDays: !FindInMap [Days, !Ref N, D]}
Mappings: {Days: {Short: {D: 7}, Long: {D: 400}}}
Outputs:
  Fn::ForEach::Outputs:
    - N
    - !Ref Names
    - Arn${N}:
        Value: !GetAtt
          - !Sub 'Group${N}'
          - Arn
        Export: {Name: !Sub 'audit-${N}'}
"""
TOP = """
Resources:
  Logs: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: archive
      IsLogging: true
      CloudWatchLogsLogGroupArn: %s
"""


@pytest.mark.parametrize(
    ("names", "output", "expected"),
    [
        ("Short,Long", "ArnLong", (["pass"], [])),
        ("Short,Long", "ArnShort", (["fail"], [])),
        ("Short", "ArnLong", ([], ["There is no output ArnLong"])),
    ],
)
@pytest.mark.parametrize("language", ["yaml", "json"])
def test_an_output_that_a_loop_makes(
    tmp_path: Path, names: str, output: str, expected: object, language: str
) -> None:
    """It has its name and value of the turn."""
    files: dict[str, object] = {
        "top.yaml": TOP % f"!GetAtt Logs.Outputs.{output}",
        "child.yaml": CHILD % f", Default: '{names}'",
    }
    if language == "json":
        files = {name: in_json(str(text)) for name, text in files.items()}
    report = scan(tmp_path, files)
    found = [v.outcome.value for v in report.verdicts if v.rule == "short-retention"]
    assert (found, [d.summary for d in report.diagnostics]) == expected


def test_a_loop_that_is_not_settled_leaves_outputs_open(tmp_path: Path) -> None:
    """The output may be there: it is unknown, and nothing is refused."""
    top = (TOP % "!GetAtt Logs.Outputs.ArnLong").replace(
        "child.yaml}", "child.yaml, Parameters: {Names: !Ref Names}}"
    )
    top += "Parameters: {Names: {Type: CommaDelimitedList}}\n"
    report = scan(tmp_path, {"top.yaml": top, "child.yaml": CHILD % ""})
    assert report.diagnostics == ()
    (verdict,) = [v for v in report.verdicts if v.rule == "unlinked-trail"]
    assert verdict.outcome.value == "undecided"
    assert verdict.needs == ("output Logs/ArnLong",)


def test_exports_of_a_loop(tmp_path: Path) -> None:
    """Each turn exports a name of its own."""
    top = TOP.replace("  Logs: {", "  Other: {").replace("child.yaml", "x.yaml")
    top = top.replace(
        "  Other: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x.yaml}}\n", ""
    )
    files = {"child.yaml": CHILD % ", Default: 'Short,Long'"}
    for name, expected in (("Long", "pass"), ("Short", "fail")):
        report = scan(tmp_path, {**files, "top.yaml": top % f"!ImportValue audit-{name}"})
        found = {v.outcome.value for v in report.verdicts if v.rule == "short-retention"}
        assert found == {expected}
