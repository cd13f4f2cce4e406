"""What templates allow their parameters to be, of what other stacks hand down or export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cloudformation.chains import in_json, scan

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report

CHILD = """
Parameters:
  On: {Type: String, %s}
%s
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {S3BucketName: archive, IsLogging: !Ref On}
"""
WORDS = "AllowedValues: ['true', 'false']"


def parent(passed: str, parameters: str = "", sections: str = "", more: str = "") -> str:
    """Return a template that passes one parameter to a stack."""
    return f"""
Parameters: {{Open: {{Type: String{parameters}}}, Kind: {{Type: String}}}}
{sections}
Resources:
  Logs:
    Type: AWS::CloudFormation::Stack
{more}    Properties: {{TemplateURL: child.yaml, Parameters: {{On: {passed}}}}}
"""


def outcome(report: Report) -> tuple[list[str], str]:
    """Return what is reported, and what is said of whether the trail records."""
    (verdict,) = [v for v in report.verdicts if v.rule == "disabled-trail"]
    return [d.summary for d in report.diagnostics], verdict.outcome.value


ONLY_ON = "AllowedValues: ['true']"
KIND = "Conditions: {A: !Equals [!Ref Kind, a]}"
RULE = """
Rules:
  Recording:
    Assertions: [{Assert: !Equals [!Ref On, 'true']}]
"""
REFUSED = ["The value given for parameter On is not allowed"]
CASES: dict[str, tuple[str, str, list[str], str]] = {
    # The parent passes on what nobody gives: the child says what it may be.
    "open, and one word is allowed": (parent("!Ref Open"), CHILD % (ONLY_ON, ""), [], "pass"),
    "open, of two words": (parent("!Ref Open"), CHILD % (WORDS, ""), [], "undecided"),
    "the parent's words, of which the child takes one": (
        parent("!Ref Open", ", AllowedValues: ['true', 'false', other]"),
        CHILD % (ONLY_ON, ""),
        [],
        "pass",
    ),
    "the parent's words, of which the child takes none": (
        parent("!Ref Open", ", AllowedValues: [yes, no]"),
        CHILD % ("AllowedValues: [maybe]", ""),
        REFUSED,
        "undecided",
    ),
    "a pattern": (parent("!Ref Open"), CHILD % ("AllowedPattern: ^(true|TRUE)$", ""), [], "pass"),
    "a rule": (parent("!Ref Open"), CHILD % (WORDS, RULE), [], "pass"),
    "a rule that is broken": (
        parent("'false'"),
        CHILD % (WORDS, RULE),
        ["The rule Recording refuses these parameters"],
        "fail",
    ),
    # What is known is refused at once.
    "a literal that is not allowed": (parent("'no'"), CHILD % (WORDS, ""), REFUSED, "undecided"),
    "a default that is not allowed": (
        parent("!Ref Open", ", Default: 'no'"),
        CHILD % (WORDS, ""),
        REFUSED,
        "undecided",
    ),
    "too short": (parent("'true'"), CHILD % ("MinLength: 5", ""), REFUSED, "undecided"),
    "too long": (parent("'true'"), CHILD % ("MaxLength: 3", ""), REFUSED, "undecided"),
    "longer than it may be, whatever the rest is": (
        parent("!Sub 'too-long-${Open}'"),
        CHILD % ("MaxLength: 3", ""),
        REFUSED,
        "undecided",
    ),
    "of other words, whatever the rest is": (
        parent("!Sub 'x-${Open}'"),
        CHILD % (WORDS, ""),
        REFUSED,
        "undecided",
    ),
    # Where a condition decides, the branch that is refused is none.
    "one branch is refused": (
        parent("!If [A, 'true', 'no']", sections=KIND),
        CHILD % (WORDS, ""),
        [],
        "pass",
    ),
    "the good branch is refused": (
        parent("!If [A, 'yes', 'false']", sections=KIND),
        CHILD % (WORDS, ""),
        [],
        "fail",
    ),
    "every branch is refused": (
        parent("!If [A, 'yes', 'no']", sections=KIND),
        CHILD % (WORDS, ""),
        ["Whatever parameter On is given is not allowed"],
        "undecided",
    ),
    "a stack that may not be there": (
        parent("!Ref Open", sections=KIND, more="    Condition: A\n"),
        CHILD % (ONLY_ON, ""),
        [],
        "pass",
    ),
    "a stack that is refused where it is there": (
        parent("'no'", sections=KIND, more="    Condition: A\n")
        + "  Trail:\n    Type: AWS::CloudTrail::Trail\n"
        + "    Properties: {S3BucketName: b, IsLogging: !If [A, 'false', 'true']}\n",
        (CHILD % (WORDS, ""))
        .replace("AWS::CloudTrail::Trail", "AWS::S3::Bucket")
        .replace("S3BucketName: archive, IsLogging", "BucketName"),
        [],
        "pass",
    ),
    "a list": (
        parent("'true,no'"),
        CHILD.replace("String", "CommaDelimitedList").replace("!Ref On", "!Select [0, !Ref On]")
        % (WORDS, ""),
        REFUSED,
        "undecided",
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", ["yaml", "json"])
def test_a_child_says_what_it_takes(tmp_path: Path, case: str, language: str) -> None:
    """What CloudFormation refuses of a nested stack is not deployed, with all around it."""
    top, child, said, expected = CASES[case]
    files: dict[str, object] = {"top.yaml": top, "child.yaml": child}
    if language == "json":
        files = {"top.yaml": in_json(top), "child.yaml": in_json(child)}
    assert outcome(scan(tmp_path, files)) == (said, expected)


EXPORTS = """
Parameters: {Days: {Type: Number, %s}, On: {Type: String, %s}}
Resources:
  Group: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: !Ref Days}}
Outputs:
  Arn: {Value: !GetAtt Group.Arn, Export: {Name: audit-arn}}
  On: {Value: !Ref On, Export: {Name: audit-on}}
"""
IMPORTS = """
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: archive
      IsLogging: !ImportValue audit-on
      CloudWatchLogsLogGroupArn: !ImportValue audit-arn
"""


@pytest.mark.parametrize(
    ("days", "on", "said", "expected"),
    [
        ("MinValue: 400", ONLY_ON, [], ("pass", "pass")),
        ("MaxValue: 90", WORDS, [], ("undecided", "fail")),
        ("MinValue: 1", WORDS, [], ("undecided", "undecided")),
        (
            "MinValue: 400, Default: 30",
            ONLY_ON,
            ["The default of parameter Days is not allowed"],
            ("undecided", "undecided"),
        ),
        (
            "Default: 400",
            "Default: 'true', AllowedValues: ['false']",
            ["The default of parameter On is not allowed"],
            ("undecided", "undecided"),
        ),
    ],
)
def test_what_is_imported_keeps_its_bounds(
    tmp_path: Path, days: str, on: str, said: list[str], expected: tuple[str, str]
) -> None:
    """The exporting stack is deployed first, with parameters that it allows, or not at all."""
    report = scan(tmp_path, {"audit.yaml": EXPORTS % (days, on), "trail.yaml": IMPORTS})
    outcomes = {v.rule: v.outcome.value for v in report.verdicts}
    assert [d.summary for d in report.diagnostics] == said
    assert (outcomes["disabled-trail"], outcomes["short-retention"]) == expected


@pytest.mark.parametrize(
    ("variable", "outcome_"),
    [
        ('default = "true"', "pass"),
        ("", "pass"),
        ('default = "no"', "undecided"),
    ],
)
def test_terraform_hands_down_what_the_template_takes(
    tmp_path: Path, variable: str, outcome_: str
) -> None:
    """The bounds of a template hold for what Terraform passes."""
    root = f"""
variable "on" {{
  type = string
  {variable}
}}
resource "aws_cloudformation_stack" "audit" {{
  name          = "audit"
  template_body = file("child.yaml")
  parameters    = {{ On = var.on }}
}}
"""
    report = scan(tmp_path, {"main.tf": root, "child.yaml": CHILD % (ONLY_ON, "")})
    assert outcome(report)[1] == outcome_
