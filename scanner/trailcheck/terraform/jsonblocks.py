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
_OF_ANY: _Blocks = {"connection": {}, "lifecycle": {"precondition": {}, "postcondition": {}}}
"""Blocks of the language, in whatever type."""
_LABELLED: _Blocks = {"dynamic": {"content": {}}, "provisioner": {"connection": {}}}
"""Such blocks that have a label of their own."""


def scalars(node: JsonNode) -> Iterator[tuple[str, JsonNode]]:
    """Yield what stands where a block belongs, and what is wrong with it, below `resource`."""
    for by_type in _items(node):
        for kind, named in _members(by_type):
            for by_name in _items(named):
                for _, bodies in _members(by_name):
                    for body in _items(bodies):
                        yield from _inside(body, _OF_ANY)
                        yield from _labelled(body)
                        yield from _inside_blocks(body, _OF_TYPE.get(kind, {}))


def _labelled(body: JsonNode) -> Iterator[tuple[str, JsonNode]]:
    """Yield what is wrong with blocks that have a label, the key of an object around them."""
    for name, value in _members(body):
        inner = _LABELLED.get(name)
        if inner is None:
            continue
        if not any(True for item in _items(value) for _ in _members(item)):
            yield f"{name} has no label", value
            continue
        for item in _items(value):
            if not isinstance(item, jsontext.JsonObject):
                yield f"{name} has no label", item
            for _, held in _members(item):
                yield from _blocks(name, held, inner)


def _inside_blocks(body: JsonNode, blocks: _Blocks) -> Iterator[tuple[str, JsonNode]]:
    for name, value in _members(body):
        for item in _items(value):
            yield from _inside(item, blocks.get(name, {}))


def _inside(body: JsonNode, blocks: _Blocks) -> Iterator[tuple[str, JsonNode]]:
    for name, value in _members(body):
        inner = blocks.get(name)
        if inner is not None:
            yield from _blocks(name, value, inner)


def _blocks(name: str, value: JsonNode, inner: _Blocks) -> Iterator[tuple[str, JsonNode]]:
    for item in _items(value):
        match item:
            case jsontext.JsonObject():
                yield from _inside(item, inner)
            case jsontext.JsonString() | jsontext.JsonNumber():
                yield f"{name} is a block, and no value", item
            case jsontext.JsonLiteral(data=data) if data is not None:
                yield f"{name} is a block, and no value", item
            case _:
                pass


def _members(node: JsonNode) -> Iterator[tuple[str, JsonNode]]:
    if isinstance(node, jsontext.JsonObject):
        for key, value in node.members:
            yield key.text, value


def _items(node: JsonNode) -> list[JsonNode]:
    return node.items if isinstance(node, jsontext.JsonArray) else [node]
