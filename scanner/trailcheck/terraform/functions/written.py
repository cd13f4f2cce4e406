"""Text with symbolic parts, written out for a pattern: what matches, whatever the parts say.

Each symbolic part is written as a run of one private character. A pattern may read it only where
the answer is the same for all letters that the part can hold. How long a part is nobody knows, so
that the text is written in several lengths, and all must give the same result. A Region and its
partition are written as each one that there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck.terraform.functions.arguments import joined
from trailcheck.terraform.functions.base import MOST_PARTS, RefusedError, UnsettledError
from trailcheck.terraform.functions.parts import Literal, cut, letters
from trailcheck.value import Symbol, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailcheck.terraform.functions.parts import Chunk, Symbolic
    from trailcheck.value import Part, Value

    Alphabets: TypeAlias = dict[str, frozenset[str] | None]

_FIRST = 0xF0000
"""The first of the private characters that stand for parts."""
_MOST_SYMBOLIC = 100
_ACCOUNT = 12
_MOST_LENGTH = 40
_PARTITIONS = {
    "aws": (
        "amazonaws.com",
        """us-east-1 us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-east-2 ap-northeast-1
        ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2
        ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1
        ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2
        eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1""",
    ),
    "aws-cn": ("amazonaws.com.cn", "cn-north-1 cn-northwest-1"),
    "aws-us-gov": ("amazonaws.com", "us-gov-east-1 us-gov-west-1"),
    "aws-iso": ("c2s.ic.gov", "us-iso-east-1 us-iso-west-1"),
    "aws-iso-b": ("sc2s.sgov.gov", "us-isob-east-1 us-isob-west-1"),
    "aws-iso-e": ("cloud.adc-e.uk", "eu-isoe-west-1"),
    "aws-iso-f": ("csp.hci.ic.gov", "us-isof-east-1 us-isof-south-1"),
    "aws-eusc": ("amazonaws.eu", "eusc-de-east-1"),
}
"""The DNS suffix and the Regions of each partition. Source: the endpoints that AWS publishes."""


class Written:
    """Text as a pattern reads it, and the way back from places in it to parts."""

    def __init__(self, whole: list[Chunk], length: int, place: dict[str, str]) -> None:
        self._chunks: list[tuple[int, int, Chunk]] = []
        self.alphabets: Alphabets = {}
        pieces: list[str] = []
        at = 0
        for chunk in whole:
            if isinstance(chunk, Literal):
                said = chunk.text
            elif isinstance(chunk, Symbol) and chunk.name in place:
                said = place[chunk.name]
            else:
                sign = chr(_FIRST + len(self.alphabets))
                self.alphabets[sign] = letters(chunk)
                said = sign * _length(chunk, length)
            self._chunks.append((at, at + len(said), chunk))
            pieces.append(said)
            at += len(said)
        self.text = "".join(pieces)

    def parts(self, start: int, end: int) -> list[Part]:
        """Return what stands between two places. Raises UnsettledError inside a symbolic part."""
        result: list[Part] = []
        for first, last, chunk in self._chunks:
            low, high = max(first, start), min(last, end)
            if isinstance(chunk, Literal):
                if low < high:
                    result += cut(chunk, low - first, high - first).pieces
            elif start <= first and last <= end and (first < last or start < first < end):
                result.append(chunk)
            elif low < high:
                raise UnsettledError(chunk)
        return result

    def value(self, start: int, end: int) -> Value:
        """Return the text between two places."""
        return joined(self.parts(start, end), None)


def in_all_lengths(whole: list[Chunk], pattern: str, apply: Callable[[Written], Value]) -> Value:
    """Return what an operation makes of text, if it is the same however long its parts are."""
    symbolic = [c for c in whole if not isinstance(c, Literal)]
    if len(symbolic) > _MOST_SYMBOLIC or len(whole) > MOST_PARTS:
        raise UnsettledError(symbolic[0])
    if "{" in pattern and not all(isinstance(c, Symbol) for c in symbolic):
        # NOTE: a pattern that counts may tell lengths apart beyond those that are tried.
        raise UnsettledError(next(c for c in symbolic if not isinstance(c, Symbol)))
    outcomes: list[Value | None] = []
    refusal: RefusedError | None = None
    for length, place in _spellings(symbolic, pattern):
        try:
            outcomes.append(apply(Written(whole, length, place)))
        except RefusedError as error:
            outcomes.append(None)
            refusal = error
        if outcomes[-1] != outcomes[0]:
            raise UnsettledError(symbolic[0])
    if refusal is not None:
        raise refusal
    assert outcomes[0] is not None
    return outcomes[0]


def _spellings(symbolic: list[Symbolic], pattern: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield lengths of parts of no certain length, together with places of a deployment."""
    least = 0 if any(isinstance(c, Unknown) for c in symbolic) else 1
    lengths = list(range(least, min(max(len(pattern) + 3, 20), _MOST_LENGTH)))
    places = [
        {"region": region, "partition": partition, "dns_suffix": suffix}
        for partition, (suffix, regions) in _PARTITIONS.items()
        for region in regions.split()
    ]
    if all(isinstance(c, Symbol) for c in symbolic):
        lengths = lengths[:1]
    if not any(isinstance(c, Symbol) and c.name in places[0] for c in symbolic):
        places = places[:1]
    for number in range(max(len(lengths), len(places))):
        yield lengths[number % len(lengths)], places[number % len(places)]


def _length(part: Symbolic, wanted: int) -> int:
    """Return a length that a part can have, near the one that is wanted."""
    if isinstance(part, Symbol):
        return _ACCOUNT
    return wanted if isinstance(part, Unknown) else max(wanted, 1)
