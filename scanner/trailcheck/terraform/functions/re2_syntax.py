"""The syntax of RE2 patterns, read into nodes. Source: github.com/google/re2/wiki/Syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck.record import NamedTuple
from trailcheck.terraform.functions.re2_letters import (
    PERL,
    POSIX,
    anything,
    class_named,
    folded,
    listed,
    negated,
    no_break,
    single,
)

if TYPE_CHECKING:
    from trailcheck.terraform.functions.re2_letters import Test

_MOST_REPEAT = 1000
_MOST_NESTING = 100
_CONTROL = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ASSERTIONS = {"A": "start", "z": "end", "b": "boundary", "B": "no boundary"}


class PatternError(Exception):
    """RE2 would refuse this pattern."""


class Letter(NamedTuple):
    """One character that passes a test."""

    test: Test


class Assertion(NamedTuple):
    """A condition on a place: start, end, line start, line end, boundary, no boundary."""

    kind: str


class Series(NamedTuple):
    """Nodes one after the other."""

    nodes: list[Node]


class Alternatives(NamedTuple):
    """One of several nodes, the first that fits."""

    nodes: list[Node]


class Group(NamedTuple):
    """A node in parentheses; `number` counts from 1, None if the group is not captured."""

    number: int | None
    node: Node


class Repetition(NamedTuple):
    """A node repeated; `most` is None for any number of times."""

    node: Node
    least: int
    most: int | None
    greedy: bool


Node: TypeAlias = "Letter | Assertion | Series | Alternatives | Group | Repetition"


def parse(source: str) -> tuple[Node, list[str]]:
    """Return the node that `source` says, and the names of its groups, empty for those without.

    Raises PatternError for what RE2 does not know: references back, looks ahead and behind.
    """
    reader = _Reader(source)
    node = reader.alternatives(frozenset(), 0)
    if reader.at < len(source):
        raise PatternError("a parenthesis closes nothing")
    return node, reader.names


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.names: list[str] = []

    def alternatives(self, flags: frozenset[str], depth: int) -> Node:
        if depth > _MOST_NESTING:
            raise PatternError("groups are nested too deeply")
        nodes: list[Node] = []
        series: list[Node] = []
        repeated = -1
        while self.at < len(self.source) and self.source[self.at] != ")":
            if self._take("|"):
                nodes.append(Series(series))
                series = []
                continue
            if (changed := self._flags_only(flags)) is not None:
                flags = changed
                continue
            if self._take("\\Q"):
                series.extend(self._quotation(flags))
                continue
            start = self.at
            if (bounds := self._bounds()) is None:
                series.append(self._atom(flags, depth))
                continue
            if not series:
                raise PatternError("there is nothing to repeat")
            if repeated == start:
                raise PatternError("a repetition is repeated")
            series[-1] = self._repetition(series[-1], bounds, flags)
            repeated = self.at
        nodes.append(Series(series))
        return nodes[0] if len(nodes) == 1 else Alternatives(nodes)

    def _flags_only(self, flags: frozenset[str]) -> frozenset[str] | None:
        """Read `(?i)`, which holds to the end of the group; None for anything else."""
        if not self._ahead("(?"):
            return None
        end = self.at + 2
        while end < len(self.source) and self.source[end] in "imsU-":
            end += 1
        if end == self.at + 2 or not self.source.startswith(")", end):
            return None
        changed = _flagged(flags, self.source[self.at + 2 : end])
        self.at = end + 1
        return changed

    def _atom(self, flags: frozenset[str], depth: int) -> Node:
        letter = self.source[self.at]
        self.at += 1
        match letter:
            case "(":
                return self._group(flags, depth)
            case "[":
                return Letter(self._class(flags))
            case ".":
                return Letter(anything if "s" in flags else no_break)
            case "^":
                return Assertion("line start" if "m" in flags else "start")
            case "$":
                return Assertion("line end" if "m" in flags else "end")
            case "\\":
                return self._escape(flags)
            case _:
                return Letter(folded(single(letter), flags))

    def _group(self, flags: frozenset[str], depth: int) -> Node:
        number: int | None = None
        if self._take("?"):
            if self._take("P<") or (
                self._ahead("<") and not self._ahead("<=", "<!") and self._take("<")
            ):
                number = self._named()
            else:
                end = self.at
                while end < len(self.source) and self.source[end] in "imsU-":
                    end += 1
                flags = _flagged(flags, self.source[self.at : end])
                self.at = end
                if not self._take(":"):
                    raise PatternError("this kind of group is not supported")
        else:
            self.names.append("")
            number = len(self.names)
        node = self.alternatives(flags, depth + 1)
        if not self._take(")"):
            raise PatternError("a parenthesis is not closed")
        return Group(number, node)

    def _named(self) -> int:
        end = self.source.find(">", self.at)
        name = self.source[self.at : end] if end >= 0 else ""
        if not name or not all(c == "_" or (c.isascii() and c.isalnum()) for c in name):
            raise PatternError("the name of a group is not valid")
        self.at = end + 1
        self.names.append(name)
        return len(self.names)

    def _repetition(
        self, node: Node, bounds: tuple[int, int | None], flags: frozenset[str]
    ) -> Node:
        greedy = not self._take("?")
        repeated = Repetition(node, *bounds, greedy=greedy != ("U" in flags))
        if not _repeats_within(repeated, _MOST_REPEAT):
            raise PatternError("the number of repetitions is not valid")
        return repeated

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return bounds
        if not self._ahead("{"):
            return None
        end = self.source.find("}", self.at)
        low, comma, high = self.source[self.at + 1 : max(end, 0)].partition(",")
        if end < 0 or not _digits(low) or (high and not _digits(high)):
            return None
        least = int(low)
        most = int(high) if high else (None if comma else least)
        if least > _MOST_REPEAT or (most is not None and not least <= most <= _MOST_REPEAT):
            raise PatternError("the number of repetitions is not valid")
        self.at = end + 1
        return least, most

    def _escape(self, flags: frozenset[str]) -> Node:
        if self.at >= len(self.source):
            raise PatternError("a backslash ends the pattern")
        letter = self.source[self.at]
        if letter in _ASSERTIONS:
            self.at += 1
            return Assertion(_ASSERTIONS[letter])
        return Letter(self._escaped_test(flags))

    def _quotation(self, flags: frozenset[str]) -> list[Node]:
        """Read the characters up to the end of a quotation, each of which stands for itself."""
        end = self.source.find("\\E", self.at)
        said = self.source[self.at : end if end >= 0 else len(self.source)]
        self.at = end + 2 if end >= 0 else len(self.source)
        return [Letter(folded(single(c), flags)) for c in said]

    def _escaped_test(self, flags: frozenset[str]) -> Test:
        """Read what follows a backslash: a class, or a character."""
        letter = self.source[self.at]
        if letter.lower() in PERL:
            self.at += 1
            return _signed(listed(PERL[letter.lower()]), flags, negative=letter.isupper())
        if letter in "pP":
            self.at += 1
            return self._property(flags, negative=letter == "P")
        return folded(single(self._escaped_letter()), flags)

    def _escaped_letter(self) -> str:
        letter = self.source[self.at]
        self.at += 1
        if letter in _CONTROL:
            return _CONTROL[letter]
        if letter == "x":
            return self._hexadecimal()
        if letter == "0":
            digits = letter
            while len(digits) < 3 and self.source[self.at : self.at + 1] in set("01234567"):  # noqa: PLR2004
                digits += self.source[self.at]
                self.at += 1
            return chr(int(digits, 8))
        if letter.isalnum() or letter == "_" or not letter.isascii():
            raise PatternError(f"the escape \\{letter} is not known")
        return letter

    def _hexadecimal(self) -> str:
        if self._take("{"):
            end = self.source.find("}", self.at)
            digits = self.source[self.at : max(end, 0)]
            self.at = end + 1
        else:
            digits = self.source[self.at : self.at + 2]
            self.at += 2
        try:
            return chr(int(digits, 16))
        except (ValueError, OverflowError):
            raise PatternError("the escape \\x is not followed by a character's number") from None

    def _property(self, flags: frozenset[str], *, negative: bool) -> Test:
        """Read the name of a class of Unicode characters, such as `L` or `{Greek}`."""
        if self._take("{"):
            end = self.source.find("}", self.at)
            name = self.source[self.at : max(end, 0)]
            self.at = end + 1
        else:
            name = self.source[self.at : self.at + 1]
            self.at += 1
        if name.startswith("^"):
            name, negative = name[1:], not negative
        test = class_named(name)
        if test is None:
            raise PatternError("this class of characters is not known")
        return _signed(test, flags, negative=negative)

    def _class(self, flags: frozenset[str]) -> Test:
        negative = self._take("^")
        tests: list[Test] = []
        first = True
        while first or not self._take("]"):
            first = False
            if self.at >= len(self.source):
                raise PatternError("a bracket is not closed")
            tests.append(self._posix(flags) or self._range(flags))

        def test(letter: str) -> bool:
            return any(t(letter) for t in tests)

        return negated(test) if negative else test

    def _posix(self, flags: frozenset[str]) -> Test | None:
        """Read `[:alpha:]` inside brackets; without its end it is no class, but characters."""
        end = self.source.find(":]", self.at + 2)
        if not self._ahead("[:") or end < 0:
            return None
        name = self.source[self.at + 2 : end]
        said = POSIX.get(name.removeprefix("^"))
        if said is None:
            raise PatternError("this class of characters is not known")
        self.at = end + 2
        return _signed(listed(said), flags, negative=name.startswith("^"))

    def _range(self, flags: frozenset[str]) -> Test:
        letter = self.source[self.at]
        self.at += 1
        if letter == "\\":
            if self.at >= len(self.source):
                raise PatternError("a bracket is not closed")
            if self.source[self.at] in "dDwWsSpP":
                return self._escaped_test(flags)
            letter = self._escaped_letter()
        if not self._ahead("-") or self._ahead("-]"):
            return folded(single(letter), flags)
        self.at += 1
        if self.at >= len(self.source):
            raise PatternError("a bracket is not closed")
        last = self.source[self.at]
        self.at += 1
        if last == "\\":
            if self.at >= len(self.source):
                raise PatternError("a bracket is not closed")
            last = self._escaped_letter()
        if last < letter:
            raise PatternError("a range of characters runs backwards")
        return folded(lambda given: letter <= given <= last, flags)

    def _ahead(self, *signs: str) -> bool:
        return self.source.startswith(signs, self.at)

    def _take(self, sign: str) -> bool:
        if not self.source.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True


def _repeats_within(node: Node, most: int) -> bool:
    """Tell whether nothing is repeated too often, repetitions of repetitions multiplied."""
    match node:
        case Repetition(node=inner):
            count = node.least if node.most is None else node.most
            if count > most:
                return False
            return node.most == 0 or _repeats_within(inner, most // max(count, 1))
        case Series(nodes=nodes) | Alternatives(nodes=nodes):
            return all(_repeats_within(each, most) for each in nodes)
        case Group(node=inner):
            return _repeats_within(inner, most)
        case _:
            return True


def _signed(test: Test, flags: frozenset[str], *, negative: bool) -> Test:
    """Return the test for a class, or for what is not in it: in no case, where none counts."""
    test = folded(test, flags)
    return negated(test) if negative else test


def _flagged(flags: frozenset[str], said: str) -> frozenset[str]:
    on, _, off = said.partition("-")
    if "-" in off:
        raise PatternError("the flags of a group are not valid")
    return (flags | set(on)) - set(off)


def _digits(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) < 6  # noqa: PLR2004 - far above the bound
