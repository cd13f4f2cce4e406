"""Numbers with a fraction of fewer bits than others have; apart, because `decimal` takes 2 ms."""

from __future__ import annotations

from decimal import Decimal
from typing import Self


class Real(Decimal):
    """A number with a fraction that some function made in fewer bits than 512."""

    __slots__ = ("bits", "ratio")
    bits: int
    ratio: tuple[int, int]
    """What it is exactly: of a power of two, its fewest digits may be nearer to another number."""

    @classmethod
    def of(cls, number: Decimal, bits: int, ratio: tuple[int, int]) -> Self:
        """Return a number that has so many bits."""
        made = cls(number)
        made.bits = bits
        made.ratio = ratio
        return made
