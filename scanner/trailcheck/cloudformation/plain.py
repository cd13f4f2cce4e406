"""Nodes as plain data, and plain data as nodes: for what other programs read, and make of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from trailcheck.cloudformation.nodes import ListNode, MapNode, Member, Reader, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trailcheck.cloudformation.nodes import Node
    from trailcheck.errors import Diagnostic
    from trailcheck.source import Span

MOST_NODES = 100_000
"""Nodes written out; an alias counts each time, so that a few bytes cannot become gigabytes."""


class TooLargeError(Exception):
    """More than MOST_NODES would have to be written out."""


class Plain:
    """Writes nodes out as dictionaries, lists and scalars, with every function in its long form."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MOST_NODES

    def of(self, node: Node) -> Any:  # noqa: ANN401 - JSON
        """Return a node as plain data. Raises TooLargeError."""
        content = self._content(node)
        if not node.tag:
            return content
        name = node.tag.removeprefix("!")
        if name == "GetAtt" and isinstance(content, str):
            content = content.split(".", 1)
        return {name if name in ("Ref", "Condition") else f"Fn::{name}": content}

    def _content(self, node: Node) -> Any:  # noqa: ANN401 - JSON
        self.left -= 1
        if self.left < 0:
            raise TooLargeError
        match node:
            case ScalarNode():
                data = node.data
                return data if isinstance(data, bool | int | str | None) else float(data)
            case ListNode():
                return [self.of(item) for item in node.items]
            case MapNode():
                return {key: self.of(member.value) for key, member in node.members.items()}


def index(node: Node) -> dict[str, Node]:
    """Return every list and map below a node, by its canonical text. Raises TooLargeError."""
    found: dict[str, Node] = {}
    plain = Plain()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ScalarNode) and not one.tag:
            continue
        found.setdefault(_canonical(plain.of(one)), one)
        if isinstance(one, ListNode):
            waiting += one.items
        elif isinstance(one, MapNode):
            waiting += [member.value for member in one.members.values()]
    return found


def _canonical(data: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(data, sort_keys=True)


class Made(Reader):
    """Reads plain data that was made from a part of a template, and stands at that part's place.

    A list or map that the part itself holds is that very node, with its own place.
    """

    __slots__ = ("known", "place")

    def __init__(
        self, place: Span, diagnostics: list[Diagnostic], known: Mapping[str, Node]
    ) -> None:
        super().__init__(place.source, diagnostics)
        self.place = place
        self.known = known

    def node(self, raw: Any) -> Node:  # noqa: ANN401 - JSON
        """Return plain data as a node."""
        if isinstance(raw, dict | list):
            found = self.known.get(_canonical(raw))
            if found is not None:
                return found
            return MapNode(raw, self) if isinstance(raw, dict) else ListNode(raw, self)
        text = raw if isinstance(raw, str) else json.dumps(raw)
        return ScalarNode(raw, text, self.place)

    def items(self, raw: list[Any]) -> Iterator[Node]:
        """Yield the items of a list."""
        return map(self.node, raw)

    def members(self, raw: dict[str, Any]) -> Iterator[Member]:
        """Yield the members of a map."""
        for key, value in raw.items():
            yield Member(str(key), self.place, self.node(value))

    def span(self, raw: Any) -> Span:  # noqa: ANN401, ARG002 - everything made stands at one place
        """Return the place of what it was made from."""
        return self.place
