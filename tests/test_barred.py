"""What is refused for some values only: those are never deployed, and all others are judged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudformation.spellings import stack
from terraform.chains import Chain, write
from terraform.test_circles import CHAIN
from trailcheck import scan
from trailcheck.barred import laws
from trailcheck.condition import Condition
from trailcheck.config import Config
from trailcheck.errors import Impact, said_of
from trailcheck.source import Source
from trailcheck.value import Choice, Known, Sequence, Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report
    from trailcheck.value import Value

SPAN = Source("a.tf", b"x").span(0, 1)
BAD = Unknown("bad", "bad", SPAN, refused=True, refusal=said_of("bad", "", SPAN))
OPEN = Unknown("open", "open", SPAN)
UNSURE = Unknown("unsure", "unsure", SPAN, refused=True)
A, B = Condition("a"), Condition("b")
TRUE, FALSE = Known(True), Known(False)


@pytest.mark.parametrize(
    ("exists", "value", "expected"),
    [
        (TRUE, Choice(A, BAD, Known(1)), Choice(A, FALSE, TRUE)),
        (TRUE, Sequence([Choice(A, BAD, OPEN), Choice(B, Known(1), BAD)]), None),
        (Choice(B, TRUE, FALSE), BAD, Choice(B, FALSE, TRUE)),
        (Choice(A, TRUE, FALSE), Choice(A, Known(1), BAD), TRUE),
        (TRUE, BAD, FALSE),
        (OPEN, BAD, TRUE),
        (TRUE, Choice(A, OPEN, Known(1)), TRUE),
        (TRUE, Choice(A, UNSURE, Known(1)), TRUE),
        (Choice(A, BAD, FALSE), Known(1), Choice(A, FALSE, TRUE)),
    ],
)
def test_what_a_refusal_demands(exists: Value, value: Value, expected: Value | None) -> None:
    """That the value is not refused where it is there; of what is unknown nothing."""
    found = [law.value for law in laws(exists, value)]
    if expected is None:
        expected = Choice(A, FALSE, Choice(B, TRUE, FALSE))
    assert found == ([] if expected == TRUE else [expected])


STAGES = ["dev", "test", "prod"]
BY_STAGE = {"Fn::FindInMap": ["M", {"Ref": "Stage"}, "v"]}
DEV = {"Fn::Equals": [{"Ref": "Stage"}, "dev"]}


def template(days: object, mapping: dict[str, object], **more: object) -> dict[str, Any]:
    """Return the sound chain whose group keeps its records for `days`."""
    made: dict[str, Any] = {
        **stack(Chain()),
        "Parameters": {"Stage": {"Type": "String", "AllowedValues": STAGES}},
        "Mappings": {"M": {stage: {"v": value} for stage, value in mapping.items()}},
        "Conditions": {"Dev": DEV, "Later": {"Fn::Not": [DEV]}},
    }
    made["Resources"]["Group"]["Properties"]["RetentionInDays"] = days
    made["Resources"].update(more)
    return made


def judged(folder: Path, made: dict[str, Any], **given: str) -> Report:
    """Scan a template with some parameters given."""
    return scan(
        [write(folder, {"t.json": json.dumps(made)})], Config(parameters=tuple(given.items()))
    )


FULL = {"dev": 400, "test": 400, "prod": 400}
LACKING = {"test": 400, "prod": 400}


@pytest.mark.parametrize(
    ("made", "integrated", "said"),
    [
        (template(BY_STAGE, FULL), True, []),
        (template(BY_STAGE, LACKING), True, ["Refused when parameter Stage is dev: The mapping"]),
        (template(BY_STAGE, {**LACKING, "test": 7}), None, ["Refused when parameter Stage is dev"]),
        (template(BY_STAGE, {"test": 7}), False, ["Refused when parameter Stage is dev or prod"]),
        (template({"Fn::If": ["Dev", {"Fn::Select": [2, ["1"]]}, 400]}, FULL), True, ["Refused w"]),
        (template({"Fn::If": ["Dev", [400], 400]}, FULL), True, ["Refused when parameter Stage"]),
        (template({"Fn::If": ["Dev", 13, 400]}, FULL), True, ["Refused when parameter Stage is d"]),
        (template({"Fn::If": ["Dev", 13, 14]}, FULL), False, ["Refused when parameter Stage is d"]),
        (template({"Fn::If": ["Dev", 13, 366]}, FULL), None, ["RetentionInDays", "RetentionInD"]),
        # Whatever the values are, the form is refused, and so is what is not declared.
        (template({"Fn::If": ["Dev", {"Fn::Select": [1]}, 400]}, FULL), None, ["Fn::Select is ma"]),
        (template({"Fn::If": ["Dev", {"Ref": "Nothing"}, 400]}, FULL), None, ["Nothing is not"]),
        # What only deployment settles is refused by nobody.
        (template({"Fn::If": ["Dev", {"Fn::ImportValue": "x"}, 400]}, FULL), None, []),
    ],
)
def test_templates(
    tmp_path: Path, made: dict[str, Any], integrated: object, said: list[str]
) -> None:
    """The other worlds decide, and a notice says which values are refused."""
    report = judged(tmp_path, made)
    assert report.trails[0].integrated is integrated
    problems = sorted(report.diagnostics, key=lambda d: d.summary)
    assert len(problems) == len(said)
    for problem, start in zip(problems, said, strict=True):
        assert problem.summary.startswith(start)
        assert (problem.impact is Impact.NOTICE) == start.startswith("Refused w")


@pytest.mark.parametrize("condition", ["Dev", "Later", None])
def test_what_is_not_created_refuses_nothing(tmp_path: Path, condition: str | None) -> None:
    """A group under a condition is refused where that holds."""
    made = template(BY_STAGE, LACKING)
    for name in ("Trail", "Group"):
        if condition is not None:
            made["Resources"][name]["Condition"] = condition
    report = judged(tmp_path, made)
    assert report.trails[0].integrated is (None if condition == "Dev" else True)
    assert not [v for v in report.verdicts if condition == "Dev" and v.outcome.value == "pass"]


def test_a_nested_stack_that_is_refused_refuses_its_parent(tmp_path: Path) -> None:
    """A value that the child does not allow, in one world of the parent."""
    child = template({"Ref": "Days"}, FULL)
    child["Parameters"] = {"Days": {"Type": "Number", "AllowedValues": [400, 731]}}
    del child["Conditions"]
    for days, integrated in (([13, 400], True), ([400, 731], True), ([13, 14], None)):
        nested = {"TemplateURL": "./c.json", "Parameters": {"Days": {"Fn::If": ["Dev", *days]}}}
        parent = {
            "Parameters": {"Stage": {"Type": "String", "AllowedValues": STAGES}},
            "Conditions": {"Dev": DEV},
            "Resources": {"C": {"Type": "AWS::CloudFormation::Stack", "Properties": nested}},
        }
        files = {"c.json": json.dumps(child), "p.json": json.dumps(parent)}
        write(tmp_path, files)
        report = scan([str(tmp_path)], Config())
        (trail,) = report.trails
        assert trail.integrated is integrated, days


MODULE = """
variable "days" {
  type = map(number)
}
variable "stage" {
  type = string
}
output "days" {
  value = var.days[var.stage]
}
"""
CALLED = 'module "m" {\n  source = "./m"\n  days   = local.%s\n  stage  = var.stage%s\n}\n'
ONE = "for_each = { a = %s }\n  retention_in_days = each.value"


@pytest.mark.parametrize(
    ("more", "days", "integrated"),
    [
        (CALLED % ("e", ""), "retention_in_days = module.m.days", True),
        (CALLED % ("d", ""), "retention_in_days = module.m.days", None),
        (CALLED % ("e", "\n  for_each = toset([var.stage])"), "IN module.m[var.stage].days", True),
        (CALLED % ("d", "\n  for_each = toset([var.stage])"), "IN module.m[var.stage].days", None),
        ("", ONE % "local.e[var.stage]", True),
        ("", ONE % "local.d[var.stage]", None),
        ("", "count = var.on ? 1 : 0\n  retention_in_days = local.e[var.stage]", True),
        ("", "count = var.on ? 1 : 0\n  retention_in_days = local.d[var.stage]", None),
    ],
)
def test_keys_through_modules_and_instances(
    tmp_path: Path, more: str, days: str, *, integrated: object
) -> None:
    """What is refused inside a module, or for one instance, is refused for the same values."""
    text = CHAIN.replace("ROLE", "aws_iam_role.r.arn", 1)
    header = 'resource "aws_cloudwatch_log_group" "g" {\n'
    days = days.replace("IN", "retention_in_days =")
    text = text.replace(header, f"{header}  {days}\n")
    key = '["a"]' if "for_each" in days else "[0]" if "count" in days else ""
    text = text.replace("aws_cloudwatch_log_group.g.arn", f"aws_cloudwatch_log_group.g{key}.arn")
    write(tmp_path, {"main.tf": STAGE + more + text, "m/main.tf": MODULE})
    report = scan([str(tmp_path)], Config())
    assert report.trails[0].integrated is integrated
    assert not [d for d in report.diagnostics if d.impact is not Impact.NOTICE]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(st.sampled_from(STAGES), st.sampled_from([7, 400]), min_size=1),
    st.sampled_from([BY_STAGE, {"Fn::If": ["Dev", 400, BY_STAGE]}]),
)
def test_a_value_that_is_not_mapped_is_as_one_that_is_not_allowed(
    tmp_path_factory: pytest.TempPathFactory, mapping: dict[str, object], days: object
) -> None:
    """Verdicts are those of the parameter that allows what the mapping holds."""
    made = template(days, mapping)
    lacking = judged(tmp_path_factory.mktemp("lacking"), made)
    kept = [s for s in STAGES if s in mapping or (s == "dev" and days != BY_STAGE)]
    made["Parameters"]["Stage"]["AllowedValues"] = kept
    stated = judged(tmp_path_factory.mktemp("stated"), made)
    outcomes = [
        [(v.rule, v.outcome, v.when) for v in report.verdicts] for report in (lacking, stated)
    ]
    assert outcomes[0] == outcomes[1]
    assert lacking.trails[0].integrated == stated.trails[0].integrated


STAGE = """
variable "stage" {
  type = string
}
variable "n" {
  type = number
}
variable "on" {
  type = bool
}
locals {
  m = { prod = 400 }
  d = { dev = 7, prod = 400 }
  e = { prod = 400, test = 731 }
  o = { dev = { days = 400, all = [400, 731] }, prod = { days = 400, all = [7] } }
  l = [400, 731]
}
"""
NONE = "Refused when var.stage is not prod or test: "


@pytest.mark.parametrize(
    ("days", "integrated", "said"),
    [
        ('var.stage == "dev" ? local.m["dev"] : 400', True, "Refused when var.stage is dev: there"),
        ('var.stage == "dev" ? local.m["dev"] : 7', False, "Refused when var.stage is dev: there"),
        ('var.stage == "dev" ? [400][1] : 400', True, "Refused when var.stage is dev: there is no"),
        ('var.stage == "dev" ? tonumber("x") : 400', True, "Refused when var.stage is dev: tonumb"),
        ('var.stage == "dev" ? try(local.m["dev"], 400) : 400', True, None),
        ('var.stage == "dev" ? local.missing : 400', None, None),
        ('var.stage == "dev" ? nofunction() : 400', None, None),
        ("local.e[var.stage]", True, f"{NONE}there is no such key"),
        ("local.d[var.stage]", None, "Refused when var.stage is not dev or prod: there is no such"),
        ("local.o[var.stage].days", True, "Refused when var.stage is not dev or prod: there is no"),
        ("local.o[var.stage].all[0]", None, "Refused when var.stage is not dev or prod: there i"),
        ('local.m["${var.stage}"]', True, "Refused when var.stage is not prod: there is no such k"),
        ("lookup(local.e, var.stage)", True, f"{NONE}lookup: the map has no such key"),
        ("lookup(local.e, var.stage, 7)", None, None),
        ("lookup(local.e, var.stage, 400)", True, None),
        ("local.l[var.n]", True, "Refused when var.n is not 0 or 1: there is no such element"),
        ("local.o.prod.all[var.n]", False, "Refused when var.n is not 0: there is no such element"),
        ("element(local.l, var.n)", True, None),
        ("element([7, 400], var.n)", None, None),
        ("tonumber(local.e[var.stage])", True, f"{NONE}there is no such key"),
        ("max(local.e[var.stage], 7)", True, f"{NONE}there is no such key"),
        ("[for s in [var.stage] : local.e[s]][0]", True, f"{NONE}there is no such key"),
        # Where nothing is refused, the other values count.
        ("try(local.e[var.stage], 7)", None, None),
        ("try(local.e[var.stage], 400)", True, None),
        ("can(local.e[var.stage]) ? 400 : 7", None, None),
        ("contains(keys(local.e), var.stage) ? local.e[var.stage] : 7", None, None),
        ("contains(keys(local.e), var.stage) ? local.e[var.stage] : 400", True, None),
        # One branch is refused, the other is not.
        ("var.on ? local.e[var.stage] : 7", None, "Refused when var.on and var.stage is not prod"),
        ("var.on ? local.e[var.stage] : 400", True, "Refused when var.on and var.stage is not pr"),
        (
            'var.stage == "dev" ? 7 : local.e[var.stage]',
            None,
            "Refused when var.stage is not dev, ",
        ),
        ('var.stage == "dev" ? local.e[var.stage] : 7', False, "Refused when var.stage is dev: th"),
        ('local.m["dev"]', None, "Terraform would refuse this: there is no key 'dev'"),
    ],
)
def test_configurations(tmp_path: Path, days: str, integrated: object, said: str | None) -> None:
    """Terraform refuses the plan for that value only."""
    text = CHAIN.replace("ROLE", "aws_iam_role.r.arn", 1)
    header = 'resource "aws_cloudwatch_log_group" "g" {\n'
    assert header in text
    text = text.replace(header, f"{header}  retention_in_days = {days}\n")
    (tmp_path / "main.tf").write_text(STAGE + text, encoding="utf-8")
    report = scan([str(tmp_path)], Config())
    assert report.trails[0].integrated is integrated
    assert [d.summary.startswith(said or "") for d in report.diagnostics] == (
        [True] if said else []
    )
    assert not [d for d in report.diagnostics if d.impact is not Impact.NOTICE]
