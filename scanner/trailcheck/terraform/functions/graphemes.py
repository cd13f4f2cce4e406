"""Characters as a reader counts them: what Terraform measures text in."""

from __future__ import annotations

_JOINER = "\u200d"


def graphemes(said: str) -> list[str]:
    """Return the characters of `said`, each with the marks that belong to it.

    The rules are those of Unicode annex 29 that text in configurations can meet: combining marks,
    joined emoji, skin tones, flags, Hangul syllables and the line break of two characters.
    """
    if said.isascii() and "\r\n" not in said:
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
    if _extends(letter):
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
        or category(letter) in {"Mn", "Me", "Mc"}
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
