"""Places inside the JSON of a plan, found in its bytes when somebody asks.

Python's decoder tells no places, and nearly all of a plan is never shown: one search over the bytes
finds where each address stands, the first time that a place is wanted.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from trailcheck.terraform.resources import TYPES

if TYPE_CHECKING:
    from trailcheck.source import Source, Span

_ADDRESS = re.compile(rb'"address"[ \t\r\n]*+:[ \t\r\n]*+"((?:[^"\\]|\\.)*+)"')


class Places:
    """Finds addresses, and arguments behind them."""

    def __init__(self, source: Source) -> None:
        """Search the plan `source`."""
        self.source = source
        self._found: dict[str, tuple[int, int, int]] | None = None

    def resource(self, address: str) -> Span:
        """Return where a resource's address stands; the first character if it is nowhere."""
        found = self._index().get(address)
        return self.source.span(*found[:2]) if found is not None else self.source.span(0, 1)

    def argument(self, address: str, name: str) -> Span:
        """Return where an argument's name stands among a resource's values, or the resource."""
        found = self._index().get(address)
        if found is None or not name:
            return self.resource(address)
        _, end, limit = found
        word = b'"%b"' % name.encode()
        at = self.source.data.find(word, end, limit)
        return self.source.span(at, at + len(word)) if at >= 0 else self.source.span(*found[:2])

    def _index(self) -> dict[str, tuple[int, int, int]]:
        """Return the start and end of each address, and where the next resource begins."""
        if self._found is None:
            self._found = {}
            types = [type_.encode() for type_ in TYPES]
            data = self.source.data
            # NOTE: with keys in order, the configuration's addresses come before the values.
            start = max(data.find(b'"planned_values"'), 0)
            last: tuple[str, int, int] | None = None
            for match in _ADDRESS.finditer(data, start):
                if last is not None:
                    self._found.setdefault(last[0], (last[1], last[2], match.start()))
                    last = None
                said = match[1]
                if any(type_ in said for type_ in types):
                    last = (_decoded(said), match.start(1) - 1, match.end())
            if last is not None:
                self._found.setdefault(last[0], (last[1], last[2], len(data)))
        return self._found


def _decoded(said: bytes) -> str:
    if b"\\" not in said:
        return said.decode("utf-8", "replace")
    try:
        return str(json.loads(b'"%b"' % said))
    except ValueError:
        return said.decode("utf-8", "replace")
