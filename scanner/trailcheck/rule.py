"""What a rule is: one pure function from a view to a ruling, under a decorator with its metadata.

The docstring is the documentation: a title line, then `## Why it matters` and `## Fix`. The type
of the function's parameter is the selector: the rule runs once for each resource that the view
reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailcheck.graph import Dialect
from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.verdict import Ruling, Severity


class Rule(NamedTuple):
    """A rule and its metadata."""

    id: str
    severity: Severity
    clauses: tuple[str, ...]
    """The sections of 21 CFR Part 11 that it serves: "11.10(e)"."""
    integration: bool
    """Whether the rule takes part in deciding `integrated`."""
    dialects: tuple[Dialect, ...]
    """The dialects that have what the rule judges."""
    title: str
    help: str
    """The rest of the docstring, in Markdown."""
    judge: Callable[[Any], Ruling | None]
    """Returns None when the rule does not apply."""


def rule(
    *,
    id: str,  # noqa: A002 - SARIF's own word
    severity: Severity,
    clauses: tuple[str, ...],
    integration: bool = False,
    dialects: tuple[Dialect, ...] = (Dialect.TERRAFORM, Dialect.CLOUDFORMATION),
) -> Callable[[Callable[[Any], Ruling | None]], Rule]:
    """Make a rule of a function; its docstring is the documentation, its first line the title."""

    def decorate(judge: Callable[[Any], Ruling | None]) -> Rule:
        title, _, rest = (judge.__doc__ or "").partition("\n")
        # NOTE: inspect.cleandoc would cost 10 ms at every start, textwrap.dedent 1.
        rest = "\n".join(line.removeprefix("    ") for line in rest.splitlines())
        return Rule(
            id, severity, clauses, integration, dialects, title.strip(), rest.strip(), judge
        )

    return decorate
