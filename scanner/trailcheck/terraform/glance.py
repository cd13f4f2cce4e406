"""What the text of each part mentions: more than it refers to, never less.

Strings and comments count too, no expression is lowered, and no body is read for it. Nearly every
configuration has no circle even so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.terraform.mentions import EXPANDING, Mentions, Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.source import Span
    from trailcheck.terraform import ast
    from trailcheck.terraform.config import ModuleConfig

_NAME = r"[^\W\d][\w-]*"
_MENTION = re.compile(
    rf"""\b({_NAME})\.({_NAME})(?:(?:\[(?:\d+|"[^"\\$%]*")\]|\.\d+)?\.({_NAME}))?"""
)
_APART = re.compile(r"\.(?:(?=[ \t\r\n#/])|(?<=[ \t\r\n/]\.)(?=\s*[^\W\d]))")
"""A dot with space or a comment beside it: it may join two names that no pattern sees as one."""
_SIGNS = (". ", ".\n", "./", ".#", ".\t", ".\r", " .", "\n.", "/.", "\t.", "\r.")
_WORD_BEFORE = re.compile(r"[\w-]+$")
_HEADS = frozenset({"local", "var", "module", "data", "resource", "ephemeral"})
_NEAR = 64
_HOLE = re.compile(r'\$\{[^{}"\n]*\}')
_TEXT = re.compile(r'"[^"\\$%\n]*"')
_COMMENT = re.compile(r"(?:#|//).*")
_BRACKET = re.compile(r"[()\[\]{}]")
_ARGUMENT = re.compile(rf"[ \t]*({_NAME})[ \t]*=(?![=>])")


class Glance(Mentions):
    """What each part of one module directory mentions."""

    def __init__(self, config: ModuleConfig) -> None:
        super().__init__(config)
        self._types = {type_ for table in self.tables.values() for type_, _ in table}
        self._calls: dict[str, dict[str, str] | None] = {}

    def configures(self, *, root: bool) -> bool:
        """Tell whether a provider block may wait for anything: inputs of a root are there."""
        return any(
            not root or said[0] != "var" or said[1] in self.validated
            for name in self.config.providers
            for said in self.of(("provider", name))
        )

    def is_validated(self, variable: ast.Block) -> bool:
        """Tell whether a variable may be checked."""
        text = _text(variable)
        return "validation" in text if text is not None else super().is_validated(variable)

    def arguments(self, call: str) -> Iterable[str]:
        """Return the names of a call's arguments."""
        parts = self.parts(call)
        return super().arguments(call) if parts is None else parts

    def look(self, node: Node) -> Iterable[Node]:
        """Return what a part mentions; what it refers to where the text may hide something."""
        text = self._text(node)
        if text is None or self._hides(text):
            return super().look(node)
        found = [self.node(*names) for names in _MENTION.findall(text)]
        own = ("var", node[1]) if node[0] == "validation" else None
        return [n for n in found if n is not None and n != own]

    def _text(self, node: Node) -> str | None:
        """Return the text of a part, or of all around it; None if it stands in several places."""
        config = self.config
        match node:
            case ("resource" | "data" | "ephemeral", _):
                block = self.block(node)
                return _text(block) if block is not None else ""
            case ("local", name):
                return _code(config.locals[name].span)
            case ("output", name):
                return _text(config.outputs[name])
            case ("provider", name):
                return _text(config.providers[name])
            case ("validation", name):
                return _text(config.variables[name])
            case ("given", call, name):
                parts = self.parts(call)
                return parts[name] if parts is not None else None
            case ("expand", call):
                parts = self.parts(call)
                return "\n".join(parts.get(n, "") for n in EXPANDING) if parts is not None else None
            case ("import", _):
                return None
            case _:
                return ""

    def parts(self, call: str) -> dict[str, str] | None:
        """Return the text of each argument of a call; None if that takes reading its body."""
        if call not in self._calls:
            text = _text(self.config.calls[call])
            self._calls[call] = arguments(text) if text is not None else None
        return self._calls[call]

    def _hides(self, text: str) -> bool:
        """Tell whether a text may refer to something by more than names with dots between."""
        if not any(sign in text for sign in _SIGNS):
            return False
        for dot in _APART.finditer(text):
            before = text[max(dot.start() - _NEAR, 0) : dot.start()]
            bare = before.rstrip()
            if "\n" in before[len(bare) :] or bare.endswith("*/"):
                return True
            word = _WORD_BEFORE.search(bare)
            if word is not None and (word[0] in _HEADS or word[0] in self._types):
                return True
        return False


def arguments(block: str) -> dict[str, str] | None:
    """Split the text of a block into its arguments; None where only a parser could do it."""
    code = _TEXT.sub("''", _HOLE.sub("", block))
    if any(odd in code for odd in ('"', "<<", "/*")):
        return None
    found: dict[str, str] = {}
    depth, name = 0, ""
    for line, bare in zip(block.split("\n")[1:], code.split("\n")[1:], strict=True):
        plain = _COMMENT.sub("", bare)
        if depth == 0 and (start := _ARGUMENT.match(plain)) is not None:
            name = start[1]
        if name:
            found[name] = f"{found[name]}\n{line}" if name in found else line
        elif plain.strip():
            return None
        depth += sum(1 if sign in "([{" else -1 for sign in _BRACKET.findall(plain))
        if depth < 0:
            break
    return found if depth == -1 else None


def _text(block: ast.Block) -> str | None:
    """Return the text of a block; None if parts of it stand elsewhere, as those of an override."""
    if block.whole is not None:
        return _code(block.whole)
    body = block.body
    members: Iterable[ast.Argument | ast.Body] = (
        *body.arguments.values(),
        *(inner.body for inner in body.blocks),
    )
    together = all(
        m.span.source is body.span.source
        and body.span.start <= m.span.start
        and m.span.end <= body.span.end
        for m in members
    )
    return _code(body.span) if together else None


def _code(span: Span) -> str | None:
    """Return the text of a region; None if it may spell a name with escapes."""
    text = span.source.data[span.start : span.end].decode("utf-8", "replace")
    return None if "\\u" in text and span.source.path.endswith(".json") else text
