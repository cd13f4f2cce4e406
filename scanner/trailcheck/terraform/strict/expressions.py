"""Expressions and the templates in them, read by one loop with a stack of its own.

Only acceptance matters here, so operators need no precedence: after an operand comes an operator, a
step into it, or the end of the bracket that it stands in. The stack is ours, so depth is no danger.
Source: HCL's parser (`hclsyntax/parser.go`, `parser_template.go`).
"""

from __future__ import annotations

import re

from trailcheck.record import NamedTuple
from trailcheck.terraform.strict import operands, words
from trailcheck.terraform.strict.operands import (
    AFTER,
    AFTER_INLINE,
    ARROW,
    ASSIGN,
    CALL,
    CLOSE,
    COMMA,
    CONDITION,
    DOT,
    ELLIPSIS,
    END,
    HEREDOC,
    INDEX,
    NUMBER,
    OPEN,
    OPERAND,
    OPERAND_INLINE,
    OPERATOR,
    PATH,
    QUESTION,
    QUOTE,
    SIGN,
)
from trailcheck.terraform.strict.patterns import FREE, IDENT, NAME, SKIP, Refusal
from trailcheck.terraform.strict.templates import Template, label_end


class _Open(NamedTuple):
    """What waits for its end while something inside it is read."""

    kind: str
    """A key of the words for what may follow; "" for the outermost."""
    at: int
    lines: bool
    """Whether line breaks count in it."""


_CLOSERS = {
    "[": "]",
    "result": "]",
    "if [": "]",
    "index": "]",
    "(": ")",
    "call": ")",
    "{": "}",
    "value": "}",
    "if {": "}",
    "${": "}",
    "%{": "}",
}


class Expressions:
    """Reads the expressions of one text."""

    __slots__ = ("ascii", "stack", "templates", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.ascii = text.isascii()
        self.stack: list[_Open] = []
        self.templates: list[Template] = []

    def read(self, at: int, *, lines: bool) -> int:
        """Read an expression; return where it ends. A line break ends it if `lines`."""
        self.stack = [_Open("", at, lines)]
        self.templates = []
        return self._run(at, wanted=True)

    def read_template(self) -> None:
        """Read the whole text as one template."""
        self.stack = [_Open("", 0, lines=False)]
        self.templates = [Template(0)]
        at, wanted = self._literal(0)
        if wanted:
            self._run(at, wanted=wanted)

    def verify(self, start: int, end: int) -> None:
        """Hold that names between two offsets have letters only that HCL allows. Raises Refusal."""
        for at in range(start, end):
            letter = self.text[at]
            if letter.isascii():
                continue
            before = self.text[at - 1] if at > start else ""
            starts = not (before.isalnum() or before in ("_", "-") or not before.isascii())
            if not (letter if starts else "a" + letter).isidentifier():
                odd = words.strange(self.text, at)
                detail = (
                    "A name starts with a letter or _, and goes on with letters, digits, _ and -."
                )
                raise odd or Refusal(f'"{letter}" cannot start a name', detail, at, at + 1)

    def _run(self, at: int, *, wanted: bool) -> int:  # noqa: PLR0915 - one loop, for speed
        """Read on until the outermost expression ends; return where."""
        text, stack = self.text, self.stack
        kind, opened, lines = stack[-1]
        word = -1
        while True:
            if wanted:
                match = (OPERAND_INLINE if lines else OPERAND).match(text, at)
                if match is None:
                    raise words.no_value(kind, opened, text, at, lines=lines)
                which = match.lastindex or 0
                at = match.end()
                word = match.start(which) if which == PATH else -1
                if not self.ascii and which in (CALL, PATH):
                    self.verify(match.start(which), at)
                if which == SIGN:
                    continue
                if which == NUMBER:
                    self._number(match.start(which), at)
                elif which in (OPEN, CALL):
                    at, closed = self._enter(match[OPEN] or "call", at)
                    if not closed:
                        kind, opened, lines = stack[-1]
                        continue
                elif which >= QUOTE:
                    start = match.start(which)
                    fence = match[HEREDOC]
                    quoted = fence is None
                    if fence is not None:
                        fence = fence[2:].lstrip("-").rstrip()
                        at -= 1  # The line break starts the first line of the text.
                    self.templates.append(Template(start, quoted=quoted, fence=fence or ""))
                    at, wanted = self._literal(at)
                    if wanted:
                        kind, opened, lines = stack[-1]
                        continue
            match = (AFTER_INLINE if lines else AFTER).match(text, at)
            if match is None:
                if (end := self._spaced_call(word, at, lines=lines)) >= 0:
                    at, wanted = self._enter("call", end)
                    wanted, word = not wanted, -1
                    kind, opened, lines = stack[-1]
                    continue
                if not kind:
                    return at
                raise words.unexpected(kind, opened, text, at, lines=lines)
            which = match.lastindex or 0
            wanted, word = True, -1
            if which == OPERATOR:
                at = match.end()
                continue
            if which in (DOT, INDEX):
                at, wanted = self._step(which, match.end(), lines=lines)
            elif which == QUESTION:
                at = match.end()
                stack.append(_Open("?", at - 1, lines))
            elif which == CLOSE and kind and _CLOSERS.get(kind) == match[CLOSE][-1]:
                if match[CLOSE] == "~}" and kind not in ("${", "%{"):
                    raise words.unexpected(kind, opened, text, at, lines=lines)
                stack.pop()
                at, wanted = match.end(), False
                if kind in ("${", "%{"):
                    at, wanted = self._literal(at)
            elif kind:
                at, wanted = self._separator(which, match.end(), match[0][-1:], at)
            else:
                return at
            kind, opened, lines = stack[-1]

    def _spaced_call(self, word: int, at: int, *, lines: bool) -> int:
        """Return where the arguments start if a call is made of the name at `word`; -1 if not."""
        if word < 0 or NAME.fullmatch(self.text, word, at) is None:
            return -1
        match = (operands.SPACED_CALL_INLINE if lines else operands.SPACED_CALL).match(
            self.text, at
        )
        if match is None:
            return -1
        if not self.ascii:
            # Comments may hold any letter, so only the names are looked at.
            for name in re.finditer(rf"::{FREE}({IDENT})", match[0]):
                self.verify(at + name.start(1), at + name.end(1))
        return match.end()

    def label(self, at: int) -> int:
        """Read the quoted label whose quote stands at `at`; return where it ends."""
        return label_end(self.text, at)

    def _enter(self, bracket: str, at: int) -> tuple[int, bool]:
        """Enter a bracket that ends at `at`; tell where to go on, and whether it is closed."""
        start = at - 1
        if bracket == "(":
            self.stack.append(_Open("(", start, lines=False))
            return at, False
        if bracket != "call" and (match := operands.FOR.match(self.text, at)) is not None:
            at = self._for_names(match.end())
            self.stack.append(_Open(f"for {bracket}", start, lines=False))
            return at, False
        kind = "key" if bracket == "{" else bracket
        self.stack.append(_Open(kind, start, lines=bracket == "{"))
        return self._items(at)

    def _items(self, at: int) -> tuple[int, bool]:
        """Read the items that follow in a list, call or object, as far as they are plain."""
        kind = self.stack[-1].kind
        match = (operands.MEMBERS if kind == "key" else operands.ITEMS).match(self.text, at)
        assert match is not None
        if match[1] is None:
            return match.end(), False
        if match[1] == {"[": ")", "call": "]"}.get(kind):
            return match.start(1), False
        self.stack.pop()
        return match.end(), True

    def _separator(self, which: int, end: int, sign: str, at: int) -> tuple[int, bool]:
        """Read what separates the parts of a bracket; tell where to go on, if to an operand."""
        kind, opened, lines = self.stack[-1]
        then = ""
        if which == COMMA and kind in ("[", "call"):
            end, closed = self._items(end)
            return end, not closed
        if kind == "{" and which in (COMMA, END):
            self.stack[-1] = _Open("key", opened, lines=True)
            end, closed = self._items(end)
            return end, not closed
        if which == ASSIGN:
            if kind == "?" and sign == ":":
                self.stack.pop()
                return end, True
            if kind == "key":
                then = "{"
            elif sign == ":":
                then = {"for [": "result", "for {": "for key"}.get(kind, "")
        elif which == ARROW and kind == "for key":
            then = "value"
        elif which == CONDITION:
            then = {"result": "if [", "value": "if {"}.get(kind, "")
        elif which == ELLIPSIS and kind in ("call", "value", "result"):
            return self._expansion(kind, opened, end)
        if not then:
            raise words.unexpected(kind, opened, self.text, at, lines=lines)
        self.stack[-1] = _Open(then, opened, lines)
        return end, True

    def _expansion(self, kind: str, opened: int, at: int) -> tuple[int, bool]:
        """Read what follows `...`: the end of a call, or the end or condition of an object."""
        if kind == "call":
            match = SKIP.match(self.text, at)
            assert match is not None
            if not self.text.startswith(")", match.end()):
                detail = "Only the last argument of a call can be expanded with `...`."
                raise words.expected('")" after "..."', detail, self.text, at, lines=False)
            self.stack.pop()
            return match.end() + 1, False
        if kind == "result":
            detail = "It groups the values of equal keys, in {for ... : key => value...} only."
            raise Refusal('a list cannot be grouped with "..."', detail, at - 3, at)
        match = operands.GROUPED.match(self.text, at)
        if match is None:
            raise words.unexpected(kind, opened, self.text, at, lines=False)
        if match[1] is None:
            self.stack.pop()
            return match.end(), False
        self.stack[-1] = _Open("if {", opened, lines=False)
        return match.end(), True

    def _step(self, which: int, at: int, *, lines: bool) -> tuple[int, bool]:
        """Read a step into an operand, past its dot or bracket; tell whether an operand follows."""
        if which == INDEX:
            match = (operands.SPLAT_INLINE if lines else operands.SPLAT).match(self.text, at)
            if match is None:
                self.stack.append(_Open("index", at - 1, lines=False))
                return at, True
            end = words.here(self.text, match.end(), lines=lines)
            if not self.text.startswith("]", end):
                raise words.expected(
                    '"]" after "[*"', "A splat is written list[*].", self.text, end
                )
            return end + 1, False
        splat = False
        while True:
            match = (operands.STEP_INLINE if lines else operands.STEP).match(self.text, at)
            if match is None:
                detail = 'Attributes are names; keys that are none go in brackets: a["b c"].'
                raise words.expected("a name after the dot", detail, self.text, at, lines=lines)
            at = match.end()
            if match[1] is not None and not self.ascii:
                self.verify(match.start(1), at)
            elif match[2] is not None and "." in match[2]:
                first, _, second = match[2].partition(".")
                detail = (
                    f"Write [{first}][{second}]; with a dot between them they are one fraction."
                )
                raise Refusal(
                    "two indexes cannot follow each other as .0.1", detail, match.start(2), at
                )
            elif match[3] is not None:
                if splat:
                    detail = "Write [*] for a splat inside another."
                    raise Refusal('".*" cannot follow ".*"', detail, at - 1, at)
                splat = True
            if not splat:
                return at, False
            following = (AFTER_INLINE if lines else AFTER).match(self.text, at)
            if following is None or following.lastindex != DOT:
                return at, False
            at = following.end()

    def _for_names(self, at: int) -> int:
        """Read the names after `for`, and `in`; return where the collection starts."""
        match = operands.FOR_NAMES.match(self.text, at)
        if match is None:
            raise words.bad_for(self.text, at)
        if not self.ascii:
            for group in (1, 2):
                if match[group] is not None:
                    self.verify(match.start(group), match.end(group))
        return match.end()

    def _literal(self, at: int) -> tuple[int, bool]:
        """Read on in the innermost template; tell whether an operand follows, or else it ended."""
        template = self.templates[-1]
        while True:
            at, mark = template.literal(self.text, at)
            if not mark:
                self.templates.pop()
                return at, False
            if mark == "${":
                self.stack.append(_Open(mark, at, lines=False))
                at += 2
                return at + self.text.startswith("~", at), True
            match = operands.DIRECTIVE.match(self.text, at + 2)
            if match is None or match[1] not in ("if", "else", "endif", "for", "endfor"):
                detail = (
                    "Directives are if, else, endif, for and endfor. For a literal %{ write %%{."
                )
                after = at + 2 + self.text.startswith("~", at + 2)
                raise words.expected('"if" or "for"', detail, self.text, after, lines=False)
            template.directive(match[1], at)
            end = match.end()
            if match[1] in ("if", "for"):
                self.stack.append(_Open("%{", at, lines=False))
                return (end if match[1] == "if" else self._for_names(end)), True
            closing = operands.DIRECTIVE_END.match(self.text, end)
            if closing is None:
                raise words.unexpected("%{", at, self.text, end, lines=False)
            at = closing.end()

    def _number(self, start: int, end: int) -> None:
        text = self.text
        if text[end : end + 1].isidentifier() and not text.startswith("if", end):
            stop = words.found(text, end)[1]
            detail = (
                "Numbers have digits, one dot and an exponent; no _, 0x or unit. Text takes quotes."
            )
            raise Refusal(f'"{text[start:stop]}" is not a number', detail, start, stop)
        if operands.VALID_NUMBER.fullmatch(text, start, end) is None:
            detail = (
                "A number has digits, one dot and an exponent. Versions and addresses take quotes."
            )
            raise Refusal(f'"{text[start:end]}" is not a number', detail, start, end)
