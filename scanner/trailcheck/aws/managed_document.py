"""The documents of AWS's own policies, as far as `managed.py` tells what they grant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws import managed
from trailcheck.aws.arn import arn_of, literal, show
from trailcheck.aws.policy import Document, Element, Gap, Statement

if TYPE_CHECKING:
    from trailcheck.aws.arn import Tokens
    from trailcheck.verdict import Evidence

_ACTIONS = {
    "create": ("logs:CreateLogStream",),
    "put": ("logs:PutLogEvents",),
    "both": ("logs:CreateLogStream", "logs:PutLogEvents"),
}


def managed_document(tokens: Tokens, where: tuple[Evidence, ...]) -> Document:
    """Return what is known of one of AWS's own policies."""
    arn = arn_of(tokens)
    path = literal(arn.resource) if arn else None
    name = (path or "").removeprefix("policy/")
    if name in managed.NEITHER:
        return Document()
    span = where[0].span
    if name not in managed.GRANTS:
        gap = Gap(
            f"what the AWS managed policy {show(tokens)} holds is not known here",
            (show(tokens),),
            span,
        )
        return Document(gaps=(gap,))
    return Document(
        tuple(
            Statement(
                effect=reduced.effect,
                actions=tuple(Element((a,), span) for a in _ACTIONS[reduced.actions]),
                not_actions=None,
                resources=tuple(Element((r,), span) for r in reduced.resources),
                not_resources=None,
                principals=None,
                not_principals=None,
                tests=(Gap("a condition of the AWS managed policy limits it", (), span),)
                if reduced.conditional
                else (),
                span=span,
            )
            for reduced in managed.GRANTS[name]
        )
    )
