"""Evaluation: names, indexes, `try`, loops, and the bounds that hostile code meets."""

from __future__ import annotations

import pytest

from terraform.configurations import GROUP, evaluated, module, shown
from trailcheck.source import Source
from trailcheck.value import Mapping, Sequence, Text

COUNTED = (
    'resource "aws_cloudwatch_log_group" "g" {\n  count = %s\n  name  = "g${count.index}"\n}\n'
)
FIRST = "${aws_cloudwatch_log_group.g[0].arn}"


@pytest.mark.parametrize(
    ("expression", "count", "expected"),
    [
        ("aws_cloudwatch_log_group.g[0].arn", 1, FIRST),
        ("aws_cloudwatch_log_group.g[0].arn", 0, "!"),
        ("aws_cloudwatch_log_group.g.arn", 1, "!"),
        ('try(aws_cloudwatch_log_group.g[0].arn, "")', 1, FIRST),
        ('try(aws_cloudwatch_log_group.g[0].arn, "")', 0, ""),
        ("one(aws_cloudwatch_log_group.g[*].arn)", 1, FIRST),
        ("one(aws_cloudwatch_log_group.g[*].arn)", 0, None),
        ("one(aws_cloudwatch_log_group.g[*].arn)", 2, "!"),
        ("aws_cloudwatch_log_group.g.*.arn[0]", 1, FIRST),
        ("aws_cloudwatch_log_group.g[*].arn[0]", 1, "!"),
        ('element(concat(aws_cloudwatch_log_group.g[*].arn, [""]), 0)', 0, ""),
        ("element(aws_cloudwatch_log_group.g[*].arn, 2)", 2, FIRST),
        ('coalesce("", null, one(aws_cloudwatch_log_group.g[*].arn))', 1, FIRST),
        ("length(aws_cloudwatch_log_group.g)", 2, 2),
        ("aws_cloudwatch_log_group.g[0].name", 1, "g0"),
        ("aws_cloudwatch_log_group.g[0].id", 1, "g0"),
        ("[for g in aws_cloudwatch_log_group.g : g.name]", 2, ["g0", "g1"]),
    ],
)
def test_references_to_counted_resources(expression: str, count: int, expected: object) -> None:
    """Every spelling of a counted resource's attribute; a bare one Terraform refuses."""
    assert evaluated(expression, COUNTED % count) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("aws_cloudwatch_log_group.g.arn", "${aws_cloudwatch_log_group.g.arn}"),
        ("aws_cloudwatch_log_group.g[*].name", ["g"]),
        ("aws_cloudwatch_log_group.g[0].arn", "!"),
        ('aws_cloudwatch_log_group.g["arn"]', "!"),
        ("aws_cloudwatch_log_group.g.arn[0]", "!"),
        ("aws_cloudwatch_log_group.g.arn.name", "!"),
        ("aws_cloudwatch_log_group.other.arn", "!"),
        ("(true ? aws_cloudwatch_log_group.g : null).name", "g"),
        ("data.aws_region.r.name", "!"),
        ("var.nothing", "!"),
        ("local.nothing", "!"),
        ("module.nothing.x", "!"),
        ("nothing", "!"),
        ("terraform.workspace", "?terraform.workspace"),
        ("path.module", "."),
        ("path.root", "."),
        ("path.cwd", "?path.cwd"),
    ],
)
def test_names(expression: str, expected: object) -> None:
    """A single resource has attributes and no index; a name that is not declared is refused."""
    assert evaluated(expression, GROUP) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("path.module", "../../modules/trail"),
        ("path.root", "."),
        ('file("${path.module}/name.txt")', "of the module"),
        ('file("${path.module}/../trail/./name.txt")', "of the module"),
        ('file("${path.root}/name.txt")', "of the root"),
        ('file("name.txt")', "of the root"),
        ('file("${path.cwd}/name.txt")', "of the root"),
        ('file("${abspath(path.root)}/name.txt")', "of the root"),
        ('file(abspath("name.txt"))', "of the root"),
        ('file("${path.cwd}name.txt")', '?file("${path.cwd}name.txt")'),
        ('templatefile("${path.module}/name.txt", {})', "of the module"),
        ('filemd5("${path.cwd}/name.txt") == md5("of the root")', True),
        ('fileexists("${path.module}/main.txt")', False),
    ],
)
def test_paths_lead_from_the_root(expression: str, expected: object) -> None:
    """Terraform runs in the root module; `path.module` leads from there to the module."""
    call = 'module "t" {\n  source = "../../modules/trail"\n}\n'
    files = {
        "live/prod/main.tf": f"{call}locals {{\n  answer = module.t.said\n}}\n",
        "live/prod/name.txt": "of the root",
        "modules/trail/main.tf": f'output "said" {{\n  value = {expression}\n}}\n',
        "modules/trail/name.txt": "of the module",
    }
    root = module(files, "live/prod")
    assert shown(root.local("answer", Source("x", b"").span(0, 0))) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{a = 1}.b", "!"),
        ("try({a = 1}.b, 2)", 2),
        ('try("${null}", "x")', None),
        ('try("a${null}", "x")', "x"),
        ("can({a = 1}.b)", False),
        ("can({a = 1}.a)", True),
        ("try([{a = {}.b}], 1)", 1),
        ("null[*]", []),
        ('"a"[*]', ["a"]),
        ("[1, 2].*", [1, 2]),
        ("[1][1]", "!"),
        ("[1][0.5]", "!"),
        ('["a"]["0"]', "a"),
        ('toset(["a"])[0]', "!"),
        ("{(null) = 1}", "!"),
        ("{for x in [1, 1] : x => x}", "!"),
        ("[for x in 1 : x]", "!"),
        ("[for k, v in {b = 1, a = 2} : k]", ["a", "b"]),
        ('[for k, v in toset(["b", "a"]) : k]', ["a", "b"]),
        ("nosuch(1)", "!"),
        ("max([]...)", "!"),
    ],
)
def test_values(expression: str, expected: object) -> None:
    """What Terraform refuses is refused, and `try` and `can` see exactly that."""
    assert evaluated(expression) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("local.t", "a1"),
        ("local.l[0]", "a1"),
        ('local.m["k"]', "a1"),
        ("local.m.k", "a1"),
        ("local.l[length(local.l) - 1]", "a1"),
        ('"a$${x}"', "!"),
        ("upper(local.t)", "!"),
        ('["a"][0]', "!"),
        ('true ? local.t : "a"', "!"),
        ("null", "!"),
    ],
)
def test_templates_of_templatestring_come_from_elsewhere(template: str, expected: object) -> None:
    """Only a reference is taken; asked of Terraform 1.11."""
    rest = 'locals {\n  t = "a$${x}"\n  l = [local.t]\n  m = { k = local.t }\n}\n'
    assert evaluated(f"templatestring({template}, {{ x = 1 }})", rest) == expected


def test_a_loop_over_open_conditions_is_a_choice() -> None:
    """A row under an unknown condition is there in one world and not in the other."""
    rest = 'variable "e" {\n  type = bool\n}\n'
    assert evaluated('[for x in ["a", "b"] : x if x == "a" || var.e]', rest) == (
        "var.e",
        ["a", "b"],
        ["a"],
    )


def _doubling(first: str, step: str, rest: str = "") -> tuple[str, str]:
    rows = [f"  s0 = {first}"] + [
        f"  s{n} = {step.replace('#', f'local.s{n - 1}')}" for n in range(1, 41)
    ]
    return "local.s40", "locals {\n" + "\n".join(rows) + "\n}\n" + rest


@pytest.mark.parametrize(
    ("expression", "rest"),
    [
        _doubling('"xxxxxxxxxx"', '"${#}${#}"'),
        _doubling("var.s", '"${#}${#}"', 'variable "s" {\n  type = string\n}\n'),
        _doubling('["x"]', "[#, #]"),
        _doubling('["x"]', "concat(#, #)"),
        _doubling('{a = "x"}', "{a = #, b = #}"),
        ("try([local.s40, 1][0], 2)", _doubling('["x"]', "[#, #]")[1]),
        ("local.s40 == [local.s39, local.s39]", _doubling('["x"]', "[#, #]")[1]),
    ],
)
def test_doubling_ends(expression: str, rest: str) -> None:
    """A value of 2^40 characters or items is given up on the way, at once."""
    found = module(f"locals {{\n  answer = {expression}\n}}\n{rest}")
    value = found.local("answer", Source("x", b"").span(0, 0))
    if isinstance(value, Sequence | Mapping | Text):
        assert value.weight <= 1_000_000


def test_a_template_that_loops_a_billion_times_is_given_up() -> None:
    """The steps of one root are counted, those of loops in templates too."""
    loops = "".join(f"%{{ for {name} in range(1000) }}" for name in "abc")
    assert str(evaluated(f'"{loops}x{"%{ endfor }" * 3}"')).startswith("?")


def test_open_conditions_do_not_multiply() -> None:
    """Forty unknown conditions in one loop are an unknown, not 2^40 branches."""
    rest = "".join(f'variable "v{n}" {{\n  type = bool\n}}\n' for n in range(40))
    listed = ", ".join(f"var.v{n}" for n in range(40))
    assert str(evaluated(f"[for x in [{listed}] : x if x]", rest)).startswith("?")


@pytest.mark.parametrize("length", [100, 5_000])
def test_chains_and_circles_of_locals_end(length: int) -> None:
    """A circle is refused; a chain is followed as far as bounds allow."""
    circle = "".join(f"  a{n} = local.a{(n + 1) % length}\n" for n in range(length))
    answer = evaluated("local.a0", "locals {\n" + circle + "}\n")
    assert answer == "!" or str(answer).startswith("?")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[tomap([]), 1][1]", "!"),
        ("{a = tomap([]), b = 1}.b", "!"),
        ("length([1 - null, 1])", "!"),
        ("[for x in [1, 2] : x == 2 ? tomap([]) : 1][0]", "!"),
        ("[{a = tomap([])}, {a = 1}][*].a", "!"),
        ("try([tomap([]), 1][1], 2)", 2),
        ("true ? 1 : tomap([])", 1),
        ('[file("missing"), 1][1]', 1),
        ('{a = upper(file("missing")), b = 1}.b', 1),
        ("[for x in [] : x if null]", "!"),
        ('[for x in [] : x if "x"]', "!"),
        ("[for x in [] : x if x.y > 3]", []),
        ("tolist(null)[*]", "!"),
        ("null[*]", []),
        ("tomap(null)[*]", []),
        ("true ? [1, 2] : [1, true, null]", "!"),
        ("true ? [true, null] : [10]", [True, None]),
        ('issensitive([1, upper("a")])', False),
        ("issensitive(sensitive(1))", True),
        ("{for x in [1] : jsonencode([x]) => x}", {"[1]": 1}),
        ('compact([jsonencode({a = 1}), ""])', [{"json": {"a": 1}}]),
    ],
)
def test_errors_in_items_and_what_terraform_asks_first(expression: str, expected: object) -> None:
    """An item that Terraform refuses refuses the whole; a file that is missing only its own."""
    assert evaluated(expression, GROUP) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [("local.t", "hi 1"), ('"${local.t}"', "!"), ('"x"', "!"), ("upper(local.t)", "!")],
)
def test_a_template_is_named_by_a_reference(template: str, expected: str) -> None:
    """Terraform takes no other expression, not even one in quotes."""
    code = 'locals {\n  t = "hi $${x}"\n}\n'
    assert evaluated(f"templatestring({template}, {{x = 1}})", code) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("local.id == local.id", True),
        ("bcrypt(local.id) == bcrypt(local.id)", "open"),
        ("uuid() == uuid()", "open"),
        ("timestamp() == timestamp()", "open"),
        ("plantimestamp() == plantimestamp()", True),
    ],
)
def test_chance_gives_no_two_calls_the_same(expression: str, expected: object) -> None:
    """A local is evaluated once; two calls say two things (Terraform, `uuid` and `timestamp`)."""
    found = evaluated(expression, "locals {\n  id = uuid()\n}\n")
    assert ("open" if isinstance(found, tuple) else found) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("aws_cloudwatch_log_group.g.retention_in_days", 0),
        ("aws_cloudwatch_log_group.h.retention_in_days == 400", True),
        ("terraform_data.d.output", "x"),
        ("terraform_data.e.output", "${terraform_data.e.input}"),
    ],
)
def test_attributes_that_are_no_news(expression: str, expected: object) -> None:
    """Defaults, arguments in their types, and the output that repeats the input."""
    code = (
        'resource "aws_cloudwatch_log_group" "g" {\n  name = "g"\n}\n'
        'resource "aws_cloudwatch_log_group" "h" {\n  name = "h"\n  retention_in_days = "400"\n}\n'
        'resource "terraform_data" "d" {\n  input = "x"\n}\n'
        'resource "terraform_data" "e" {\n}\n'
    )
    assert evaluated(expression, code) == expected
