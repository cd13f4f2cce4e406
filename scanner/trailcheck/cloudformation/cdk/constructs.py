"""Constructs of the AWS CDK: the path of the one that made a resource, and where it was written.

A template names the path in `Metadata: aws:cdk:path`, unless path metadata was turned off. The
assembly's own metadata names it for every logical id, and holds the calls that led to the
construct: an entry `aws:cdk:creationStack` since 2026, before that the `trace` of the logical id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from trailcheck.cloudformation.cdk.traces import place_of
from trailcheck.cloudformation.nodes import MapNode, ScalarNode
from trailcheck.construct import Construct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.repository import Repository

    Json = dict[str, Any]

_LOGICAL_ID = "aws:cdk:logicalId"
_NESTED = re.compile(r"(?P<scope>.+/(?P<id>[^/]+))\.NestedStack/(?P=id)\.NestedStackResource\Z")
"""The CDK makes the resource of a nested stack beside the scope of what is in it."""


def construct_of(stack: Stack, declared: Declaration) -> Construct | None:
    """Return what of an app a resource was made from, as its template or the assembly says."""
    metadata = declared.body.get("Metadata")
    node = metadata.get("aws:cdk:path") if isinstance(metadata, MapNode) else None
    stated = node.text if isinstance(node, ScalarNode) else ""
    deployment = stack.tree.deployment
    if deployment is not None:
        return deployment.constructs.find(stack.prefix + declared.id, stated)
    return Construct(stated) if stated else None


class Constructs:
    """The constructs of one stack and of the stacks that it nests, read when one is asked for."""

    def __init__(
        self, repository: Repository, home: str, metadata: Callable[[], Iterable[Json]]
    ) -> None:
        """`home` is the directory of the assembly; `metadata` reads entries by construct path."""
        self._repository = repository
        self._home = home
        self._metadata = metadata
        self._read: dict[str, list[Json]] | None = None
        self._paths: dict[str, list[str]] = {}
        self._scopes: set[str] = set()
        self._found: dict[str, Construct] = {}

    def find(self, address: str, stated: str) -> Construct | None:
        """Return the construct behind an address; `stated` is the path in its template, if any."""
        entries = self._entries()
        path = f"/{stated.lstrip('/')}" if stated else self._path(address)
        if path is None:
            return None
        found = self._found.get(path)
        if found is None:
            calls = [frames for entry in entries.get(path, ()) for frames in _frames(entry)]
            places = (place_of(frames, self._repository, self._home) for frames in calls)
            found = Construct(path[1:], next((place for place in places if place), None))
            self._found[path] = found
        return found

    def _entries(self) -> dict[str, list[Json]]:
        if self._read is None:
            self._read = {}
            for part in self._metadata():
                for path, entries in part.items():
                    if isinstance(entries, list):
                        kept = [entry for entry in entries if isinstance(entry, dict)]
                        self._read.setdefault(path, []).extend(kept)
            for path, entries in self._read.items():
                if match := _NESTED.match(path):
                    self._scopes.add(match["scope"])
                for entry in entries:
                    said = entry.get("data")
                    if entry.get("type") == _LOGICAL_ID and isinstance(said, str):
                        self._paths.setdefault(said, []).append(path)
        return self._read

    def _path(self, address: str) -> str | None:
        """Return the path of what an address names, down through the nested stacks before it."""
        scope = ""
        *above, last = address.split("/")
        for identifier in above:
            path = self._in_scope(identifier, scope)
            match = _NESTED.match(path) if path else None
            if match is None:
                return None
            scope = match["scope"]
        return self._in_scope(last, scope)

    def _in_scope(self, identifier: str, scope: str) -> str | None:
        found = [p for p in self._paths.get(identifier, ()) if self._scope(p) == scope]
        return found[0] if len(found) == 1 else None

    def _scope(self, path: str) -> str:
        """Return the innermost nested stack that a path lies in; empty for the stack itself."""
        at = path.rfind("/")
        while at > 0:
            if path[:at] in self._scopes:
                return path[:at]
            at = path.rfind("/", 0, at)
        return ""


def _frames(entry: Json) -> Iterator[list[str]]:
    for frames in (
        entry.get("data") if entry.get("type") == "aws:cdk:creationStack" else None,
        entry.get("trace"),
    ):
        if isinstance(frames, list):
            yield [frame for frame in frames if isinstance(frame, str)]
