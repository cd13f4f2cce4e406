"""What blocks refer to, at a glance and exactly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trailcheck.source import Source
from trailcheck.terraform import jsonsyntax, syntax
from trailcheck.terraform.config import ModuleConfig
from trailcheck.terraform.glance import Glance, arguments
from trailcheck.terraform.mentions import Mentions

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def _uncovered(config: ModuleConfig) -> list[tuple[object, ...]]:
    """Return what is referred to, and was not seen at a glance."""
    glance, exact = Glance(config), Mentions(config)
    assert {*glance.nodes} >= {*exact.nodes}
    calls = [("expand", name) for name in config.calls]
    providers = [("provider", name) for name in config.providers]
    given = [("given", call, name) for call in config.calls for name in exact.given(call)]
    assert given == [("given", call, name) for call in config.calls for name in glance.given(call)]
    return [
        (node, said)
        for node in (*exact.nodes, *calls, *providers, *given)
        for said in exact.of(node)
        if not {said, ("close", said[1]) if said[0] == "of" else said} & {*glance.of(node)}
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
    ("inside", "expected"),
    [
        ('a = "x"\n  b = [\n    c.d,\n  ]\n\n  # e = (\n  f = { g = 1 }', ["a", "b", "f"]),
        ('a = {\n    b = "${c.d}-("\n  }\n  e = 1', ["a", "e"]),
        ('a = "${c["d"]}"', None),
        ("a = <<EOT\n  b = 1\nEOT", None),
        ("a = 1 /*\n  b = 2\n*/", None),
        ('a = "\\""', None),
        ("a = b == c\n  d = 1", ["a", "d"]),
    ],
)
def test_arguments_of_a_call(inside: str, expected: list[str] | None) -> None:
    """A call is split into its arguments where that takes no parser."""
    found = arguments(f'module "m" {{\n  {inside}\n}}')
    assert (found if found is None else [*found]) == expected
