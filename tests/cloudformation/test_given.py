"""Parameter files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from trailcheck.cloudformation.given import read_parameters
from trailcheck.errors import UsageError

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
        [
            {"ParameterKey": "Days", "ParameterValue": "400"},
            {"ParameterKey": "Env", "UsePreviousValue": True},
        ],
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


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
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
