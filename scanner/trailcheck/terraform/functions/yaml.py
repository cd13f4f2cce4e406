"""YAML as Terraform reads and writes it. PyYAML is loaded only when a call needs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.shape import EACH
from trailcheck.terraform.functions.arguments import literal, text_like
from trailcheck.terraform.functions.base import (
    MOST_DEPTH,
    MOST_ITEMS,
    Function,
    RefusedError,
    UnsettledError,
)
from trailcheck.terraform.functions.kinds import is_known
from trailcheck.terraform.functions.reshape import as_decoded
from trailcheck.terraform.functions.scalars import number_text, parse_number
from trailcheck.terraform.functions.yamlholes import OPEN, Holes
from trailcheck.value import Encoded, Known, Mapping, Sequence, Text, parts_of

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node, ScalarNode

    from trailcheck.condition import Scalar
    from trailcheck.source import Span
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value

_TAG = "tag:yaml.org,2002:"
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(
        ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"], True
    ),
    **dict.fromkeys(
        ["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"], False
    ),
}
_SCALARS = ("str", "int", "float", "bool", "null", "binary", "timestamp")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED = re.compile(r"0x([0-9a-fA-F]{1,200})|0o([0-7]{1,200})")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DATE = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.\d*)?(Z|[-+]\d\d(?::\d\d)?)?)?",
    re.ASCII,
)
_MARGIN = re.compile(r"^[ \-?:]*", re.MULTILINE)
_BRACKET = re.compile(r"[\[{]")
_MOST_BRACKETS = 5_000
_MOST_MARGIN = 4 * MOST_DEPTH


def yamldecode(call: Call, arguments: list[Value]) -> Value:
    """Return the value that YAML text says, with its symbolic parts.

    Refused are several documents, tags of other kinds, and anchors that contain themselves.
    """
    value = arguments[0]
    if isinstance(value, Encoded):
        # NOTE: JSON is YAML.
        return as_decoded(value.value)
    written = text_like(value)
    if not isinstance(written, Known | Text):
        raise UnsettledError(value)
    holes = Holes(parts_of(written) or ())
    try:
        return _decoded(holes, call.span)
    except RefusedError as error:
        if holes:  # What a part turns out to be may make it YAML.
            raise UnsettledError(reason=str(error)) from None
        raise


def _decoded(holes: Holes, span: Span | None) -> Value:
    said = holes.said
    # NOTE: the C parser dies of deep nesting, so brackets and margins are measured first.
    margin = max((len(found[0]) for found in _MARGIN.finditer(said)), default=0)
    if len(_BRACKET.findall(said)) > _MOST_BRACKETS or margin > _MOST_MARGIN:
        raise UnsettledError(reason="the YAML text is nested too deeply to follow")
    import yaml  # noqa: PLC0415 - 20 ms, seldom needed

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(said, Loader=loader)
    except (yaml.YAMLError, ValueError) as error:
        raise RefusedError(f"this is not YAML: {str(error).partition(chr(10))[0]}") from None
    if node is None:
        raise RefusedError("the YAML text is empty")
    return _Reader(holes, span).value(node, 0)


class _Reader:
    """Turns nodes into values; an alias costs as much as what it stands for."""

    def __init__(self, holes: Holes, span: Span | None) -> None:
        self._said = holes.said
        self._holes = holes
        self._span = span
        self._left = MOST_ITEMS
        self._open: set[int] = set()

    def value(self, node: Node, depth: int) -> Value:
        """Return the value of a node. Raises UnsettledError when all aliases make too much."""
        import yaml  # noqa: PLC0415 - loaded already

        self._left -= 1
        if self._left < 0 or depth > MOST_DEPTH:
            raise UnsettledError(reason="the YAML text is too large to follow")
        if isinstance(node, yaml.ScalarNode):
            if OPEN in node.value:
                return self._filled(node)
            return Known(self._scalar(node), self._span)
        if id(node) in self._open:
            raise RefusedError("an anchor contains itself")
        self._open.add(id(node))
        made: Value
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            made = Sequence([self.value(n, depth + 1) for n in node.value], self._span, of=EACH)
        elif isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            made = Mapping(self._entries(node, depth), self._span, of=EACH)
        else:
            raise RefusedError("the YAML text has a tag that is not supported")
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
            own[self._key(key)] = self.value(held, depth + 1)
        return {**merged, **own}

    def _filled(self, node: ScalarNode) -> Value:
        written = self._said[node.start_mark.index : node.end_mark.index]
        if written.startswith("!") or (not node.style and "\n" in written):
            raise UnsettledError(reason="it turns on how YAML reads what code does not settle")
        if node.style:
            return self._holes.filled(node.value, self._span)
        return self._holes.plain(node.value, self._span)

    def _key(self, node: ScalarNode) -> str:
        if OPEN in node.value:
            raise UnsettledError(reason="a key of the YAML text is not settled by code")
        data = self._scalar(node)
        if data is None:
            raise RefusedError("a key is null")
        if isinstance(data, str):
            return data
        return ("true" if data else "false") if isinstance(data, bool) else number_text(data)

    def _scalar(self, node: ScalarNode) -> Scalar:
        said = str(node.value)
        # NOTE: a node does not tell whether its tag is written; its first character does.
        if self._said.startswith("!", node.start_mark.index):
            if node.tag not in {
                f"{_TAG}{kind}"
                for kind in ("str", "int", "float", "bool", "null", "binary", "timestamp")
            }:
                raise RefusedError("the YAML text has a tag that is not supported")
            return plain_scalar(said) if not node.style and not node.tag.endswith("str") else said
        return said if node.style else plain_scalar(said)


def plain_scalar(said: str) -> Scalar:
    """Return what an unquoted scalar of YAML says, by the rules that Terraform follows.

    They differ from PyYAML's: `017` is seventeen, `0b11` and `1_000` are text, and a bare date
    becomes a point in time, so that an unquoted policy version `2012-10-17` is no longer one.
    """
    if said in _WORDS:
        return _WORDS[said]
    if _DECIMAL.fullmatch(said):
        return parse_number(said)
    if based := _BASED.fullmatch(said):
        return int(based[1], 16) if based[1] else int(based[2], 8)
    if _INFINITE.fullmatch(said):
        if said[-1] in "nN":
            raise RefusedError("what is no number (NaN) is not supported")
        return parse_number("-Inf" if said.startswith("-") else "Inf")
    if date := _DATE.fullmatch(said):
        return _point_in_time(date, said)
    return said


def _point_in_time(found: re.Match[str], said: str) -> str:
    year, month, day, hour, minute, second = (int(found[n] or 0) for n in range(1, 7))
    from datetime import datetime  # noqa: PLC0415 - 2 ms, seldom needed

    try:
        at = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone stays as it is
    except ValueError:
        return said
    zone = found[7] or "Z"
    return f"{at:%Y-%m-%dT%H:%M:%S}{zone if len(zone) != 3 else zone + ':00'}"  # noqa: PLR2004 - "+02"


def yamlencode(call: Call, arguments: list[Value]) -> Value:
    """Return a value as YAML text: keys in order and quoted, texts of several lines in blocks."""
    if not is_known(arguments[0]):
        raise UnsettledError
    writer = _Writer()
    writer.write(arguments[0], "", "", 0)
    # NOTE: a document that is one plain scalar is ended by dots, as go-yaml writes it.
    end = "\n...\n" if _is_plain_scalar(arguments[0]) else "\n"
    return Known("\n".join(writer.lines) + end, call.span)


def _is_plain_scalar(value: Value) -> bool:
    return isinstance(value, Known) and not isinstance(value.data, str)


class _Writer:
    """Collects the lines of a YAML text."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, value: Value, lead: str, margin: str, depth: int) -> None:
        """Add the lines of a value; `lead` stands before the first, `margin` before the others."""
        if depth > MOST_DEPTH or len(self.lines) > MOST_ITEMS:
            raise UnsettledError(reason="the YAML text is too long to follow")
        under_key = lead.endswith(":")
        match value:
            case Sequence(items=items) if items:
                if under_key:
                    self.lines.append(lead)
                    lead = margin
                for item in items:
                    self.write(item, f"{lead}- ", f"{margin}  ", depth + 1)
                    lead = margin
            case Mapping(items=entries) if entries:
                if under_key:
                    self.lines.append(lead)
                    margin = lead = f"{margin}  "
                for key in sorted(entries):
                    if "\n" in key:
                        raise UnsettledError(reason="a key of several lines is not followed")
                    self.write(entries[key], f"{lead}{_quoted(key)}:", margin, depth + 1)
                    lead = margin
            case _:
                said = _written(value)
                lead = f"{lead} " if under_key else lead
                if _fits_block(said):
                    self._block(said, lead, margin if not lead.endswith("- ") else margin[:-2])
                else:
                    self.lines.append(
                        lead + (said if not isinstance(said, _Words) else _quoted(said))
                    )

    def _block(self, said: str, lead: str, margin: str) -> None:
        body = said.rstrip("\n")
        breaks = len(said) - len(body)
        indicator = ("2" if said[:1] in {" ", "\n"} else "") + (
            "-+"[breaks > 1] if breaks != 1 else ""
        )
        if not body:
            indicator = "2+"
        self.lines.append(f"{lead}|{indicator}")
        lines = body.split("\n") if body else []
        self.lines.extend(f"{margin}  {line}" if line else "" for line in lines)
        self.lines.extend([""] * (breaks - 1 if body else breaks))


class _Words(str):
    """Text to be quoted, as opposed to a number or a word of YAML."""

    __slots__ = ()


def _written(value: Value) -> str:
    match value:
        case Sequence():
            return "[]"
        case Mapping():
            return "{}"
        case Known(data=None):
            return "null"
        case Known(data=bool() as data):
            return "true" if data else "false"
        case Known(data=data) if not isinstance(data, str):
            assert data is not None
            return number_text(data)
        case _:
            return _Words(literal(value))


def _fits_block(said: str) -> bool:
    """Tell whether text is written as a block: several lines, no tabs or spaces at ends."""
    return (
        isinstance(said, _Words)
        and "\n" in said
        and " \n" not in said
        and not said.endswith(" ")
        and all(c == "\n" or (c not in _ESCAPES and c <= _LAST_PLAIN) for c in said)
    )


_ESCAPES = {
    **{chr(n): f"\\x{n:02X}" for n in (*range(32), *range(0x7F, 0xA0))},
    **{
        letter: f"\\{sign}"
        for letter, sign in zip("\0\a\b\t\n\v\f\r\x1b\x85", "0abtnvfreN", strict=True)
    },
    "\u2028": "\\L",
    "\u2029": "\\P",
    **{letter: f"\\u{ord(letter):04X}" for letter in "\ufeff\ufffe\uffff"},
}
_BYTE = 0xFF
_LAST_PLAIN = "\uffff"
"""go-yaml writes characters beyond the 16 bits as escapes."""
_QUOTED = str.maketrans({**_ESCAPES, '"': '\\"', "\\": "\\\\"})


def _quoted(said: str) -> str:
    if said.startswith("\ufeff"):
        # NOTE: as go-yaml has it, a mark at the start has all that follows escaped.
        return f'"{"".join(_escaped(letter) for letter in said)}"'
    escaped = said.translate(_QUOTED)
    if not escaped.isascii():
        escaped = "".join(c if c <= _LAST_PLAIN else f"\\U{ord(c):08X}" for c in escaped)
    return f'"{escaped}"'


def _escaped(letter: str) -> str:
    if letter in _ESCAPES or letter in '"\\':
        return letter.translate(_QUOTED)
    code = ord(letter)
    if code > _BYTE:
        return f"\\u{code:04X}" if letter <= _LAST_PLAIN else f"\\U{code:08X}"
    return f"\\x{code:02X}"


FUNCTIONS: dict[str, Function] = {
    "yamldecode": Function(yamldecode),
    "yamlencode": Function(yamlencode, nulls=True),
}
