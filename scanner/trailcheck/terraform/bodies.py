"""The blocks of a file that HCL accepts, and their bodies, without a syntax tree of the whole.

The strict reader knows where each block ends and each value that is not plain; the rest of a body
is told line by line. So tree-sitter sees only the values that somebody asks for, and most blocks of
a tree, whose bodies nobody asks for, cost no more than their headers.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from trailcheck.terraform import ast, tree
from trailcheck.terraform.lowering import Lowering, duplicate
from trailcheck.terraform.strict.patterns import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.errors import Diagnostic
    from trailcheck.source import Source
    from trailcheck.terraform.strict import Outline

_WORD = r"[A-Za-z_][\w-]*+"
_HEADER_TEXT = rf'{_WORD}(?:[ \t]++(?:{_WORD}|"[^"\\$%\r\n]*+"))*+'
_GAP_TEXT = r"(?:[ \t\r\n]++|\#[^\n]*+|//[^\n]*+|/\*(?s:.*?)\*/)*+"
_WORDS = re.compile(rb'[\w-]+|"[^"]*"')
_HEADER = re.compile(rf"({_HEADER_TEXT})[ \t]*+\{{".encode())
"""A plain header of a block. The strict reader has accepted it."""
_GAP = re.compile(_GAP_TEXT.encode())
"""What stands between blocks, if nothing else does."""
_ITEM = re.compile(
    rf"""{_GAP_TEXT}(?:
        (\}})
      | ({_WORD})[ \t]*+(=)(?![=>])[ \t]*+(?:
            (?: (\"[^\"\\$%\r\n]*+\") | ({_WORD}(?:\.{_WORD})*+) | ({PLAIN}) )
            (?=[ \t]*+(?:\#[^\n]*+)?\r?\n)
        )?
      | ({_HEADER_TEXT})[ \t]*+\{{
    )""".encode(),
    re.VERBOSE,
)
_END, _NAME, _EQUALS, _TEXT, _PATH, _PLAIN, _NESTED = range(1, 8)
_KEYWORDS = {"true": True, "false": False, "null": None}

_SOURCE = re.compile(rb'source[ \t]*+=[ \t]*+"([^"\\$%\r\n]*+)"[ \t\r]*+(?:#|$)')
_QUOTED = re.compile(rb'"[^"\\$%]*+"')
_ARGUMENT = re.compile(rb"""^[ \t]*+([^\s=#/"'(){}\[\],]++)[ \t]*+=(?![=>])""", re.MULTILINE)
"""What can be an argument of a body, and more; only `/* */` hides others."""


def read(source: Source, outline: Outline) -> ast.File | None:
    """Return a file of nothing but plain blocks, whose bodies are read on first use; else None.

    What Terraform refuses though each part of it is valid, an argument that is set twice, is looked
    for at once.
    """
    data, blocks, last = source.data, list[ast.Block](), 0
    problems: list[Diagnostic] = []
    for start, end in outline.blocks:
        header = _HEADER.match(data, start, end)
        if header is None or _end_of_gap(data, last) < start:
            return None
        words = [word.decode() for word in _WORDS.findall(header[0])]
        block = ast.Block(
            words[0],
            tuple(word.strip('"') for word in words[1:]),
            source.span(start, header.end(1)),
            partial(_body, source, outline, start, end, problems),
            _source(data[header.end() : end]) if words[0] == "module" else None,
            source.span(start, end),
        )
        blocks.append(block)
        last = end
        names = _ARGUMENT.findall(data, header.end(), end)
        if len(set(names)) < len(names) or b"/*" in data[start:end]:
            _ = block.body
    if _end_of_gap(data, last) < len(data):
        return None
    body = ast.Body({}, blocks, source.span(0, len(data)))
    return ast.File(source, body, tuple(problems), problems)


def _source(body: bytes) -> str | None:
    """Return the source of a module call, if only plain lines stand before it.

    It is asked of each call of a tree, and nothing else is asked of most.
    """
    for line in body.split(b"\n"):
        said = line.strip()
        if (found := _SOURCE.match(said)) is not None:
            return found[1].decode()
        code = _QUOTED.sub(b"", said.split(b"#", 1)[0])
        if code and any(odd in code for odd in (b'"', b"<<", b"/", b"{")):
            return None
        if code.count(b"(") != code.count(b")") or code.count(b"[") != code.count(b"]"):
            return None
    return None


def _end_of_gap(data: bytes, start: int) -> int:
    found = _GAP.match(data, start)
    return found.end() if found is not None else start


def _body(source: Source, outline: Outline, at: int, end: int, late: list[Diagnostic]) -> ast.Body:
    """Read the body of the block whose header starts at one byte, and which ends at another."""
    header = _HEADER.match(source.data, at)
    assert header is not None
    read = _Reader(source, outline, late).items(at, header.end())
    return read[0] if read is not None else _whole(source, at, end, late)


def _whole(source: Source, start: int, end: int, late: list[Diagnostic]) -> ast.Body:
    """Read the body of a block that is not plain."""
    data = source.data[start:end]
    root = tree.parse(data)
    if root.has_error:
        late.append(tree.opinion(source, tree.parse(source.data)))
    lowering = Lowering(data, lambda a, b: source.span(start + a, start + b))
    for child in root.children:
        for block in child.children if child.type == "body" else ():
            if block.type == "block":
                return lowering.block(block, late).body
    return ast.Body({}, [], source.span(start, end))


class _Reader:
    """Reads bodies of one file, item by item."""

    __slots__ = ("late", "outline", "source")

    def __init__(self, source: Source, outline: Outline, late: list[Diagnostic]) -> None:
        self.source = source
        self.outline = outline
        self.late = late
        """Grows by what is found wrong in values when they are lowered."""

    def items(self, start: int, at: int) -> tuple[ast.Body, int] | None:
        """Read the items from `at` on of a block that starts at `start`; return its end too."""
        data, span = self.source.data, self.source.span
        arguments: dict[str, ast.Argument] = {}
        blocks: list[ast.Block] = []
        first, last = -1, at
        while (item := _ITEM.match(data, at)) is not None:
            at, which = item.end(), item.lastindex or 0
            if which == _END:
                place = span(first, last) if first >= 0 else span(start, at)
                return ast.Body(arguments, blocks, place), at
            if which == _NESTED:
                begin, end = item.span(_NESTED)
                inner = self.items(begin, at)
                if inner is None:
                    return None
                body, at = inner
                kind, *labels = (word.decode() for word in _WORDS.findall(item[_NESTED]))
                names = tuple(label.strip('"') for label in labels)
                blocks.append(ast.Block(kind, names, span(begin, end), body))
            else:
                begin, end = item.span(_NAME)
                value = item.start(which) if which > _EQUALS else at
                if which == _EQUALS:
                    known = self.outline.values.get(item.end(_EQUALS))
                    if known is None:
                        return None
                    at = known
                lower = partial(_LOWER[which], self, value, at)
                name = item[_NAME].decode()
                argument = ast.Argument(name, span(begin, end), span(begin, at), lower)
                before = arguments.setdefault(name, argument)
                if before is not argument:
                    self.late.append(duplicate(argument, before))
            first, last = begin if first < 0 else first, at
        return None

    def text(self, start: int, end: int) -> ast.Expression:
        """Lower a quoted string without escapes and interpolations."""
        said = self.source.data[start + 1 : end - 1].decode("utf-8", "replace")
        place = self.source.span(start + 1, end - 1)
        parts = (ast.TemplateText(place, said, exact=True),) if said else ()
        return ast.Template(self.source.span(start, end), parts)

    def path(self, start: int, end: int) -> ast.Expression:
        """Lower `a.b.c`, or a keyword."""
        span, words = self.source.span, self.source.data[start:end].decode().split(".")
        if len(words) == 1 and words[0] in _KEYWORDS:
            return ast.Literal(span(start, end), _KEYWORDS[words[0]])
        at = start + len(words[0])
        path: ast.Expression = ast.Variable(span(start, at), words[0])
        for word in words[1:]:
            at += len(word) + 1
            path = ast.GetAttribute(span(start, at), path, word)
        return path

    def value(self, start: int, end: int) -> ast.Expression:
        """Lower any other expression."""
        span, front = self.source.span, b"x = "
        data, shift = front + self.source.data[start:end] + b"\n", start - len(front)
        root = tree.parse(data)
        if root.has_error:
            self.late.append(tree.opinion(self.source, tree.parse(self.source.data)))
            return ast.Broken(span(start, end))
        lowering = Lowering(data, lambda a, b: span(a + shift, b + shift))
        argument = lowering.argument(root.children[0].children[0])
        return argument.expression if argument is not None else ast.Broken(span(start, end))


_LOWER: dict[int, Callable[[_Reader, int, int], ast.Expression]] = {
    _EQUALS: _Reader.value,
    _TEXT: _Reader.text,
    _PATH: _Reader.path,
    _PLAIN: _Reader.value,
}
