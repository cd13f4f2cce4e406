"""Native syntax: the text of a file, template or expression to `ast` nodes.

Only this file calls tree-sitter; `lowering` turns its nodes into ours.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import tree_sitter
import tree_sitter_hcl

from trailcheck.errors import Diagnostic
from trailcheck.terraform import ast, strict
from trailcheck.terraform.lowering import Lowering

if TYPE_CHECKING:
    from tree_sitter import Node

    from trailcheck.source import Source, Span

_parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))

_DEEPEST = 250
"""Brackets nested deeper than this are refused before any parser sees them."""
_LARGEST = 2_000_000
"""Bytes of one file; a string costs tree-sitter 180 bytes of memory for each of its own."""
_EXPONENT = re.compile(rb"(?<![\w.])(?<!\w-)([0-9]+(?:\.[0-9]+)?)([eE][+-]?[0-9]+)\b")

_WORDS = re.compile(rb'[\w-]+|"[^"]*"')
_HEADER = re.compile(
    rb"""([A-Za-z_][\w-]*+(?:[ \t]++(?:[A-Za-z_][\w-]*+|"[^"\\$%\r\n]*+"))*+)[ \t]*+\{"""
)
"""A plain header of a block. The strict reader has accepted it."""
_GAP = re.compile(rb"(?:[ \t\r\n]++|#[^\n]*+|//[^\n]*+|/\*(?s:.*?)\*/)*+")
"""What stands between blocks, if nothing else does."""
_SOURCE = re.compile(rb'source[ \t]*+=[ \t]*+"([^"\\$%\r\n]*+)"[ \t\r]*+(?:#|$)')
_TEXT = re.compile(rb'"[^"\\$%]*+"')
_ARGUMENT = re.compile(rb"""^[ \t]*+([^\s=#/"'(){}\[\],]++)[ \t]*+=(?![=>])""", re.MULTILINE)
"""What can be an argument of a body, and more; only `/* */` hides others."""

_SIGNS = re.compile(rb"(?:(?<!\$)(?=\$)|(?<!%)(?=%))([$%])(?=(?:\1\1)++\{)")
_SPLAT = re.compile(rb"\[([ \t\r\n]{0,99})\*([ \t\r\n]{0,99})\]")
_SCOPE = re.compile(rb"(?<=[\w-])([ \t\r\n]{0,99})::([ \t\r\n]{0,99})(?=\w)")


def parse(source: Source) -> ast.File:
    """Read one file. What is wrong with it is in the diagnostics; what is not is in the body."""
    if (deep := too_deep(source.data)) is not None:
        problem = Diagnostic(
            "code is nested too deeply",
            f"More than {_DEEPEST} brackets are open here; the file was not read.",
            source.path,
            source.span(deep, deep + 1),
        )
        return ast.File(source, ast.Body({}, [], source.span(0, 0)), (problem,))
    if len(source.data) > _LARGEST:
        problem = Diagnostic(
            f"too large ({len(source.data)} bytes)",
            f"At most {_LARGEST} bytes of one file are read.",
            source.path,
        )
        return ast.File(source, ast.Body({}, [], source.span(0, 0)), (problem,))
    places = strict.read(source)
    if not isinstance(places, Diagnostic) and (file := _in_blocks(source, places)) is not None:
        return file
    root = _tree(source.data)
    problems: list[Diagnostic] = []
    if isinstance(places, Diagnostic):
        problems.append(places)
    elif root.has_error:
        problems.append(_opinion(source, root))
    lowering = Lowering(source.data, source.span)
    body = ast.Body({}, [], source.span(0, len(source.data)))
    for child in root.children:
        if child.type == "body":
            body = lowering.body(child, problems)
    return ast.File(source, body, tuple(problems))


def _in_blocks(source: Source, places: list[tuple[int, int]]) -> ast.File | None:
    """Return a file of nothing but plain blocks, whose bodies are read on first use; else None.

    Most blocks of a tree are never asked for, and reading takes longer than all else that is done
    with a body. What Terraform refuses though each part of it is valid, an argument that is set
    twice, is looked for at once.
    """
    data, blocks, last = source.data, list[ast.Block](), 0
    problems: list[Diagnostic] = []
    for start, end in places:
        header = _HEADER.match(data, start, end)
        if header is None or _end_of_gap(data, last) < start:
            return None
        words = [word.decode() for word in _WORDS.findall(header[0])]
        block = ast.Block(
            words[0],
            tuple(word.strip('"') for word in words[1:]),
            source.span(start, header.end(1)),
            partial(_body, source, start, end, problems),
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
        code = _TEXT.sub(b"", said.split(b"#", 1)[0])
        if code and any(odd in code for odd in (b'"', b"<<", b"/", b"{")):
            return None
        if code.count(b"(") != code.count(b")") or code.count(b"[") != code.count(b"]"):
            return None
    return None


def _end_of_gap(data: bytes, start: int) -> int:
    found = _GAP.match(data, start)
    return found.end() if found is not None else start


def _body(source: Source, start: int, end: int, problems: list[Diagnostic]) -> ast.Body:
    """Read the body of the block that stands at a place of a file."""
    data = source.data[start:end]
    root = _tree(data)
    if root.has_error:
        problems.append(_opinion(source, _tree(source.data)))
    lowering = Lowering(data, lambda a, b: source.span(start + a, start + b))
    for child in root.children:
        for block in child.children if child.type == "body" else ():
            if block.type == "block":
                return lowering.block(block, problems).body
    return ast.Body({}, [], source.span(start, end))


def _opinion(source: Source, root: Node) -> Diagnostic:
    """Say what is wrong with a file that tree-sitter alone does not understand."""
    from trailcheck.terraform.strict.opinion import second_opinion  # noqa: PLC0415 - broken files only

    return second_opinion(source) or _syntax_error(source, root)


def parse_template(text: str, span: Span, source: Source | None = None) -> ast.Expression:
    """Read text as a template of its own: a string of JSON syntax, or the content of a file.

    No backslash escapes count here, as in a heredoc. The whole gets the given span, and so do the
    nodes in it, unless they are found in the `source` whose text this is.
    """
    if "${" not in text and "%{" not in text:
        whole = span if source is None else source.span(0, len(source.data))
        exact = source is not None
        return ast.Template(span, (ast.TemplateText(whole, text, exact),) if text else ())
    fence = "EOT"
    while fence in text:
        fence += "T"
    data = f"x = <<{fence}\n{text}\n{fence}\n".encode()
    if too_deep(data) is not None or strict.template(text) is not None:
        return ast.Broken(span)
    root = _tree(data)
    if root.has_error:
        return ast.Broken(span)
    front = data.index(b"\n") + 1
    lowering = Lowering(
        data, lambda a, b: span if source is None else source.span(a - front, b - front)
    )
    expression = root.children[0].children[0].children[2]
    heredoc = expression.children[0].children[0]
    found = lowering.template(heredoc, chop=1)
    return ast.Template(span, found.parts) if isinstance(found, ast.Template) else found


def parse_expression(text: str, span: Span) -> ast.Expression:
    """Read text as one expression, all of whose nodes get the given span."""
    data = f"x = {text}\n".encode()
    if too_deep(data) is not None or strict.expression(text) is not None:
        return ast.Broken(span)
    root = _tree(data)
    if root.has_error:
        return ast.Broken(span)
    return Lowering(data, lambda _start, _end: span).expression(
        root.children[0].children[0].children[2]
    )


def parse_arguments(text: str, span: Span) -> dict[str, ast.Argument] | None:
    """Read text as arguments, all of whose nodes get the given span; None if it is more or less."""
    data = text.encode()
    if too_deep(data) is not None or len(data) > _LARGEST or strict.body(text) is not None:
        return None
    root, problems = _tree(data), list[Diagnostic]()
    lowering = Lowering(data, lambda _start, _end: span)
    bodies = [lowering.body(c, problems) for c in root.children if c.type == "body"]
    if root.has_error or problems or any(body.blocks for body in bodies):
        return None
    return {name: said for body in bodies for name, said in body.arguments.items()}


def _tree(data: bytes) -> Node:
    """Parse text. What the grammar lacks is shown to it as something else of the same length.

    So every node stands where its text stands. The grammar lacks numbers such as `1e3`, space
    around `::` and in `[*]`, and the character 0; it takes `$$${` for an escaped `$` and a
    sequence, where HCL has `$` and an escaped sequence.
    """
    if b"$$$" in data or b"%%%" in data:
        data = _SIGNS.sub(b"_", data)
    root = _parser.parse(data).root_node
    if root.has_error:
        plain = _EXPONENT.sub(lambda found: found[1] + b"0" * len(found[2]), data)
        plain = _SCOPE.sub(_joined, plain).replace(b"\0", b"\1")
        plain = _SPLAT.sub(rb"[*]\1\2", plain)
        if plain != data:
            root = _parser.parse(plain).root_node
    return root


def _joined(found: re.Match[bytes]) -> bytes:
    """Make one name of the two beside `::`."""
    return b"_" * len(found[1]) + b"::" + b"_" * len(found[2])


def too_deep(data: bytes, limit: int = _DEEPEST) -> int | None:
    """Return the offset at which brackets nest too deeply for any parser, or None.

    Brackets in strings and comments count too: a bound need not be exact.
    """
    if data.count(b"(") + data.count(b"[") + data.count(b"{") <= limit:
        return None
    depth = 0
    for found in re.finditer(rb"[()\[\]{}]", data):
        if found[0] in b"([{":
            depth += 1
            if depth > limit:
                return found.start()
        else:
            depth = max(depth - 1, 0)
    return None


def _syntax_error(source: Source, root: Node) -> Diagnostic:
    """Say where the first broken place is, and what stands there."""
    node = _first_error(root)
    start = node.start_byte
    while source.data[start : start + 1].isspace():
        start += 1
    span = source.span(start, max(node.end_byte, start + 1))
    if node.is_missing:
        return Diagnostic(
            f"expected {node.type!r} here", "The code before it is not finished.", source.path, span
        )
    snippet = span.text.split("\n", 1)[0][:40].strip()
    return Diagnostic(
        f"unexpected {snippet!r}" if snippet else "unexpected end of the file",
        "This is not valid HCL; what stands around it could not be read with certainty.",
        source.path,
        source.span(start, min(span.end, start + max(len(snippet.encode()), 1))),
    )


def _first_error(node: Node) -> Node:
    """Return the innermost first error or missing node."""
    while True:
        inner = next((c for c in node.children if c.has_error or c.is_missing), None)
        if inner is None:
            return node
        if inner.is_error and not any(c.has_error for c in inner.children):
            return inner
        node = inner
