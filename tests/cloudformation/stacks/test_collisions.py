"""Names that AWS has once: two resources of one name in what is deployed together."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cloudformation.chains import in_json, scan

if TYPE_CHECKING:
    from trailcheck.result import Report

WHOLE = Path(__file__).parents[3] / "fixtures" / "stacks" / "whole-cloudformation" / "template.yaml"
TEXT = WHOLE.read_text(encoding="utf-8")
GROUP = "/aws/cloudtrail/audit"


def group(name: str, more: str = "") -> str:
    """Return another log group of a name."""
    properties = f"    Properties: {{LogGroupName: {name}}}\n"
    return f"\n  Other:\n    Type: AWS::Logs::LogGroup\n{more}{properties}"


def members(text: str) -> str:
    """Return a stack set that deploys a template."""
    head = "  Members:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n"
    return f"\n{head}      TemplateBody: |\n{textwrap.indent(text, ' ' * 8)}"


def nested(*children: str, sections: str = "") -> str:
    """Return a template that nests stacks with the ids A, B and so on."""
    found = [f"{sections}\nResources:\n"]
    for letter, properties in zip("ABCDEF", children, strict=False):
        found.append(
            f"  {letter}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {properties}\n"
        )
    return "".join(found)


def collided(report: Report) -> list[str]:
    """Return what is said of names that are taken, once."""
    return [d.summary for d in report.diagnostics if "have the same name" in d.summary]


def passes(report: Report) -> bool:
    """Tell whether anything passes."""
    return any(v.outcome.value == "pass" for v in report.verdicts)


SMALL = f"Resources:\n{group(GROUP)}"
NAMED = """
Parameters: {Name: {Type: String}}
Resources:
  Other: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Ref Name}}
"""
ROLE = """
  Second:
    Type: AWS::IAM::Role
    Properties: {RoleName: %s, Path: /x/, AssumeRolePolicyDocument: {}}
"""
WITH_ROLE = TEXT.replace(
    "    Properties:\n      Assume", "    Properties:\n      RoleName: trail-delivery\n      Assume"
)
LOOP = """
  Fn::ForEach::Groups:
    - N
    - [a, b]
    - Kept${N}: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: %s}}
"""

TAKEN: dict[str, dict[str, str]] = {
    "two in one template": {"top.yaml": TEXT + group(GROUP)},
    "the same by a default": {
        "top.yaml": TEXT.replace(
            "Resources:", "  N: {Type: String, Default: /aws/cloudtrail/audit}\nResources:"
        )
        + group("!Ref N")
    },
    "the same by Fn::Sub and Fn::Join": {
        "top.yaml": TEXT.replace(GROUP, '!Sub "/x/${AWS::Region}"')
        + group("!Join [/, ['/x', !Ref AWS::Region]]".replace("['/x'", "['', x"))
    },
    "the same by a parameter that nobody gives": {
        "top.yaml": TEXT.replace("Resources:", "  N: {Type: String}\nResources:").replace(
            GROUP, "!Ref N"
        )
        + group("!Ref N")
    },
    "the same stack's name": {
        "top.yaml": TEXT.replace(GROUP, '!Sub "${AWS::StackName}-x"')
        + group('!Sub "${AWS::StackName}-x"')
    },
    "under a condition that holds": {
        "top.yaml": TEXT.replace("Resources:", "Conditions: {On: !Equals [a, a]}\nResources:")
        + group(GROUP, "    Condition: On\n")
    },
    "a child's against its parent's": {
        "top.yaml": TEXT + nested("{TemplateURL: small.yaml}").split("Resources:\n")[1],
        "small.yaml": SMALL,
    },
    "one child twice": {
        "top.yaml": TEXT.replace(GROUP, "/mine")
        + nested("{TemplateURL: small.yaml}", "{TemplateURL: small.yaml}").split("Resources:\n")[1],
        "small.yaml": SMALL,
    },
    "two children": {
        "top.yaml": nested("{TemplateURL: trail.yaml}", "{TemplateURL: small.yaml}"),
        "trail.yaml": TEXT,
        "small.yaml": SMALL,
    },
    "what a parent passes to two": {
        "top.yaml": nested(
            "{TemplateURL: trail.yaml}",
            "{TemplateURL: named.yaml, Parameters: {Name: !Ref N}}",
            "{TemplateURL: named.yaml, Parameters: {Name: !Ref N}}",
            sections="Parameters: {N: {Type: String}}",
        ),
        "trail.yaml": TEXT,
        "named.yaml": NAMED,
    },
    "cousins": {
        "top.yaml": nested("{TemplateURL: one.yaml}", "{TemplateURL: trail.yaml}"),
        "one.yaml": nested("{TemplateURL: small.yaml}"),
        "trail.yaml": TEXT,
        "small.yaml": SMALL,
    },
    "every turn of a loop": {
        "top.yaml": "Transform: AWS::LanguageExtensions\n" + TEXT + LOOP % "/same",
    },
    "roles, in any case and path": {"top.yaml": WITH_ROLE + ROLE % "Trail-Delivery"},
    "trails": {
        "top.yaml": TEXT
        + "\n  Second:\n    Type: AWS::CloudTrail::Trail\n"
        + "    Properties: {TrailName: audit, S3BucketName: b, IsLogging: true}\n"
    },
    "buckets": {
        "top.yaml": TEXT
        + "\n  B1: {Type: AWS::S3::Bucket, Properties: {BucketName: audit-archive}}"
        + "\n  B2: {Type: AWS::S3::Bucket, Properties: {BucketName: audit-archive}}\n"
    },
    "in one stack set": {"top.yaml": f"Resources:\n{members(TEXT + group(GROUP))}"},
    "a role of the instances and one of theirs": {
        "top.yaml": f"Resources:\n{members(WITH_ROLE + ROLE % 'trail-delivery')}"
    },
}

FREE: dict[str, dict[str, str]] = {
    "other names": {"top.yaml": TEXT + group("/other")},
    "names of groups have case": {"top.yaml": TEXT + group("/AWS/cloudtrail/audit")},
    "a condition that does not hold": {
        "top.yaml": TEXT.replace("Resources:", "Conditions: {On: !Equals [a, b]}\nResources:")
        + group(GROUP, "    Condition: On\n")
    },
    "two stacks' names": {
        "top.yaml": TEXT.replace(GROUP, '!Sub "${AWS::StackName}-x"')
        + nested("{TemplateURL: small.yaml}").split("Resources:\n")[1],
        "small.yaml": SMALL.replace(GROUP, '!Sub "${AWS::StackName}-x"'),
    },
    "two parameters": {
        "top.yaml": TEXT.replace(
            "Resources:", "  N: {Type: String}\n  M: {Type: String}\nResources:"
        ).replace(GROUP, "!Ref N")
        + group("!Ref M")
    },
    "no names": {
        "top.yaml": TEXT.replace(f"LogGroupName: {GROUP}", "Tags: []") + group("!Ref AWS::NoValue")
    },
    "a group of a stack set's instances": {"top.yaml": TEXT + members(SMALL)},
    "two roots": {"top.yaml": TEXT, "other.yaml": TEXT.replace("audit-archive", "b")},
    "a child that is not created": {
        "top.yaml": "Conditions: {No: !Equals [a, b]}\n"
        + TEXT
        + "\n  A:\n    Type: AWS::CloudFormation::Stack\n    Condition: No\n"
        + "    Properties: {TemplateURL: small.yaml}\n",
        "small.yaml": SMALL,
    },
    "names of a loop": {
        "top.yaml": "Transform: AWS::LanguageExtensions\n" + TEXT + LOOP % "!Sub '/own/${N}'",
    },
    "a role and a group": {"top.yaml": WITH_ROLE + group("trail-delivery")},
    "what is not settled": {
        "top.yaml": TEXT.replace(GROUP, "!GetAtt Maker.Name")
        + group("!GetAtt Maker.Other")
        + "\n  Maker: {Type: Custom::Maker, Properties: {ServiceToken: x}}\n"
    },
}


@pytest.mark.parametrize("case", TAKEN)
def test_a_name_that_is_taken_refuses_the_whole_tree(tmp_path: Path, case: str) -> None:
    """CloudFormation creates the first, refuses the second, and rolls both back."""
    report = scan(tmp_path, TAKEN[case])
    assert len(collided(report)) == 1
    assert not passes(report)
    assert [t.integrated for t in report.trails if t.address.endswith("Trail")] == [None]


@pytest.mark.parametrize("case", FREE)
def test_names_that_are_not_surely_one_collide_nowhere(tmp_path: Path, case: str) -> None:
    """Other names, other stacks, other places, and what is never there together."""
    report = scan(tmp_path, FREE[case])
    assert collided(report) == []
    assert passes(report)


@pytest.mark.parametrize("case", [*TAKEN, *FREE])
def test_json_says_the_same(tmp_path: Path, case: str) -> None:
    """The same trees in JSON: the same words."""
    files = TAKEN.get(case) or FREE[case]
    (tmp_path / "yaml").mkdir()
    (tmp_path / "json").mkdir()
    yaml, json = (
        scan(tmp_path / "yaml", files),
        scan(tmp_path / "json", {name: in_json(text) for name, text in files.items()}),
    )
    assert collided(json) == collided(yaml)
    assert [t.integrated for t in json.trails] == [t.integrated for t in yaml.trails]


OPEN = (
    "  Env: {Type: String}\nConditions:\n  A: !Equals [!Ref Env, a]\n  B: !Equals [!Ref Env, b]\n"
)


@pytest.mark.parametrize(
    ("condition", "logging", "integrated"),
    [
        ("A", "!If [A, 'false', 'true']", True),  # where Env is a, nothing is deployed at all
        ("A", "!If [B, 'false', 'true']", None),
        ("B", "'true'", True),
    ],
)
def test_worlds_in_which_a_name_is_taken_are_none(
    tmp_path: Path, condition: str, logging: str, *, integrated: bool | None
) -> None:
    """What is deployed only where a name collides is neither a pass nor a fail."""
    text = TEXT.replace("\nResources:", f"\n{OPEN}\nResources:")
    text = text.replace("IsLogging: true", f"IsLogging: {logging}")
    text += group(GROUP, f"    Condition: {condition}\n")
    report = scan(tmp_path, {"top.yaml": text})
    assert collided(report) == []
    assert [t.integrated for t in report.trails] == [integrated]


def test_groups_that_exclude_each_other_do_not_collide(tmp_path: Path) -> None:
    """One group for each environment, of one name."""
    text = TEXT.replace("\nResources:", f"\n{OPEN}  NotA: !Not [Condition: A]\n\nResources:")
    text = text.replace("  LogGroup:\n", "  LogGroup:\n    Condition: A\n")
    text = text.replace("!GetAtt LogGroup.Arn", "!If [A, !GetAtt LogGroup.Arn, !GetAtt Other.Arn]")
    text = text.replace(":${LogGroup}:", f":{GROUP}:").replace("!Ref LogGroup", GROUP)
    text += group(GROUP, "    Condition: NotA\n").replace("}\n", ", RetentionInDays: 400}\n")
    report = scan(tmp_path, {"top.yaml": text})
    assert report.diagnostics == ()
    assert [t.integrated for t in report.trails] == [True]


def test_many_resources_of_one_name_are_told_once(tmp_path: Path) -> None:
    """Hundreds of groups of one name cost what hundreds of groups cost."""
    names = ",".join(f"n{i}" for i in range(300))
    loop = (LOOP % "/same").replace("[a, b]", f"[{names}]")
    report = scan(tmp_path, {"top.yaml": "Transform: AWS::LanguageExtensions\n" + TEXT + loop})
    assert len(collided(report)) == 1
