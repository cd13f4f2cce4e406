"""What the AWS provider refuses of arguments on the chain lets nothing pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from terraform.chains import verdicts, write

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """
variable "short" {
  type = bool
}
variable "any" {
  type = string
}
resource "aws_cloudwatch_log_group" "g" {
  name              = %(group)s
  retention_in_days = %(days)s
  log_group_class   = %(class)s
}
resource "aws_iam_role" "r" {
  name               = %(role)s
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole"
    Principal = { Service = "cloudtrail.amazonaws.com" }
  }] })
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = "logs:*", Resource = "${aws_cloudwatch_log_group.g.arn}:*"
  }] })
}
resource "aws_cloudtrail" "t" {
  name                       = "audit"
  s3_bucket_name             = "example-archive"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.r.arn
}
"""
GOOD = {"group": '"/audit"', "days": "400", "class": '"STANDARD"', "role": '"r"'}


@pytest.mark.parametrize(
    ("argument", "said", "integrated"),
    [
        ("days", "366", None),
        ("days", "2555", None),
        ("days", "45", False),
        ("days", '"3653"', True),
        ("days", "0", True),
        ("days", "null", True),
        ("days", "var.short ? 366 : 365", True),
        ("days", "var.short ? 366 : 2555", None),
        ("class", '"INFREQUENT_ACCESS"', True),
        ("class", '"Standard"', None),
        ("group", '"audit trail"', None),
        ("group", '"/audit/${var.any}"', True),
        ("group", '"/audit:${var.any}"', None),
        ("role", '"trail/role"', None),
        ("role", '"a.b-c_d+e=f,g@h"', True),
        ("role", f'"{"r" * 65}"', None),
    ],
)
def test_only_what_is_accepted_passes(
    tmp_path: Path,
    argument: str,
    said: str,
    integrated: bool | None,  # noqa: FBT001 - a column
) -> None:
    """Periods, classes and names (each resource's Argument Reference)."""
    folder = write(tmp_path, {"main.tf": MAIN % {**GOOD, argument: said}})
    assert verdicts(folder)[0] == [integrated]
