"""What code says of a whole resource, or of a merged map, is known though the rest is not."""

import pytest

from terraform.configurations import evaluated

AROUND = """
resource "aws_cloudwatch_log_group" "a" {
  name = "/x/y"
}
variable "t" {
  type = map(string)
}
locals {
  merged   = merge(var.t, {a = 1})
  text     = "$${g.arn}"
  listed   = "%%{ for g in l }$${g.name}%%{ endfor }"
  looked   = "$${lookup(g, \\"name\\", \\"\\")}"
}
"""
GROUP = "aws_cloudwatch_log_group.a"
ARN = "${aws_cloudwatch_log_group.a.arn}"

KNOWN: dict[str, object] = {
    f'merge({GROUP}, {{arn = "lit"}}).arn': "lit",
    f"merge({GROUP}, {{a = 1}}).arn": ARN,
    f'merge({{arn = "lit"}}, {GROUP}).arn': ARN,
    f'merge({{z = "lit"}}, {GROUP}).name': "/x/y",
    f'merge({GROUP}, {{a = 1}})["name"]': "/x/y",
    f'lookup({GROUP}, "arn", "")': ARN,
    f'lookup(merge({GROUP}, {{a = 1}}), "name", "")': "/x/y",
    "local.merged.a": 1,
    "merge(local.merged, {b = 2}).a": 1,
    "merge(null, var.t, {a = null}).a": None,
    "merge({(var.t.x) = 1}, var.t, {a = 1}).a": 1,
    'lookup(local.merged, "a", "d")': 1,
    'try(local.merged.a, "d")': 1,
    f'{{ for k, v in {GROUP} : k => v if k == "arn" }}': {"arn": ARN},
    f'{{ for k, v in {GROUP} : k => v if contains(["name"], k) }}': {"name": "/x/y"},
    f'[for k, v in {GROUP} : v if k == "arn" || k == "name"]': [ARN, "/x/y"],
    f"templatestring(local.text, {{g = {GROUP}}})": ARN,
    f"templatestring(local.listed, {{l = [{GROUP}]}})": "/x/y",
    f"templatestring(local.looked, {{g = {GROUP}}})": "/x/y",
}

UNKNOWN = [
    "merge(var.t, {a = 1}).b",
    "merge({a = 1}, var.t).a",
    "merge(local.merged, var.t).a",
    "merge(var.t, {(var.t.x) = 1}).a",
    f'merge({{z = "lit"}}, {GROUP}).z',
    f"merge({GROUP}, var.t).name",
    f'lookup({GROUP}, "nosuch", "d")',
    f'{{ for k, v in {GROUP} : k => v if k != "arn" }}',
    f'{{ for k, v in {GROUP} : k => v if v == "arn" }}',
    f'{{ for k, v in {GROUP} : k => v if k == "nosuch" }}',
]


@pytest.mark.parametrize("expression", KNOWN)
def test_what_lies_on_top_is_known(expression: str) -> None:
    """An entry is known if nothing that is not known may stand in its place."""
    assert evaluated(expression, AROUND) == KNOWN[expression]


@pytest.mark.parametrize("expression", UNKNOWN)
def test_what_may_be_covered_is_not(expression: str) -> None:
    """A map that is not known may hold any key; a resource, what code does not say of it."""
    shown = evaluated(expression, AROUND)
    assert isinstance(shown, str)
    assert shown.startswith("?")


def test_a_list_is_no_map_to_merge() -> None:
    """What is refused is refused beside what is not known."""
    assert evaluated("merge(var.t, [1])", AROUND) == "!"
