"""Native syntax: what the tree says that tree-sitter alone does not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terraform.configurations import evaluated, parsed
from trailcheck.source import Source
from trailcheck.terraform import ast, syntax


def _file(text: str) -> ast.File:
    return syntax.parse(Source("main.tf", text.encode()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("10 - 3 - 2", 5),
        ("2 * 3 % 4", 2),
        ("-1 + 2", 1),
        ("!true || true", True),
        ("1 < 2 == true", True),
        ("true ? 1 : false ? 2 : 3", 1),
        ("false ? 1 : false ? 2 : 3", 3),
        ("(true ? false : true) ? 1 : 2", 2),
        ("[1, 2][0]", 1),
        ("[[1], [2]].1[0]", 2),
        ("{a = {b = 1}}.a.b", 1),
        ('{"a b" = 1}["a b"]', 1),
        ("[for x in [1, 2] : x if x > 1]", [2]),
        ("{for k, v in {a = 1} : v => k}", {"1": "a"}),
        ('{for x in ["p", "q", "p"] : x => 1...}', {"p": [1, 1], "q": [1]}),
        ("[{x = [1]}, {x = [2]}][*].x[0]", [1, 2]),
        ("[{x = [1]}, {x = [2]}].*.x[0]", [1]),
        ("max([1, 2]...)", 2),
        ("1.5", Decimal("1.5")),
        ("1e3", 1000),
        ("2.5E-1", Decimal("0.25")),
        ("/* a */ 1 # b", 1),
        ('core::upper ("x")', "X"),
        ('[core :: upper("a :: b"), "c :: d"]', ["A :: B", "c :: d"]),
        ("(core\n::\nabs(-1))", 1),
        ('"x\0y"', "x\0y"),
        ("[{a = 1}][ * ].a", [1]),
        ("[{a = 1}][*\n][0].a", "!"),
        ('"$$${1}"', "$${1}"),
        ('"$$$${1}$$$$${"', "$$${1}$$$${"),
        ('"%$$${1}%%%{"', "%$${1}%%{"),
        ("<<E\n$$${1}${2}\nE\n", "$${1}2\n"),
        ("/* \0 */ 1", 1),
    ],
)
def test_expressions_mean_what_they_mean_in_hcl(text: str, expected: object) -> None:
    """Precedence, splats, legacy indexes and exponents are HCL's, not tree-sitter's."""
    assert evaluated(text) == expected


def test_an_exponent_in_text_stays_text() -> None:
    """Showing `1e3` to the grammar as digits changes no text and no place."""
    file = _file('a = "1e3"\nb = 1e3\nc = 1\n')
    said = file.body.arguments["a"].expression
    assert isinstance(said, ast.Template)
    assert said.parts == (ast.TemplateText(file.source.span(5, 8), "1e3", exact=True),)
    assert not file.diagnostics
    assert file.body.arguments["c"].span.text == "c = 1"


def test_a_bare_key_is_text_and_a_key_in_brackets_is_not() -> None:
    """`{a = 1}` has the key "a"; `{(a) = 1}` asks what `a` is."""
    bare, bracketed = parsed("{a = 1}"), parsed("{(a) = 1}")
    assert isinstance(bare, ast.ObjectExpression)
    assert isinstance(bracketed, ast.ObjectExpression)
    assert isinstance(bare.items[0][0], ast.Template)
    assert isinstance(bracketed.items[0][0], ast.Variable)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('resource "a" "b" {', 1),
        ('x = "open\n', 1),
        ("x = <<E\nno end\n", 1),
        ("x = 1\nx = 2\n", 2),
        ("x = [1\n", 1),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, line: int) -> None:
    """Broken code is one diagnostic at least, on the line where a person slipped."""
    problems = _file(text).diagnostics
    assert problems
    assert problems[0].span is not None
    assert problems[0].span.first.line == line


def test_what_is_sound_beside_broken_code_is_read() -> None:
    """A trail before the broken line is in the tree all the same."""
    file = _file('resource "aws_cloudtrail" "t" {\n  name = "t"\n}\nresource "x" "y" {\n')
    assert ("aws_cloudtrail", "t") in [block.labels for block in file.body.blocks]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "!" * 100_000 + "true",
        "+".join(["1"] * 100_000),
        "&&".join(["true"] * 100_000),
        "local.x" + "[0]" * 10_000,
        "local.x" + "[*]" * 10_000,
        "local.x" + ".a" * 10_000,
        "9" * 100_000,
        "1e999999999",
        "true?1:" * 5_000 + "1",
    ],
    ids=lambda text: f"{text[:8]}… {len(text)}",
)
def test_absurd_code_is_read_in_bounds(text: str) -> None:
    """Depth, length and size that nobody writes end in a node, never in an exception."""
    argument = _file(f"x = {text}\n").body.arguments.get("x")
    assert argument is None or argument.expression is not None


def test_a_file_too_large_is_not_parsed() -> None:
    """More than two million bytes are one diagnostic."""
    file = _file(f'x = "{"a" * 2_000_000}"\n')
    assert [problem.summary for problem in file.diagnostics] == ["too large (2000007 bytes)"]


@given(st.text(alphabet='ab1.*[]{}()"${}%~<>-=:?!&|, \n\\E#', max_size=60))
def test_no_text_crashes_the_parser(text: str) -> None:
    """Whatever a file holds, reading it and every expression in it returns."""
    file = _file(text)
    for argument in file.body.arguments.values():
        assert argument.expression is not None
