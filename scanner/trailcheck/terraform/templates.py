"""Templates: literal text, interpolations and directives, put together as HCL does.

White-space rules work on a flat list of tokens, one literal token a line in heredocs: `~` trims the
token beside it, then `<<-` takes the common indentation off. Only then are directives nested.
Source: HCL's template parser (`hclsyntax/parser_template.go`).
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.terraform import ast

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.source import Span

    Spanner = Callable[[int, int], Span]

# NOTE: texts of patterns, compiled (and kept) by `re` when one is first needed: few scans do.
_ESCAPE = r"(?s)\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|([$%])\2\{"
_DOUBLED = r"([$%])\1\{"
_SURROGATES = range(0xD800, 0xE000)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class Marker(NamedTuple):
    """An interpolation, or the head or end of a directive."""

    kind: str
    """"interpolation", "if", "else", "endif", "for" or "endfor"."""
    start: int
    end: int
    operand: ast.Expression | None
    names: tuple[str, ...]
    trims_left: bool
    trims_right: bool


class Built(NamedTuple):
    """A template whose parts are in order and nested."""

    parts: tuple[ast.TemplatePart, ...]

    def expression(self, span: Span, *, unwrap: bool) -> ast.Expression:
        """Return the template as an expression; `"${x}"` alone is `x` itself."""
        if unwrap and len(self.parts) == 1:
            only = self.parts[0]
            if not isinstance(only, ast.TemplateText | ast.TemplateIf | ast.TemplateFor):
                return only
        return ast.Template(span, self.parts)

    def plain(self) -> str:
        """Return the literal text, for templates that can have no other parts."""
        return "".join(p.text for p in self.parts if isinstance(p, ast.TemplateText))


def assemble(  # noqa: PLR0913 - a template is all of these
    markers: list[Marker],
    data: bytes,
    offset: int,
    span: Spanner,
    *,
    quoted: bool,
    flush: bool = False,
) -> Built:
    """Put the template together whose text `data` stands at byte `offset` of its file."""
    tokens: list[ast.TemplateText | Marker] = []
    at = 0
    for marker in [*markers, None]:
        end = marker.start - offset if marker is not None else len(data)
        lines = _lines(data, at, end, whole=quoted)
        tokens.extend(_literal(line, data, offset, span, quoted=quoted) for line in lines)
        if marker is not None:
            tokens.append(marker)
            at = marker.end - offset
    tokens = _trim(tokens)
    if flush:
        # NOTE: after `~` only: a line that lost its break joins the next, which keeps its indent.
        tokens = _unindent(tokens)
    parts, _ = _nest(tokens, 0, span)
    return Built(tuple(parts))


def _lines(data: bytes, start: int, end: int, *, whole: bool) -> list[tuple[int, int]]:
    if whole or start >= end:
        return [(start, end)] if start < end else []
    found = []
    while start < end:
        stop = data.find(b"\n", start, end)
        stop = end if stop < 0 else stop + 1
        found.append((start, stop))
        start = stop
    return found


def _literal(
    line: tuple[int, int], data: bytes, offset: int, span: Spanner, *, quoted: bool
) -> ast.TemplateText:
    raw = data[line[0] : line[1]].decode("utf-8", "replace")
    text = raw
    if quoted and ("\\" in raw or "{" in raw):
        text = re.sub(_ESCAPE, _unescaped, raw)
    elif "{" in raw:
        text = re.sub(_DOUBLED, r"\1{", raw)
    return ast.TemplateText(span(line[0] + offset, line[1] + offset), text, text == raw)


def _unescaped(found: re.Match[str]) -> str:
    if found[2]:
        return found[2] + "{"
    code = found[1]
    if code[0] in "uU" and len(code) > 1:
        point = int(code[1:], 16)
        return "\ufffd" if point > sys.maxunicode or point in _SURROGATES else chr(point)
    return _SIMPLE.get(code, found[0])


def _unindent(tokens: list[ast.TemplateText | Marker]) -> list[ast.TemplateText | Marker]:
    """Take off the indentation that all lines share; blank lines do not count."""
    indents: list[int] = []
    starts: list[int] = []
    fresh = True
    for number, token in enumerate(tokens):
        if fresh:
            if isinstance(token, Marker):
                indents.append(0)
            elif token.text.strip() or not token.text.endswith("\n"):
                indents.append(len(token.text) - len(token.text.lstrip()))
                starts.append(number)
        fresh = isinstance(token, ast.TemplateText) and token.text.endswith("\n")
    drop = min(indents, default=0)
    if not drop:
        return tokens
    result = list(tokens)
    for number in starts:
        token = tokens[number]
        assert isinstance(token, ast.TemplateText)
        place = token.span._replace(start=min(token.span.start + drop, token.span.end))
        result[number] = ast.TemplateText(place, token.text[drop:], token.exact)
    return result


def _trim(tokens: list[ast.TemplateText | Marker]) -> list[ast.TemplateText | Marker]:
    """Obey `~`: the literal token beside the marker loses its white space on that side."""
    result: list[ast.TemplateText | Marker] = []
    for number, token in enumerate(tokens):
        if isinstance(token, ast.TemplateText):
            before = tokens[number - 1] if number else None
            after = tokens[number + 1] if number + 1 < len(tokens) else None
            said = token.text
            if isinstance(before, Marker) and before.trims_right:
                said = said.lstrip()
            if isinstance(after, Marker) and after.trims_left:
                said = said.rstrip()
            exact = token.exact and said == token.text
            result.append(
                token if said == token.text else ast.TemplateText(token.span, said, exact)
            )
        else:
            result.append(token)
    return result


def _nest(
    tokens: list[ast.TemplateText | Marker], at: int, span: Spanner
) -> tuple[list[ast.TemplatePart], int]:
    """Nest tokens from `at` up to the directive that ends them; return the parts and its index."""
    parts: list[ast.TemplatePart] = []
    while at < len(tokens):
        token = tokens[at]
        if isinstance(token, ast.TemplateText):
            parts.append(token)
            at += 1
            continue
        place = span(token.start, token.end)
        match token.kind:
            case "interpolation":
                parts.append(token.operand or ast.Broken(place))
                at += 1
            case "if":
                then, at = _nest(tokens, at + 1, span)
                otherwise: list[ast.TemplatePart] = []
                ending = tokens[at] if at < len(tokens) else None
                if isinstance(ending, Marker) and ending.kind == "else":
                    otherwise, at = _nest(tokens, at + 1, span)
                condition = token.operand or ast.Broken(place)
                parts.append(ast.TemplateIf(place, condition, tuple(then), tuple(otherwise)))
                at += 1
            case "for":
                body, at = _nest(tokens, at + 1, span)
                key = token.names[0] if len(token.names) > 1 else None
                name = token.names[-1] if token.names else ""
                over = token.operand or ast.Broken(place)
                parts.append(ast.TemplateFor(place, key, name, over, tuple(body)))
                at += 1
            case _:
                return parts, at
    return parts, at
