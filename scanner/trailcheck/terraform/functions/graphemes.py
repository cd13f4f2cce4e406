"""Characters as a reader counts them: what Terraform measures text in."""

from __future__ import annotations

_JOINER = "\u200d"
_BEFORE = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e"
    "\U000110bd\U000110cd\U000111c2\U000111c3\U0001193f\U00011941\U00011a3a\U00011d46"
)
"""Signs that belong to the letter after them."""
_AFTER = frozenset("\u0e33\u0eb3")
"""Vowels of Thai and Lao that are letters, and yet belong to the one before."""
_APART = frozenset(
    "\u102b\u102c\u1038\u1062\u1063\u1064\u1067\u1068\u1069\u106a\u106b\u106c\u106d\u1083"
    "\u1087\u1088\u1089\u108a\u108b\u108c\u108f\u109a\u109b\u109c\u1a61\u1a63\u1a64\uaa7b"
    "\uaa7d\U00011720\U00011721"
)
"""Marks that stand for themselves."""


def is_plain(said: str) -> bool:
    """Tell whether each character of a text is one by itself."""
    return said.isascii() and "\r\n" not in said


def graphemes(said: str) -> list[str]:
    """Return the characters of `said`, each with the marks that belong to it.

    The rules are those of Unicode annex 29 that text in configurations can meet: combining marks,
    joined emoji, skin tones, flags, Hangul syllables, vowels of Thai, and the line break of two
    characters.
    """
    if is_plain(said):
        return list(said)
    starts: list[int] = []
    flags = 0
    pictograph = False
    for place, letter in enumerate(said):
        if place and _continues(said[place - 1], letter, flags, pictograph=pictograph):
            pictograph = pictograph or _is_pictograph(letter)
        else:
            starts.append(place)
            pictograph = _is_pictograph(letter)
        flags = flags + 1 if _is_flag(letter) else 0
    return [said[a:b] for a, b in zip(starts, [*starts[1:], len(said)], strict=True)]


def _continues(last: str, letter: str, flags: int, *, pictograph: bool) -> bool:
    if last == "\r" and letter == "\n":
        return True
    if last in "\r\n" or letter in "\r\n":
        return False
    if _extends(letter) or last in _BEFORE:
        return True
    if last == _JOINER and pictograph and _is_pictograph(letter):
        return True
    if _is_flag(letter):
        return flags % 2 == 1
    return _hangul(last, letter)


def _extends(letter: str) -> bool:
    if letter < "\u0300":
        return False
    from unicodedata import category  # noqa: PLC0415 - only for text beyond Latin

    return (
        letter == _JOINER
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
        or letter == "\u200c"
        or letter in _AFTER
        or (category(letter) in {"Mn", "Me", "Mc"} and letter not in _APART)
    )


def _is_pictograph(letter: str) -> bool:
    return (
        "\U0001f000" <= letter <= "\U0001faff"
        or "\u2190" <= letter <= "\u21ff"
        or "\u2300" <= letter <= "\u27bf"
        or "\u2b00" <= letter <= "\u2bff"
        or letter in "\u00a9\u00ae\u203c\u2049\u2122\u2139\u3030\u303d\u3297\u3299"
    ) and not "\U0001f3fb" <= letter <= "\U0001f3ff"


def _is_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _hangul(last: str, letter: str) -> bool:
    leads, vowels, tails = ("\u1100", "\u115f"), ("\u1160", "\u11a7"), ("\u11a8", "\u11ff")

    def among(one: str, bounds: tuple[str, str]) -> bool:
        return bounds[0] <= one <= bounds[1]

    syllable = "\uac00" <= last <= "\ud7a3"
    if among(last, leads):
        return among(letter, leads) or among(letter, vowels) or "\uac00" <= letter <= "\ud7a3"
    if among(last, vowels) or (syllable and (ord(last) - 0xAC00) % 28 == 0):
        return among(letter, vowels) or among(letter, tails)
    return (among(last, tails) or syllable) and among(letter, tails)
