"""The decision that IAM makes on a request, in three answers.

Identity policies, permissions boundaries and trust policies are judged with the same few questions:
does a statement cover the action, the resource, the principal, and do its conditions hold? What is
not certain stays `MAYBE` and says why. (IAM user guide, "Policy evaluation logic".)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import Opaque, show
from trailcheck.aws.conditions import conditions_hold
from trailcheck.aws.policy import Element, Gap, gap_of
from trailcheck.aws.policy_variables import never_filled
from trailcheck.aws.statement import Part, actions, principals, resources
from trailcheck.record import NamedTuple
from trailcheck.value import Unknown
from trailcheck.verdict import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.aws.arn import Tokens
    from trailcheck.aws.policy import Document, Statement
    from trailcheck.aws.statement import Request
    from trailcheck.source import Span

CLOUDTRAIL = "cloudtrail.amazonaws.com"


class Policy(NamedTuple):
    """A policy document as it is attached to a role."""

    label: str
    """The address that declares it, or its ARN."""
    document: Document
    evidence: tuple[Evidence, ...]
    """Where the document is written and attached, the tightest place first; never empty."""
    doubt: Gap | None = None
    """Why it is not certain that the policy is attached."""


class Match(NamedTuple):
    """Whether a statement applies to a request, and what decides it."""

    answer: Answer
    statement: Statement
    policy: Policy
    place: Span | None
    """The element that decides."""
    why: str = ""
    needs: tuple[str, ...] = ()
    part: str = ""
    """What does not fit: "effect", "principal", "action", "resource", "condition"."""
    element: Element | None = None

    def evidence(self, note: str) -> tuple[Evidence, ...]:
        """Return the deciding place with `note`, then the policy's own places."""
        return placed(note, self.place or self.statement.span, self.policy.evidence, self.element)


class Decision(NamedTuple):
    """An answer with what it rests on."""

    answer: Answer
    matches: tuple[Match, ...] = ()
    """The statements that decide; for NO, those that come nearest."""
    gaps: tuple[tuple[Gap, Policy | None], ...] = ()
    """What is not known and could change the answer."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The facts that would settle it."""
        found = [n for m in self.matches for n in m.needs] + [
            n for g, _ in self.gaps for n in g.needs
        ]
        return tuple(dict.fromkeys(found))

    @property
    def reason(self) -> str:
        """Say in words why it is not settled."""
        for gap, _ in self.gaps:
            return gap.reason
        return next((m.why for m in self.matches if m.why), "")

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The places of what is not settled."""
        found: list[Evidence] = []
        for gap, policy in self.gaps:
            found += placed(gap.reason, gap.span, policy.evidence if policy else (), gap)
        for match in self.matches:
            if match.answer is Answer.MAYBE:
                found += match.evidence(match.why or "may apply")
        return unique(found)


def placed(
    note: str,
    span: Span | None,
    rest: tuple[Evidence, ...],
    history: Element | Gap | None = None,
) -> tuple[Evidence, ...]:
    """Return evidence at `span`, the steps that led there, then `rest`; without repetition."""
    if span is None:
        first = (Evidence(note, rest[0].span),) if rest else ()
    else:
        first = (Evidence(note, span),)
    steps = tuple(Evidence(step.note, step.span) for step in history.via) if history else ()
    return unique((*first, *steps, *rest))


def unique(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Keep the first evidence of each place."""
    seen: dict[Span, Evidence] = {}
    for each in evidence:
        seen.setdefault(each.span, each)
    return tuple(seen.values())


def allows(policies: Iterable[Policy], request: Request) -> Decision:
    """Answer whether an Allow statement covers the request; what is denied does not count here."""
    return _decide(policies, request, "Allow")


def denies(policies: Iterable[Policy], request: Request) -> Decision:
    """Answer whether a Deny statement covers the request."""
    return _decide(policies, request, "Deny")


def _decide(policies: Iterable[Policy], request: Request, effect: str) -> Decision:
    sure: list[Match] = []
    maybe: list[Match] = []
    missed: list[Match] = []
    gaps: list[tuple[Gap, Policy | None]] = []
    for policy in policies:
        found = [
            match
            for s in policy.document.statements
            if (match := judge(s, policy, request, effect))
        ]
        could = [m for m in found if m.answer is not Answer.NO]
        if policy.doubt and (could or policy.document.gaps):
            gaps.append((policy.doubt, policy))
        else:
            sure += [m for m in could if m.answer is Answer.YES]
            maybe += [m for m in could if m.answer is Answer.MAYBE]
            gaps += [(gap, policy) for gap in policy.document.gaps]
        missed += [m for m in found if m.answer is Answer.NO]
    if sure:
        return Decision(Answer.YES, tuple(sure))
    if maybe or gaps:
        return Decision(Answer.MAYBE, tuple(maybe), tuple(gaps))
    order = ("action", "effect", "principal", "condition", "resource")
    missed.sort(key=lambda m: -order.index(m.part))
    return Decision(Answer.NO, tuple(missed))


def judge(statement: Statement, policy: Policy, request: Request, effect: str) -> Match | None:
    """Judge one statement; None when it has the other effect."""
    if isinstance(statement.effect, str) and statement.effect != effect:
        return None
    parts = [
        ("action", actions(statement, request)),
        ("principal", principals(statement, request)),
        ("resource", resources(statement, request)),
        ("condition", conditions_hold(statement, request)),
    ]
    if isinstance(statement.effect, Gap):
        parts.insert(0, ("effect", Part(Answer.MAYBE, statement.effect)))
    for wanted in (Answer.NO, Answer.MAYBE):
        for name, part in parts:
            if part.answer is wanted:
                return _doubted(_match(part, name, statement, policy, request), effect)
    decider = parts[-2][1] if request.targets else parts[-3][1]
    return _doubted(_match(decider, "", statement, policy, request), effect)


def _doubted(match: Match, effect: str) -> Match:
    """Return the match with what a variable that IAM does not have leaves of it.

    The variable matches nothing, or IAM refuses the policy for it: an Allow that needs it allows
    nothing either way. All else that such a statement says is open.
    """
    denies_not = effect == "Deny" and match.part in {"resource", "condition"}
    if match.answer is not Answer.YES and not denies_not:
        return match
    statement = match.statement
    tested = [v for t in statement.tests if not isinstance(t, Gap) for v in t.values]
    for item in (*(statement.resources or ()), *(statement.not_resources or ()), *tested):
        gap = never_filled(item)
        if gap is not None:
            return match._replace(
                answer=Answer.MAYBE, place=gap.span, why=gap.reason, needs=gap.needs
            )
    return match


def _match(part: Part, name: str, statement: Statement, policy: Policy, request: Request) -> Match:
    item = part.item
    why = part.why
    needs: tuple[str, ...] = ()
    if part.answer is Answer.MAYBE:
        asked = request.targets[0] if name == "resource" and request.targets else part.asked
        said = item.tokens if isinstance(item, Element) else ()
        gap = (
            item if isinstance(item, Gap) else _doubt(request.resolve(said), request.resolve(asked))
        )
        if gap is not None:
            why, needs = part.why or gap.reason, gap.needs
        elif name == "resource":
            why = f"IAM does not document whether {show(request.resolve(said))} covers it"
    return Match(
        part.answer,
        statement,
        policy,
        item.span if item is not None else None,
        why,
        needs,
        name if part.answer is not Answer.YES else "",
        item if isinstance(item, Element) else None,
    )


def _doubt(said: Tokens, asked: Tokens) -> Gap | None:
    """Return why it is not settled that two texts are alike: what only one of them has.

    What is said comes before what is asked for, unknown values before symbols; the reason is that
    of the first, the needs are those of all.
    """
    here, there = ([t.value for t in tokens if isinstance(t, Opaque)] for tokens in (said, asked))
    found = [v for v in here if v not in there] or [v for v in there if v not in here] or here
    gaps = [gap_of(v) for v in found if isinstance(v, Unknown)] or [gap_of(v) for v in found[:1]]
    if not gaps:
        return None
    return gaps[0]._replace(needs=tuple(dict.fromkeys(n for gap in gaps for n in gap.needs)))
