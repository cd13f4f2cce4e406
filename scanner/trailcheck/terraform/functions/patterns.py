"""Functions that match patterns in the syntax of RE2."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.shape import EACH, Structure
from trailcheck.terraform.functions.arguments import bounded, chunks, joined, literal, text_like
from trailcheck.terraform.functions.base import MOST_TEXT, Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.parts import Literal
from trailcheck.terraform.functions.re2 import Pattern
from trailcheck.terraform.functions.re2_syntax import PatternError
from trailcheck.terraform.functions.searching import replace_text, trimsuffix
from trailcheck.terraform.functions.strings import join
from trailcheck.terraform.functions.written import Written, in_all_lengths
from trailcheck.value import Known, Mapping, Null, Piece, Sequence, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.shape import Shape
    from trailcheck.source import Span
    from trailcheck.terraform.functions.base import Call
    from trailcheck.terraform.functions.re2 import Match
    from trailcheck.terraform.functions.written import Alphabets
    from trailcheck.value import Part, Value


def regex(call: Call, arguments: list[Value]) -> Value:
    """Return the first match: its text, or the texts of its groups, by name if they have names.

    Refused if nothing matches.
    """

    def first(pattern: Pattern, text: Written) -> Value:
        _shape(pattern)
        found = pattern.find(text.text)
        if found is None:
            raise RefusedError("the pattern matches nothing in the text")
        return _captured(pattern, found, text, call.span)

    return _matched(literal(arguments[0]), arguments[1], first)


def regexall(call: Call, arguments: list[Value]) -> Value:
    """Return all matches, from the left, without overlaps."""

    def each(pattern: Pattern, text: Written) -> Value:
        result: list[Value] = []
        for found in pattern.find_all(text.text):
            result.append(_captured(pattern, found, text, call.span))
            bounded(len(result) * (pattern.groups + 1))
        return Sequence(result, call.span, of=_shape(pattern))

    return _matched(literal(arguments[0]), arguments[1], each)


def replace_pattern(call: Call, value: Value, source: str, replacement: Value) -> Value:
    """Return text with all matches of a pattern replaced; `$1` and `${name}` stand for groups.

    A pattern of plain text, which may have to stand at the end, keeps all parts in their places:
    so the `:*` is taken off the ARN of a log group.
    """
    plain = re.fullmatch(r"((?:[^\\.+*?()|\[\]{}^$]|\\[^0-9A-Za-z])+)(\$?)", source)
    new = text_like(replacement)
    if plain is not None and not isinstance(value, Known) and "$" not in _literal_text(new):
        _compile(source)
        search = re.sub(r"\\(.)", r"\1", plain[1])
        if not plain[2]:
            return replace_text(call, value, search, replacement)
        kept = trimsuffix(call, [value, Known(search)])
        return value if kept == value else join(call, [Known(""), Sequence([kept, replacement])])
    template = literal(new)

    def replaced(pattern: Pattern, text: Written) -> Value:
        pieces: list[Part] = []
        at = length = 0
        for found in pattern.find_all(text.text):
            put = _expanded(pattern, found, text, template)
            pieces += (*text.parts(at, found.start), *put)
            at = found.end
            length += sum(len(p.text) if isinstance(p, Piece) else 1 for p in put)
            if length > MOST_TEXT:
                raise UnsettledError(reason="the text is too long to follow")
        rest = text.parts(at, len(text.text))
        return joined([*pieces, *rest], call.span, value.via) if pieces else value

    return _matched(source, value, replaced)


def _literal_text(value: Value) -> str:
    return "".join(p.text for p in parts_of(value) or () if isinstance(p, Piece))


def _matched(source: str, value: Value, apply: Callable[[Pattern, Written], Value]) -> Value:
    """Return what an operation makes of a pattern and a text, which may have symbolic parts."""
    whole = chunks(value)
    if all(isinstance(c, Literal) for c in whole):
        return apply(_compile(source), Written(whole, 0, {}))
    return in_all_lengths(whole, source, lambda text: apply(_compile(source, text.alphabets), text))


def _compile(source: str, alphabets: Alphabets | None = None) -> Pattern:
    try:
        return Pattern(source, alphabets)
    except PatternError as error:
        raise RefusedError(f"the pattern is not valid: {error}") from None


def _captured(pattern: Pattern, found: Match, text: Written, span: Span | None) -> Value:
    if not pattern.groups:
        return _placed(text.value(found.start, found.end), span)
    groups = [_group(found, n + 1, text, span) for n in range(pattern.groups)]
    if not any(pattern.names):
        return Sequence(groups, span, of=EACH)
    # NOTE: of several groups of one name the last counts.
    return Mapping(dict(zip(pattern.names, groups, strict=True)), span, of=EACH)


def _group(found: Match, number: int, text: Written, span: Span | None) -> Value:
    bounds = found.group(number)
    return Null("string", span) if bounds is None else _placed(text.value(*bounds), span)


def _placed(value: Value, span: Span | None) -> Value:
    return Known(value.data, span) if isinstance(value, Known) else value


def _shape(pattern: Pattern) -> Shape:
    """Return the shape of a match. Refused if some groups have names and others have none."""
    if not pattern.groups:
        return "string"
    if not any(pattern.names):
        return Structure("tuple", ("string",) * pattern.groups)
    if not all(pattern.names):
        raise RefusedError("the pattern has groups with a name and without")
    names = tuple(sorted(set(pattern.names)))
    return Structure("object", ("string",) * len(names), names)


def _expanded(pattern: Pattern, found: Match, text: Written, new: str) -> list[Part]:
    pieces: list[Part] = []
    at = 0
    while (place := new.find("$", at)) >= 0:
        pieces.append(Piece(new[at:place]))
        if new.startswith("$$", place):
            pieces.append(Piece("$"))
            at = place + 2
            continue
        name, at = _reference(new, place)
        if not name:
            pieces.append(Piece("$"))
            continue
        numbers = [n + 1 for n, held in enumerate(pattern.names) if held == name]
        if name.isdigit() and len(name) < 5:  # noqa: PLR2004 - no pattern has more
            numbers = [int(name)]
        bounds = (found.group(n) for n in numbers if n <= pattern.groups)
        # NOTE: of several groups of one name it is the first that took part.
        pieces += text.parts(*next((pair for pair in bounds if pair is not None), (0, 0)))
    return [*pieces, Piece(new[at:])]


def _reference(new: str, place: int) -> tuple[str, int]:
    """Read `$name` or `${name}` at `place`; the name is empty if there is none."""
    start = place + 1
    braced = new.startswith("{", start)
    start += braced
    end = start
    while end < len(new) and (new[end] == "_" or (new[end].isascii() and new[end].isalnum())):
        end += 1
    if end == start or (braced and not new.startswith("}", end)):
        return "", place + 1
    return new[start:end], end + braced


FUNCTIONS: dict[str, Function] = {
    "regex": Function(regex, 2, 2),
    "regexall": Function(regexall, 2, 2),
}
