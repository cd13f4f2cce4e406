"""Functions on text. Symbolic parts stay wherever the function does not touch them."""

# ruff: noqa: ARG001 - every implementation has the same signature

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.functions import parts as symbolic
from trailcheck.terraform.functions.arguments import (
    chunks,
    items,
    joined,
    literal,
    settled_items,
    text_like,
    word,
)
from trailcheck.terraform.functions.base import MOST_TEXT, Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.bigfloat import WORD, whole
from trailcheck.terraform.functions.convert import derived
from trailcheck.terraform.functions.graphemes import graphemes, is_plain
from trailcheck.terraform.functions.parts import Literal, as_literal, cut, parts_in
from trailcheck.terraform.functions.searching import replace_text
from trailcheck.value import (
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Unknown,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.terraform.functions.base import Call
    from trailcheck.terraform.functions.parts import Chunk
    from trailcheck.value import Part, Step, Value

_SPACE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_ACCOUNT_DIGITS = 12


def lower(call: Call, arguments: list[Value]) -> Value:
    """Return text in lower case. Account, Region and partition are in lower case already."""
    return _mapped(call, arguments[0], _lowered, _always)


def upper(call: Call, arguments: list[Value]) -> Value:
    """Return text in upper case. An account id has no case."""
    return _mapped(call, arguments[0], _uppered, lambda symbol: symbol.name == "account")


def _always(symbol: Symbol) -> bool:
    return True


def _mapped(
    call: Call, value: Value, change: Callable[[str], str], keeps: Callable[[Symbol], bool]
) -> Value:
    """Change text letter by letter; an unknown part becomes the unknown of its change."""
    parts: list[Part] = []
    for part in parts_of(text_like(value)) or ():
        match part:
            case Piece():
                said = change(part.text)
                exact = part.exact and len(said.encode()) == len(part.text.encode())
                parts.append(Piece(said, part.span, exact=exact))
            case Symbol() if keeps(part):
                parts.append(part)
            case _:
                parts.append(derived(call.name, [part], call.span))
    if parts == list(parts_of(value) or ()):
        return value
    return joined(parts, value.span, value.via)


def _lowered(said: str) -> str:
    # NOTE: Terraform maps letter by letter, Python by context ("Σ" at the end of a word).
    return said.lower() if said.isascii() else "".join(_one(c, c.lower()) for c in said)


def _uppered(said: str) -> str:
    return said.upper() if said.isascii() else "".join(_one(c, c.upper()) for c in said)


def _one(letter: str, changed: str) -> str:
    return changed if len(changed) == 1 else "i" if letter == "\u0130" else letter


def title(call: Call, arguments: list[Value]) -> Value:
    """Return text with the first letter of each word in upper case."""
    said = literal(arguments[0])
    result: list[str] = []
    before = " "
    for letter in said:
        separates = (
            before.isspace() if not before.isascii() else not (before.isalnum() or before == "_")
        )
        result.append(_one(letter, letter.title()) if separates else letter)
        before = letter
    return Known("".join(result), call.span)


def strrev(call: Call, arguments: list[Value]) -> Value:
    """Return text with its characters in reverse order."""
    return Known("".join(reversed(graphemes(literal(arguments[0])))), call.span)


def trim(call: Call, arguments: list[Value]) -> Value:
    """Return text without any of the given characters at its start and end."""
    return _stripped(call, arguments[0], literal(arguments[1]), left=True)


def trimspace(call: Call, arguments: list[Value]) -> Value:
    """Return text without white space at its start and end."""
    return _stripped(call, arguments[0], _SPACE, left=True)


def chomp(call: Call, arguments: list[Value]) -> Value:
    """Return text without line breaks at its end."""
    return _stripped(call, arguments[0], "\r\n", left=False)


def _stripped(call: Call, argument: Value, away: str, *, left: bool) -> Value:
    value = text_like(argument)
    whole = chunks(value)
    kept = _strip_end(whole, away)
    if left:
        kept = _strip_start(kept, away)
    if kept == whole:
        return value
    return joined(parts_in(kept), value.span or call.span, value.via)


def _strip_start(whole: list[Chunk], away: str) -> list[Chunk]:
    if not whole or not away:
        return whole
    first, *rest = whole
    if not isinstance(first, Literal):
        _must_lack(first, away)
        return whole
    kept = cut(first, len(first.text) - len(first.text.lstrip(away)))
    return [kept, *rest] if kept.text else _strip_start(rest, away)


def _strip_end(whole: list[Chunk], away: str) -> list[Chunk]:
    if not whole or not away:
        return whole
    *rest, last = whole
    if not isinstance(last, Literal):
        _must_lack(last, away)
        return whole
    kept = cut(last, 0, len(last.text.rstrip(away)))
    return [*rest, kept] if kept.text else _strip_end(rest, away)


def _must_lack(part: Value, away: str) -> None:
    """Raise UnsettledError if a symbolic part may hold one of the characters to strip."""
    allowed = symbolic.letters(part) if isinstance(part, Reference | Symbol | Unknown) else None
    if allowed is None or not allowed.isdisjoint(away):
        raise UnsettledError(part)


def substr(call: Call, arguments: list[Value]) -> Value:
    """Return `length` characters of text from `offset`; both may count from the end.

    Of text with symbolic parts, as long as the cut falls into the literal text at an end.
    """
    value = text_like(arguments[0])
    offset, length = word(arguments[1]), word(arguments[2])
    whole = chunks(value)
    said = as_literal(whole)
    if said is not None:
        units = graphemes(said)
        start = max(offset + len(units), 0) if offset < 0 else offset
        if offset < 0 and not length:
            # NOTE: as Terraform has it: no length is all of the rest, counted from the end.
            length = -1
        end = None if length < 0 else start + length
        if is_plain(said) and whole and isinstance(whole[0], Literal):
            end = min(end, len(said)) if end is not None else len(said)
            return joined(parts_in([cut(whole[0], min(start, end), end)]), value.span, value.via)
        return Known("".join(units[start:end]), call.span)
    if not all(is_plain(c.text) if isinstance(c, Literal) else symbolic.letters(c) for c in whole):
        raise UnsettledError(value)  # A letter of several characters may reach over an end.
    head, tail = whole[0], whole[-1]
    if offset < 0 and isinstance(tail, Literal) and -offset <= len(tail.text):
        start = len(tail.text) + offset
        end = start + length if length > 0 else len(tail.text)
        return joined(parts_in([cut(tail, start, end)]), value.span, value.via)
    if offset >= 0 and isinstance(head, Literal):
        if 0 <= length <= len(head.text) - offset:
            return joined(parts_in([cut(head, offset, offset + length)]), value.span, value.via)
        if length < 0 and offset <= len(head.text):
            return joined(parts_in([cut(head, offset), *whole[1:]]), value.span, value.via)
    raise UnsettledError(value)


def length(call: Call, arguments: list[Value]) -> Value:
    """Return the number of items, entries or characters; what surely has one has at least one."""
    value = arguments[0]
    match value:
        case Sequence():
            if not settled_items(value):
                return derived(call.name, arguments, call.span, least=1)
            return _counted(call, len(value.items))
        case Mapping():
            return _counted(call, len(value.items))
        case Symbol(name="account"):
            return _counted(call, _ACCOUNT_DIGITS)
        case Known(data=str() as said):
            return _counted(call, len(graphemes(said)))
        case Known():
            raise RefusedError("only text, lists, sets and maps have a length")
        case Handle():
            raise UnsettledError(value)
        case _:
            if any(isinstance(part, Reference | Symbol | Unknown) for part in chunks(value)):
                least = 1 if any(map(_is_filled, chunks(value))) else None
                return derived(call.name, arguments, call.span, least=least)
            return _counted(call, len(graphemes(literal(value))))


def _counted(call: Call, number: int) -> Known:
    return Known(whole(number, WORD), call.span)


def _is_filled(chunk: Chunk) -> bool:
    """Tell whether a part of a text surely has a character; an attribute may also be a list."""
    match chunk:
        case Reference(attribute=attribute):
            return attribute in {"arn", "name", "id"}
        case Unknown():
            return False
        case _:
            return True


def join(call: Call, arguments: list[Value]) -> Value:
    """Return the items of one or more lists, with a separator between them."""
    between = parts_of(text_like(arguments[0])) or ()
    result: list[Part] = []
    via: list[Step] = []
    first = True
    for listed in arguments[1:]:
        if not settled_items(listed):
            raise UnsettledError
        for item in items(listed):
            if isinstance(item, Known) and item.data is None:
                raise RefusedError("an item is null")
            parts = parts_of(text_like(item))
            if parts is None:
                raise UnsettledError(item)
            if not first:
                result.extend(between)
            first = False
            result.extend(parts)
            via.extend(item.via)
    return joined(result, call.span, tuple(dict.fromkeys(via)))


def indent(call: Call, arguments: list[Value]) -> Value:
    """Return text with spaces at the start of every line but the first."""
    spaces, value = word(arguments[0]), arguments[1]
    if spaces < 0:
        raise RefusedError("the number of spaces must not be negative")
    if spaces > MOST_TEXT:
        raise UnsettledError(reason="the text is too long to follow")
    whole = chunks(value)
    breaks = sum(c.text.count("\n") for c in whole if isinstance(c, Literal))
    if breaks * spaces > MOST_TEXT:
        raise UnsettledError(reason="the text is too long to follow")
    for chunk in whole:
        if not isinstance(chunk, Literal):
            allowed = symbolic.letters(chunk)
            if allowed is None:
                raise UnsettledError(chunk)
    return replace_text(call, text_like(value), "\n", Known("\n" + " " * spaces))


FUNCTIONS: dict[str, Function] = {
    "chomp": Function(chomp),
    "indent": Function(indent, 2, 2),
    "join": Function(join, 2, None, deep=True),
    "length": Function(length, any_order=True),
    "lower": Function(lower),
    "strrev": Function(strrev),
    "substr": Function(substr, 3, 3),
    "title": Function(title),
    "trim": Function(trim, 2, 2),
    "trimspace": Function(trimspace),
    "upper": Function(upper),
}
