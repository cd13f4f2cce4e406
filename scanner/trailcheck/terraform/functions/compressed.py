"""Text compressed as Go's `compress/gzip` does it, as far as its choices are certain.

Go compresses what repeats and picks the shortest of three codes. Text in which no four bytes stand
twice has nothing to point back to; if it is short as well, the fixed code of RFC 1951 is certain to
be the shortest, and the bytes follow. Terraform flushes before it closes, which leaves two empty
stored blocks at the end.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import groupby

_HEAD = bytes((0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF))
_LEAST_MATCH = 4
_MOST_BYTES = 256
_END = 256
_DYNAMIC_HEAD = 3 + 5 + 5 + 4 + 18 * 3
"""Bits: the lengths of all code lengths down to 1, which the one unused distance has."""


def gzipped(raw: bytes) -> bytes | None:
    """Return the bytes that Terraform makes of `raw`, or None if they are not certain."""
    if len(raw) > _MOST_BYTES or _repeats(raw):
        return None
    bits = [bit for byte in raw for bit in _fixed(byte)]
    size = 3 + len(bits) + 7 + 5
    if raw and (size > _least_dynamic(raw) or size > (len(raw) + 5) * 8):
        return None
    block = [0, 1, 0, *bits, *[0] * 7] if raw else []
    block += [0, 0, 0]
    block += [0] * (-len(block) % 8)
    packed = bytes(
        sum(bit << n for n, bit in enumerate(block[at : at + 8])) for at in range(0, len(block), 8)
    )
    from zlib import crc32  # noqa: PLC0415 - seldom needed

    empty = b"\x00\x00\xff\xff"
    check = crc32(raw).to_bytes(4, "little") + len(raw).to_bytes(4, "little")
    return _HEAD + packed + empty + b"\x01" + empty + check


def _repeats(raw: bytes) -> bool:
    starts = range(len(raw) - _LEAST_MATCH + 1)
    return len({raw[at : at + _LEAST_MATCH] for at in starts}) < len(starts)


def _fixed(byte: int) -> list[int]:
    """Return the bits of a byte in the fixed code: eight below 144, else nine."""
    code, length = (byte + 0x30, 8) if byte < 144 else (byte + 0x100, 9)  # noqa: PLR2004 - RFC 1951
    return [code >> shift & 1 for shift in range(length - 1, -1, -1)]


def _least_dynamic(raw: bytes) -> int:
    """Return a number of bits that a code made for this text needs at least."""
    counts = {byte: raw.count(byte) for byte in set(raw)} | {_END: 1}
    size = _DYNAMIC_HEAD + _optimal(list(counts.values())) + 2
    for used, group in groupby(range(_END + 1), lambda symbol: symbol in counts):
        run = len(list(group))
        if used:
            size += 1 + (run - 1) // 6
            continue
        long, rest = divmod(run, 138)
        size += long * (1 + 7)
        size += 8 if rest >= 11 else 4 if rest >= 3 else rest  # noqa: PLR2004 - RFC 1951, 3.2.7
    return size


def _optimal(counts: list[int]) -> int:
    """Return the bits of all symbols in the best code for them (Huffman's)."""
    heapify(counts)
    total = 0
    while len(counts) > 1:
        pair = heappop(counts) + heappop(counts)
        total += pair
        heappush(counts, pair)
    return total
