"""The decision that IAM makes on a request, in three answers.

Identity policies, permissions boundaries and trust policies are judged with the same few questions:
does a statement cover the action, the resource, the principal, and do its conditions hold? What is
not certain stays `MAYBE` and says why. (IAM user guide, "Policy evaluation logic".)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trailcheck.aws.arn import (
    Answer,
    Opaque,
    all_of,
    any_of,
    arn_of,
    joined,
    literal,
    matches,
    resource_matches,
    show,
)
from trailcheck.aws.policy import Element, Gap, Principal, Test, gap_of
from trailcheck.value import Unknown
from trailcheck.verdict import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from trailcheck.aws.arn import Tokens
    from trailcheck.aws.policy import Document, Item, Statement
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


class Request(NamedTuple):
    """What is asked for."""

    action: str
    targets: tuple[Tokens, ...]
    """Descriptions of one and the same resource; empty for a policy of the resource."""
    keys: Mapping[str, Tokens | None]
    """What the request says of itself, by lower-case key: None is missing, absent is not known."""
    resolve: Callable[[Tokens], Tokens]
    """Puts in the literals that the deployment's symbols are known to be."""
    service: str = ""
    """The service that asks, for a trust policy."""


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
        ("action", _actions(statement, request)),
        ("principal", _principals(statement, request)),
        ("resource", _resources(statement, request)),
        ("condition", conditions_hold(statement, request)),
    ]
    if isinstance(statement.effect, Gap):
        parts.insert(0, ("effect", _Part(Answer.MAYBE, statement.effect)))
    for wanted in (Answer.NO, Answer.MAYBE):
        for name, part in parts:
            if part.answer is wanted:
                return _match(part, name, statement, policy, request)
    decider = parts[-2][1] if request.targets else parts[-3][1]
    return _match(decider, "", statement, policy, request)


class _Part(NamedTuple):
    answer: Answer
    item: Item | None = None
    why: str = ""


def _match(part: _Part, name: str, statement: Statement, policy: Policy, request: Request) -> Match:
    item = part.item
    why = part.why
    needs: tuple[str, ...] = ()
    if part.answer is Answer.MAYBE:
        asked = request.targets[0] if name == "resource" and request.targets else ()
        gap = item if isinstance(item, Gap) else _doubt(item.tokens if item else (), asked)
        if gap is not None:
            why, needs = part.why or gap.reason, gap.needs
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


def _first(found: list[_Part]) -> _Part:
    """Return what decides among alternatives: a certain one, else a possible one."""
    for wanted in (Answer.YES, Answer.MAYBE):
        for part in found:
            if part.answer is wanted:
                return part
    return _Part(Answer.NO, found[0].item if found else None)


def _cover(
    stated: tuple[Item, ...] | None,
    excluded: tuple[Item, ...] | None,
    test: Callable[[Element], Answer],
) -> _Part:
    """Answer for a list, or for everything but a list."""
    if stated is not None:
        return _first(_each(stated, test))
    if excluded is not None:
        found = _first(_each(excluded, test))
        return _Part(found.answer.negated(), found.item)
    return _Part(Answer.YES)


def _each(items: tuple[Item, ...], test: Callable[[Element], Answer]) -> list[_Part]:
    return [
        _Part(Answer.MAYBE, item) if isinstance(item, Gap) else _Part(test(item), item)
        for item in items
    ]


def _actions(statement: Statement, request: Request) -> _Part:
    return _cover(
        statement.actions,
        statement.not_actions,
        lambda item: matches(item.tokens, (request.action,), fold=True),
    )


def _resources(statement: Statement, request: Request) -> _Part:
    if not request.targets:
        return _Part(Answer.YES)

    def test(item: Element) -> Answer:
        pattern = fill(item.tokens, request)
        found = [resource_matches(pattern, request.resolve(t)) for t in request.targets]
        # NOTE: the targets describe one thing; what is certain of one description is certain.
        certain = [a for a in found if a is not Answer.MAYBE]
        return certain[0] if certain else Answer.MAYBE

    return _cover(statement.resources, statement.not_resources, test)


def fill(tokens: Tokens, request: Request) -> Tokens:
    """Put the request's own values in for policy variables such as `${aws:PrincipalAccount}`."""
    found: list[str | Opaque] = []
    for token in tokens:
        if isinstance(token, Opaque) and isinstance(token.value, Unknown):
            name = token.value.name
            if name.startswith("${") and (known := request.keys.get(name[2:-1].lower())):
                found.extend(known)
                continue
        found.append(token)
    return request.resolve(joined(found))


# --- principals -----------------------------------------------------------------------------------


def _principals(statement: Statement, request: Request) -> _Part:
    if not request.service:
        return _Part(Answer.YES)
    if statement.not_principals is not None:
        found = _first([_principal(p, request.service) for p in statement.not_principals])
        # NOTE: Allow with NotPrincipal names everybody; whether that admits services is not
        # documented.
        answer = found.answer.negated()
        return _Part(
            Answer.MAYBE if answer is Answer.YES else answer,
            found.item,
            "it names everybody but some",
        )
    deny = statement.effect == "Deny"
    return _first([_principal(p, request.service, deny=deny) for p in statement.principals or ()])


def _principal(principal: Principal | Gap, service: str, *, deny: bool = False) -> _Part:
    if isinstance(principal, Gap):
        return _Part(Answer.MAYBE, principal)
    who = principal.who
    if isinstance(who, Gap):
        return _Part(Answer.MAYBE, who)
    if principal.kind == "Service":
        answer = matches(who.tokens, (service,), wild=False)
        if answer is Answer.MAYBE and _own_suffix(who.tokens):
            answer = Answer.YES
        return _Part(answer, who)
    everybody = literal(who.tokens) == "*"
    if deny and everybody and principal.kind in ("*", "AWS"):
        # NOTE: a Deny of `*` stops services as well: `aws:PrincipalIsAWSService` is there to
        # exempt them (IAM user guide, global condition keys).
        return _Part(Answer.YES, who)
    if principal.kind in ("*", "AWS") and (everybody or _vague(who)):
        return _Part(
            Answer.MAYBE, who, "whether the principal `*` admits a service is not documented"
        )
    return _Part(Answer.NO, who)


def _own_suffix(tokens: Tokens) -> bool:
    """Tell whether the text is `cloudtrail.` and the partition's own DNS suffix."""
    return (
        len(tokens) == 2  # noqa: PLR2004 - the two parts named above
        and tokens[0] == "cloudtrail."
        and isinstance(tokens[1], Opaque)
        and show(tokens[1:]) == "${dns_suffix}"
    )


def _vague(who: Element) -> bool:
    return any(isinstance(t, Opaque) and not t.letters for t in who.tokens)


# --- conditions -----------------------------------------------------------------------------------

_NEGATIVE = ("stringnot", "arnnot", "numericnot", "datenot", "notip")
_ARN = ("arnequals", "arnlike", "arnnotequals", "arnnotlike")
_WILD = ("stringlike", "stringnotlike")
_EXACT = ("stringequals", "stringnotequals")
_FOLDED = ("stringequalsignorecase", "stringnotequalsignorecase", "bool")


def conditions_hold(statement: Statement, request: Request) -> _Part:
    """Answer whether all conditions of a statement hold for the request."""
    found = [_test(test, request) for test in statement.tests]
    for wanted in (Answer.NO, Answer.MAYBE):
        for part in found:
            if part.answer is wanted:
                return part
    return found[0] if found else _Part(Answer.YES)


def _test(test: Test | Gap, request: Request) -> _Part:
    if isinstance(test, Gap):
        return _Part(Answer.MAYBE, test)
    operator, key = test.operator.lower(), test.key.lower()
    quantifier, _, rest = operator.rpartition(":")
    base, if_exists = rest.removesuffix("ifexists"), rest.endswith("ifexists")
    first = (
        test.values[0]
        if test.values
        else Gap(f"{test.key} is compared with nothing", (), test.span)
    )
    if key not in request.keys:
        return _Part(
            Answer.MAYBE,
            Gap(f"the value of {test.key} is not known from code", (test.key,), test.span),
        )
    said = request.keys[key]
    if base == "null":
        return _first([_null(item, missing=said is None) for item in test.values])
    negative = base.startswith(_NEGATIVE)
    if said is None:
        holds = if_exists or quantifier == "forallvalues" or (negative and not quantifier)
        why = "" if holds else f"CloudTrail sends no {test.key}"
        return _Part(Answer.YES if holds else Answer.NO, first, why)
    found = [_compared(base, item, said, request) for item in test.values]
    best = _first(found)
    answer = best.answer.negated() if negative else best.answer
    item = best.item or first
    why = ""
    if answer is Answer.NO and not negative:
        why = f"{test.key} is {show(request.resolve(said))}"
    return _Part(answer, item, why)


def _null(item: Item, *, missing: bool) -> _Part:
    text = (literal(item.tokens) or "").lower() if isinstance(item, Element) else ""
    if text not in ("true", "false"):
        return _Part(Answer.MAYBE, item)
    return _Part(Answer.YES if (text == "true") is missing else Answer.NO, item)


def _compared(base: str, item: Item, said: Tokens, request: Request) -> _Part:
    """Compare what the request says with one value of a condition."""
    if isinstance(item, Gap):
        return _Part(Answer.MAYBE, item)
    wanted, target = fill(item.tokens, request), request.resolve(said)
    if base in _ARN:
        return _Part(_arn_like(wanted, target), item)
    if base in _WILD:
        return _Part(matches(wanted, target), item)
    if base in _EXACT:
        return _Part(matches(wanted, target, wild=False), item)
    if base in _FOLDED:
        return _Part(matches(wanted, target, wild=False, fold=True), item)
    return _Part(Answer.MAYBE, item, f"{base} comparisons are not judged")


def _arn_like(pattern: Tokens, target: Tokens) -> Answer:
    """Compare field by field: a wildcard does not cross colons (IAM user guide, ARN operators)."""
    mine, theirs = arn_of(pattern), arn_of(target)
    if mine is None or theirs is None:
        # NOTE: no wildcard stands for several fields, except perhaps one that is all of the
        # pattern.
        settled = all(isinstance(t, str) or t.letters for t in (*pattern, *target))
        if settled and theirs is not None and pattern != ("*",):
            return Answer.NO
        return Answer.MAYBE if matches(pattern, target) is not Answer.NO else Answer.NO
    return all_of(matches(a, b) for a, b in zip(mine, theirs, strict=True))


__all__ = [
    "CLOUDTRAIL",
    "Decision",
    "Match",
    "Policy",
    "Request",
    "allows",
    "any_of",
    "denies",
    "judge",
    "placed",
    "unique",
]
