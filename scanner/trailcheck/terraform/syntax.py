"""Native syntax: the text of a file, template or expression to `ast` nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic
from trailcheck.terraform import ast, bodies, strict, tree
from trailcheck.terraform.lowering import Lowering

if TYPE_CHECKING:
    from trailcheck.source import Source, Span

_LARGEST = 2_000_000
"""Bytes of one file; a string costs tree-sitter 180 bytes of memory for each of its own."""


def parse(source: Source) -> ast.File:
    """Read one file. What is wrong with it is in the diagnostics; what is not is in the body."""
    if (deep := tree.too_deep(source.data)) is not None:
        problem = Diagnostic(
            "code is nested too deeply",
            f"More than {tree.DEEPEST} brackets are open here; the file was not read.",
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
    outline = strict.read(source)
    if not isinstance(outline, Diagnostic) and (file := bodies.read(source, outline)) is not None:
        return file
    root = tree.parse(source.data)
    problems: list[Diagnostic] = []
    if isinstance(outline, Diagnostic):
        problems.append(outline)
    elif root.has_error:
        problems.append(tree.opinion(source, root))
    lowering = Lowering(source.data, source.span)
    body = ast.Body({}, [], source.span(0, len(source.data)))
    for child in root.children:
        if child.type == "body":
            body = lowering.body(child, problems)
    return ast.File(source, body, tuple(problems))


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
    if tree.too_deep(data) is not None or strict.template(text) is not None:
        return ast.Broken(span)
    root = tree.parse(data)
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
    if tree.too_deep(data) is not None or strict.expression(text) is not None:
        return ast.Broken(span)
    root = tree.parse(data)
    if root.has_error:
        return ast.Broken(span)
    return Lowering(data, lambda _start, _end: span).expression(
        root.children[0].children[0].children[2]
    )


def parse_arguments(text: str, span: Span) -> dict[str, ast.Argument] | None:
    """Read text as arguments, all of whose nodes get the given span; None if it is more or less."""
    data = text.encode()
    if tree.too_deep(data) is not None or len(data) > _LARGEST or strict.body(text) is not None:
        return None
    root, problems = tree.parse(data), list[Diagnostic]()
    lowering = Lowering(data, lambda _start, _end: span)
    bodies = [lowering.body(c, problems) for c in root.children if c.type == "body"]
    if root.has_error or problems or any(body.blocks for body in bodies):
        return None
    return {name: said for body in bodies for name, said in body.arguments.items()}
