"""Values as HCL and back, as Terraform's own provider writes and reads them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from function_calls import NAME, PREFIX, ask, opens, refuses, said

from terraform.configurations import evaluated
from trailcheck.value import Known

EXPR, TFVARS = "provider::terraform::encode_expr", "provider::terraform::encode_tfvars"
DECODE = "provider::terraform::decode_tfvars"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a", '"a"'),
        (1, "1"),
        (Decimal("-2.5"), "-2.5"),
        (10**30, "1" + "0" * 30),
        (True, "true"),
        ([], "[]"),
        ({}, "{}"),
        ([None, [2, 3], {}], "[null, [2, 3], {}]"),
        ("${x} %{y} $ % $$ $x", '"$${x} %%{y} $ % $$ $x"'),
        ('\n\r\t"\\', '"\\n\\r\\t\\"\\\\"'),
        ("\x07\x7f\xa0\u2028\U000e0001", '"\\u0007\\u007f\\u00a0\\u2028\\U000e0001"'),
        ([1, [2, 3], {"a": 1}], "[1, [2, 3], {\n  a = 1\n}]"),
        ([{"a": 1}, {"b": 2}], "[{\n  a = 1\n  }, {\n  b = 2\n}]"),
        (
            [[{"a": 1}], [{"b": 2}, [3]]],
            "[[{\n  a = 1\n  }], [{\n  b = 2\n}, [3]]]",
        ),
        (
            {"a": {"b": {"c": 1}}, "d": [{"e": 1}, {"f": 2}]},
            (
                "{\n  a = {\n    b = {\n      c = 1\n    }\n  }\n"
                "  d = [{\n    e = 1\n    }, {\n    f = 2\n  }]\n}"
            ),
        ),
        (
            {"a": 1, "bb": {"x": 1}, "ccc": 2, "d": 3},
            "{\n  a = 1\n  bb = {\n    x = 1\n  }\n  ccc = 2\n  d   = 3\n}",
        ),
        (
            {"": 5, "-a": 4, "_x": 3, "a-": 6, "a b": 1, "éx": 7, "for": 8, "1": 9},
            (
                '{\n  ""    = 5\n  "-a"  = 4\n  "1"   = 9\n  _x    = 3\n  "a b" = 1\n  a-    = 6\n'
                "  for   = 8\n  éx    = 7\n}"
            ),
        ),
    ],
)
def test_values_are_written_as_terraform_writes_them(given: object, expected: str) -> None:
    """Asked of Terraform 1.11: escapes, order, indentation and columns."""
    assert said(EXPR, given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ""),
        ({"longer": 1, "b": [], "c": {}}, "b      = []\nc      = {}\nlonger = 1\n"),
        ({"a": [{"b": 1}], "bb": 1, "ccc": "x"}, 'a = [{\n  b = 1\n}]\nbb  = 1\nccc = "x"\n'),
        ({"f": {"x": 1, "y z": 2}}, 'f = {\n  x     = 1\n  "y z" = 2\n}\n'),
    ],
)
def test_objects_are_written_as_variables_files(given: object, expected: str) -> None:
    """One argument for each entry, by name."""
    assert said(TFVARS, given) == expected


def test_what_cannot_be_written_is_refused() -> None:
    """Only objects make variables files, and their keys are names."""
    for given in (None, "x", ["a"], {"a b": 1}, {"1a": PREFIX}):
        assert refuses(TFVARS, given)
    assert refuses(EXPR, None)
    assert refuses(EXPR, 1, 2)


def test_what_is_not_known_is_not_written() -> None:
    """A name that exists after deployment may need escapes."""
    assert opens(EXPR, [NAME])
    assert opens(TFVARS, {"a": PREFIX})


def test_the_text_of_a_variables_file_is_read() -> None:
    """The text goes to whoever can read it, and refusals come back."""
    assert ask(DECODE, "a = 1").items == {"a": Known("a = 1")}  # type: ignore[union-attr]
    assert refuses(DECODE, "")
    assert refuses(DECODE, None)
    assert opens(DECODE, PREFIX)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("# c", {}),
        ("a = 1 + 1\\nb-c = [true]", {"a": 2, "b-c": [True]}),
        ("a = {b = 1, b = 2}", {"a": {"b": 2}}),
        ("a = [for x in [1] : x + 1]", {"a": [2]}),
        ("a = true ? 1 : x", {"a": 1}),
        ("a = null", {"a": None}),
    ],
)
def test_variables_files_are_decoded(text: str, expected: object) -> None:
    """Expressions without names and functions are evaluated."""
    assert evaluated(f'{DECODE}("{text}")') == expected


@pytest.mark.parametrize(
    "text",
    [
        "a = ",
        "a = b",
        "a = abs(1)",
        "a = b.c",
        "x {}",
        "a = 1\\na = 2",
        "a = [1][5]",
        "{",
        "a = try(1)",
    ],
)
def test_what_a_variables_file_cannot_hold_is_refused(text: str) -> None:
    """No names, no functions, no blocks, no argument twice."""
    assert evaluated(f'can({DECODE}("{text}"))') is False
