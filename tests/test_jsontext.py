"""JSON with places."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailcheck import jsontext

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
