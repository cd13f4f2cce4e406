"""Module sources outside the repository: which public module they name, at which version.

A registry address, `github.com/…` and `git::https://github.com/…` may name the same module: the
public registry takes `NAMESPACE/NAME/PROVIDER` from `NAMESPACE/terraform-PROVIDER-NAME`.
Sources: Terraform, "Module Sources"; Terraform, "Version Constraints".
"""

from __future__ import annotations

import re

from trailcheck.record import NamedTuple

Version = tuple[int, int, int]

_REGISTRY = re.compile(
    r"(?:(?:registry\.terraform\.io|registry\.opentofu\.org)/)?"
    r"([0-9A-Za-z][\w-]*)/([0-9A-Za-z][\w-]*)/([0-9a-z]+)(?://([^?]*))?"
)
_GITHUB = re.compile(
    r"(?:git::(?:(?:https?|ssh|git)://)?(?:[\w.-]+@)?|git@)?github\.com[/:]"
    r"([\w.-]+)/([\w.-]+?)(?:\.git)?/?(?://([^?]*))?(?:\?(.*))?"
)
_REPOSITORY = re.compile(r"terraform-([0-9a-z]+)-([\w-]+)")
_TAG = re.compile(r"(?:refs/)?(?:tags/)?v?([0-9]+\.[0-9]+(?:\.[0-9]+)?)")
_TERM = re.compile(r"(~>|>=|<=|!=|>|<|=)?\s*v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?")
_BRANCHES = frozenset({"master", "main", "HEAD"})
_NEWEST = (1 << 30, 0, 0)


class Address(NamedTuple):
    """A public module, and what its source says about the version."""

    module: str
    """`namespace/name/provider`, with `//folder` for a module inside it; lower case."""
    git: bool
    ref: str | None
    """The tag, branch or commit of a git source; None for the default branch."""


def parse(source: str) -> Address | None:
    """Return the public module that a source names; None for any other source."""
    if found := _REGISTRY.fullmatch(source):
        return Address(_module(found[1], found[2], found[3], found[4]), git=False, ref=None)
    found = _GITHUB.fullmatch(source)
    if found is None or (repository := _REPOSITORY.fullmatch(found[2].lower())) is None:
        return None
    query = (part.partition("=") for part in (found[4] or "").split("&"))
    ref = next((value for name, _, value in query if name == "ref" and value), None)
    name = _module(found[1], repository[2], repository[1], found[3])
    return Address(name, git=True, ref=None if ref in _BRANCHES else ref)


def _module(namespace: str, name: str, provider: str, folder: str | None) -> str:
    inside = "/".join(step for step in (folder or "").split("/") if step not in ("", "."))
    return f"{namespace}/{name}/{provider}{'//' if inside else ''}{inside}".lower()


def version(text: str) -> Version | None:
    """Return `1.2.3` as numbers; None for what is no plain version."""
    found = _TAG.fullmatch(text)
    if found is None:
        return None
    numbers = [int(n[:9]) for n in found[1].split(".")]
    return numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else 0  # noqa: PLR2004 - the patch


class Range(NamedTuple):
    """The versions that a constraint admits: from `low` to `high`; the last number is -1, 0 or 1.

    It puts an excluded bound just beside the version itself.
    """

    low: tuple[int, ...] = (0, 0, 0, 0)
    high: tuple[int, ...] = (*_NEWEST, 0)

    def meets(self, low: Version, high: Version) -> bool:
        """Tell whether a version between two may be admitted, both included."""
        return self.low <= (*high, 0) and self.high >= (*low, 0) and self.low <= self.high


def admitted(constraint: str) -> Range | None:
    """Return the range that a version constraint admits; None if it is not understood.

    `!=` takes single versions out and is left to the newest one that remains.
    """
    low, high = Range()
    for term in constraint.split(","):
        found = _TERM.fullmatch(term.strip())
        if found is None:
            return None
        first, second, third = (int(n[:9]) if n else 0 for n in found.groups()[1:])
        stated = (first, second, third)
        match found[1] or "=":
            case "=":
                low, high = max(low, (*stated, 0)), min(high, (*stated, 0))
            case ">=":
                low = max(low, (*stated, 0))
            case ">":
                low = max(low, (*stated, 1))
            case "<=":
                high = min(high, (*stated, 0))
            case "<":
                high = min(high, (*stated, -1))
            case "~>":
                low = max(low, (*stated, 0))
                above = (first, second + 1, 0) if found[4] else (first + 1, 0, 0)
                if found[3] is not None:  # `~> 2` bounds nothing above.
                    high = min(high, (*above, -1))
            case _:
                pass
    return Range(low, high)
