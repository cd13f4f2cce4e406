"""Sensitive and ephemeral values: what Terraform 1.11 refuses of them, and what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from terraform.chains import Chain, plain, write
from trailcheck import scan

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
terraform {
  backend "local" {}
}
variable "s" {
  type      = string
  default   = "x"
  sensitive = true
}
variable "m" {
  type      = map(string)
  default   = { a = "x" }
  sensitive = true
}
variable "e" {
  type      = string
  default   = "x"
  ephemeral = true
}
resource "aws_sns_topic" "held" {
  name = var.s
  tags = { a = "a-${var.s}", b = "b" }
}
locals {
  both   = { a = var.s, b = "b" }
  keys   = toset(keys(var.m))
  hidden = "a-${var.e}"
}
"""
MODULES = {
    "plain/main.tf": 'variable "v" {}\noutput "o" {\n  value = var.v\n}\n',
    "passing/main.tf": 'variable "v" {\n  ephemeral = true\n}\n'
    'output "o" {\n  value     = var.v\n  ephemeral = true\n}\n',
    "losing/main.tf": 'variable "v" {\n  ephemeral = true\n}\noutput "o" {\n  value = var.v\n}\n',
    "each/main.tf": 'variable "v" {}\n'
    'resource "aws_sns_topic" "x" {\n  for_each = var.v\n  name     = each.key\n}\n',
}
SHOWN = "for_each of a sensitive value"
KEPT = "name holds an ephemeral value"
RETURNED = "output o returns a sensitive value"


def _topic(*arguments: str) -> str:
    return f'resource "aws_sns_topic" "x" {{\n  {chr(10).join(arguments)}\n}}\n'


def _module(source: str, value: str, head: str = "") -> str:
    return f'module "m" {{\n  {head}\n  source = "./{source}"\n  v      = {value}\n}}\n'


def _output(value: str, more: str = "") -> str:
    return f'output "o" {{\n  value = {value}\n  {more}\n}}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_topic("for_each = var.m", "name = each.key"), SHOWN),
        (_topic("for_each = local.keys", "name = each.key"), SHOWN),
        (_topic("for_each = toset([var.s])", "name = each.key"), SHOWN),
        (_topic("for_each = { (var.s) = 1 }", "name = each.key"), SHOWN),
        (_topic("for_each = sensitive(toset([]))", "name = each.key"), SHOWN),
        (_topic('for_each = var.s == "x" ? toset(["a"]) : toset([])'), SHOWN),
        (_topic('for_each = toset([for k in keys(var.m) : "${k}x"])'), SHOWN),
        (_module("plain", "1", "for_each = var.m"), SHOWN),
        (_topic("for_each = toset([aws_sns_topic.held.name])"), SHOWN),
        (_topic('for_each = toset(split(",", aws_sns_topic.held.tags["a"]))'), SHOWN),
        (_topic("for_each = toset([local.both.a])"), SHOWN),
        (_topic("for_each = toset([[1, var.s][1]])"), SHOWN),
        (_topic('for_each = toset([try(var.s, "x")])'), SHOWN),
        (_topic('for_each = toset([try(aws_sns_topic.held.name, "x")])'), SHOWN),
        (_topic('for_each = toset([try(local.both["a"], var.s)])'), SHOWN),
        (_topic('for_each = toset([join("-", [local.both.a, "x"])])'), SHOWN),
        (_topic("for_each = toset(values(local.both))"), SHOWN),
        (_module("plain", "local.both") + _topic("for_each = toset([module.m.o.a])"), SHOWN),
        (_output("aws_sns_topic.held.tags"), RETURNED),
        (_output("md5(var.s)"), RETURNED),
        (_module("each", "var.m"), SHOWN),
        (_topic("name = var.e"), KEPT),
        (_topic('name = try(var.e, "x")'), KEPT),
        (_topic("name = ephemeral.aws_x.e.v") + 'ephemeral "aws_x" "e" {\n}\n', KEPT),
        (_topic('name = "a-${var.e}"'), KEPT),
        (_topic("name = upper(local.hidden)"), KEPT),
        (_topic("tags = { a = [var.e] }"), "tags holds an ephemeral value"),
        (_topic('count = var.e == "x" ? 1 : 0'), "count of an ephemeral value"),
        ('data "aws_region" "r" {\n  name = var.e\n}\n', KEPT),
        (_module("plain", "var.e"), "variable v is passed an ephemeral value"),
        (_module("losing", "var.e"), "output o returns an ephemeral value"),
        (_module("passing", "var.e") + _topic("name = module.m.o"), KEPT),
        (_output("var.e"), "output o returns an ephemeral value"),
        (_output("1", "ephemeral = true"), "output o of the root is ephemeral"),
        (_output("var.s"), RETURNED),
        (_output('"a-${var.s}"', "sensitive = false"), RETURNED),
        (_output("{ a = var.s }"), RETURNED),
        (_module("plain", "var.s") + _output("module.m.o"), RETURNED),
    ],
)
def test_marked_values_are_refused_where_terraform_refuses_them(
    tmp_path: Path, text: str, said: str
) -> None:
    """Each was refused by Terraform 1.11, wherever in the root it stands; nothing passes."""
    files = {**MODULES, "main.tf": plain(Chain())["main.tf"] + HEAD + text}
    report = scan([write(tmp_path, files)])
    assert f"Terraform would refuse this: {said}" in {d.summary for d in report.diagnostics}
    assert report.trails[0].integrated is None


@pytest.mark.parametrize(
    "text",
    [
        _topic("for_each = { a = var.s }", "name = each.key"),
        _topic("for_each = nonsensitive(var.m)", "name = each.key"),
        _topic("for_each = aws_sns_topic.held.tags", "name = each.key"),
        _topic("for_each = toset([aws_sns_topic.held.tags.b])"),
        _topic("for_each = toset([local.both.b])"),
        _topic("for_each = can(var.s) ? local.both : local.both"),
        _topic('for_each = toset([try("x", var.s)])'),
        _topic('for_each = toset([try(local.both["c"], "x")])'),
        _topic("for_each = toset(keys(local.both))"),
        _output("can(var.s)"),
        _output("aws_sns_topic.held.tags.b"),
        _output("try({ a = var.s }.b, 1)"),
        _topic("name = var.s"),
        _topic('count = var.s == "x" ? 1 : 0'),
        _topic('name = "a"', 'dynamic "foo" {\nfor_each = var.m\ncontent {\nb = 1\n}\n}'),
        _topic("name = ephemeralasnull(var.e)"),
        _topic('lifecycle {\nprecondition {\ncondition = var.e == "x"\nerror_message = "no"\n}\n}'),
        'variable "by" {\n  default = { x = 1 }\n}\n' + _topic("name = var.by[var.e]"),
        'resource "aws_db_instance" "d" {\n  password_wo = var.e\n}\n',
        'provider "aws" {\n  region = var.e\n}\n',
        _module("passing", "var.e"),
        _output("ephemeralasnull(var.e)"),
        _output("var.s", "sensitive = true"),
        _output("nonsensitive(var.s)"),
        _output("issensitive(var.s)"),
        _module("plain", "var.s"),
    ],
)
def test_marked_values_are_taken_where_terraform_takes_them(tmp_path: Path, text: str) -> None:
    """Terraform 1.11 planned each of these (the write-only argument: by its documentation)."""
    files = {**MODULES, "main.tf": plain(Chain())["main.tf"] + HEAD + text}
    report = scan([write(tmp_path, files)])
    assert not [d.summary for d in report.diagnostics if "refuse" in d.summary]
    assert report.trails[0].integrated is not None


@pytest.mark.parametrize("text", [_output("var.s"), _output("1", "ephemeral = true")])
def test_outputs_of_a_module_for_others_may_be_anything(tmp_path: Path, text: str) -> None:
    """A directory without a state of its own may be called from elsewhere, where both are right."""
    head = HEAD.replace('backend "local" {}', "")
    report = scan([write(tmp_path, {"main.tf": plain(Chain())["main.tf"] + head + text})])
    assert not [d.summary for d in report.diagnostics if "refuse" in d.summary]
