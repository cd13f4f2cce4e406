"""The files of an assembly: JSON by Python's own decoder, with places for what is wrong in it."""

from __future__ import annotations

import json
import posixpath
from typing import TYPE_CHECKING, Any

from trailcheck import jsontext
from trailcheck.errors import Diagnostic
from trailcheck.source import Source, decode

if TYPE_CHECKING:
    from trailcheck.repository import Repository
    from trailcheck.source import Span

    Json = dict[str, Any]


class Document:
    """A file of JSON: what it says, and where; the places are found when one is asked for."""

    __slots__ = ("_root", "data", "source")

    def __init__(self, source: Source, data: Json) -> None:
        self.source = source
        self.data = data
        self._root: jsontext.JsonNode | None = None

    def span(self, *keys: str) -> Span:
        """Return the place of a member, or of the nearest one around it that is there."""
        if self._root is None:
            try:
                self._root = jsontext.parse(self.source.text)
            except jsontext.JsonError:  # Python's decoder is more lenient.
                return self.source.span(0, 0)
        node, start, end = self._root, 0, 0
        for key in keys:
            if not isinstance(node, jsontext.JsonObject):
                break
            found = next((m for m in reversed(node.members) if m[0].text == key), None)
            if found is None:
                break
            start, end = found[0].start, found[0].end
            node = found[1]
            if not isinstance(node, jsontext.JsonObject | jsontext.JsonArray):
                end = node.end
        source = self.source
        return source.span(source.byte_offset(start), source.byte_offset(end))


def holds(repository: Repository, path: str, word: bytes) -> bool:
    """Tell whether a file that can be read has these bytes in it."""
    raw = repository.read(path)
    return not isinstance(raw, Diagnostic) and word in raw


def load(repository: Repository, path: str) -> Document | Diagnostic:
    """Read a file of JSON that holds one object."""
    raw = repository.read(path)
    if isinstance(raw, Diagnostic):
        return raw
    try:
        source = Source(path, decode(raw))
        data = json.loads(source.text)
        is_object = isinstance(data, dict)
    except (ValueError, RecursionError) as error:
        at = getattr(error, "pos", None)
        span = None if at is None else source.span(source.byte_offset(at), source.byte_offset(at))
        return Diagnostic(
            f"{posixpath.basename(path)} is not JSON",
            "Run `cdk synth` again.",
            path,
            span,
        )
    if not is_object:
        return Diagnostic(f"{posixpath.basename(path)} holds no object", "", path)
    return Document(source, data)
