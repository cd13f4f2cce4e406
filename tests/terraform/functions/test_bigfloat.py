"""Arithmetic is that of Terraform to the last digit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailcheck.terraform.functions.base import RefusedError
from trailcheck.terraform.functions.bigfloat import (
    FLOAT,
    WORD,
    bits_of,
    calculated,
    exact,
    less,
    negative,
    of_float,
    whole,
)
from trailcheck.terraform.functions.scalars import number_text

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


ROOT = of_float(2**0.5)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (ROOT, "1.4142135623730951"),
        (calculated("+", ROOT, 0), "1.4142135623730951454746218587388284504413604736328125"),
        (calculated("+", ROOT, of_float(3**0.5)), "3.1462643699419726"),
        (calculated("*", ROOT, ROOT), "2.00000000000000027343234630647693"),
        (calculated("/", whole(1, WORD), whole(3, WORD)), "0.33333333333333333334"),
        (calculated("/", 2, whole(3, WORD)), "0." + "6" * 153 + "7"),
        (negative(ROOT), "-1.4142135623730951"),
        (of_float(2.0**-1074), "0." + "0" * 323 + "4940656458412465"),
        (negative(0), "-0"),
        (negative(negative(0)), "0"),
        (calculated("*", 0, -5), "-0"),
        (calculated("-", negative(0), 0), "-0"),
        (calculated("-", 3, 3), "0"),
        (calculated("%", negative(0), 2), "-0"),
        (calculated("%", negative(0), -2), "0"),
        (calculated("/", 1, 0), "+Inf"),
        (calculated("/", 1, calculated("/", -1, 0)), "-0"),
    ],
)
def test_numbers_have_bits_and_signs(result: int | Decimal, expected: str) -> None:
    """What Terraform 1.11 writes for `pow(2, 0.5) + 0`, `length([1]) / length([1, 2, 3])`, ..."""
    assert number_text(result) == expected


@pytest.mark.parametrize(
    ("operator", "one", "other"),
    [("/", 0, 0), ("-", "inf", "inf"), ("*", 0, "inf"), ("%", 5, "inf")],
)
def test_what_is_no_number_is_refused(operator: str, one: object, other: object) -> None:
    """Terraform stops where Go would make NaN."""
    with pytest.raises(RefusedError):
        calculated(operator, Decimal(str(one)), Decimal(str(other)))


def test_the_last_bit_decides_comparisons() -> None:
    """Equality is one of digits, order one of bits."""
    short = Decimal("1.4142135623730951")
    assert short == ROOT
    assert less(short, ROOT)
    assert not less(ROOT, short)
    assert bits_of(ROOT) == FLOAT
    assert exact(ROOT) == Decimal(2**0.5)
