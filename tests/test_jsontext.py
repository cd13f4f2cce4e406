"""JSON with places, and JSON made of parts."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailcheck import jsontext
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

DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


def plain(node: jsontext.JsonNode) -> Any:  # noqa: ANN401 - any JSON
    """Return what Python's decoder gives for the same document."""
    match node:
        case jsontext.JsonObject():
            return {key.text: plain(value) for key, value in node.members}
        case jsontext.JsonArray():
            return [plain(item) for item in node.items]
        case jsontext.JsonString():
            return node.text
        case jsontext.JsonNumber():
            scalar = node.scalar
            return float(scalar) if isinstance(scalar, Decimal) else scalar
        case jsontext.JsonLiteral():
            return node.data
        case jsontext.JsonHole():
            raise AssertionError


def nodes(node: jsontext.JsonNode) -> list[jsontext.JsonNode]:
    """Return a node and everything under it."""
    found = [node]
    if isinstance(node, jsontext.JsonObject):
        for key, value in node.members:
            found += [key, *nodes(value)]
    elif isinstance(node, jsontext.JsonArray):
        for item in node.items:
            found += nodes(item)
    return found


@given(DOCUMENTS, st.sampled_from([None, 2]), st.booleans())
def test_it_reads_what_python_writes(document: Any, indent: int | None, ascii_only: bool) -> None:  # noqa: ANN401, FBT001
    """Every document that Python writes is read to the same data."""
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    assert plain(jsontext.parse(text)) == json.loads(text)


@given(DOCUMENTS)
def test_spans_slice_back_to_the_text(document: Any) -> None:  # noqa: ANN401
    """The text between a node's offsets is that node's own JSON."""
    text = json.dumps(document, indent=1)
    for node in nodes(jsontext.parse(text)):
        assert plain(jsontext.parse(text[node.start : node.end])) == plain(node)


@given(st.text() | st.text(alphabet='{}[]":, \\u01ae-.\n'))
def test_arbitrary_text_is_read_or_refused_as_python_does(text: str) -> None:
    """Nothing but JsonError ever comes out, and what is accepted is JSON."""
    try:
        node = jsontext.parse(text)
    except jsontext.JsonError as error:
        assert 0 <= error.offset <= len(text)  # noqa: PT017 - either way is right
    else:
        assert json.loads(text) == plain(node)


@given(DOCUMENTS, st.lists(st.integers(0, 400), max_size=6))
def test_cutting_a_document_into_pieces_changes_nothing(document: Any, cuts: list[int]) -> None:  # noqa: ANN401
    """JSON in pieces gives the value that the whole text gives."""
    text = json.dumps(document)
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [Piece(text[a:b]) for a, b in pairwise(edges)]
    assert jsontext.decode_parts(pieces) == jsontext.decode_parts([Piece(text)])


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ('{"a": 1 x}', "expected ',' or '}' after a member, found 'x'", 8),
        ("[1 2]", "expected ',' or ']' after an item, found '2'", 3),
        ('{"a" 1}', "expected ':' after a key, found '1'", 5),
        (
            '{"a": 1,}',
            "expected a key in double quotes, found '}': the comma before it is one too many",
            8,
        ),
        ("[1,]", "expected a value, found ']': the comma before it is one too many", 3),
        ("", "expected a value, found the end of the text", 0),
        ("// no", "expected a value, found '/': JSON has no comments", 0),
        ('"abc', "this string has no closing quote", 0),
        (r'"a\q"', "this string holds an escape that JSON does not have", 0),
        ('"a\nb"', "this string holds a raw control character or line break", 0),
        ("1 2", "expected the end of the document, found '2'", 2),
        ("01", "expected a value, found '01': JSON has numbers like -0.5 and 1e3 only", 0),
        (
            "[NaN]",
            "expected a value, found 'NaN': JSON has no words but true, false and null",
            1,
        ),
        (
            "{'a': 1}",
            """expected a key in double quotes, found "'": JSON has no quotes but \"""",
            1,
        ),
        ("# a", "expected a value, found '#': JSON has no comments", 0),
        ("[" * 201, "nested deeper than 200 levels", 200),
    ],
)
def test_errors_say_what_is_wrong_and_where(text: str, message: str, offset: int) -> None:
    """A broken document is told in plain words, at the place where it breaks."""
    with pytest.raises(jsontext.JsonError) as caught:
        jsontext.parse(text)
    assert (caught.value.message, caught.value.offset) == (message, offset)


def test_duplicate_keys_are_kept_for_the_caller() -> None:
    """Both of two equal keys are there, in order."""
    node = jsontext.parse('{"a": 1, "a": 2}')
    assert isinstance(node, jsontext.JsonObject)
    assert [key.text for key, _ in node.members] == ["a", "a"]


def test_surrogates_pair_up_and_halves_are_replaced() -> None:
    """A pair of escapes is one character; half a pair becomes U+FFFD."""
    node = jsontext.parse(r'["\ud83d\ude00", "\ud800", "\u00e9"]')
    assert plain(node) == ["\U0001f600", "�", "é"]


def test_numbers_keep_their_kind() -> None:
    """Whole numbers are int, others Decimal, and monstrous ones stay text."""
    node = jsontext.parse(f"[400, 4e2, 1.50, {'1' * 1000}]")
    assert isinstance(node, jsontext.JsonArray)
    scalars = [item.scalar for item in node.items if isinstance(item, jsontext.JsonNumber)]
    assert scalars == [400, Decimal("4e2"), Decimal("1.50"), "1" * 1000]


GROUP = Reference("aws_cloudwatch_log_group.a", "arn")


def test_a_hole_in_a_string_makes_text_of_parts() -> None:
    """A symbolic part between quotes becomes a part of the text."""
    value = jsontext.decode_parts([Piece('{"Resource": "'), GROUP, Piece(':*", "n": 1}')])
    assert value == Mapping({"Resource": Text((GROUP, Piece(":*"))), "n": Known(1)})


def test_a_hole_alone_is_the_value_itself() -> None:
    """A part that fills a string, or stands without quotes, is the value."""
    value = jsontext.decode_parts([Piece('["'), GROUP, Piece('", '), Symbol("account"), Piece("]")])
    assert value == Sequence([GROUP, Symbol("account")])


def test_an_object_with_an_open_key_is_unknown() -> None:
    """A key that code does not settle makes its object unknown, and names what would settle it."""
    issuer = Unknown("var.issuer", "it has no default", needs=("var.issuer",))
    value = jsontext.decode_parts([Piece('[{"'), issuer, Piece(':sub": "x"}, 1]')])
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
    value = jsontext.decode_parts(parts)
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
    with pytest.raises(jsontext.JsonError) as caught:
        jsontext.decode_parts([Piece('["a\x01"]')])
    assert caught.value.offset == 3
