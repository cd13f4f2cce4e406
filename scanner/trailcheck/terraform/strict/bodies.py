"""Bodies: arguments and blocks, one to a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.strict import patterns, words
from trailcheck.terraform.strict.patterns import Refusal

if TYPE_CHECKING:
    from trailcheck.terraform.strict.expressions import Expressions


class Bodies:
    """Reads the body of a file, with all blocks in it."""

    __slots__ = ("_expressions", "_start", "ascii", "blocks", "suspect", "text", "tops", "values")

    def __init__(self, text: str) -> None:
        self.text = text
        self.ascii = text.isascii()
        self._expressions: Expressions | None = None
        self.blocks: list[int] = []
        """Where the braces of the open blocks stand."""
        self.suspect: int | None = None
        """The first block that starts at the margin though it stands in another."""
        self._start = 0
        self.tops: list[tuple[int, int]] = []
        """Where each block that stands in no other begins, and where it ends."""
        self.values: dict[int, int] = {}
        """Where each value ends that is no plain one on its line, by where its `=` ends."""

    @property
    def expressions(self) -> Expressions:
        """The reader of what is not plain."""
        if self._expressions is None:
            # NOTE: its patterns take 4 ms to compile; a file of plain arguments needs none of them.
            from trailcheck.terraform.strict.expressions import Expressions  # noqa: PLC0415 - see above

            self._expressions = Expressions(self.text)
        return self._expressions

    def read(self) -> None:
        """Read the whole text. Raises Refusal at the first thing that HCL refuses."""
        text, at, blocks = self.text, 0, self.blocks
        while True:
            at = _end(patterns.LINES, text, at)
            if (match := patterns.HEADER.match(text, at)) is not None:
                self._open(at, match.start(1))
                if match[2] is not None:
                    self._close(match.start(2) + 1)
                at = match.end()
            elif blocks and (match := patterns.CLOSING.match(text, at)) is not None:
                self._close(at + 1)
                at = match.end()
            elif (at := self._item(at)) >= len(text):
                break
        if blocks:
            raise words.never_closed(text, blocks[-1], self.suspect)

    def _open(self, start: int, brace: int) -> None:
        if self.blocks and self.suspect is None and self.text[start - 1] == "\n":
            self.suspect = start
        if not self.blocks:
            self._start = start
        self.blocks.append(brace)

    def _close(self, end: int) -> None:
        self.blocks.pop()
        if not self.blocks:
            self.tops.append((self._start, end))

    def _item(self, at: int) -> int:
        """Read an argument, or the header or end of a block; return where to go on."""
        text = self.text
        at = _end(patterns.SKIP, text, at)
        if at >= len(text):
            return at
        if text[at] == "}" and self.blocks:
            self._close(at + 1)
            return self._line_end(at + 1, "this block", words.AFTER_BLOCK)
        name = patterns.NAME.match(text, at)
        if name is None:
            raise words.no_item(text, at)
        self._verify(at, name.end())
        after = _end(patterns.SKIP_INLINE, text, name.end())
        if _assigns(text, after):
            end = self.values[after + 1] = self.expressions.read(after + 1, lines=True)
            return self._line_end(end, "this argument", words.AFTER_ARGUMENT)
        if text.startswith(('"', "{"), after) or patterns.NAME.match(text, after) is not None:
            return self._header(at, after)
        raise words.no_item(text, at, after)

    def _header(self, start: int, at: int) -> int:
        """Read labels and the brace, and a body that is on the same line; return where to go on."""
        text = self.text
        while not text.startswith("{", at):
            if text.startswith('"', at):
                end = self.expressions.label(at)
            elif (word := patterns.NAME.match(text, at)) is not None:
                self._verify(at, word.end())
                end = word.end()
            else:
                raise words.bad_header(text, start, at)
            at = _end(patterns.SKIP_INLINE, text, end)
        brace = at
        self._open(start, brace)
        if (match := patterns.ENDS.match(text, at + 1)) is not None:
            return match.end()
        at = _end(patterns.SKIP_INLINE, text, at + 1)
        if not text.startswith("}", at):
            at = self._only_argument(at)
            if not text.startswith("}", at):
                raise words.not_one_line(text, at, brace)
        self._close(at + 1)
        return self._line_end(at + 1, "this block", words.AFTER_BLOCK)

    def _only_argument(self, at: int) -> int:
        """Read the one argument of a block on one line; return where the next token is."""
        text = self.text
        name = patterns.NAME.match(text, at)
        if name is None:
            raise words.no_item(text, at)
        self._verify(at, name.end())
        after = _end(patterns.SKIP_INLINE, text, name.end())
        if not _assigns(text, after):
            if text.startswith(('"', "{"), after) or patterns.NAME.match(text, after) is not None:
                raise Refusal(
                    "a block on one line cannot hold a block", words.ONE_LINE, at, name.end()
                )
            raise words.no_item(text, at, after)
        end = self.values[after + 1] = self.expressions.read(after + 1, lines=True)
        return _end(patterns.SKIP_INLINE, text, end)

    def _line_end(self, at: int, what: str, advice: str) -> int:
        match = patterns.ENDS.match(self.text, at)
        if match is None:
            raise words.not_at_end(self.text, at, what, advice)
        return match.end()

    def _verify(self, start: int, end: int) -> None:
        if not self.ascii:
            self.expressions.verify(start, end)


def _assigns(text: str, at: int) -> bool:
    return text.startswith("=", at) and not text.startswith(("==", "=>"), at)


def _end(pattern: patterns.Pattern, text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match is not None else at
