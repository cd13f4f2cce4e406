"""misplaced-log-group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import Opaque, arn_of, show
from trailcheck.aws.views import GroupLink, OutsideLink, RoleLink
from trailcheck.aws.wildcard import matches
from trailcheck.rule import rule
from trailcheck.value import Unknown
from trailcheck.verdict import Evidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.aws.arn import Arn, Tokens
    from trailcheck.aws.views import Trail
    from trailcheck.verdict import Ruling


@rule(
    id="misplaced-log-group",
    severity=Severity.HIGH,
    clauses=("11.10(e)",),
    integration=True,
)
def misplaced_log_group(trail: Trail) -> Ruling | None:
    """The log group or the role is in another account or Region than the trail.

    ## Why it matters
    CloudTrail delivers only to a log group of the trail's own account and home Region, through a
    role of the same account.

    ## Fix
    Declare group and role with the trail's provider, and write ARNs with the account and Region of
    the deployment instead of literals.
    """
    if not isinstance(trail.group_link, GroupLink | OutsideLink):
        return None
    own = arn_of(trail.resolve(trail.tokens))
    assert own is not None
    doubts: list[tuple[str, tuple[Evidence, ...], tuple[str, ...]]] = []
    for what, theirs, evidence in _neighbours(trail):
        for word, mine, other in (
            ("account", own.account, theirs.account),
            # NOTE: IAM is global: the ARN of a role has no Region.
            *((("Region", own.region, theirs.region),) if theirs.service != ("iam",) else ()),
            ("partition", own.partition, theirs.partition),
        ):
            answer = matches(mine, other, wild=False)
            if answer is Answer.NO:
                return trail.assuming(
                    trail.failed(
                        f"{what} is in {word} {show(other)}, the trail in {show(mine)}; "
                        "CloudTrail delivers within one account and Region",
                        *evidence,
                        trail.here(f"the trail, in {word} {show(mine)}"),
                    )
                )
            if answer is Answer.MAYBE:
                said = f"{what} is in {word} {show(other)}, the trail in {show(mine)}"
                doubts.append((said, evidence, _needs(word, (*mine, *other))))
    if doubts:
        said, evidence, needs = doubts[0]
        return trail.assuming(
            trail.undecided(
                f"{said}: whether they are the same is not settled",
                *evidence,
                trail.here(),
                needs=needs,
            )
        )
    message = f"{trail}, its log group and its role share account and Region"
    return trail.assuming(trail.passed(message, *trail.to_group, *trail.to_role))


def _needs(word: str, tokens: Tokens) -> tuple[str, ...]:
    """Return what would settle it: the unknowns in the texts, or else the deployment's own."""
    values = [t.value for t in tokens if isinstance(t, Opaque)]
    named = [n for v in values if isinstance(v, Unknown) for n in v.needs or (v.name,)]
    return tuple(dict.fromkeys(named)) or (f"the trail's {word}",)


def _neighbours(trail: Trail) -> Iterator[tuple[str, Arn, tuple[Evidence, ...]]]:
    """Yield what must be where the trail is: what it is, its ARN, and where that is written."""
    link = trail.group_link
    if isinstance(link, GroupLink | OutsideLink) and (arn := arn_of(trail.resolve(link.tokens))):
        yield "the log group that the trail names", arn, link.evidence
    if isinstance(link, GroupLink) and (arn := arn_of(trail.resolve(link.group.tokens))):
        yield f"{link.group}", arn, (link.group.here(), *link.evidence)
    to = trail.role_link
    if isinstance(to, RoleLink | OutsideLink) and (arn := arn_of(trail.resolve(to.tokens))):
        yield "the role that the trail names", arn, to.evidence
    if isinstance(to, RoleLink) and (
        arn := arn_of(trail.resolve(trail.naming.arn(to.role.resource)))
    ):
        yield f"the role {to.role}", arn, (to.role.here(), *to.evidence)
