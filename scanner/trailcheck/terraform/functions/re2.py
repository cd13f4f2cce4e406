"""Patterns in the syntax of RE2, matched in time that grows with the text only.

Python's own engine backtracks: a pattern in scanned code could keep it busy for years. This one
visits each place of the text once for each place of the pattern, and gives up beyond `MOST_STEPS`.
Among the possible matches it finds the one that Terraform (Go) finds: the leftmost, alternatives in
order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.terraform.functions.base import UnsettledError
from trailcheck.terraform.functions.re2_syntax import (
    Alternatives,
    Assertion,
    Group,
    Letter,
    Repetition,
    Series,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailcheck.terraform.functions.re2_syntax import Node

MOST_STEPS = 2_000_000
"""All searches in one text together give up after this many."""
_MOST_TRIED = 300_000
_MOST_INSTRUCTIONS = 20_000


class Match(NamedTuple):
    """One match: the bounds of the whole and of each group, -1 where a group took no part."""

    bounds: tuple[int, ...]

    @property
    def start(self) -> int:
        """The place where the match starts."""
        return self.bounds[0]

    @property
    def end(self) -> int:
        """The place where the match ends."""
        return self.bounds[1]

    def group(self, number: int) -> tuple[int, int] | None:
        """Return where group `number` stands, 0 for the whole; None if it took no part."""
        start, end = self.bounds[2 * number], self.bounds[2 * number + 1]
        return None if start < 0 else (start, end)


class _Instruction(NamedTuple):
    """One step of a compiled pattern; `test` reads a letter, `check` looks at a place."""

    kind: str
    test: Callable[[str], bool] | None = None
    check: str = ""
    first: int = 0
    second: int = 0


class Pattern:
    """A compiled pattern. Raises PatternError if RE2 would refuse it."""

    def __init__(
        self, source: str, alphabets: dict[str, frozenset[str] | None] | None = None
    ) -> None:
        """Compile `source`. Raises UnsettledError if it is too large to follow.

        `alphabets` are characters that stand for one of several others, or for any (None).
        """
        node, self.names = parse(source)
        self._alphabets = alphabets or {}
        self.groups = len(self.names)
        self._code: list[_Instruction] = []
        self._emit(node)
        self._add(_Instruction("match"))

    def find_all(self, text: str) -> Iterator[Match]:
        """Yield the matches in `text` from the left, without overlaps, as Go counts them."""
        at, last_end = 0, -1
        left = [MOST_STEPS]
        while at <= len(text):
            found = self._search(text, at, left)
            if found is None:
                return
            if found.end > found.start or found.start != last_end:
                yield found
                last_end = found.end
            at = found.end if found.end > found.start else found.end + 1
            if found.end > found.start and found.end == len(text):
                # NOTE: an empty match right after another does not count.
                return

    def find(self, text: str) -> Match | None:
        """Return the first match in `text`, or None."""
        return self._search(text, 0, [MOST_STEPS])

    def _search(self, text: str, start: int, left: list[int]) -> Match | None:
        tried = set[int]()
        for place in range(start, len(text) + 1):
            left[0] -= 1
            found = self._match_at(text, place, tried, left)
            if found is not None:
                return found
        return None

    def _match_at(self, text: str, start: int, tried: set[int], left: list[int]) -> Match | None:
        """Follow the pattern from `start`; `tried` holds the places that lead nowhere."""
        code, width, size = self._code, len(text) + 1, 2 * (self.groups + 1)
        bounds = [-1] * size
        # An entry is (instruction, place), or (-1 - slot, old value) to undo the bound of a group.
        waiting = [(0, start)]
        steps = 0
        while waiting:
            at, place = waiting.pop()
            if at < 0:
                bounds[-1 - at] = place
                continue
            while True:
                key = at * width + place
                if key in tried:
                    break
                tried.add(key)
                steps += 1
                instruction = code[at]
                kind = instruction.kind
                if kind == "letter":
                    assert instruction.test is not None
                    if place == width - 1 or not self._passes(instruction.test, text[place]):
                        break
                    at, place = at + 1, place + 1
                elif kind == "split":
                    waiting.append((instruction.second, place))
                    at = instruction.first
                elif kind == "jump":
                    at = instruction.first
                elif kind == "bound":
                    slot = instruction.first
                    waiting.append((-1 - slot, bounds[slot]))
                    bounds[slot] = place
                    at += 1
                elif kind == "check":
                    if not self._holds(instruction.check, text, place):
                        break
                    at += 1
                else:
                    bounds[0], bounds[1] = start, place
                    left[0] -= steps
                    return Match(tuple(bounds))
            if steps > left[0] or len(tried) > _MOST_TRIED:
                raise UnsettledError(reason="the pattern takes too long to match")
        left[0] -= steps
        return None

    def _passes(self, test: Callable[[str], bool], letter: str) -> bool:
        """Tell whether a letter passes; one that stands for others if they all do, or none does."""
        if letter not in self._alphabets:
            return test(letter)
        answers = {test(each) for each in self._alphabets[letter] or ()}
        if len(answers) != 1:
            raise UnsettledError(reason="what matches turns on a part that is not known")
        return answers.pop()

    def _holds(self, check: str, text: str, place: int) -> bool:
        match check:
            case "start":
                return place == 0
            case "end":
                return place == len(text)
            case "line start":
                return place == 0 or self._passes("\n".__eq__, text[place - 1])
            case "line end":
                return place == len(text) or self._passes("\n".__eq__, text[place])
            case _:
                before = place > 0 and self._passes(_is_word, text[place - 1])
                after = place < len(text) and self._passes(_is_word, text[place])
                return (before != after) is (check == "boundary")

    def _add(self, instruction: _Instruction) -> int:
        if len(self._code) >= _MOST_INSTRUCTIONS:
            raise UnsettledError(reason="the pattern is too large to follow")
        self._code.append(instruction)
        return len(self._code) - 1

    def _emit(self, node: Node) -> None:
        match node:
            case Letter(test=test):
                self._add(_Instruction("letter", test))
            case Assertion(kind=kind):
                self._add(_Instruction("check", None, kind))
            case Series(nodes=nodes):
                for each in nodes:
                    self._emit(each)
            case Group(number=number, node=inner):
                if number is None:
                    self._emit(inner)
                    return
                self._add(_Instruction("bound", first=2 * number))
                self._emit(inner)
                self._add(_Instruction("bound", first=2 * number + 1))
            case Alternatives(nodes=nodes):
                self._emit_alternatives(nodes)
            case Repetition():
                self._emit_repetition(node)

    def _emit_alternatives(self, nodes: list[Node]) -> None:
        jumps: list[int] = []
        for node in nodes[:-1]:
            split = self._add(_Instruction("split"))
            self._emit(node)
            jumps.append(self._add(_Instruction("jump")))
            self._code[split] = _Instruction("split", first=split + 1, second=len(self._code))
        self._emit(nodes[-1])
        for jump in jumps:
            self._code[jump] = _Instruction("jump", first=len(self._code))

    def _emit_repetition(self, node: Repetition) -> None:
        for _ in range(node.least):
            self._emit(node.node)
        if node.most is None:
            split = self._add(_Instruction("split"))
            self._emit(node.node)
            self._add(_Instruction("jump", first=split))
            self._set_split(split, len(self._code), greedy=node.greedy)
            return
        splits: list[int] = []
        for _ in range(node.most - node.least):
            splits.append(self._add(_Instruction("split")))
            self._emit(node.node)
        for split in splits:
            self._set_split(split, len(self._code), greedy=node.greedy)

    def _set_split(self, split: int, after: int, *, greedy: bool) -> None:
        one, two = (split + 1, after) if greedy else (after, split + 1)
        self._code[split] = _Instruction("split", first=one, second=two)


def _is_word(letter: str) -> bool:
    return letter == "_" or (letter.isascii() and letter.isalnum())
