"""Classes of characters in RE2 patterns, as tests of one letter.

Source: github.com/google/re2/wiki/Syntax, and Go 1.23's `regexp/syntax` and `unicode`, which
know Unicode 15.0.0.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, TypeAlias

from trailcheck.terraform.functions.base import UnsettledError

if TYPE_CHECKING:
    from collections.abc import Callable

    Test: TypeAlias = Callable[[str], bool]

PERL = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\t\n\f\r "}
POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\x00-\x7f",
    "blank": "\t ",
    "cntrl": "\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@[-`{-~",
    "space": "\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_CATEGORIES = {
    "C": "cfos",
    "L": "lmotu",
    "M": "cen",
    "N": "dlo",
    "P": "cdefios",
    "S": "ckmo",
    "Z": "lps",
}
"""The kinds of characters, and what may follow as a second letter."""
_NEWER = """Any ASCII Assigned Cn LC Other Control cntrl Format Unassigned Private_Use Surrogate
    Letter Cased_Letter Lowercase_Letter Modifier_Letter Other_Letter Titlecase_Letter
    Uppercase_Letter Mark Combining_Mark Spacing_Mark Enclosing_Mark Nonspacing_Mark Number
    Decimal_Number digit Letter_Number Other_Number Punctuation punct Connector_Punctuation
    Dash_Punctuation Close_Punctuation Final_Punctuation Initial_Punctuation Other_Punctuation
    Open_Punctuation Symbol Currency_Symbol Modifier_Symbol Math_Symbol Other_Symbol Separator
    Line_Separator Paragraph_Separator Space_Separator"""
"""What Go 1.25 takes besides, and all names in any case ("regexp/syntax" in its release notes)."""
_LAST_FOLDED = 0x1E943
"""No character beyond this has another case."""
_orbits: dict[str, list[str]] = {}
_assigned: list[tuple[int, int]] = []


def anything(letter: str) -> bool:  # noqa: ARG001 - a test takes the letter
    """Pass every character."""
    return True


def no_break(letter: str) -> bool:
    """Pass every character that ends no line."""
    return letter != "\n"


def single(wanted: str) -> Test:
    """Return the test for one character."""
    return wanted.__eq__


def negated(test: Test) -> Test:
    """Return the test that passes what another does not."""
    return lambda letter: not test(letter)


def listed(said: str) -> Test:
    """Return the test for characters and ranges of ASCII, as `a-z_` says them."""
    letters: set[str] = set()
    at = 0
    while at < len(said):
        if said[at + 1 : at + 2] == "-" and at + 2 < len(said):
            letters.update(map(chr, range(ord(said[at]), ord(said[at + 2]) + 1)))
            at += 3
        else:
            letters.add(said[at])
            at += 1
    return frozenset(letters).__contains__


def folded(test: Test, flags: frozenset[str]) -> Test:
    """Return the test that passes a letter in any of its cases, where the flags say so."""
    if "i" not in flags:
        return test
    return lambda letter: test(letter) or any(test(each) for each in _orbit(letter))


def _orbit(letter: str) -> list[str]:
    """Return what is the same letter but for its case, by simple folding."""
    if letter.isascii() and letter not in "KSks":
        return [letter.swapcase()]
    if not _orbits:
        for code in range(_LAST_FOLDED + 1):
            each = chr(code)
            _orbits.setdefault(_simply_folded(each), []).append(each)
    return _orbits.get(_simply_folded(letter), [letter])


def _simply_folded(letter: str) -> str:
    for said in (letter.casefold(), letter.lower()):
        if len(said) == 1:
            return said
    return letter


def class_named(name: str) -> Test | None:
    """Return the test for what `Greek`, `L` or `Any` names; None if there is no such class.

    Raises UnsettledError for what only newer versions of Go know.
    """
    if name == "Any":
        return anything
    if name in _categories():
        return _of_category(name)
    from trailcheck.terraform.functions.unicode_scripts import RANGES  # noqa: PLC0415 - seldom needed, and large

    if name in RANGES:
        ranges = _ranges(RANGES[name])
        return lambda letter: _within(ord(letter), ranges)
    if _loose(name) in set(map(_loose, (*RANGES, *_categories(), *_NEWER.split()))):
        reason = f"whether there is a class {name} turns on the version of Terraform"
        raise UnsettledError(reason=reason)
    return None


def _categories() -> set[str]:
    return {kind + each for kind, more in _CATEGORIES.items() for each in ("", *more)}


def _of_category(name: str) -> Test:
    from unicodedata import category  # noqa: PLC0415 - seldom needed

    def test(letter: str) -> bool:
        found = category(letter)
        if letter.isascii() or found in {"Co", "Cs"}:
            return found.startswith(name)
        # NOTE: each Python has a Unicode of its own; the table says what was assigned in Go's.
        if not _within(ord(letter), _all_assigned()):
            return False
        if found == "Cn":
            raise UnsettledError(reason="what kind of character this is, is not followed")
        return found.startswith(name)

    return test


def _all_assigned() -> list[tuple[int, int]]:
    if not _assigned:
        from trailcheck.terraform.functions.unicode_scripts import RANGES  # noqa: PLC0415 - seldom needed, and large

        _assigned.extend(sorted(pair for said in RANGES.values() for pair in _ranges(said)))
    return _assigned


def _ranges(said: str) -> list[tuple[int, int]]:
    pairs = (each.partition("-") for each in said.split())
    return [(int(first, 16), int(last or first, 16)) for first, _, last in pairs]


def _within(code: int, ranges: list[tuple[int, int]]) -> bool:
    at = bisect_right(ranges, (code, 0x110000)) - 1
    return at >= 0 and code <= ranges[at][1]


def _loose(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")
