"""Operators, conditionals and equality: decided wherever the operands allow it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from terraform.configurations import GROUP, evaluated

OPEN = """
variable "e" {
  type = bool
}
variable "f" {
  type = bool
}
variable "s" {
  type = string
}
variable "n" {
  type = number
}
variable "names" {
  type    = list(string)
  default = []
}
variable "tags" {
  type    = map(string)
  default = {}
}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('1 == "1"', False),
        ("null == null", True),
        ('"a" == null', False),
        ("[1] == [1]", True),
        ('[1] == ["1"]', False),
        ("{a = 1} == {a = 1}", True),
        ("{a = 1} == {a = 2}", False),
        ('1 != "a"', True),
        ("5 / 2 * 2", 5),
        ("-7 % 3", -1),
        ("0 / 0", "!"),
        ("1 / 0", Decimal("Infinity")),
        ("1 / 0 > 10", True),
        ("1 / 0 - 1 / 0", "!"),
        ("0 * (1 / 0)", "!"),
        ("5 % (1 / 0)", "!"),
        ('"${-0}x"', "-0x"),
        ("-0 == 0", True),
        ("[1, 2][0 * -1]", 1),
        ("length(toset([0, -0]))", 2),
        ("length(distinct([0, -0]))", 1),
        ("pow(2, 0.5) == 1.4142135623730951", True),
        ("1.4142135623730951 < pow(2, 0.5)", True),
        ("range(0, 0.3, 0.1)[2]", Decimal("0.2")),
        ("5 % 0", 5),
        ('"x" + 1', "!"),
        ("!null", "!"),
        ("null ? 1 : 2", "!"),
        ('"true" && true', True),
        ("false && local.nothing", False),
        ("true || local.nothing", True),
        ("1 < 2", True),
        ('"2" >= 2', True),
        ("[] < 1", "!"),
    ],
)
def test_known_operands(expression: str, expected: object) -> None:
    """Types are not mixed in equality, text converts in arithmetic, null is refused."""
    assert evaluated(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.e", ("var.e", True, False)),
        ("!var.e", ("var.e", False, True)),
        ("var.e == true", ("var.e", True, False)),
        ("var.e != true", ("var.e", False, True)),
        ("var.e && !var.e", False),
        ("var.e || !var.e", True),
        ("var.e ? var.e : true", True),
        ("var.e ? (var.e ? 1 : 2) : 3", ("var.e", 1, 3)),
        ("false && var.e", False),
        ("var.e || true", True),
        ("var.s == var.s", True),
        ("var.n > 0 == (0 < var.n)", True),
        ("var.n <= 0 == !(var.n > 0)", True),
        ('var.s == "a" && var.s == "b"', False),
        ("var.e ? 1 : 1", 1),
        ('length("${var.s}-trail") > 0', True),
        ('0 >= length("${var.s}-trail")', False),
        ('length("${var.s}-trail") == 0', False),
        ('1 <= length(toset([var.s, "a"]))', True),
        ('length("${var.s}-trail") < 0.5', False),
        ("length(var.s) > 0", ("0 < length(var.s)", True, False)),
    ],
)
def test_open_operands(expression: str, expected: object) -> None:
    """An unknown condition is one condition wherever and however it is asked."""
    assert evaluated(expression, OPEN) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('true ? 1 : "a"', "1"),
        ('false ? "a" : true', "true"),
        ('true ? toset(["a"]) : []', ["a"]),
        ('var.e ? 1 : "a"', ("var.e", "1", "a")),
        ('true ? ["b", "a", "b"] : toset([])', ["a", "b"]),
        ("true ? null : 1", None),
    ],
)
def test_branches_have_one_type(expression: str, expected: object) -> None:
    """Beside text a number is text, beside a set a list is a set."""
    assert evaluated(expression, OPEN) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.names == []", False),
        ("[] != var.names", True),
        ("var.tags == {}", False),
        ("length(var.names) == 0", True),
        ("var.names == var.names", True),
        ('toset(["a"]) == ["a"]', False),
        ("[] == []", True),
        ("{} == {}", True),
        ("tolist([1]) == [1]", False),
        ("tomap({ a = 1 }) != { a = 1 }", True),
        ("tolist([1]) == tolist([1])", True),
    ],
)
def test_a_literal_list_never_equals_a_declared_one(expression: str, expected: object) -> None:
    """`var.names == []` compares a list with a tuple: always false, and a known trap."""
    assert evaluated(expression, OPEN) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("aws_cloudwatch_log_group.g.arn == null", False),
        ('aws_cloudwatch_log_group.g.arn == ""', False),
        ('"${aws_cloudwatch_log_group.g.arn}:*" == "x"', False),
        ('aws_cloudwatch_log_group.g.arn == "a"', False),
        ("aws_cloudwatch_log_group.g.arn == true", False),
        ('"x-${aws_cloudwatch_log_group.g.arn}" == "y-a"', False),
        ("aws_cloudwatch_log_group.g.arn != aws_cloudwatch_log_group.g.arn", False),
    ],
)
def test_what_is_known_after_deployment_is_never_null(expression: str, expected: object) -> None:
    """A reference equals itself, and neither null nor text that it cannot become."""
    assert evaluated(expression, GROUP) == expected


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "+", "-", "*", "/", "%"])
@pytest.mark.parametrize("sides", ["null {} tonumber(var.s)", "tonumber(var.s) {} null"])
def test_null_is_no_number_whatever_is_beside_it(operator: str, sides: str) -> None:
    """A null operand is refused also where the other one is not known."""
    assert evaluated(sides.format(operator), OPEN) == "!"
