"""From rulings to verdicts: every world counts, and nothing passes on what was not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from terraform.configurations import graph
from trailcheck.condition import Condition
from trailcheck.graph import Kind
from trailcheck.judge import Judge, created, existence
from trailcheck.value import Choice, Known, Unknown
from trailcheck.verdict import Outcome
from trailcheck.world import World

if TYPE_CHECKING:
    from trailcheck.graph import Resource

TRAIL = 'variable "e" {\n  type = bool\n}\nresource "aws_cloudtrail" "t" {\n  %s\n}\n'


def _trail(meta: str) -> Resource:
    (trail,) = graph(TRAIL % meta).resources(Kind.TRAIL)
    return trail


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ("", (True, None)),
        ("count = var.e ? 1 : 0", (None, "var.e")),
        ("count = var.e ? 0 : 1", (None, "var.e is false")),
        ("count = var.e ? 1 : 2", (True, None)),
    ],
)
def test_existence_in_words(meta: str, expected: object) -> None:
    """A trail exists surely, or under a condition that is named."""
    trail = graph(TRAIL % meta).resources(Kind.TRAIL)[0]
    assert existence(trail) == expected


def test_created_in_a_world() -> None:
    """What turns on a condition exists in the worlds where it holds."""
    trail = _trail("count = var.e ? 1 : 0")
    assert isinstance(trail.exists, Choice)
    condition = trail.exists.condition
    assert created(trail, World().given(condition, holds=True))
    assert not created(trail, World().given(condition, holds=False))


def test_a_world_that_cannot_be_deployed_holds_no_trail() -> None:
    """`var.e ? null : 1` is refused where `var.e` holds: there nothing is created."""
    trail = _trail("count = var.e ? null : 1")
    holds = World().given(Condition("var.e"), holds=True)
    assert not created(trail, holds)


class _Rule:
    """A rule that says what it is told."""

    id = "stand-in"
    severity = None

    def __init__(self, outcome: Outcome | None) -> None:
        self.outcome = outcome

    def judge(self, view: object) -> object:  # noqa: ARG002 - a rule's signature
        """Rule as told; crash when told nothing."""
        from trailcheck.verdict import Ruling

        if self.outcome is None:
            raise ZeroDivisionError("told nothing")
        (trail,) = graph(TRAIL % "").resources(Kind.TRAIL)
        return Ruling(self.outcome, "said", (), trail.address)


def _outcome(outcome: Outcome | None, text: str) -> tuple[str, bool | None]:
    made = graph(text)
    (trail,) = made.resources(Kind.TRAIL)
    judge = Judge(trail, made, lambda world: None)
    rule = _Rule(outcome)
    judgement = judge.judge([rule], [rule])  # type: ignore[list-item]
    (verdict,) = judgement.verdicts
    return verdict.outcome.name, judgement.integrated


@pytest.mark.parametrize(
    ("outcome", "text", "expected"),
    [
        (Outcome.PASS, TRAIL % "", ("PASS", True)),
        (Outcome.FAIL, TRAIL % "", ("FAIL", False)),
        (Outcome.UNDECIDED, TRAIL % "", ("UNDECIDED", None)),
        (None, TRAIL % "", ("UNDECIDED", None)),
        (Outcome.PASS, TRAIL % "count = null", ("UNDECIDED", None)),
        (Outcome.PASS, TRAIL % "count = var.e ? 1 : 0", ("PASS", True)),
        (Outcome.PASS, TRAIL % "" + "x y\n", ("UNDECIDED", None)),
    ],
)
def test_outcomes(outcome: Outcome | None, text: str, expected: object) -> None:
    """A crash, unread code, and a trail that is refused are undecided, never a pass."""
    assert _outcome(outcome, text) == expected


def test_an_unknown_existence_is_judged_as_if_created() -> None:
    """Nobody can tell whether it is there: it is judged, and the reason is shown."""
    trail = _trail("")
    trail.exists = Unknown("x", "it is not settled")
    assert created(trail, World())
    assert existence(trail) == (None, "it is not settled")
    trail.exists = Known(True)
    assert existence(trail) == (True, None)
