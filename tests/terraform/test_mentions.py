"""What blocks refer to, at a glance and exactly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trailcheck.source import Source
from trailcheck.terraform import jsonsyntax, syntax
from trailcheck.terraform.config import ModuleConfig
from trailcheck.terraform.glance import is_in_order, waits
from trailcheck.terraform.mentions import Mentions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.terraform.glance import Pair
    from trailcheck.terraform.mentions import Node

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
DECLARED = """
resource "aws_a" "b" {}
resource "plain" "b" {}
data "aws_a" "b" {}
ephemeral "aws_a" "b" {}
variable "v" {}
module "m" {
  source = "./m"
}
"""


def _configs(folder: Path) -> Iterator[ModuleConfig]:
    for directory in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        files = [*sorted(directory.glob("*.tf")), *sorted(directory.glob("*.tf.json"))]
        for some in ([path] for path in files) if directory == folder else [files]:
            parsed = [
                (jsonsyntax if path.name.endswith(".json") else syntax).parse(
                    Source(path.name, path.read_bytes())
                )
                for path in some
            ]
            yield ModuleConfig(directory.name, parsed)


def _pair(node: Node) -> Pair | None:
    """Return what a glance knows a node as, if it knows it."""
    match node:
        case ("resource" | "data" | "ephemeral", address):
            first, _, second = address.partition(".")
        case ("given" | "expand" | "close" | "of", *rest):
            first, second = "module", rest[0]
        case ("validation", name):
            first, second = "var", name
        case ("provider", name):
            first, second = "provider", name.partition(".")[0]
        case ("output" | "import", _):
            return None
        case (first, second):
            pass
    return first.encode(), second.encode()


def _uncovered(config: ModuleConfig) -> list[tuple[object, ...]]:
    """Return what is referred to, and was not seen at a glance."""
    seen, exact = waits(config), Mentions(config)
    if seen is None:
        return []
    calls = [("expand", name) for name in config.calls]
    providers = [("provider", name) for name in config.providers]
    given = [("given", call, name) for call in config.calls for name in exact.given(call)]
    return [
        (node, said)
        for node in (*exact.nodes, *calls, *providers, *given)
        for said in exact.of(node)
        if (one := _pair(node)) is not None
        and (other := _pair(said)) in seen
        and other not in seen[one]
    ]


def test_a_glance_misses_nothing() -> None:
    """In no fixture is there a reference that the text does not show."""
    checked = 0
    for folder in sorted(path for path in FIXTURES.rglob("*") if path.is_dir()):
        for config in _configs(folder):
            assert _uncovered(config) == []
            checked += len(Mentions(config).nodes)
    assert checked > 500


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("aws_a.b.arn", ("resource", "aws_a.b")),
        ("resource.aws_a.b.arn", ("resource", "aws_a.b")),
        ("plain.b.arn", ("resource", "plain.b")),
        ("(plain .b)", ("resource", "plain.b")),
        ("(plain. b)", ("resource", "plain.b")),
        ("(aws_a\n  .b.arn)", ("resource", "aws_a.b")),
        ("(aws_a # words\n  .b.arn)", ("resource", "aws_a.b")),
        ("(aws_a /* words */ .b.arn)", ("resource", "aws_a.b")),
        ("(aws_a./* words */b.arn)", ("resource", "aws_a.b")),
        ("-aws_a.b.size", ("resource", "aws_a.b")),
        ("1-aws_a.b.size", ("resource", "aws_a.b")),
        ("[ # see that.\n  aws_a.b]", ("resource", "aws_a.b")),
        ("data.aws_a.b.arn", ("data", "aws_a.b")),
        ("(data.aws_a\n.b)", ("data", "aws_a.b")),
        ("ephemeral.aws_a.b.arn", ("ephemeral", "aws_a.b")),
        ("local.other[aws_a.b.arn].x", ("resource", "aws_a.b")),
        ('local.other["${aws_a.b.arn}"].x', ("resource", "aws_a.b")),
        ('"words. ${var.v}"', ("var", "v")),
        ('"x${each.value}.${var.v}.y"', ("var", "v")),
        ("<<EOT\n  see that.\n%{ if var.v }x%{ endif }\nEOT", ("var", "v")),
        ("module.m.out", ("of", "m", "out")),
        ("module.m[0].out", ("of", "m", "out")),
        ("module.m.0.out", ("of", "m", "out")),
        ('module.m["a.b"].out', ("of", "m", "out")),
        ('module.m["$"].out', ("of", "m", "out")),
        ("module.m[var.v].out", ("close", "m")),
        ("module.m[(0)].out", ("close", "m")),
        ("(module.m).out", ("close", "m")),
        ("module.m", ("close", "m")),
        ("module\n.m.out", None),
    ],
)
def test_spellings(said: str, expected: tuple[str, ...] | None) -> None:
    """However a reference is spelled, it is seen."""
    wrapped = f"({said})" if expected is None else said
    text = f"{DECLARED}locals {{\n  other = {{}}\n  x = {wrapped}\n}}\n"
    config = ModuleConfig("x", [syntax.parse(Source("x.tf", text.encode()))])
    assert (expected or ("of", "m", "out")) in Mentions(config).of(("local", "x"))
    assert _uncovered(config) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("(aws_a\n.b)", True),
        ("(aws_a # words\n  .b)", True),
        ("(aws_a /* words */ .b)", True),
        ("(data . aws_a)", True),
        ("(\n # of data.\n aws_a.b)", False),
        ("( # of data.\n aws_a.b)", True),
        ('"the data. of a\\n"', False),
        ('"data. ${var.v}"', False),
        ('"${ data. aws_a.b.c }"', True),
        ('"a" == data. aws_a.b.c ? "" : ""', True),
        ('"${ 1 +\n data. aws_a.b.c } d"', True),
        ("<<EOT\n  of this module.\nEOT", True),
        ('[\n "${var.v\n } e" == data. aws_a.b.c]', True),
    ],
)
def test_dots_that_may_hide_a_name(said: str, *, expected: bool) -> None:
    """White space beside a dot may hide a reference, if the dot is not surely in a text."""
    text = f"{DECLARED}locals {{\n  x = {said}\n}}\n"
    config = ModuleConfig("x", [syntax.parse(Source("x.tf", text.encode()))])
    assert (waits(config) is None) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", True),
        ('locals {\n  a = local.b\n  b = "local.a"\n}\n', False),
        ('resource "aws_a" "c" {\n  # aws_a.c\n}\n', False),
        ('module "n" {\n  source = "./m"\n  a = module.m.x\n  b = aws_a.c\n}\n', True),
        ('module "n" {\n  source = "./m"\n  a = module.n.x\n}\n', False),
        ('provider "aws" {\n  region = aws_a.b.c\n}\n', False),
        ('provider "aws" {\n  region = plain.b.c\n}\n', True),
        ('provider "plain" {\n  a = module.m.x\n}\n', False),
        (
            'resource "plain" "p" {\n  provider = aws\n}\nprovider "aws" {\n  a = plain.p\n}\n',
            False,
        ),
        ('variable "w" {\n  validation {\n    condition = var.w > var.v\n  }\n}\n', True),
        ('variable "w" {\n  description = "aws_a.b."\n  default = 1\n}\n', True),
        (
            'locals {\n  x = var.w\n}\nvariable "w" {\n  validation {\n    a = local.x\n  }\n}\n',
            False,
        ),
    ],
)
def test_order_at_a_glance(more: str, *, expected: bool) -> None:
    """What may be a circle is left to those who look closely."""
    config = ModuleConfig("x", [syntax.parse(Source("x.tf", (DECLARED + more).encode()))])
    assert is_in_order(config) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "".join(f'resource "a_{n}" "this" {{\n  x = a_{n + 1}.this\n}}\n' for n in range(9)),
            True,
        ),
        ("".join(f'resource "a_{n}" "this" {{\n  x = a_0.this\n}}\n' for n in range(2000)), False),
        (f'locals {{\n  x = "{"of data. " * 20}"\n}}\n', True),
        (f'locals {{\n  x = "{"of data. " * 200}"\n}}\n', False),
        ("".join(f'provider "p{n}" {{\n  x = data.a.b\n}}\n' for n in range(99)), False),
    ],
)
def test_a_glance_is_bounded(code: str, *, expected: bool) -> None:
    """Code that nobody writes is left to those who look closely, and takes no longer than other."""
    code += 'data "a" "b" {}\n'
    config = ModuleConfig("x", [syntax.parse(Source("x.tf", code.encode()))])
    assert (waits(config) is not None) == expected
