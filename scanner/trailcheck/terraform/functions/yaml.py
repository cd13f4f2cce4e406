"""YAML as Terraform reads and writes it. PyYAML is loaded only when a call needs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.terraform.functions.arguments import literal
from trailcheck.terraform.functions.base import MOST_DEPTH, MOST_ITEMS, Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.convert import is_known, rendered
from trailcheck.terraform.functions.scalars import number_text, parse_number
from trailcheck.value import Encoded, Known, Mapping, Sequence

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node, ScalarNode

    from trailcheck.source import Span
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value

_MOST_TEXT = 1_000_000
_TAG = "tag:yaml.org,2002:"
_TRUE = {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"}
_FALSE = {"n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"}
_BOOLS = {"true", "True", "TRUE", "false", "False", "FALSE"}
_NULLS = {"", "~", "null", "Null", "NULL"}
_INT = re.compile(r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*|0)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BRACKETS = re.compile(r"[\[{]")
_MOST_BRACKETS = 5_000


def yamldecode(call: Call, arguments: list[Value]) -> Value:
    """Return the value that YAML text says. Text with symbolic parts stays unknown.

    Refused are several documents, tags of other kinds, and anchors that contain themselves.
    """
    value = arguments[0]
    if isinstance(value, Encoded):
        # NOTE: JSON is YAML.
        return value.value
    said = literal(value)
    # NOTE: the C parser underneath dies of deep nesting, so brackets and indents are counted first.
    indents = max((len(i) for i in re.findall(r"^[ \-?:]*", said, re.MULTILINE)), default=0)
    if len(_BRACKETS.findall(said)) > _MOST_BRACKETS or indents > 4 * MOST_DEPTH:
        raise UnsettledError(reason="the YAML text is nested too deeply to follow")
    import yaml  # noqa: PLC0415 - 20 ms, seldom needed

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(said, Loader=loader)
    except yaml.YAMLError as error:
        raise RefusedError(f"this is not YAML: {str(error).splitlines()[0]}") from None
    if node is None:
        return Known(None, call.span)
    return _Reader(call.span).value(node, 0)


class _Reader:
    """Turns nodes into values; an alias costs as much as what it stands for."""

    def __init__(self, span: Span | None) -> None:
        self._span = span
        self._left = MOST_ITEMS
        self._open: set[int] = set()

    def value(self, node: Node, depth: int) -> Value:
        self._left -= 1
        if self._left < 0 or depth > MOST_DEPTH:
            raise UnsettledError(reason="the YAML text is too large to follow")
        if node.id == "scalar":
            return Known(_scalar(node), self._span)
        if id(node) in self._open:
            raise RefusedError("an anchor contains itself")
        self._open.add(id(node))
        made: Value
        if node.id == "sequence":
            if node.tag != f"{_TAG}seq":
                raise RefusedError("the YAML text has a tag that is not supported")
            made = Sequence([self.value(n, depth + 1) for n in node.value], self._span)
        else:
            if node.tag != f"{_TAG}map":
                raise RefusedError("the YAML text has a tag that is not supported")
            made = Mapping(self._entries(node, depth), self._span)
        self._open.discard(id(node))
        return made

    def _entries(self, node: MappingNode, depth: int) -> dict[str, Value]:
        own: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        for key, held in node.value:
            if key.id != "scalar":
                raise RefusedError("a key is a collection")
            if key.tag == f"{_TAG}merge":
                for each in held.value if held.id == "sequence" else [held]:
                    value = self.value(each, depth + 1)
                    if not isinstance(value, Mapping):
                        raise RefusedError("what is merged is no map")
                    for name, entry in value.items.items():
                        merged.setdefault(name, entry)
                continue
            own[_key(key)] = self.value(held, depth + 1)
        return {**merged, **own}


def _key(node: ScalarNode) -> str:
    data = _scalar(node)
    if data is None:
        raise RefusedError("a key is null")
    if isinstance(data, str):
        return data
    return ("true" if data else "false") if isinstance(data, bool) else number_text(data)


def _scalar(node: ScalarNode) -> object:
    """Return what a scalar says: by its explicit tag, else by the core rules that Terraform follows."""
    said = str(node.value)
    match node.tag.removeprefix(_TAG):
        case "str" | "binary":
            # NOTE: PyYAML and Terraform differ on what looks like a number; quotes settle it for both.
            return said if node.style is not None or node.tag != f"{_TAG}str" else _plain(said)
        case "null" | "bool" | "int" | "float" | "timestamp" | "value" | "merge":
            return _plain(said) if node.style is None else said
        case _:
            raise RefusedError("the YAML text has a tag that is not supported")


def _plain(said: str) -> object:
    if said in _NULLS:
        return None
    if said in _BOOLS:
        return said.lower() == "true"
    if _INT.fullmatch(said):
        return _integer(said.replace("_", ""))
    if _FLOAT.fullmatch(said):
        return parse_number(said)
    return said


def _integer(said: str) -> object:
    sign, digits = (said[0], said[1:]) if said[0] in "+-" else ("", said)
    for prefix, base in (("0b", 2), ("0x", 16), ("0o", 8), ("0", 8)):
        if digits.startswith(prefix) and digits != "0":
            number = int(digits.removeprefix(prefix), base)
            return -number if sign == "-" else number
    return parse_number(said)


def yamlencode(call: Call, arguments: list[Value]) -> Value:
    """Return a value as YAML text: keys and texts in quotes, lists not indented, texts of lines in blocks."""
    value = arguments[0]
    if not is_known(value):
        raise UnsettledError
    lines: list[str] = []
    _write(value, "", "", lines, 0)
    return Known("\n".join(lines) + "\n", call.span)


def _write(value: Value, lead: str, indent: str, lines: list[str], depth: int) -> None:
    """Append the lines of a value; `lead` stands before the first, `indent` before the others."""
    if depth > MOST_DEPTH or len(lines) > MOST_ITEMS:
        raise UnsettledError(reason="the YAML text is too long to follow")
    match value:
        case Sequence(items=items) if items:
            start = lead
            if lead.endswith(":"):
                lines.append(lead)
                start = ""
            for item in items:
                _write(item, f"{start or indent}- ", f"{indent}  ", lines, depth + 1)
                start = ""
        case Mapping(items=entries) if entries:
            start = lead
            if lead.endswith(":"):
                lines.append(lead)
                start, indent = "", f"{indent}  "
            for key in sorted(entries):
                _write(entries[key], f"{start or indent}{_quoted(key)}:", indent, lines, depth + 1)
                start = ""
        case _:
            space = " " if lead.endswith(":") else ""
            lines.append(f"{lead}{space}{_scalar_text(value, indent)}")


def _scalar_text(value: Value, indent: str) -> str:
    if isinstance(value, Sequence):
        return "[]"
    if isinstance(value, Mapping):
        return "{}"
    said = literal(value) if isinstance(value, Encoded) else value.data if isinstance(value, Known) else None
    if isinstance(said, str):
        if "\n" in said and said.endswith("\n") and not said.endswith("\n\n") and not said.startswith((" ", "\n")):
            block = "\n".join(f"{indent}  {line}" if line else "" for line in said[:-1].split("\n"))
            return f"|\n{block}"
        return _quoted(said)
    return literal(rendered(Encoded(value)))


def _quoted(said: str) -> str:
    """Return text in the quotes of YAML; JSON's escapes are among YAML's."""
    made = literal(rendered(Encoded(Known(said))))
    for escape, letter in (("\\u003c", "<"), ("\\u003e", ">"), ("\\u0026", "&")):
        made = made.replace(escape, letter)
    return made


FUNCTIONS: dict[str, Function] = {
    "yamldecode": Function(yamldecode),
    "yamlencode": Function(yamlencode, nulls=True),
}
