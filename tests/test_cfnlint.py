"""trailcheck's rules in cfn-lint, by the real command line of cfn-lint."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trailcheck import catalogue
from trailcheck.graph import Dialect

pytest.importorskip("cfnlint", reason="the extra `cfn` is not installed")

ROOT = Path(__file__).parent.parent
COMMAND = Path(sys.executable).parent / "cfn-lint"
BROKEN = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Days: {Type: Number, Default: 30}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Group:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: !Ref Days
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: ec2.amazonaws.com}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: write
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: "*"
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: !Ref Bucket
      CloudWatchLogsLogGroupArn: !GetAtt Group.Arn
      CloudWatchLogsRoleArn: !GetAtt Role.Arn
      IsMultiRegionTrail: true
      EnableLogFileValidation: true
"""
TRUST = "E9612"
RETENTION = "E9610"
UNWATCHED = "E9618"


UNDECIDED = BROKEN.replace("Parameters:", "Parameters:\n  RoleArn: {Type: String}").replace(
    "!GetAtt Role.Arn", "!Ref RoleArn"
)
IGNORED = "Metadata: {cfn-lint: {config: {ignore_checks: [E9612]}}}\n"
TEMPLATES = {
    "broken.yaml": BROKEN,
    "none.yaml": "Resources: {T: {Type: AWS::SNS::Topic}}",
    "undecided.yaml": UNDECIDED,
    "ignored-whole.yaml": IGNORED + BROKEN,
    "ignored-role.yaml": BROKEN.replace("  Role:\n", f"  Role:\n    {IGNORED}"),
    "ignored-group.yaml": BROKEN.replace(
        "  Group:\n", f"  Group:\n    {IGNORED.replace(TRUST, RETENTION)}"
    ),
    "slip.yaml": BROKEN.replace("CloudWatchLogsLogGroupArn", "CloudWatchLogsLogGroupARN"),
    "set/settings.yaml": BROKEN,
}

Found = dict[str, tuple[int, str]]
"""Our matches by id: the line and the words."""


def run(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run cfn-lint with our rules appended."""
    paths = os.pathsep.join((str(ROOT / "scanner"), str(ROOT / "rules")))
    return subprocess.run(
        [COMMAND, "--append-rules", "trailcheck.cfnlint", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=cwd,
        input=stdin,
        env={"PATH": os.environ["PATH"], "HOME": str(cwd), "PYTHONPATH": paths},
    )


def lint(folder: Path, *options: str) -> dict[str, Found]:
    """Return what our rules say about each template; none of them may crash."""
    done = run("--format", "json", *options, cwd=folder)
    found: dict[str, Found] = {}
    for match in json.loads(done.stdout or "[]"):
        assert match["Rule"]["Id"] != "E0002", match
        if match["Rule"]["Id"][1:3] == "96":
            line = match["Location"]["Start"]["LineNumber"]
            of_file = found.setdefault(match["Filename"], {})
            of_file[match["Rule"]["Id"]] = (line, match["Message"])
    return found


def as_json(text: str) -> str:
    """Return a template of the tests as JSON."""
    import yaml

    plain = text.replace("!Ref Days", '{"Ref": "Days"}').replace("!Ref Bucket", '{"Ref": "Bucket"}')
    for name in ("Group", "Role"):
        plain = plain.replace(f"!GetAtt {name}.Arn", f'{{"Fn::GetAtt": ["{name}", "Arn"]}}')
    return json.dumps(yaml.safe_load(plain), indent=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with all templates of the tests."""
    top = tmp_path_factory.mktemp("templates")
    for name, text in {**TEMPLATES, "broken.json": as_json(BROKEN)}.items():
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_text(text)
    settings = 'ignore = ["unassumable-role"]\nmin-retention = 30\n'
    (top / "set" / ".trailcheck.toml").write_text(settings)
    shutil.copytree(ROOT / "fixtures" / "stacks" / "whole-cloudformation", top / "whole")
    return top


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, Found]:
    """Return what one run over all of them says, what is informational included."""
    names = [
        str(p.relative_to(folder)) for p in folder.rglob("*") if p.suffix in (".yaml", ".json")
    ]
    return lint(folder, "-c", "I", "-t", *names)


def test_failures_stand_at_their_evidence(found: dict[str, Found]) -> None:
    """Each rule has its id, and the place of the first evidence, as `trailcheck scan` shows it."""
    broken = found["broken.yaml"]
    assert set(broken) == {TRUST, RETENTION, UNWATCHED}
    assert broken[TRUST][0] == 17
    assert broken[TRUST][1].endswith("[unassumable-role]")
    assert broken[RETENTION][1].startswith("Group keeps its records 30 days, less than")


def test_json_templates_are_read_too(found: dict[str, Found]) -> None:
    """The same findings, at the lines of the JSON."""
    broken = found["broken.json"]
    assert set(broken) == {TRUST, RETENTION, UNWATCHED}
    assert "ec2.amazonaws.com" in as_json(BROKEN).splitlines()[broken[TRUST][0] - 1]


def test_a_template_that_holds_has_no_match(found: dict[str, Found]) -> None:
    """Nothing that passes is shown, whatever is included; nor is anything without a trail."""
    assert not any(name.startswith("whole/") for name in found)
    assert "none.yaml" not in found


def test_what_is_undecided_is_informational(found: dict[str, Found]) -> None:
    """A role that only the caller knows; it is said what would settle it."""
    assert {"I9604", "I9608"} <= set(found["undecided.yaml"])
    assert "supply parameter RoleArn" in found["undecided.yaml"]["I9604"][1]


@pytest.mark.parametrize("name", ["ignored-whole.yaml", "ignored-role.yaml"])
def test_metadata_suppresses(name: str, found: dict[str, Found]) -> None:
    """In the template's own metadata, and in that of the resource at the place."""
    assert set(found[name]) == {RETENTION, UNWATCHED}


def test_a_place_outside_of_the_resources_is_suppressed_at_the_subject(
    found: dict[str, Found],
) -> None:
    """The retention is a parameter's default; the group is what is judged."""
    assert set(found["ignored-group.yaml"]) == {TRUST, UNWATCHED}


def test_settings_beside_the_template_count(found: dict[str, Found]) -> None:
    """`.trailcheck.toml` holds for cfn-lint as for a scan."""
    assert set(found["set/settings.yaml"]) == {UNWATCHED}


def test_what_is_not_understood_is_told_at_its_place(found: dict[str, Found]) -> None:
    """A slip in a property's name keeps everything from passing."""
    line, message = found["slip.yaml"]["E9600"]
    assert TEMPLATES["slip.yaml"].splitlines()[line - 1].endswith("ARN: !GetAtt Group.Arn")
    assert "Did you mean CloudWatchLogsLogGroupArn?" in message


def test_options_are_those_of_a_scan(folder: Path) -> None:
    """Checks are ignored by option; retention and profile are options of the rule for reading."""
    options = ("E9600:min_retention=14", "E9600:profile=integration")
    found = lint(folder, "-x", *options, "-t", "broken.yaml", "undecided.yaml")
    assert found == {"broken.yaml": found["broken.yaml"]}
    assert set(found["broken.yaml"]) == {TRUST}
    assert not lint(folder, "-x", *options, "-i", TRUST, "-t", "broken.yaml")


def test_options_that_make_no_sense_are_told(folder: Path) -> None:
    """As a match: cfn-lint goes on with its own rules."""
    (found,) = lint(folder, "-x", "E9600:min_retention=soon", "-t", "broken.yaml").values()
    assert set(found) == {"E9600"}
    assert "'soon' is not a retention period" in found["E9600"][1]


def test_parameters_of_cfn_lint_count(folder: Path) -> None:
    """One set of parameters decides, as on our own command line."""
    found = lint(folder, "-t", "broken.yaml", "--parameters", "Days=400")
    assert set(found["broken.yaml"]) == {TRUST, UNWATCHED}


def test_standard_input_is_judged_by_resource(tmp_path: Path) -> None:
    """cfn-lint has read it already: the places are those of the resources."""
    done = run("--format", "parseable", cwd=tmp_path, stdin=BROKEN)
    places = {line.split(":")[5]: line.split(":")[1] for line in done.stdout.splitlines()}
    assert places[TRUST] == "10"
    assert places[RETENTION] == "6"


def test_the_output_in_the_documentation_is_a_real_run() -> None:
    """The first console block of docs/cfn-lint.md, as far as it is ours."""
    page = (ROOT / "docs" / "cfn-lint.md").read_text()
    block = page.split("```console\n$ cfn-lint --append-rules trailcheck.cfnlint ", 1)[1]
    arguments, _, rest = block.partition("\n")
    done = run(*arguments.split(), cwd=ROOT)
    ours = [each for each in done.stdout.strip().split("\n\n") if each[1:3] == "96"]
    assert ours == rest.partition("\n```")[0].split("\n\n")


def test_every_rule_for_cloudformation_has_its_ids() -> None:
    """No id is given twice, all are in the range that cfn-lint leaves to others, and documented."""
    from trailcheck import cfnlint as module

    numbers = catalogue.numbers()
    assert len(set(numbers.values())) == len(numbers)
    assert all(9600 < number < 10_000 for number in numbers.values())
    documented = (ROOT / "docs" / "rules.md").read_text()
    for rule in catalogue.rules():
        names = {f"{rule.severity.letter}{numbers[rule.id]}", f"I{numbers[rule.id]}"}
        for name in names:
            assert hasattr(module, name) == (Dialect.CLOUDFORMATION in rule.dialects)
            assert (name in documented) == hasattr(module, name)
            if hasattr(module, name):
                assert getattr(module, name).id == name
