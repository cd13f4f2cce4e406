"""Circles of references, which Terraform refuses; each case was compared with Terraform 1.11."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import trailcheck
from trailcheck.config import Config

if TYPE_CHECKING:
    from pathlib import Path

CHAIN = """
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g.arn}:*"
  cloud_watch_logs_role_arn  = ROLE
  # TRAIL
}
resource "aws_cloudwatch_log_group" "g" {
  name = "g"
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole",
    Principal = { Service = "cloudtrail.amazonaws.com" } }] })
  # IN_ROLE
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "logs:*", Resource = "*" }] })
  # IN_POLICY
}
"""
CALL = 'module "m" {\n  source = "./m"\n  %s\n}\n'
PASSED = (
    'variable "trail" {\n  default = ""\n}\nvariable "role" {\n  default = ""\n}\n'
    'output "role" {\n  value = var.role\n}\noutput "trail" {\n  value = var.trail\n}\n'
)
CREATED = PASSED + (
    'resource "aws_iam_role" "x" {\n  assume_role_policy = jsonencode({ Statement = [] })\n'
    "  description = var.trail\n}\n"
)
BOTH = CALL % "trail = aws_cloudtrail.t.arn\n  role = aws_iam_role.r.arn"
THROUGH = "Cycle: module.m.var.%s (expand), module.m.output.%s (expand), aws_cloudtrail.t"
NAME = "description = aws_cloudtrail.t.name"


def _scan(folder: Path, text: str, role: str = "aws_iam_role.r.arn", m: str = "") -> list[str]:
    (folder / "main.tf").write_text(text.replace("ROLE", role, 1), encoding="utf-8")
    if m:
        (folder / "m").mkdir()
        (folder / "m" / "main.tf").write_text(m, encoding="utf-8")
    report = trailcheck.scan([str(folder)], Config(profile="all"))
    (trail,) = report.trails
    circles = [d.summary.partition("refuse this: ")[2] for d in report.diagnostics]
    assert circles == ([trail.when] if trail.when else [])
    assert bool(circles) is (trail.integrated is not True)
    assert not circles or all(v.outcome.value != "pass" for v in report.verdicts)
    return circles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CHAIN, []),
        (CHAIN.replace("# IN_ROLE", NAME), ["Cycle: aws_iam_role.r, aws_cloudtrail.t"]),
        (
            CHAIN.replace("# IN_ROLE", "depends_on = [aws_cloudtrail.t]"),
            ["Cycle: aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (CHAIN.replace("# IN_POLICY", "name = aws_cloudtrail.t.name"), []),
        (CHAIN.replace("# TRAIL", "depends_on = [aws_iam_role_policy.p]"), []),
        (
            CHAIN.replace("# TRAIL", "depends_on = [aws_iam_role_policy.p]").replace(
                "# IN_POLICY", "name = aws_cloudtrail.t.name"
            ),
            ["Cycle: aws_iam_role_policy.p, aws_cloudtrail.t"],
        ),
        (
            CHAIN.replace("# IN_ROLE", "description = local.a")
            + "locals {\n  a = local.b\n  b = aws_cloudtrail.t.name\n}\n",
            ["Cycle: local.b (expand), local.a (expand), aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (
            CHAIN.replace("# IN_ROLE", "description = data.aws_iam_policy_document.d.json")
            + 'data "aws_iam_policy_document" "d" {\n'
            "  statement {\n    resources = [aws_cloudtrail.t.arn]\n  }\n}\n",
            ["Cycle: data.aws_iam_policy_document.d, aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (CHAIN.replace("# IN_ROLE", "lifecycle {\n ignore_changes = [description]\n}"), []),
        (
            CHAIN.replace(
                "# IN_ROLE", "lifecycle {\n replace_triggered_by = [aws_cloudtrail.t]\n}"
            ),
            ["Cycle: aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (
            CHAIN.replace("# IN_ROLE", "description = aws_iam_role.r.name"),
            ["aws_iam_role.r refers to itself"],
        ),
        (CHAIN + "locals {\n  a = [for t in [1] : t]\n  t = local.a\n}\n", []),
    ],
)
def test_circles_of_blocks(tmp_path: Path, text: str, expected: list[str]) -> None:
    """Terraform orders whole blocks: `depends_on` and `count` count, ignored changes do not."""
    assert _scan(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("role", "call", "m", "in_trail", "expected"),
    [
        ("module.m.role", BOTH, PASSED, "", []),
        (
            "values(module.m)[0]",
            BOTH,
            PASSED,
            "",
            [THROUGH % ("trail", "trail")],
        ),
        (
            "module.m.role",
            CALL % "role = aws_iam_role.r.arn\n  depends_on = [aws_cloudtrail.t]",
            PASSED,
            "",
            ["Cycle: module.m.var.role (expand), module.m.output.role (expand), aws_cloudtrail.t"],
        ),
        (
            "module.m[0].role",
            CALL % "role = aws_iam_role.r.arn\n  count = length([aws_cloudtrail.t.name])",
            PASSED,
            "",
            ["Cycle: module.m.var.role (expand), module.m.output.role (expand), aws_cloudtrail.t"],
        ),
        ("aws_iam_role.r.arn", BOTH, CREATED, "", []),
        (
            "aws_iam_role.r.arn",
            BOTH,
            CREATED,
            "depends_on = [module.m]",
            ["Cycle: module.m.var.trail (expand), module.m.aws_iam_role.x, aws_cloudtrail.t"],
        ),
        (
            "aws_iam_role.r.arn",
            CALL % "role = aws_iam_role.r.arn",
            CREATED,
            "depends_on = [module.m]",
            [],
        ),
    ],
)
def test_circles_through_modules(  # noqa: PLR0913, PLR0917 - the parts of a configuration
    tmp_path: Path, role: str, call: str, m: str, in_trail: str, expected: list[str]
) -> None:
    """What goes into a module and out of it is ordered one by one; `depends_on` waits for all."""
    text = CHAIN.replace("# TRAIL", in_trail) + call
    assert _scan(tmp_path, text, role, m) == expected


def test_circles_of_other_things_are_not_looked_for(tmp_path: Path) -> None:
    """What no resource of the kinds on a chain depends on is not read for it."""
    assert _scan(tmp_path, CHAIN + "locals {\n  a = local.b\n  b = local.a\n}\n") == []
