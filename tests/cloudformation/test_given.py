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
