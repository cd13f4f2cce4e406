"""Which of two texts comes first, by code points, where parts of them are symbolic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.functions.arguments import chunks
from trailcheck.terraform.functions.base import UnsettledError
from trailcheck.terraform.functions.parts import Literal
from trailcheck.value import Known, Reference

if TYPE_CHECKING:
    from trailcheck.terraform.functions.parts import Chunk
    from trailcheck.value import Value


def text_order(one: Value, other: Value) -> int:
    """Return -1, 0 or 1, whatever the parts are. Raises UnsettledError if it turns on them.

    What both start with says nothing. Then literal letters that differ decide, and a text that
    ends there is before any that goes on.
    """
    here, there = chunks(one), chunks(other)
    while here and there and _same(here[0], there[0]):
        here, there = here[1:], there[1:]
    first, second = _head(here), _head(there)
    shorter = min(len(first), len(second))
    if first[:shorter] != second[:shorter]:
        return -1 if first < second else 1
    if _ends(here) and len(first) == shorter:
        return 0 if _ends(there) and len(second) == shorter else -1
    if _ends(there) and len(second) == shorter:
        return 1
    raise UnsettledError(other if isinstance(one, Known) else one)


def _same(one: Chunk, other: Chunk) -> bool:
    if isinstance(one, Literal) and isinstance(other, Literal):
        return one.text == other.text
    return one == other


def _head(rest: list[Chunk]) -> str:
    match rest:
        case [Literal(text=said), *_]:
            return said
        case [Reference(attribute="arn"), *_]:
            return "arn:"
        case _:
            return ""


def _ends(rest: list[Chunk]) -> bool:
    """Tell whether nothing follows the literal start."""
    return not rest or (len(rest) == 1 and isinstance(rest[0], Literal))
