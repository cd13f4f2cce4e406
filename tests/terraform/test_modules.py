"""Module trees: calls, outputs, instances, circles, and bounds."""

from __future__ import annotations

import pytest

from terraform.configurations import GROUP, addresses, evaluated, graph
from trailcheck.graph import Kind
from trailcheck.value import Unknown

CHILD = (
    'variable "p" {\n  default = "d"\n}\n'
    + GROUP
    + 'output "arn" {\n  value = aws_cloudwatch_log_group.g.arn\n}\n'
    'output "p" {\n  value = var.p\n}\n'
    'output "group" {\n  value = aws_cloudwatch_log_group.g\n}\n'
)
TRAIL = 'resource "aws_cloudtrail" "t" {\n  name = "t"\n}\n'


def _call(arguments: str = "", source: str = "./m", name: str = "m") -> str:
    return f'module "{name}" {{\n  source = "{source}"\n  {arguments}\n}}\n'


@pytest.mark.parametrize(
    ("expression", "arguments", "expected"),
    [
        ("module.m.arn", "", "${module.m.aws_cloudwatch_log_group.g.arn}"),
        ("module.m.p", 'p = "x"', "x"),
        ("module.m.group.name", "", "g"),
        ("module.m.nothing", "", "!"),
        ("module.m[0].arn", "", "!"),
        ("module.m[1].arn", "count = 2", "${module.m[1].aws_cloudwatch_log_group.g.arn}"),
        ("module.m.arn", "count = 1", "!"),
        ("module.m[*].p", "count = 2\n  p = count.index", [0, 1]),
        ("one(module.m[*].p)", "count = 0", None),
        ('try(module.m[0].p, "no")', "count = 0", "no"),
        ('module.m["a"].p', 'for_each = toset(["a"])\n  p = each.key', "a"),
        ("values(module.m)[*].p", "for_each = {a = 1, b = 2}\n  p = each.value", [1, 2]),
        ("{for k, m in module.m : k => m.p}", "for_each = {a = 1}\n  p = each.value", {"a": 1}),
        ("length(module.m)", "count = 3", 3),
    ],
)
def test_outputs(expression: str, arguments: str, expected: object) -> None:
    """An output as the caller sees it, of single, counted and keyed calls."""
    assert evaluated(expression, _call(arguments), m=CHILD) == expected


@pytest.mark.parametrize("source", ["./m", "./m/", ".//m", "./x/../m", "././m"])
def test_spellings_of_a_source(source: str) -> None:
    """Every local spelling leads to the same directory."""
    assert evaluated("module.m.p", _call(source=source), m=CHILD) == "d"


def test_two_calls_of_one_module_are_two_modules() -> None:
    """Each call has its own variables and its own resources."""
    calls = _call('p = "1"', name="one") + _call('p = "2"', name="two")
    assert evaluated("[module.one.p, module.two.p]", calls, m=CHILD) == ["1", "2"]
    made = graph({"main.tf": calls, "m/main.tf": CHILD + TRAIL})
    assert addresses(made, Kind.TRAIL) == [
        "module.one.aws_cloudtrail.t",
        "module.two.aws_cloudtrail.t",
    ]


def test_modules_may_use_one_another() -> None:
    """Two modules that take each other's outputs are no circle unless the values are."""
    calls = _call("p = module.n.p", name="m") + _call('p = "x"', name="n")
    assert evaluated("module.m.p", calls, m=CHILD) == "x"
    circle = _call("p = module.n.p", name="m") + _call("p = module.m.p", name="n")
    assert evaluated("module.m.p", circle, m=CHILD) == "!"


@pytest.mark.parametrize("source", ["hashicorp/x/aws", "../m", "git::https://h.example/m.git"])
def test_a_module_from_elsewhere_is_an_unknown(source: str) -> None:
    """What is not in the repository is not known; nothing is fetched, nothing outside is read."""
    assert str(evaluated("module.m.p", _call(source=source))).startswith("?module.m")


@pytest.mark.parametrize(
    "files",
    [
        {"main.tf": TRAIL + _call(source="./")},
        {"main.tf": TRAIL + _call(source="./a"), "a/main.tf": _call(source="../a")},
        {
            "main.tf": TRAIL + _call(source="./a"),
            "a/main.tf": _call(source="../b"),
            "b/main.tf": _call(source="../a"),
        },
        {
            "main.tf": TRAIL + _call(source="./m0"),
            **{f"m{n}/main.tf": _call(source=f"../m{n + 1}") for n in range(300)},
            "m300/main.tf": GROUP,
        },
        {
            "main.tf": TRAIL + "".join(_call(source="./m0", name=f"c{n}") for n in range(10)),
            **{
                f"m{n}/main.tf": "".join(
                    _call(source=f"../m{n + 1}", name=f"c{i}") for i in range(10)
                )
                for n in range(8)
            },
            "m8/main.tf": GROUP,
        },
        {
            "main.tf": TRAIL + _call("count = 9999"),
            "m/main.tf": _call("count = 9999", source="../n"),
            "n/main.tf": GROUP,
        },
    ],
    ids=["self", "self below", "mutual", "chain of 300", "fan-out of 10^8", "count of 10^8"],
)
def test_circles_chains_and_fans_end(files: dict[str, str]) -> None:
    """Trees that do not end are unread beyond a bound, and the trail of the root is listed."""
    made = graph(files)
    assert "aws_cloudtrail.t" in addresses(made, Kind.TRAIL)
    addresses(made, Kind.LOG_GROUP)
    assert made.unread


def test_modules_are_instantiated_for_what_is_asked() -> None:
    """A module that holds groups alone is not worked out for who asks for trails."""
    made = graph({"main.tf": TRAIL + _call("count = 9999", source="./n"), "n/main.tf": GROUP})
    assert addresses(made, Kind.TRAIL) == ["aws_cloudtrail.t"]
    assert not made.unread
    assert not addresses(made, Kind.ROLE)
    assert not made.unread
    addresses(made, Kind.LOG_GROUP)
    assert made.unread


def test_existence_of_what_a_module_holds_is_that_of_its_call() -> None:
    """A resource in a module that does not exist does not exist."""
    assert addresses(graph({"main.tf": _call("count = 0"), "m/main.tf": TRAIL}), Kind.TRAIL) == []


@pytest.mark.parametrize(("default", "refused"), [("a", False), ("c", True)])
def test_validation_rules_out_values(default: str, refused: bool) -> None:  # noqa: FBT001
    """A value that Terraform would refuse is not what gets deployed: another must be given."""
    text = (
        f'variable "x" {{\n  default = "{default}"\n  validation {{\n'
        '    condition     = contains(["a", "b"], var.x)\n    error_message = "no"\n  }\n}\n'
    )
    named = GROUP.replace('name = "g"', "name = var.x")
    (group,) = graph(text + named).resources(Kind.LOG_GROUP)
    value = group.get("name").value
    assert isinstance(value, Unknown) is refused
