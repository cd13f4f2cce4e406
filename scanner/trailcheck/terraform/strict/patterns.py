"""Patterns of HCL's text, those that bodies need, and the refusal that all of this package raises.

Some patterns are short cuts: they match many plain items at once, each with what ends it, and plain
items are nearly all of real code. What they leave is read token by token, and errors are found only
there, so a short cut must never match what HCL refuses.
Source: HCL's scanner (`hclsyntax/scan_tokens.rl`) and native syntax specification.
"""

from __future__ import annotations

import re

Pattern = re.Pattern[str]


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """Code that HCL refuses: what is wrong, what to do, and the characters that it is about."""

    def __init__(self, summary: str, detail: str, start: int, end: int) -> None:
        super().__init__(summary)
        self.summary = summary
        self.detail = detail
        self.start = start
        self.end = max(end, start + 1)


_START = r"[^\x00-@\[-^`{-\x7f]"
_GO_ON = r"[^\x00-,./:-@\[-^`{-\x7f]"
IDENT = rf"{_START}{_GO_ON}*+"
"""Every letter beyond ASCII may stand in a name as far as patterns go; `verify` has the last word.

NOTE: the classes say what may not stand there; `re` takes 20 ms to compile one that says what may.
"""
EDGE = rf"(?!{_GO_ON})"
WORD = "[A-Za-z_][0-9A-Za-z_-]*+"
INLINE = r"(?:[ \t]++|/\*(?s:.*?)\*/)*+"
"""White space and comments that end no line."""
FREE = r"(?:[ \t\n]++|\r\n|\#[^\n]*+|//[^\n]*+|/\*(?s:.*?)\*/)*+"
"""White space, comments and line breaks, for places where lines do not matter."""
BREAK = r"(?:\r?\n|(?:\#|//)[^\n]*+(?:\n|\Z))"
"""The end of a line; a comment that runs to it is part of it."""

INDEX_STEP = r"\[(?:[0-9]++|\*|\"[ !#&-\[\]-~]*+\")\]"
PLAIN_PATH = rf"{WORD}(?:\.{WORD}|{INDEX_STEP})*+"
PLAIN_STRING = rf"\"(?:[^\"\\$%\r\n]++|\$\{{[ ]?{PLAIN_PATH}[ ]?\}}|\\[nrt\"\\])*+\""
PLAIN = rf"(?:{PLAIN_STRING}|{PLAIN_PATH}|-?[0-9]++(?:\.[0-9]++)?)"

_ARGUMENT = rf"{WORD}[ \t]*+=[ \t]*+{PLAIN}[ \t]*+(?:\#[^\n]*+)?\r?\n"
LINES = re.compile(rf"(?:[ \t\n]++|\r\n|\#[^\n]*+\n|//[^\n]*+\n|{_ARGUMENT})*+")
"""The plain arguments of a body, each on its line, up to one that is not plain."""

SKIP = re.compile(FREE)
SKIP_INLINE = re.compile(INLINE)
NAME = re.compile(IDENT)
ENDS = re.compile(rf"{INLINE}(?:{BREAK}|\Z)")
HEADER = re.compile(
    rf'{WORD}(?:[ \t]++(?:"[^"\\$%\r\n]*+"|{WORD}))*+[ \t]*+(\{{)[ \t]*+(\}}[ \t]*+)?\r?\n'
)
"""A plain header of a block, with its end if it is empty."""
CLOSING = re.compile(r"\}[ \t]*+\r?\n")
