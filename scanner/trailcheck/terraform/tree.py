"""Tree-sitter: text of native syntax to its nodes, and where the first of them is broken.

Only this file calls tree-sitter; `lowering` turns its nodes into ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tree_sitter
import tree_sitter_hcl

from trailcheck.errors import Diagnostic

if TYPE_CHECKING:
    from tree_sitter import Node

    from trailcheck.source import Source

_parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))

DEEPEST = 250
"""Brackets nested deeper than this are refused before any parser sees them."""
_EXPONENT = re.compile(rb"(?<![\w.])(?<!\w-)([0-9]+(?:\.[0-9]+)?)([eE][+-]?[0-9]+)\b")
_SIGNS = re.compile(rb"(?:(?<!\$)(?=\$)|(?<!%)(?=%))([$%])(?=(?:\1\1)++\{)")
_SPLAT = re.compile(rb"\[([ \t\r\n]{0,99})\*([ \t\r\n]{0,99})\]")
_SCOPE = re.compile(rb"(?<=[\w-])([ \t\r\n]{0,99})::([ \t\r\n]{0,99})(?=\w)")


def parse(data: bytes) -> Node:
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


def opinion(source: Source, root: Node) -> Diagnostic:
    """Say what is wrong with a file that tree-sitter alone does not understand."""
    from trailcheck.terraform.strict.opinion import second_opinion  # noqa: PLC0415 - broken files only

    return second_opinion(source) or _broken(source, root)


def too_deep(data: bytes, limit: int = DEEPEST) -> int | None:
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


def _broken(source: Source, root: Node) -> Diagnostic:
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
