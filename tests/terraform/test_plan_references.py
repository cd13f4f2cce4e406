"""References of a plan: modules, instances, policy documents, and what cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terraform.plan_samples import (
    GROUP_ARN,
    ROLE_ARN,
    Object,
    Plan,
    applied,
    constant,
    fresh,
    only,
    refers,
    scanned,
    verdict,
)
from trailcheck.source import Source
from trailcheck.terraform.plan import document as plan_document
from trailcheck.terraform.plan.places import Places
from trailcheck.terraform.plan.references import References, words
from trailcheck.value import Encoded, Known, Mapping, Reference, Sequence, Text, Unknown
from trailcheck.verdict import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.value import Value


def argument(plan: Plan, address: str, name: str) -> Value:
    """Return an argument that is known after apply."""
    source = Source("plan.json", plan.text.encode())
    document = plan_document.read(source.data, source.path)
    assert isinstance(document, plan_document.PlanDocument)
    references = References(document, Places(source))
    return references.argument(document.instances[address], name)


def expressions(plan: Plan, type_: str) -> Object:
    """Return what the configuration says of the only resource of a type."""
    (found,) = (r for r in plan.configuration["resources"] if r["type"] == type_)
    declared: Object = found["expressions"]
    return declared


def test_one_reference_is_the_value_of_an_argument_that_takes_an_arn_whole() -> None:
    """No working role ARN has anything before or after a role's ARN."""
    found = argument(fresh(), "aws_cloudtrail.t", "cloud_watch_logs_role_arn")
    assert found == Reference("aws_iam_role.r", "arn")


def test_an_id_that_repeats_a_known_name_is_known() -> None:
    """The `id` of a role is its name, which the plan has."""
    found = argument(fresh(), "aws_iam_role_policy.p", "role")
    assert found == Known("delivery")


def test_what_stands_beside_the_reference_to_a_group_is_unknown() -> None:
    """The link to the group goes on after the reference, and the plan does not say how."""
    found = argument(fresh(), "aws_cloudtrail.t", "cloud_watch_logs_group_arn")
    assert isinstance(found, Text)
    assert found.parts[0] == Reference("aws_cloudwatch_log_group.g", "arn")
    assert isinstance(found.parts[1], Unknown)
    assert "keep the source beside the plan" in found.parts[1].reason


def test_two_references_are_not_one_value() -> None:
    """Which of them it is, or what is made of both, is lost."""
    plan = fresh()
    plan.add("aws_iam_role.other", {"name": "other"}, {"arn": True})
    expressions(plan, "aws_cloudtrail")["cloud_watch_logs_role_arn"] = refers(
        "aws_iam_role.r.arn", "aws_iam_role.r", "aws_iam_role.other.arn", "aws_iam_role.other"
    )
    found = argument(plan, "aws_cloudtrail.t", "cloud_watch_logs_role_arn")
    assert isinstance(found, Unknown)
    assert set(found.needs) == {"aws_iam_role.r.arn", "aws_iam_role.other.arn"}


def test_a_reference_whose_value_is_known_feeds_nothing_unknown() -> None:
    """Of two references, the one that is settled cannot be why the value is not."""
    plan = fresh()
    plan.add("aws_iam_role.other", {"name": "other", "arn": ROLE_ARN})
    expressions(plan, "aws_cloudtrail")["cloud_watch_logs_role_arn"] = refers(
        "var.use", "aws_iam_role.r.arn", "aws_iam_role.r", "aws_iam_role.other.arn"
    )
    found = argument(plan, "aws_cloudtrail.t", "cloud_watch_logs_role_arn")
    assert found == Reference("aws_iam_role.r", "arn")


def test_local_values_are_not_in_a_plan() -> None:
    """A local value may be anything: the reason says to keep the source."""
    plan = fresh()
    expressions(plan, "aws_cloudtrail")["cloud_watch_logs_role_arn"] = refers("local.role")
    found = argument(plan, "aws_cloudtrail.t", "cloud_watch_logs_role_arn")
    assert isinstance(found, Unknown)
    assert found.needs == ("local.role",)
    assert "does not hold local values" in found.reason


def test_instances_are_matched_by_their_keys() -> None:
    """`g[each.key].arn` names the group alone; the instance is the one with the same key."""
    plan = Plan()
    for key in ("a", "b"):
        link = {"cloud_watch_logs_group_arn": True, "cloud_watch_logs_role_arn": True}
        said = {
            "cloud_watch_logs_group_arn": refers("aws_cloudwatch_log_group.g", "each.key"),
            "cloud_watch_logs_role_arn": refers(
                'aws_iam_role.r["b"].arn', 'aws_iam_role.r["b"]', "aws_iam_role.r"
            ),
        }
        plan.add(f'aws_cloudtrail.t["{key}"]', {"name": key}, link, said, index=key)
        group = f'aws_cloudwatch_log_group.g["{key}"]'
        plan.add(group, {"name": key}, {"arn": True}, index=key)
        plan.add(f'aws_iam_role.r["{key}"]', {"name": key}, {"arn": True}, index=key)
    group_of_a = argument(plan, 'aws_cloudtrail.t["a"]', "cloud_watch_logs_group_arn")
    assert isinstance(group_of_a, Text)
    assert group_of_a.parts[0] == Reference('aws_cloudwatch_log_group.g["a"]', "arn")
    role_of_a = argument(plan, 'aws_cloudtrail.t["a"]', "cloud_watch_logs_role_arn")
    assert role_of_a == Reference('aws_iam_role.r["b"]', "arn")


def test_a_splat_over_several_instances_is_not_one_of_them() -> None:
    """Which of them is meant is lost."""
    plan = fresh()
    for n in (0, 1):
        plan.add(f"aws_iam_role.many[{n}]", {"name": f"r{n}"}, {"arn": True}, index=n)
    said = expressions(plan, "aws_cloudtrail")
    said["cloud_watch_logs_role_arn"] = refers("aws_iam_role.many")
    assert isinstance(argument(plan, "aws_cloudtrail.t", "cloud_watch_logs_role_arn"), Unknown)


def modular() -> Plan:
    """Return a plan whose trail is in a module, fed by another module's output."""
    plan = Plan()
    trail: Object = {
        "address": 'module.trail["x"].aws_cloudtrail.t',
        "mode": "managed",
        "type": "aws_cloudtrail",
        "name": "t",
        "provider_name": "aws",
    }
    role: Object = {
        "address": "module.roles.aws_iam_role.r",
        "mode": "managed",
        "type": "aws_iam_role",
        "name": "r",
        "provider_name": "aws",
    }
    plan.root["child_modules"] = [
        {"address": 'module.trail["x"]', "resources": [{**trail, "values": {"name": "t"}}]},
        {"address": "module.roles", "resources": [{**role, "values": {"name": "r"}}]},
    ]
    change = {"actions": ["create"], "after_unknown": {"cloud_watch_logs_role_arn": True}}
    plan.changes.append({**trail, "change": change})
    plan.changes.append({**role, "change": {"actions": ["create"], "after_unknown": {"arn": True}}})
    plan.configuration["module_calls"] = {
        "trail": {
            "source": "./trail",
            "for_each_expression": constant(["x"]),
            "expressions": {"role": refers("module.roles.arn", "module.roles")},
            "module": {
                "variables": {"role": {}},
                "resources": [
                    {
                        "address": "aws_cloudtrail.t",
                        "mode": "managed",
                        "type": "aws_cloudtrail",
                        "name": "t",
                        "provider_config_key": "aws",
                        "expressions": {"cloud_watch_logs_role_arn": refers("var.role")},
                    }
                ],
            },
        },
        "roles": {
            "source": "./roles",
            "module": {
                "outputs": {"arn": {"expression": refers("aws_iam_role.r.arn", "aws_iam_role.r")}},
                "resources": [],
            },
        },
    }
    return plan


def test_references_are_followed_through_variables_and_outputs() -> None:
    """The argument of a call and the output of another module lead to the role."""
    address = 'module.trail["x"].aws_cloudtrail.t'
    found = argument(modular(), address, "cloud_watch_logs_role_arn")
    assert found == Reference("module.roles.aws_iam_role.r", "arn")


def test_references_in_a_circle_end() -> None:
    """An output that refers to its own module's call is followed once."""
    plan = modular()
    outputs = plan.configuration["module_calls"]["roles"]["module"]["outputs"]
    outputs["arn"] = {"expression": refers("var.again")}
    plan.configuration["module_calls"]["roles"]["expressions"] = {
        "again": refers("module.roles.arn", "module.roles")
    }
    address = 'module.trail["x"].aws_cloudtrail.t'
    found = argument(plan, address, "cloud_watch_logs_role_arn")
    assert isinstance(found, Unknown)


def test_a_policy_document_is_made_of_its_planned_statements() -> None:
    """What is known of the statements is kept; the resources go on after the reference."""
    found = argument(fresh(), "aws_iam_role_policy.p", "policy")
    assert isinstance(found, Encoded)
    assert isinstance(found.value, Mapping)
    statements = found.value.items["Statement"]
    assert isinstance(statements, Sequence)
    (statement,) = statements.items
    assert isinstance(statement, Mapping)
    assert statement.items["Effect"] == Known("Allow")
    resources = statement.items["Resource"]
    assert isinstance(resources, Sequence)
    assert isinstance(resources.items[0], Text)


def test_a_statement_that_allows_everything_needs_no_lost_text(tmp_path: Path) -> None:
    """Where the resources are known, the policy is judged though its JSON is not in the plan."""
    plan = fresh()
    document = next(r for r in plan.root["resources"] if r["mode"] == "data")
    everything = {"actions": ["logs:*"], "resources": ["*"]}
    document["values"]["statement"].append(everything)
    change = next(c for c in plan.changes if c["mode"] == "data")["change"]
    change["after_unknown"]["statement"].append({})
    report = scanned(tmp_path, plan__json=plan.text)
    assert verdict(report, "unwritable-log-group").outcome is Outcome.PASS
    assert only(report).integrated is None


def test_a_dynamic_block_takes_no_other_blocks_references() -> None:
    """A plan's configuration leaves dynamic blocks out: no row is matched with a wrong block."""
    plan = fresh()
    document = next(r for r in plan.root["resources"] if r["mode"] == "data")
    document["values"]["statement"] *= 2
    change = next(c for c in plan.changes if c["mode"] == "data")["change"]
    change["after_unknown"]["statement"] *= 2
    found = argument(plan, "data.aws_iam_policy_document.d", "statement")
    assert isinstance(found, Sequence)
    for row in found.items:
        assert isinstance(row, Mapping)
        resources = row.items["resources"]
        assert isinstance(resources, Sequence)
        assert isinstance(resources.items[0], Unknown)


def test_known_and_unknown_links_are_told_apart(tmp_path: Path) -> None:
    """An existing group whose ARN is known, and a role that is new: both are resolved."""
    plan = applied()
    trail = plan.root["resources"][0]
    del trail["values"]["cloud_watch_logs_role_arn"]
    plan.changes[0]["change"]["after_unknown"] = {"cloud_watch_logs_role_arn": True}
    said = refers("aws_iam_role.r.arn", "aws_iam_role.r")
    expressions(plan, "aws_cloudtrail")["cloud_watch_logs_role_arn"] = said
    del plan.root["resources"][2]["values"]["arn"]
    plan.changes[2]["change"]["after_unknown"] = {"arn": True}
    report = scanned(tmp_path, plan__json=plan.text)
    assert only(report).facts.role.address == "aws_iam_role.r"
    assert only(report).facts.log_group.arn == f"{GROUP_ARN}:*"


def test_references_are_split_into_names_and_keys() -> None:
    """Keys in brackets are text or numbers, and may hold dots."""
    assert words('module.m["a.b"].out') == ["module", "m", "a.b", "out"]
    assert words("aws_iam_role.r[0].arn") == ["aws_iam_role", "r", 0, "arn"]
    assert words("") == []
