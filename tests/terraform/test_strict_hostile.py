"""The strict reader ends on any input, quickly, with a place inside the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailcheck.source import Source
from trailcheck.terraform import strict, syntax

MANY = 100_000
LONG = 1_000_000
SECONDS = 10
"""Each case takes well under one on any machine; what is not linear takes minutes."""

DEEP = [
    "[",
    "{a=",
    "(",
    "f(",
    'x = "${',
    "!",
    "- ",
    "b ? ",
    "b[",
    "{for k, v in ",
    "[for x in ",
    "<<E\n${",
]
LONG_TEXTS = [
    '"' + "x" * LONG + '"',
    '"' + "$" * LONG + '"',
    '"' + "${b}" * (LONG // 4) + "\\q",
    '"' + "${b+c}" * (LONG // 6) + '"',
    '"' + "%{ if a }" * MANY,
    "b" + ".c" * (LONG // 2),
    "b" + "[c]" * MANY,
    "b" + " + c" * MANY,
    "b" + " ? c : d" * MANY,
    "[" + "b, " * MANY + "]",
    "[" + "b+c, " * MANY + "]",
    "{" + "b = c, " * MANY + "}",
    "1" * LONG,
    "1." * (LONG // 2),
    "1" + "." * LONG,
    " " * LONG + "1",
    "(" + "\n" * LONG + "1)",
    "/*" * MANY,
    "[1 " + "/* */ " * MANY + "]",
    "b" + "::c" * MANY,
    "<<E\n" + "${b}\n" * MANY + "E",
    "<<E\n" + "E x\n" * MANY,
    "<<E\n" + "E" * LONG + "\nE",
    "[\n" + "".join(f"<<E{n}\nx\nE{n}\n,\n" for n in range(20_000)) + "]",
    "é" * LONG,
    "\\" * LONG,
    '"' * LONG,
    "=" * LONG,
]
TOKENS = [
    *"ab1{}[]()=,:.?!+-*/%<>&|^~;'`\"\\$#\n\r\t \0é²",
    "${",
    "%{ if a }",
    "%{ endif }",
    "<<EOT\n",
    "\nEOT\n",
    "for ",
    " in ",
    "=>",
    "...",
    "~}",
    "/*",
    "*/",
    "::",
    '"x"',
    "a = 1\n",
    "b {\n",
]
SAMPLE = """
resource "a_b" "c" {
  d = [for e in var.f : "${e.g}-%{ if e.h }i%{ endif }" if e.j != null]
  k {
    l = { m = 1, "n" : jsonencode({ o = <<-EOT
      p ${q["r"]}
      EOT
    }) }
  }
}
"""


def _holds(text: str) -> None:
    for refusal in (strict.body(text), strict.expression(text), strict.template(text)):
        if refusal is not None:
            assert 0 <= refusal.start <= len(text)
            assert refusal.start < refusal.end <= len(text) + 1
            assert refusal.summary
            assert refusal.detail


@pytest.mark.parametrize("opening", DEEP)
def test_depth_is_no_danger(opening: str) -> None:
    """A hundred thousand levels end with a refusal, not with Python's stack."""
    start = time.monotonic()
    assert strict.body(f"a = {opening * MANY}") is not None
    assert time.monotonic() - start < SECONDS


def test_blocks_nest_as_deep_as_they_like() -> None:
    """Blocks that all end are accepted at any depth."""
    assert strict.body("a {\n" * MANY + "}\n" * MANY) is None


@pytest.mark.parametrize("value", LONG_TEXTS, ids=lambda v: v[:12].encode("unicode_escape"))
def test_length_costs_its_length(value: str) -> None:
    """Long tokens, long lines and many of them are read in one go."""
    start = time.monotonic()
    strict.body(f"a = {value}\n")
    assert time.monotonic() - start < SECONDS


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    """Whatever a file holds, the answer is a refusal inside it or none."""
    _holds(text)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(TOKENS), max_size=30).map("".join))
def test_any_tokens_are_answered(text: str) -> None:
    """So it is for what looks like code."""
    _holds(text)


@settings(max_examples=300)
@given(st.integers(0, len(SAMPLE)), st.integers(0, 3), st.sampled_from(["", *TOKENS]))
def test_any_slip_is_answered(at: int, drop: int, put: str) -> None:
    """Characters that are lost or put in between break no more than the file."""
    text = SAMPLE[:at] + put + SAMPLE[at + drop :]
    _holds(text)
    syntax.parse(Source("main.tf", text.encode()))


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    """What is no text at all is refused before, but nothing relies on it."""
    strict.read(Source("main.tf", data.decode("utf-8", "replace").encode()))


def test_a_file_of_two_megabytes_has_one_place_for_its_error() -> None:
    """The error at the end of a long file is found where it is."""
    text = "a {\n  b = [1, 2, f(3)]\n  c = 1\n}\n" * 50_000 + "a b = 1\n"
    refusal = strict.body(text)
    assert refusal is not None
    assert refusal.start == len(text) - 4
