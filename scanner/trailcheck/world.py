"""Worlds: what a value is once every unknown condition on its way has been decided.

A rule is written as if there were no unknown conditions. It reads values through a `World`; where a
value turns on a condition that the world has not decided, the world raises `Fork`, and `explore`
runs the rule again in both worlds. The outcomes of all worlds together are the verdict.

What the code demands of its inputs (`Law`) rules worlds out: one in which a validation is false
cannot be deployed, and a condition that such demands leave only one side is decided by them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

from trailcheck.condition import follows, settles
from trailcheck.record import NamedTuple
from trailcheck.value import Choice, Known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trailcheck.condition import Condition, Decision, Scalar
    from trailcheck.errors import Diagnostic
    from trailcheck.value import (
        Encoded,
        Handle,
        Mapping,
        Reference,
        Sequence,
        Symbol,
        Text,
        Unknown,
        Value,
    )

    Settled: TypeAlias = (
        Known | Text | Sequence | Mapping | Encoded | Reference | Symbol | Handle | Unknown
    )

T = TypeVar("T")

MOST_WORLDS = 64
"""More worlds than this are not explored: the verdict is then undecided, never a guess."""
_MOST_LOOKS = 500
"""Ways to meet the demands that are tried before a world counts as possible."""
_LOOK = 300
"""Comparisons of demands with decisions that count as one way more."""


class Fork(Exception):  # noqa: N818 - not an error: a question that the world cannot answer
    """A value turns on a condition that this world has not decided."""

    def __init__(self, condition: Condition) -> None:
        super().__init__(condition.name)
        self.condition = condition


class TooManyWorldsError(Exception):
    """The question turns on more conditions than `explore` follows."""

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        super().__init__(f"turns on {len(conditions)} conditions or more")
        self.conditions = conditions


class Law:
    """A demand without which nothing is deployed: that a boolean value is true.

    Where it is about one unknown, `subject` names that, and `admits` tells of a literal whether it
    meets the demand in the unknown's place (None: nobody can tell).
    """

    __slots__ = ("_demand", "_known", "_needs", "_try", "_value", "refusal", "subject")

    def __init__(
        self,
        demand: Callable[[], Value],
        subject: str = "",
        attempt: Callable[[Scalar], bool | None] = lambda _literal: None,
        refusal: Diagnostic | None = None,
    ) -> None:
        """Hold the demand, which is evaluated when a world first asks.

        `refusal` is what is refused where it is not met, if that is why it is a demand.
        """
        self._demand: Callable[[], Value] | None = demand
        self._value: Value = Known(True)
        self._needs: frozenset[str] = frozenset()
        self._try = attempt
        self._known: dict[tuple[str, Scalar], bool | None] = {}
        self.subject = subject
        self.refusal = refusal

    @property
    def value(self) -> Value:
        """What has to be true."""
        if self._demand is not None:
            demand, self._demand = self._demand, None  # What asks for itself demands nothing.
            self._value = demand()
        return self._value

    @property
    def needs(self) -> frozenset[str]:
        """The facts that it is about."""
        value = self.value
        if not self._needs:
            own = {self.subject} if self.subject else set()
            self._needs = frozenset(own.union(*(_about(c) for c in conditions_in(value))))
        return self._needs

    def admits(self, literal: Scalar) -> bool | None:
        """Tell whether `literal` in place of the subject meets the demand."""
        key = (type(literal).__name__, literal)
        if key not in self._known:
            self._known[key] = None
            self._known[key] = self._try(literal)
        return self._known[key]


class World(NamedTuple):
    """Decisions about unknown conditions, in the order in which they came up."""

    decided: tuple[Decision, ...] = ()
    laws: Callable[[], Iterable[Law]] = tuple
    """What must be true in every world."""

    def settle(self, value: Value) -> Settled:
        """Return the value in this world. Raises Fork if it turns on an undecided condition."""
        while isinstance(value, Choice):
            value = value.then if self.holds(value.condition) else value.otherwise
        return value

    def holds(self, condition: Condition) -> bool:
        """Tell whether `condition` holds here. Raises Fork if that is not decided."""
        answer = self.settled(condition)
        if answer is None:
            raise Fork(condition)
        return answer

    def settled(self, condition: Condition) -> bool | None:
        """Tell whether `condition` holds here; None if that is not decided."""
        answer = _settled(self.decided, condition)
        if answer is not None:
            return answer
        possible = [holds for holds in (True, False) if self.possible((condition, holds))]
        # NOTE: demands that nothing can meet decide nothing.
        return possible[0] if len(possible) == 1 else None

    def possible(self, *more: Decision) -> bool:
        """Tell whether this world can be deployed where `more` is so as well."""
        decided = (*self.decided, *more)
        laws = _relevant(list(self.laws()), decided)
        return not laws or _satisfiable([law.value for law in laws], laws, decided, [_MOST_LOOKS])

    def deployable(self, demands: Iterable[Law]) -> bool:
        """Tell whether something is deployed in this world, as far as some of its laws say."""
        demands = list(demands)
        if any(law.value == Known(False) for law in demands):
            return False
        about = frozenset[str]().union(*(law.needs for law in demands))
        laws = _relevant(list(self.laws()), self.decided, about)
        values = [law.value for law in laws]
        return not laws or _satisfiable(values, laws, self.decided, [_MOST_LOOKS])

    def given(self, condition: Condition, *, holds: bool) -> World:
        """Return this world with one more decision."""
        return self._replace(decided=(*self.decided, (condition, holds)))


def _settled(decided: tuple[Decision, ...], condition: Condition) -> bool | None:
    """Tell what the decisions say about a condition, one by one and together."""
    together = []
    for given, holds in decided:
        answer = settles(given, condition, holds=holds)
        if answer is not None:
            return answer
        if condition.subject and given.subject == condition.subject:
            together.append((given, holds))
    return follows(together, condition) if len(together) > 1 else None


def _relevant(
    laws: list[Law], decided: tuple[Decision, ...], about: frozenset[str] = frozenset()
) -> list[Law]:
    """Return the laws that are about what was decided, or about what such a law is about."""
    found: list[Law] = []
    about = about.union(*(_about(condition) for condition, _ in decided))
    while laws:
        more = [law for law in laws if law.needs & about]
        if not more:
            break
        found += more
        laws = [law for law in laws if law not in more]
        about = about.union(*(law.needs for law in more))
    return found


def _about(condition: Condition) -> frozenset[str]:
    return frozenset((*condition.needs, condition.subject or condition.name))


def conditions_in(value: Value) -> Iterator[Condition]:
    """Yield the conditions that a value turns on."""
    waiting, seen = [value], set[int]()
    while waiting:
        item = waiting.pop()
        if isinstance(item, Choice) and id(item) not in seen:
            seen.add(id(item))
            yield item.condition
            waiting += (item.then, item.otherwise)


def _satisfiable(
    values: list[Value], laws: list[Law], decided: tuple[Decision, ...], left: list[int]
) -> bool:
    """Tell whether some way to decide what is still open meets all demands; true past a bound."""
    left[0] -= 1 + len(values) * len(decided) // _LOOK
    if left[0] < 0:
        return True
    open_: list[Choice] = []
    for value in values:
        while isinstance(value, Choice):
            answer = _settled(decided, value.condition)
            if answer is None:
                open_.append(value)
                break
            value = value.then if answer else value.otherwise  # noqa: PLW2901 - the branch taken
        else:
            if isinstance(value, Known) and value.data is False:
                return False
    if any(_excluded(law, decided) for law in laws):
        return False
    if not open_:
        return True
    asked = open_[0].condition
    return any(
        _satisfiable(list(open_), laws, (*decided, (asked, holds)), left) for holds in (True, False)
    )


def _excluded(law: Law, decided: tuple[Decision, ...]) -> bool:
    """Tell whether the law refuses every literal that its subject can be."""
    if not law.subject:
        return False
    about = [(c, holds) for c, holds in decided if c.subject == law.subject]
    finite = next((c for c, holds in about if holds and c.finite), None)
    return finite is not None and all(
        law.admits(literal) is False or any(c.admits(literal) is (not holds) for c, holds in about)
        for literal in finite.named
    )


def explore(
    run: Callable[[World], T], start: World | None = None, most: int = MOST_WORLDS
) -> list[tuple[World, T]]:
    """Run `run` in every world that its questions tell apart, and return the results in order.

    Raises TooManyWorldsError when there are more than `most` of them.
    """
    results: list[tuple[World, T]] = []
    waiting = [start if start is not None else World()]
    while waiting:
        world = waiting.pop()
        try:
            results.append((world, run(world)))
        except Fork as fork:
            if len(results) + len(waiting) + 2 > most:
                raise TooManyWorldsError(tuple(c for c, _ in world.decided)) from None
            waiting.append(world.given(fork.condition, holds=False))
            waiting.append(world.given(fork.condition, holds=True))
    return results
