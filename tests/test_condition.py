"""Conditions: what deciding one says about another of the same subject."""

import pytest

from trailcheck.condition import Condition, Relation, Scalar, follows, settles


def _about(relation: Relation, *literals: Scalar) -> Condition:
    name = f"s {relation} {literals}"
    if relation == "among":
        return Condition(name, (), "s", None, relation, literals)
    return Condition(name, (), "s", literals[0], relation)


YEAR = _about("below", 365)
FEW = _about("among", 30, 365, 731)


@pytest.mark.parametrize(
    ("given", "holds", "asked", "expected"),
    [
        (_about("is", "x"), True, _about("is", "y"), False),
        (_about("is", "x"), False, _about("is", "y"), None),
        (_about("is", 30), True, YEAR, True),
        (_about("is", 365), True, YEAR, False),
        (_about("is", "30"), True, YEAR, None),
        (_about("is", None), True, _about("is", 365), False),
        (_about("is", True), True, _about("is", 1), False),
        (_about("is", "true"), True, _about("is", True), None),
        (YEAR, True, _about("is", 365), False),
        (YEAR, True, _about("is", 30), None),
        (YEAR, True, _about("below", 400), True),
        (YEAR, True, _about("below", 90), None),
        (YEAR, True, _about("above", 365), False),
        (YEAR, True, _about("above", 364), None),
        (YEAR, False, _about("below", 90), False),
        (YEAR, False, _about("below", 400), None),
        (YEAR, False, _about("above", 364), True),
        (YEAR, False, _about("above", 365), None),
        (_about("above", 365), True, YEAR, False),
        (_about("above", 365), False, _about("below", 366), True),
        (_about("above", 365), False, YEAR, None),
        (_about("above", 365), True, _about("above", 90), True),
        (_about("above", 365), False, _about("above", 400), False),
        (FEW, True, _about("is", 90), False),
        (FEW, True, _about("is", 365), None),
        (FEW, True, _about("below", 1000), True),
        (FEW, True, _about("below", 10), False),
        (FEW, True, YEAR, None),
        (FEW, False, _about("is", 30), False),
        (_about("below", 30), True, FEW, False),
        (_about("below", 31), True, FEW, None),
    ],
)
def test_what_one_condition_says_of_another(
    given: Condition,
    holds: bool,  # noqa: FBT001
    asked: Condition,
    expected: bool | None,  # noqa: FBT001
) -> None:
    """Each condition is the set of literals for which it holds; text may write any number."""
    assert settles(given, asked, holds=holds) is expected


def test_conditions_of_different_subjects_say_nothing() -> None:
    """Only what is about the same unknown counts."""
    assert settles(YEAR, YEAR._replace(subject="t", name="t < 365"), holds=True) is None


def test_conditions_together() -> None:
    """One of three, and not below a year, and not the second of them, is the third."""
    decided = [(FEW, True), (YEAR, False)]
    assert follows(decided, _about("is", 30)) is False
    assert follows(decided, _about("is", 731)) is None
    assert follows([*decided, (_about("is", 365), False)], _about("is", 731)) is True
