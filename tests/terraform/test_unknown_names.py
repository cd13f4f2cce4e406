"""Equal names are equal values: what may differ has names that do."""

from __future__ import annotations

import pytest

from terraform.configurations import module
from trailcheck.source import Source
from trailcheck.terraform.functions.canonical import canonical

CODE = """
variable "any" {}
variable "text" {
  type = string
}
variable "list" {
  type = list(any)
}
variable "map" {
  type = map(any)
}
locals {
  one = %s
  two = %s
}
resource "aws_x" "a" {
  dynamic "row" {
    for_each = var.list
    content {
      value = "a"
    }
  }
}
resource "aws_x" "b" {
  dynamic "row" {
    for_each = var.list
    content {
      value = "b"
    }
  }
}
"""
APART = [
    ("[for x in var.list : x]", "[for x in var.list : '${x}a']"),
    ("[for x in [for y in var.list : y] : '${x}a']", "[for x in [for y in var.list : y] : x]"),
    (
        "[for x in ['a'] : [for y in var.list : '${x}${y}'][0]][0]",
        "[for x in ['b'] : [for y in var.list : '${x}${y}'][0]][0]",
    ),
    (
        "[for x in ['a'] : [for y in var.list : y if y != x]]",
        "[for x in ['b'] : [for y in var.list : y if y != x]]",
    ),
    (
        "[for x in ['a'] : alltrue([for y in var.list : y == x]) ? 1 : 2]",
        "[for x in ['b'] : alltrue([for y in var.list : y == x]) ? 1 : 2]",
    ),
    ("[for x in ['a'] : var.list[*][x]]", "[for x in ['b'] : var.list[*][x]]"),
    ("'%{ for x in var.list }a%{ endfor }'", "'%{ for x in var.list }b%{ endfor }'"),
    ("'%{ for x in var.list }a%{ endfor }'", "'${var.list}'"),
    (
        "templatefile('t.tpl', { list = var.list, text = 'a' })",
        "templatefile('t.tpl', { list = var.list, text = 'b' })",
    ),
    ("format('a-%s', var.list...)", "format('b-%s', var.list...)"),
    ("merge({ a = 1 }, var.list...)", "merge({ a = 2 }, var.list...)"),
    ("{ (var.text) = 'a' }", "{ (var.text) = 'b' }"),
    ("{ (var.text) = 'a', x = 1 }", "{ (var.text) = 'a', x = 2 }"),
    ("{ for x in ['a'] : '${var.text}' => x }", "{ for x in ['b'] : '${var.text}' => x }"),
    ("try(var.any.name, 'a')", "try(var.any.name, 'b')"),
    ("try(var.any.name, 'a')", "var.any.name"),
    ("tolist(toset(var.list))[0]", "var.list[0]"),
    ("aws_x.a.row[0].value", "aws_x.b.row[0].value"),
]
ALIKE = [
    ("try(var.any.name, 'a')", "try(var.any.name, 'a')"),
    ("try(var.any, 'a')", "var.any"),
    ("format('a-%s', var.list...)", "format('a-%s', var.list...)"),
    ("{ (var.text) = 'a' }", "{ (var.text) = 'a' }"),
]


def _names(one: str, two: str) -> list[str]:
    code = CODE % (one.replace("'", '"'), two.replace("'", '"'))
    root = module({"main.tf": code, "t.tpl": "%{ for x in list }${text}%{ endfor }"})
    return [canonical(root.local(name, Source("x", b"").span(0, 0))) for name in ("one", "two")]


@pytest.mark.parametrize(("one", "two"), APART)
def test_what_may_differ_has_two_names(one: str, two: str) -> None:
    """Text, collection, and all that the text refers to make the name of what is not known."""
    first, second = _names(one, two)
    assert first != second


@pytest.mark.parametrize(("one", "two"), ALIKE)
def test_what_is_the_same_has_one_name(one: str, two: str) -> None:
    """The same code about the same values is one unknown, wherever it stands."""
    first, second = _names(one, two)
    assert first == second


def test_instances_of_a_module_are_told_apart() -> None:
    """What one instance makes of an unknown is not what another makes of it."""
    inner = (
        'variable "key" {}\nvariable "list" {}\n'
        'output "name" {\n  value = [for x in var.list : x.name if x.key == var.key][0]\n}\n'
    )
    outer = (
        'variable "list" {}\nmodule "m" {\n  source   = "./m"\n  for_each = toset(["a", "b"])\n'
        "  key      = each.key\n  list     = var.list\n}\n"
        'locals {\n  one = module.m["a"].name\n  two = module.m["b"].name\n}\n'
    )
    root = module({"main.tf": outer, "m/main.tf": inner})
    place = Source("x", b"").span(0, 0)
    assert canonical(root.local("one", place)) != canonical(root.local("two", place))
