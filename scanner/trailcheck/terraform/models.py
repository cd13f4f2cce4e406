"""Models of public modules: small configurations of our own that stand for a module's source.

`models/NAMESPACE+NAME+PROVIDER/FROM-TO.tf` says how the inputs of that module become resources, for
the versions FROM to TO. It is read as the child configuration of a call whose source is not in the
repository. Its places are shown at the call. `docs/models.md` lists the models.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.source import Position, Source, Span
from trailcheck.terraform import addresses

if TYPE_CHECKING:
    from trailcheck.terraform import ast
    from trailcheck.terraform.addresses import Address, Version

FOLDER = os.path.join(os.path.dirname(__file__), "models")
"""Where the models are."""

_FILE = re.compile(r"([0-9]+\.[0-9]+\.[0-9]+)-([0-9]+\.[0-9]+\.[0-9]+)\.tf")
_DIGEST = re.compile(rb"(?m)^# digest: +(\S+) +([0-9a-f]{64})$")
_MOST_CALLS = 3
_CHECKED = re.compile(rb"(?m)^# checked: +(\S+)$")
_VARIABLE = re.compile(r"\bvar\.([\w-]+)")


class Release(NamedTuple):
    """One file of the table: a module, and the versions that its text stands for."""

    module: str
    low: Version
    high: Version
    path: str


class Model(NamedTuple):
    """A model as one call uses it."""

    module: str
    version: str
    release: Release
    data: bytes
    pinned: bool
    """Whether the call admits this one version only."""

    @property
    def name(self) -> str:
        """The module and its version, as reports call it."""
        return f"{self.module} {self.version}"

    def assumption(self, calls: list[str]) -> str:
        """Say what is taken for granted about the calls at these addresses."""
        checked = _CHECKED.search(self.data)
        when = checked[1].decode() if checked else "?"
        low, high = dotted(self.release.low), dotted(self.release.high)
        span = low if low == high else f"{low} to {high}"
        open_ = "" if self.pinned else ", the newest version modelled that the call admits"
        first = ", ".join(calls[:_MOST_CALLS])
        more = f" and {len(calls) - _MOST_CALLS} more" if len(calls) > _MOST_CALLS else ""
        verb = "is" if len(calls) == 1 else "are"
        return (
            f"{first}{more} {verb} read by the model of {self.name}{open_} "
            f"(checked against {span} on {when})"
        )


class ModelSource(Source):
    """The text of a model on behalf of one call; its places are places in the call."""

    __slots__ = ("call", "model")

    def __init__(self, model: Model, call: ast.Block) -> None:
        super().__init__(call.header.source.path, model.data)
        self.model = model
        self.call = call

    def position(self, offset: int) -> Position:  # noqa: ARG002 - one place stands for all
        return self.home.first

    def line(self, number: int) -> str:
        return self.home.source.line(number)

    @property
    def home(self) -> Span:
        """The header of the call, in the user's own code."""
        header = self.call.header
        return header.source.shown(header)

    @property
    def origin(self) -> str:
        return f"by the model of {self.model.name}"

    def shown(self, span: Span) -> Span:
        """Return the one argument of the call that decides the code at `span`, else the header."""
        named = set(_VARIABLE.findall(span.text))
        if len(named) == 1:
            argument = self.call.body.argument(named.pop())
            if argument is not None:
                return argument.span.source.shown(argument.span)
        return self.home


def dotted(version: Version) -> str:
    """Return a version as people write it."""
    return ".".join(map(str, version))


@cache
def releases(module: str) -> tuple[Release, ...]:
    """Return the models of a module, the newest first."""
    folder = os.path.join(FOLDER, re.sub("/+", "+", module))
    try:
        names = os.listdir(folder)
    except (OSError, ValueError):
        return ()
    found = []
    for name in names:
        if matched := _FILE.fullmatch(name):
            low, high = addresses.version(matched[1]), addresses.version(matched[2])
            assert low is not None
            assert high is not None
            found.append(Release(module, low, high, os.path.join(folder, name)))
    return tuple(sorted(found, key=lambda r: r.low, reverse=True))


@cache
def text(release: Release) -> bytes:
    """Return the text of a model."""
    with open(release.path, "rb") as file:
        return file.read()


@cache
def may_hold_trail(source: str) -> bool:
    """Tell whether a module source is modelled, and a model of it may create a trail."""
    address = addresses.parse(source)
    if address is None:
        return False
    return any(b"aws_cloudtrail" in text(release) for release in releases(address.module))


def choose(address: Address, constraint: str | None) -> Model | str:
    """Return the model for a call, or why there is none; nothing for a module without models."""
    known = releases(address.module)
    if not known:
        return ""
    wanted = _wanted(address, constraint)
    if isinstance(wanted, str):
        return wanted
    for release in known:
        if wanted.meets(release.low, release.high):
            return Model(
                address.module,
                _version(wanted, release),
                release,
                text(release),
                wanted.low == wanted.high,
            )
    modelled = ", ".join(f"{dotted(r.low)} to {dotted(r.high)}" for r in reversed(known))
    stated = address.ref if address.git else constraint
    return f"version {stated} is not modelled: trailcheck knows {modelled}"


def digests(release: Release) -> dict[str, str]:
    """Return the digests of the sources that a model was checked against, by version."""
    return {v.decode(): said.decode() for v, said in _DIGEST.findall(text(release))}


def _version(wanted: addresses.Range, release: Release) -> str:
    """Return the version that is taken: the stated one, or the newest checked that is admitted."""
    if wanted.low == wanted.high:
        return ".".join(map(str, wanted.low[:3]))
    admitted = [
        version
        for said in digests(release)
        if (version := addresses.version(said)) is not None and wanted.meets(version, version)
    ]
    return dotted(max(admitted)) if admitted else f"from {dotted(release.low)}"


def _wanted(address: Address, constraint: str | None) -> addresses.Range | str:
    if address.git:
        if address.ref is None:
            return addresses.Range()
        exact = addresses.version(address.ref)
        if exact is None:
            return f"ref {address.ref} names no version that trailcheck models"
        return addresses.Range((*exact, 0), (*exact, 0))
    if constraint is None:
        return addresses.Range()
    wanted = addresses.admitted(constraint)
    return wanted if wanted is not None else f"the version {constraint!r} is not understood"
