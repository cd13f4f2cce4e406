"""Fn::ForEach, unrolled: in resources, conditions, and among the keys of any map.

A loop that runs over what code does not settle is a `LoopError`: the caller says what that leaves
unread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import spell
from trailcheck.cloudformation.nodes import ListNode, MapNode, ScalarNode
from trailcheck.value import Known, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Member
    from trailcheck.source import Span
    from trailcheck.value import Value

LOOP = "Fn::ForEach::"
_MOST_RESOURCES = 10_000
_MOST_TURNS = 1_000
MOST_TURNS = 100_000
"""Turns of all loops of a template, each counted whenever it is looked at."""
_MOST_LEVELS = 5
"""CloudFormation's own limit of loops inside each other."""


class LoopError(Exception):
    """A loop that cannot be unrolled: what is wrong, what it means, and where."""

    def __init__(self, summary: str, detail: str, span: Span) -> None:
        super().__init__(summary)
        self.summary = summary
        self.detail = detail
        self.span = span


def expand(evaluator: Evaluator) -> None:
    """Declare every condition, output and resource of the template, loops unrolled."""
    template = evaluator.template
    _expand_outputs(evaluator)
    for member in template.members("Conditions"):
        for made, names in _reported(evaluator, member):
            if made.key in template.conditions:
                evaluator.twice(made)
            template.conditions[made.key] = (made, names)
    for member in template.members("Resources"):
        for made, names in _reported(evaluator, member):
            if len(template.resources) >= _MOST_RESOURCES:
                template.report(
                    "Fn::ForEach makes too many resources",
                    f"Only the first {_MOST_RESOURCES} resources of the template are read.",
                    member.key_span,
                )
                return
            if made.key in template.resources:
                evaluator.twice(made)
            elif made.key.startswith("Fn::"):
                template.complete = False
                template.report(
                    "A macro makes resources",
                    f"What {made.key} puts here is not in the template, so that nothing in it is "
                    "proven.",
                    made.key_span,
                )
            else:
                template.declare(made, names)


def _expand_outputs(evaluator: Evaluator) -> None:
    """Declare every output; a loop that is not settled leaves open which there are."""
    template = evaluator.template
    for member in template.members("Outputs"):
        try:
            for made, names in unroll(evaluator, (member,)):
                template.outputs[made.key] = (made, names)
        except LoopError:
            template.more_outputs = True


def _reported(evaluator: Evaluator, member: Member) -> Iterator[tuple[Member, Mapping[str, Value]]]:
    try:
        yield from unroll(evaluator, (member,))
    except LoopError as error:
        evaluator.template.complete = False
        evaluator.template.report(error.summary, error.detail, error.span)


def unroll(
    evaluator: Evaluator, members: Iterable[Member], level: int = 0
) -> Iterator[tuple[Member, Mapping[str, Value]]]:
    """Yield members with their keys spelled out, and the loop variables that they know.

    Raises LoopError at a loop that cannot be unrolled.
    """
    names = evaluator.names
    for member in members:
        if not member.key.startswith(LOOP):
            yield (member._replace(key=named(member.key, names)) if names else member), names
            continue
        variable, body, values = _loop(evaluator, member, level)
        for value in values:
            if not evaluator.turn():
                raise LoopError(
                    "Fn::ForEach makes too much to follow",
                    f"{MOST_TURNS} turns of the loops of a template are followed, and no more.",
                    member.key_span,
                )
            inner = evaluator.within({**names, variable: value})
            yield from unroll(inner, body.members.values(), level + 1)


def _loop(evaluator: Evaluator, member: Member, level: int) -> tuple[str, MapNode, list[Known]]:
    evaluator.extended("Fn::ForEach", member.key_span)
    loop = member.value
    items = loop.items if isinstance(loop, ListNode) else ()
    if len(items) != 3 or not isinstance(items[0], ScalarNode) or not isinstance(items[2], MapNode):  # noqa: PLR2004 - its arguments
        raise LoopError(
            "Fn::ForEach is malformed",
            "It takes the name of its variable, a list, and a map of what to repeat.",
            member.key_span,
        )
    collection = evaluator.value(items[1])
    values = collection.items if isinstance(collection, Sequence) else ()
    texts = [value for value in values if isinstance(value, Known)]
    if (
        not isinstance(collection, Sequence)
        or len(texts) < len(values)
        or level >= _MOST_LEVELS
        or len(texts) > _MOST_TURNS
    ):
        raise LoopError(
            "Fn::ForEach runs over what code does not settle",
            "What it makes is not known, so that nothing here is proven.",
            items[1].span,
        )
    return items[0].text, items[2], texts


def named(text: str, names: Mapping[str, Value]) -> str:
    """Put loop variables into a text: as they are, or as the letters and digits of them."""
    for name, value in names.items():
        said = spell(value) if isinstance(value, Known) else ""
        text = text.replace(f"${{{name}}}", said)
        text = text.replace(f"&{{{name}}}", "".join(c for c in said if c.isalnum()))
    return text
