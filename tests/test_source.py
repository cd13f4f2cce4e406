"""Places in text: lines and columns for people, offsets for the engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailcheck.source import Position, Source, decode


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("ab\ncd", 0, (1, 1)),
        ("ab\ncd", 3, (2, 1)),
        ("ab\ncd", 5, (2, 3)),
        ("é\nx", 3, (2, 1)),
        ("éx", 2, (1, 2)),
        ("a\rb\nc", 4, (2, 1)),
        ("a\u2028b", 4, (1, 3)),
    ],
)
def test_positions(text: str, offset: int, expected: tuple[int, int]) -> None:
    """Columns count code points; only a line feed ends a line."""
    assert Source("f", text.encode()).position(offset) == Position(*expected)


@given(st.text())
def test_offsets_of_characters(text: str) -> None:
    """An offset in code points becomes the one in bytes."""
    source = Source("f", text.encode("utf-8", "replace"))
    for at in range(len(source.text) + 1):
        assert source.byte_offset(at) == len(source.text[:at].encode())


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_decoding(text: str) -> None:
    """A mark says the encoding, and is no part of the content."""
    for raw in (
        text.encode("utf-8-sig"),
        b"\xff\xfe" + text.encode("utf-16-le"),
        b"\xfe\xff" + text.encode("utf-16-be"),
    ):
        if not raw.startswith(b"\xff\xfe\x00\x00"):
            assert decode(raw) == text.encode()


def test_bytes_that_are_no_text_are_refused() -> None:
    """What claims an encoding and breaks it raises."""
    with pytest.raises(UnicodeDecodeError):
        decode(b"\xff")


def test_lines_and_spans() -> None:
    """A line is without its break; a span reaches from the first to the last."""
    source = Source("f", b"ab\r\ncd")
    assert [source.line(n) for n in (0, 1, 2, 3)] == ["", "ab", "cd", ""]
    whole = source.span(0, 1).to(source.span(4, 6))
    assert (whole.text, whole.last) == ("ab\r\ncd", Position(2, 3))
