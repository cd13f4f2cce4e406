"""Compressed text, as far as the compressor's choices are certain."""

from __future__ import annotations

import zlib

from function_calls import ask, opens, said
from hypothesis import given
from hypothesis import strategies as st

from trailcheck.terraform.functions.compressed import gzipped


def test_short_text_has_the_bytes_of_go() -> None:
    """What Terraform 1.11 answers."""
    assert said("base64gzip", "test") == "H4sIAAAAAAAA/ypJLS4BAAAA//8BAAD//wx+f9gEAAAA"
    assert said("base64gzip", "") == "H4sIAAAAAAAA/wAAAP//AQAA//8AAAAAAAAAAA=="


def test_what_is_uncertain_stays_open() -> None:
    """Text that repeats is not followed, and comes back all the same."""
    assert opens("base64gzip", "abcdabcd")
    assert opens("base64gzip", "".join(map(chr, range(32, 120))))
    assert said("base64gunzip", ask("base64gzip", "abcdabcd")) == "abcdabcd"


@given(st.binary(max_size=40))
def test_what_is_compressed_is_read_back(raw: bytes) -> None:
    """Another reader of the format sees the text."""
    made = gzipped(raw)
    assert made is None or zlib.decompress(made, 31) == raw
