"""The line fingerprints by which code scanning recognises an alert again.

The algorithm is the one that GitHub's upload action documents in its source (`fingerprints.ts`): a
polynomial hash of the 100 UTF-16 units from the start of the line, white space left out, and a
counter for lines with equal hashes. Files are compared by these units directly, and only the lines
that are asked for are hashed.
"""

from __future__ import annotations

_WINDOW = 100
_BASE = 37
_MODULUS = 1 << 64
_END = "\uffff"
_BMP = "\uffff"


class Fingerprints:
    """The fingerprints of the lines of one text."""

    __slots__ = ("_numbers", "_starts", "_units")

    def __init__(self, text: str) -> None:
        """Prepare `text`: line breaks made equal, spaces and tabs dropped."""
        kept = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
        if kept and max(kept) > _BMP:
            kept = _utf16(kept)
        self._units = kept + _END + "\0" * _WINDOW
        self._starts = [0]
        at = kept.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = kept.find("\n", at + 1)
        self._numbers: list[int] | None = None

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self._starts)

    def of_line(self, number: int) -> str:
        """Return the fingerprint of line `number`, counted from 1; past the end, of the last."""
        index = min(number, len(self._starts)) - 1
        if self._numbers is None:
            self._numbers = self._count()
        value = 0
        for unit in self._window(index):
            value = (value * _BASE + ord(unit)) % _MODULUS
        return f"{value:x}:{self._numbers[index]}"

    def _window(self, index: int) -> str:
        return self._units[self._starts[index] : self._starts[index] + _WINDOW]

    def _count(self) -> list[int]:
        """Return for each line how many lines up to it have an equal window."""
        counts: dict[str, int] = {}
        numbers = []
        for index in range(len(self._starts)):
            window = self._window(index)
            counts[window] = counts.get(window, 0) + 1
            numbers.append(counts[window])
        return numbers


def _utf16(text: str) -> str:
    """Return `text` with one character for each UTF-16 unit."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(raw[i] | raw[i + 1] << 8) for i in range(0, len(raw), 2))
