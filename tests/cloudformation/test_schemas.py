"""The table of schemas: generated, and the same as what stands elsewhere."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from trailcheck.cloudformation import measures
from trailcheck.cloudformation.resources import FIELDS, KINDS, NAMES
from trailcheck.cloudformation.schemas import SCHEMAS
from trailcheck.settings import ALLOWED_RETENTION
from trailcheck.value import Known

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"


@pytest.mark.parametrize("script", ["resource_types.py", "schemas.py"])
def test_the_table_is_what_the_script_writes(script: str) -> None:
    """With cfn-lint installed, its schemas of the same day give the same table."""
    done = subprocess.run(
        [sys.executable, SCRIPTS / script, "--check"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_property_that_is_read_is_in_the_table() -> None:
    """Types, properties and names of the reader are CloudFormation's own."""
    for type_name in KINDS:
        properties = SCHEMAS[type_name]["properties"]
        for field in FIELDS[type_name].values():
            assert not field.name or field.name in properties, (type_name, field.name)
        assert type_name not in NAMES or NAMES[type_name] in properties, type_name


def test_defaults_agree() -> None:
    """Where the schema states a default, the reader has the same."""
    compared = 0
    for type_name, fields in FIELDS.items():
        defaults = SCHEMAS[type_name]["defaults"]
        for field in fields.values():
            if field.name in defaults:
                assert isinstance(field.default, Known)
                assert field.default.data == defaults[field.name], (type_name, field.name)
                compared += 1
    assert compared > 3


def test_retention_takes_what_the_settings_know() -> None:
    """The periods of CloudWatch Logs stand in the settings too, which need no templates."""
    assert SCHEMAS["AWS::Logs::LogGroup"]["properties"]["RetentionInDays"] == (
        "integer",
        ALLOWED_RETENTION,
    )


def test_ref_and_attributes_are_those_of_the_user_guide() -> None:
    """A sample of what is documented."""
    assert SCHEMAS["AWS::IAM::Role"]["ref"] == "RoleName"
    assert SCHEMAS["AWS::IAM::ManagedPolicy"]["ref"] == "PolicyArn"
    assert SCHEMAS["AWS::Events::Rule"]["ref"] == "Name"
    assert SCHEMAS["AWS::Logs::LogGroup"]["attributes"] == ("Arn",)
    assert {"TopicArn", "TopicName"} <= set(SCHEMAS["AWS::SNS::Topic"]["attributes"])


def test_no_pattern_takes_long() -> None:
    """Texts that patterns like to try for ever are answered at once."""
    start = time.process_time()
    for type_name, schema in SCHEMAS.items():
        for path in schema["patterns"]:
            for front, end in (("", "!"), ("/", "\n"), ("arn:aws:events:", ":"), ("rate(", "")):
                for often in ("a", "a/", "/", "aws", "1", ".a"):
                    measures.text(type_name, path, "string", (front + often * 256 + end)[:512])
    assert time.process_time() - start < 5
