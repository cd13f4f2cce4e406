"""The wildcard match that IAM makes, of text with symbolic parts.

A pattern is walked over all places of the target at once, each a bit of one number; twice: once
for a match whatever the opaque parts are, which is a yes, and once for a match with some text in
their place, without which the answer is no.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer, all_of
from trailcheck.aws.arn import FIELDS, Opaque, same, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailcheck.aws.arn import Tokens


def matches(pattern: Tokens, target: Tokens, *, wild: bool = True, fold: bool = False) -> Answer:
    """Answer whether `pattern` matches all of `target`.

    `*` stands for any text and `?` for one character, if `wild`. `fold` ignores case. Linear in the
    length of the pattern times the length of the target over the machine's word.
    """
    if fold:
        pattern, target = _folded(pattern), _folded(target)
    pattern, target = _after_what_they_share(pattern, target, wild=wild)
    board = _Board(target)
    if _run(pattern, board, wild=wild, surely=True):
        return Answer.YES
    if all(isinstance(t, str) for t in (*pattern, *target)):
        return Answer.NO
    return Answer.MAYBE if _run(pattern, board, wild=wild, surely=False) else Answer.NO


def _after_what_they_share(pattern: Tokens, target: Tokens, *, wild: bool) -> tuple[Tokens, Tokens]:
    """Return what is left of both after what they surely begin with alike.

    An unknown part is the same text in both, whatever it is, if it holds no wildcard.
    """
    mine, theirs = list(pattern), list(target)
    at = 0
    while at < min(len(mine), len(theirs)):
        one, other = mine[at], theirs[at]
        if isinstance(one, str) and isinstance(other, str):
            pairs = enumerate(zip(one, other, strict=False))
            ends = (n for n, (a, b) in pairs if a != b or (wild and a in "*?"))
            shared = next(ends, min(len(one), len(other)))
            mine[at], theirs[at] = one[shared:], other[shared:]
            if mine[at] or theirs[at]:
                break
        elif not (
            isinstance(one, Opaque)
            and isinstance(other, Opaque)
            and one.value == other.value
            and (one.letters or other.letters or not wild)
        ):
            break
        at += 1
    return tuple(t for t in mine[at:] if t), tuple(t for t in theirs[at:] if t)


def _folded(tokens: Tokens) -> Tokens:
    return tuple(t.lower() if isinstance(t, str) else t for t in tokens)


class _Board:
    """The places in a target as bits: bit n is set when everything before place n is matched.

    An opaque token takes two places: the first must hold at least one character if it is filled,
    the second holds the rest.
    """

    __slots__ = ("absorbing", "cells", "end", "of_letter", "open", "skips")

    def __init__(self, target: Tokens) -> None:
        self.cells: list[str | Opaque | None] = []
        self.of_letter: dict[str, int] = {}
        self.absorbing = 0
        """Second places: they hold any number of characters."""
        self.open = 0
        """First places."""
        self.skips = 0
        """First places of tokens that may be empty."""
        for token in target:
            if isinstance(token, str):
                for letter in token:
                    bit = 1 << len(self.cells)
                    self.of_letter[letter] = self.of_letter.get(letter, 0) | bit
                    self.cells.append(letter)
                continue
            self.open |= 1 << len(self.cells)
            if not token.filled:
                self.skips |= 1 << len(self.cells)
            self.cells.append(token)
            self.absorbing |= 1 << len(self.cells)
            self.cells.append(None)
        self.end = 1 << len(self.cells)

    def equal(self, token: Opaque) -> int:
        """Return the first places of the tokens that are the same unknown."""
        found = 0
        for n, cell in enumerate(self.cells):
            if isinstance(cell, Opaque) and cell.value == token.value:
                found |= 1 << n
        return found

    def accepting(self, token: Opaque) -> int:
        """Return the places that can hold a character of what `token` stands for."""
        letters = token.letters
        found = 0
        for n, cell in enumerate(self.cells):
            held = self.cells[n - 1] if cell is None else cell
            if isinstance(held, Opaque):
                fits = _overlap(held.letters, letters) and not _apart(held, token)
            else:
                fits = not letters or re.match(letters, held or "") is not None
            found |= fits << n
        return found


def _apart(one: Opaque, other: Opaque) -> bool:
    """Tell whether both are names that AWS or Terraform makes up, for two resources."""
    return bool(one.owner and other.owner) and one.owner != other.owner


def _overlap(one: str, other: str) -> bool:
    """Tell whether two classes of characters have one in common."""
    if not one or not other or one == other:
        return True
    # NOTE: printable ASCII is enough: every class here is made of it.
    return any(re.match(one, c) and re.match(other, c) for c in map(chr, range(33, 127)))


def _run(pattern: Tokens, board: _Board, *, wild: bool, surely: bool) -> bool:
    """Walk the pattern; `surely` asks for a match in every world, else for one in some world."""
    everywhere = (board.end << 1) - 1
    at = 1 if surely else _settled(1, board)
    holds: dict[str, int] = {}
    for token in pattern:
        for step in (token,) if isinstance(token, Opaque) else token:
            if not at:
                return False
            if isinstance(step, Opaque):
                at = _past_opaque(at, step, board, everywhere, surely=surely)
            elif wild and step == "*":
                # NOTE: the place inside a token is no place to stand when every world must match.
                at = everywhere & ~((at & -at) - 1)
                if surely:
                    at &= ~board.absorbing
            else:
                if step not in holds:
                    holds[step] = _holding(step, board, wild=wild, surely=surely)
                at = ((at & holds[step]) << 1) | (
                    0 if surely else at & holds[step] & board.absorbing
                )
            if not surely:
                at = _settled(at, board)
    return bool(at & board.end)


def _holding(letter: str, board: _Board, *, wild: bool, surely: bool) -> int:
    """Return the places whose next character is, or may be, what the pattern has here."""
    if wild and letter == "?":
        plain = (board.end - 1) & ~board.open & ~board.absorbing
        return plain if surely else board.end - 1
    found = board.of_letter.get(letter, 0)
    if surely:
        return found
    for n, cell in enumerate(board.cells):
        held = board.cells[n - 1] if cell is None else cell
        if isinstance(held, Opaque) and held.may_hold(letter):
            found |= 1 << n
    return found


def _settled(at: int, board: _Board) -> int:
    """Step over what may hold nothing more."""
    while True:
        more = at | ((at & (board.skips | board.absorbing)) << 1)
        if more == at:
            return at
        at = more


def _past_opaque(at: int, token: Opaque, board: _Board, everywhere: int, *, surely: bool) -> int:
    """Return the places after an opaque part of the pattern."""
    alike = (at & board.equal(token)) << 2
    if surely:
        return alike
    if not token.letters:
        return everywhere & ~((at & -at) - 1)
    allowed = board.accepting(token)
    if token.made_up:
        allowed &= board.open | board.absorbing
    reached = (at & allowed) << 1 if token.filled else at
    reached |= at & allowed & board.absorbing
    while True:
        more = reached | ((reached & allowed) << 1)
        if more == reached:
            return reached | alike
        reached = more


def resource_matches(pattern: Tokens, target: Tokens) -> Answer:
    """Answer whether the Resource of a policy covers an ARN, field by field as IAM compares them.

    In the last field `*` crosses colons. In the others it does not, but IAM's reference has a
    trailing `*` of a segment "expand to match beyond the colon boundaries": `arn:aws:logs:*` covers
    all of Logs. Where such a `*` would have to cross a colon in the middle of the pattern, the
    reference and the simulators disagree: maybe.
    """
    if pattern and all(isinstance(t, str) and not t.strip("*") for t in pattern):
        return Answer.YES
    whole = matches(pattern, target)
    if whole is Answer.NO:
        return Answer.NO
    fields, goal = split(pattern, FIELDS - 1), split(target, FIELDS - 1)
    if _begin_alike(pattern, target):
        return whole
    vague = _vague(fields[: FIELDS - 1]) or _vague(goal[: FIELDS - 1])
    if len(goal) < FIELDS:
        return Answer.MAYBE
    if len(fields) < FIELDS:
        last = fields[-1][-1] if fields[-1] else ""
        if isinstance(last, str) and last.endswith("*"):
            return all_of((whole, _fields_match(fields[:-1], goal)))
        return Answer.MAYBE if vague else Answer.NO
    return _last_word(fields, _fields_match(fields, goal), vague=vague)


def _last_word(fields: Sequence[Tokens], apart: Answer, *, vague: bool) -> Answer:
    """Correct the answer of the comparison field by field for what is not certain about it."""
    if apart is Answer.NO:
        crossing = any(f and isinstance(f[-1], str) and f[-1].endswith("*") for f in fields[1:-1])
        return Answer.MAYBE if crossing or vague else Answer.NO
    segments = split(fields[-1])
    # NOTE: simulators want the first segment of the resource matched within itself, as in
    # `*:log-stream:*`; IAM's reference does not say.
    if len(segments) > 1 and any(isinstance(t, str) and "*" in t for t in segments[0]):
        return Answer.MAYBE
    return apart


def _vague(fields: Sequence[Tokens]) -> bool:
    """Tell whether an unknown text may hold colons of its own."""
    return any(isinstance(t, Opaque) and not t.letters for field in fields for t in field)


def _fields_match(fields: Sequence[Tokens], goal: Sequence[Tokens]) -> Answer:
    """Answer whether the fields match the first fields of the goal, one by one."""
    return all_of(
        matches(mine, theirs, fold=n == 0)
        for n, (mine, theirs) in enumerate(zip(fields, goal, strict=False))
    )


def _begin_alike(pattern: Tokens, target: Tokens) -> bool:
    """Tell whether both begin with the same unknown text, which then holds the same fields."""
    first, other = pattern[:1], target[:1]
    return _vague([first]) and bool(other) and same(first, other)
