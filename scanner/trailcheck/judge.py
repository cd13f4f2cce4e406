"""From rules to verdicts: every rule in every world, and the whole chain of each trail.

Over branches: a rule fails where every branch fails, passes where every branch passes, and is
undecided otherwise, naming the condition. The line `integrated` is decided branch by branch over
all rules of the chain together, so that a link and its policy that turn on one condition are judged
in one world.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, Impact
from trailcheck.record import NamedTuple
from trailcheck.value import Choice, Known, Unknown
from trailcheck.verdict import Outcome, Verdict, When
from trailcheck.world import TooManyWorldsError, World, explore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trailcheck.graph import Graph, Resource
    from trailcheck.rule import Rule
    from trailcheck.value import Value
    from trailcheck.verdict import Ruling

    Rulings = list[tuple[World, Ruling | None]]


class Judgement(NamedTuple):
    """What the rules say about one trail."""

    verdicts: tuple[Verdict, ...]
    integrated: bool | None
    assumptions: tuple[str, ...]
    problems: tuple[Diagnostic, ...]
    """Rules that crashed: named, never silent."""


class Judge:
    """Judges one trail. Rulings are kept for the chain."""

    def __init__(self, trail: Resource, graph: Graph, view: Callable[[World], object]) -> None:
        self.trail = trail
        self.graph = graph
        self.view = view
        """The trail as rules see it in one world, made once a world."""
        self.start = World((), graph.laws)
        self._known = 0
        self._rulings: dict[tuple[str, World], Ruling | None] = {}
        self.problems: list[Diagnostic] = []
        self.unread: tuple[Diagnostic, ...] = ()
        self.refused: tuple[Diagnostic, ...] = ()
        self._learn()

    def judge(self, rules: Iterable[Rule], chain: Iterable[Rule]) -> Judgement:
        """Return the verdicts of `rules`, and whether all of `chain` holds for the trail."""
        rules, chain = tuple(rules), tuple(chain)
        while True:
            verdicts: list[Verdict] = []
            assumptions: dict[str, None] = {}
            for rule in rules:
                verdicts += self.verdicts(rule, assumptions)
            integrated = self.integrated(chain)
            if not self._learn():
                return Judgement(
                    tuple(verdicts), integrated, tuple(assumptions), tuple(self.problems)
                )

    def _learn(self) -> bool:
        """Take in what could not be read; tell whether that is more than was known.

        To judge is to read on, and what is found wrong then counts for every rule.
        """
        before = self.unread, self.refused, self._known
        told = self.graph.unread
        self.unread = tuple(d for d in told if d.impact is Impact.UNREAD)
        self.refused = tuple(d for d in told if d.impact is Impact.REFUSED)
        self.start, doomed = starting(self.trail, self.graph)
        self.refused += tuple(d for d in doomed if d not in self.refused)
        self._known = len(self.graph.refusals)
        if (self.unread, self.refused, self._known) == before:
            return False
        self._rulings.clear()
        self.problems.clear()
        return True

    def verdicts(self, rule: Rule, assumptions: dict[str, None]) -> list[Verdict]:
        """Return the verdicts of one rule, one for each subject on the trail's chain."""
        try:
            results = explore(lambda world: self.ruling(rule, world), self.start)
        except TooManyWorldsError as many:
            return [self._bounded(rule, many)]
        except Exception as error:  # noqa: BLE001 - a crashing rule must not end the scan
            return [self._crashed(rule, error)]
        subjects: dict[str, Rulings] = {}
        for world, ruling in results:
            if ruling is not None:
                subjects.setdefault(ruling.subject, []).append((world, ruling))
                assumptions.update(dict.fromkeys(ruling.assumptions))
        return [self._verdict(rule, subject, found) for subject, found in subjects.items()]

    def ruling(self, rule: Rule, world: World) -> Ruling | None:
        """Return what a rule says in one world; None where it does not apply."""
        if not created(self.trail, world):
            return None
        key = (rule.id, world)
        if key not in self._rulings:
            self._rulings[key] = self._restrained(rule.judge(self.view(world)))
        return self._rulings[key]

    def integrated(self, chain: tuple[Rule, ...]) -> bool | None:
        """Tell whether the whole chain works: in every world, in none, or undecided."""

        def whole(world: World) -> tuple[bool, bool | None]:
            if not created(self.trail, world):
                return False, None
            outcomes = set()
            for rule in chain:
                ruling = self.ruling(rule, world)
                if ruling is not None:
                    if ruling.outcome is Outcome.FAIL:
                        return True, False
                    outcomes.add(ruling.outcome)
            return True, None if Outcome.UNDECIDED in outcomes else True

        try:
            answers = {answer for _, (applies, answer) in explore(whole, self.start) if applies}
        except TooManyWorldsError:
            return None
        except Exception:  # noqa: BLE001 - the rule's own verdict names the crash
            return None
        return answers.pop() if len(answers) == 1 else None

    def _restrained(self, ruling: Ruling | None) -> Ruling | None:
        """Nothing passes, and nothing fails for being absent, while code of the root is unread.

        Nor does anything pass that the deployment tool would refuse to create.
        """
        if ruling is None or ruling.outcome is Outcome.UNDECIDED:
            return ruling
        exists = self.trail.exists
        if isinstance(exists, Unknown) and exists.refused and ruling.outcome is Outcome.PASS:
            message = f"{ruling.message}; but the trail cannot be deployed: {exists.reason}"
            needs = (*ruling.needs, *(exists.needs or (f"{self.trail.address}, put right",)))
            return ruling._replace(outcome=Outcome.UNDECIDED, message=message, needs=needs)
        if not self.unread:
            if not self.refused or ruling.outcome is Outcome.FAIL:
                return ruling
            found = self.refused[0]
            return ruling._replace(
                outcome=Outcome.UNDECIDED,
                message=f"{ruling.message}; but {_said(found, 'is refused')}",
                needs=(*ruling.needs, f"what is refused at {_where(found)}, put right"),
            )
        if ruling.outcome is Outcome.FAIL and not ruling.absence:
            return ruling
        found = self.unread[0]
        return ruling._replace(
            outcome=Outcome.UNDECIDED,
            message=f"{ruling.message}; but {_said(found, 'could not be read')}",
            needs=(*ruling.needs, found.path),
        )

    def _verdict(self, rule: Rule, subject: str, found: Rulings) -> Verdict:
        outcomes = {ruling.outcome for _, ruling in found if ruling is not None}
        order = (Outcome.FAIL, Outcome.UNDECIDED, Outcome.PASS)
        ruling = min(
            (ruling for _, ruling in found if ruling is not None),
            key=lambda one: order.index(one.outcome),
        )
        outcome, message, needs = ruling.outcome, ruling.message, ruling.needs
        when = None
        if len(outcomes) > 1:
            outcome, when = Outcome.UNDECIDED, _when(found)
            turns = _said_when(found, ruling)
            if ruling.outcome is not Outcome.UNDECIDED and turns:
                message = f"when {turns}, {message}"
            open_ = (need for _, said in found if said is not None for need in said.needs)
            needs = tuple(dict.fromkeys((*needs, *_needs(found), *open_)))
        severity = ruling.severity or rule.severity
        return Verdict(
            rule.id,
            outcome,
            severity,
            self.graph.root,
            subject,
            self.trail.address,
            message,
            needs,
            ruling.evidence,
            when=when,
        )

    def _bounded(self, rule: Rule, many: TooManyWorldsError) -> Verdict:
        names = ", ".join(c.name for c in many.conditions[:3])
        needs = tuple(dict.fromkeys(n for c in many.conditions for n in (c.needs or (c.name,))))
        return self._undecided(rule, f"it turns on too many conditions, {names} among them", needs)

    def _crashed(self, rule: Rule, error: Exception) -> Verdict:
        self.problems.append(
            Diagnostic(
                f"the rule {rule.id} crashed: {type(error).__name__}: {error}",
                "This is a defect of trailcheck. The rule's verdict is undecided.",
                self.trail.span.source.path,
                self.trail.span,
            )
        )
        return self._undecided(rule, f"the rule crashed: {type(error).__name__}", ())

    def _undecided(self, rule: Rule, message: str, needs: tuple[str, ...]) -> Verdict:
        from trailcheck.verdict import Evidence  # noqa: PLC0415 - seldom needed

        return Verdict(
            rule.id,
            Outcome.UNDECIDED,
            rule.severity,
            self.graph.root,
            self.trail.address,
            self.trail.address,
            f"{self.trail.address}: {message}",
            needs,
            (Evidence("the trail", self.trail.span),),
        )


def _where(problem: Diagnostic) -> str:
    return problem.path + ("" if problem.span is None else f":{problem.span.first.line}")


def created(resource: Resource, world: World) -> bool:
    """Tell whether a resource exists in a world; where nobody can tell, it does. Raises Fork."""
    exists = world.settle(resource.exists)
    if isinstance(exists, Unknown) and exists.refused and exists is not resource.exists:
        return False  # In this world nothing is deployed at all.
    return not (isinstance(exists, Known) and exists.data is False)


def starting(trail: Resource, graph: Graph) -> tuple[World, tuple[Diagnostic, ...]]:
    """Return the world in which nothing is decided: what is refused rules worlds out.

    Where none with the trail would be left, what is refused comes beside it, and rules none out.
    """
    world, refusing = World((), graph.laws), graph.refusing()
    if refusing:
        demands = [law for _, law in refusing]
        try:
            found = explore(lambda w: created(trail, w), world)
        except TooManyWorldsError:
            return world, ()
        if not any(there and w.deployable(demands) for w, there in found):
            return World((), graph.demanded), tuple(problem for problem, _ in refusing)
    return world, ()


def existence(resource: Resource, start: World | None = None) -> tuple[bool | None, str | None]:
    """Return whether a resource surely exists (True or None), and what it turns on."""
    exists = resource.exists
    if isinstance(exists, Known):
        return True, None
    said = when(exists, start)
    return (None, said) if said else (True, None)


def when(exists: Value, start: World | None = None) -> str:
    """Say in words when a boolean value is true; empty where it always is."""
    match exists:
        case Choice():
            try:
                worlds = explore(lambda world: world.settle(exists), start)
            except TooManyWorldsError:
                return exists.condition.name
            true = [w for w, v in worlds if not (isinstance(v, Known) and v.data is False)]
            from trailcheck.wording import worlds as in_words  # noqa: PLC0415 - few trails turn on anything

            return in_words(true)
        case _:
            return getattr(exists, "reason", "it is not settled")


def _said(found: Diagnostic, what: str) -> str:
    """Say where something is wrong with the code, and what."""
    return f"{_where(found)} {what}: {found.summary}"


def _when(found: Rulings) -> When:
    """Say in which worlds a rule has which outcome."""
    from trailcheck.wording import worlds  # noqa: PLC0415 - few verdicts turn on anything

    def of(outcome: Outcome) -> str:
        return worlds(world for world, said in found if said and said.outcome is outcome)

    return When(of(Outcome.PASS), of(Outcome.FAIL), of(Outcome.UNDECIDED))


def _said_when(found: Rulings, ruling: Ruling) -> str:
    """Say in which worlds a rule says what it says in `ruling`."""
    from trailcheck.wording import worlds  # noqa: PLC0415 - few verdicts turn on anything

    same = (ruling.outcome, ruling.message)
    return worlds(w for w, said in found if said and (said.outcome, said.message) == same)


def _needs(found: Rulings) -> tuple[str, ...]:
    """Return the facts that decide between the worlds."""
    conditions = {c.name: c for world, _ in found for c, _ in world.decided}
    return tuple(dict.fromkeys(n for c in conditions.values() for n in (c.needs or (c.name,))))
