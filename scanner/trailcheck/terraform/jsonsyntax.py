"""JSON syntax (`.tf.json`): the same nodes as native syntax, from JSON.

What a JSON property means depends on what is asked for: an object may be an argument or a block.
`JsonBody` keeps both readings open and answers the question that is put.
Source: HCL JSON specification (`hcl/json/spec.md`); Terraform, "JSON Configuration Syntax".
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from trailcheck import jsontext
from trailcheck.errors import Diagnostic
from trailcheck.terraform import ast
from trailcheck.terraform.config import LABELS
from trailcheck.terraform.jsonchecks import refused, refused_values
from trailcheck.terraform.syntax import parse_expression, parse_template

if TYPE_CHECKING:
    from trailcheck.jsontext import JsonNode
    from trailcheck.source import Source, Span


class Reading(Enum):
    """What the text of a JSON value is."""

    TEMPLATE = "template"
    PLAIN = "plain"
    """Text as it stands: Terraform evaluates values of variables with nothing in scope, and HCL
    reads no template then."""
    NAME = "name"
    """A name or a type, as an expression."""


_VALUES = "values"
"""Stands for the type of block where a variables file is read."""
_NAMES = {"provider", "ignore_changes", "depends_on", "replace_triggered_by", "providers"}
"""Arguments whose text is a name, never a template."""


def _reading(kind: str, name: str) -> Reading:
    """Return how the text of an argument is read in a block of a type."""
    if kind == _VALUES or (kind, name) == ("variable", "default"):
        return Reading.PLAIN
    if name in _NAMES or (kind, name) == ("variable", "type"):
        return Reading.NAME
    return Reading.TEMPLATE


def parse(source: Source) -> ast.File:
    """Read one JSON file. What is wrong with it is in the diagnostics."""
    whole = source.span(0, len(source.data))
    try:
        root = jsontext.parse(source.text)
    except jsontext.JsonError as problem:
        start = source.byte_offset(problem.offset)
        at = source.span(start, start + 1)
        said = Diagnostic(
            problem.message, "This is not valid JSON; the file was not read.", source.path, at
        )
        return ast.File(source, ast.Body({}, [], whole), (said,))
    blocks: list[ast.Block] = []
    for item in _items(root):
        if not isinstance(item, jsontext.JsonObject):
            detail = "A configuration is an object, or a list of objects; the file was not read."
            said = Diagnostic("expected an object", detail, source.path, _at(source, item))
            return ast.File(source, ast.Body({}, [], whole), (said,))
        for key, value in item.members:
            at = _at(source, key)
            if LABELS.get(key.text):
                _labelled(source, key.text, (), value, len(LABELS[key.text]), at, blocks)
            elif key.text in LABELS:
                blocks.extend(_blocks(source, key.text, value, at))
            elif key.text != "//":
                # A block of no known type: the configuration says so.
                blocks.append(ast.Block(key.text, (), at, ast.Body({}, [], at)))
    return ast.File(source, ast.Body({}, blocks, whole), tuple(refused(source, root)))


def parse_values(source: Source) -> ast.File:
    """Read a JSON variables file (`.tfvars.json`): its members are arguments."""
    whole = source.span(0, len(source.data))
    try:
        root = jsontext.parse(source.text)
    except jsontext.JsonError as problem:
        start = source.byte_offset(problem.offset)
        at = source.span(start, start + 1)
        said = Diagnostic(
            problem.message, "This is not valid JSON; the file was not read.", source.path, at
        )
        return ast.File(source, ast.Body({}, [], whole), (said,))
    body = JsonBody(source, root, _VALUES)
    return ast.File(source, body, tuple(refused_values(source, root)))


class JsonBody(ast.Body):
    """An object that is read as a body: its members are arguments or, when asked, blocks."""

    __slots__ = ("_kind", "_members", "_source")

    def __init__(self, source: Source, node: JsonNode, kind: str) -> None:
        self._source = source
        self._kind = kind
        self._members: dict[str, list[JsonNode]] = {}
        arguments: dict[str, ast.Argument] = {}
        for key, value in node.members if isinstance(node, jsontext.JsonObject) else ():
            if key.text == "//":
                continue
            values = self._members.setdefault(key.text, [])
            values.append(value)
            name = _at(source, key)
            reading = _reading(kind, key.text)
            arguments[key.text] = ast.Argument(
                key.text,
                name,
                name.to(_at(source, value)),
                lambda values=values, reading=reading: (  # type: ignore[misc]
                    expression(source, values[-1], reading)
                    if len(values) == 1
                    else ast.Broken(_at(source, values[-1]))
                ),
            )
        dynamic: list[ast.Block] = []
        if kind != _VALUES and "dynamic" in self._members:
            del arguments["dynamic"]
            for said in self._members["dynamic"]:
                _labelled(source, "dynamic", (), said, 1, _at(source, said), dynamic)
        super().__init__(arguments, dynamic, _at(source, node))

    def argument(self, name: str) -> ast.Argument | None:
        """Return the member of that name, read as an argument."""
        return self.arguments.get(name)

    def named(self, name: str) -> list[ast.Block]:
        """Return the member of that name, read as one or more nested blocks, and dynamic ones."""
        found: list[ast.Block] = []
        if name in self.arguments:
            at = self.arguments[name].name_span
            for value in self._members[name]:
                if self._kind == "check" and name == "data":
                    _labelled(self._source, name, (), value, len(LABELS[name]), at, found)
                else:
                    found.extend(_blocks(self._source, name, value, at))
        return [*found, *super().named(name)]


def expression(
    source: Source, node: JsonNode, reading: Reading = Reading.TEMPLATE
) -> ast.Expression:
    """Read a JSON value as an expression."""
    span = _at(source, node)
    match node:
        case jsontext.JsonString():
            if reading is Reading.NAME and any(c in node.text for c in ".(["):
                return parse_expression(node.text, span)
            if reading is Reading.TEMPLATE and ("${" in node.text or "%{" in node.text):
                return parse_template(node.text, span)
            inner = source.span(span.start + 1, span.end - 1)
            text = ast.TemplateText(inner, node.text, exact=not node.escaped)
            return ast.Template(span, (text,) if node.text else ())
        case jsontext.JsonNumber():
            return ast.Literal(span, node.scalar)
        case jsontext.JsonLiteral():
            return ast.Literal(span, node.data)
        case jsontext.JsonArray():
            return ast.TupleExpression(
                span, tuple(expression(source, i, reading) for i in node.items)
            )
        case jsontext.JsonObject():
            pairs = []
            if len({key.text for key, _ in node.members}) < len(node.members):
                # NOTE: native syntax lets the last of equal keys win; JSON does not.
                return ast.Broken(span)
            for key, value in node.members:
                name = expression(source, key, reading)
                pairs.append((name, expression(source, value, reading)))
            return ast.ObjectExpression(span, tuple(pairs))
        case _:
            return ast.Broken(span)


def _labelled(  # noqa: PLR0913, PLR0917 - the state of one descent
    source: Source,
    kind: str,
    labels: tuple[str, ...],
    node: JsonNode,
    missing: int,
    header: Span,
    found: list[ast.Block],
) -> None:
    """Descend through as many levels of names as the block type has labels."""
    for item in _items(node):
        if missing == 0 and isinstance(item, jsontext.JsonObject):
            found.append(ast.Block(kind, labels, header, JsonBody(source, item, kind)))
        elif isinstance(item, jsontext.JsonObject):
            for key, value in item.members:
                # NOTE: "//" is a comment among the members of a body only, not among labels.
                at = _at(source, key)
                _labelled(source, kind, (*labels, key.text), value, missing - 1, at, found)
        elif missing and not (isinstance(item, jsontext.JsonLiteral) and item.data is None):
            # Labels are missing: the configuration says so.
            at = _at(source, item)
            found.append(ast.Block(kind, labels, at, ast.Body({}, [], at)))


def _blocks(source: Source, kind: str, node: JsonNode, header: Span) -> list[ast.Block]:
    found: list[ast.Block] = []
    for item in _items(node):
        if isinstance(item, jsontext.JsonObject):
            span = (
                header
                if item is node
                else _at(source, item)._replace(end=_at(source, item).start + 1)
            )
            found.append(ast.Block(kind, (), span, JsonBody(source, item, kind)))
    return found


def _items(node: JsonNode) -> list[JsonNode]:
    return node.items if isinstance(node, jsontext.JsonArray) else [node]


def _at(source: Source, node: JsonNode) -> Span:
    return source.span(source.byte_offset(node.start), source.byte_offset(node.end))
