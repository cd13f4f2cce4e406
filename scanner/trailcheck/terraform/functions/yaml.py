"""YAML as Terraform reads and writes it. PyYAML is loaded only when a call needs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.shape import EACH
from trailcheck.terraform.functions.arguments import text_like
from trailcheck.terraform.functions.base import (
    MOST_DEPTH,
    MOST_ITEMS,
    Function,
    RefusedError,
    UnsettledError,
)
from trailcheck.terraform.functions.reshape import as_decoded
from trailcheck.terraform.functions.scalars import number_text
from trailcheck.terraform.functions.shapes import TEXTUAL
from trailcheck.terraform.functions.yamlholes import OPEN, Holes
from trailcheck.terraform.functions.yamlscalars import resolved
from trailcheck.value import (
    Encoded,
    Known,
    Mapping,
    Null,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.events import Event, ScalarEvent

    from trailcheck.condition import Scalar
    from trailcheck.source import Span
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Part, Value

_TAG = "tag:yaml.org,2002:"
_TOO_LARGE = "the YAML text is too large to follow"
_MARGIN = re.compile(r"^[ \-?:]*", re.MULTILINE)
_BRACKET = re.compile(r"[\[{]")
_BREAKS = frozenset("\n\r\x85\u2028\u2029")
_MOST_SIMPLE = 120
"""Bytes of a key that surely stands on the line of its value: of 128, with its quotes."""
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
        return _Reader(yaml.parse(said, Loader=loader), holes, span).document()
    except (yaml.YAMLError, ValueError) as error:
        raise RefusedError(f"this is not YAML: {str(error).partition(chr(10))[0]}") from None


class _Reader:
    """Turns events into values; an alias costs as much as what it stands for."""

    def __init__(self, events: Iterator[Event], holes: Holes, span: Span | None) -> None:
        self._events = events
        self._said = holes.said
        self._holes = holes
        self._span = span
        self._left = MOST_ITEMS
        self._anchored: dict[str, Value | None] = {}

    def document(self) -> Value:
        """Return the value of the only document. Raises RefusedError for none, or several."""
        import yaml  # noqa: PLC0415 - loaded already

        next(self._events)
        start = next(self._events)
        if not isinstance(start, yaml.DocumentStartEvent):
            raise RefusedError("the YAML text is empty")
        if start.version not in {None, (1, 1)}:
            raise RefusedError("only version 1.1 of YAML is supported")
        made = self._value(next(self._events), 0)
        next(self._events)
        if not isinstance(next(self._events), yaml.StreamEndEvent):
            raise RefusedError("the YAML text has several documents")
        return made

    def _value(self, event: Event, depth: int) -> Value:
        """Return the value that begins with an event, and read up to its end.

        Raises UnsettledError when all aliases make too much.
        """
        import yaml  # noqa: PLC0415 - loaded already

        self._spend(1)
        if depth > MOST_DEPTH:
            raise UnsettledError(reason=_TOO_LARGE)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor))
        anchor: str | None = getattr(event, "anchor", None)
        if anchor is not None:
            self._anchored[anchor] = None
        made: Value
        if isinstance(event, yaml.ScalarEvent):
            made = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent) and event.tag in {None, f"{_TAG}seq"}:
            made = Sequence(self._items(depth), self._span, of=EACH)
        elif isinstance(event, yaml.MappingStartEvent) and event.tag in {None, f"{_TAG}map"}:
            made = Mapping(self._entries(depth), self._span, of=EACH)
        else:
            raise RefusedError("the YAML text has a tag that is not supported")
        if anchor is not None:
            self._anchored[anchor] = made
        return made

    def _spend(self, cost: int) -> None:
        self._left -= cost
        if self._left < 0:
            raise UnsettledError(reason=_TOO_LARGE)

    def _alias(self, name: str) -> Value:
        found = self._anchored.get(name)
        if found is None:
            raise RefusedError("an alias names no anchor before it, or one that contains it")
        self._spend(found.weight if isinstance(found, Sequence | Mapping) else 1)
        return found

    def _items(self, depth: int) -> list[Value]:
        import yaml  # noqa: PLC0415 - loaded already

        made: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            made.append(self._value(event, depth + 1))
        return made

    def _entries(self, depth: int) -> dict[str, Value]:
        """Return the entries up to the end of a map; a later one wins, also one that is merged."""
        import yaml  # noqa: PLC0415 - loaded already

        made: dict[str, Value] = {}
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                raise RefusedError("a key is a collection")
            name = None if key.tag is None and key.value == "<<" else self._key(key)
            held = self._value(next(self._events), depth + 1)
            if name is not None:
                made[name] = held
                continue
            if isinstance(held, Sequence) and all(isinstance(i, Mapping) for i in held.items):
                raise UnsettledError(reason="whether lists are merged turns on Terraform's version")
            if not isinstance(held, Mapping):
                raise RefusedError("what is merged is no map")
            made.update(held.items)
        return made

    def _scalar(self, event: ScalarEvent) -> Value:
        if OPEN in event.value:
            return self._filled(event)
        data = resolved(event.tag, event.value, quoted=event.style in {"'", '"'})
        if event.tag is None and event.style:
            # NOTE: a block is read like a word, and made text again: `~` is null, and `0x1F` "31".
            return Null("string", self._span) if data is None else self._known(_text(data))
        return self._known(data)

    def _known(self, data: Scalar) -> Value:
        return Known(data, self._span)

    def _filled(self, event: ScalarEvent) -> Value:
        assert event.start_mark is not None
        assert event.end_mark is not None
        written = self._said[event.start_mark.index : event.end_mark.index]
        if event.tag is not None or (not event.style and "\n" in written):
            raise UnsettledError(reason="it turns on how YAML reads what code does not settle")
        if event.style:
            return self._holes.filled(event.value, self._span)
        return self._holes.plain(event.value, self._span)

    def _key(self, event: ScalarEvent) -> str:
        if OPEN in event.value:
            raise UnsettledError(reason="a key of the YAML text is not settled by code")
        data = resolved(event.tag, event.value, quoted=event.style in {"'", '"'})
        if data is None:
            raise RefusedError("a key is null")
        return _text(data)


def _text(data: Scalar) -> str:
    if isinstance(data, str):
        return data
    assert data is not None
    return ("true" if data else "false") if isinstance(data, bool) else number_text(data)


def yamlencode(call: Call, arguments: list[Value]) -> Value:
    """Return a value as YAML text: keys in order and quoted, texts of several lines in blocks.

    ARNs, names and ids of resources have no letters that are written otherwise, so that they stay
    parts of the text.
    """
    writer = _Writer()
    writer.write(arguments[0], "", "", 0)
    # NOTE: a document that is one plain scalar is ended by dots, as go-yaml writes it.
    end = "\n...\n" if _is_plain_scalar(arguments[0]) else "\n"
    return writer.holes.written("\n".join(writer.lines) + end, call.span)


def _is_plain_scalar(value: Value) -> bool:
    return isinstance(value, Known) and not isinstance(value.data, str)


class _Writer:
    """Collects the lines of a YAML text, and the symbolic parts of what it quotes."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.holes = Holes(())

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
                    if len(key.encode()) > _MOST_SIMPLE or not _BREAKS.isdisjoint(key):
                        raise UnsettledError(reason="a key of several lines is not followed")
                    self.write(entries[key], f"{lead}{_quoted(key)}:", margin, depth + 1)
                    lead = margin
            case _:
                said = self._written(value)
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

    def _written(self, value: Value) -> str:
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
                said = parts_of(text_like(value))
                if said is None or not all(map(_is_plain_part, said)):
                    raise UnsettledError(value)
                return _Words(self.holes.marked(said))


class _Words(str):
    """Text to be quoted, as opposed to a number or a word of YAML."""

    __slots__ = ()


def _is_plain_part(part: Part) -> bool:
    """Tell whether a part of a text is written as it is, whatever it turns out to be."""
    if isinstance(part, Reference):
        return part.attribute in TEXTUAL
    return isinstance(part, Piece | Symbol)


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
