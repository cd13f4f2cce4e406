"""The JSON text of a value, with its symbolic parts in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.terraform.functions.base import MOST_DEPTH, MOST_PARTS, MOST_TEXT
from trailcheck.terraform.functions.bigfloat import is_infinite
from trailcheck.terraform.functions.canonical import derived_name
from trailcheck.terraform.functions.parts import letters
from trailcheck.terraform.functions.scalars import number_text
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
    text,
)

if TYPE_CHECKING:
    from trailcheck.value import Part, Value

_ESCAPES = str.maketrans(
    {
        '"': '\\"',
        "\\": "\\\\",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\b": "\\b",
        "\f": "\\f",
        "<": "\\u003c",
        ">": "\\u003e",
        "&": "\\u0026",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
        **{chr(n): f"\\u{n:04x}" for n in range(32) if chr(n) not in "\n\r\t\b\f"},
    }
)
_INFINITE = "JSON has no infinite numbers"


class _OpenError(Exception):
    """Something in the value has no certain JSON text."""

    def __init__(self, value: Value | None = None) -> None:
        super().__init__()
        self.value = value


def json_text(encoded: Encoded) -> Value:
    """Return JSON text as Terraform writes it: keys in order, no spaces, `<`, `>` and `&` escaped.

    References and symbols whose letters need no escape stay as parts. Anything else that is not
    known makes the whole text unknown.
    """
    writer = _Writer()
    try:
        writer.write(encoded.value, 0)
    except _OpenError as error:
        from trailcheck.terraform.functions.convert import derived  # noqa: PLC0415 - a cycle otherwise

        reason = "" if error.value is not None else "the JSON text is too long to follow"
        if error.value is None:
            return Unknown(derived_name("jsonencode", [encoded.value]), reason, encoded.span)
        return derived("jsonencode", [encoded.value], encoded.span, cause=error.value)
    return text(writer.parts(), encoded.span, encoded.via)


class _Writer:
    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._run: list[str] = []
        self._left = MOST_TEXT

    def parts(self) -> list[Part]:
        self._flush()
        return self._parts

    def write(self, value: Value, depth: int) -> None:
        if depth > MOST_DEPTH or len(self._parts) > MOST_PARTS:
            raise _OpenError
        match value:
            case Known(data=str() as data):
                self._say(f'"{data.translate(_ESCAPES)}"')
            case Known(data=None):
                self._say("null")
            case Known(data=bool() as data):
                self._say("true" if data else "false")
            case Known(data=data):
                assert data is not None
                assert not isinstance(data, str)
                if is_infinite(data):
                    raise _OpenError(Unknown("(infinite)", _INFINITE, value.span, refused=True))
                self._say(number_text(data))
            case Sequence(items=items):
                self._listed(items, depth)
            case Mapping(items=entries):
                self._mapped(entries, depth)
            case Text(parts=parts):
                self._say('"')
                for part in parts:
                    self._part(part)
                self._say('"')
            case Reference() | Symbol():
                self._say('"')
                self._part(value)
                self._say('"')
            case Encoded():
                inner = json_text(value)
                if isinstance(inner, Unknown | Encoded):
                    raise _OpenError(inner)
                self.write(inner, depth + 1)
            case Handle() | Unknown() | Choice():
                raise _OpenError(value)
            case _:
                assert_never(value)

    def _listed(self, items: tuple[Value, ...], depth: int) -> None:
        self._say("[")
        for place, item in enumerate(items):
            if place:
                self._say(",")
            self.write(item, depth + 1)
        self._say("]")

    def _mapped(self, entries: dict[str, Value], depth: int) -> None:
        self._say("{")
        for place, key in enumerate(sorted(entries)):
            self._say(f'{"," if place else ""}"{key.translate(_ESCAPES)}":')
            self.write(entries[key], depth + 1)
        self._say("}")

    def _part(self, part: Part) -> None:
        if isinstance(part, Piece):
            self._say(part.text.translate(_ESCAPES))
            return
        if letters(part) is None:
            raise _OpenError(part)
        self._flush()
        self._parts.append(part)

    def _say(self, said: str) -> None:
        self._left -= len(said)
        if self._left < 0:
            raise _OpenError
        self._run.append(said)

    def _flush(self) -> None:
        if self._run:
            self._parts.append(Piece("".join(self._run)))
            self._run = []
