"""One chain from trail to log group in many spellings, for laws that hold between them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import trailcheck

if TYPE_CHECKING:
    from pathlib import Path


class Chain(NamedTuple):
    """What a chain is like; the spellings say it."""

    service: str = "cloudtrail.amazonaws.com"
    actions: tuple[str, ...] = ("logs:CreateLogStream", "logs:PutLogEvents")
    suffix: str = ":*"
    days: int = 400
    logging: bool = True

    @property
    def trust(self) -> dict[str, object]:
        """The trust policy of the role."""
        allow = {
            "Effect": "Allow",
            "Principal": {"Service": self.service},
            "Action": "sts:AssumeRole",
        }
        return {"Version": "2012-10-17", "Statement": [allow]}

    def grant(self, resource: str) -> dict[str, object]:
        """Return the policy of the role on a resource."""
        allow = {"Effect": "Allow", "Action": list(self.actions), "Resource": resource}
        return {"Version": "2012-10-17", "Statement": [allow]}


GROUP = "${aws_cloudwatch_log_group.g.arn}"


def plain(chain: Chain) -> dict[str, str]:
    """Return the chain as a person would write it."""
    return {
        "main.tf": f"""
resource "aws_cloudwatch_log_group" "g" {{
  name              = "trail"
  retention_in_days = {chain.days}
}}
resource "aws_iam_role" "r" {{
  name               = "delivery"
  assume_role_policy = jsonencode({json.dumps(chain.trust)})
}}
resource "aws_iam_role_policy" "p" {{
  role   = aws_iam_role.r.id
  policy = jsonencode({json.dumps(chain.grant(GROUP + ":*"))})
}}
resource "aws_cloudtrail" "t" {{
  name                       = "t"
  s3_bucket_name             = "b"
  enable_logging             = {json.dumps(chain.logging)}
  cloud_watch_logs_group_arn = "{GROUP}{chain.suffix}"
  cloud_watch_logs_role_arn  = aws_iam_role.r.arn
}}
"""
    }


def through_locals(chain: Chain) -> dict[str, str]:
    """Return the chain with its values in locals and variables."""
    text = plain(chain)["main.tf"]
    text = text.replace(f'"{GROUP}{chain.suffix}"', "local.arn").replace(
        f"= {chain.days}", "= var.days"
    )
    return {
        "main.tf": text
        + f'locals {{\n  group = "{GROUP}"\n  arn = "${{local.group}}{chain.suffix}"\n}}\n'
        + 'variable "days" {\n  type = string\n}\n',
        "terraform.tfvars": f"days = {chain.days}\n",
    }


def in_a_module(chain: Chain) -> dict[str, str]:
    """Return the chain inside a module that is called once."""
    return {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": plain(chain)["main.tf"]}


def across_modules(chain: Chain) -> dict[str, str]:
    """Return the chain with the log group in a module of its own."""
    text = plain(chain)["main.tf"]
    end = text.index('resource "aws_iam_role"')
    output = 'output "arn" {\n  value = aws_cloudwatch_log_group.g.arn\n}\n'
    call = 'module "m" {\n  source = "./m"\n}\n'
    return {
        "main.tf": text[end:].replace("aws_cloudwatch_log_group.g.arn", "module.m.arn") + call,
        "m/main.tf": text[:end] + output,
    }


def counted(chain: Chain) -> dict[str, str]:
    """Return the chain with a counted log group."""
    text = plain(chain)["main.tf"].replace("g.arn", "g[0].arn")
    return {"main.tf": text.replace('"g" {', '"g" {\n  count = 1', 1)}


def keyed(chain: Chain) -> dict[str, str]:
    """Return the chain with a keyed log group."""
    text = plain(chain)["main.tf"].replace("g.arn", "g[local.k].arn")
    text = text.replace('"g" {', '"g" {\n  for_each = toset(["k"])', 1)
    return {"main.tf": text + 'locals {\n  k = "k"\n}\n'}


def with_heredocs(chain: Chain) -> dict[str, str]:
    """Return the chain with its policies as text."""
    text = plain(chain)["main.tf"]
    for policy in (chain.trust, chain.grant(GROUP + ":*")):
        said = json.dumps(policy)
        indented = json.dumps(policy, indent=2)
        text = text.replace(f"jsonencode({said})", f"<<-EOT\n{indented}\nEOT")
    return {"main.tf": text}


def with_documents(chain: Chain) -> dict[str, str]:
    """Return the chain with its policies as policy documents."""
    text = plain(chain)["main.tf"]
    text = text.replace(f"jsonencode({json.dumps(chain.trust)})", _document("trust"))
    text = text.replace(f"jsonencode({json.dumps(chain.grant(GROUP + ':*'))})", _document("grant"))
    return {
        "main.tf": f"""{text}
data "aws_iam_policy_document" "trust" {{
  statement {{
    actions = ["sts:AssumeRole"]
    principals {{
      type        = "Service"
      identifiers = ["{chain.service}"]
    }}
  }}
}}
data "aws_iam_policy_document" "grant" {{
  statement {{
    actions   = {json.dumps(chain.actions)}
    resources = ["{GROUP}:*"]
  }}
}}
"""
    }


def _document(name: str) -> str:
    return f"data.aws_iam_policy_document.{name}.json"


def as_json(chain: Chain) -> dict[str, str]:
    """Return the chain in JSON syntax."""
    said = {
        "resource": {
            "aws_cloudwatch_log_group": {"g": {"name": "trail", "retention_in_days": chain.days}},
            "aws_iam_role": {
                "r": {"name": "delivery", "assume_role_policy": json.dumps(chain.trust)}
            },
            "aws_iam_role_policy": {
                "p": {
                    "role": "${aws_iam_role.r.id}",
                    "policy": json.dumps(chain.grant(GROUP + ":*")),
                }
            },
            "aws_cloudtrail": {
                "t": {
                    "name": "t",
                    "s3_bucket_name": "b",
                    "enable_logging": chain.logging,
                    "cloud_watch_logs_group_arn": GROUP + chain.suffix,
                    "cloud_watch_logs_role_arn": "${aws_iam_role.r.arn}",
                }
            },
        }
    }
    return {"main.tf.json": json.dumps(said)}


def overridden(chain: Chain) -> dict[str, str]:
    """Return the chain with its link in an override file."""
    link = f'  cloud_watch_logs_group_arn = "{GROUP}{chain.suffix}"\n'
    over = 'resource "aws_cloudtrail" "t" {\n%s}\n' % link  # noqa: UP031 - braces of HCL
    return {"main.tf": plain(chain)["main.tf"].replace(link, ""), "override.tf": over}


def with_carriage_returns(chain: Chain) -> dict[str, str]:
    """Return the chain as an editor on Windows saves it."""
    return {"main.tf": "\ufeff" + plain(chain)["main.tf"].replace("\n", "\r\n")}


SPELLINGS = (
    through_locals,
    in_a_module,
    across_modules,
    counted,
    keyed,
    with_heredocs,
    with_documents,
    as_json,
    overridden,
    with_carriage_returns,
)


def write(folder: Path, files: dict[str, str]) -> str:
    """Write files as a repository of their own, and return its path."""
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return str(folder)


def verdicts(path: str) -> tuple[list[bool | None], list[tuple[str, str]]]:
    """Return what a scan says, without places and addresses."""
    report = trailcheck.scan([path])
    said = sorted((verdict.rule, verdict.outcome.name) for verdict in report.verdicts)
    return [trail.integrated for trail in report.trails], said
