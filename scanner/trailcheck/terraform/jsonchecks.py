"""What Terraform refuses of a JSON file whose text is JSON: shapes, repetitions, broken templates.

Native syntax refuses these while it reads. In JSON they show only when somebody asks what a value
means, so that whoever asks lazily would not see them in what is not asked for.
Source: HCL's JSON bodies (`hcl/json/structure.go`), and what Terraform 1.11 answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck import jsontext
from trailcheck.errors import Diagnostic
from trailcheck.terraform import strict
from trailcheck.terraform.config import LABELS
from trailcheck.terraform.jsonblocks import scalars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.jsontext import JsonNode, JsonObject, JsonString
    from trailcheck.source import Source

_EVALUATED = {
    "resource": frozenset(("provider", "depends_on", "ignore_changes", "replace_triggered_by")),
    "data": frozenset(("provider", "depends_on")),
    "module": frozenset(("source", "version", "providers", "depends_on")),
    "locals": frozenset[str](),
}
"""Blocks whose text is templates wherever they are used, except in the arguments named here."""


def refused(source: Source, root: JsonNode) -> Iterator[Diagnostic]:
    """Yield what is refused in the blocks of a file, in the order of the text."""
    for item in _items(root):
        if isinstance(item, jsontext.JsonObject):
            for key, value in item.members:
                if key.text in LABELS:
                    yield from _blocks(source, key.text, value, LABELS[key.text])
                if key.text in {"resource", "data"}:
                    for said, wrong in scalars(value):
                        detail = "JSON writes a block as an object, or as a list of objects."
                        yield _problem(source, wrong, said, detail)


def refused_values(source: Source, root: JsonNode) -> Iterator[Diagnostic]:
    """Yield what is refused in a variables file, which is one object of arguments."""
    if isinstance(root, jsontext.JsonObject):
        yield from _body(source, "", root)
    else:
        detail = "A variables file is one object, whose keys are variables."
        yield _problem(source, root, "expected an object", detail)


def _blocks(
    source: Source, kind: str, node: JsonNode, missing: tuple[str, ...]
) -> Iterator[Diagnostic]:
    """Yield what is refused of the blocks of a type below a node that has labels `missing`."""
    if not missing and isinstance(node, jsontext.JsonLiteral) and node.data is None:
        return
    some = False
    for item in _items(node):
        if isinstance(item, jsontext.JsonObject):
            if not missing:
                yield from _body(source, kind, item)
            for _, value in item.members if missing else ():
                yield from _blocks(source, kind, value, missing[1:])
                some = True
        elif not missing:
            detail = f'"{kind}" takes an object here, whose keys are its arguments.'
            yield _problem(source, item, "expected an object", detail)
        else:
            # The configuration says that labels are missing, but does not see null.
            some = some or not isinstance(item, jsontext.JsonLiteral) or item.data is not None
    if missing and not some:
        detail = "Terraform refuses a type without any block of it. Leave it out."
        yield _problem(source, node, f'"{kind}" has no {missing[0]}', detail)


def _body(source: Source, kind: str, node: JsonObject) -> Iterator[Diagnostic]:
    """Yield what is refused of the members of a block, or, without a type, of a file of values."""
    first: dict[str, tuple[JsonString, JsonNode]] = {}
    plain = _EVALUATED.get(kind)
    for key, value in node.members:
        if key.text == "//":
            continue
        if key.text in first and not (
            kind not in ("", "locals") and _nests(value) and _nests(first[key.text][1])
        ):
            line = source.span(source.byte_offset(first[key.text][0].start), 0).first.line
            detail = f"It was already set on line {line}; each argument may be set once."
            yield _problem(source, key, f'argument "{key.text}" is set twice', detail)
        first.setdefault(key.text, (key, value))
        if plain is not None and key.text not in plain:
            yield from _templates(source, value, plain)


def _templates(source: Source, node: JsonNode, plain: frozenset[str]) -> Iterator[Diagnostic]:
    """Yield the templates in a value that HCL refuses."""
    waiting = [node]
    while waiting:
        item = waiting.pop()
        match item:
            case jsontext.JsonString(text=text):
                if ("${" in text or "%{" in text) and (said := strict.template(text)) is not None:
                    yield _problem(source, item, said.summary, said.detail)
            case jsontext.JsonArray(items=items):
                waiting.extend(reversed(items))
            case jsontext.JsonObject(members=members):
                for key, value in reversed(members):
                    if key.text not in plain and key.text != "//":
                        waiting.extend((value, key))
            case _:
                pass


def _nests(node: JsonNode) -> bool:
    """Tell whether a value may be blocks; those of one type may stand apart."""
    return isinstance(node, jsontext.JsonObject | jsontext.JsonArray)


def _items(node: JsonNode) -> list[JsonNode]:
    return node.items if isinstance(node, jsontext.JsonArray) else [node]


def _problem(source: Source, node: JsonNode, summary: str, detail: str) -> Diagnostic:
    span = source.span(source.byte_offset(node.start), source.byte_offset(node.end))
    return Diagnostic(summary, detail, source.path, span)
