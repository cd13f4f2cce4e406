"""Text of a template to nodes with spans: the only file that knows PyYAML.

YAML and JSON give the same nodes. Nodes are made when they are first asked for, one for each node
of the document, so that an alias costs nothing and nobody pays for what no question reaches.
YAML is composed by PyYAML's C loader; guards in front of it refuse what would exhaust it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from trailcheck import jsontext
from trailcheck.cloudformation.nodes import ListNode, MapNode, Member, Reader, ScalarNode
from trailcheck.cloudformation.sniff import sniff
from trailcheck.errors import Impact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.cloudformation.nodes import Node
    from trailcheck.condition import Scalar
    from trailcheck.errors import Diagnostic
    from trailcheck.source import Source, Span

__all__ = ("compose", "sniff")

MOST_LEVELS = 200
MOST_BYTES = 32_000_000
MOST_NODES = 600_000
"""CloudFormation takes templates up to 1 MB; these bounds keep hostile ones from taking all."""
_MOST_MERGES = 50

_YAML = "tag:yaml.org,2002:"
_FOREIGN = tuple(_YAML + name for name in ("binary", "java", "omap", "pairs", "python", "set"))
"""Tags that CloudFormation does not read. (Its other tags say what a scalar is anyway.)"""
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,29})\Z")
_TRUE = frozenset({"true", "yes", "on", "y"})
_FALSE = frozenset({"false", "no", "off", "n"})
_BRACKET = re.compile(rb"[][{}]")
_INDENTED = re.compile(rb"^(?:[ ?-]|[!&][^\s,\[\]{}]*+ )++", re.MULTILINE)

_WORDS = {
    "mapping values are not allowed in this context": (
        "There is a ':' where no key can stand. Quote the text that holds it, or check the indent."
    ),
    "found character that cannot start any token": (
        "This character cannot start a value: tabs do not indent YAML, and text that starts with "
        "'@', '`' or '%' must be quoted."
    ),
    "could not find expected ':'": "A key stands here without its ':'. Check the indent.",
    "did not find expected key": "A key was expected here. Check the indent of this line.",
    "did not find expected '-' indicator": "A list item was expected here. Check the indent.",
    "did not find expected ',' or ']'": "The list in brackets is not closed before this place.",
    "did not find expected ',' or '}'": "The map in braces is not closed before this place.",
    "found unexpected end of stream": "The quoted text before this place is never closed.",
    "found a tab character that violates indentation": "Tabs do not indent YAML. Write spaces.",
    "found undefined alias": "This alias names an anchor that is not set before it.",
    "second occurrence": "This anchor is set twice, so that it is not clear which one is meant.",
    "but found another document": "A template is one document: what follows this line is not read.",
}


def compose(
    source: Source, kept: dict[bytes, Any] | None = None
) -> tuple[Node | None, list[Diagnostic]]:
    """Read a template's text. The list grows when nodes not yet looked at turn out broken.

    Returns None for the node when nothing could be read. `kept` holds what parsers made of texts:
    with it, a text that many stacks read is parsed once.
    """
    diagnostics: list[Diagnostic] = []
    reader = Reader(source, diagnostics)
    data = source.data
    if (
        len(data) > MOST_BYTES
        or data.count(b",") + data.count(b":") + data.count(b"\n") > MOST_NODES
    ):
        reader.report(
            "The template is too large to read",
            "CloudFormation takes templates up to 1 MB. Split it, or exclude it from the scan.",
            source.span(0, 0),
        )
        return None, diagnostics
    if re.match(rb'\s*+\{\s*+["}]', data):
        node = _Json(source, diagnostics).compose(kept)
        # JSON with a trailing comma or a comment is broken and said to be; as YAML its trails still
        # show.
        return node or _Yaml(source, []).compose(), diagnostics
    return _Yaml(source, diagnostics).compose(kept), diagnostics


class _Json(Reader):
    """Nodes from the JSON scanner."""

    __slots__ = ()

    def compose(self, kept: dict[bytes, Any] | None = None) -> Node | None:
        """Read the document."""
        raw = kept.get(self.source.data) if kept is not None else None
        try:
            raw = raw or jsontext.parse(self.source.text)
        except jsontext.JsonError as error:
            at = self.offset(error.offset)
            self.report(
                "The template is not JSON", _sentence(error.message), self.source.span(at, at)
            )
            return None
        if kept is not None:
            kept[self.source.data] = raw
        return self.node(raw)

    def node(self, raw: jsontext.JsonNode) -> Node:
        """Wrap one node."""
        match raw:
            case jsontext.JsonObject():
                return MapNode(raw, self)
            case jsontext.JsonArray():
                return ListNode(raw, self)
            case jsontext.JsonString():
                span = self.span(raw)
                return ScalarNode(raw.text, raw.text, span, content=(span.start + 1, span.end - 1))
            case jsontext.JsonNumber():
                return ScalarNode(raw.scalar, raw.raw, self.span(raw))
            case jsontext.JsonLiteral():
                return ScalarNode(raw.data, self.span(raw).text, self.span(raw))
            case jsontext.JsonHole():
                raise AssertionError

    def items(self, raw: jsontext.JsonArray) -> Iterator[Node]:
        """Yield the items of an array."""
        return map(self.node, raw.items)

    def members(self, raw: jsontext.JsonObject) -> Iterator[Member]:
        """Yield the members of an object."""
        for key, value in raw.members:
            yield Member(key.text, self.span(key), self.node(value))

    def span(self, raw: jsontext.JsonNode) -> Span:
        """Return the place of a node."""
        return self.source.span(self.offset(raw.start), self.offset(raw.end))


class _Yaml(Reader):
    """Nodes from PyYAML, one for each of its own however often an alias names it."""

    __slots__ = ("_aliased", "_made", "_merging")

    merges = True

    def __init__(self, source: Source, diagnostics: list[Diagnostic]) -> None:
        super().__init__(source, diagnostics)
        self._made: dict[int, tuple[Any, Node]] = {}
        self._merging = 0
        self._aliased = False

    def compose(self, kept: dict[bytes, Any] | None = None) -> Node | None:
        """Read the first document; say so if it is not the only one."""
        raw = kept.get(self.source.data) if kept is not None else None
        if raw is None:
            raw = self._parsed()
            if kept is not None and raw is not None and not self.diagnostics:
                kept[self.source.data] = raw
        return None if raw is None else self.node(raw)

    def _parsed(self) -> Any:  # noqa: ANN401 - PyYAML's node
        """Return what the parser makes of the text; None, and a report, where it is broken."""
        import yaml  # noqa: PLC0415 - a scan without templates must not pay for it

        loader_class: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        text, raw = self.source.text, None
        try:
            if _may_nest(self.source.data) and self._nests(yaml.parse(text, Loader=loader_class)):
                return None
            loader = loader_class(text)
            try:
                if loader.check_node():
                    raw = loader.get_node()
                    if loader.check_node():
                        raise yaml.composer.ComposerError(
                            None, None, "but found another document", loader.get_event().start_mark
                        )
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            words = _WORDS.get(error.problem or "", "The text breaks YAML's rules at this place.")
            self._broken(words, mark.index if mark is not None else 0)
        except yaml.reader.ReaderError as error:
            words = "This character may not stand in YAML. Remove it, or write it as an escape."
            self._broken(words, error.position)
        except (yaml.YAMLError, ValueError, RecursionError, MemoryError):
            self._broken("The text cannot be read as YAML.", 0)
        return raw

    def node(self, raw: Any) -> Node:  # noqa: ANN401 - PyYAML's node
        """Wrap one node, or return what it was wrapped in before."""
        known = self._made.get(id(raw))
        if known is not None:
            self._alias(known[1])
            return known[1]
        made: Node
        if raw.id == "mapping":
            made = MapNode(raw, self, self._tag(raw))
        elif raw.id == "sequence":
            made = ListNode(raw, self, self._tag(raw))
        else:
            span = self._trimmed(raw.start_mark.index, raw.end_mark.index)
            text = str(raw.value)
            data = text if raw.style else _scalar(text, raw.tag)
            made = ScalarNode(data, text, span, self._tag(raw), raw.style or "")
        self._made[id(raw)] = (raw, made)
        return made

    def _alias(self, node: Node) -> None:
        """Say once that the template has aliases.

        Source: CloudFormation User Guide, "Template formats": it supports YAML without aliases
        and hash merges.
        """
        if not self._aliased:
            self._aliased = True
            self._resolved("The template has YAML aliases", node)

    def _resolved(self, summary: str, node: Node) -> None:
        self.report(
            summary,
            "They are read. CloudFormation itself refuses them: they have to be resolved on "
            "the way, as `aws cloudformation package` does.",
            node.span,
            Impact.NOTICE,
        )

    def items(self, raw: Any) -> Iterator[Node]:  # noqa: ANN401 - PyYAML's node
        """Yield the items of a sequence."""
        return map(self.node, raw.value)

    def members(self, raw: Any) -> Iterator[Member]:  # noqa: ANN401 - PyYAML's node
        """Yield the members of a mapping whose keys are text."""
        for key, value in raw.value:
            span = self.span(key)
            if key.id == "scalar":
                yield Member(str(key.value), span, self.node(value))
            else:
                self.report(
                    "A key is not text",
                    "A list or map cannot be a key in a template. Check the indent and the '?'.",
                    span,
                )

    def merged(self, node: Node) -> Iterator[tuple[str, Member]]:
        """Yield the members of the maps that `<<` names, the nearest first."""
        sources = tuple(node.items) if isinstance(node, ListNode) else (node,)
        if not self._aliased:  # once for both: a merge that names no alias is rare
            self._aliased = True
            self._resolved("The template has YAML merge keys", node)
        if self._merging >= _MOST_MERGES:
            self.report(
                "Merge keys are nested too deeply",
                f"More than {_MOST_MERGES} maps are merged into each other.",
                node.span,
            )
            return
        self._merging += 1
        try:
            for source in sources:
                if isinstance(source, MapNode):
                    yield from source.members.items()
        finally:
            self._merging -= 1

    def span(self, raw: Any) -> Span:  # noqa: ANN401 - PyYAML's node
        """Return the place of a node, without the blank lines and comments behind it."""
        return self._trimmed(raw.start_mark.index, raw.end_mark.index)

    def _trimmed(self, start: int, end: int) -> Span:
        first, last = self.offset(start), self.offset(end)
        data = self.source.data
        if last > first and data[last - 1 : last] in b" \t\r\n":
            last = first + _written(data[first:last])
        return self.source.span(first, last)

    @staticmethod
    def _tag(raw: Any) -> str:  # noqa: ANN401 - PyYAML's node
        tag = str(raw.tag or "")
        return tag if not tag.startswith(_YAML) or tag.startswith(_FOREIGN) else ""

    def _nests(self, events: Iterator[Any]) -> bool:
        """Tell, and report, whether collections are nested deeper than the guard allows."""
        depth = 0
        for event in events:
            name = type(event).__name__
            if name in ("MappingStartEvent", "SequenceStartEvent"):
                depth += 1
                if depth > MOST_LEVELS:
                    at = event.start_mark.index
                    self._broken(f"It is nested deeper than {MOST_LEVELS} levels here.", at)
                    return True
            elif name in ("MappingEndEvent", "SequenceEndEvent"):
                depth -= 1
        return False

    def _broken(self, detail: str, character: int) -> None:
        at = self.offset(character)
        self.report("The template is not YAML", detail, self.source.span(at, at))


def _may_nest(data: bytes) -> bool:
    """Tell whether nesting deeper than the guard allows is possible; never wrongly no."""
    depth = 0
    if data.count(b"[") + data.count(b"{") > MOST_LEVELS // 2:
        for match in _BRACKET.finditer(data):
            depth += 1 if match[0] in b"[{" else -1
            depth = max(depth, 0)
            if depth > MOST_LEVELS // 2:
                return True
    return any(match.end() - match.start() > MOST_LEVELS // 2 for match in _INDENTED.finditer(data))


def _scalar(text: str, tag: str | None) -> Scalar:
    """Read a plain scalar as YAML 1.1 does, as far as that keeps what is written."""
    kind = (tag or "").removeprefix(_YAML)
    if kind == "null":
        return None
    if kind == "bool":
        lowered = text.lower()
        return True if lowered in _TRUE else False if lowered in _FALSE else text
    return int(text) if kind == "int" and _INTEGER.match(text) else text


def _written(data: bytes) -> int:
    """Return the length of `data` without trailing blank lines and comment lines."""
    lines = data.split(b"\n")
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith(b"#")):
        lines.pop()
    return len(b"\n".join(lines).rstrip())


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."
