"""JSON made of parts: values with places, and text with symbolic holes."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_jsontext import DOCUMENTS
from trailcheck.jsonholes import decode_parts
from trailcheck.jsontext import JsonError
from trailcheck.source import Source
from trailcheck.value import (
    Known,
    Mapping,
    Part,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
)

GROUP = Reference("aws_cloudwatch_log_group.a", "arn")


@given(DOCUMENTS, st.lists(st.integers(0, 400), max_size=6))
def test_cutting_a_document_into_pieces_changes_nothing(document: Any, cuts: list[int]) -> None:  # noqa: ANN401
    """JSON in pieces gives the value that the whole text gives."""
    text = json.dumps(document)
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [Piece(text[a:b]) for a, b in pairwise(edges)]
    assert decode_parts(pieces) == decode_parts([Piece(text)])


def test_a_hole_in_a_string_makes_text_of_parts() -> None:
    """A symbolic part between quotes becomes a part of the text."""
    value = decode_parts([Piece('{"Resource": "'), GROUP, Piece(':*", "n": 1}')])
    assert value == Mapping({"Resource": Text((GROUP, Piece(":*"))), "n": Known(1)})


def test_a_hole_alone_is_the_value_itself() -> None:
    """A part that fills a string, or stands without quotes, is the value."""
    value = decode_parts([Piece('["'), GROUP, Piece('", '), Symbol("account"), Piece("]")])
    assert value == Sequence([GROUP, Symbol("account")])


def test_an_object_with_an_open_key_is_unknown() -> None:
    """A key that code does not settle makes its object unknown, and names what would settle it."""
    issuer = Unknown("var.issuer", "it has no default", needs=("var.issuer",))
    value = decode_parts([Piece('[{"'), issuer, Piece(':sub": "x"}, 1]')])
    assert isinstance(value, Sequence)
    opened, one = value.items
    assert isinstance(opened, Unknown)
    assert opened.needs == ("var.issuer",)
    assert one == Known(1)


def test_spans_point_into_the_file() -> None:
    """Values of JSON inside a file know their places, across pieces and past non-ASCII text."""
    data = 'é <<EOF\n  {"Action": ["logs:Put"],\n  "Resource": "${x}:*"}\n'
    source = Source("a.tf", data.encode())
    first, second = data.index("{"), data.index('"Resource"')
    hole = data.index("${x}")

    def piece(start: int, end: int) -> Piece:
        before = len(data[:start].encode())
        span = source.span(before, before + len(data[start:end].encode()))
        return Piece(data[start:end], span, exact=True)

    unknown = Unknown("var.x", "it has no default", piece(hole, hole + 4).span)
    parts: list[Part] = [
        piece(first, second - 2),
        piece(second, hole),
        unknown,
        piece(hole + 4, len(data)),
    ]
    value = decode_parts(parts)
    assert isinstance(value, Mapping)
    action, resource = value.items["Action"], value.items["Resource"]
    assert isinstance(action, Sequence)
    assert action.items[0].span is not None
    assert action.items[0].span.text == '"logs:Put"'
    assert value.key_spans["Resource"].text == '"Resource"'
    assert resource.span is not None
    assert resource.span.text == '"${x}:*"'
    assert isinstance(resource, Text)
    assert [part.span.text for part in resource.parts if part.span] == ["${x}", ":*"]


def test_raw_control_characters_are_refused_even_in_parts() -> None:
    """The mark that stands for a hole cannot be smuggled in."""
    with pytest.raises(JsonError) as caught:
        decode_parts([Piece('["a\x01"]')])
    assert caught.value.offset == 3
