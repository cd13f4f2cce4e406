"""What watches a log group: metric filters on it, and event rules on the same API calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import same
from trailcheck.aws.grants import existing
from trailcheck.aws.policy import Gap
from trailcheck.aws.view import View
from trailcheck.aws.wildcard import matches
from trailcheck.graph import Kind
from trailcheck.record import NamedTuple
from trailcheck.value import Encoded, Known, Mapping, Sequence, Text, Unknown, parts_of
from trailcheck.verdict import Evidence  # noqa: TC001 - of a NamedTuple

if TYPE_CHECKING:
    from trailcheck.aws.arn import Tokens
    from trailcheck.aws.views import Trail
    from trailcheck.graph import Resource
    from trailcheck.world import Settled

DETAIL_TYPE = "AWS API Call via CloudTrail"
"""The detail-type of CloudTrail's events on EventBridge (EventBridge user guide)."""


class Watcher(NamedTuple):
    """Something that reads the log group's events, or may."""

    resource: Resource
    answer: Answer
    evidence: tuple[Evidence, ...]
    reason: str = ""
    needs: tuple[str, ...] = ()


def watchers(trail: Trail, name: Tokens) -> list[Watcher]:
    """Return what watches, or may watch, the log group of this name."""
    found: list[Watcher] = []
    for kind, judge in ((Kind.METRIC_FILTER, _filter), (Kind.EVENT_RULE, _rule)):
        for resource in trail.graph.resources(kind):
            exists = existing(trail.naming, resource)
            if exists is False:
                continue
            watcher = judge(View(resource, trail.naming), name)
            if watcher is None:
                continue
            if isinstance(exists, Gap):
                watcher = watcher._replace(
                    answer=Answer.MAYBE, reason=exists.reason, needs=exists.needs
                )
            found.append(watcher)
    return found


def _filter(view: View, name: Tokens) -> Watcher | None:
    """Judge a metric filter: it reads the group whose name it gives."""
    value = view.value("log_group")
    tokens = view.naming.expand(value)
    evidence = (*view.at("log_group", "a metric filter on this group"), view.here())
    if tokens is None:
        return None
    if same(tokens, name):
        return Watcher(view.resource, Answer.YES, evidence)
    if matches(tokens, name, wild=False) is Answer.NO:
        return None
    reason, needs = _why(value)
    return Watcher(view.resource, Answer.MAYBE, evidence, reason, needs)


def _rule(view: View, _name: Tokens) -> Watcher | None:
    """Judge an EventBridge rule: it sees the same calls if its pattern asks for them."""
    if view.flag("enabled") is False:
        return None
    pattern = view.value("event_pattern")
    evidence = (*view.at("event_pattern", "an event rule on the same API calls"), view.here())
    if _mentions(pattern, view):
        return Watcher(view.resource, Answer.YES, evidence)
    return None


def _mentions(pattern: Settled, view: View) -> bool:
    match pattern:
        case Encoded():
            return _mentions(view.naming.world.settle(pattern.value), view)
        case Mapping():
            return any(_mentions(view.naming.world.settle(v), view) for v in pattern.items.values())
        case Sequence():
            return any(_mentions(view.naming.world.settle(v), view) for v in pattern.items)
        case Known() | Text():
            return any(DETAIL_TYPE in getattr(part, "text", "") for part in parts_of(pattern) or ())
        case _:
            return False


def _why(value: Settled) -> tuple[str, tuple[str, ...]]:
    for part in (value, *(parts_of(value) or ())):
        if isinstance(part, Unknown):
            return part.reason, part.needs or (part.name,)
    return "its log group is known only after deployment", ()
