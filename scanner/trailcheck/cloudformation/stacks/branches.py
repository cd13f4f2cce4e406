"""Stacks whose template a condition decides: each of the templates is a stack under its condition.

`TemplateURL: !If [Full, full.yaml, small.yaml]` makes two stacks of one id, which are never there
together. Each is addressed by its template as well: `Logs/[full.yaml]/Trail`.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypeVar

from trailcheck.cloudformation import conditions
from trailcheck.cloudformation.conditions import FALSE, TRUE
from trailcheck.cloudformation.functions import each_branch
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trailcheck.source import Span
    from trailcheck.value import Value

T = TypeVar("T")


def branches(
    value: Value, read: Callable[[Value], T], same: Callable[[T], object]
) -> list[tuple[Value, T]]:
    """Return what `read` makes of each settled value that a value may be, and when it is that.

    What is the `same` is there once, under all its conditions.
    """
    found: dict[object, tuple[int, T]] = {}

    def number(settled: Value) -> Value:
        one = read(settled)
        return Known(found.setdefault(same(one), (len(found), one))[0])

    numbered = each_branch(value, number)

    def when(wanted: int) -> Value:
        return each_branch(numbered, lambda one: TRUE if one == Known(wanted) else FALSE)

    return [(when(number), one) for number, one in found.values()]


def named(paths: Iterable[str]) -> Iterator[str]:
    """Yield what tells the stack of each of some templates from the others in an address."""
    paths = list(paths)
    names = [posixpath.basename(path) for path in paths]
    for number, (path, name) in enumerate(zip(paths, names, strict=True), 1):
        said = name if names.count(name) == 1 else path if paths.count(path) == 1 else ""
        yield f"/[{said or number}]" if len(paths) > 1 else ""


def one_of(found: list[tuple[Value, T]], value: Callable[[T], Value], span: Span) -> Value:
    """Return the value of the branch that is taken."""
    *others, (_, last) = found
    result = value(last)
    for when, each in reversed(others):
        rest, this = result, each
        result = conditions.turn(
            when,
            lambda this=this: value(this),  # type: ignore[misc]
            lambda rest=rest: rest,  # type: ignore[misc]
            span,
        )
    return result
