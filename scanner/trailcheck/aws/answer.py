"""Answers to questions that code may leave open."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Answer(Enum):
    """What can be said without running anything."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"

    def negated(self) -> Answer:
        """Return the answer to the opposite question."""
        return _NEGATED[self]


_NEGATED = {Answer.YES: Answer.NO, Answer.NO: Answer.YES, Answer.MAYBE: Answer.MAYBE}


def any_of(answers: Iterable[Answer]) -> Answer:
    """Answer whether one of several things holds."""
    best = Answer.NO
    for answer in answers:
        if answer is Answer.YES:
            return Answer.YES
        if answer is Answer.MAYBE:
            best = Answer.MAYBE
    return best


def all_of(answers: Iterable[Answer]) -> Answer:
    """Answer whether all of several things hold."""
    return any_of(answer.negated() for answer in answers).negated()
