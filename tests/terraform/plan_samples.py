"""Small plans for tests, as Terraform writes them, and the configuration they are made from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from trailcheck.config import Config
from trailcheck.pipeline import scan

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report, TrailResult
    from trailcheck.verdict import Verdict

Object = dict[str, Any]

ACCOUNT = "123456789012"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "cloudtrail.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
GROUP_ARN = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/audit"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/delivery"
CONFIGURATION = """\
resource "aws_cloudwatch_log_group" "g" {
  name              = "/audit"
  retention_in_days = 400
}

resource "aws_iam_role" "r" {
  name               = "delivery"
  assume_role_policy = TRUST
}

resource "aws_iam_role_policy" "p" {
  name   = "write"
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.d.json
}

data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.g.arn}:*"]
  }
}

resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "archive"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.r.arn
}
""".replace("TRUST", json.dumps(TRUST))


def policy(resource: str = f"{GROUP_ARN}:*") -> str:
    """Return a policy that lets its role write to a resource."""
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refers(*references: str) -> Object:
    """Return an expression of which a plan keeps the references."""
    return {"references": list(references)}


def constant(value: object) -> Object:
    """Return an expression that is a constant."""
    return {"constant_value": value}


class Plan:
    """A plan in the making."""

    def __init__(self) -> None:
        self.root: Object = {"resources": []}
        self.prior: list[Object] = []
        self.changes: list[Object] = []
        self.configuration: Object = {"resources": []}
        self.document: Object = {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "variables": {},
            "planned_values": {"root_module": self.root},
            "resource_changes": self.changes,
            "prior_state": {"format_version": "1.0", "values": {"root_module": {}}},
            "configuration": {"provider_config": {}, "root_module": self.configuration},
        }

    def add(  # noqa: PLR0913 - a resource is spread over all of these
        self,
        address: str,
        values: Object,
        unknown: Object | None = None,
        expressions: Object | None = None,
        *,
        index: int | str | None = None,
        actions: tuple[str, ...] = ("create",),
    ) -> Object:
        """Add an instance to the root module; return its resource in the configuration."""
        data = address.startswith("data.")
        type_, name = address.removeprefix("data.").split("[")[0].split(".")
        mode = "data" if data else "managed"
        told: Object = {"address": address, "mode": mode, "type": type_, "name": name}
        if index is not None:
            told["index"] = index
        told["provider_name"] = "registry.terraform.io/hashicorp/aws"
        self.root["resources"].append({**told, "schema_version": 0, "values": values})
        change = {"actions": list(actions), "after_unknown": unknown or {}}
        self.changes.append({**told, "change": change})
        declared = next(
            (
                r
                for r in self.configuration["resources"]
                if (r["mode"], r["type"], r["name"]) == (mode, type_, name)
            ),
            None,
        )
        if declared is None:
            declared = {**told, "address": address.split("[", maxsplit=1)[0]}
            del declared["provider_name"]
            declared.pop("index", None)
            declared["provider_config_key"] = "aws"
            declared["expressions"] = expressions or {}
            self.configuration["resources"].append(declared)
        return declared

    def look_up(self, address: str, values: Object) -> None:
        """Add a data source that was read while planning."""
        declared = self.add(address, values)
        self.prior.append(self.root["resources"].pop())
        self.changes.pop()
        self.document["prior_state"]["values"]["root_module"]["resources"] = self.prior
        assert declared

    @property
    def text(self) -> str:
        """The JSON, on one line as Terraform writes it."""
        return json.dumps(self.document, separators=(",", ":"))


def applied() -> Plan:
    """Return a plan that changes nothing: everything is there, and known."""
    plan = Plan()
    done = ("no-op",)
    plan.add(
        "aws_cloudtrail.t",
        {
            "name": "t",
            "s3_bucket_name": "archive",
            "cloud_watch_logs_group_arn": f"{GROUP_ARN}:*",
            "cloud_watch_logs_role_arn": ROLE_ARN,
            "enable_logging": True,
            "event_selector": [],
        },
        actions=done,
    )
    group = {"name": "/audit", "arn": GROUP_ARN, "retention_in_days": 400, "kms_key_id": None}
    plan.add("aws_cloudwatch_log_group.g", group, actions=done)
    role = {"name": "delivery", "arn": ROLE_ARN, "path": "/", "assume_role_policy": TRUST}
    plan.add("aws_iam_role.r", role, actions=done)
    written = {"name": "write", "role": "delivery", "policy": policy()}
    plan.add("aws_iam_role_policy.p", written, actions=done)
    return plan


def fresh() -> Plan:
    """Return the plan that creates `CONFIGURATION`."""
    plan = Plan()
    plan.add(
        "aws_cloudtrail.t",
        {"name": "t", "s3_bucket_name": "archive", "enable_logging": True, "event_selector": []},
        {"arn": True, "cloud_watch_logs_group_arn": True, "cloud_watch_logs_role_arn": True},
        {
            "name": constant("t"),
            "s3_bucket_name": constant("archive"),
            "cloud_watch_logs_group_arn": refers(
                "aws_cloudwatch_log_group.g.arn", "aws_cloudwatch_log_group.g"
            ),
            "cloud_watch_logs_role_arn": refers("aws_iam_role.r.arn", "aws_iam_role.r"),
        },
    )
    plan.add(
        "aws_cloudwatch_log_group.g",
        {"name": "/audit", "retention_in_days": 400},
        {"arn": True, "id": True},
        {"name": constant("/audit"), "retention_in_days": constant(400)},
    )
    plan.add(
        "aws_iam_role.r",
        {"name": "delivery", "path": "/", "assume_role_policy": TRUST, "inline_policy": []},
        {"arn": True, "id": True, "managed_policy_arns": True},
        {"name": constant("delivery"), "assume_role_policy": constant(TRUST)},
    )
    plan.add(
        "aws_iam_role_policy.p",
        {"name": "write"},
        {"id": True, "role": True, "policy": True},
        {
            "name": constant("write"),
            "role": refers("aws_iam_role.r.id", "aws_iam_role.r"),
            "policy": refers(
                "data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"
            ),
        },
    )
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    plan.add(
        "data.aws_iam_policy_document.d",
        {"statement": [{"actions": actions, "effect": None, "resources": [None]}], "version": None},
        {"json": True, "statement": [{"actions": [False, False], "resources": [True]}]},
        {
            "statement": [
                {
                    "actions": constant(actions),
                    "resources": refers(
                        "aws_cloudwatch_log_group.g.arn", "aws_cloudwatch_log_group.g"
                    ),
                }
            ]
        },
        actions=("read",),
    )
    return plan


def scanned(folder: Path, *paths: str, **files: str | bytes) -> Report:
    """Write files (`a__tf` is `a.tf`) into a repository, and scan `paths` in it."""
    (folder / ".git").mkdir(exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name.replace("__", ".")).write_bytes(data)
    return scan([str(folder / path) for path in paths or ("plan.json",)], Config())


def only(report: Report) -> TrailResult:
    """Return the only trail of a report."""
    (trail,) = report.trails
    return trail


def verdict(report: Report, rule: str) -> Verdict:
    """Return the only verdict of a rule."""
    (found,) = (v for v in report.verdicts if v.rule == rule)
    return found
