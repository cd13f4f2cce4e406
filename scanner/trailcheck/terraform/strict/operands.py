"""Patterns that expressions need: operands, what may follow them, and short cuts.

They are apart from those of bodies because `re` takes milliseconds to compile them, which a file of
plain arguments need not pay.
"""

from __future__ import annotations

import re

from trailcheck.terraform.strict.patterns import (
    BREAK,
    EDGE,
    FREE,
    IDENT,
    INDEX_STEP,
    INLINE,
    PLAIN,
    PLAIN_STRING,
    WORD,
)

_NUMBER = r"[0-9](?:\.*+(?:[0-9]|[eE][+-]?[0-9]))*+"

STRING, CALL, PATH, NUMBER, OPEN, SIGN, QUOTE, HEREDOC = range(1, 9)


def _operand(skip: str) -> re.Pattern[str]:
    return re.compile(
        rf"""{skip}(?:
            ({PLAIN_STRING})
          | ({IDENT}\()
          | ({IDENT}(?:\.{IDENT}|{INDEX_STEP})*+)
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
          | (if{EDGE})
          | ({end})
        )""",
        re.VERBOSE,
    )


AFTER = _after(FREE, "(?!)")
AFTER_INLINE = _after(INLINE, BREAK)


ITEMS = re.compile(rf"(?:{FREE}{PLAIN}{FREE},)*+{FREE}([\])])?")
"""The plain items of a list or call up to one that is not plain, or up to the end."""
MEMBERS = re.compile(
    rf"(?:{FREE}(?:{WORD}|{PLAIN_STRING}){INLINE}(?:=(?![=>])|:(?!:)){INLINE}"
    rf"{PLAIN}{INLINE}(?:,|\r?\n))*+{FREE}(\}})?"
)
"""The plain members of an object up to one that is not plain, or up to the end."""
FOR = re.compile(rf"{FREE}for{EDGE}")
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
LONE_RETURN = re.compile(r"\r(?!\n)")

_SELDOM = {
    # What makes a call of the name before it, with spaces or of a provider's function.
    "SPACED_CALL": rf"{FREE}(?:::{FREE}{IDENT}{FREE})*+\(",
    "SPACED_CALL_INLINE": rf"{INLINE}(?:::{INLINE}{IDENT}{INLINE})*+\(",
    "STEP": rf"{FREE}(?:({IDENT})|({_NUMBER})|(\*))",
    "STEP_INLINE": rf"{INLINE}(?:({IDENT})|({_NUMBER})|(\*))",
    "SPLAT": rf"{FREE}\*",
    "SPLAT_INLINE": rf"{INLINE}\*",
    "FOR_NAMES": rf"{FREE}({IDENT}){FREE}(?:,{FREE}({IDENT}){FREE})?in{EDGE}",
    "DIRECTIVE": rf"~?{FREE}({IDENT})",
    "DIRECTIVE_END": rf"{FREE}~?\}}",
    "GROUPED": rf"{FREE}(?:(if){EDGE}|\}})",
}


def __getattr__(name: str) -> re.Pattern[str]:
    """Compile a pattern that few files need, when the first one does."""
    text = _SELDOM.get(name)
    if text is None:
        raise AttributeError(name)
    pattern = globals()[name] = re.compile(text)
    return pattern
