"""Functions that search text: decided by its literal text, and by what symbolic parts may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.functions import parts as symbolic
from trailcheck.terraform.functions.arguments import bounded, chunks, joined, literal, text_like
from trailcheck.terraform.functions.base import MOST_TEXT, Function, UnsettledError
from trailcheck.terraform.functions.parts import Literal, as_literal, cut, cut_all, parts_in
from trailcheck.value import Known, Piece, Sequence, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.source import Span
    from trailcheck.terraform.functions.base import Call
    from trailcheck.terraform.functions.parts import Chunk
    from trailcheck.value import Part, Value


def startswith(call: Call, arguments: list[Value]) -> Value:
    """Tell whether text starts with a prefix, also of text whose end is not known."""
    return _asked(call, arguments, symbolic.starts, same=_begins_with)


def endswith(call: Call, arguments: list[Value]) -> Value:
    """Tell whether text ends with a suffix, also of text whose start is not known."""
    return _asked(call, arguments, symbolic.ends, same=_finishes_with)


def strcontains(call: Call, arguments: list[Value]) -> Value:
    """Tell whether one text stands in another."""
    return _asked(call, arguments, symbolic.contains, same=_begins_with)


def _asked(
    call: Call,
    arguments: list[Value],
    ask: Callable[[list[Chunk], str], bool | None],
    same: Callable[[list[Chunk], list[Chunk]], bool],
) -> Value:
    whole, wanted = chunks(arguments[0]), chunks(arguments[1])
    said = as_literal(wanted)
    answer = ask(whole, said) if said is not None else (same(whole, wanted) or None)
    if answer is None:
        raise UnsettledError
    return Known(answer, call.span)


def _begins_with(whole: list[Chunk], prefix: list[Chunk]) -> bool:
    """Tell that text starts with the same parts, symbolic ones among them."""
    if len(prefix) > len(whole):
        return False
    for index, wanted in enumerate(prefix):
        given = whole[index]
        if isinstance(wanted, Literal) and isinstance(given, Literal):
            last = index == len(prefix) - 1
            if not (given.text.startswith(wanted.text) if last else given.text == wanted.text):
                return False
        elif isinstance(wanted, Literal) or isinstance(given, Literal) or wanted != given:
            return False
    return True


def _finishes_with(whole: list[Chunk], suffix: list[Chunk]) -> bool:
    """Tell that text ends with the same parts, symbolic ones among them."""

    def mirrored(found: list[Chunk]) -> list[Chunk]:
        return [Literal(c.text[::-1], ()) if isinstance(c, Literal) else c for c in reversed(found)]

    return _begins_with(mirrored(whole), mirrored(suffix))


def trimprefix(call: Call, arguments: list[Value]) -> Value:
    """Return text without a prefix, if it has it."""
    value = text_like(arguments[0])
    whole, wanted = chunks(value), literal(arguments[1])
    has = symbolic.starts(whole, wanted)
    if has is None:
        raise UnsettledError(value)
    head = whole[0] if whole else None
    if not has or not wanted:
        return value
    if not isinstance(head, Literal):
        raise UnsettledError(value)
    return joined(
        parts_in([cut(head, len(wanted)), *whole[1:]]), value.span or call.span, value.via
    )


def trimsuffix(call: Call, arguments: list[Value]) -> Value:
    """Return text without a suffix, if it has it: the ARN of a group without its `:*`."""
    value = text_like(arguments[0])
    whole, wanted = chunks(value), literal(arguments[1])
    has = symbolic.ends(whole, wanted)
    if has is None:
        raise UnsettledError(value)
    tail = whole[-1] if whole else None
    if not has or not wanted:
        return value
    if not isinstance(tail, Literal):
        raise UnsettledError(value)
    rest = cut(tail, 0, len(tail.text) - len(wanted))
    return joined(parts_in([*whole[:-1], rest]), value.span or call.span, value.via)


def split(call: Call, arguments: list[Value]) -> Value:
    """Return the texts between separators; symbolic parts may stand among them."""
    separator, value = literal(arguments[0]), text_like(arguments[1])
    if not separator:
        letters = literal(value)
        bounded(len(letters))
        return Sequence((Known(i, call.span) for i in letters), call.span, of="string")
    whole = chunks(value)
    texts: list[list[Part]] = [[]]
    for chunk, places in zip(whole, symbolic.find_all(whole, separator), strict=True):
        if not isinstance(chunk, Literal):
            texts[-1].append(chunk)
            continue
        bounded(len(texts) + len(places))
        first, *others = cut_all(chunk, places, len(separator))
        texts[-1].extend(first)
        texts.extend(list(other) for other in others)
    made = (joined(t, _place(t, value), value.via) for t in texts)
    return Sequence(made, call.span, value.via, of="string")


def _place(found: list[Part], whole: Value) -> Span | None:
    return found[0].span if found and found[0].span is not None else whole.span


def replace(call: Call, arguments: list[Value]) -> Value:
    """Return text with every occurrence of a search text, or of a `/pattern/`, replaced."""
    value, search = text_like(arguments[0]), literal(arguments[1])
    if len(search) > 1 and search.startswith("/") and search.endswith("/"):
        from trailcheck.terraform.functions.patterns import replace_pattern  # noqa: PLC0415 - seldom

        return replace_pattern(call, value, search[1:-1], arguments[2])
    if not search:
        return _replace_nothing(call, literal(value), literal(arguments[2]))
    return replace_text(call, value, search, arguments[2])


def replace_text(call: Call, value: Value, search: str, replacement: Value) -> Value:
    """Return text with every occurrence of literal text replaced, in the literal text of `value`.

    Raises UnsettledError if the text may also stand in, or reach into, a symbolic part.
    """
    new = parts_of(text_like(replacement)) or ()
    whole = chunks(value)
    result: list[Part] = []
    changed = False
    for chunk, places in zip(whole, symbolic.find_all(whole, search), strict=True):
        if not isinstance(chunk, Literal):
            result.append(chunk)
            continue
        if len(places) * sum(len(p.text) for p in new if isinstance(p, Piece)) > MOST_TEXT:
            raise UnsettledError(reason="the text is too long to follow")
        first, *others = cut_all(chunk, places, len(search))
        result.extend(first)
        for other in others:
            changed = True
            result.extend(new)
            result.extend(other)
    return joined(_merged(result), value.span or call.span, value.via) if changed else value


def _merged(parts: list[Part]) -> list[Part]:
    """Join neighbouring pieces once there are too many of them to keep their places."""
    if len(parts) <= 1_000:  # noqa: PLR2004 - places of so many pieces help nobody
        return parts
    return [
        Piece(chunk.text, chunk.pieces[0].span) if isinstance(chunk, Literal) else chunk
        for chunk in symbolic.chunks_of(parts)
    ]


def _replace_nothing(call: Call, said: str, new: str) -> Value:
    if (len(said) + 1) * len(new) > MOST_TEXT:
        raise UnsettledError(reason="the text is too long to follow")
    return Known(new + "".join(letter + new for letter in said), call.span)


FUNCTIONS: dict[str, Function] = {
    "endswith": Function(endswith, 2, 2),
    "replace": Function(replace, 3, 3),
    "split": Function(split, 2, 2),
    "startswith": Function(startswith, 2, 2),
    "strcontains": Function(strcontains, 2, 2),
    "trimprefix": Function(trimprefix, 2, 2),
    "trimsuffix": Function(trimsuffix, 2, 2),
}
