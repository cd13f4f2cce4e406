"""Text with symbolic parts, and ARNs among it.

An ARN in code is rarely plain text: `"${aws_cloudwatch_log_group.a.arn}:*"` is a reference and two
characters. Here text is a sequence of tokens, literal or opaque, and questions about it are
answered on tokens (`wildcard.py`).

An opaque token equals itself, wherever it is written: a group named `/trail/${var.prefix}` matches
a pattern with the same `${var.prefix}`. What else it may be depends on what it is: an account is
twelve digits, a name holds no colon, and an unknown value can be anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from trailcheck.record import NamedTuple
from trailcheck.value import Piece, Reference, Symbol, Unknown, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.value import Value


class Opaque(NamedTuple):
    """A stretch of text that code does not spell out.

    `letters` is the regular expression class of the characters that it can hold. `filled` tells
    that it is not empty, `made_up` that nobody knows it beforehand.
    """

    value: Reference | Symbol | Unknown
    letters: str = ""
    """Empty: anything at all, wildcards too."""
    filled: bool = False
    made_up: bool = False
    """Made up at deployment, so that no text written beforehand is equal to it."""

    @property
    def owner(self) -> str:
        """The resource whose name this is, if AWS or Terraform makes that up; else empty.

        It is the address in the resource's own root: other roots know it behind theirs.
        """
        value = self.value
        if not isinstance(value, Reference) or value.attribute != "generated_name":
            return ""
        return value.address.rpartition("//")[2]

    def may_hold(self, letter: str) -> bool:
        """Tell whether a character that stands in the code may be one of these."""
        return not self.made_up and (not self.letters or re.match(self.letters, letter) is not None)


Token: TypeAlias = "str | Opaque"  # noqa: S105 - not a password
Tokens: TypeAlias = "tuple[Token, ...]"

NAME = r"[^:*?]"
"""Names of roles, groups and trails hold neither colons nor wildcards."""

NOTHING = r"(?!)"
"""The class of no character at all: what has it is never filled in, so that it matches nothing."""

_RANDOM = r"(?:^|\.)random_(?!shuffle)[a-z]+\."
"""Resources of Terraform's random provider; `random_shuffle` only orders what it is given."""

_SYMBOL_LETTERS = {
    "account": "[0-9]",
    "region": "[a-z0-9-]",
    "partition": "[a-z-]",
    "dns_suffix": "[a-z.]",
}


def opaque(value: Reference | Symbol | Unknown, *, name: bool = False) -> Opaque:
    """Return the token for a value that is not text; `name` tells that it is part of a name."""
    match value:
        case Symbol():
            return Opaque(value, _SYMBOL_LETTERS.get(value.name, NAME), filled=True)
        case Reference(attribute="generated_name" | "unique_id"):
            return Opaque(value, NAME, filled=True, made_up=True)
        case Reference() if re.search(_RANDOM, value.address):
            return Opaque(value, NAME if name else "", filled=True, made_up=True)
        case Reference(attribute="name" | "id"):
            return Opaque(value, NAME, filled=True)
        case Unknown() if value.name.endswith(("AWS::StackName", "AWS::StackId.guid")):
            return Opaque(value, "[A-Za-z0-9-]", filled=True)
        case _:
            return Opaque(value, NAME if name else "")


def tokens_of(value: Value, *, name: bool = False) -> Tokens | None:
    """Return the tokens of a text-like value, or None if it is not text. References stay whole."""
    parts = parts_of(value)
    if parts is None:
        return None
    return joined(p.text if isinstance(p, Piece) else opaque(p, name=name) for p in parts)


def joined(tokens: Iterable[Token]) -> Tokens:
    """Return the tokens with neighbouring literals merged and empty ones dropped."""
    merged: list[Token] = []
    for token in tokens:
        if isinstance(token, str) and merged and isinstance(merged[-1], str):
            merged[-1] += token
        elif token != "":
            merged.append(token)
    return tuple(merged)


def same(one: Tokens, other: Tokens) -> bool:
    """Tell whether two texts are surely equal: the same literals around the same unknowns."""
    return len(one) == len(other) and all(
        a == b if isinstance(a, str) or isinstance(b, str) else a.value == b.value
        for a, b in zip(one, other, strict=True)
    )


def show(tokens: Tokens) -> str:
    """Return the text for people, opaque parts in `${...}`."""
    return "".join(t if isinstance(t, str) else _shown(t.value) for t in tokens)


def _shown(value: Reference | Symbol | Unknown) -> str:
    match value:
        case Reference():
            return f"${{{value.address}.{value.attribute}}}"
        case Unknown() if value.name.startswith("${"):
            return value.name  # A policy variable stands in the policy as that.
        case _:
            return f"${{{value.name}}}"


def literal(tokens: Tokens) -> str | None:
    """Return the text if all of it is literal."""
    if not tokens:
        return ""
    return tokens[0] if len(tokens) == 1 and isinstance(tokens[0], str) else None


def symbol(tokens: Tokens) -> Symbol | None:
    """Return the symbol if it is all of the text."""
    if len(tokens) == 1 and isinstance(tokens[0], Opaque) and isinstance(tokens[0].value, Symbol):
        return tokens[0].value
    return None


def split(tokens: Tokens, most: int = -1) -> list[Tokens]:
    """Split at the colons of the literal parts, at most `most` times."""
    fields: list[list[Token]] = [[]]
    for token in tokens:
        if not isinstance(token, str):
            fields[-1].append(token)
            continue
        pieces = token.split(":", most - len(fields) + 1) if most >= 0 else token.split(":")
        fields[-1].append(pieces[0])
        fields.extend([piece] for piece in pieces[1:])
    return [joined(field) for field in fields]


FIELDS = 6
"""Of an ARN: `arn`, partition, service, Region, account and resource."""


class Arn(NamedTuple):
    """The six fields of an ARN."""

    partition: Tokens
    service: Tokens
    region: Tokens
    account: Tokens
    resource: Tokens

    @property
    def tokens(self) -> Tokens:
        """The whole ARN."""
        colon: Tokens = (":",)
        parts = [("arn",), *self]
        return joined(t for n, field in enumerate(parts) for t in (*(colon if n else ()), *field))


def arn_of(tokens: Tokens) -> Arn | None:
    """Return the fields of an ARN, or None if the text does not have the form of one."""
    fields = split(tokens, FIELDS - 1)
    if len(fields) != FIELDS or fields[0] != ("arn",):
        return None
    return Arn(*fields[1:])
