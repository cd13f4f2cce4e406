"""Functions that match patterns in the syntax of RE2."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.shape import EACH, Structure
from trailcheck.terraform.functions.arguments import bounded, literal
from trailcheck.terraform.functions.base import MOST_TEXT, Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.re2 import Pattern
from trailcheck.terraform.functions.re2_syntax import PatternError
from trailcheck.terraform.functions.searching import replace_text, trimsuffix
from trailcheck.terraform.functions.strings import join
from trailcheck.value import Known, Mapping, Null, Reference, Sequence, Symbol, Text

if TYPE_CHECKING:
    from trailcheck.shape import Shape
    from trailcheck.source import Span
    from trailcheck.terraform.functions.base import Call
    from trailcheck.terraform.functions.re2 import Match
    from trailcheck.value import Value


def regex(call: Call, arguments: list[Value]) -> Value:
    """Return the first match: its text, or the texts of its groups, by name if they have names.

    Refused if nothing matches.
    """
    pattern, said = _compiled(arguments[0]), literal(arguments[1])
    _shape(pattern)
    found = pattern.find(said)
    if found is None:
        raise RefusedError("the pattern matches nothing in the text")
    return _captured(pattern, found, said, call.span)


def regexall(call: Call, arguments: list[Value]) -> Value:
    """Return all matches, from the left, without overlaps."""
    pattern, said = _compiled(arguments[0]), literal(arguments[1])
    result: list[Value] = []
    for found in pattern.find_all(said):
        result.append(_captured(pattern, found, said, call.span))
        bounded(len(result) * (pattern.groups + 1))
    return Sequence(result, call.span, of=_shape(pattern))


def replace_pattern(call: Call, value: Value, source: str, replacement: Value) -> Value:
    """Return text with all matches of a pattern replaced; `$1` and `${name}` stand for groups.

    Text with symbolic parts is followed if the pattern is plain text, which may have to stand at
    the end, as where the `:*` is taken off the ARN of a log group.
    """
    pattern, new = _compile(source), literal(replacement)
    plain = re.fullmatch(r"((?:[^\\.+*?()|\[\]{}^$]|\\[^0-9A-Za-z])+)(\$?)", source)
    if isinstance(value, Text | Reference | Symbol) and plain is not None and "$" not in new:
        search = re.sub(r"\\(.)", r"\1", plain[1])
        if not plain[2]:
            return replace_text(call, value, search, replacement)
        kept = trimsuffix(call, [value, Known(search)])
        return value if kept == value else join(call, [Known(""), Sequence([kept, replacement])])
    said = literal(value)
    pieces: list[str] = []
    at = length = 0
    for found in pattern.find_all(said):
        put = _expanded(pattern, found, said, new)
        pieces += (said[at : found.start], put)
        at = found.end
        length += len(put)
        if length > MOST_TEXT:
            raise UnsettledError(reason="the text is too long to follow")
    return Known("".join((*pieces, said[at:])), call.span, value.via) if pieces else value


def _compiled(value: Value) -> Pattern:
    return _compile(literal(value))


def _compile(source: str) -> Pattern:
    try:
        return Pattern(source)
    except PatternError as error:
        raise RefusedError(f"the pattern is not valid: {error}") from None


def _captured(pattern: Pattern, found: Match, said: str, span: Span | None) -> Value:
    if not pattern.groups:
        return Known(found.group(said, 0), span)
    groups = [_group(found.group(said, n + 1), span) for n in range(pattern.groups)]
    if not any(pattern.names):
        return Sequence(groups, span, of=EACH)
    return Mapping(dict(zip(pattern.names, groups, strict=True)), span, of=EACH)


def _group(said: str | None, span: Span | None) -> Value:
    return Null("string", span) if said is None else Known(said, span)


def _shape(pattern: Pattern) -> Shape:
    """Return the shape of a match. Refused if some groups have names and others have none."""
    texts = ("string",) * pattern.groups
    if not pattern.groups:
        return "string"
    if not any(pattern.names):
        return Structure("tuple", texts)
    if not all(pattern.names):
        raise RefusedError("the pattern has groups with a name and without")
    return Structure("object", texts, tuple(sorted(pattern.names)))


def _expanded(pattern: Pattern, found: Match, said: str, new: str) -> str:
    pieces: list[str] = []
    at = 0
    while (place := new.find("$", at)) >= 0:
        pieces.append(new[at:place])
        if new.startswith("$$", place):
            pieces.append("$")
            at = place + 2
            continue
        name, at = _reference(new, place)
        if not name:
            pieces.append("$")
            continue
        number = int(name) if name.isdigit() and len(name) < 5 else -1  # noqa: PLR2004 - no pattern has more
        if number < 0 and name in pattern.names:
            number = pattern.names.index(name) + 1
        if 0 <= number <= pattern.groups:
            pieces.append(found.group(said, number) or "")
    return "".join((*pieces, new[at:]))


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
