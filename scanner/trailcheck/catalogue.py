"""The rules: which there are, and which a run selects.

The index beside the rules is generated from them (`scripts/generate.py`). Rule modules are imported
by name, and only those that a run selects, so that the engine depends on no rule.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from trailcheck.errors import UsageError
from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.config import Config
    from trailcheck.rule import Rule

INDEX = "trailcheck_rules.index"


class Entry(NamedTuple):
    """What the index says about one rule."""

    id: str
    module: str
    name: str
    """The rule's name in its module."""
    severity: str
    profiles: tuple[str, ...]
    """The profiles that hold the rule; "integration": it takes part in deciding `integrated`."""


class Selection:
    """Rules, sorted by id, that are imported when somebody looks at one.

    Code without a trail needs none of them, and that is what most scans in a pre-commit hook see.
    """

    def __init__(self, chosen: Iterable[Entry]) -> None:
        self._entries = tuple(chosen)
        self._rules: tuple[Rule, ...] = ()

    def __iter__(self) -> Iterator[Rule]:
        self._rules = self._rules or _load(self._entries)
        return iter(self._rules)


def entries() -> tuple[Entry, ...]:
    """Return the index, sorted by rule id. No rule is imported."""
    return tuple(Entry(*row) for row in import_module(INDEX).RULES)


def numbers() -> dict[str, int]:
    """Return the numbers by which cfn-lint knows the rules, those of lost rules too."""
    found: dict[str, int] = import_module(INDEX).NUMBERS
    return found


def rules() -> tuple[Rule, ...]:
    """Return every rule, sorted by id."""
    return _load(entries())


def integration() -> Selection:
    """Return the rules that together decide whether a trail is integrated, whatever is selected."""
    return Selection(e for e in entries() if "integration" in e.profiles)


def rule(identifier: str) -> Rule:
    """Return one rule. Raises UsageError when there is no such rule."""
    known = {entry.id: entry for entry in entries()}
    _check((identifier,), known)
    return _load((known[identifier],))[0]


def selected(config: Config) -> Selection:
    """Return the rules that `config` selects.

    Raises UsageError for an id that does not exist, and for a selection that leaves nothing.
    """
    known = {entry.id: entry for entry in entries()}
    _check((*config.select, *config.ignore), known)
    chosen = [
        entry
        for entry in known.values()
        if (entry.id in config.select if config.select else config.profile in entry.profiles)
        and entry.id not in config.ignore
    ]
    if not chosen:
        raise UsageError(
            "no rule is selected", "Widen the profile or the selection, or ignore fewer rules."
        )
    return Selection(chosen)


def suggest(word: str, words: Iterable[str]) -> str:
    """Return advice on a word that is not known, with the nearest one that is."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(words), 1)
    return f"Did you mean {near[0]}?" if near else ""


def _load(chosen: Iterable[Entry]) -> tuple[Rule, ...]:
    return tuple(getattr(import_module(entry.module), entry.name) for entry in chosen)


def _check(identifiers: Iterable[str], known: dict[str, Entry]) -> None:
    for identifier in identifiers:
        if identifier not in known:
            advice = suggest(identifier, known) or "`trailcheck rules` lists all rules."
            raise UsageError(f"there is no rule {identifier!r}", advice)
