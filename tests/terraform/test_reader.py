"""From directories to graphs: what is found, what is not there, what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import trailcheck
from terraform.configurations import GROUP, addresses, graph
from trailcheck.config import Config
from trailcheck.graph import Kind

if TYPE_CHECKING:
    from pathlib import Path

TRAIL = 'resource "aws_cloudtrail" "t" {\n  name = "t"\n}\n'


def test_resources_are_found_by_kind_and_by_address() -> None:
    """Both ways give the same resource."""
    made = graph(TRAIL + GROUP)
    (trail,) = made.resources(Kind.TRAIL)
    assert made.resource("aws_cloudtrail.t") is trail
    assert addresses(made, Kind.LOG_GROUP) == ["aws_cloudwatch_log_group.g"]
    assert made.resource("aws_cloudtrail.nothing") is None


def test_a_looked_up_group_is_external() -> None:
    """A data source stands for something declared elsewhere."""
    made = graph('data "aws_cloudwatch_log_group" "g" {\n  name = "g"\n}\n')
    (group,) = made.resources(Kind.LOG_GROUP)
    assert group.external
    assert group.address == "data.aws_cloudwatch_log_group.g"


@pytest.mark.parametrize("count", ["0", "false ? 1 : 0", "length([])"])
def test_what_code_rules_out_is_not_there(count: str) -> None:
    """Resources with no instance are not listed."""
    text = f'resource "aws_cloudtrail" "t" {{\n  count = {count}\n}}\n'
    assert addresses(graph(text), Kind.TRAIL) == []


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"main.tf": TRAIL, "broken.tf": "resource {"}, "broken.tf"),
        ({"main.tf": TRAIL, "broken.tf.json": "{"}, "broken.tf.json"),
        ({"main.tf": TRAIL, "terraform.tfvars": "a ="}, "terraform.tfvars"),
        (
            {"main.tf": TRAIL + 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": "x = {"},
            "m/main.tf",
        ),
    ],
)
def test_what_could_not_be_read_is_named(files: dict[str, str], path: str) -> None:
    """The trail is listed all the same, and the graph says which file is missing."""
    made = graph(files)
    assert addresses(made, Kind.TRAIL) == ["aws_cloudtrail.t"]
    assert path in [problem.path for problem in made.unread]


@pytest.mark.parametrize(("byte", "broken"), [("# \xe9", 0), ('locals {\n  a = "\xe9"\n}', 1)])
def test_comments_may_be_in_any_encoding(tmp_path: Path, byte: str, broken: int) -> None:
    """A comment in Latin-1 stops nobody; a string in it does."""
    (tmp_path / "main.tf").write_bytes(f"{byte}\n{TRAIL}".encode("latin-1"))
    (tmp_path / "terraform.tfvars").write_bytes(b"# \xe9\n")
    report = trailcheck.scan([str(tmp_path)], Config())
    assert [p.path for p in report.diagnostics] == ["main.tf"] * broken
    assert len(report.trails) == 1 - broken


CHAIN = """
resource "aws_cloudwatch_log_group" "g" {
  name              = "g"
  retention_in_days = 400
}
resource "aws_iam_role" "r" {
  name               = "delivery"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole"
    Principal = { Service = "cloudtrail.amazonaws.com" }
  }] })
}
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.r.arn
}
module "network" {
  source = "./network"
}
"""
GRANT = """
resource "aws_iam_role_policy" "p" {
  role   = "delivery"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*"
  }] })
}
"""


def test_modules_that_hold_nothing_asked_for_are_not_worked_out(tmp_path: Path) -> None:
    """A module of other resources costs nothing; what lies behind one of them still counts."""
    files = {
        "main.tf": CHAIN,
        "network/main.tf": 'resource "aws_vpc" "v" {\n  count = length(3)\n}\n'
        'module "deeper" {\n  source = "../grants"\n}\n',
        "grants/main.tf": 'resource "aws_subnet" "s" {\n  count = length(3)\n}\n',
    }
    (tmp_path / ".git").mkdir()
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    report = trailcheck.scan([str(tmp_path)])
    assert [trail.integrated for trail in report.trails] == [False]  # Nothing grants yet.
    assert report.diagnostics == ()

    (tmp_path / "grants/main.tf").write_text(GRANT)
    report = trailcheck.scan([str(tmp_path)])
    assert [trail.integrated for trail in report.trails] == [True]

    (tmp_path / "grants/main.tf").write_text('module "again" {\n  source = "../network"\n}\n')
    report = trailcheck.scan([str(tmp_path)])
    assert any("nested too deeply" in d.summary for d in report.diagnostics)
