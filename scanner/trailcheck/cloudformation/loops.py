"""Which resources a template declares: those spelled out, and those that Fn::ForEach makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import spell
from trailcheck.cloudformation.nodes import ListNode, MapNode, ScalarNode
from trailcheck.value import Known, Sequence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Member
    from trailcheck.value import Value

_LOOP = "Fn::ForEach::"
_MOST_RESOURCES = 10_000
_MOST_LEVELS = 5
"""CloudFormation's own limit of loops inside each other."""


def expand(evaluator: Evaluator) -> None:
    """Declare every resource of the template, loops unrolled as far as they are settled."""
    none: dict[str, Value] = {}
    for member in evaluator.template.members("Resources"):
        _declare(evaluator, member, member.key, none, 0)


def _declare(
    evaluator: Evaluator, member: Member, key: str, names: Mapping[str, Value], level: int
) -> None:
    template = evaluator.template
    if key.startswith(_LOOP):
        _unroll(evaluator, member, names, level)
    elif key.startswith("Fn::"):
        template.complete = False
        template.report(
            "A macro makes resources",
            f"What {key} puts here is not in the template, so that nothing in it is proven.",
            member.key_span,
        )
    else:
        template.declare(member._replace(key=key), names)


def _unroll(evaluator: Evaluator, member: Member, names: Mapping[str, Value], level: int) -> None:
    template = evaluator.template
    loop = member.value
    items = loop.items if isinstance(loop, ListNode) else ()
    if len(items) != 3 or not isinstance(items[0], ScalarNode) or not isinstance(items[2], MapNode):  # noqa: PLR2004 - its arguments
        template.report(
            "Fn::ForEach is malformed",
            "It takes the name of its variable, a list, and a map of what to repeat.",
            member.key_span,
        )
        return
    variable, body = items[0].text, items[2]
    collection = evaluator.within(names).value(items[1])
    values = collection.items if isinstance(collection, Sequence) else ()
    texts = [value for value in values if isinstance(value, Known)]
    if not isinstance(collection, Sequence) or len(texts) < len(values) or level >= _MOST_LEVELS:
        template.complete = False
        template.report(
            "Fn::ForEach runs over what code does not settle",
            "The resources that it makes are not known, so that nothing here is proven.",
            items[1].span,
        )
        return
    for value in texts:
        inner = {**names, variable: value}
        for repeated in body.members.values():
            if len(template.resources) >= _MOST_RESOURCES:
                template.report(
                    "Fn::ForEach makes too many resources",
                    f"Only the first {_MOST_RESOURCES} resources of the template are read.",
                    member.key_span,
                )
                return
            _declare(evaluator, repeated, _named(repeated.key, inner), inner, level + 1)


def _named(key: str, names: Mapping[str, Value]) -> str:
    """Put loop variables into a key: as they are, or as the letters and digits of them."""
    if key.startswith(_LOOP):
        return key
    for name, value in names.items():
        said = spell(value) if isinstance(value, Known) else ""
        key = key.replace(f"${{{name}}}", said)
        key = key.replace(f"&{{{name}}}", "".join(c for c in said if c.isalnum()))
    return key
