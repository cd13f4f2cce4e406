"""Conditions that code does not settle, and what deciding one of them says about another.

A condition that is about one unknown and literals says so: `var.env == "a"`, `var.days < 365`,
`contains([365, 731], var.days)`. Each is then the set of literals for which it holds, and sets tell
what follows: who is below 30 is not 365, and who is one of two and not the first is the second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

Scalar: TypeAlias = "bool | int | Decimal | str | None"

Relation: TypeAlias = Literal["is", "below", "above", "among"]
"""How a condition relates its subject to its literals: all but "among" have one of them."""


class Condition(NamedTuple):
    """An unknown condition that a `Choice` turns on.

    `name` identifies it, without places, and is what the report shows: `var.enabled`. A condition
    that compares an unknown with a literal says so in `subject` and `literal`, so that `var.env ==
    "a"` and `var.env == "b"` are never both true.
    """

    name: str
    needs: tuple[str, ...] = ()
    subject: str = ""
    literal: Scalar = None
    relation: Relation = "is"
    literals: tuple[Scalar, ...] = ()
    """What the subject is among."""

    @property
    def finite(self) -> bool:
        """Whether it holds for the literals that it names and for nothing else."""
        return self.relation in ("is", "among")

    @property
    def named(self) -> tuple[Scalar, ...]:
        """The literals that it names."""
        return self.literals if self.relation == "among" else (self.literal,)

    def admits(self, literal: Scalar) -> bool | None:
        """Tell whether the condition holds where its subject is `literal`; None where it may."""
        if self.finite:
            answers = [_same(literal, each) for each in self.named]
            return True if True in answers else None if None in answers else False
        if _kind(literal) != "number":
            return None  # Text may write a number; anything else is refused there.
        return (
            _less(literal, self.literal)
            if self.relation == "below"
            else _less(self.literal, literal)
        )


Decision: TypeAlias = tuple[Condition, bool]
"""A condition, and whether it holds."""


def settles(given: Condition, asked: Condition, *, holds: bool) -> bool | None:
    """Tell what `asked` is when `given` holds or not: true, false, or None when it stays open."""
    if given.name == asked.name:
        return holds
    if not given.subject or given.subject != asked.subject:
        return None
    return follows([(given, holds)], asked)


def follows(decided: Sequence[Decision], asked: Condition) -> bool | None:
    """Tell what `asked` is when all of `decided`, about the same subject, is as it says."""

    def remaining(literals: tuple[Scalar, ...]) -> list[Scalar]:
        return [x for x in literals if all(c.admits(x) in (is_so, None) for c, is_so in decided)]

    finite = next((c for c, is_so in decided if is_so and c.finite), None)
    if finite is not None:
        answers = {asked.admits(x) for x in remaining(finite.named)}
        return answers.pop() if len(answers) == 1 else None
    if asked.finite:
        return None if remaining(asked.named) else False
    for condition, is_so in decided:
        answer = None if condition.finite else _ordered(condition, asked, is_so=is_so)
        if answer is not None:
            return answer
    return None


def _ordered(given: Condition, asked: Condition, *, is_so: bool) -> bool | None:
    """Tell what one comparison with a number says about another."""
    bound, limit = given.literal, asked.literal
    apart = bound != limit
    upper = (given.relation == "below") is is_so
    # What is below the bound is not that bound itself; what is not above it may be.
    strict = is_so
    if asked.relation == "below":
        if upper:
            return True if _less(bound, limit) or (strict and not apart) else None
        return False if _less(limit, bound) or not apart else None
    if upper:
        return False if _less(bound, limit) or not apart else None
    return True if _less(limit, bound) or (strict and not apart) else None


def _less(one: Scalar, other: Scalar) -> bool:
    # The relation says that they are numbers.
    return one < other  # type: ignore[operator]


def _same(one: Scalar, other: Scalar) -> bool | None:
    kinds = {_kind(one), _kind(other)}
    if len(kinds) == 1:
        return one == other
    # The text "true" is true where a boolean is wanted, and "365" is 365.
    return None if "text" in kinds and "null" not in kinds else False


def _kind(literal: Scalar) -> str:
    match literal:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "text"
        case _:
            return "number"
