"""What HCL refuses, where, and in what words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from trailcheck.source import Source
from trailcheck.terraform import strict, syntax

if TYPE_CHECKING:
    from trailcheck.terraform.strict import Refusal

MARK = "▿"
"""Stands before the character at which a refusal starts."""


def _marked(text: str, refusal: Refusal | None) -> str | None:
    if refusal is None:
        return None
    return text[: refusal.start] + MARK + text[refusal.start :]


STRUCTURE = [
    ("a = 1 ▿b = 2\n", 'expected a new line after this argument, found "b"'),
    ("a = 1▿, b = 2\n", 'expected a new line after this argument, found ","'),
    ("a = b ▿c\n", 'expected a new line after this argument, found "c"'),
    ('a = "b" ▿"c"\n', "expected a new line after this argument, found a quote"),
    ("a {\n} ▿b {\n}\n", 'expected a new line after this block, found "b"'),
    ("a {\n}▿}\n", 'expected a new line after this block, found "}"'),
    ("a {} ▿b {}\n", 'expected a new line after this block, found "b"'),
    ('a "b"▿\n{\n}\n', 'expected a label or "{", found the end of the line'),
    ('a "b" ▿= 1\n', 'expected a label or "{", found "="'),
    ("a b▿.c {\n}\n", 'expected a label or "{", found "."'),
    ('a "▿${b}" {\n}\n', "labels are plain text"),
    ('a "b▿%{ if c }" {\n}\n', "labels are plain text"),
    ("a ▿{\n  b = 1\n", "this { is never closed"),
    ("a ▿{\n  b {\n  }\n", "this { is never closed"),
    ("▿}\n", "this } closes nothing"),
    ("a = 1\n▿]\n", "this ] closes nothing"),
    ("a { b = 1▿, c = 2 }\n", 'expected "}" after the only argument of this line, found ","'),
    ("a { b = 1 ▿c = 2 }\n", 'expected "}" after the only argument of this line, found "c"'),
    (
        "a { b = 1▿\n}\n",
        'expected "}" after the only argument of this line, found the end of the line',
    ),
    ("a { ▿b {} }\n", "a block on one line cannot hold a block"),
    ("a { ▿b }\n", '"b" is neither an argument nor a block'),
    ("a ▿{ b = 1", "this { is never closed"),
    ("▿a\n", '"a" is neither an argument nor a block'),
    ("▿a: 1\n", '"a" is neither an argument nor a block'),
    ("▿a == 1\n", '"a" is neither an argument nor a block'),
    ("▿a.b = 1\n", '"a" is neither an argument nor a block'),
    ('▿a["b"] = 1\n', '"a" is neither an argument nor a block'),
    ("▿f(1)\n", '"f" is neither an argument nor a block'),
    ("▿a += 1\n", '"a" is neither an argument nor a block'),
    ('▿"a" = 1\n', "the name of an argument takes no quotes"),
    ("▿1 = 1\n", 'expected an argument or a block, found "1"'),
    ("▿{\n}\n", 'expected an argument or a block, found "{"'),
    ("▿-a = 1\n", 'expected an argument or a block, found "-"'),
]
VALUES = [
    ("a =▿\n", "expected a value, found the end of the line"),
    ("a = ▿# b\n", "expected a value, found the end of the line"),
    ("a =", "expected a value, found the end of the file"),
    ("a =▿\n  1\n", "expected a value, found the end of the line"),
    ("a = 1 +▿\n  2\n", "expected a value, found the end of the line"),
    ("a = 1\n  ▿+ 2\n", 'expected an argument or a block, found "+"'),
    ("a = ▿.5\n", 'expected a value, found "."'),
    ("a = ▿1_000\n", '"1_000" is not a number'),
    ("a = ▿0x1F\n", '"0x1F" is not a number'),
    ("a = ▿10GB\n", '"10GB" is not a number'),
    ("a = ▿1.2.3\n", '"1.2.3" is not a number'),
    ("a = ▿1e5e5\n", '"1e5e5" is not a number'),
    ("a = b.▿\n", "expected a name after the dot, found the end of the line"),
    ('a = b.▿"c"\n', "expected a name after the dot, found a quote"),
    ("a = b.▿0.1\n", "two indexes cannot follow each other as .0.1"),
    ("a = b.*.▿*\n", '".*" cannot follow ".*"'),
    ("a = b[*▿.c\n", 'expected "]" after "[*", found "."'),
    ("a = b▿::c\n", 'expected a new line after this argument, found "::"'),
    ("a = b ▿=< c\n", 'expected a new line after this argument, found "="'),
    ("a = b ?▿? c\n", 'expected a value, found "?"'),
    ("a = b ? c▿\n", 'expected ":" and a second value, found the end of the line'),
    ("a = b ? c :▿\n", "expected a value, found the end of the line"),
]
BRACKETS = [
    ("a = [1 ▿2]\n", 'expected "," or "]" after this item, found "2"'),
    ('a = [\n  "b",\n  "c"\n  ▿"d"\n]\n', 'expected "," or "]" after this item, found a quote'),
    ("a = [1, 2\n▿b = 3\n", 'expected "," or "]" after this item, found "b"'),
    ("a = [▿,]\n", 'expected a value, found ","'),
    ("a = [1,▿,]\n", 'expected a value, found ","'),
    ("a = ▿[1, 2", "this [ is never closed"),
    ("a = ▿[\n", "this [ is never closed"),
    ("a = f(1 ▿2)\n", 'expected "," or ")" after this argument, found "2"'),
    ("a = f(▿,)\n", 'expected a value, found ","'),
    ("a = f(b...▿, c)\n", 'expected ")" after "...", found ","'),
    ("a = f▿(1\n", "this ( is never closed"),
    ("a = (▿)\n", 'expected a value, found ")"'),
    ("a = (1▿, 2)\n", 'expected ")", found ","'),
    ("a = ▿(1\n", "this ( is never closed"),
    ("a = b[0▿, 1]\n", 'expected "]", found ","'),
    ("a = b[▿]\n", 'expected a value, found "]"'),
    ("a = {\n  b ▿2\n}\n", 'expected "=" after this key, found "2"'),
    ("a = {\n  b▿\n}\n", 'expected "=" after this key, found the end of the line'),
    ("a = {b▿}\n", 'expected "=" after this key, found "}"'),
    ("a = {b ▿=> 1}\n", 'expected "=" after this key, found "=>"'),
    ("a = {b = ▿}\n", 'expected a value, found "}"'),
    ("a = {b =▿\n 1}\n", "expected a value, found the end of the line"),
    ("a = {b = 1 ▿c = 2}\n", 'expected a comma or a new line after this value, found "c"'),
    ("a = {b = 1,\n▿, c = 2}\n", 'expected a value, found ","'),
    ("a = ▿{b = 1", "this { is never closed"),
    ("a = f({\n  b = 1\n▿)\n", "this ) does not close the { of line 1"),
    ("a = [1▿}\n", "this } does not close the [ of line 1"),
    ("a = [for b ▿c : d]\n", 'expected "," or "in", found "c"'),
    ("a = [for b, c ▿d : e]\n", 'expected "in", found "d"'),
    ("a = [for ▿1 in d : e]\n", 'expected a name, found "1"'),
    ("a = [for b, ▿: e]\n", 'expected a name, found ":"'),
    ("a = [for b in c ▿b]\n", 'expected ":" after the collection, found "b"'),
    ("a = [for b in c : b ▿=> b]\n", 'expected "if" or "]" after the result, found "=>"'),
    ("a = [for b in c : b▿...]\n", 'a list cannot be grouped with "..."'),
    ("a = [for b in c : b if d ▿e]\n", 'expected "]" after the condition, found "e"'),
    ("a = {for b in c : b▿}\n", 'expected "=>" after the key, found "}"'),
    ("a = {for b in c : b => b ▿c}\n", 'expected "if" or "}" after the result, found "c"'),
    ("a = {for b in c : b => b... ▿c}\n", 'expected "if" or "}" after the result, found "c"'),
]
TEXT = [
    ('a = ▿"b\n', "this string does not end on its line"),
    ('a = ▿"b', "this string does not end on its line"),
    ('a = b▿"\n', "expected a new line after this argument, found a quote"),
    ('a = "▿\\d"\n', r"\d is not an escape in HCL"),
    ('a = "▿\\u12"\n', r"\u12 is not an escape in HCL"),
    ('a = "▿\\ud800"\n', r"\ud800 is not an escape in HCL"),
    ('a = "▿\\U00110000"\n', r"\U00110000 is not an escape in HCL"),
    ('a = "▿${b"\n', "this ${ is never closed"),
    ('a = "${▿}"\n', 'expected a value, found "}"'),
    ('a = "${b▿:-c}"\n', 'expected "}" at the end of this interpolation, found ":"'),
    ('a = "${b ▿c}"\n', 'expected "}" at the end of this interpolation, found "c"'),
    ('a = "%{ ▿what }"\n', 'expected "if" or "for", found "what"'),
    ('a = "▿%{ if b }c"\n', "this %{ if } is never ended"),
    ('a = "▿%{ if b }c%{ else }d"\n', "this %{ if } is never ended"),
    ('a = "▿%{ for b in c }d"\n', "this %{ for } is never ended"),
    ('a = "▿%{ endif }"\n', "this endif belongs to nothing"),
    ('a = "%{ if b }▿%{ endfor }"\n', "this endfor belongs to nothing"),
    ('a = "%{ for b in c }▿%{ else }%{ endfor }"\n', "this else belongs to nothing"),
    (
        'a = "%{ if b }%{ else }▿%{ else }%{ endif }"\n',
        "this else belongs to nothing",
    ),
    (
        'a = "%{ if b }c%{ endif ▿d }"\n',
        'expected "}" at the end of this directive, found "d"',
    ),
    ("a = ▿<<EOT\nb\n", "no line says EOT alone to end this heredoc"),
    ("a = ▿<<EOT\nb\nEOT", "no line says EOT alone to end this heredoc"),
    ("a = ▿<<EOT\nb\nEOT b\n", "no line says EOT alone to end this heredoc"),
    ("a = ▿<<EOT\n${b}EOT\n", "no line says EOT alone to end this heredoc"),
    ("a = ▿<<EOT b\nc\nEOT\n", 'expected a value, found "<<EOT"'),
    ("a = ▿<<1\nc\n1\n", 'expected a value, found "<<1"'),
    ("a = <<EOT\n▿%{ if b }\nEOT\n", "this %{ if } is never ended"),
    ("a = <<EOT\n${b ▿c}\nEOT\n", 'expected "}" at the end of this interpolation, found "c"'),
    ("a = <<EOT\nb▿\rc\nEOT\n", "the character U+000D ends no line on its own"),
]
CHARACTERS = [
    ("a = ▿'b'\n", '"\'" has no meaning here'),
    ("a = ▿`b`\n", '"`" has no meaning here'),
    ("a = 1▿;\n", '";" has no meaning here'),
    ("a = b ▿& c\n", '"&" has no meaning here'),
    ("a = b ▿| c\n", '"|" has no meaning here'),
    ("a = b ▿^ c\n", '"^" has no meaning here'),
    ("a = ▿~b\n", '"~" has no meaning here'),
    ("a = b ▿** c\n", '"**" has no meaning here'),
    ("a = ▿$b\n", '"$" has no meaning here'),
    ("a = ▿${b}\n", '"${" has no meaning here'),
    ("a = b ▿\\\n  + c\n", '"\\" has no meaning here'),
    ("a = ▿“b”\n", '"“" has no meaning here'),
    ("a▿\u00a0= 1\n", "the character U+00A0 has no meaning here"),
    ("▿\ufeffa = 1\n", "the character U+FEFF has no meaning here"),
    ("a▿² = 1\n", '"²" has no meaning here'),
    ("a = b.c▿€\n", '"€" has no meaning here'),
    ("a = 1▿\r", "the character U+000D has no meaning here"),
    ("a = 1▿\0\n", "the character U+0000 has no meaning here"),
    ("▿/* a\n", "this comment never ends"),
    ("a = 1 ▿/* b\n", "this comment never ends"),
]
CASES = STRUCTURE + VALUES + BRACKETS + TEXT + CHARACTERS


@pytest.mark.parametrize(("marked", "summary"), CASES)
def test_what_hcl_refuses_is_refused_where_it_stands(marked: str, summary: str) -> None:
    """The summary names what was expected and found; its place is the first wrong character."""
    refusal = strict.body(marked.replace(MARK, ""))
    assert refusal is not None
    assert refusal.summary == summary
    if MARK in marked:
        assert _marked(marked.replace(MARK, ""), refusal) == marked


@pytest.mark.parametrize(("marked", "summary"), CASES)
def test_every_refusal_says_what_would_be_right(marked: str, summary: str) -> None:
    """The detail is made of whole sentences, and covers at least one character."""
    refusal = strict.body(marked.replace(MARK, ""))
    assert refusal is not None, summary
    assert re.fullmatch(r"\S.*[.\])]", refusal.detail, re.DOTALL)
    assert refusal.end > refusal.start
    assert "\n" not in refusal.summary + refusal.detail


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("a = 1, b = 2\n", "Arguments end with their line and take no comma after them."),
        ("a: 1\n", "Arguments are set with =, not with a colon."),
        ("a == 1\n", "Arguments are set with one =; == compares."),
        ("a = b ?? c\n", "coalesce(a, b) takes the first that is not null."),
        ("a = b & c\n", 'The logical "and" is &&'),
        ("a = b ** c\n", "pow(a, b) raises to a power."),
        ("a = x.0.1\n", "Write [0][1]"),
        ('a = "${b:-c}"\n', "write $${...}"),
        ("a = 'b'\n", "Strings take double quotes in HCL."),
        ("a = b::c\n", "provider::name::function(...)"),
        ("a = [\n  1\nb = 2\n", 'The "[" stands on line 1.'),
        ("a {\n  b = 1\n\nc {\n}\n", "Line 4 starts a block at the margin"),
        ('a = "\\d"\n', r"Write \\d for a backslash"),
    ],
)
def test_details_say_what_may_have_been_meant(text: str, detail: str) -> None:
    """Slips that people make often have words of their own."""
    refusal = strict.body(text)
    assert refusal is not None
    assert detail in refusal.detail


def test_a_file_that_tree_sitter_accepts_is_refused_all_the_same() -> None:
    """Two arguments on a line are no error of the grammar, but one of HCL's."""
    file = syntax.parse(Source("main.tf", b"a {\n  b = 1 c = 2\n}\n"))
    assert [d.summary for d in file.diagnostics] == [
        'expected a new line after this argument, found "c"'
    ]


def test_places_are_those_of_bytes_in_a_file_with_other_letters() -> None:
    """The span of the diagnostic covers the token, whatever stands before it."""
    file = syntax.parse(Source("main.tf", 'a = "ä€𝄞" b = 2\n'.encode()))
    (problem,) = file.diagnostics
    assert problem.span is not None
    assert problem.span.text == "b"
    assert problem.span.first == (1, 11)


def test_what_can_be_read_of_a_broken_file_is_read() -> None:
    """A refusal does not take the other blocks away."""
    text = b'a "x" {\n  b = 1 c = 2\n}\n\nd "y" {\n}\n'
    file = syntax.parse(Source("main.tf", text))
    assert [block.type for block in file.body.blocks] == ["a", "d"]
    assert file.diagnostics


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("1 2", 'expected the end of the expression, found "2"'),
        ("", "expected a value, found the end of the file"),
        ("a.", "expected a name after the dot, found the end of the file"),
        ("[a", "this [ is never closed"),
    ],
)
def test_expressions_of_their_own_are_held_to_the_same(text: str, summary: str) -> None:
    """An expression in a string of JSON, or on the command line, ends with its text."""
    refusal = strict.expression(text)
    assert refusal is not None
    assert refusal.summary == summary


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("a ${b", "this ${ is never closed"),
        ("a ${b c}", 'expected "}" at the end of this interpolation, found "c"'),
        ("%{ if a }b", "this %{ if } is never ended"),
    ],
)
def test_templates_of_their_own_are_held_to_the_same(text: str, summary: str) -> None:
    """A template file has no quotes, but its sequences end."""
    refusal = strict.template(text)
    assert refusal is not None
    assert refusal.summary == summary


@pytest.mark.parametrize(
    "text", ["", "$", "a $ { %", 'say "\\q"', "$${a} %%{b}", "a\rb", "${a}${b}"]
)
def test_plain_text_is_a_template(text: str) -> None:
    """Quotes, backslashes and lone signs mean nothing in a template of its own."""
    assert strict.template(text) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"# caf\xe9\na = 1\n", b"# caf?\na = 1\n"),
        (b"a = [ # \xe9\n1, /*\xff\n*/ 2] // \xe9", b"a = [ # ?\n1, /*?\n*/ 2] // ?"),
        (b'\xef\xbb\xbf# \xe9\na = "\xc3\xa9"\n', b'# ?\na = "\xc3\xa9"\n'),
        (b'a = "caf\xe9"\n', None),
        (b"a = <<E\ncaf\xe9\nE\n", None),
        (b"a = <<E\n# caf\xe9\nE\n", None),
        (b'a "\xe9" {\n}\n', None),
        (b"a\xe9 = 1\n", None),
        (b"a = 1\xe9\n", None),
        (b"# \xe9\na = \n", None),
    ],
)
def test_odd_bytes_count_outside_of_comments_only(raw: bytes, expected: bytes | None) -> None:
    """Terraform does not look at the bytes of comments, whatever encoding they are in."""
    assert strict.mended(raw) == expected
