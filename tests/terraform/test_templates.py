"""Templates: white space, escapes and directives as HCL has them."""

from __future__ import annotations

import pytest

from terraform.configurations import evaluated, module
from trailcheck.source import Source
from trailcheck.value import Known


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (r'"a\"b\\c\u00e9\t"', 'a"b\\cé\t'),
        ('"$${x} %%{y} $ %"', "${x} %{y} $ %"),
        ('"${"a"} ${"b"}"', "a b"),
        ('"a ${~ "b" ~}  c"', "abc"),
        ('"%{ for x in ["1", "2"] }${x},%{ endfor }"', "1,2,"),
        ('"%{ for k, v in {b = 1, a = 2} }${k}${v}%{ endfor }"', "a2b1"),
        ('"%{ if false }a%{ else }b%{ endif }"', "b"),
        ('"%{ if false }a%{ endif }"', ""),
        ('"${1}"', 1),
        ('"${1}%"', "1%"),
        ('"${[1]}"', [1]),
        ('"a${null}"', "!"),
        ('"a${[1]}"', "!"),
    ],
)
def test_quoted_templates(template: str, expected: object) -> None:
    """Escapes, trimming, directives; `"${x}"` alone is `x` itself."""
    assert evaluated(template) == expected


@pytest.mark.parametrize(
    ("heredoc", "expected"),
    [
        ("<<E\n  a\\n $${x}\nE\n", "  a\\n ${x}\n"),
        ("<<-E\n    a\n      b\n\n    c\n  E\n", "a\n  b\n\nc\n"),
        ('<<-E\n    ${"a"}\n      b\n  E\n', "a\n  b\n"),
        ("<<-E\n\ta\n\t\tb\n\tE\n", "a\n\tb\n"),
        # A line break that `~` trims away joins two lines, and the second keeps its indentation.
        (
            '<<-E\n    a\n  %{ for x in ["1"] ~}\n    ${x}\n  %{ endfor ~}\n      b\n  E\n',
            "  a\n    1\n      b\n",
        ),
        (
            "<<-E\n  %{~ if false ~}\n  a\n  %{~ else ~}\n    b\n  %{~ endif ~}\n    c\n  E\n",
            "    b\n    c\n",
        ),
    ],
)
def test_heredocs(heredoc: str, expected: str) -> None:
    """`<<-` takes the indentation off that all lines share, after `~` has trimmed."""
    assert evaluated(heredoc) == expected


def test_a_heredoc_keeps_its_line_breaks() -> None:
    """Terraform takes carriage returns of a heredoc into the value."""
    assert evaluated("<<E\r\na\r\nE\r\n") == "a\r\n"


def test_text_of_a_heredoc_knows_its_lines() -> None:
    """Each line of an indented heredoc is found again in the file."""
    text = "locals {\n  answer = <<-E\n    one\n    two\n  E\n}\n"
    value = module(text).local("answer", Source("x", b"").span(0, 0))
    assert isinstance(value, Known)
    places = [(piece.text, piece.span.first.line) for piece in value.pieces if piece.span]
    assert places == [("one\n", 3), ("two\n", 4)]
    assert [p.span.first.column for p in value.pieces if p.span] == [5, 5]


@pytest.mark.parametrize("collection", ["null", '"s"', "5"])
def test_a_loop_over_no_collection_is_refused(collection: str) -> None:
    """It is no text that is not known."""
    assert evaluated(f'"a%{{ for v in {collection} }}${{v}}%{{ endfor }}b"') == "!"
