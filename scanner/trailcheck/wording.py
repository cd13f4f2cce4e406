"""Worlds in words: on which values a verdict turns, as short as it can be said.

`parameter Stage is dev or test` stands for two worlds, and for as many decisions as it took to tell
them apart: what does not matter in them is left out.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeAlias

from trailcheck.condition import Condition
from trailcheck.record import NamedTuple
from trailcheck.value import Choice, Known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.condition import Scalar
    from trailcheck.world import World

_FALSE = Known(False)
_PLAIN = re.compile(r"[\w./:@-]+")
_MOST_WORLDS = 4
"""Worlds that are told one by one; of more, only these."""


class _Among(NamedTuple):
    """What a subject is: one of some literals, or none of them."""

    literals: frozenset[Scalar]
    within: bool = True

    def union(self, other: _Among) -> _Among:
        """Return what either of the two says."""
        match self.within, other.within:
            case True, True:
                return _Among(self.literals | other.literals)
            case False, False:
                return _Among(self.literals & other.literals, within=False)
            case True, False:
                return _Among(other.literals - self.literals, within=False)
            case _:
                return _Among(self.literals - other.literals, within=False)

    def both(self, other: _Among) -> _Among:
        """Return what the two say together."""
        outside = _Among(self.literals, not self.within).union(
            _Among(other.literals, not other.within)
        )
        return _Among(outside.literals, not outside.within)

    @property
    def everything(self) -> bool:
        """Whether it says nothing."""
        return not self.within and not self.literals


_Facts: TypeAlias = dict[str, _Among]


def worlds(found: Iterable[World]) -> str:
    """Say what holds in one of some worlds; empty where they are all worlds there are."""
    options: dict[str, tuple[Scalar, ...]] = {}
    said = [_facts(world, options) for world in found]
    merged = _merged(said, options)
    if any(not facts for facts in merged):
        return ""
    words = [
        " and ".join(_clause(subject, among) for subject, among in facts.items())
        for facts in merged[:_MOST_WORLDS]
    ]
    more = len(merged) - _MOST_WORLDS
    return " or ".join(words) + (f" or in {more} more cases" if more > 0 else "")


def _facts(world: World, options: dict[str, tuple[Scalar, ...]]) -> _Facts:
    facts: _Facts = {}
    for condition, holds in world.decided:
        subject, literals = _subject(condition)
        among = _Among(frozenset(literals), holds)
        if subject in facts:
            both = facts[subject].both(among)
            # NOTE: 1 and "1" may be the same; a world that is there is not nowhere.
            among = both if both.literals or not both.within else facts[subject]
        facts[subject] = among
    for law in world.laws():
        found = law.value
        if not isinstance(found, Choice) or found.otherwise != _FALSE:
            continue
        if found.condition.relation == "among":
            subject, literals = found.condition.subject, found.condition.literals
            known = subject in options or subject not in facts
            if not known and facts[subject].literals.issubset(literals):
                options[subject] = tuple(x for x in literals if _possible(world, subject, x))
    return {subject: _listed(among, options.get(subject)) for subject, among in facts.items()}


def _possible(world: World, subject: str, literal: Scalar) -> bool:
    """Tell whether something is deployed where a subject is a literal."""
    condition = Condition(f"{subject} is {literal!r}", (subject,), subject, literal)
    return world._replace(decided=()).possible((condition, True))


def _subject(condition: Condition) -> tuple[str, tuple[Scalar, ...]]:
    """Return what a condition is about and what it is, or its name and that it is true."""
    literals = condition.named
    if condition.subject and condition.finite and not any(isinstance(x, bool) for x in literals):
        return condition.subject, literals
    return condition.name, (True,)


def _listed(among: _Among, options: tuple[Scalar, ...] | None) -> _Among:
    """Name what is left, where code lists all that there is."""
    if not options:
        return among
    left = frozenset(option for option in options if (option in among.literals) == among.within)
    return _Among(frozenset(), within=False) if len(left) == len(options) else _Among(left)


def _merged(said: list[_Facts], options: dict[str, tuple[Scalar, ...]]) -> list[_Facts]:
    """Join worlds that differ in one subject only, until there are none."""
    rest = [{s: a for s, a in facts.items() if not a.everything} for facts in said]
    joined = True
    while joined:
        joined = False
        for first in range(len(rest)):
            for second in range(first + 1, len(rest)):
                one = _join(rest[first], rest[second], options)
                if one is not None:
                    rest[first] = one
                    del rest[second]
                    joined = True
                    break
            if joined:
                break
    return rest


def _join(left: _Facts, right: _Facts, options: dict[str, tuple[Scalar, ...]]) -> _Facts | None:
    """Return the facts of two worlds as one, if they differ in at most one subject."""
    if left == right or left.items() <= right.items():
        return left
    if right.items() <= left.items():
        return right
    differ = [subject for subject in left if left[subject] != right.get(subject)]
    if left.keys() != right.keys() or len(differ) != 1:
        return None
    (subject,) = differ
    both = _listed(left[subject].union(right[subject]), options.get(subject))
    rest = {other: among for other, among in left.items() if other != subject}
    return rest if both.everything else {**rest, subject: both}


def _clause(subject: str, among: _Among) -> str:
    if any(literal is True for literal in among.literals):
        if among.within:
            return subject
        return f"{subject} is false" if _PLAIN.fullmatch(subject) else f"not ({subject})"
    words = sorted(map(_spelled, among.literals))
    listed = " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    return f"{subject} is {listed}" if among.within else f"{subject} is not {listed}"


def _spelled(literal: Scalar) -> str:
    if isinstance(literal, str):
        return literal if _PLAIN.fullmatch(literal) else json.dumps(literal, ensure_ascii=False)
    return "null" if literal is None else str(literal)
