"""The nodes of a template: scalars, lists and maps with spans, the same from YAML and from JSON.

A node reads its items or members when they are first asked for, through the `Reader` of its
language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from trailcheck.errors import Diagnostic, Impact
from trailcheck.record import NamedTuple
from trailcheck.value import Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailcheck.condition import Scalar
    from trailcheck.source import Source, Span


class Member(NamedTuple):
    """One key of a map, with its place and value."""

    key: str
    key_span: Span
    value: Node


class ScalarNode:
    """A scalar: its data as YAML 1.1 or JSON has it, and its text as written.

    Whole numbers and booleans are read; everything else that is not null stays text, so that
    account ids, versions and dates keep their digits.
    """

    __slots__ = ("_content", "_style", "data", "span", "tag", "text")

    def __init__(  # noqa: PLR0913, PLR0917 - what a scalar is
        self,
        data: Scalar,
        text: str,
        span: Span,
        tag: str = "",
        style: str = "",
        content: tuple[int, int] | None = None,
    ) -> None:
        self.data = data
        self.text = text
        self.span = span
        self.tag = tag
        self._style = style
        self._content = content

    def pieces(self) -> tuple[Piece, ...]:
        """Return the text in pieces that are found again in the file where that is possible."""
        span = self.span
        if self._content is not None:
            place = span.source.span(*self._content)
            return (Piece(self.text, place, place.text == self.text),)
        if self._style == "|":
            return self._lines()
        # A quoted or plain scalar ends where its node ends: one quote more, or none.
        quote = 1 if self._style else 0
        size = len(self.text.encode("utf-8", "replace"))
        place = span.source.span(span.end - quote - size, span.end - quote)
        if place.start >= span.start and place.text == self.text:
            return (Piece(self.text, place, exact=True),)
        return (Piece(self.text, span),)

    def _lines(self) -> tuple[Piece, ...]:
        """Find each line of a literal block, which stands in the file behind its indent."""
        span = self.span
        source = span.source
        at = source.data.find(b"\n", span.start) + 1
        pieces: list[Piece] = []
        for line in self.text.splitlines(keepends=True):
            end = source.data.find(b"\n", at)
            end = end + 1 if end >= 0 else len(source.data)
            written = source.data[at:end].replace(b"\r\n", b"\n")
            said = line.encode("utf-8", "replace")
            if not written.endswith(said):
                return (Piece(self.text, span),)
            start = at + len(written) - len(said)
            pieces.append(Piece(line, source.span(start, end), exact=True))
            at = end
        return tuple(pieces) or (Piece("", span),)


class ListNode:
    """A list."""

    __slots__ = ("_items", "_raw", "_reader", "tag")

    def __init__(self, raw: Any, reader: Reader, tag: str = "") -> None:  # noqa: ANN401 - foreign
        self._raw = raw
        self._reader = reader
        self._items: tuple[Node, ...] | None = None
        self.tag = tag

    @property
    def items(self) -> tuple[Node, ...]:
        """The items in order."""
        if self._items is None:
            self._items = tuple(self._reader.items(self._raw))
        return self._items

    @property
    def span(self) -> Span:
        """The whole list."""
        return self._reader.span(self._raw)


class MapNode:
    """A map with text keys. Of two equal keys the later one counts, and `twice` names the key."""

    __slots__ = ("_members", "_raw", "_reader", "tag", "twice")

    def __init__(self, raw: Any, reader: Reader, tag: str = "") -> None:  # noqa: ANN401 - foreign
        self._raw = raw
        self._reader = reader
        self._members: dict[str, Member] | None = None
        self.tag = tag
        self.twice: set[str] = set()

    @property
    def members(self) -> dict[str, Member]:
        """The members by key, in the order of the code."""
        if self._members is None:
            self._members = {}  # an anchor merged into itself adds nothing
            self._members = self._collect()
        return self._members

    def bring(self, include: Callable[[Node], tuple[Member, ...] | None]) -> None:
        """Let `include` say what `Fn::Transform` brings into the maps of this document."""
        self._reader.include = include

    @property
    def span(self) -> Span:
        """The whole map."""
        return self._reader.span(self._raw)

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None if it is not set."""
        member = self.members.get(key)
        return None if member is None else member.value

    def _collect(self) -> dict[str, Member]:
        found: dict[str, Member] = {}
        merged: dict[str, Member] = {}
        for written in self._reader.members(self._raw):
            if written.key == "<<" and self._reader.merges:
                for key, other in self._reader.merged(written.value):
                    merged.setdefault(key, other)
                continue
            for member in self._reader.included(written):
                if member.key in found:
                    self._set_twice(member, found[member.key])
                found[member.key] = member
        return {**merged, **found} if merged else found

    def _set_twice(self, member: Member, first: Member) -> None:
        self.twice.add(member.key)
        place = first.key_span.first
        also = (
            f"{place.line}"
            if first.key_span.source is member.key_span.source
            else (f"{place.line} of {first.key_span.source.path}")
        )
        self._reader.report(
            f"The key `{member.key}` is set twice",
            f"It is also set on line {also}, and only one of the two counts. Remove one.",
            member.key_span,
        )


Node: TypeAlias = "ScalarNode | ListNode | MapNode"


class Reader:
    """What both languages share: the source, and the list of what is wrong with it."""

    __slots__ = ("diagnostics", "include", "offset", "source")

    merges = False
    """Whether the key `<<` brings in the members of other maps."""

    def __init__(self, source: Source, diagnostics: list[Diagnostic]) -> None:
        self.source = source
        self.include: Callable[[Node], tuple[Member, ...] | None] = lambda _call: None
        """Returns what `Fn::Transform` brings into a map; None where it is no known snippet."""
        self.diagnostics = diagnostics
        self.offset: Callable[[int], int] = int if source.data.isascii() else source.byte_offset
        """Turns an offset in code points into one in bytes."""

    def report(self, summary: str, detail: str, span: Span, impact: Impact = Impact.UNREAD) -> None:
        """Note one located problem."""
        self.diagnostics.append(Diagnostic(summary, detail, span.source.path, span, impact))

    def included(self, member: Member) -> tuple[Member, ...]:
        """Return what stands for a member: itself, or the content of the snippet it includes."""
        found = self.include(member.value) if member.key == "Fn::Transform" else None
        return (member,) if found is None else found

    def items(self, raw: Any) -> Iterator[Node]:  # noqa: ANN401 - a foreign node
        """Yield the items of a list."""
        raise NotImplementedError

    def members(self, raw: Any) -> Iterator[Member]:  # noqa: ANN401 - a foreign node
        """Yield the members of a map, repeated keys too."""
        raise NotImplementedError

    def span(self, raw: Any) -> Span:  # noqa: ANN401 - a foreign node
        """Return the place of a node."""
        raise NotImplementedError

    def merged(self, node: Node) -> Iterator[tuple[str, Member]]:  # noqa: ARG002 - for YAML
        """Yield the members that a merge key brings in."""
        yield from ()
