"""What the deployment's own account, Region and partition are taken to be.

Code seldom says. A literal on the trail's chain stands for the deployment's own, and the verdict
says that it was assumed; from then on, another literal on the chain is a mismatch. `--account`,
`--region` and `--partition` decide without assumption. (docs/design.md, "Values".)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import Opaque, joined, literal, symbol
from trailcheck.aws.wildcard import resource_matches
from trailcheck.value import Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.aws.arn import Arn, Token, Tokens
    from trailcheck.config import Config

# NOTE: texts of patterns, compiled (and kept) by `re` when one is first needed: few scans do.
_ACCOUNT = r"(?<![0-9])[0-9]{12}(?![0-9])"
_REGION = r"(?<![a-z0-9-])[a-z]{2}(?:-[a-z]+)+-[0-9](?![0-9a-z])"
_PARTITION = r"^arn:(aws[a-z-]*):"
_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-iso-", "aws-iso"),
    ("eusc-", "aws-eusc"),
)
"""Region prefixes of the partitions other than `aws` (AWS, "Partitions")."""


def partition_of(region: str) -> str:
    """Return the partition that a Region belongs to."""
    return next((name for prefix, name in _PARTITIONS if region.startswith(prefix)), "aws")


class Deployment:
    """Literals that stand for symbols, and what was assumed to find them."""

    __slots__ = ("_bound", "_partitions", "assumptions")

    def __init__(self, config: Config) -> None:
        """Start with what the caller decided."""
        self._bound: dict[tuple[str, str], str] = {}
        self._partitions: dict[str, str] = {}
        self.assumptions: list[str] = []
        for name, given in (("account", config.account), ("region", config.region)):
            if given:
                self._bound[name, ""] = given
        if config.partition:
            self._partitions[""] = config.partition

    def in_region(self, region: str) -> None:
        """Take in the Region that the code itself states: it is in one partition."""
        self._partitions.setdefault("", partition_of(region))

    def resolve(self, tokens: Tokens) -> Tokens:
        """Put literals in for the symbols that are known."""
        found: list[Token] = []
        for token in tokens:
            known = (
                self._literal(token.value)
                if isinstance(token, Opaque) and isinstance(token.value, Symbol)
                else None
            )
            found.append(token if known is None else known)
        return joined(found)

    def _literal(self, said: Symbol) -> str | None:
        if said.name != "partition":
            return self._bound.get((said.name, said.scope))
        known = self._partitions.get(said.scope) or self._partitions.get("")
        if known is None and (region := self._bound.get(("region", said.scope))):
            known = partition_of(region)
        return known

    def assume(self, tokens: Tokens, said: Tokens, what: str) -> None:
        """Take the literal `said` for the symbol `tokens`, unless that symbol is known already."""
        mine, text = symbol(tokens), literal(said)
        if mine is None or not text or any(c in text for c in "*?"):
            return
        if mine.name == "partition":
            if self._literal(mine) is None:
                self._partitions[mine.scope] = text
            return
        pattern = _ACCOUNT if mine.name == "account" else _REGION
        if self._literal(mine) is None and re.fullmatch(pattern, text):
            self._bound[mine.name, mine.scope] = text
            word = "account" if mine.name == "account" else "Region"
            self.assumptions.append(f"the literal {word} {text} ({what}) is the deployment's own")

    def assume_arn(self, own: Arn, said: Arn, what: str) -> None:
        """Take the literals of one ARN for the symbols in the same fields of another."""
        self.assume(own.account, said.account, what)
        self.assume(own.region, said.region, what)
        self.assume(own.partition, said.partition, what)

    def assume_patterns(self, patterns: Iterable[tuple[Tokens, str]], target: Tokens) -> None:
        """Take the literals under which policies cover `target`, if they agree with each other."""
        found: dict[tuple[tuple[str, str, str], ...], str] = {}
        for pattern, what in patterns:
            goal, mine = self.resolve(target), self.resolve(pattern)
            if resource_matches(mine, goal) is not Answer.MAYBE:
                continue
            for choice in self._choices(goal, mine):
                filled = _filled(goal, choice), _filled(mine, choice)
                if resource_matches(filled[1], filled[0]) is Answer.YES:
                    found.setdefault(choice, what)
                    break
        for name in ("account", "region", "partition"):
            said = {(scope, text) for choice in found for n, scope, text in choice if n == name}
            if len(said) == 1:
                scope, text = said.pop()
                what = next(w for c, w in found.items() if (name, scope, text) in c)
                self.assume((Opaque(Symbol(name, scope)),), (text,), what)

    def _choices(self, goal: Tokens, pattern: Tokens) -> list[tuple[tuple[str, str, str], ...]]:
        """Return the ways to fill the symbols of `goal` from the literals of `pattern`."""
        text = "".join(t if isinstance(t, str) else "\0" for t in pattern)
        offered = {
            "account": re.findall(_ACCOUNT, text),
            "region": re.findall(_REGION, text),
            "partition": re.findall(_PARTITION, text) or ["aws"],
        }
        choices: list[tuple[tuple[str, str, str], ...]] = [()]
        for said in dict.fromkeys(
            t.value for t in goal if isinstance(t, Opaque) and isinstance(t.value, Symbol)
        ):
            texts = dict.fromkeys(offered.get(said.name, ())) or (None,)
            choices = [
                choice if text is None else (*choice, (said.name, said.scope, text))
                for choice in choices
                for text in texts
            ]
        return choices[:16]


def _filled(tokens: Tokens, choice: tuple[tuple[str, str, str], ...]) -> Tokens:
    known = {(name, scope): text for name, scope, text in choice}
    return joined(
        known.get((t.value.name, t.value.scope), t)
        if isinstance(t, Opaque) and isinstance(t.value, Symbol)
        else t
        for t in tokens
    )
