"""A look at the text of one module directory, whether anything in it can be in a circle.

Strings and comments count as references too, a call is one with all that it leads to, and no body
is read: what is found is more than what waits for something, never less. Nearly every directory is
in order even so, and then nothing has to be known exactly.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.source import Span
    from trailcheck.terraform.config import ModuleConfig

Pair: TypeAlias = tuple[bytes, bytes]
"""How code begins to refer to something: type and name of a resource, or ("local", name)."""

_DOT = re.compile(rb"\.([\w\x80-\xff-]*+)")
_WORD = re.compile(rb"[\w\x80-\xff]")
"""What makes one name with what follows it; a hyphen may be a minus."""
_WORD_BEFORE = re.compile(rb"[\w\x80-\xff-]+$")
_HEADS = frozenset({b"local", b"var", b"module", b"data", b"resource", b"ephemeral"})
_NO_PROVIDER = frozenset({b"local", b"var", b"provider"})
_APART = b" \t\r\n/#"
"""What begins white space or a comment; beside a dot it may hide from what the name is."""
_NEAR = 64
_LONGEST_LINE = 1_000
_MOST_PROVIDERS = 50
_MOST_TRIES = 500_000
"""Bounds for code that nobody writes; what is beyond them is not told at a glance."""
_VALIDATION = re.compile(rb"validation\s*\{")
_QUOTED = re.compile(rb'"[^"\\$%\n]*"')


def is_in_order(config: ModuleConfig) -> bool:
    """Tell whether nothing of a module can be in a circle, but within modules that it calls.

    A circle that leads through several modules leads through their calls in the outermost of them.
    """
    found = waits(config)
    return found is not None and _is_acyclic(found)


def waits(config: ModuleConfig) -> dict[Pair, set[Pair]] | None:
    """Return what parts of a module may wait for; None if there may be more than can be seen."""
    if config.imports or any(source.path.endswith(".json") for source in config.sources):
        # NOTE: an import waits for things, and makes others wait for it; JSON may escape names.
        return None
    places: dict[Pair, list[Span]] = {}
    for pair, place in _parts(config):
        if place is None:
            return None
        places.setdefault(pair, []).append(place)
    look = _Look(places)
    found: dict[Pair, set[Pair]] = {}
    for pair, spans in places.items():
        mentioned = look.mentions(spans)
        if mentioned is None:
            return None
        found[pair] = mentioned
    providers = [pair for pair in places if pair[0] == b"provider" and found[pair]]
    if len(providers) > _MOST_PROVIDERS:
        return None
    for pair, spans in places.items():
        if pair[0] == b"var":
            found[pair].discard(pair)
        elif pair[0] not in _NO_PROVIDER:
            found[pair].update(p for p in providers if _may_use(pair, spans, p[1]))
    return found


def _parts(config: ModuleConfig) -> Iterator[tuple[Pair, Span | None]]:
    """Yield what may wait for something in its own module; no place where it has several."""
    for table in (config.resources, config.data, config.checked, config.ephemeral):
        for (type_, name), block in table.items():
            yield (type_.encode(), name.encode()), block.whole
    for name, argument in config.locals.items():
        yield (b"local", name.encode()), argument.span
    for name, call in config.calls.items():
        yield (b"module", name.encode()), call.whole
    for name, block in config.providers.items():
        yield (b"provider", name.partition(".")[0].encode()), block.whole
    for name, variable in config.variables.items():
        if (whole := variable.whole) is None:
            yield (b"var", name.encode()), None
        elif (check := _VALIDATION.search(whole.source.data, whole.start, whole.end)) is not None:
            yield (b"var", name.encode()), whole.source.span(check.start(), whole.end)


def _may_use(user: Pair, spans: list[Span], provider: bytes) -> bool:
    """Tell whether a resource may be one of a provider; a call has all that it is given."""
    said = any(b"provider" in source.data[start:end] for source, start, end in spans)
    return said or user[0] == b"module" or user[0].partition(b"_")[0] == provider


class _Look:
    """Finds what code mentions of some things."""

    def __init__(self, things: Iterable[Pair]) -> None:
        self._heads = set(_HEADS)
        self._tries = 0
        self._firsts: dict[bytes, list[bytes]] = {}
        for first, second in things:
            self._heads.add(first)
            self._firsts.setdefault(second, []).append(first)

    def mentions(self, spans: Iterable[Span]) -> set[Pair] | None:
        """Return what is mentioned in some places; None if there may be more than can be seen."""
        found: set[Pair] = set()
        for source, start, end in spans:
            data = source.data
            for dot in _DOT.finditer(data, start, end):
                second, at = dot[1], dot.start()
                firsts = self._firsts.get(second)
                if firsts is None and second:
                    continue
                if (data[at - 1] in _APART or not second) and self._hides(data, at, dot.end()):
                    return None
                self._tries += len(firsts or ())
                if self._tries > _MOST_TRIES:
                    return None
                for first in firsts or ():
                    before = at - len(first)
                    if data.startswith(first, before) and not _WORD.match(data, before - 1):
                        found.add((first, second))
        return found

    def _hides(self, data: bytes, at: int, after: int) -> bool:
        """Tell whether a dot beside white space or a comment may join two names."""
        if data[at - 1] not in _APART and data[after] not in _APART:
            return False
        before = data[max(at - _NEAR, 0) : at]
        bare = before.rstrip()
        if b"\n" in before[len(bare) :] or bare.endswith(b"*/"):
            return True
        word = _WORD_BEFORE.search(bare)
        return word is not None and word[0] in self._heads and not _is_text(data, at)


def _is_text(data: bytes, at: int) -> bool:
    """Tell whether a byte is surely one of a comment, or of a quoted string's own text."""
    start = data.rfind(b"\n", max(at - _LONGEST_LINE, 0), at) + 1
    if not start and at > _LONGEST_LINE:
        return False
    line = data[start:at].lstrip()
    if line.startswith((b"#", b"//")):
        return b"{" not in line
    # NOTE: a brace may end an interpolation that began on another line, and a quote its string.
    rest = _QUOTED.sub(b"", line)
    return rest.count(b'"') == 1 and not any(odd in rest for odd in (b"$", b"%", b"}", b"\\"))


def _is_acyclic(graph: dict[Pair, set[Pair]]) -> bool:
    """Tell whether things can be put in an order in which none comes before what it waits for."""
    behind: dict[Pair, list[Pair]] = {}
    for pair, others in graph.items():
        for other in others:
            behind.setdefault(other, []).append(pair)
    left = {pair: len(others) for pair, others in graph.items()}
    free = [pair for pair, count in left.items() if not count]
    for pair in free:
        for other in behind.get(pair, ()):
            left[other] -= 1
            if not left[other]:
                free.append(other)
    return len(free) == len(graph)
