"""Scans of CDK apps: the assembly decides which templates there are and where they go."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from trailcheck import report as report_package
from trailcheck.cli import main
from trailcheck.config import Config
from trailcheck.discover import discover
from trailcheck.errors import Impact
from trailcheck.pipeline import scan
from trailcheck.repository import Repository
from trailcheck.verdict import Outcome

if TYPE_CHECKING:
    from trailcheck.discover import Inventory
    from trailcheck.result import Report, TrailResult

FIXTURES = Path(__file__).parent.parent / "fixtures" / "cdk"
APPS = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return a repository that holds the shipped apps."""
    shutil.copytree(FIXTURES, tmp_path / "apps")
    return tmp_path


def look(work: Path, *paths: str) -> Inventory:
    """Discover what paths in a repository hold."""
    return discover(Repository(str(work)), [str(work / p) for p in paths] or [str(work)])


def reasons(inventory: Inventory) -> dict[str, int]:
    """Return what was left out, and how often."""
    return {skipped.reason: skipped.files for skipped in inventory.left_out}


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("named", ["", "/cdk.out", "/cdk.out/manifest.json"])
def test_an_assembly_is_found_and_named(work: Path, app: str, named: str) -> None:
    """In a walk, by its folder, and by its manifest: the same templates."""
    found = look(work, f"apps/{app}{named}")
    whole = look(work, f"apps/{app}")
    assert (found.templates, found.others) == (whole.templates, whole.others)
    assert len(found.assemblies) == 1
    assert found.diagnostics == ()
    assert reasons(found) == {}


def test_an_app_that_was_not_synthesized_is_not_read(work: Path) -> None:
    """Silence would look like proof; the advice is to run `cdk synth`."""
    shutil.rmtree(work / "apps/python/cdk.out")
    (said,) = look(work).left_out
    assert "run `cdk synth`" in said.reason
    assert said.examples == ("apps/python/cdk.json",)


def test_what_an_earlier_synthesis_left_is_not_judged(work: Path) -> None:
    """The CDK never cleans its folder; templates that no manifest lists are counted."""
    home = work / "apps/typescript/cdk.out"
    shutil.copy(home / "Audit.template.json", home / "Old.template.json")
    found = look(work, "apps/typescript")
    assert not any("Old" in path for path in (*found.templates, *found.others))
    (said,) = found.left_out
    assert "left over" in said.reason
    assert said.examples == ("apps/typescript/cdk.out/Old.template.json",)
    named = look(work, "apps/typescript/cdk.out/Old.template.json")
    assert named.templates == ("apps/typescript/cdk.out/Old.template.json",)


def test_stages_of_an_earlier_synthesis_are_not_judged(work: Path) -> None:
    """A stage that the manifest does not list is left over; named, it is judged."""
    home = work / "apps/typescript/cdk.out"
    shutil.copytree(home / "assembly-Dark", home / "assembly-Old")
    found = look(work, "apps/typescript")
    assert not any("assembly-Old" in path for path in (*found.templates, *found.others))
    (said,) = found.left_out
    assert said.examples == ("apps/typescript/cdk.out/assembly-Old",)
    assert len(look(work, "apps/typescript/cdk.out/assembly-Old").templates) == 1


def test_nothing_is_left_over_where_the_manifest_was_not_understood(work: Path) -> None:
    """What could not be read may list the template."""
    manifest = work / "apps/earlier/cdk.out/manifest.json"
    said = json.loads(manifest.read_text())
    said["artifacts"]["X"] = {"type": "aws:new"}
    del said["artifacts"]["Audit"]
    manifest.write_text(json.dumps(said))
    found = look(work, "apps/earlier")
    assert "apps/earlier/cdk.out/Audit.template.json" in found.templates
    assert len(found.diagnostics) == 1


def test_other_manifests_are_no_assemblies(tmp_path: Path) -> None:
    """A web app has one too."""
    (tmp_path / "manifest.json").write_text('{"name": "app", "version": "1", "artifacts": {}}')
    found = look(tmp_path)
    assert found.assemblies == ()
    assert found.files_seen == 0


def judge(work: Path, app: str, **settings: Any) -> Report:  # noqa: ANN401 - settings of any type
    """Scan an app by the rules of integration."""
    return scan((str(work / "apps" / app),), Config(repository=str(work / "apps"), **settings))


def told(report: Report, trail: TrailResult) -> dict[str, Any]:
    """Return what the report says of a trail, as the golden file has it."""
    chain = [v for v in report.verdicts if (v.root, v.trail) == (trail.root, trail.address)]
    construct = trail.construct
    assert construct is not None
    assert construct.span is not None
    return {
        "root": trail.root,
        "address": trail.address,
        "construct": construct.path,
        "constructed": f"{construct.span.source.path}:{construct.span.first.line}",
        "integrated": trail.integrated,
        "retention": trail.facts.retention_days,
        "fail": sorted({v.rule for v in chain if v.outcome is Outcome.FAIL}),
        "undecided": sorted({v.rule for v in chain if v.outcome is Outcome.UNDECIDED}),
    }


@pytest.mark.parametrize("app", APPS)
def test_apps_are_judged_as_expected(
    work: Path,
    app: str,
    accept: bool,  # noqa: FBT001 - a fixture
) -> None:
    """Every trail of the shipped apps, its construct, and what is wrong with it."""
    report = judge(work, app)
    found = [told(report, trail) for trail in report.trails]
    golden = FIXTURES / app / "expected.json"
    if accept:
        golden.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    assert json.loads(golden.read_text(encoding="utf-8")) == found
    assert report.diagnostics == ()
    assert f"{app}/cdk.out is what its app synthesizes now" in report.assumptions


def test_a_finding_ends_where_the_app_constructs_its_subject(work: Path) -> None:
    """The last place of the chain is in the app, and says so."""
    report = judge(work, "typescript", select=("unlinked-trail",))
    for verdict in report.verdicts:
        assert verdict.construct is not None
        note, span = verdict.evidence[-1]
        assert note == "constructed here"
        assert verdict.construct.span == span
    failed = [v for v in report.verdicts if v.outcome is Outcome.FAIL]
    assert {v.evidence[-1].span.text for v in failed} == {"new cloudtrail.Trail(this, 'Archive');"}


def test_a_template_that_is_named_alone_is_a_stack_of_its_app(work: Path) -> None:
    """The manifest beside it tells where it goes and what it was made from, and no more is read."""
    path = "typescript/cdk.out/AuditInIreland.template.json"
    report, whole = judge(work, path), judge(work, "typescript")
    assert {trail.root for trail in report.trails} == {path}
    assert [told(report, trail) for trail in report.trails] == [
        told(whole, trail) for trail in whole.trails if trail.root == path
    ]
    assert report.diagnostics == ()


def test_a_manifest_that_cannot_be_read_is_said_beside_a_template_named_alone(work: Path) -> None:
    """It may know the template."""
    manifest = work / "apps/earlier/cdk.out/manifest.json"
    manifest.write_text('{"version": "36.0.0", "artifacts": {"a": {"type": "cdk:tree"}}')
    report = judge(work, "earlier/cdk.out/Audit.template.json")
    assert [d.summary for d in report.diagnostics] == ["manifest.json is not JSON"]


def test_errors_of_the_app_let_nothing_pass(work: Path) -> None:
    """The CDK does not deploy a stack that has one; what fails without it still fails."""
    manifest = work / "apps/earlier/cdk.out/manifest.json"
    said = json.loads(manifest.read_text())
    entry = {"type": "aws:cdk:error", "data": "no"}
    said["artifacts"]["Audit"]["metadata"]["/Audit/Trail"] = [entry]
    manifest.write_text(json.dumps(said))
    report = judge(work, "earlier")
    assert [d.impact for d in report.diagnostics] == [Impact.REFUSED]
    assert Outcome.PASS not in {v.outcome for v in report.verdicts}
    assert Outcome.FAIL in {v.outcome for v in report.verdicts}


def test_stacks_nested_in_nested_ones_are_found_among_the_assets(work: Path) -> None:
    """The asset of a template that holds no trail itself leads to the next one."""
    home = work / "apps" / "own" / "cdk.out"
    home.mkdir(parents=True)
    names = ("Top", "Middle", "Trail")
    for name, inner in (("Top", "Middle"), ("Middle", "Trail")):
        url = {"Fn::Sub": f"https://s3.${{AWS::Region}}.amazonaws.com/b/{inner}1.json"}
        nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
        (home / f"{name}.template.json").write_text(json.dumps({"Resources": {"In": nested}}))
    (home / "Trail.template.json").write_text(
        '{"Resources": {"Trail": {"Type": "AWS::CloudTrail::Trail", "Properties": '
        '{"IsLogging": true, "S3BucketName": "b"}}}}'
    )
    files = {
        name: {
            "source": {"path": f"{name}.template.json"},
            "destinations": {"here": {"objectKey": f"{name}1.json"}},
        }
        for name in names
    }
    (home / "Top.assets.json").write_text(json.dumps({"files": files}))
    artifacts = {
        "Top": {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": "Top.template.json"},
        },
        "A": {"type": "cdk:asset-manifest", "properties": {"file": "Top.assets.json"}},
    }
    (home / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": artifacts}))
    (trail,) = judge(work, "own").trails
    assert trail.address == "In/In/Trail"


def test_constructs_of_other_stacks_are_named(work: Path) -> None:
    """What a stack imports keeps its construct."""
    report = judge(work, "typescript", select=("unwatched-log-group",))
    (construct,) = {v.construct for v in report.verdicts if "assembly-Strong" in v.root}
    assert construct is not None
    assert construct.path == "Strong/Logs/Delivery/Group/Resource"


def test_the_traces_of_this_machine_come_before_guesses(work: Path) -> None:
    """A path that lies in the repository is that file, whatever lies beside the assembly."""
    other = work / "apps/typescript/bin/lib"
    shutil.copytree(work / "apps/typescript/lib", other)
    metadata = work / "apps/typescript/cdk.out/Audit.metadata.json"
    metadata.write_text(metadata.read_text().replace("/app/lib/", f"{other}/"))
    report = judge(work, "typescript")
    places = {
        t.construct.span.source.path for t in report.trails if t.construct and t.construct.span
    }
    assert "typescript/bin/lib/audit.ts" in places


def test_the_environment_of_a_stack_wins_and_is_said(work: Path) -> None:
    """The stack is deployed where the app says; another account on the command line is a notice."""
    report = judge(work, "earlier", account="999999999999", region="eu-central-1")
    (said,) = report.diagnostics
    assert said.impact is Impact.NOTICE
    assert said.summary == (
        "The stack Audit is deployed in account 123456789012, not in 999999999999"
    )
    assert said.span is not None
    assert said.span.text == '"environment": "aws://123456789012/eu-central-1"'
    assert judge(work, "earlier", account="123456789012").diagnostics == ()
    assert judge(work, "python", account="999999999999").diagnostics == ()


@pytest.mark.parametrize("name", ["github", "json", "sarif", "text"])
def test_reports_name_constructs(
    work: Path, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The construct path and the place in the app, in every format; addresses stay."""
    monkeypatch.chdir(work / "apps")
    main(["scan", "earlier", "-f", name, "--select", "unlinked-trail", "--repository", "."])
    written = capsys.readouterr().out
    construct = {"path": "Audit/Trail/Resource", "file": "earlier/app.js", "line": 15}
    if name == "text":
        assert "construct Audit/Trail/Resource at earlier/app.js:15" in written
        return
    if name == "github":
        assert "::error file=earlier/app.js,line=15,endLine=15," in written
        assert "(construct Audit/Trail/Resource at earlier/cdk.out/Audit.template.json:" in written
        return
    said = json.loads(written)
    if name == "json":
        root = Path(report_package.__file__).parent
        jsonschema.validate(said, json.loads((root / "report.schema.json").read_text()))
        (verdict,) = [v for v in said["verdicts"] if v["outcome"] == "fail"]
        assert verdict["construct"] == construct
        assert verdict["evidence"][-1]["file"] == "earlier/app.js"
        assert construct in [trail["construct"] for trail in said["trails"]]
        return
    (result,) = said["runs"][0]["results"]
    assert result["properties"]["construct"] == "Audit/Trail/Resource"
    (logical,) = result["locations"][0]["logicalLocations"]
    assert logical["fullyQualifiedName"] == "Trail022F0CF2"
    place = result["relatedLocations"][-1]
    assert place["message"]["text"] == "constructed here"
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "earlier/app.js"


def plain(work: Path, app: str) -> Path:
    """Make plain templates of an app's: what is left when nobody knows of an assembly."""
    home = work / "apps" / app
    for manifest in home.rglob("manifest.json"):
        manifest.unlink()
    return home


@pytest.mark.parametrize("app", APPS)
def test_plain_templates_are_judged_alike(work: Path, app: str) -> None:
    """Where environment and names do not matter, the assembly changes no verdict."""
    whole = judge(work, app)
    plain(work, app)
    alone = judge(work, app)
    expected = {(t.root, t.address): t.integrated for t in whole.trails}
    for trail in alone.trails:
        before = expected.get((trail.root, trail.address))
        if trail.integrated is not None and before is not None:
            assert trail.integrated == before, trail.address


def test_placeholders_keep_everything_from_passing(work: Path) -> None:
    """Nothing is proven by values that were made up."""
    manifest = work / "apps/earlier/cdk.out/manifest.json"
    said = json.loads(manifest.read_text())
    said["missing"] = [{"key": "vpc", "provider": "vpc-provider", "props": {}}]
    manifest.write_text(json.dumps(said))
    report = judge(work, "earlier")
    assert Outcome.PASS not in {v.outcome for v in report.verdicts}
    assert not any(trail.integrated for trail in report.trails)


def test_a_template_that_two_stacks_deploy_differently(work: Path) -> None:
    """Neither account is taken for granted, and nothing passes."""
    manifest = work / "apps/earlier/cdk.out/manifest.json"
    said = json.loads(manifest.read_text())
    copy = json.loads(json.dumps(said["artifacts"]["Audit"]))
    copy["environment"] = "aws://210987654321/eu-central-1"
    said["artifacts"]["Second"] = copy
    manifest.write_text(json.dumps(said))
    report = judge(work, "earlier")
    assert [d.summary for d in report.diagnostics] == [
        "earlier/cdk.out/Audit.template.json is deployed by Audit and by Second"
    ]
    assert Outcome.PASS not in {v.outcome for v in report.verdicts}


def test_parameters_that_the_app_passes(work: Path) -> None:
    """They count as given, and the caller's come before them."""
    home = work / "apps" / "own" / "cdk.out"
    home.mkdir(parents=True)
    template = """{"Parameters": {"Days": {"Type": "Number"}}, "Resources": {
      "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": {"Ref": "Days"}}},
      "Trail": {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": true,
        "S3BucketName": "b", "CloudWatchLogsLogGroupArn": {"Fn::GetAtt": ["Group", "Arn"]}}}}}"""
    (home / "Own.template.json").write_text(template)
    stack = {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": "Own.template.json", "parameters": {"Days": "400"}},
    }
    (home / "manifest.json").write_text(
        json.dumps({"version": "36.0.0", "artifacts": {"Own": stack}})
    )
    assert [t.facts.retention_days for t in judge(work, "own").trails] == [400]
    asked = judge(work, "own", parameters=(("Days", "7"),))
    assert [t.facts.retention_days for t in asked.trails] == [7]


def asking(call: dict[str, Any]) -> str:
    """Return a template whose trail delivers to the output of another stack."""
    return json.dumps(
        {
            "Resources": {
                "Trail": {
                    "Type": "AWS::CloudTrail::Trail",
                    "Properties": {
                        "IsLogging": True,
                        "S3BucketName": "archive",
                        "CloudWatchLogsLogGroupArn": {
                            "Fn::GetStackOutput": {"OutputName": "Group", **call}
                        },
                    },
                }
            }
        }
    )


ANSWERING = """{"Resources": {"Group": {"Type": "AWS::Logs::LogGroup"}},
  "Outputs": {"Group": {"Value": {"Fn::GetAtt": ["Group", "Arn"]}}}}"""
OTHER = "210987654321"


@pytest.mark.parametrize(
    ("call", "stack"),
    [
        ({"StackName": "Logs"}, "Logs"),
        ({"StackName": "Logs", "Region": "eu-west-1"}, "Logs"),
        ({"StackName": "Logs", "RoleArn": f"arn:aws:iam::{OTHER}:role/read"}, "Far"),
        (
            {"StackName": "Logs", "RoleArn": {"Fn::Sub": "arn:${AWS::Partition}:iam::1:role/x"}},
            None,
        ),
        ({"StackName": "Logs", "Region": "us-east-1"}, None),
        ({"StackName": "Other"}, None),
        ({"StackName": {"Ref": "AWS::StackName"}}, None),
    ],
)
def test_outputs_asked_for_by_the_name_of_a_stack(
    work: Path, call: dict[str, Any], stack: str | None
) -> None:
    """The stack of that name in the account and Region that are asked for."""
    home = work / "apps" / "own" / "cdk.out"
    home.mkdir(parents=True)
    (home / "Trail.template.json").write_text(asking(call))
    (home / "Logs.template.json").write_text(ANSWERING)
    (home / "Far.template.json").write_text(ANSWERING)
    artifacts = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://{account}/eu-west-1",
            "properties": {"templateFile": f"{name}.template.json", "stackName": called},
        }
        for name, account, called in (
            ("Trail", "123456789012", "Trail"),
            ("Logs", "123456789012", "Logs"),
            ("Far", OTHER, "Logs"),
        )
    }
    (home / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": artifacts}))
    (trail,) = judge(work, "own").trails
    address = stack and f"own/cdk.out/{stack}.template.json//Group"
    assert trail.facts.log_group.address == address


HANDLER = "CustomCrossRegionExport%sCustomResourceProviderHandler0"


def across(kind: str, said: dict[str, Any], provider: str = HANDLER) -> dict[str, Any]:
    """Return one of the custom resources that take values from one Region to another."""
    token = {"Fn::GetAtt": [provider.replace("%s", kind), "Arn"]}
    properties = {"ServiceToken": token, f"{kind}Props": said}
    return {"Type": f"Custom::CrossRegionExport{kind}", "Properties": properties}


@pytest.mark.parametrize(
    ("region", "provider", "linked"),
    [
        ("us-east-1", HANDLER, True),
        ("us-west-2", HANDLER, False),
        ("us-east-1", "Own", False),
    ],
)
def test_references_between_regions(work: Path, region: str, provider: str, linked: bool) -> None:  # noqa: FBT001
    """What one stack writes for a Region is what a stack there reads; a trail needs more."""
    home = work / "apps" / "own" / "cdk.out"
    home.mkdir(parents=True)
    name = "/cdk/exports/Trail/Group"
    trail = json.loads(asking({}))["Resources"]["Trail"]
    trail["Properties"]["CloudWatchLogsLogGroupArn"] = {"Fn::GetAtt": ["Reader", name]}
    reader = across("Reader", {"region": "us-east-1", "imports": {name: "{{resolve:ssm:x}}"}})
    arn = {"Fn::GetAtt": ["Group", "Arn"]}
    writer = across("Writer", {"region": region, "exports": {name: arn}}, provider)
    group = {"Type": "AWS::Logs::LogGroup"}
    functions = {
        each: {"Type": "AWS::Lambda::Function", "Properties": {}}
        for each in ("Own", HANDLER % "Reader", HANDLER % "Writer")
    }
    for file, resources in (
        ("Trail", {"Trail": trail, "Reader": reader}),
        ("Logs", {"Group": group, "Writer": writer}),
    ):
        text = json.dumps({"Resources": {**resources, **functions}})
        (home / f"{file}.template.json").write_text(text)
    artifacts = {
        file: {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://123456789012/{at}",
            "properties": {"templateFile": f"{file}.template.json"},
        }
        for file, at in (("Trail", "us-east-1"), ("Logs", "eu-west-1"))
    }
    (home / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    report = judge(work, "own")
    (found,) = report.trails
    failed = {v.rule for v in report.verdicts if v.outcome is Outcome.FAIL}
    assert (found.facts.log_group.state == "linked") is linked
    assert ("misplaced-log-group" in failed) is linked
