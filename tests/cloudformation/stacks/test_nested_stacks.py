"""Nested stacks: what goes down, what comes up, which templates are roots, what is out of reach."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cloudformation.chains import chains, judged, parts, scan, taken_apart

if TYPE_CHECKING:
    from trailcheck.result import Report

TRAIL = """
Parameters:
  On: {Type: String, Default: "true"}
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {S3BucketName: archive, IsLogging: !Ref On}
"""


def parent(properties: str, more: str = "", sections: str = "") -> str:
    """Return a template that nests one stack."""
    return f"""
{sections}
Resources:
  Logs:
    Type: AWS::CloudFormation::Stack
    {more}
    Properties: {properties}
"""


def trails(report: Report) -> list[tuple[str, str]]:
    """Return every trail's root and address."""
    return [(trail.root, trail.address) for trail in report.trails]


def logging(report: Report) -> list[bool | None]:
    """Return whether each trail records."""
    return [trail.facts.logging for trail in report.trails]


def test_a_child_is_judged_with_what_its_parent_passes(tmp_path: Path) -> None:
    """Its own default says that the trail records; the parent says that it does not."""
    top = parent("{TemplateURL: trail.yaml, Parameters: {On: 'false'}}")
    report = scan(tmp_path, {"top.yaml": top, "trail.yaml": TRAIL})
    assert trails(report) == [("top.yaml", "Logs/Trail")]
    assert logging(report) == [False]
    verdict = next(v for v in report.verdicts if v.rule == "disabled-trail")
    assert {e.span.source.path for e in verdict.evidence} == {"top.yaml", "trail.yaml"}
    assert any("On, as Logs is given it" in e.note for e in verdict.evidence)


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        ("{}", True),
        ("{On: !Ref AWS::NoValue}", True),
        ("{On: false}", False),
        ("{On: !Ref Mine}", False),
        ("{On: !Ref Open}", None),
        ("{On: !If [Never, 'false', !Ref AWS::NoValue]}", True),
        ("!If [Never, !Ref AWS::NoValue, {On: 'false'}]", False),
        ("{On: !Select [1, !Ref Several]}", False),
    ],
)
def test_parameters_are_values(tmp_path: Path, passed: str, expected: bool | None) -> None:  # noqa: FBT001 - data
    """References, choices and unknowns of the parent survive; what is not passed has defaults."""
    sections = (
        "Parameters: {Mine: {Type: String, Default: 'false'}, Open: {Type: String}, "
        "Several: {Type: CommaDelimitedList, Default: 'true, false'}}\n"
        "Conditions: {Never: !Equals [a, b]}"
    )
    top = parent(f"{{TemplateURL: trail.yaml, Parameters: {passed}}}", sections=sections)
    report = scan(tmp_path, {"top.yaml": top, "trail.yaml": TRAIL})
    assert report.diagnostics == ()
    assert logging(report) == [expected]


def test_lists_are_joined_with_commas(tmp_path: Path) -> None:
    """A list goes down as text, and is a list again where the child's parameter is one."""
    child = TRAIL.replace('{Type: String, Default: "true"}', "{Type: CommaDelimitedList}")
    child = child.replace("!Ref On", "!Select [1, !Ref On]")
    passed = "{TemplateURL: trail.yaml, Parameters: {On: [x, 'false']}}"
    report = scan(tmp_path, {"top.yaml": parent(passed), "trail.yaml": child})
    assert logging(report) == [False]


@pytest.mark.parametrize(
    ("child", "passed", "said"),
    [
        (
            TRAIL,
            "{Off: 'true'}",
            "Logs is given a parameter Off that its template does not declare",
        ),
        (
            TRAIL.replace(', Default: "true"', ""),
            "{}",
            "Logs is not given the parameter On that its template requires",
        ),
    ],
)
def test_what_cloudformation_refuses_never_passes(
    tmp_path: Path, child: str, passed: str, said: str
) -> None:
    """A stack that cannot be created delivers nothing."""
    top = parent(f"{{TemplateURL: trail.yaml, Parameters: {passed}}}")
    report = scan(tmp_path, {"top.yaml": top, "trail.yaml": child})
    assert [d.summary for d in report.diagnostics] == [said]
    assert "pass" not in {v.outcome.value for v in report.verdicts}


def test_stacks_of_one_template_share_nothing(tmp_path: Path) -> None:
    """Each has its own addresses; an unknown of the parent is the same in both."""
    top = """
Parameters: {Open: {Type: String}}
Resources:
  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: trail.yaml}}
  B:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: trail.yaml, Parameters: {On: "false"}}
  C: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: deeper/middle.yaml}}
"""
    middle = parent("{TemplateURL: ../trail.yaml, Parameters: {On: !Ref AWS::StackName}}")
    files = {"top.yaml": top, "deeper/middle.yaml": middle, "trail.yaml": TRAIL}
    report = scan(tmp_path, files)
    addresses = [address for _, address in trails(report)]
    assert addresses == ["A/Trail", "B/Trail", "C/Logs/Trail"]
    assert logging(report) == [True, False, None]
    needs = {need for v in report.verdicts if v.trail == "C/Logs/Trail" for need in v.needs}
    assert "C/AWS::StackName" in needs


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("!Equals [a, b]", []), ("!Equals [a, a]", [True]), ("!Equals [!Ref Open, a]", [None])],
)
def test_resources_exist_where_their_stack_does(
    tmp_path: Path, condition: str, expected: list[bool | None]
) -> None:
    """What a false condition rules out is neither listed nor a root of its own."""
    sections = f"Parameters: {{Open: {{Type: String}}}}\nConditions: {{Is: {condition}}}"
    top = parent("{TemplateURL: trail.yaml}", "Condition: Is", sections)
    report = scan(tmp_path, {"top.yaml": top, "trail.yaml": TRAIL})
    assert [trail.exists for trail in report.trails] == expected


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("trail.yaml", True),
        ("./trail.yaml", True),
        ("https://s3.amazonaws.com/bucket/v1/templates/trail.yaml", True),
        ("!Sub 'https://${B}.s3.${AWS::Region}.${AWS::URLSuffix}/${P}templates/trail.yaml'", True),
        ("!Sub 'https://${B}.s3.amazonaws.com/${P}trail.yaml?versionId=${P}'", False),
        ("!Sub 'https://${B}.s3.amazonaws.com/${P}trail.yaml?versionId=1'", True),
        ("!Join ['/', [!Sub 'https://${B}.s3.amazonaws.com', !Ref P, templates/trail.yaml]]", True),
        ("!If [Is, 'https://a.s3.amazonaws.com/trail.yaml', 'https://b/c/trail.yaml']", True),
        ("!Sub 'https://${B}.s3.amazonaws.com/submodules/other/templates/trail.yaml'", False),
        ("https://s3.amazonaws.com/bucket/main.yaml", False),
        ("!Ref P", False),
        ("../other/trail.yaml", False),
        ("/etc/passwd", False),
    ],
)
def test_where_a_template_is(tmp_path: Path, url: str, found: bool) -> None:  # noqa: FBT001 - data
    """A path beside the parent, or the one file that a URL ends in, and then it is assumed."""
    sections = (
        "Parameters: {B: {Type: String}, P: {Type: String}}\nConditions: {Is: !Equals [!Ref B, b]}"
    )
    top = parent(f"{{TemplateURL: {url}}}", sections=sections)
    files = {"templates/top.yaml": top, "templates/trail.yaml": TRAIL, "main.yaml": "Resources: {}"}
    report = scan(tmp_path, files)
    root = "templates/top.yaml" if found else "templates/trail.yaml"
    assert trails(report) == [(root, "Logs/Trail" if found else "Trail")]
    assumed = [a for a in report.assumptions if "in this repository" in a]
    assert bool(assumed) == (found and "http" in url)
    assert not assumed or assumed[0].endswith("is templates/trail.yaml in this repository")


def test_the_nearest_of_several_files_is_taken(tmp_path: Path) -> None:
    """A URL's tail is looked for from the parent's directory upwards first."""
    url = "https://s3.amazonaws.com/bucket/sub/trail.yaml"
    other = TRAIL.replace("true", "false")
    files = {
        "a/top.yaml": parent(f"{{TemplateURL: {url}}}"),
        "a/sub/trail.yaml": TRAIL,
        "b/sub/trail.yaml": other,
    }
    report = scan(tmp_path, files)
    assert trails(report) == [("a/top.yaml", "Logs/Trail"), ("b/sub/trail.yaml", "Trail")]


def test_one_of_several_files_is_not_guessed(tmp_path: Path) -> None:
    """Which one is meant is not known: each is a root, and the parent's stack is not read."""
    url = "https://s3.amazonaws.com/bucket/cloudtrail.yaml"
    files: dict[str, object] = {"top/top.yaml": parent(f"{{TemplateURL: {url}}}")}
    files |= {f"{name}/cloudtrail.yaml": TRAIL for name in ("a", "b")}
    report = scan(tmp_path, files)
    assert trails(report) == [("a/cloudtrail.yaml", "Trail"), ("b/cloudtrail.yaml", "Trail")]
    (found,) = report.diagnostics
    assert found.summary == "Logs may create a trail that was not read"
    assert "any of 2 files here: a/cloudtrail.yaml, b/cloudtrail.yaml" in found.detail


@pytest.mark.parametrize(
    ("type_name", "properties", "unread"),
    [
        ("CloudFormation::Stack", "{TemplateURL: 'https://x/trail.yaml'}", 0),
        ("CloudFormation::Stack", "{TemplateURL: 'https://x/cloudtrail.yaml'}", 1),
        ("CloudFormation::Stack", "{TemplateURL: 'https://x/cloudtrail-bucket.yaml'}", 0),
        (
            "CloudFormation::Stack",
            "{TemplateURL: !Sub 'https://${AWS::Region}.s3.a/${AWS::Region}v/cloudtrail'}",
            1,
        ),
        (
            "CloudFormation::Stack",
            "{TemplateURL: !Join ['', ['https://a.s3/', !Ref AWS::Region, b/trail]]}",
            0,
        ),
        ("Serverless::Application", "{Location: {ApplicationId: trail}}", 0),
        ("Serverless::Application", "{Location: {ApplicationId: cloudtrail}}", 1),
        ("Serverless::Application", "{Parameters: {CloudTrailName: x}, Location: {Id: x}}", 1),
    ],
)
def test_what_may_hide_a_trail_is_said(
    tmp_path: Path, type_name: str, properties: str, unread: int
) -> None:
    """A root must not look like one without a trail when its trail may be out of reach."""
    declared = f"{{Type: AWS::{type_name}, Properties: {properties}}}"
    report = scan(tmp_path, {"top.yaml": f"Resources:\n  Nested: {declared}\n"})
    assert [d.impact.value for d in report.diagnostics] == ["unread"] * unread


def test_a_guess_that_its_parameters_deny_is_dropped(tmp_path: Path) -> None:
    """The file that a URL ends in is another one: the rest of the tree is judged without it."""
    top = parent("{TemplateURL: trail.yaml}") + (
        "  Rules:\n    Type: AWS::CloudFormation::Stack\n"
        "    Properties: {TemplateURL: 'https://x/v2/rules.yaml', Parameters: {New: a}}\n"
    )
    rules = "# about AWS::CloudTrail::Trail\nResources: {}"
    files = {"top.yaml": top, "trail.yaml": TRAIL, "rules.yaml": rules}
    report = scan(tmp_path, files)
    assert logging(report) == [True]
    assert report.diagnostics == ()
    assert not any("rules.yaml" in each for each in report.assumptions)
    local = top.replace("https://x/v2/", "")
    report = scan(tmp_path, files | {"top.yaml": local})
    assert "pass" not in {v.outcome.value for v in report.verdicts}


def test_outputs_of_what_is_not_read_are_unknown(tmp_path: Path) -> None:
    """The link is undecided and names the stack that it comes from."""
    top = (
        parent("{TemplateURL: 'https://x/logs.yaml'}")
        + """\
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: b
      IsLogging: true
      CloudWatchLogsLogGroupArn: !GetAtt Logs.Outputs.GroupArn
"""
    )
    report = scan(tmp_path, {"top.yaml": top})
    assert report.trails[0].facts.log_group.state == "unknown"
    assert "Logs.Outputs.GroupArn" in {need for v in report.verdicts for need in v.needs}


@pytest.mark.parametrize(
    ("passed", "outcome"),
    [
        ("{R: !Ref Role}", "undecided"),
        ("{R: [!Ref Role]}", "undecided"),
        ("{RoleName: delivery}", "undecided"),
        ("{R: other}", "pass"),
        ("{RoleName: other}", "pass"),
    ],
)
@pytest.mark.parametrize("name", ["", "RoleName: delivery, "])
def test_roles_given_to_what_is_not_read(
    tmp_path: Path, passed: str, outcome: str, name: str
) -> None:
    """It may attach a policy with a Deny to them."""
    top = (
        parent(f"{{TemplateURL: 'https://x/more.yaml', Parameters: {passed}}}")
        + f"""\
  Group: {{Type: AWS::Logs::LogGroup}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      {{{name}AssumeRolePolicyDocument: {{}}}}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: b
      IsLogging: true
      CloudWatchLogsLogGroupArn: !GetAtt Group.Arn
      CloudWatchLogsRoleArn: !GetAtt Role.Arn
"""
    )
    report = scan(tmp_path, {"top.yaml": top})
    found = next(v for v in report.verdicts if v.rule == "denied-delivery")
    if passed == "{RoleName: delivery}" and not name:
        outcome = "pass"  # a generated name never is one that somebody wrote
    assert found.outcome.value == outcome
    assert (outcome == "undecided") == ("Logs" in found.needs)


def test_assets_of_the_cdk(tmp_path: Path) -> None:
    """The metadata says which file of the assembly the template is."""
    declared = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Sub": "https://x/${AWS::Region}/0123abc.json"}},
        "Metadata": {
            "aws:asset:path": "TopLogs.nested.template.json",
            "aws:asset:property": "TemplateURL",
        },
    }
    files = {
        "cdk.out/Top.template.json": {"Resources": {"Logs": declared}},
        "cdk.out/TopLogs.nested.template.json": TRAIL,
    }
    report = scan(tmp_path, files)
    assert trails(report) == [("cdk.out/Top.template.json", "Logs/Trail")]
    assert not any("in this repository" in each for each in report.assumptions)


def test_sam_applications_are_stacks(tmp_path: Path) -> None:
    """A Location that is a path names a template."""
    top = "Transform: AWS::Serverless-2016-10-31\n" + parent("{Location: ./trail.yaml}").replace(
        "CloudFormation::Stack", "Serverless::Application"
    )
    report = scan(tmp_path, {"top.yaml": top, "trail.yaml": TRAIL})
    assert trails(report) == [("top.yaml", "Logs/Trail")]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", True),
        ('parameters = { Off = "false" }', True),
        ('parameters = { On = "false" }', None),
        ('parameters = { "On" = "false" }', None),
        ("parameters = var.parameters", None),
    ],
)
def test_what_terraform_may_pass_is_no_default(
    tmp_path: Path,
    arguments: str,
    expected: bool | None,  # noqa: FBT001 - data
) -> None:
    """A template that Terraform may deploy is not judged at defaults that it may override."""
    deploying = f"""
resource "aws_cloudformation_stack" "audit" {{
  name          = "audit"
  template_body = file("${{var.folder}}/trail.yaml")
  {arguments}
}}
"""
    report = scan(tmp_path, {"main.tf": deploying, "trail.yaml": TRAIL, "other.yaml": TRAIL})
    assert [(t.root, t.facts.logging) for t in report.trails] == [
        ("other.yaml", True),
        ("trail.yaml", expected),
    ]


def test_which_templates_are_roots(tmp_path: Path) -> None:
    """A nested template is judged where it is nested, and by itself if the caller names it."""
    files = {"top.yaml": parent("{TemplateURL: sub/trail.yaml}"), "sub/trail.yaml": TRAIL}
    nested, alone = ("top.yaml", "Logs/Trail"), ("sub/trail.yaml", "Trail")
    assert trails(scan(tmp_path, files)) == [nested]
    assert trails(scan(tmp_path, {}, "top.yaml")) == [nested]
    assert trails(scan(tmp_path, {}, "sub")) == [alone]
    assert trails(scan(tmp_path, {}, "sub/trail.yaml")) == [alone]
    assert trails(scan(tmp_path, {}, ".", "sub/trail.yaml")) == [alone, nested]
    (tmp_path / "top.yaml").write_text("Resources: [\n")
    assert trails(scan(tmp_path, {})) == [alone]


@pytest.mark.parametrize("first", ["trail.yaml", "self.yaml"])
def test_circles_end(tmp_path: Path, first: str) -> None:
    """Templates that nest each other are said to do so, and their trails are still listed."""
    circle = "  Again: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s}}\n"
    files = {
        "self.yaml": TRAIL + circle % first,
        "trail.yaml": TRAIL + circle % "self.yaml",
    }
    report = scan(tmp_path, files)
    assert {path for path, _ in trails(report)} <= {"self.yaml", "trail.yaml"}
    assert any("nests a template in itself" in d.summary for d in report.diagnostics)
    assert "pass" not in {v.outcome.value for v in report.verdicts}


def test_what_is_read_is_not_counted_as_skipped(tmp_path: Path) -> None:
    """Parents and children without a trail are read where they lead to one."""
    plain = "Resources: {Bucket: {Type: AWS::S3::Bucket}}\n"
    top = parent("{TemplateURL: trail.yaml}") + (
        "  Other: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: bucket.yaml}}\n"
    )
    files = {"top.yaml": top, "trail.yaml": TRAIL, "bucket.yaml": plain, "apart.yaml": plain}
    report = scan(tmp_path, files)
    assert [(s.reason, s.examples) for s in report.skipped] == [("no trail in it", ("apart.yaml",))]


def test_a_parent_in_escapes_is_read(tmp_path: Path) -> None:
    """The search in bytes may only err towards yes."""
    top = json.dumps({"Resources": {"Logs": {"Type": "XX", "Properties": {"TemplateURL": "YY"}}}})
    top = top.replace("XX", "AWS::CloudForm\\u0061tion::Stack").replace("YY", "tr\\u0061il.yaml")
    report = scan(tmp_path, {"top.json": top, "trail.yaml": TRAIL})
    assert trails(report) == [("top.json", "Logs/Trail")]


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)
@given(st.data())
def test_a_stack_taken_apart_is_judged_the_same(data: st.DataObject) -> None:
    """Any chain, with its resources spread over a parent and two nested stacks."""
    template = data.draw(chains())
    part_of = data.draw(parts(template))
    passed: dict[int, dict[str, Any]] = {1: {}, 2: {}}
    declared: dict[int, list[str]] = {1: [], 2: []}

    def cross(asking: int, having: int, name: str, node: dict[str, Any]) -> dict[str, Any]:
        there = {"Fn::GetAtt": [f"Stack{having}", f"Outputs.{name}"]} if having else node
        if not asking:
            return there
        passed[asking][name] = there
        declared[asking].append(name)
        return {"Ref": name}

    split = taken_apart(template, part_of, cross)
    top = split[0]
    files: dict[str, object] = {"top.json": top}
    own = {name: {"Ref": name} for name in template["Parameters"]}
    for part in sorted(set(split) - {0}):
        for name in declared[part]:
            split[part]["Parameters"][name] = {"Type": "String"}
        files[f"part{part}.json"] = split[part]
        top["Resources"][f"Stack{part}"] = {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": f"part{part}.json", "Parameters": own | passed[part]},
        }
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as several:
        whole = scan(Path(one), {"top.json": template})
        apart = scan(Path(several), files)
    # Parts that ask each other for something wait for each other: nothing is deployed.
    assume(not any(d.summary.startswith("Circular dependency") for d in apart.diagnostics))
    assert judged(apart) == judged(whole)


@pytest.mark.parametrize(
    ("file", "passed", "outcome"),
    [
        ("more", "{Arn: !GetAtt Role.Arn}", "undecided"),
        ("permissions", "{Arns: [!GetAtt Role.Arn]}", "undecided"),
        ("lambda", "{Arn: !GetAtt Role.Arn}", "fail"),
        ("more", "{Arn: !GetAtt Group.Arn}", "fail"),
        ("more", "{Arn: !Sub '${Role.Arn}'}", "undecided"),
    ],
)
def test_a_stack_that_gets_the_arn_may_grant(
    tmp_path: Path, file: str, passed: str, outcome: str
) -> None:
    """What is not read may take the name out of a role's ARN, unless it only uses the role."""
    top = (
        parent(f"{{TemplateURL: 'https://x/{file}.yaml', Parameters: {passed}}}")
        + """\
  Group: {Type: AWS::Logs::LogGroup}
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: b
      IsLogging: true
      CloudWatchLogsLogGroupArn: !GetAtt Group.Arn
      CloudWatchLogsRoleArn: !GetAtt Role.Arn
"""
    )
    report = scan(tmp_path, {"top.yaml": top})
    said = {v.rule: v for v in report.verdicts}
    assert said["unwritable-log-group"].outcome.value == outcome
    assert said["denied-delivery"].outcome.value == "pass"
    assert (outcome == "undecided") == ("Logs" in said["unwritable-log-group"].needs)


def test_nested_text_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Templates are read up to a size in all, and what is beyond is said to be left out."""
    monkeypatch.setattr("trailcheck.cloudformation.stacks.stack.MOST_TEXT", 300)
    stacks = "".join(
        f"  S{n}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: c.yaml}}}}\n"
        for n in range(9)
    )
    files = {"p.yaml": f"Resources:\n{stacks}", "c.yaml": TRAIL}
    assert {problem.summary for problem in scan(tmp_path, files).diagnostics} == {
        "There are too many nested stacks"
    }
