"""What validation blocks demand of a variable that nobody gives settles what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import trailcheck
from terraform.chains import Chain, plain, write

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report

CHAIN = """
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.r.arn
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole",
    Principal = { Service = "cloudtrail.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "logs:*", Resource = "*" }] })
}
"""
PASS, FAIL, UNDECIDED = "pass", "fail", "undecided"
GROUP = (
    'resource "aws_cloudwatch_log_group" "g" {\n  name = "g"\n  retention_in_days = %s\n}\n'
    "locals {\n  ok = [365, 731]\n}\n"
)


def _variable(name: str, conditions: tuple[str, ...], rest: str = "") -> str:
    validations = "".join(
        f'  validation {{\n    condition     = {each}\n    error_message = "no"\n  }}\n'
        for each in conditions
    )
    return f'variable "{name}" {{\n{rest}{validations}}}\n'


def _outcome(folder: Path, text: str, **files: str) -> str:
    for name, said in {"main": text, **files}.items():
        path = folder / (f"{name}.tf" if name == "main" else f"{name}/main.tf")
        path.parent.mkdir(exist_ok=True)
        path.write_text(said, encoding="utf-8")
    return _retention(trailcheck.scan([str(folder)]))


def _retention(report: Report) -> str:
    (found,) = {v.outcome.value for v in report.verdicts if v.rule == "short-retention"}
    return found


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (("contains([365, 731], var.x)",), PASS),
        (("contains([30, 731], var.x)",), UNDECIDED),
        (("contains([30, 60], var.x)",), FAIL),
        (("contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 365, 400], var.x)",), UNDECIDED),
        (("contains([0, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922], var.x)",), PASS),
        (("contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180], var.x)",), FAIL),
        (("contains([1, 30, 365, 731], var.x)", "var.x > 30"), PASS),
        (("contains(local.ok, var.x)",), PASS),
        (('contains(["365", "731"], var.x)',), PASS),
        (("var.x >= 365",), PASS),
        (("365 <= var.x",), PASS),
        (("var.x > 364",), PASS),
        (("var.x > 364.5",), PASS),
        (("var.x > 363",), UNDECIDED),
        (("!(var.x < 365)",), PASS),
        (("var.x >= 364",), UNDECIDED),
        (("var.x >= 90", "var.x >= 365"), PASS),
        (("var.x >= 90 && var.x >= 365",), PASS),
        (("var.x >= 90 || var.x >= 365",), UNDECIDED),
        (("alltrue([var.x >= 365, var.x < 4000])",), PASS),
        (("anytrue([var.x >= 365, var.x == 0])",), PASS),
        (("var.x == 0 || var.x >= 365",), PASS),
        (("var.x == 1 || var.x >= 365",), UNDECIDED),
        (("var.x == 0",), PASS),
        (("var.x < 365",), UNDECIDED),
        (("var.x > 0 && var.x < 365",), FAIL),
        (("var.x == null || var.x >= 365",), PASS),
        (("var.x == null ? true : var.x < 365",), UNDECIDED),
        (("var.x == null ? true : var.x > 0 && var.x < 365",), UNDECIDED),
        (("var.x == null ? true : contains([30, 60], var.x)",), UNDECIDED),
        (("try(var.x > 0 && var.x < 365, true)",), UNDECIDED),
        (("try(var.x > 0 && var.x < 365, false)",), FAIL),
        (("can(var.x >= 365)",), UNDECIDED),
        (("can(tonumber(var.x))",), UNDECIDED),
        (('can(regex("^(365|731)$", var.x))',), PASS),
        (('can(regex("^(30|731)$", var.x))',), UNDECIDED),
        (('can(regex("^365|731$", var.x))',), UNDECIDED),
        (('can(regex("^[0-9]+$", var.x))',), UNDECIDED),
        (("var.x == 365 || var.x == 731",), PASS),
        (("var.x == 365 || var.x == 30",), UNDECIDED),
        (("var.x != 30",), UNDECIDED),
        (("var.x == 365",), PASS),
        (("var.x >= 365 && false",), UNDECIDED),
        (("var.x >= data.external.x.result.days",), UNDECIDED),
        (("nofunction(var.x)",), UNDECIDED),
        ((), UNDECIDED),
    ],
)
def test_retention_limited_by_validation(
    tmp_path: Path, conditions: tuple[str, ...], expected: str
) -> None:
    """Bounds and lists decide; what may be 0 or null may also be kept for ever."""
    text = CHAIN + _variable("x", conditions) + GROUP % "var.x"
    assert _outcome(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("conditions", "expression", "expected"),
    [
        (('contains(["a", "b"], var.x)',), "{ a = 365, b = 731 }[var.x]", PASS),
        (('contains(["a", "b"], var.x)',), "{ a = 30, b = 731 }[var.x]", UNDECIDED),
        (('contains(["a", "b"], var.x)',), "{ a = 365, b = 731, c = 1 }[var.x]", PASS),
        (('contains(["a", "b"], var.x)',), "try({ a = 365 }[var.x], 30)", UNDECIDED),
        (('contains(["a", "b"], var.x)',), "lookup({ a = 365 }, var.x, 30)", UNDECIDED),
        (('contains(["a", "b"], var.x)',), "lookup({ a = 365, b = 400 }, var.x, 30)", PASS),
        ((), "{ a = 365, b = 731 }[var.x]", PASS),
        ((), "lookup({ a = 365, b = 731 }, var.x, 30)", UNDECIDED),
        ((), "try({ a = 365, b = 731 }[var.x], 30)", UNDECIDED),
        (('contains(["b", "c"], var.x)',), 'var.x == "a" ? 30 : 365', PASS),
        (('var.x == "b" || var.x == "c"',), 'var.x == "a" ? 30 : 365', PASS),
        (('var.x == "b" || var.x == "c"',), 'var.x != "a" ? 30 : 365', FAIL),
        (('can(regex("^(b|c)$", var.x))',), 'var.x == "a" ? 30 : 365', PASS),
        (('can(regex("^b", var.x))',), 'var.x == "a" ? 30 : 365', PASS),
        (('can(regex("^a", var.x))',), 'var.x == "a" ? 30 : 365', UNDECIDED),
        (('can(regex("^(b|c)$", var.x))',), 'var.x == "b" ? 400 : var.x == "c" ? 365 : 1', PASS),
        (("length(var.x) > 0",), 'var.x == "" ? 30 : 365', PASS),
        (("length(var.x) > 0",), "var.x == null ? 30 : 365", PASS),
        (('var.x != ""',), "var.x == null ? 30 : 365", UNDECIDED),
        (('var.x != ""',), 'var.x == "" ? 30 : 365', PASS),
        (('startswith(var.x, "arn:")',), 'var.x == "" ? 30 : 365', PASS),
        (('startswith(var.x, "arn:")',), 'startswith(var.x, "arn:") ? 365 : 30', PASS),
        (('startswith(var.x, "arn:")',), 'startswith(var.x, "arn:aws:") ? 365 : 30', UNDECIDED),
        (("var.x",), "var.x ? 365 : 30", PASS),
        (("var.x == true",), "var.x ? 365 : 30", PASS),
        (("!var.x",), "var.x ? 365 : 30", FAIL),
        (("var.x.days >= 365",), "var.x.days", PASS),
        (("contains([365, 731], var.x.days)",), "var.x.days", PASS),
        (("var.x.days >= 365",), "var.x.hours", UNDECIDED),
        (("var.x >= 365",), "var.x - 300", UNDECIDED),
        (("contains([365, 731], var.x)",), "var.x - 300", UNDECIDED),
        (("contains([700, 1031], var.x)",), "var.x - 300", PASS),
        (("var.x >= 365",), "try(var.x, 30)", PASS),
        ((), 'can(regex("^a", var.x)) ? 365 : 30', UNDECIDED),
        ((), "can(var.x.days) ? 365 : 30", UNDECIDED),
        ((), "can(var.x > 3) ? 365 : 30", UNDECIDED),
        ((), "can(var.x) ? 365 : 30", PASS),
    ],
)
def test_what_follows_from_limits(
    tmp_path: Path, conditions: tuple[str, ...], expression: str, expected: str
) -> None:
    """Literals, null, maps and conditionals that a limited variable decides."""
    text = CHAIN + _variable("x", conditions) + GROUP % expression
    assert _outcome(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("rest", "expected"), [("  nullable = false\n", PASS), ("  nullable = true\n", UNDECIDED)]
)
def test_null(tmp_path: Path, rest: str, expected: str) -> None:
    """A caller may give null unless the variable says that it may not."""
    text = CHAIN + _variable("x", (), rest) + GROUP % "var.x == null ? 30 : 365"
    assert _outcome(tmp_path, text) == expected


CALL = 'module "m" {\n  source = "./m"\n%s\n}\n'


@pytest.mark.parametrize(
    ("outer", "call", "inner", "expected"),
    [
        ((), "  x = var.x", ("var.x >= 365",), PASS),
        (("var.x >= 365",), "  x = var.x", (), PASS),
        (("var.x >= 90",), "  x = var.x", ("var.x != 30",), UNDECIDED),
        ((), "  x = var.x == 1 ? 30 : 365", ("var.x >= 365",), PASS),
        ((), "  x = var.x == 1 ? 30 : 365", (), UNDECIDED),
        ((), "  x = var.x + 1", ("var.x >= 365",), PASS),
        ((), "  x = var.x\n  count = var.x > 5 ? 1 : 0", ("var.x >= 365",), PASS),
    ],
)
def test_limits_across_modules(
    tmp_path: Path, outer: tuple[str, ...], call: str, inner: tuple[str, ...], expected: str
) -> None:
    """A module's validations hold for what it is given."""
    child = _variable("x", inner) + CHAIN + GROUP % "var.x"
    assert _outcome(tmp_path, _variable("x", outer) + CALL % call, m=child) == expected


def test_a_module_that_is_not_there_demands_nothing(tmp_path: Path) -> None:
    """Validations of a module count where it is called; beside it a trail may be deployed."""
    child = _variable("x", ("var.x >= 365",)) + 'output "x" {\n  value = var.x\n}\n'
    call = CALL % "  x = var.x\n  count = var.on ? 1 : 0"
    head = _variable("x", ()) + _variable("on", (), "  type = bool\n") + call
    use = "var.on ? module.m[0].x : var.x"
    assert _outcome(tmp_path, head + CHAIN + GROUP % use, m=child) == UNDECIDED


def test_limits_of_whether_a_trail_exists(tmp_path: Path) -> None:
    """A trail that a validation demands exists for certain, and logs for certain."""
    text = (CHAIN + GROUP % 365).replace('"t" {', '"t" {\n  count = var.x ? 1 : 0', 1)
    (tmp_path / "main.tf").write_text(text + _variable("x", ("var.x",), "  type = bool\n"))
    (trail,) = trailcheck.scan([str(tmp_path)]).trails
    assert (trail.exists, trail.when, trail.integrated) == (True, None, True)


@pytest.mark.parametrize(("given", "integrated"), [("dev", True), ("test", None)])
def test_a_value_that_is_given_is_held_to_its_validation_whoever_reads_it(
    tmp_path: Path, given: str, *, integrated: object
) -> None:
    """Terraform refuses it, also where nobody does; nothing of the root passes."""
    variable = _variable("stage", ('contains(["dev", "prod"], var.stage)',), "  type = string\n")
    files = {"main.tf": plain(Chain())["main.tf"] + variable, "x.auto.tfvars": f'stage = "{given}"'}
    report = trailcheck.scan([write(tmp_path, files)])
    assert report.trails[0].integrated is integrated
    assert bool(report.diagnostics) is (integrated is None)
