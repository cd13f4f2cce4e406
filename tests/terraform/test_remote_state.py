"""Outputs of another root module, through its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import trailcheck

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report

PRODUCER = """
resource "aws_cloudwatch_log_group" "g" {
  name = "/audit"
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole",
    Principal = { Service = "cloudtrail.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "logs:*",
    Resource = "${aws_cloudwatch_log_group.g.arn}:*" }] })
}
output "group" {
  value = aws_cloudwatch_log_group.g.arn
}
output "role" {
  value = { arn = aws_iam_role.r.arn }
}
"""
CONSUMER = """
data "terraform_remote_state" "audit" {
  backend = "%s"
  config  = { %s }
}
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = "${data.terraform_remote_state.audit.outputs.group}:*"
  cloud_watch_logs_role_arn  = data.terraform_remote_state.audit.outputs.role.arn
}
"""
S3 = 'terraform {\n  backend "s3" {\n    bucket = "states"\n    key = "audit"\n  }\n}\n'


def _scan(folder: Path, producer: str, consumer: str, *paths: str) -> Report:
    (folder / ".git").mkdir()
    for name, text in (("audit", producer), ("trail", consumer)):
        (folder / name).mkdir()
        (folder / name / "main.tf").write_text(text)
    return trailcheck.scan([str(folder / path) for path in paths or (".",)])


@pytest.mark.parametrize(
    ("head", "backend", "config"),
    [
        (S3, "s3", 'bucket = "states", key = "audit", region = "eu-west-1"'),
        ("", "local", 'path = "../audit/terraform.tfstate"'),
        (
            'terraform {\n  backend "local" {\n    path = "a.tfstate"\n  }\n}\n',
            "local",
            'path = "../audit/a.tfstate"',
        ),
        (
            (
                'terraform {\n  cloud {\n    organization = "o"\n    workspaces {\n'
                '      name = "w"\n    }\n  }\n}\n'
            ),
            "remote",
            'organization = "o", workspaces = { name = "w" }',
        ),
    ],
)
def test_the_state_of_a_scanned_root_is_read_from_its_code(
    tmp_path: Path, head: str, backend: str, config: str
) -> None:
    """Backend and keys that agree join the roots, and the producer's policies count."""
    report = _scan(tmp_path, head + PRODUCER, CONSUMER % (backend, config))
    (trail,) = report.trails
    assert trail.facts.log_group.address == "audit//aws_cloudwatch_log_group.g"
    assert trail.facts.role.address == "audit//aws_iam_role.r"
    assert trail.integrated is True


@pytest.mark.parametrize(
    ("config", "paths"),
    [('bucket = "states", key = "other"', ()), ('bucket = "states", key = "audit"', ("trail",))],
)
def test_other_states_are_not_known(tmp_path: Path, config: str, paths: tuple[str, ...]) -> None:
    """Another key, or a producer outside of what is scanned, leaves the link open."""
    report = _scan(tmp_path, S3 + PRODUCER, CONSUMER % ("s3", config), *paths)
    (trail,) = report.trails
    assert trail.facts.log_group.state == "unknown"
    assert trail.integrated is None


def test_a_grant_that_the_producer_lacks_fails(tmp_path: Path) -> None:
    """The chain is judged across roots, not assumed."""
    producer = S3 + PRODUCER.replace("logs:*", "logs:PutLogEvents")
    report = _scan(tmp_path, producer, CONSUMER % ("s3", 'bucket = "states", key = "audit"'))
    assert report.trails[0].integrated is False


def test_an_unread_file_of_the_producer_holds_everything_back(tmp_path: Path) -> None:
    """What the other root lost may hold a Deny: nothing passes."""
    producer = S3 + PRODUCER + 'resource "aws_iam_role_policy" "q" {\n'
    report = _scan(tmp_path, producer, CONSUMER % ("s3", 'bucket = "states", key = "audit"'))
    assert report.trails[0].integrated is None


@pytest.mark.parametrize(
    ("demand", "expected"),
    [
        ("var.days >= 365 || var.days == 0", True),
        ("var.days < 365 && var.days > 0", False),
        ("var.days > 7", None),
    ],
)
def test_what_the_producer_demands_holds_for_who_reads_its_state(
    tmp_path: Path, demand: str, *, expected: bool | None
) -> None:
    """A validation rules out worlds in which the producer is not deployed, and wrote no state."""
    producer = S3 + PRODUCER.replace(
        'name = "/audit"', 'name              = "/audit"\n  retention_in_days = var.days'
    )
    producer += (
        'variable "days" {\n  type = number\n  validation {\n'
        f'    condition = {demand}\n    error_message = "no"\n  }}\n}}\n'
    )
    report = _scan(tmp_path, producer, CONSUMER % ("s3", 'bucket = "states", key = "audit"'))
    assert report.trails[0].integrated is expected


@pytest.mark.parametrize(("demand", "expected"), [("var.on", True), ("!var.on", False)])
def test_what_a_resource_of_the_producer_demands_holds_too(
    tmp_path: Path, demand: str, *, expected: bool
) -> None:
    """A precondition that is open is a law of every world, here and behind the state."""
    wanted = f'condition = {demand}\n      error_message = "no"'
    guard = f"  lifecycle {{\n    precondition {{\n      {wanted}\n    }}\n  }}\n"
    producer = S3 + PRODUCER.replace('name = "/audit"\n', f'name = "/audit"\n{guard}')
    producer = producer.replace(
        "  value = aws_cloudwatch_log_group.g.arn",
        '  value = var.on ? aws_cloudwatch_log_group.g.arn : "arn:aws:logs:nowhere"',
    )
    producer += 'variable "on" {\n  type = bool\n}\n'
    report = _scan(tmp_path, producer, CONSUMER % ("s3", 'bucket = "states", key = "audit"'))
    assert report.trails[0].integrated is expected


def test_states_that_read_each_other_end(tmp_path: Path) -> None:
    """Two roots may read one another's state; a value in a circle is not known."""
    loop = (
        'data "terraform_remote_state" "x" {\n  backend = "local"\n'
        '  config = { path = "../%s/terraform.tfstate" }\n}\n'
        'output "group" {\n  value = data.terraform_remote_state.x.outputs.group\n}\n'
    )
    trail = (
        'resource "aws_cloudtrail" "t" {\n  name = "t"\n  s3_bucket_name = "b"\n'
        "  cloud_watch_logs_group_arn = data.terraform_remote_state.x.outputs.group\n}\n"
    )
    report = _scan(tmp_path, loop % "trail", loop % "audit" + trail)
    assert report.trails[0].integrated is not True


def test_a_state_that_two_roots_claim_is_not_known(tmp_path: Path) -> None:
    """Nobody can tell which of them wrote it last."""
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "main.tf").write_text(S3 + PRODUCER)
    config = 'bucket = "states", key = "audit"'
    report = _scan(tmp_path, S3 + PRODUCER, CONSUMER % ("s3", config))
    assert report.trails[0].facts.log_group.state == "unknown"
    assert report.trails[0].integrated is None


STATE = 'bucket = "states", key = "audit"'
LOOKING_UP = """
data "terraform_remote_state" "audit" {
  backend = "s3"
  config  = { bucket = "states", key = "audit" }
}
data "aws_cloudwatch_log_group" "g" {
  name = %s
}
data "aws_iam_role" "r" {
  name = %s
}
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = "${data.aws_cloudwatch_log_group.g.arn}:*"
  cloud_watch_logs_role_arn  = data.aws_iam_role.r.arn
}
"""
NAMES = """
output "group_name" {
  value = aws_cloudwatch_log_group.g.name
}
output "role_name" {
  value = aws_iam_role.r.name
}
"""
FROM_STATE = (
    "data.terraform_remote_state.audit.outputs.group_name",
    "data.terraform_remote_state.audit.outputs.role_name",
)


@pytest.mark.parametrize(
    ("group", "old", "new"),
    [
        (FROM_STATE[0], "", ""),
        (FROM_STATE[0], '"/audit"', '"/audit/${var.env}"'),
        (FROM_STATE[0], 'name = "/audit"', 'name_prefix = "/audit"'),
        ('"/audit"', "", ""),
    ],
)
def test_what_the_producer_declares_is_looked_up_by_name(
    tmp_path: Path, group: str, old: str, new: str
) -> None:
    """A name from the state, or the same literal, is the resource behind the state."""
    producer = S3 + PRODUCER.replace(old, new) + NAMES + 'variable "env" {}\n'
    report = _scan(tmp_path, producer, LOOKING_UP % (group, FROM_STATE[1]))
    (trail,) = report.trails
    assert trail.facts.log_group.address == "audit//aws_cloudwatch_log_group.g"
    assert trail.facts.role.address == "audit//aws_iam_role.r"
    assert trail.integrated is True


@pytest.mark.parametrize(
    ("group", "old", "new"),
    [
        ('"/other"', "", ""),
        ('"/audit/${var.env}"', '"/audit"', '"/audit/${var.env}"'),
        ('"/audit"', 'name = "/audit"', 'count = var.env == "x" ? 1 : 0\n  name = "/audit"'),
        ('"/audit"', 'name = "/audit"', 'provider = aws.far\n  name = "/audit"'),
    ],
)
def test_another_name_or_place_is_not_the_producers(
    tmp_path: Path, group: str, old: str, new: str
) -> None:
    """Equal words of two roots are two unknowns, and another Region holds other groups."""
    more = 'variable "env" {}\nprovider "aws" {\n  alias = "far"\n  region = "us-west-2"\n}\n'
    producer = S3 + PRODUCER.replace(old, new) + NAMES + more
    if "count" in new:
        producer = producer.replace("log_group.g.", "log_group.g[0].")
    consumer = LOOKING_UP % (group, FROM_STATE[1]) + 'variable "env" {}\n'
    report = _scan(tmp_path, producer, consumer)
    (trail,) = report.trails
    assert trail.facts.log_group.address == "data.aws_cloudwatch_log_group.g"
    assert trail.integrated is not True


def test_what_both_declare_is_the_readers_own(tmp_path: Path) -> None:
    """One name is one group; the code beside the look-up is the nearer word on it."""
    own = 'resource "aws_cloudwatch_log_group" "own" {\n  name = "/audit"\n}\n'
    consumer = LOOKING_UP % ('"/audit"', FROM_STATE[1]) + own
    report = _scan(tmp_path, S3 + PRODUCER + NAMES, consumer)
    assert report.trails[0].facts.log_group.address == "aws_cloudwatch_log_group.own"


@pytest.mark.parametrize(("role", "expected"), [("delivery", True), ("delivery2", None)])
def test_a_literal_arn_is_joined_to_what_the_producer_declares(
    tmp_path: Path, role: str, *, expected: bool | None
) -> None:
    """The role and group behind the state are of this graph, whoever spells their ARNs."""
    named = PRODUCER.replace('"aws_iam_role" "r" {', f'"aws_iam_role" "r" {{\n  name = "{role}"')
    consumer = CONSUMER % ("s3", STATE)
    consumer = consumer.replace(
        "data.terraform_remote_state.audit.outputs.role.arn",
        '"arn:aws:iam::123456789012:role/delivery"',
    ).replace(
        "${data.terraform_remote_state.audit.outputs.group}",
        "arn:aws:logs:us-east-1:123456789012:log-group:/audit",
    )
    report = _scan(tmp_path, S3 + named, consumer)
    assert report.trails[0].integrated is expected
