"""Encodings of text and values: JSON keeps structure, the others need literal text."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING

from trailcheck.shape import EACH, Structure
from trailcheck.terraform.functions.arguments import bounded, literal, text_like
from trailcheck.terraform.functions.base import MOST_TEXT, Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.bigfloat import is_infinite
from trailcheck.terraform.functions.canonical import derived_name
from trailcheck.terraform.functions.charsets import decoded, encoded
from trailcheck.terraform.functions.convert import rendered
from trailcheck.terraform.functions.reshape import as_decoded
from trailcheck.terraform.functions.scalars import tidy
from trailcheck.value import Encoded, Handle, Known, Mapping, Sequence, Text, Unknown, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.shape import Shape
    from trailcheck.source import Span
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value

_URL_SAFE = frozenset("-_.~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_WINDOW = 31  # zlib: read the header of gzip


def jsonencode(call: Call, arguments: list[Value]) -> Value:
    """Return the JSON text of a value, kept as structure. What is unknown as a whole stays so."""
    value = arguments[0]
    if isinstance(value, Unknown | Handle):
        raise UnsettledError(value)
    if _has_infinity(value):
        raise RefusedError("JSON has no infinite numbers")
    return Encoded(value, call.span, value.via)


def _has_infinity(value: Value) -> bool:
    waiting, seen, found = [value], set[int](), False
    while waiting and not found:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        match item:
            case Known(data=data):
                if data is not None and not isinstance(data, bool | int | str):
                    found = is_infinite(data)
            case Sequence():
                waiting.extend(item.items)
            case Mapping():
                waiting.extend(item.items.values())
            case _:
                pass
    return found


def jsondecode(call: Call, arguments: list[Value]) -> Value:
    """Return the value that JSON text says, with its symbolic parts and places."""
    value = arguments[0]
    if isinstance(value, Encoded):
        return as_decoded(value.value)
    said = text_like(value)
    if isinstance(said, Known | Text):
        from trailcheck.jsonholes import decode_parts  # noqa: PLC0415 - seldom needed
        from trailcheck.jsontext import JsonError  # noqa: PLC0415 - as above

        try:
            return _tidied(decode_parts(parts_of(said) or (), call.span))
        except JsonError as error:
            raise RefusedError(f"this is not JSON: {error}") from None
    raise UnsettledError(said)


def _tidied(value: Value) -> Value:
    """Return a decoded value with its numbers as Terraform keeps them: `1e0` is whole."""
    match value:
        case Known(data=data) if data is not None and not isinstance(data, bool | int | str):
            return Known(tidy(data), value.span, value.via)
        case Sequence():
            items = tuple(map(_tidied, value.items))
            same = all(new is old for new, old in zip(items, value.items, strict=True))
            return value if same else Sequence(items, value.span, value.via, of=value.of)
        case Mapping():
            held = {k: _tidied(v) for k, v in value.items.items()}
            if all(held[k] is value.items[k] for k in held):
                return value
            return Mapping(held, value.span, value.via, value.key_spans, of=value.of)
        case _:
            return value


def base64encode(call: Call, arguments: list[Value]) -> Value:
    """Return the base64 form of text in UTF-8."""
    return Known(_base64(_bytes(arguments[0])), call.span)


def base64decode(call: Call, arguments: list[Value]) -> Value:
    """Return the text whose base64 form is given. Refused if it is not base64, or not UTF-8."""
    try:
        return Known(_unbase64(arguments[0]).decode(), call.span)
    except UnicodeDecodeError:
        raise RefusedError("the decoded bytes are not text in UTF-8") from None


def textencodebase64(call: Call, arguments: list[Value]) -> Value:
    """Return the base64 form of text in a named encoding."""
    raw = encoded(literal(arguments[0]), literal(arguments[1]))
    return Known(_base64(raw), call.span)


def textdecodebase64(call: Call, arguments: list[Value]) -> Value:
    """Return the text whose base64 form in a named encoding is given."""
    return Known(decoded(_unbase64(arguments[0]), literal(arguments[1])), call.span)


def base64gzip(call: Call, arguments: list[Value]) -> Value:
    """Return text compressed and in base64, where the compressor's choices are certain."""
    from trailcheck.terraform.functions.compressed import gzipped  # noqa: PLC0415 - seldom needed

    said = literal(arguments[0])
    raw = gzipped(_bytes(arguments[0]))
    if raw is not None:
        return Known(_base64(raw), call.span)
    reason = "the bytes of compressed text depend on the compressor"
    return Compressed(said, derived_name(call.name, arguments), reason, call.span)


class Compressed(Unknown):
    """The compressed form of a text: its bytes are not certain, but what they hold is."""

    __slots__ = ("said",)

    def __init__(self, said: str, name: str, reason: str, span: Span | None) -> None:
        super().__init__(name, reason, span)
        self.said = said


def base64gunzip(call: Call, arguments: list[Value]) -> Value:
    """Return the text that was compressed and put in base64, up to the bound on text."""
    if isinstance(arguments[0], Compressed):
        return Known(arguments[0].said, call.span)
    import zlib  # noqa: PLC0415 - seldom needed

    engine = zlib.decompressobj(_WINDOW)
    try:
        raw = engine.decompress(_unbase64(arguments[0]), MOST_TEXT + 1)
    except zlib.error:
        raise RefusedError("this is not compressed text") from None
    if len(raw) > MOST_TEXT:
        raise UnsettledError(reason="the text is too long to follow")
    if not engine.eof:
        raise RefusedError("the compressed text breaks off")
    try:
        return Known(raw.decode(), call.span)
    except UnicodeDecodeError:
        raise RefusedError("the bytes are not text in UTF-8") from None


def urlencode(call: Call, arguments: list[Value]) -> Value:
    """Return text with all but letters, digits and `-_.~` as `%XX`, and spaces as `+`."""
    raw = _bytes(arguments[0])
    said = "".join(
        chr(b) if chr(b) in _URL_SAFE else "+" if b == ord(" ") else f"%{b:02X}" for b in raw
    )
    return Known(said, call.span)


def urldecode(call: Call, arguments: list[Value]) -> Value:
    """Return the text that `urlencode` made."""
    said = literal(arguments[0])
    raw, at = bytearray(), 0
    while at < len(said):
        letter = said[at]
        if letter != "%":
            raw += b" " if letter == "+" else letter.encode("utf-8", "surrogatepass")
            at += 1
            continue
        digits = said[at + 1 : at + 3]
        if len(digits) != 2 or not all(d in "0123456789abcdefABCDEF" for d in digits):  # noqa: PLR2004
            raise RefusedError("a % is not followed by two digits")
        raw.append(int(digits, 16))
        at += 3
    return Known(raw.decode("utf-8", "replace"), call.span)


def csvdecode(call: Call, arguments: list[Value]) -> Value:
    """Return the rows of CSV text as objects with the texts under the names of the first row."""
    # NOTE: Go drops a return at the very end.
    rows = list(_rows(literal(arguments[0]).removesuffix("\r")))
    if not rows:
        raise RefusedError("the header line is missing")
    header = rows[0]
    if len(set(header)) != len(header):
        raise RefusedError("two columns have the same name")
    bounded(len(rows) * max(len(header), 1))
    result: list[Value] = []
    for row in rows[1:]:
        if len(row) != len(header):
            raise RefusedError("a row has another number of fields than the header")
        fields: dict[str, Value] = {
            k: Known(v, call.span) for k, v in zip(header, row, strict=True)
        }
        result.append(Mapping(fields, call.span, of=EACH))
    return Sequence(result, call.span, of=_row_shape(header))


def _row_shape(header: list[str]) -> Shape:
    return Structure("object", ("string",) * len(header), tuple(sorted(header)))


def _rows(said: str) -> Iterator[list[str]]:
    """Yield the rows of CSV text as RFC 4180 has them; empty lines do not count."""
    at, end = 0, len(said)
    while at < end:
        if said[at] == "\n" or said.startswith("\r\n", at):
            at = said.index("\n", at) + 1
            continue
        row: list[str] = []
        more = True
        while more:
            field, at = _quoted(said, at + 1) if said.startswith('"', at) else _bare(said, at)
            row.append(field)
            more = said.startswith(",", at)
            at += 1
        yield row


def _bare(said: str, at: int) -> tuple[str, int]:
    stop = at
    while stop < len(said) and said[stop] not in ",\n":
        if said[stop] == '"':
            raise RefusedError("a quote stands in a field without quotes")
        stop += 1
    field = said[at:stop]
    return (field[:-1] if field.endswith("\r") and said.startswith("\n", stop) else field), stop


def _quoted(said: str, at: int) -> tuple[str, int]:
    pieces: list[str] = []
    while True:
        stop = said.find('"', at)
        if stop < 0:
            raise RefusedError("a quoted field does not end")
        pieces.append(said[at:stop])
        if said.startswith('""', stop):
            pieces.append('"')
            at = stop + 2
            continue
        at = stop + 1
        at += said.startswith("\r\n", at)
        if at < len(said) and said[at] not in ",\n":
            raise RefusedError("text follows a quoted field")
        return "".join(pieces).replace("\r\n", "\n"), at


def _bytes(value: Value) -> bytes:
    raw = literal(rendered(value)).encode("utf-8", "surrogatepass")
    if len(raw) > MOST_TEXT:
        raise UnsettledError(reason="the text is too long to follow")
    return raw


def _base64(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).decode("ascii")


def _unbase64(value: Value) -> bytes:
    said = literal(value).replace("\n", "").replace("\r", "")
    try:
        return a2b_base64(said, strict_mode=True) if said else b""
    except (Base64Error, ValueError):
        raise RefusedError("the text is not base64") from None


FUNCTIONS: dict[str, Function] = {
    "base64decode": Function(base64decode),
    "base64encode": Function(base64encode),
    "base64gunzip": Function(base64gunzip),
    "base64gzip": Function(base64gzip),
    "csvdecode": Function(csvdecode),
    "jsondecode": Function(jsondecode),
    "jsonencode": Function(jsonencode, nulls=True, any_order=True),
    "textdecodebase64": Function(textdecodebase64, 2, 2),
    "textencodebase64": Function(textencodebase64, 2, 2),
    "urldecode": Function(urldecode),
    "urlencode": Function(urlencode),
}
