"""What a plan does not say outright: what it forgets, leaves out, and tells in other words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from terraform.plan_samples import (
    ACCOUNT,
    CONFIGURATION,
    applied,
    constant,
    fresh,
    only,
    policy,
    refers,
    scanned,
)

if TYPE_CHECKING:
    from pathlib import Path

ELSEWHERE = "arn:aws:iam::999999999999:role/x"


def test_what_is_removed_and_not_destroyed_is_not_there(tmp_path: Path) -> None:
    """`removed` with `destroy = false`: Terraform lists it with no values."""
    plan = applied()
    plan.root["resources"][0]["values"] = {}
    plan.changes[0]["change"]["actions"] = ["forget"]
    assert not scanned(tmp_path, plan__json=plan.text).trails


def test_a_plan_that_only_refreshes_says_nothing_of_what_will_be(tmp_path: Path) -> None:
    """With -refresh-only nothing is planned; that must not look like code without a trail."""
    plan = applied()
    plan.document["prior_state"]["values"]["root_module"] = plan.root
    plan.document["planned_values"]["root_module"] = {}
    del plan.document["resource_changes"]
    report = scanned(tmp_path, plan__json=plan.text)
    assert not report.trails
    assert ["only refreshes" in d.summary for d in report.diagnostics] == [True]


@pytest.mark.parametrize(
    ("more", "whole"),
    [({}, False), ({"for_each_expression": refers("var.x")}, True), ({"complete": True}, True)],
)
def test_what_an_older_plan_lacks_shows(
    tmp_path: Path, *, more: dict[str, Any], whole: bool
) -> None:
    """Before `complete` was written, only what is missing tells that -target was used."""
    plan = applied()
    declared = plan.add("aws_iam_role_policy.deny", {"name": "deny"})
    plan.root["resources"].pop()
    (plan.document if "complete" in more else declared).update(more)
    report = scanned(tmp_path, plan__json=plan.text)
    assert only(report).integrated is (True if whole else None)
    assert bool(report.diagnostics) is not whole


@pytest.mark.parametrize("blocks", ["assume_role", "assume_role_with_web_identity"])
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (constant(ELSEWHERE), False),
        (refers("var.role"), False),
        (constant(f"arn:aws:iam::{ACCOUNT}:role/x"), True),
    ],
)
def test_the_role_of_a_provider_tells_the_account(
    tmp_path: Path, *, blocks: str, said: dict[str, Any], expected: bool
) -> None:
    """A group that another provider makes in another account is out of the trail's reach."""
    plan = applied()
    plan.document["variables"]["role"] = {"value": ELSEWHERE}
    plan.document["configuration"]["provider_config"] = {
        "aws": {"name": "aws"},
        "aws.logs": {"alias": "logs", "expressions": {blocks: [{"role_arn": said}]}},
    }
    plan.configuration["resources"][1]["provider_config_key"] = "aws.logs"
    assert only(scanned(tmp_path, plan__json=plan.text)).integrated is expected


def test_inline_policies_of_dynamic_blocks_grant(tmp_path: Path) -> None:
    """They are not told from what is found on the role: on the role they are either way."""
    plan = applied()
    plan.root["resources"].pop()
    plan.configuration["resources"].pop()
    role = plan.root["resources"][2]
    role["values"]["inline_policy"] = [{"name": "write", "policy": policy()}]
    assert only(scanned(tmp_path, plan__json=plan.text)).integrated is True


def test_changes_that_are_ignored_are_settled_by_a_plan(tmp_path: Path) -> None:
    """What `lifecycle` lets drift is what the plan found it to be."""
    ignored = "= 400\n  lifecycle {\n    ignore_changes = [retention_in_days]\n  }\n}"
    source = CONFIGURATION.replace("= 400\n}", ignored)
    report = scanned(tmp_path, plan__json=fresh().text, main__tf=source)
    assert only(report).span.source.path == "main.tf"
    assert only(report).integrated is True


@pytest.mark.parametrize("name", ['"${\\"/audit\\"}"', '"/audit"'])
def test_constants_of_json_are_told_as_they_are_spelled(tmp_path: Path, name: str) -> None:
    """Terraform evaluates no template of JSON syntax that refers to nothing for its plan."""
    group, rest = CONFIGURATION.split("\n\n", 1)
    assert "aws_cloudwatch_log_group" in group
    inner = f'{{"g": {{"name": {name}, "retention_in_days": 400}}}}'
    text = f'{{"resource": {{"aws_cloudwatch_log_group": {inner}}}}}'
    plan = fresh()
    plan.configuration["resources"][1]["expressions"]["name"] = constant(json.loads(name))
    (tmp_path / "g.tf.json").write_text(text)
    report = scanned(tmp_path, plan__json=plan.text, main__tf=rest)
    assert only(report).integrated is True


def test_for_each_of_constants_is_not_in_a_plan(tmp_path: Path) -> None:
    """`toset(["k"])` refers to nothing and is no constant to Terraform, which leaves it out."""
    plan = fresh()
    for part in (plan.root["resources"], plan.changes):
        part[0].update(address='aws_cloudtrail.t["k"]', index="k")
    keyed = CONFIGURATION.replace('"t" {', '"t" {\n  for_each = toset(["k"])')
    report = scanned(tmp_path, plan__json=plan.text, main__tf=keyed)
    assert (only(report).address, only(report).integrated) == ('aws_cloudtrail.t["k"]', True)
    assert only(report).span.source.path == "main.tf"


SOURCE = "terraform-aws-modules/unheard-of/aws"
MODULE = CONFIGURATION.replace("400", "var.days") + 'variable "days" {}\n'


def called() -> tuple[dict[str, Any], str]:
    """Return a plan of a public module that makes the chain, and the configuration."""
    plan = fresh()
    document = json.loads(plan.text.replace('"address":"', '"address":"module.m.'))
    document["configuration"] = plan.document["configuration"]
    inner = document["planned_values"]["root_module"]
    root = {"child_modules": [{"address": "module.m", "resources": inner["resources"]}]}
    document["planned_values"]["root_module"] = root
    group = plan.configuration["resources"][1]["expressions"]
    group["retention_in_days"] = refers("var.days")
    call = {
        "source": SOURCE,
        "version_constraint": "~> 1.0",
        "expressions": {"days": constant(400)},
        "module": plan.configuration,
    }
    document["configuration"]["root_module"] = {"module_calls": {"m": call}}
    text = f'module "m" {{\n  source = "{SOURCE}"\n  version = "~> 1.0"\n  days = 400\n}}\n'
    return document, text


@pytest.mark.parametrize(
    ("version", "module", "expected"),
    [
        ("1.2.0", MODULE, True),
        ("1.2.0", MODULE.replace(".arn}:*", ".arn}"), False),
        ("1.2.0", MODULE.replace("aws_iam_role.r.arn", "aws_iam_role.r.unique_id"), None),
        ("2.0.0", MODULE, None),
        ("1.2.0", None, None),
    ],
)
def test_the_modules_that_init_left_have_the_text_that_a_plan_lost(
    tmp_path: Path, *, version: str, module: str | None, expected: bool | None
) -> None:
    """They are compared with the plan like any module, and read only if they are what was used."""
    document, text = called()
    folder = tmp_path / ".terraform" / "modules"
    (folder / "m").mkdir(parents=True)
    entry = {"Key": "m", "Source": SOURCE, "Version": version, "Dir": ".terraform/modules/m"}
    (folder / "modules.json").write_text(json.dumps({"Modules": [entry]}))
    if module is not None:
        (folder / "m" / "main.tf").write_text(module)
    report = scanned(tmp_path, plan__json=json.dumps(document), main__tf=text)
    assert (only(report).address, only(report).integrated) == (
        "module.m.aws_cloudtrail.t",
        expected,
    )


def test_another_version_of_a_module_is_another_module(tmp_path: Path) -> None:
    """A source beside the plan that asks for another version was not the plan's."""
    document, text = called()
    report = scanned(
        tmp_path, plan__json=json.dumps(document), main__tf=text.replace("~> 1.0", "~> 2.0")
    )
    assert only(report).span.source.path == "plan.json"
