"""Parameter files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import trailcheck
from trailcheck import cli
from trailcheck.cloudformation.given import read_parameters
from trailcheck.config import Config
from trailcheck.errors import UsageError
from trailcheck.settings import parameter

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "document",
    [
        [{"ParameterKey": "Days", "ParameterValue": "400"}],
        {"Parameters": {"Days": "400"}},
        {"Days": 400},
        ["Days=400"],
        ["ParameterKey=Days,ParameterValue=400"],
        {"StackName": "s", "Parameters": [{"ParameterKey": "Days", "ParameterValue": "400"}]},
        {"template-file-path": "t.yaml", "parameters": {"Days": "400"}, "tags": {}},
    ],
)
def test_every_shape_that_tools_write_is_read(tmp_path: Path, document: object) -> None:
    """The CLI's list, CodePipeline's object, a plain object and `deploy`'s list say the same."""
    file = tmp_path / "parameters.json"
    file.write_text(json.dumps(document))
    assert read_parameters(str(file)) == {"Days": "400"}


def test_booleans_and_lists_become_the_text_that_cloudformation_takes(tmp_path: Path) -> None:
    """A boolean is lower-case text; a list is joined by commas."""
    file = tmp_path / "parameters.json"
    file.write_text('\ufeff{"On": true, "Names": ["a", "b"]}')
    assert read_parameters(str(file)) == {"On": "true", "Names": "a,b"}


@pytest.mark.parametrize("text", ["", "{", "3", '[{"Key": "a"}]', '{"a": {"b": 1}}'])
def test_what_is_no_parameter_file_is_a_usage_error(tmp_path: Path, text: str) -> None:
    """A file that gives no parameters is refused by name, never ignored."""
    file = tmp_path / "parameters.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"parameters\.json"):
        read_parameters(str(file))
    with pytest.raises(UsageError, match="cannot be read"):
        read_parameters(str(tmp_path / "nowhere.json"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.yaml", "Days: 400\nAccount: 012345678901\nNames: [a, b c]\n"),
        (
            "p.yml",
            "Parameters:\n  Days: '400'\n  Account: 012345678901\n  Names: a,b c\nTags: {}\n",
        ),
        (
            "samconfig.toml",
            (
                "version = 0.1\n[dev.deploy.parameters]\nparameter_overrides = 'Days=1'\n"
                "[default.deploy.parameters]\nstack_name = 's'\n"
                "parameter_overrides = 'Days=400 Account=012345678901 Names=\"a,b c\"'\n"
            ),
        ),
        (
            "samconfig.toml",
            (
                "[prod.global.parameters]\n"
                "parameter_overrides = ['Days=400', 'Account=012345678901', 'Names=a,b c']\n"
            ),
        ),
        (
            "samconfig.yaml",
            (
                "default:\n  deploy:\n    parameters:\n      parameter_overrides:\n"
                "        - Days=400\n        - Account=012345678901\n        - Names=a,b c\n"
            ),
        ),
    ],
)
def test_files_of_other_tools(tmp_path: Path, name: str, text: str) -> None:
    """YAML of maps, rain's and SAM's configurations; account numbers keep their zeros."""
    (tmp_path / name).write_text(text)
    expected = {"Days": "400", "Account": "012345678901", "Names": "a,b c"}
    assert read_parameters(str(tmp_path / name)) == expected


TWO = (
    "[dev.deploy.parameters]\nparameter_overrides = 'Days=1'\n"
    "[prod.global.parameters]\nparameter_overrides = 'Days=400'\n"
)


def test_what_the_deployed_stack_has_is_not_in_the_file(tmp_path: Path) -> None:
    """UsePreviousValue is known by name, so that no default stands in for it."""
    rows = [
        {"ParameterKey": "Days", "ParameterValue": "400"},
        {"ParameterKey": "Env", "UsePreviousValue": True},
        {"ParameterKey": "On", "UsePreviousValue": "true"},
        {"ParameterKey": "Off", "UsePreviousValue": False, "ParameterValue": "x"},
    ]
    file = tmp_path / "p.json"
    file.write_text(json.dumps(rows))
    expected = {"Days": "400", "Env": None, "On": None, "Off": "x"}
    assert read_parameters(str(file)) == expected


@pytest.mark.parametrize("given", ["ParameterKey=On,UsePreviousValue=true", "p.json"])
def test_a_value_that_is_kept_is_unknown(tmp_path: Path, given: str) -> None:
    """The default says nothing of it; what the template allows does, and `needs` names it."""
    template = """
Parameters:
  On: {Type: String, Default: 'true', AllowedValues: ['true', 'false']}
Resources:
  T: {Type: AWS::CloudTrail::Trail, Properties: {S3BucketName: b, IsLogging: !Ref On}}
"""
    (tmp_path / "t.yaml").write_text(template)
    (tmp_path / "p.json").write_text('[{"ParameterKey": "On", "UsePreviousValue": true}]')
    pairs, _ = parameter(given)
    files = () if pairs else (str(tmp_path / given),)
    config = Config(parameters=tuple(pairs), parameter_files=files)
    report = trailcheck.scan([str(tmp_path / "t.yaml")], config)
    (verdict,) = [v for v in report.verdicts if v.rule == "disabled-trail"]
    assert (verdict.outcome.value, verdict.needs) == ("undecided", ("parameter On",))
    assert verdict.message.startswith("when parameter On is false, ")


@pytest.mark.parametrize(("environment", "days"), [("dev", "1"), ("prod", "400")])
def test_an_environment_of_a_samconfig_may_be_named(
    tmp_path: Path, environment: str, days: str
) -> None:
    """Behind a number sign."""
    (tmp_path / "samconfig.toml").write_text(TWO)
    assert read_parameters(f"{tmp_path}/samconfig.toml#{environment}") == {"Days": days}
    with pytest.raises(UsageError, match="no parameters for test: it has them for dev, prod"):
        read_parameters(f"{tmp_path}/samconfig.toml#test")


def test_a_samconfig_may_name_a_file(tmp_path: Path) -> None:
    """`file://` beside other parameters; a circle of files ends."""
    (tmp_path / "samconfig.toml").write_text(
        "[default.deploy.parameters]\nparameter_overrides = 'file://more.yaml Days=400'\n"
    )
    (tmp_path / "more.yaml").write_text("Days: 7\nEnv: prod\n")
    assert read_parameters(f"{tmp_path}/samconfig.toml") == {"Days": "400", "Env": "prod"}
    (tmp_path / "more.yaml").write_text("- file://more.yaml\n")
    with pytest.raises(UsageError, match=r"more\.yaml:1: a row has no ParameterKey"):
        read_parameters(f"{tmp_path}/samconfig.toml")


def test_words_behind_parameters(tmp_path: Path) -> None:
    """Parameters are taken until a word is none: that one is a path."""
    (tmp_path / "t.yaml").write_text(
        "Parameters: {On: {Type: String}, B: {Type: String}}\nResources:\n  T:\n"
        "    Type: AWS::CloudTrail::Trail\n"
        "    Properties: {S3BucketName: !Ref B, IsLogging: !Ref On}\n"
    )
    path = str(tmp_path / "t.yaml")
    for command in (
        ["--parameters", "On=true", "B=b", path],
        [path, "--parameters", "On=true", "B=b"],
        [path, "--parameters", "On=true B=b"],
        ["--parameters", "On=true", "--parameters", "B=b", "--", path],
    ):
        assert cli.main(["scan", "-f", "json", *command]) == 1
    assert cli.main(["scan", path, "--parameters", "On=true", "C=c"]) == 2


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        (
            "p.json",
            '[\n  {"ParameterKey": "A", "ParameterValue": "1"},\n  {"Key": "B"}]',
            ":3: a row",
        ),
        ("p.json", '{\n  "A": "1",\n  "B": {"c": 1}}', ":3: the value of B is not text"),
        ("p.yaml", "Parameters:\n  A: 1\n  B:\n    c: 1\n", ":3: the value of B is not text"),
        ("p.yaml", "Parameters:\n- ParameterKey: A\n  ParameterValue: {}\n", ":3: the value of A"),
        ("p.json", '[\n  "A=1",\n  "b c"\n]', ":3: a row has no ParameterKey"),
        ("p.json", '{"A": 1,\n}', ":2: It is not JSON"),
        (
            "samconfig.toml",
            (
                "[a.deploy.parameters]\nparameter_overrides = 'X=1'\n"
                "[b.deploy.parameters]\nparameter_overrides = 'X=2'\n"
            ),
            "environments: a, b",
        ),
        ("samconfig.toml", "x = ", "is not TOML"),
        ("samconfig.toml", "[a.deploy.parameters]\nparameter_overrides = 'X=\"1'\n", "quote"),
        ("p.yaml", "A: 1\nA: 2\n", "set twice"),
    ],
)
def test_what_is_ambiguous_is_a_usage_error(tmp_path: Path, name: str, text: str, why: str) -> None:
    """Environments without a default, values set twice, and broken files are told."""
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=why):
        read_parameters(str(tmp_path / name))
