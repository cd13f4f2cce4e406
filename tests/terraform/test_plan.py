"""Plans as input: what `terraform show -json` writes, alone and beside the source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from terraform.plan_samples import (
    ACCOUNT,
    CONFIGURATION,
    GROUP_ARN,
    Plan,
    applied,
    fresh,
    only,
    policy,
    refers,
    scanned,
    verdict,
)
from trailcheck.verdict import Outcome

if TYPE_CHECKING:
    from pathlib import Path


def test_a_plan_in_which_everything_is_known_proves_the_chain(tmp_path: Path) -> None:
    """What is applied already is all in the plan: no source is needed."""
    report = scanned(tmp_path, plan__json=applied().text)
    trail = only(report)
    assert (trail.root, trail.address, trail.integrated) == ("plan.json", "aws_cloudtrail.t", True)
    assert not report.diagnostics


@pytest.mark.parametrize(
    ("resource", "attribute", "value"),
    [
        ("aws_cloudtrail.t", "enable_logging", False),
        ("aws_cloudtrail.t", "cloud_watch_logs_group_arn", GROUP_ARN),
        ("aws_cloudtrail.t", "cloud_watch_logs_group_arn", None),
        ("aws_cloudwatch_log_group.g", "retention_in_days", 30),
        ("aws_iam_role_policy.p", "role", "another"),
        ("aws_iam_role_policy.p", "policy", policy(GROUP_ARN)),
        ("aws_iam_role.r", "assume_role_policy", policy()),
    ],
)
def test_what_is_wrong_in_a_plan_fails(
    tmp_path: Path, resource: str, attribute: str, value: object
) -> None:
    """Each link of the chain is judged by the value that the plan gives it."""
    plan = applied()
    held = next(r for r in plan.root["resources"] if r["address"] == resource)
    held["values"][attribute] = value
    assert only(scanned(tmp_path, plan__json=plan.text)).integrated is False


def test_a_plan_alone_does_not_tell_what_follows_a_reference(tmp_path: Path) -> None:
    """A plan says which group feeds the link, and not whether `:*` follows: undecided."""
    report = scanned(tmp_path, plan__json=fresh().text)
    trail = only(report)
    assert trail.integrated is None
    assert trail.facts.log_group.address == "aws_cloudwatch_log_group.g"
    assert trail.facts.role.address == "aws_iam_role.r"
    assert verdict(report, "malformed-log-group-arn").outcome is Outcome.UNDECIDED
    assert verdict(report, "unwritable-log-group").outcome is Outcome.UNDECIDED
    assert any("names one reference" in said for said in report.assumptions)


def test_a_plan_alone_fails_where_no_text_could_mend_it(tmp_path: Path) -> None:
    """A role without a policy fails, whatever the lost text says."""
    plan = fresh()
    for part in (plan.root["resources"], plan.changes, plan.configuration["resources"]):
        part[:] = [r for r in part if r["type"] != "aws_iam_role_policy"]
    assert only(scanned(tmp_path, plan__json=plan.text)).integrated is False


def test_the_source_beside_a_plan_has_the_text_that_it_lost(tmp_path: Path) -> None:
    """Values known after apply are evaluated from the configuration, and places point into it."""
    report = scanned(tmp_path, plan__json=fresh().text, main__tf=CONFIGURATION)
    trail = only(report)
    assert (trail.root, trail.integrated) == ("plan.json", True)
    assert trail.span.source.path == "main.tf"
    found = verdict(report, "malformed-log-group-arn").evidence[0].span
    assert found.source.path == "main.tf"
    assert "aws_cloudwatch_log_group.g.arn" in found.text
    assert any("local values" in said for said in report.assumptions)


def test_the_source_beside_a_plan_is_not_believed_but_read(tmp_path: Path) -> None:
    """A link without `:*` in the source fails with a plan as it fails without."""
    wrong = CONFIGURATION.replace(
        'group_arn = "${aws_cloudwatch_log_group.g.arn}:*"',
        "group_arn = aws_cloudwatch_log_group.g.arn",
    )
    report = scanned(tmp_path, plan__json=fresh().text, main__tf=wrong)
    assert only(report).integrated is False


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("aws_iam_role.r.arn", "aws_iam_role.r.unique_id"),
        ("= 400", "= 401"),
        ('name                       = "t"', 'name                       = "u"'),
        ('resource "aws_iam_role_policy" "p"', 'resource "aws_iam_role_policy" "q"'),
        ('  name   = "write"\n', ""),
        ('"logs:PutLogEvents"]', '"logs:PutLogEvents", "s3:GetObject"]'),
        ("", 'resource "aws_cloudtrail" "more" {\n  name = "more"\n}\n'),
        ("", 'module "m" {\n  source = "./m"\n}\n'),
        ("", "resource {\n"),
    ],
)
def test_a_source_that_the_plan_was_not_made_from_is_not_used(
    tmp_path: Path, old: str, new: str
) -> None:
    """Where the source refers to other things or states other constants, the plan stands alone."""
    changed = CONFIGURATION.replace(old, new) if old else CONFIGURATION + new
    trail = only(scanned(tmp_path, plan__json=fresh().text, main__tf=changed))
    assert trail.integrated is None
    assert trail.span.source.path == "plan.json"


def test_a_known_value_of_the_plan_wins_over_the_source(tmp_path: Path) -> None:
    """Terraform has settled locals and functions: what it says is what will be."""
    source = CONFIGURATION.replace("= 400", "= local.days") + "locals {\n  days = 400\n}\n"
    plan = fresh()
    group = next(r for r in plan.root["resources"] if r["type"] == "aws_cloudwatch_log_group")
    group["values"]["retention_in_days"] = 30
    declared = plan.configuration["resources"][1]["expressions"]
    declared["retention_in_days"] = refers("local.days")
    assert only(scanned(tmp_path, plan__json=plan.text, main__tf=source)).integrated is False


def test_a_folder_with_a_plan_reports_both(tmp_path: Path) -> None:
    """A plan is a root of its own, named by its file; its source is one too."""
    report = scanned(tmp_path, ".", plan__json=fresh().text, main__tf=CONFIGURATION)
    assert [t.root for t in report.trails] == [".", "plan.json"]


def test_a_plan_that_is_named_stands_for_its_source(tmp_path: Path) -> None:
    """Named beside the folder that it was made from, the plan is what is judged."""
    report = scanned(tmp_path, ".", "plan.json", plan__json=fresh().text, main__tf=CONFIGURATION)
    assert [t.root for t in report.trails] == ["plan.json"]


def test_a_plan_may_lie_below_its_source(tmp_path: Path) -> None:
    """The folder above the plan's, and folders that the caller names, may hold the source."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "plan.json").write_text(fresh().text)
    report = scanned(tmp_path, "out/plan.json", main__tf=CONFIGURATION)
    assert only(report).integrated is True


def test_the_account_that_the_plan_looked_up_is_the_deployments_own(tmp_path: Path) -> None:
    """A literal of another account is a mismatch once the plan knows the account."""
    plan = applied()
    plan.look_up("data.aws_caller_identity.me", {"account_id": "999999999999", "id": "9"})
    assert only(scanned(tmp_path, plan__json=plan.text)).integrated is False
    plan = applied()
    plan.look_up("data.aws_caller_identity.me", {"account_id": ACCOUNT, "id": ACCOUNT})
    assert only(scanned(tmp_path, plan__json=plan.text)).integrated is True


def test_policies_that_the_provider_reads_back_exclude_nothing(tmp_path: Path) -> None:
    """`managed_policy_arns` and `inline_policy` are exclusive only where they are stated."""
    plan = applied()
    role = next(r for r in plan.root["resources"] if r["type"] == "aws_iam_role")
    role["values"]["managed_policy_arns"] = []
    role["values"]["inline_policy"] = [{"name": "write", "policy": policy()}]
    assert only(scanned(tmp_path, plan__json=plan.text)).integrated is True
    plan.configuration["resources"][2]["expressions"]["inline_policy"] = [{"name": {}}]
    role["values"]["inline_policy"] = [{"name": "other", "policy": policy("arn:aws:logs:::x")}]
    report = scanned(tmp_path, plan__json=plan.text)
    assert verdict(report, "revoked-grant").outcome is Outcome.FAIL


def test_a_deleted_trail_is_not_there(tmp_path: Path) -> None:
    """What a plan deletes stands in its changes, and not in its planned values."""
    plan = applied()
    plan.changes.append(
        {
            "address": "aws_cloudtrail.old",
            "mode": "managed",
            "type": "aws_cloudtrail",
            "name": "old",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": ["delete"], "before": {}, "after": None, "after_unknown": {}},
        }
    )
    assert only(scanned(tmp_path, plan__json=plan.text)).address == "aws_cloudtrail.t"


def test_places_in_a_plan_are_found_in_its_bytes(tmp_path: Path) -> None:
    """Without source, evidence points at the address, and at the argument's name behind it."""
    plan = applied()
    plan.document = dict(sorted(plan.document.items()))  # As `jq -S` writes it.
    text = json.dumps(plan.document, indent=2)
    report = scanned(tmp_path, plan__json=text)
    trail = only(report)
    assert trail.span.text == '"aws_cloudtrail.t"'
    assert trail.span.start > text.index('"planned_values"')
    found = verdict(report, "malformed-log-group-arn").evidence[0].span
    assert found.text == '"cloud_watch_logs_group_arn"'


def test_a_plan_beside_nothing_else_is_infrastructure_code(tmp_path: Path) -> None:
    """A plan without a trail is counted, not parsed."""
    plan = Plan()
    plan.add("aws_cloudwatch_log_group.g", {"name": "x"})
    report = scanned(tmp_path, ".", plan__json=plan.text)
    assert report.files_seen == 1
    assert [s.reason for s in report.skipped] == ["no trail in it"]
