"""Exports and imports: which export is meant, what comes with it, what counts for the importer."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudformation.chains import chains, judged, parts, scan, taken_apart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailcheck.result import Report

NETWORK = """
Parameters: {Env: {Type: String%s}, Days: {Type: Number, Default: 400}}
Conditions: {Kept: !Equals [!Ref Env, prod]}
Resources:
  Group: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: !Ref Days}}
Outputs:
  GroupArn: {Value: !GetAtt Group.Arn, Export: {Name: %s}%s}
"""
TRAIL = """
Parameters: {Network: {Type: String%s}, Env: {Type: String}}
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: archive
      IsLogging: true
      CloudWatchLogsLogGroupArn: {"Fn::ImportValue": %s}
"""


def network(name: str, more: str = "", default: str = "") -> str:
    """Return a template that exports its group under a name."""
    return NETWORK % (f", Default: {default}" if default else "", name, more)


def trail(name: str, default: str = "") -> str:
    """Return a template whose trail delivers to what it imports."""
    return TRAIL % (f", Default: {default}" if default else "", name)


def group(report: Report) -> tuple[str, str | None]:
    """Return the state and address of the log group of the one trail."""
    (found,) = report.trails
    assert found.root == "trail.yaml"
    return found.facts.log_group.state, found.facts.log_group.address


@pytest.mark.parametrize(
    ("exported", "imported", "stack", "joined", "assumed"),
    [
        ("audit-group", "audit-group", "", True, False),
        ("!Sub 'group-${AWS::Region}'", "!Sub 'group-${AWS::Region}'", "", True, False),
        ("!Join [':', [audit, group]]", "!Sub '${Network}:group'", "audit", True, False),
        ("!Sub '${AWS::StackName}-GroupArn'", "!Sub '${Network}-GroupArn'", "", True, True),
        ("!Sub '${AWS::StackName}-GroupArn'", "!Sub '${Network}-GroupArn'", "audit", True, True),
        ("!Sub '${AWS::StackName}-GroupArn'", "audit-GroupArn", "", True, True),
        ("audit-GroupArn", "!Sub '${Network}-GroupArn'", "", True, True),
        ("!Sub '${Env}:GroupArn'", "!Sub '${Env}:GroupArn'", "", True, True),
        ("!Sub '${AWS::StackName}-GroupArn'", "-GroupArn", "", False, False),
        ("!Sub '${AWS::StackName}-GroupArn'", "!Sub '${Network}-OtherArn'", "", False, False),
        ("!Sub '${AWS::StackName}-GroupArn'", "!Ref Network", "", False, False),
        ("!Sub '${AWS::StackName}-'", "!Sub '${Network}-'", "", False, False),
        ("audit-group", "audit-groups", "", False, False),
    ],
)
def test_names_are_compared_as_values(  # noqa: PLR0913, PLR0917 - one column each
    tmp_path: Path,
    exported: str,
    imported: str,
    stack: str,
    joined: bool,  # noqa: FBT001 - data
    assumed: bool,  # noqa: FBT001 - data
) -> None:
    """Literals must agree; an unknown part may name a stack, which is assumed and said."""
    files = {"network.yaml": network(exported), "trail.yaml": trail(imported, stack)}
    report = scan(tmp_path, files)
    expected = ("linked", "network.yaml//Group") if joined else ("unknown", None)
    assert group(report) == expected
    said = [a for a in report.assumptions if "is the output GroupArn of network.yaml" in a]
    assert bool(said) == assumed
    assert bool(report.skipped) != joined


def test_two_exports_of_one_name_are_no_answer(tmp_path: Path) -> None:
    """The link is undecided, and the reason names both."""
    files = {f"{name}/network.yaml": network("!Sub '${AWS::StackName}-Arn'") for name in "ab"}
    report = scan(tmp_path, files | {"trail.yaml": trail("!Sub '${Network}-Arn'")})
    assert group(report) == ("unknown", None)
    reason = report.trails[0].facts.log_group.reason or ""
    assert "2 exports may be meant, in a/network.yaml, b/network.yaml" in reason


def test_an_exact_name_goes_before_a_likely_one(tmp_path: Path) -> None:
    """What is surely meant leaves no doubt."""
    files = {
        "network.yaml": network("audit-Arn"),
        "other.yaml": network("!Sub '${AWS::StackName}-Arn'"),
        "trail.yaml": trail("audit-Arn"),
    }
    assert group(scan(tmp_path, files)) == ("linked", "network.yaml//Group")


@pytest.mark.parametrize(
    ("environment", "outcome"), [("prod", "pass"), ("dev", "fail"), ("", "undecided")]
)
def test_conditions_of_outputs_count(tmp_path: Path, environment: str, outcome: str) -> None:
    """An output that is not created exports nothing."""
    files = {
        "network.yaml": network("group", ", Condition: Kept", environment),
        "trail.yaml": trail("group"),
    }
    report = scan(tmp_path, files)
    verdict = next(v for v in report.verdicts if v.rule == "dangling-log-group")
    assert verdict.outcome.value == outcome
    if not environment:
        assert any("network.yaml//parameter Env" in need for need in verdict.needs)


def test_unknowns_of_two_roots_are_not_one(tmp_path: Path) -> None:
    """A parameter of the same name in both templates may be given two values."""
    exported = network("group").replace("!GetAtt Group.Arn", "!Ref Env")
    imported = trail("group").replace("S3BucketName: archive", "S3BucketName: !Ref Env")
    report = scan(tmp_path, {"network.yaml": exported, "trail.yaml": imported})
    needs = {need for v in report.verdicts for need in v.needs}
    assert "network.yaml//parameter Env" in needs


def test_exports_of_nested_stacks_count(tmp_path: Path) -> None:
    """On either side: the exporter is nested in another root, and the importer in its own."""
    nested = (
        "Resources:\n  %s: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s%s}}\n"
    )
    passed = ", Parameters: {Env: x, Days: 7}"
    files = {
        "network/top.yaml": nested % ("Net", "net.yaml", passed),
        "network/net.yaml": network("group"),
        "trail.yaml": nested % ("Logs", "sub/logs.yaml", ", Parameters: {Env: x, Network: y}"),
        "sub/logs.yaml": trail("group"),
    }
    report = scan(tmp_path, files)
    assert group(report) == ("linked", "network/top.yaml//Net/Group")
    assert report.trails[0].facts.retention_days == 7


def test_what_cannot_be_read_of_the_exporter_passes_nothing(tmp_path: Path) -> None:
    """A macro may change the group that is imported."""
    files = {"network.yaml": "Transform: Mine\n" + network("group"), "trail.yaml": trail("group")}
    report = scan(tmp_path, files)
    assert "pass" not in {v.outcome.value for v in report.verdicts}
    assert [d.path for d in report.diagnostics] == ["network.yaml"]


def test_circles_of_imports_end(tmp_path: Path) -> None:
    """Two stacks cannot wait for each other; that is said, and nothing passes of it."""
    first = network("one").replace("!GetAtt Group.Arn", "!ImportValue two")
    second = network("two").replace("!GetAtt Group.Arn", "!ImportValue one")
    files = {"a.yaml": first, "b.yaml": second, "trail.yaml": trail("one")}
    report = scan(tmp_path, files)
    assert any("It refers to itself" in d.summary for d in report.diagnostics)
    assert "pass" not in {v.outcome.value for v in report.verdicts if v.rule.endswith("log-group")}


def test_alarms_in_a_stack_that_imports_the_group(tmp_path: Path) -> None:
    """What watches a group may stand in another template, which imports its name."""
    watched = (
        trail("x").replace('{"Fn::ImportValue": x}', "!GetAtt Group.Arn")
        + """\
  Group: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 400}}
Outputs:
  GroupName: {Value: !Ref Group, Export: {Name: !Sub "${AWS::StackName}-GroupName"}}
"""
    )
    alarms = """
Parameters: {TrailStack: {Type: String}}
Resources:
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: {"Fn::ImportValue": !Sub "${TrailStack}-GroupName"}
      FilterPattern: "{ $.eventName = StopLogging }"
      MetricTransformations: [{MetricName: a, MetricNamespace: b, MetricValue: "1"}]
"""
    files = {"trail.yaml": watched, "alarms.yaml": alarms}
    report = scan(tmp_path, files)
    outcomes = {v.rule: v.outcome.value for v in report.verdicts}
    assert outcomes["unwatched-log-group"] == "pass"
    alone = scan(tmp_path, {}, "trail.yaml")
    outcomes = {v.rule: v.outcome.value for v in alone.verdicts}
    assert outcomes["unwatched-log-group"] == "fail"


def test_outputs_asked_for_by_the_name_of_a_stack_are_unknown(tmp_path: Path) -> None:
    """No template says what its stack is called."""
    asked = trail("x").replace(
        '{"Fn::ImportValue": x}', "{'Fn::GetStackOutput': {StackName: audit, OutputName: Group}}"
    )
    report = scan(tmp_path, {"trail.yaml": asked})
    assert group(report) == ("unknown", None)
    assert "output Group of the stack audit" in {n for v in report.verdicts for n in v.needs}


def test_what_is_skipped_changes_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search for words only saves work."""
    files = {
        "network.yaml": network("!Sub '${AWS::StackName}-Arn'"),
        "nested/top.yaml": "Resources: {N: {Type: AWS::CloudFormation::Stack, "
        "Properties: {TemplateURL: trail.yaml, Parameters: {Env: a, Network: !Ref AWS::Region}}}}",
        "nested/trail.yaml": trail("!Sub '${Network}-Arn'"),
        "trail.yaml": trail("!Sub '${Network}-Arn'"),
        "bucket.yaml": "Resources: {Bucket: {Type: AWS::S3::Bucket}}",
        "import.yaml": "Resources: {B: {Type: AWS::S3::Bucket, "
        "Properties: {BucketName: {'Fn::ImportValue': x}}}}",
    }
    before = scan(tmp_path, files)

    for module in ("sniff", "stacks.roots", "stacks.exports"):
        found = sys.modules[f"trailcheck.cloudformation.{module}"]
        monkeypatch.setattr(found, "may_say", lambda *_: True)
    after = scan(tmp_path, {})
    assert len(before.trails) == 2
    assert [t.facts for t in before.trails] == [t.facts for t in after.trails]
    assert before.diagnostics == after.diagnostics == ()
    outcomes = [[(v.rule, v.trail, v.outcome) for v in r.verdicts] for r in (before, after)]
    assert outcomes[0] == outcomes[1]


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=120)
@given(st.data())
def test_a_stack_taken_apart_is_judged_the_same(data: st.DataObject) -> None:
    """Any chain, with its resources spread over stacks that export and import."""
    template = data.draw(chains())
    template["Parameters"]["Env"]["Default"] = data.draw(st.sampled_from(("prod", "dev")))
    template["Parameters"]["On"].setdefault("Default", "true")
    part_of = data.draw(parts(template))

    def cross(_asking: int, _having: int, name: str, _node: dict[str, Any]) -> dict[str, Any]:
        return {"Fn::ImportValue": {"Fn::Sub": f"${{AWS::Region}}:{name}"}}

    files: Mapping[str, Any] = {
        f"part{part}.json": content
        for part, content in taken_apart(template, part_of, cross).items()
    }
    for content in files.values():
        for name, output in content["Outputs"].items():
            output["Export"] = {"Name": {"Fn::Sub": f"${{AWS::Region}}:{name}"}}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as several:
        whole = scan(Path(one), {"top.json": template})
        apart = scan(Path(several), files)
    assert judged(apart) == judged(whole)
