"""`data "aws_iam_policy_document"`: the policy that its blocks make.

Sources and overrides are merged by `sid` as the provider does: a statement with the sid of an
earlier one replaces it; statements without a sid only add. Source: Terraform AWS provider,
`internal/service/iam/policy_document_data_source.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from trailcheck.jsonholes import decode_parts
from trailcheck.jsontext import JsonError
from trailcheck.terraform import operators
from trailcheck.terraform.access import describe, rows_of
from trailcheck.terraform.functions.lift import lift_items
from trailcheck.value import (
    Encoded,
    Known,
    Mapping,
    Piece,
    Sequence,
    Text,
    Unknown,
    parts_of,
    text,
)

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.value import Value

_NAMES = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


class Described(Protocol):
    """A policy document's arguments and blocks, from configuration or from a plan."""

    @property
    def header(self) -> Span:
        """Where it is declared."""

    def argument(self, name: str) -> Value | None:
        """Return the value of an argument, or None."""

    def nested(self, name: str) -> Value:
        """Return the nested blocks of one type as a list of mappings."""


def policy_document(data: Described) -> Value:
    """Return the document as `jsonencode` would take it; Unknown if a part is not known."""
    sources = _documents(data, "source_policy_documents", "source_json")
    own = data.nested("statement")
    overrides = _documents(data, "override_policy_documents", "override_json")
    version = data.argument("version")
    if version is None or version == Known(None):
        version = Known("2012-10-17")

    def merge(values: list[Value]) -> Value:
        before, blocks, after = values
        for part in values:
            if isinstance(part, Unknown):
                return part
        if not (
            isinstance(before, Sequence)
            and isinstance(blocks, Sequence)
            and isinstance(after, Sequence)
        ):
            return operators.refused("the document's statements are not a list", data.header)
        statements: list[Value] = []
        for document in before.items:
            statements.extend(_statements(document))
        _override(statements, [_statement(block) for block in blocks.items])
        for document in after.items:
            _override(statements, _statements(document))
        whole = {"Version": version, "Statement": Sequence(statements, data.header)}
        return Mapping(whole, data.header)

    return lift_items([sources, own, overrides], merge)


def _documents(data: Described, many: str, one: str) -> Value:
    listed = data.argument(many)
    if listed is None or listed == Known(None):
        single = data.argument(one)
        absent = single is None or single in (Known(None), Known(""))
        return Sequence(()) if single is None or absent else Sequence((single,), single.span)
    return listed


def _statements(document: Value) -> list[Value]:
    """Return the statements of a whole document, which may be JSON text."""
    match document:
        case Encoded():
            return _statements(document.value)
        case Mapping():
            found = document.items.get("Statement")
            if found is None:
                return []
            return list(found.items) if isinstance(found, Sequence) else [found]
        case Known(data=str()) if not str(document.data).strip():
            return []
        case Known(data=str()) | Text():
            try:
                return _statements(decode_parts(parts_of(document) or (), document.span))
            except JsonError as problem:
                return [operators.refused(f"the document is not JSON: {problem}", document.span)]
        case Known(data=None):
            return []
        case Unknown(refused=True):
            return [document]
        case _:
            reason = f"a source document is not known: {describe(document)}"
            return [
                Unknown(
                    f"statements of {document!r}",
                    reason,
                    document.span,
                    needs=operators.needs_of(document),
                )
            ]


def _override(statements: list[Value], over: list[Value]) -> None:
    """Replace statements by those of the same sid, and add the others."""
    for statement in over:
        sid = _sid(statement)
        place = next((n for n, s in enumerate(statements) if sid and _sid(s) == sid), None)
        if place is None:
            statements.append(statement)
        else:
            statements[place] = statement


def _sid(statement: Value) -> str:
    said = statement.items.get("Sid") if isinstance(statement, Mapping) else None
    return str(said.data) if isinstance(said, Known) and said.data else ""


def _statement(block: Value) -> Value:
    """Turn one `statement` block into a statement of the policy language."""
    if not isinstance(block, Mapping):
        return block
    items: dict[str, Value] = {}
    spans: dict[str, Span] = {}
    for name, target in _NAMES.items():
        value = block.items.get(name)
        if (
            value is None
            or value == Known(None)
            or (isinstance(value, Sequence) and not value.items)
        ):
            continue
        items[target] = _variables(value)
        if name in block.key_spans:
            spans[target] = block.key_spans[name]
    items.setdefault("Effect", Known("Allow", block.span))
    for name, target in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        listed = block.items.get(name)
        if listed is not None and not (isinstance(listed, Sequence) and not listed.items):
            items[target] = _principals(rows_of(listed))
            if name in block.key_spans:
                spans[target] = block.key_spans[name]
    conditions = block.items.get("condition")
    if conditions is not None and not (isinstance(conditions, Sequence) and not conditions.items):
        items["Condition"] = _conditions(rows_of(conditions))
        if "condition" in block.key_spans:
            spans["Condition"] = block.key_spans["condition"]
    return Mapping(items, block.span, (), spans)


def _principals(listed: Value) -> Value:
    """Return `{type = identifiers}`; type `*` with identifier `*` is the bare star."""
    if not isinstance(listed, Sequence):
        return listed
    items: dict[str, Value] = {}
    for row in listed.items:
        if not isinstance(row, Mapping):
            return row
        kind = row.items.get("type", Known(None))
        identifiers = row.items.get("identifiers", Sequence(()))
        if not (isinstance(kind, Known) and isinstance(kind.data, str)):
            return Unknown(
                "principals", f"a principal's type is not known: {describe(kind)}", row.span
            )
        if kind.data == "*":
            return Known("*", row.span)
        before = items.get(kind.data)
        if isinstance(before, Sequence) and isinstance(identifiers, Sequence):
            identifiers = Sequence((*before.items, *identifiers.items), before.span)
        items[kind.data] = identifiers
    return Mapping(items, listed.span)


def _conditions(listed: Value) -> Value:
    if not isinstance(listed, Sequence):
        return listed
    tests: dict[str, dict[str, Value]] = {}
    for row in listed.items:
        if not isinstance(row, Mapping):
            return row
        test, variable = row.items.get("test"), row.items.get("variable")
        if not (isinstance(test, Known) and isinstance(variable, Known)):
            return Unknown("condition", "a condition's test or variable is not known", row.span)
        values = _variables(row.items.get("values", Sequence(())))
        before = tests.setdefault(str(test.data), {}).get(str(variable.data))
        if isinstance(before, Sequence) and isinstance(values, Sequence):
            values = Sequence((*before.items, *values.items), before.span)
        tests[str(test.data)][str(variable.data)] = values
    return Mapping({test: Mapping(keys) for test, keys in tests.items()}, listed.span)


def _variables(value: Value) -> Value:
    """Turn `&{aws:username}` into the `${aws:username}` of the policy language."""
    match value:
        case Known(data=str()) if "&{" in str(value.data):
            return Known(str(value.data).replace("&{", "${"), value.span, value.via)
        case Text():
            parts = tuple(
                Piece(p.text.replace("&{", "${"), p.span)
                if isinstance(p, Piece) and "&{" in p.text
                else p
                for p in value.parts
            )
            return text(parts, value.span, value.via)
        case Sequence():
            return Sequence(
                (_variables(v) for v in value.items),
                value.span,
                value.via,
                is_set=value.is_set,
                of=value.of,
            )
        case _:
            return value
