"""What the report says about each trail: its links and its chain, as far as code tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import show
from trailcheck.aws.delivery import ACTIONS
from trailcheck.aws.policy import Gap
from trailcheck.aws.views import GroupLink, NoLink, OutsideLink, RoleLink, UnknownLink, WrongLink
from trailcheck.result import Facts, LinkFact
from trailcheck.value import Known, Unknown
from trailcheck.wording import worlds
from trailcheck.world import TooManyWorldsError, World, explore

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.aws.views import ToGroup, ToRole, Trail

T = TypeVar("T")


def facts(view: Callable[[World], Trail], start: World | None = None) -> Facts:
    """Return the facts that hold in every world; what differs between worlds is not settled."""

    def ask(question: Callable[[Trail], T]) -> list[tuple[World, T]]:
        """Ask in every world in which the trail is created."""

        def answer(world: World) -> tuple[T] | None:
            trail = view(world)
            return None if trail.exists is False else (question(trail),)

        try:
            return [(world, said[0]) for world, said in explore(answer, start) if said is not None]
        except TooManyWorldsError:
            return []

    def common(question: Callable[[Trail], Any]) -> Any:  # noqa: ANN401 - what the question returns
        answers = [answer for _, answer in ask(question)]
        return answers[0] if answers and all(a == answers[0] for a in answers) else None

    def link(question: Callable[[Trail], LinkFact]) -> LinkFact:
        answers = ask(question)
        if answers and all(a == answers[0][1] for _, a in answers):
            return answers[0][1]
        return LinkFact("unknown", reason=_cases(answers) or "it turns on too much")

    return Facts(
        log_group=link(lambda trail: _link(trail.group_link)),
        role=link(lambda trail: _link(trail.role_link)),
        trust=common(_trust),
        writes=common(_writes),
        retention_days=common(_retention),
        logging=common(lambda trail: _known(trail.flag("logging"))),
        multi_region=common(lambda trail: _known(trail.flag("multi_region"))),
        log_file_validation=common(lambda trail: _known(trail.flag("validation"))),
        kms=common(_kms),
    )


def _known(flag: bool | Gap) -> bool | None:  # noqa: FBT001 - it is data
    return None if isinstance(flag, Gap) else flag


def _link(link: ToGroup | ToRole) -> LinkFact:
    match link:
        case NoLink():
            return LinkFact("unlinked")
        case UnknownLink():
            return LinkFact("unknown", arn=show(link.tokens) or None, reason=link.reason)
        case WrongLink():
            return LinkFact("unknown", reason=link.problem)
        case OutsideLink():
            return LinkFact("linked", arn=show(link.tokens))
        case GroupLink():
            return LinkFact("linked", link.group.address, show(link.tokens or link.group.tokens))
        case RoleLink():
            return LinkFact("linked", link.role.address, show(link.tokens))


def _cases(answers: list[tuple[World, LinkFact]]) -> str:
    """Say in which cases a link leads where."""
    found: dict[LinkFact, list[World]] = {}
    for world, link in answers:
        found.setdefault(link, []).append(world)
    said = [
        (link.address or link.arn or link.reason or link.state, worlds(where))
        for link, where in found.items()
    ]
    return "; ".join(f"{what} when {when}" for what, when in said if when)


def _trust(trail: Trail) -> bool | None:
    """Tell whether CloudTrail may assume the linked role."""
    assumable, conditions = trail.permissions.assumable, trail.permissions.conditions
    if assumable is None:
        return None
    return _all(assumable.answer, conditions.answer if conditions else Answer.YES)


def _writes(trail: Trail) -> bool | None:
    """Tell whether the role may create streams in the linked group and write to them."""
    answers: list[Answer] = []
    for action in ACTIONS:
        allowed, denied, bounded = (
            trail.permissions.allowed(action),
            trail.permissions.denied(action),
            trail.permissions.bounded(action),
        )
        if allowed is None or denied is None:
            return None
        answers += [allowed.answer, denied.answer.negated()]
        answers += [bounded.answer] if bounded else []
    return _all(*answers)


def _all(*answers: Answer) -> bool | None:
    if Answer.NO in answers:
        return False
    return None if Answer.MAYBE in answers else True


def _retention(trail: Trail) -> int | str | None:
    group = trail.group
    return group.retention if group is not None else None


def _kms(trail: Trail) -> bool | None:
    value = trail.value("kms_key")
    if isinstance(value, Known):
        return value.data not in (None, "")
    return None if isinstance(value, Unknown) else True
