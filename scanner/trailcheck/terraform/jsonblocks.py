"""Scalars of JSON where a block inside a block of a resource or data source belongs.

JSON writes arguments and blocks alike, so that the type tells which is which; the table names the
blocks of the types that rules ask about (AWS provider 6). Null is no block at all. Blocks that
stand in the resource itself are looked at when a rule asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck import jsontext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.jsontext import JsonNode

_Blocks: TypeAlias = "dict[str, _Blocks]"

_PARTIES: _Blocks = {"principals": {}, "not_principals": {}, "condition": {}}
_OF_TYPE: dict[str, _Blocks] = {
    "aws_cloudtrail": {
        "event_selector": {"data_resource": {}},
        "advanced_event_selector": {"field_selector": {}},
    },
    "aws_iam_policy_document": {"statement": _PARTIES},
}
_OF_ANY: _Blocks = {"lifecycle": {"precondition": {}, "postcondition": {}}}
"""Blocks of the language, in whatever type."""


def scalars(node: JsonNode) -> Iterator[tuple[str, JsonNode]]:
    """Yield what stands where a block belongs, with the name of the block, below `resource`."""
    for by_type in _items(node):
        for kind, named in _members(by_type):
            for by_name in _items(named):
                for _, bodies in _members(by_name):
                    for body in _items(bodies):
                        yield from _inside(body, _OF_ANY)
                        yield from _inside_blocks(body, _OF_TYPE.get(kind, {}))


def _inside_blocks(body: JsonNode, blocks: _Blocks) -> Iterator[tuple[str, JsonNode]]:
    for name, value in _members(body):
        for item in _items(value):
            yield from _inside(item, blocks.get(name, {}))


def _inside(body: JsonNode, blocks: _Blocks) -> Iterator[tuple[str, JsonNode]]:
    for name, value in _members(body):
        inner = blocks.get(name)
        if inner is None:
            continue
        for item in _items(value):
            match item:
                case jsontext.JsonObject():
                    yield from _inside(item, inner)
                case jsontext.JsonString() | jsontext.JsonNumber():
                    yield name, item
                case jsontext.JsonLiteral(data=data) if data is not None:
                    yield name, item
                case _:
                    pass


def _members(node: JsonNode) -> Iterator[tuple[str, JsonNode]]:
    if isinstance(node, jsontext.JsonObject):
        for key, value in node.members:
            yield key.text, value


def _items(node: JsonNode) -> list[JsonNode]:
    return node.items if isinstance(node, jsontext.JsonArray) else [node]
