"""Arithmetic is that of Terraform to the last digit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailcheck.terraform.functions.bigfloat import calculated

NUMBERS = st.integers(-(10**6), 10**6) | st.decimals(-1000, 1000, places=6)


@pytest.mark.parametrize(
    ("operator", "one", "other", "expected"),
    [
        ("+", "0.1", "0.2", "0.3"),
        ("-", "1.5", "0.25", "1.25"),
        ("/", "10", "4", "2.5"),
        ("%", "-5", "3", "-2"),
        ("%", "5.5", "-2", "1.5"),
        ("*", "1e-6", "1e-6", "0." + "0" * 11 + "1" + "0" * 153 + "1"),
    ],
)
def test_known_results(operator: str, one: str, other: str, expected: str) -> None:
    """What Terraform 1.11 answers; products of fractions show that they are binary."""
    assert calculated(operator, Decimal(one), Decimal(other)) == Decimal(expected)


@given(st.sampled_from("+-*"), NUMBERS, NUMBERS)
def test_results_are_as_near_as_the_bits_allow(
    operator: str, one: int | Decimal, other: int | Decimal
) -> None:
    """A result differs from the exact one by less than one part in 2 to the 500."""
    left, right = Fraction(one), Fraction(other)
    exact = {"+": left + right, "-": left - right, "*": left * right}[operator]
    error = abs(Fraction(calculated(operator, one, other)) - exact)
    assert error <= (abs(exact) + abs(left) + abs(right)) / 2**500


@given(NUMBERS)
def test_a_number_stays_what_it_is(number: int | Decimal) -> None:
    """Adding nothing, or multiplying by one, changes no digit."""
    assert calculated("+", number, 0) == calculated("*", number, 1) == number
