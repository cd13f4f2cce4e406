"""Pre- and postconditions: what they refuse is not deployed; check blocks only warn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import trailcheck
from terraform.test_circles import CHAIN
from trailcheck.config import Config

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report

LIFECYCLE = 'lifecycle {\n %s {\n condition = %s\n error_message = "no"\n}\n}'
OFF = '"x" == "y"'
ON = 'variable "on" {\n  type = bool\n}\n'


def _scan(folder: Path, text: str) -> Report:
    text = text.replace("ROLE", "aws_iam_role.r.arn", 1)
    (folder / "main.tf").write_text(text, encoding="utf-8")
    return trailcheck.scan([str(folder)], Config(profile="all"))


@pytest.mark.parametrize("place", ["# TRAIL", "# IN_ROLE", "# IN_POLICY"])
@pytest.mark.parametrize("kind", ["precondition", "postcondition"])
def test_what_a_condition_refuses_does_not_pass(tmp_path: Path, place: str, kind: str) -> None:
    """A condition that is false is reported where it is, and the chain is not proven."""
    report = _scan(tmp_path, CHAIN.replace(place, LIFECYCLE % (kind, OFF)))
    (trail,) = report.trails
    (problem,) = report.diagnostics
    assert trail.integrated is None
    assert problem.summary.startswith(f"Terraform would refuse this: a {kind} of aws_")
    assert problem.span is not None
    assert problem.span.text == OFF
    if place == "# TRAIL":
        assert all(v.outcome.value != "pass" for v in report.verdicts)


@pytest.mark.parametrize(
    ("conditions", "integrated"),
    [
        (LIFECYCLE % ("precondition", "var.on"), True),
        (LIFECYCLE % ("precondition", "!var.on"), False),
        (LIFECYCLE % ("precondition", 'aws_iam_role.r.arn != ""'), None),
        (LIFECYCLE % ("precondition", "nofunction(var.on)"), None),
        (LIFECYCLE % ("postcondition", "self.enable_logging"), True),
        ("", None),
    ],
)
def test_open_conditions_rule_worlds_out(
    tmp_path: Path,
    conditions: str,
    integrated: bool | None,  # noqa: FBT001
) -> None:
    """A world in which a precondition is false cannot be deployed."""
    text = CHAIN.replace("# TRAIL", f"enable_logging = var.on\n{conditions}")
    (trail,) = _scan(tmp_path, text + ON).trails
    assert trail.integrated is integrated


def test_conditions_of_what_is_not_there(tmp_path: Path) -> None:
    """A resource demands nothing in the worlds in which it is not created."""
    role = 'resource "aws_iam_role" "x" {\n  count = %s\n  assume_role_policy = ""\n  %s\n}\n'
    refusal = LIFECYCLE % ("precondition", "var.on")
    for count, integrated in (("0", None), ("1", True), ("var.on ? 0 : 1", True)):
        text = CHAIN.replace("# TRAIL", "enable_logging = var.on") + ON + role % (count, refusal)
        (trail,) = _scan(tmp_path, text).trails
        assert trail.integrated is integrated, count


def test_check_blocks_only_warn(tmp_path: Path) -> None:
    """A failed check is a warning of Terraform, and deploys all the same."""
    check = (
        f'check "c" {{\n  assert {{\n    condition = {OFF}\n    error_message = "no"\n  }}\n}}\n'
    )
    report = _scan(tmp_path, CHAIN + check)
    assert (report.trails[0].integrated, report.diagnostics) == (True, ())
