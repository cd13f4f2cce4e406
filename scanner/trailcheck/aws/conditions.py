"""Whether the conditions of a statement hold for a request.

A key that the request surely lacks settles most operators; one that nobody knows leaves them open.
(IAM user guide, "IAM JSON policy elements: Condition operators".)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer, all_of
from trailcheck.aws.arn import arn_of, literal, show
from trailcheck.aws.policy import Element, Gap
from trailcheck.aws.statement import Part, decisive, fill
from trailcheck.aws.wildcard import matches

if TYPE_CHECKING:
    from trailcheck.aws.arn import Tokens
    from trailcheck.aws.policy import Item, Statement, Test
    from trailcheck.aws.statement import Request

_NEGATIVE = ("stringnot", "arnnot", "numericnot", "datenot", "notip")
_ARN = ("arnequals", "arnlike", "arnnotequals", "arnnotlike")
_WILD = ("stringlike", "stringnotlike")
_EXACT = ("stringequals", "stringnotequals")
_FOLDED = ("stringequalsignorecase", "stringnotequalsignorecase", "bool")


def conditions_hold(statement: Statement, request: Request) -> Part:
    """Answer whether all conditions of a statement hold for the request."""
    found = [_test(test, request) for test in statement.tests]
    for wanted in (Answer.NO, Answer.MAYBE):
        for part in found:
            if part.answer is wanted:
                return part
    return found[0] if found else Part(Answer.YES)


def _test(test: Test | Gap, request: Request) -> Part:
    if isinstance(test, Gap):
        return Part(Answer.MAYBE, test)
    operator, key = test.operator.lower(), test.key.lower()
    quantifier, _, rest = operator.rpartition(":")
    base, if_exists = rest.removesuffix("ifexists"), rest.endswith("ifexists")
    first = (
        test.values[0]
        if test.values
        else Gap(f"{test.key} is compared with nothing", (), test.span)
    )
    if key not in request.keys:
        return Part(
            Answer.MAYBE,
            Gap(f"the value of {test.key} is not known from code", (test.key,), test.span),
        )
    said = request.keys[key]
    if base == "null":
        return decisive([_null(item, missing=said is None) for item in test.values])
    negative = base.startswith(_NEGATIVE)
    if said is None:
        holds = if_exists or quantifier == "forallvalues" or (negative and not quantifier)
        why = "" if holds else f"CloudTrail sends no {test.key}"
        return Part(Answer.YES if holds else Answer.NO, first, why)
    found = [_compared(base, item, said, request) for item in test.values]
    best = decisive(found)
    answer = best.answer.negated() if negative else best.answer
    item = best.item or first
    why = best.why if answer is Answer.MAYBE else ""
    if answer is Answer.NO and not negative:
        why = f"{test.key} is {show(request.resolve(said))}"
    return Part(answer, item, why, said)


def _null(item: Item, *, missing: bool) -> Part:
    text = (literal(item.tokens) or "").lower() if isinstance(item, Element) else ""
    if text not in ("true", "false"):
        return Part(Answer.MAYBE, item)
    return Part(Answer.YES if (text == "true") is missing else Answer.NO, item)


def _compared(base: str, item: Item, said: Tokens, request: Request) -> Part:
    """Compare what the request says with one value of a condition."""
    if isinstance(item, Gap):
        return Part(Answer.MAYBE, item)
    wanted, target = fill(item.tokens, request), request.resolve(said)
    if base in _ARN:
        found = _arn_like(wanted, target)
        alone = found is Answer.MAYBE and wanted == ("*",)
        return Part(found, item, "IAM does not document what `*` alone says of ARNs" * alone)
    if base in _WILD:
        return Part(matches(wanted, target), item)
    if base in _EXACT:
        return Part(matches(wanted, target, wild=False), item)
    if base in _FOLDED:
        return Part(matches(wanted, target, wild=False, fold=True), item)
    return Part(Answer.MAYBE, item, f"{base} comparisons are not judged")


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
