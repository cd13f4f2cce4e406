"""Trails that surely record into one log group: what they record together.

What no condition decides is worked out once for all trails of a graph, so that many trails cost no
more than each of them alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck.aws.answer import Answer, any_of
from trailcheck.graph import Kind
from trailcheck.record import NamedTuple
from trailcheck.value import Known
from trailcheck.world import Fork

if TYPE_CHECKING:
    from trailcheck.aws.views import Trail
    from trailcheck.graph import Resource

_Placed: TypeAlias = "tuple[int, Trail]"
"""A trail, and how many of its root stand before it."""


class Companions(NamedTuple):
    """What the trails of one log group record together."""

    reads: Answer = Answer.NO
    writes: Answer = Answer.NO
    covering: _Placed | None = None
    """The first that surely records all that happens, in every Region."""

    def and_by(self, other: Companions) -> Companions:
        """Return what these and others record."""
        both = [each for each in (self.covering, other.covering) if each is not None]
        return Companions(
            any_of((self.reads, other.reads)),
            any_of((self.writes, other.writes)),
            min(both, key=lambda placed: placed[0], default=None),
        )


def companions(trail: Trail) -> Companions:
    """Return what a trail records with the other trails that record into its log group."""
    found = Companions(trail.management.reads, trail.management.writes)
    mine = trail.group
    if mine is None:
        return found
    surely, perhaps = trail.graph.once("companions", lambda: _by_group(trail))
    if mine.address in surely:
        found = found.and_by(surely[mine.address])
    for place, resource in perhaps:
        if resource is not trail.resource:
            group, said = _recorded(trail.beside(resource, trail.world), place)
            found = found.and_by(said) if group == mine.address else found
    return found


def _by_group(trail: Trail) -> tuple[dict[str, Companions], list[tuple[int, Resource]]]:
    """Return what is surely recorded into each log group, and the trails that conditions decide."""
    surely: dict[str, Companions] = {}
    perhaps: list[tuple[int, Resource]] = []
    undecided = trail.world._replace(decided=())
    for place, resource in enumerate(trail.graph.resources(Kind.TRAIL)):
        if resource.exists != Known(True):
            continue
        try:
            group, said = _recorded(trail.beside(resource, undecided), place)
        except Fork:
            perhaps.append((place, resource))
        else:
            surely[group] = surely[group].and_by(said) if group in surely else said
    return surely, perhaps


def _recorded(trail: Trail, place: int) -> tuple[str, Companions]:
    """Return the address of the log group that a trail records into, and what."""
    group = trail.group
    if group is None or trail.flag("logging") is not True:
        return "", Companions()
    said = trail.management
    whole = said.reads is Answer.YES and said.writes is Answer.YES
    wide = whole and trail.flag("multi_region") is True
    return group.address, Companions(said.reads, said.writes, (place, trail) if wide else None)
