"""`format` and `formatlist`: verbs as Terraform has them; symbolic parts stay where they can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.terraform.functions.arguments import bounded, integer, joined, literal, number
from trailcheck.terraform.functions.base import MOST_TEXT, Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.bigfloat import exact, is_below_zero, is_infinite
from trailcheck.terraform.functions.convert import derived, rendered, to_bool
from trailcheck.terraform.functions.graphemes import graphemes
from trailcheck.terraform.functions.kinds import text_of_scalar
from trailcheck.terraform.functions.scalars import (
    exponent_text,
    general,
    number_text,
    rounded_text,
)
from trailcheck.terraform.functions.setorder import NO_ORDER, is_ordered, listed_from
from trailcheck.value import Encoded, Known, Mapping, Null, Piece, Sequence, Unknown, parts_of

if TYPE_CHECKING:
    from decimal import Decimal

    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Part, Value

_VERB = re.compile(r"%([-+ 0#]*)([1-9]\d{0,8})?(?:\.(\d{0,9}))?(?:\[(\d{1,6})\])?([a-zA-Z%])")
_BASES = {"b": "b", "o": "o", "x": "x", "X": "X", "d": "d"}


class Verb(NamedTuple):
    """One verb of a format text: `%-10.2f`."""

    flags: str
    width: int
    precision: int | None
    mode: str
    source: str


def format_(call: Call, arguments: list[Value]) -> Value:
    """Return text with the arguments in the places of the verbs, symbolic parts included."""
    _hold_typed(arguments)
    return _filled(call, arguments)


def _hold_typed(arguments: list[Value]) -> None:
    """Raise UnsettledError for a null of no type, which makes Terraform's result unknown."""
    for argument in arguments[1:]:
        if isinstance(argument, Known) and argument.data is None and not isinstance(argument, Null):
            raise UnsettledError(reason="a null without a type is formatted when it is deployed")


def _filled(call: Call, arguments: list[Value]) -> Value:
    pattern = literal(arguments[0])
    parts: list[Part] = []
    via = [step for a in arguments for step in a.via]
    at = following = used = 0
    length = 0
    while (place := pattern.find("%", at)) >= 0:
        parts.append(Piece(pattern[at:place], arguments[0].span))
        found = _VERB.match(pattern, place)
        if found is None:
            raise RefusedError("the format has an incomplete or unknown verb")
        at = found.end()
        if found[5] == "%" and len(found[0]) > 2:  # noqa: PLR2004 - two signs, and nothing between
            raise RefusedError("a % of its own has neither flags nor width")
        if found[5] == "%":
            parts.append(Piece("%", arguments[0].span))
            continue
        following = int(found[4]) if found[4] else following + 1
        used = max(used, following)
        if not 1 <= following < len(arguments):
            raise RefusedError(f"the format has no argument for {found[0]}")
        said = _verb_parts(call, _verb(found), arguments[following])
        length += sum(len(p.text) for p in said if isinstance(p, Piece))
        if length > MOST_TEXT:
            raise UnsettledError(reason="the text is too long to follow")
        parts.extend(said)
    parts.append(Piece(pattern[at:], arguments[0].span))
    if used < len(arguments) - 1:
        raise RefusedError("the format has no verb for some argument")
    return joined(parts, call.span, tuple(dict.fromkeys(via)))


def formatlist(call: Call, arguments: list[Value]) -> Value:
    """Return the texts that `format` makes of lists in step; other arguments repeat."""
    _hold_typed(arguments)
    given_lists = [a for a in arguments[1:] if isinstance(a, Sequence)]
    lists = [a.items for a in given_lists]
    for argument in arguments[1:]:
        if isinstance(argument, Unknown):
            # NOTE: it may be a list of any length.
            raise UnsettledError(argument)
    if not lists:
        return Sequence((_filled(call, arguments),), call.span, of="string")
    if len({len(listed) for listed in lists}) > 1:
        raise RefusedError("the lists differ in length")
    unsorted = next((a for a in given_lists if not is_ordered(a)), None)
    if unsorted is not None and len(lists) > 1:
        raise UnsettledError(unsorted, NO_ORDER)
    rows = len(lists[0])
    bounded(rows * len(arguments) // 2)
    results: list[Value] = []
    length = 0
    for row in range(rows):
        given = [a.items[row] if isinstance(a, Sequence) else a for a in arguments[1:]]
        made = _filled(call, [arguments[0], *given])
        length += len(made.data) if isinstance(made, Known) and isinstance(made.data, str) else 100
        if length > MOST_TEXT:
            raise UnsettledError(reason="the texts are too long to follow")
        results.append(made)
    return listed_from(given_lists, results, call.span, of="string")


def _verb(found: re.Match[str]) -> Verb:
    width = int(found[2] or 0)
    precision = int(found[3] or 0) if found[3] is not None else None
    if width > MOST_TEXT or (precision or 0) > MOST_TEXT:
        raise UnsettledError(reason="the text is too long to follow")
    return Verb(found[1], width, precision, found[5], found[0])


def _verb_parts(call: Call, verb: Verb, value: Value) -> list[Part]:
    """Return what stands in the place of a verb: literal text, or parts that are not known."""
    plain = verb.mode in {"s", "v"} and not verb.flags and not verb.width and verb.precision is None
    if plain and not isinstance(value, Sequence | Mapping):
        if isinstance(value, Known) and value.data is None:
            if verb.mode == "s":
                raise RefusedError("null cannot be formatted")
            return [Piece("null", value.span)]
        said = rendered(value) if not isinstance(value, Known) else value
        if not isinstance(said, Known):
            parts = parts_of(said)
            if parts is None:
                raise UnsettledError(said)
            return list(parts)
        if isinstance(said.data, str):
            return list(parts_of(said) or ())
    try:
        return [Piece(_formatted(verb, value), value.span)]
    except UnsettledError as error:
        if error.reason:
            raise
        pattern = Known(re.sub(r"\[\d+\]", "", verb.source))
        return [derived(call.name, [pattern, value], call.span, cause=error.cause)]


def _formatted(verb: Verb, value: Value) -> str:
    value = rendered(value)
    match verb.mode:
        case "v":
            return _as_is(verb, value)
        case "s":
            return _padded(verb, _cut(verb, literal(text_of_scalar(value))))
        case "q":
            return _padded(verb, _quoted(_cut(verb, literal(text_of_scalar(value)))))
        case "t":
            return _truth(value)
        case "b" | "d" | "o" | "x" | "X":
            return _whole(verb, value)
        case "e" | "E" | "f" | "g" | "G":
            return _real(verb, verb.mode, number(value))
        case _:
            raise RefusedError(f"%{verb.mode} is not a verb")


def _as_is(verb: Verb, value: Value) -> str:
    if "#" not in verb.flags and isinstance(value, Known):
        match value.data:
            case None:
                return _padded(verb, "null")
            case bool():
                return _padded(verb, "true" if value.data else "false")
            case str():
                return _padded(verb, value.data)
            case data:
                assert not isinstance(data, bool | str | None)
                return _padded(verb, general(data))
    written = rendered(Encoded(value))
    return _padded(verb, literal(written))


def _truth(value: Value) -> str:
    settled = to_bool(value)
    match settled:
        case Known(data=bool() as data):
            return "true" if data else "false"
        case Known():
            raise RefusedError("null cannot be formatted")
        case Unknown(refused=True) if not isinstance(value, Unknown):
            raise RefusedError(settled.reason)
        case _:
            raise UnsettledError(value)


def _whole(verb: Verb, value: Value) -> str:
    given = integer(value)
    digits = format(abs(exact(given)), _BASES[verb.mode])
    if verb.precision is not None:
        digits = digits.rjust(verb.precision, "0")
    if "#" in verb.flags:
        digits = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}.get(verb.mode, "") + digits
    zeros = "0" in verb.flags and "-" not in verb.flags and verb.precision is None
    return _signed(verb, digits, negative=given < 0, zeros=zeros)


def _real(verb: Verb, mode: str, given: int | Decimal) -> str:
    if is_infinite(given):
        return _padded(verb._replace(flags=verb.flags.replace("0", "")), number_text(given))
    if mode in {"g", "G"}:
        digits = general(given, verb.precision, "e" if mode == "g" else "E").removeprefix("-")
    else:
        places = 6 if verb.precision is None else verb.precision
        digits = rounded_text(given, places, mode)
        if mode in {"e", "E"}:
            # NOTE: Python gives zero an exponent of its own.
            digits = exponent_text(digits if given else f"{digits.partition(mode)[0]}{mode}+0")
    # NOTE: as Go has it, zeros come before `-` here, and after it for whole numbers.
    return _signed(verb, digits, negative=is_below_zero(given), zeros="0" in verb.flags)


def _signed(verb: Verb, digits: str, *, negative: bool, zeros: bool) -> str:
    sign = "-" if negative else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    if zeros:
        return sign + digits.rjust(verb.width - len(sign), "0")
    return _padded(verb._replace(flags=verb.flags.replace("0", "")), sign + digits)


def _quoted(said: str) -> str:
    return literal(rendered(Encoded(Known(said))))


def _cut(verb: Verb, said: str) -> str:
    # NOTE: a precision of zero is none.
    return "".join(graphemes(said)[: verb.precision]) if verb.precision else said


def _padded(verb: Verb, said: str) -> str:
    missing = verb.width - (len(graphemes(said)))
    if missing <= 0:
        return said
    filling = ("0" if "0" in verb.flags else " ") * missing
    return said + filling if "-" in verb.flags else filling + said


FUNCTIONS: dict[str, Function] = {
    "format": Function(format_, 1, None, nulls=True),
    "formatlist": Function(formatlist, 1, None, deep=True, nulls=True, any_order=True),
}
