"""The tokens of HCL as patterns over text, and the refusal that all of this package raises.

Where a pattern ends with a whole item and what follows it, it is a short cut: plain items, which are
nearly all of real code, are read many at a time. What a short cut does not match is read token by token,
and only there can an error be found, so a short cut must never match what HCL refuses.
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

NOTE: the classes say what may not stand there: `re` takes 20 ms to compile one that lists all the others.
"""
_EDGE = rf"(?!{_GO_ON})"
_WORD = "[A-Za-z_][0-9A-Za-z_-]*+"
INLINE = r"(?:[ \t]++|/\*(?s:.*?)\*/)*+"
"""White space and comments that end no line."""
FREE = r"(?:[ \t\n]++|\r\n|\#[^\n]*+|//[^\n]*+|/\*(?s:.*?)\*/)*+"
"""White space, comments and line breaks, for places where lines do not matter."""
BREAK = r"(?:\r?\n|(?:\#|//)[^\n]*+(?:\n|\Z))"
"""The end of a line; a comment that runs to it is part of it."""

_INDEX = r"\[(?:[0-9]++|\*|\"[ !#&-\[\]-~]*+\")\]"
_PATH = rf"{_WORD}(?:\.{_WORD}|{_INDEX})*+"
_STRING = rf"\"(?:[^\"\\$%\r\n]++|\$\{{[ ]?{_PATH}[ ]?\}}|\\[nrt\"\\])*+\""
_SIMPLE = rf"(?:{_STRING}|{_PATH}|-?[0-9]++(?:\.[0-9]++)?)"
_NUMBER = r"[0-9](?:\.*+(?:[0-9]|[eE][+-]?[0-9]))*+"

STRING, CALL, PATH, NUMBER, OPEN, SIGN, QUOTE, HEREDOC = range(1, 9)


def _operand(skip: str) -> re.Pattern[str]:
    return re.compile(
        rf"""{skip}(?:
            ({_STRING})
          | ({IDENT}(?:{skip}::{skip}{IDENT})*+{skip}\()
          | ({IDENT}(?:\.{IDENT}|{_INDEX})*+)
          | ({_NUMBER})
          | ([\[({{])
          | (!(?!=)|-)
          | (\")
          | (<<-?{IDENT}\r?\n)
        )""",
        re.VERBOSE,
    )


OPERAND = _operand(FREE)
OPERAND_INLINE = _operand(INLINE)

OPERATOR, COMMA, CLOSE, DOT, INDEX, QUESTION, ASSIGN, ARROW, ELLIPSIS, CONDITION, END = range(1, 12)


def _after(skip: str, end: str) -> re.Pattern[str]:
    return re.compile(
        rf"""{skip}(?:
            (==|!=|<=|>=|&&|\|\||[-+*%<>]|/(?![/*]))
          | (,)
          | ([\])}}]|~\}})
          | (\.(?!\.\.))
          | (\[)
          | (\?)
          | (=(?!>)|:(?!:))
          | (=>)
          | (\.\.\.)
          | (if{_EDGE})
          | ({end})
        )""",
        re.VERBOSE,
    )


AFTER = _after(FREE, "(?!)")
AFTER_INLINE = _after(INLINE, BREAK)

STEP = re.compile(rf"{FREE}(?:({IDENT})|({_NUMBER})|(\*))")
STEP_INLINE = re.compile(rf"{INLINE}(?:({IDENT})|({_NUMBER})|(\*))")
SPLAT = re.compile(rf"{FREE}\*")
SPLAT_INLINE = re.compile(rf"{INLINE}\*")

ITEMS = re.compile(rf"(?:{FREE}{_SIMPLE}{FREE},)*+{FREE}([\])])?")
"""The plain items of a list or call up to one that is not plain, or up to the end."""
MEMBERS = re.compile(
    rf"(?:{FREE}(?:{_WORD}|{_STRING}){INLINE}(?:=(?![=>])|:(?!:)){INLINE}{_SIMPLE}{INLINE}(?:,|\r?\n))*+"
    rf"{FREE}(\}})?"
)
"""The plain members of an object up to one that is not plain, or up to the end."""
LINES = re.compile(
    rf"(?:[ \t\n]++|\r\n|\#[^\n]*+\n|//[^\n]*+\n|{_WORD}[ \t]*+=[ \t]*+{_SIMPLE}[ \t]*+(?:\#[^\n]*+)?\r?\n)*+"
)
"""The plain arguments of a body, each on its line, up to one that is not plain."""

SKIP = re.compile(FREE)
SKIP_INLINE = re.compile(INLINE)
NAME = re.compile(IDENT)
ENDS = re.compile(rf"{INLINE}(?:{BREAK}|\Z)")
HEADER = re.compile(
    rf'{_WORD}(?:[ \t]++(?:"[^"\\$%\r\n]*+"|{_WORD}))*+[ \t]*+(\{{)[ \t]*+(\}}[ \t]*+)?\r?\n'
)
"""A plain header of a block, with its end if it is empty."""
CLOSING = re.compile(r"\}[ \t]*+\r?\n")

FOR = re.compile(rf"{FREE}for{_EDGE}")
FOR_NAMES = re.compile(rf"{FREE}({IDENT}){FREE}(?:,{FREE}({IDENT}){FREE})?in{_EDGE}")
DIRECTIVE = re.compile(rf"~?{FREE}({IDENT})")
DIRECTIVE_END = re.compile(rf"{FREE}~?\}}")
GROUPED = re.compile(rf"{FREE}(?:(if){_EDGE}|\}})")
VALID_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")

QUOTED = re.compile(
    r"""(?:[^"\\$%\r\n]++
      | \\(?:[nrt"\\]|u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}
          |U(?:000(?!0[dD][89a-fA-F])[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4}))
      | \$\$\{ | %%\{ | \$(?!\{) | %(?!\{))*+""",
    re.VERBOSE,
)
"""The literal text of a quoted string up to its end, a template sequence, or an error."""
SEQUENCE = re.compile(r"(\$\$\{|%%\{)|[$%]\{")
"""A template sequence in text that has no escapes with backslashes, or one that is escaped."""
