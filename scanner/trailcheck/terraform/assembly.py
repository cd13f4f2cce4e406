"""Values put together of others: text of pieces, lists and maps of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.shape import EACH
from trailcheck.terraform import operators
from trailcheck.terraform.access import describe
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.bigfloat import WORD, whole
from trailcheck.terraform.functions.canonical import derived_name
from trailcheck.terraform.functions.kinds import composed
from trailcheck.terraform.functions.setorder import is_ordered, listed_from, unplaced
from trailcheck.terraform.operators import refused
from trailcheck.value import (
    Encoded,
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Text,
    Unknown,
    parts_of,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.source import Span
    from trailcheck.terraform import ast
    from trailcheck.value import Part, Value

MOST_WEIGHT = 1_000_000
"""Characters and items in one value before it is given up."""


def given_up(reason: str, span: Span) -> Unknown:
    """Return the value of what is not evaluated; it equals that of no other place."""
    return Unknown(f"({reason}: {span.source.path} {span.start})", reason, span)


def concatenate(values: list[Value], span: Span) -> Value:
    """Return the text that the parts of a template make together."""
    parts: list[Part] = []
    length = 0
    for value in values:
        said = convert.to_text(value)
        if isinstance(said, Known) and said.data is None:
            return refused("null in a template", value.span or span)
        if isinstance(said, Encoded):
            if len(values) == 1:
                return said
            said = convert.rendered(said)
        if isinstance(said, Unknown) and said.refused:
            return said
        pieces = parts_of(said)
        if pieces is None:
            return refused("a template needs text", value.span or span)
        length += sum(len(piece.text) if isinstance(piece, Piece) else 1 for piece in pieces)
        if length > MOST_WEIGHT:
            return given_up("the text is too long to follow", span)
        parts.extend(pieces)
    joined = composed(text(parts, span))
    via = tuple(step for value in values for step in value.via)
    if via and isinstance(joined, Known | Text):
        joined.via = via
    return joined


def pairs_of(collection: Value, span: Span) -> list[tuple[Value, Value]] | Unknown:
    """Return keys and values of a collection, or why they are not known."""
    match collection:
        case Sequence():
            if collection.is_set:
                return [(item, item) for item in collection.items]
            if not is_ordered(collection):
                return [(unplaced(item, collection, span), item) for item in collection.items]
            return [(Known(whole(n, WORD)), item) for n, item in enumerate(collection.items)]
        case Mapping():
            return [
                (Known(k, collection.key_spans.get(k)), collection.items[k])
                for k in sorted(collection.items)
            ]
        case Unknown():
            return collection
        case Reference() | Handle():
            return Unknown(
                f"({convert.canonical(collection)})", "it is known only after deployment", span
            )
        case _:
            return refused("for needs a list, set, map or object", span)


def refusal_among(items: Iterable[Value]) -> Unknown | None:
    """Return what Terraform refuses among items, and so all that is made of them.

    A refusal that needs something, such as a file that a build writes first, is one of its item.
    """
    for item in items:
        if isinstance(item, Unknown) and item.refused and not item.needs:
            return item
    return None


def rows_of(
    expression: ast.ForExpression, rows: list[tuple[Value, Value]], collection: Value
) -> Value:
    """Return the list or the map that the rows of a for expression over a collection make."""
    if (refusal := refusal_among(result for _, result in rows)) is not None:
        return refusal
    if expression.result_key is None:
        made = (result for _, result in rows)
        return listed_from((collection,), made, expression.span, of=EACH)
    items: dict[str, Value] = {}
    for key, result in rows:
        said = convert.rendered(convert.to_text(key))
        if not (isinstance(said, Known) and isinstance(said.data, str)):
            if isinstance(said, Unknown) and said.refused:
                return said
            if isinstance(said, Known):
                return refused("a key must not be null", expression.span)
            return Unknown(
                derived_name("for", [each for row in rows for each in row]),
                f"a key is not known: {describe(key)}",
                expression.span,
                needs=operators.needs_of(said),
            )
        if expression.grouping:
            group = items.get(said.data)
            before = group.items if isinstance(group, Sequence) else ()
            grouped = (*before, result)
            items[said.data] = listed_from((collection,), grouped, expression.span, of=EACH)
        elif said.data in items:
            return refused(f"two rows have the key {said.data!r}", expression.span)
        else:
            items[said.data] = result
    return Mapping(items, expression.span, of=EACH)
