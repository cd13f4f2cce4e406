"""Which provider a root is written for: the ARN of a log group before 3.0 ends in `:*`."""

from __future__ import annotations

import pytest

from terraform.configurations import reader
from trailcheck.terraform.versions import aws_before_3

NEW = 'terraform {\n  required_providers {\n    aws = {\n      version = "%s"\n    }\n  }\n}\n'
OLD = 'provider "aws" {\n  version = "%s"\n}\n'
LOCK = b'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "%s"\n}\n'


@pytest.mark.parametrize("form", [NEW, OLD])
@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("2.70.0", True),
        ("= 2.70.0", True),
        ("~> 2.1", True),
        ("~> 2.1.3", True),
        ("< 3.0", True),
        ("<= 2.9", True),
        (">= 2.0, < 3.0.0", True),
        ("~> 2", False),
        (">= 2.0", False),
        ("< 4.0", False),
        ("~> 5.0", False),
        ("!= 2.0", False),
        ("nonsense", False),
    ],
)
def test_constraints(form: str, constraint: str, expected: bool) -> None:  # noqa: FBT001
    """Only a constraint that admits nothing of 3.0 or later means the old attribute."""
    config = reader({"main.tf": form % constraint}).config_at(".")
    assert config is not None
    assert aws_before_3(None, [config]) is expected


@pytest.mark.parametrize(("version", "expected"), [(b"2.70.0", True), (b"5.1.0", False)])
def test_the_lock_file_decides(version: bytes, expected: bool) -> None:  # noqa: FBT001
    """What is locked is what runs, whatever the constraints admit."""
    config = reader({"main.tf": NEW % "~> 2.1"}).config_at(".")
    assert config is not None
    assert aws_before_3(LOCK % version, [config]) is expected
