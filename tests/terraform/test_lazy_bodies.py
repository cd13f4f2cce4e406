"""A body that is read when somebody asks is the body that reading the whole file gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from trailcheck.source import Source, Span
from trailcheck.terraform import ast, strict, syntax, tree
from trailcheck.terraform.config import literal_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailcheck.errors import Diagnostic

ROOT = Path(__file__).parent.parent.parent
FILES = sorted((ROOT / "fixtures").rglob("*.tf"))
LOOSE = "zz_loose = 1\n"
"""An argument outside of all blocks: a file that has one is read whole."""

SNIPPETS = [
    'module "m" {\n  source = "./m"\n}\n',
    'module "m" {\n  # source = "./no"\n  count  = length([1, 2])\n  source = "./m" # yes\n}\n',
    'module "m" {\n  a = {\n    source = "./no"\n  }\n  source = "./m"\n}\n',
    'module "m" {\n  a = f(\n  1)\n  b = <<E\n  source = "./no"\nE\n  source = "./m"\n}\n',
    'module "m" {\n  a = "}${{\n  source = "./no"\n  }.source}"\n  source = "./m"\n}\n',
    'module "m" {\n  a = "{" == {\n  source = "./no"\n  }.source ? "}" : ""\n  source = "./m"\n}\n',
    'module "m" { source = "./m" }\n',
    'module "m" {\r\n  source = "./m"\r\n  version = "1"\r\n}\r\n',
    'module "m" {\n  source = "./${var.x}"\n}\n',
    'module "m" {\n  a = [\n  1]\n  source = "./m"\n  source = "./n"\n}\n',
    'resource "a" "b" {\n  x = 1\n  x = 2\n}\n',
    'resource "a" "b" {\n  x {\n    y = 1\n  }\n  x {\n    y = 2\n    y = 3\n  }\n}\n',
    'resource "a" "b" {\n  x = 1 /* c */\n/* d */ x = 2\n}\n',
    'resource "a" "b" {\n  x = <<-E\n    x = 1\n    y = "${z}"\n  E\n  w = 1e3\n}\n',
    'resource "a" "b" {\n  x = "$$${1}"\n  y = { for k, v in z : k => v... if v }\n}\n',
    'resource "a" b {}\nresource a "c" {\n}\n',
    'resource "a\\"b" "c" {\n  x = 1\n}\n',
    'resource "" "é" {\n  ö = "ü"\n  x = [for s in ö : s]\n}\n',
    "locals { x = 1 }\nlocals {\n  x = 1\n}\n",
    "# a = 1\n// b {\n/* c {\n d = 1 */\n\n",
    'data "a" /* x */ "b" {\n  y = 1\n}\n',
    'variable "v" {\n  validation {\n    condition = true\n  }\n}\n',
    'a {\n  b "c" d { e = 1 }\n  f {} # g\n  h { i = j.k } // l\n  m = null\n  true = false\n}\n',
    'a {\n  b = c # d\n  e=f.g // h\n  i = "j" /* k */\n  l = -1\n  m = 1.5\n  n = "o ${p.q}"\n}\n',
    'a {\n  b = (\n    1 + 2\n  )\n  c = <<-D\n  }\n  e = 1\n  D\n  f = "g"\r\n  h = ""\n\n}\n',
    'a {\n  # é\n  b = "ü"\n  é = b.c\n  d = [\n    "ö", "\\u00fc",\n  ]\n  e = f . g\n}\n',
    'a {\n  b {\n    c {\n      d = e[0].f["g"].*.h[*]\n      i = j.0\n    }\n  }\n  # k\n}\n',
    "a {\n  b = 1\n  b {\n    b = 2\n    b = [3]\n  }\n  b = { b = 4 }\n}\n",
    'a { b = { c = "}" } }\na {b=c}\na {\n  b = "$${c}"\n  d = "%%{e}"\n  f = "$g 5%"\n}\n',
]


def _read(text: str) -> ast.File:
    return syntax.parse(Source("main.tf", text.encode()))


def _plain(node: object) -> object:
    """Turn what was read into what can be compared: places instead of spans."""
    match node:
        case Span():
            return node.start, node.end
        case ast.Body():
            arguments = [
                (a.name, _plain(a.name_span), _plain(a.span), _plain(a.expression))
                for a in node.arguments.values()
            ]
            return arguments, _plain(node.blocks), _plain(node.span)
        case ast.Block():
            return node.type, node.labels, _plain(node.header), _plain(node.body)
        case tuple() | list():
            return [type(node).__name__, *(_plain(part) for part in node)]
        case _:
            return node


def _said(problems: Sequence[Diagnostic]) -> list[tuple[str, object]]:
    return [(problem.summary, _plain(problem.span)) for problem in problems]


def _same(text: str) -> None:
    file, whole = _read(text), _read(f"{text}\n{LOOSE}")
    assert _said(file.diagnostics) == _said(whole.diagnostics)
    assert _plain(file.body.blocks) == _plain(whole.body.blocks)
    assert _said(file.late) in ([], _said(file.diagnostics))
    for block in file.body.blocks:
        if block.source is not None:
            assert block.source == literal_text(block.body.arguments["source"].expression)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_is_read_the_same(path: Path) -> None:
    """Nothing in a file depends on how much of it is read at once."""
    _same(path.read_text("utf-8"))


@pytest.mark.parametrize("text", SNIPPETS)
def test_odd_spellings_are_read_the_same(text: str) -> None:
    """What a quick look could mistake is read in full."""
    _same(text)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(st.sampled_from(SNIPPETS), max_size=6).map("".join), st.data())
def test_any_mixture_is_read_the_same(text: str, data: st.DataObject) -> None:
    """Neither does it with pieces put together and a piece cut out, if HCL accepts what is left."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 3)))
    left = text[:start] + text[end:]
    assume(strict.body(left) is None)
    _same(left)


def test_what_only_the_tree_cannot_read_is_told_when_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A body that cannot be read after all is a diagnostic from then on, and never empty code."""
    file = _read('locals {\n  a = 1\n}\nresource "a" "b" {\n  x = [1]\n}\n')
    assert not file.late
    broken = tree.parse(b"x = = 1 {")
    monkeypatch.setattr(tree, "parse", lambda _data: broken)
    value = file.body.blocks[1].body.arguments["x"].expression
    assert isinstance(value, ast.Broken)
    assert len(file.late) == 1


def test_bodies_are_not_read_before_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of blocks, and the sources of calls, are told without reading a body."""

    def never(_data: bytes) -> None:
        raise AssertionError

    monkeypatch.setattr(tree, "parse", never)
    file = _read('module "m" {\n  source = "./m"\n  x = 1\n}\nresource "a" "b" {\n}\n')
    assert [(block.type, block.labels) for block in file.body.blocks] == [
        ("module", ("m",)),
        ("resource", ("a", "b")),
    ]
    assert file.body.blocks[0].source == "./m"
