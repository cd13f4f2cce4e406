"""What HCL accepts is accepted, and read as python-hcl2 reads it, which is not ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import hcl2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailcheck.source import Source, decode
from trailcheck.terraform import strict, syntax

if TYPE_CHECKING:
    from trailcheck.terraform import ast

ROOT = Path(__file__).parent.parent.parent
FILES = sorted((ROOT / "fixtures").rglob("*.tf"))
Shape: TypeAlias = "tuple[list[str], list[tuple[str, tuple[str, ...], Shape]]]"
"""The arguments of a body by name, sorted, and its blocks in order."""

VALID = [
    "",
    "\n\n",
    "# a",
    "/* a\n b */ a = 1 // c",
    "a = 1",
    "a = 1 # b",
    "a = 1 /* b */\r\nb = 2\r\n",
    "a-b = c-d\n",
    "é = ü.ñ\n",
    "for = in\nif = null\n",
    "a = 1e5\nb = 2.5E-3\nc = 1.5\n",
    "a = -1\nb = !c\nd = - - 1\ne = !!f\n",
    "a = b ? c : d ? e : f\n",
    "a = b ? c ? d : e : f\n",
    "a = (\n  b\n  ? c\n  : d\n)\n",
    "a = b == c && d != e || f >= g\n",
    "a = 1 + 2 * 3 % 4 / 5 - 6\n",
    "a = b.c.d[0].e[*].f.*.g.0.h\n",
    'a = b["c"][d.e][f ? 0 : 1]\n',
    "a = b [0] .c\n",
    "a = [\n  b\n  .c\n  [0]\n]\n",
    'a = "b"[0]\nc = [1][0]\nd = {e = 1}.e\nf = g(1).h\n',
    "a = []\nb = {}\nc = f()\n",
    "a = [1, 2,]\n",
    "a = [\n  1 # one\n  ,\n  2,\n]\n",
    "a = f(b, c...)\n",
    "a = f(\n  b,\n  c...\n)\n",
    "a = f (1)\nb = g /* h */ (2)\n",
    "a = provider::b::c(1)\nd = provider :: e :: f(2)\n",
    "a = {b = 1, c : 2}\n",
    "a = {b = 1\n c = 2,\n\n d = 3 # e\n}\n",
    'a = {"b" = 1, (c) = 2, "${d}" = 3, 4 = 5, e.f = 6}\n',
    "a = {\n  # b\n  c = {\n    d = 1 } }\n",
    "a = {b = c ? d : e, f ? g : h : i}\n",
    "a = [for b in c : b]\n",
    "a = [\n  for b, c\n  in d\n  : [b, c]\n  if c\n]\n",
    "a = {for b, c in d : b => c... if e}\n",
    "a = {\n  for b in c : b => {\n    d = 1\n  }\n}\n",
    'a = ""\nb = "c $ % d"\ne = "$"\nf = "%"\n',
    r'a = "\n\r\t\"\\ A \U0001F600"' + "\n",
    'a = "$${b} %%{c} $$${d}"\n',
    'a = "${b}"\nc = "${ d } ${"e ${f}"}"\n',
    'a = "${{b = 1}.b}${[for c in d : "${c}"][0]}"\n',
    'a = "${\n  b\n}"\n',
    'a = "%{ if b }c%{ else }d%{ endif }"\n',
    'a = "%{~ for b, c in d ~}${~ b ~}%{~ endfor ~}"\n',
    "a = <<EOT\nEOT\n",
    "a = <<EOT\nb\n  EOT  \n",
    "a = <<-EOT\r\n  b\r\n  EOT\r\nc = 1\r\n",
    "a = <<EOT\nb \\q ${c} 'd' `e` \" EOT\nEOTX\n%{ if f }g\n%{ endif }\nEOT\n",
    "a = f(<<B\n${<<C\nd\nC\n}\nB\n, 1)\n",
    "a = [<<B\nb\nB\n, <<C\nc\nC\n]\n",
    "a {}\n",
    "a {\n}",
    "a { b = 1 }\n",
    "a { b = [\n  1\n] }\n",
    "a { /* b */ } # c\n",
    'a "b" c "d"{ # e\n}\n',
    'a "$${b}" {\n}\n',
    "a {\n  b {\n    c = 1\n  }\n  d {}\n}\n",
    "a { # b\n  c = 1\n} // d\n",
]


@pytest.mark.parametrize("text", VALID)
def test_what_hcl_accepts_is_accepted(text: str) -> None:
    """Nothing is refused here that Terraform reads."""
    assert strict.body(text) is None


@pytest.mark.parametrize("path", FILES, ids=lambda p: "/".join(p.parts[-2:]))
def test_fixtures_are_read_as_python_hcl2_reads_them(path: Path) -> None:
    """Both see the same arguments and blocks in every fixture, and nothing to refuse."""
    text = decode(path.read_bytes()).decode()
    assert strict.body(text) is None
    file = syntax.parse(Source("main.tf", text.encode()))
    assert not file.diagnostics
    assert _ours(file.body) == _theirs(text)


NAMES = st.sampled_from(["a", "b", "c_d", "e1", "foo"])
SPACE = st.sampled_from(["", " ", "  "])
PLAIN = st.sampled_from(
    ["1", "2.5", "true", "null", '"x"', '""', '"a ${b.c} d"', "var.x", "a.b[0].c", 'd["e"]', "f()"]
)


def _inside(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda items: f"[{', '.join(items)}]"),
        several.map(lambda items: "[\n" + "".join(f"  {item},\n" for item in items) + "]"),
        several.map(lambda items: f"f({', '.join(items)})"),
        several.map(
            lambda items: "{\n" + "".join(f"  k{n} = {v}\n" for n, v in enumerate(items)) + "}"
        ),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} ? {t[1]} : {t[2]})"),
        st.tuples(inner, st.sampled_from(["+", "==", "&&"]), inner).map(
            lambda t: f"({' '.join(t)})"
        ),
        inner.map(lambda item: f"[for x in y : {item}]"),
        inner.map(lambda item: f"{{for k, v in m : k => {item}}}"),
    )


EXPRESSIONS = st.recursive(PLAIN, _inside, max_leaves=6)
ARGUMENTS = st.dictionaries(NAMES, EXPRESSIONS, max_size=3)
LABELS = st.lists(st.sampled_from(['"l"', '"m-n"', "o"]), max_size=2)


def _written(arguments: dict[str, str], blocks: list[str]) -> str:
    return "".join(f"{n} = {v}\n" for n, v in arguments.items()) + "".join(blocks)


def _block(parts: tuple[list[str], str]) -> str:
    labels, body = parts
    return f"{' '.join(['blk', *labels])} {{\n{body}}}\n"


BODIES = st.recursive(
    st.builds(_written, ARGUMENTS, st.just([])),
    lambda inner: st.builds(
        _written, ARGUMENTS, st.lists(st.tuples(LABELS, inner).map(_block), max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None)
@given(BODIES)
def test_written_files_are_read_as_python_hcl2_reads_them(text: str) -> None:
    """Files made from the grammar are accepted, with the structure that was written."""
    assert strict.body(text) is None
    file = syntax.parse(Source("main.tf", text.encode()))
    assert not file.diagnostics
    assert _ours(file.body) == _theirs(text)


@settings(deadline=None)
@given(EXPRESSIONS)
def test_expressions_are_accepted_wherever_they_stand(text: str) -> None:
    """What is an expression is one on its own, in brackets and in text."""
    assert strict.expression(text) is None
    assert strict.expression(f"(\n{text}\n)") is None
    assert strict.template(f"a ${{{text}}} b") is None
    assert strict.body(f'a = "${{ {text} }}"\n') is None


def _ours(body: ast.Body) -> Shape:
    blocks = [(b.type, b.labels, _ours(b.body)) for b in body.blocks]
    return sorted(body.arguments), blocks


def _theirs(text: str) -> Shape:
    """Return the shape that python-hcl2's tree has. What it makes of the tree is not asked for."""
    return _body(next(iter(hcl2.parses_to_tree(text + "\n").children)))


def _body(tree: Any) -> Shape:  # noqa: ANN401 - lark has no types
    arguments: list[str] = []
    blocks: list[tuple[str, tuple[str, ...], Shape]] = []
    for node in tree.children:
        kind = getattr(node, "data", "")
        if kind == "attribute":
            arguments.append(_word(node.children[0]))
        elif kind == "block":
            words = [_word(c) for c in node.children if _kind(c) in ("identifier", "string")]
            inner = next(c for c in node.children if _kind(c) == "body")
            blocks.append((words[0], tuple(words[1:]), _body(inner)))
    return sorted(arguments), blocks


def _kind(node: object) -> str:
    return str(getattr(node, "data", ""))


def _word(node: Any) -> str:  # noqa: ANN401 - lark has no types
    return "".join(str(token) for token in node.scan_values(lambda _: True)).strip('"')
