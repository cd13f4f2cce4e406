"""Stack sets: templates in place or in a file, deployed to other accounts and Regions."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from cloudformation.chains import judged, scan

WHOLE = Path(__file__).parents[3] / "fixtures" / "stacks" / "whole-cloudformation" / "template.yaml"
TEXT = WHOLE.read_text(encoding="utf-8")
SHORT = """\
Parameters:
  On: {Type: String, Default: "true"}
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {S3BucketName: archive, IsLogging: !Ref On}
"""


def stack_set(properties: str) -> str:
    """Return a template with one stack set."""
    return (
        "Resources:\n"
        "  Members:\n"
        "    Type: AWS::CloudFormation::StackSet\n"
        "    Properties:\n"
        f"{textwrap.indent(properties, '      ')}\n"
    )


def written(text: str, more: str = "") -> str:
    """Return a template with a stack set whose template is written in place."""
    return stack_set(f"{more}TemplateBody: |\n{textwrap.indent(text, '  ')}")


def test_a_template_in_place_is_judged_like_one_in_a_file(tmp_path: Path) -> None:
    """The same chain, with places in the template around it."""
    for name in ("alone", "set"):
        (tmp_path / name).mkdir()
    alone = scan(tmp_path / "alone", {"t.yaml": TEXT})
    report = scan(tmp_path / "set", {"top.yaml": written(TEXT)})
    assert judged(report) == judged(alone)
    (trail,) = report.trails
    assert (trail.root, trail.address) == ("top.yaml", "Members/Trail")
    assert trail.integrated is True
    assert trail.span.text == "Trail"
    for verdict in report.verdicts:
        for evidence in verdict.evidence:
            assert evidence.span.source is trail.span.source
            assert evidence.note.endswith(", in the template of Members")


@pytest.mark.parametrize(
    "body",
    [
        {"TemplateBody": json.dumps(yaml.safe_load(SHORT.replace("!Ref On", "'false'")))},
        {"TemplateBody": {"Fn::Sub": SHORT.replace("!Ref On", "${Off}")}},
        {
            "TemplateBody": {
                "Fn::ToJsonString": {
                    "Resources": {
                        "Trail": {
                            "Type": "AWS::CloudTrail::Trail",
                            "Properties": {"S3BucketName": "b", "IsLogging": {"Ref": "Off"}},
                        }
                    }
                }
            }
        },
        {
            "TemplateBody": SHORT,
            "Parameters": [{"ParameterKey": "On", "ParameterValue": {"Ref": "Off"}}],
        },
        {
            "TemplateURL": "trail.yaml",
            "Parameters": [{"ParameterKey": "On", "ParameterValue": "false"}],
        },
    ],
)
def test_where_the_template_is_and_what_it_is_given(tmp_path: Path, body: dict[str, Any]) -> None:
    """Text, text with parts, structure, a file; parameters are a list of keys and values."""
    top = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {"Off": {"Type": "String", "Default": "false"}},
        "Resources": {"Members": {"Type": "AWS::CloudFormation::StackSet", "Properties": body}},
    }
    files = {"top.json": top} | ({"trail.yaml": SHORT} if "TemplateURL" in body else {})
    report = scan(tmp_path, files)
    assert report.diagnostics == ()
    assert [(t.root, t.address) for t in report.trails] == [("top.json", "Members/Trail")]
    assert report.trails[0].facts.logging is False


def test_its_account_is_not_the_parents(tmp_path: Path) -> None:
    """A literal account of the administrator says nothing of the members, nor do its conditions."""
    text = SHORT.replace("!Ref On", "!If [Here, true, false]").replace(
        "Resources:",
        "Conditions: {Here: !Equals [!Ref AWS::AccountId, '111122223333']}\nResources:",
    )
    report = scan(tmp_path, {"top.yaml": written(text)})
    assert report.trails[0].facts.logging is None
    verdict = next(v for v in report.verdicts if v.rule == "disabled-trail")
    assert "Members/AWS::AccountId" in verdict.message


def test_a_body_may_have_open_parts(tmp_path: Path) -> None:
    """What `Fn::Sub` puts into the text is a value there: one of the template around."""
    body = "TemplateBody: !Sub |\n" + textwrap.indent(
        SHORT.replace("archive", "x-${AWS::Region}").replace("!Ref On", "${On}"), "  "
    )
    around = stack_set(body) + "Parameters: {On: {Type: String, Default: 'false'}}\n"
    report = scan(tmp_path, {"top.yaml": around})
    assert report.diagnostics == ()
    assert [(t.address, t.facts.logging) for t in report.trails] == [("Members/Trail", False)]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A body that is a parameter is a boundary; a broken one is a diagnostic in the file."""
    body = stack_set("TemplateBody: !Ref Body").replace("Members", "CloudTrail")
    report = scan(
        tmp_path,
        {
            "cloudtrail.yaml": "# AWS::CloudTrail::Trail\nParameters: {Body: {Type: String}}\n"
            + body
        },
    )
    assert [d.summary for d in report.diagnostics] == [
        "CloudTrail may create a trail that was not read"
    ]
    report = scan(
        tmp_path, {"cloudtrail.yaml": written("# AWS::CloudTrail::Trail\nResources: [\n")}
    )
    (found, *_) = report.diagnostics
    assert found.span is not None
    assert found.span.source.path == "cloudtrail.yaml"
    assert found.span.first.line > 4


def test_exports_stay_in_their_account(tmp_path: Path) -> None:
    """What a member account exports is not what the administrator imports."""
    exported = SHORT + "Outputs: {G: {Value: x, Export: {Name: group}}}\n"
    link = "CloudWatchLogsLogGroupArn: {'Fn::ImportValue': group}, IsLogging"
    importing = SHORT.replace("IsLogging", link)
    files = {"top.yaml": written(exported), "trail.yaml": importing}
    states = {t.root: t.facts.log_group.state for t in scan(tmp_path, files).trails}
    assert states == {"top.yaml": "unlinked", "trail.yaml": "unknown"}
