"""The static module tree: each module where it is called, whatever instances it has.

A call with `count = 0` has no instance, but it is a part of the configuration all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Impact
from trailcheck.terraform.config import ModuleConfig, source_of
from trailcheck.terraform.looks import local_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.terraform import ast
    from trailcheck.terraform.modules import Tree

EXPANDING = ("count", "for_each", "depends_on")
"""Arguments of a call that say how many modules it makes, and after what."""
_DEEPEST_MODULE = 40
_MOST_CALLS = 2_000
"""Module calls of one root, each counted where it leads to; more of them are not followed."""


class Called:
    """One module where it is called; the root is called by nobody."""

    __slots__ = ("_children", "_sources", "call", "config", "depth", "parent", "path", "tree")

    def __init__(
        self,
        tree: Tree,
        config: ModuleConfig,
        parent: Called | None = None,
        call: ast.Block | None = None,
    ) -> None:
        self.tree = tree
        self.config = config
        self.parent = parent
        self.call = call
        self.depth: int = 0
        self.path: str = ""
        """The names of the calls that lead here, each with a dot behind it."""
        if parent is not None and call is not None:
            self.depth = parent.depth + 1
            self.path = f"{parent.path}{call.labels[0]}."
        self._children: dict[str, Called | None] = {}
        self._sources: dict[str, ModuleConfig | str] = {}

    def __repr__(self) -> str:
        return f"Called({self.path or 'root'!r})"

    def child(self, name: str) -> Called | None:
        """Return the module that a call leads to; None if it is not at hand, or never ends."""
        if name not in self._children:
            block, config = self.config.calls.get(name), self.child_config(name)
            found = None
            if block is not None and config is not None and not self._endless(name, block, config):
                found = Called(self.tree, config, self, block)
            self._children[name] = found
        return self._children[name]

    def walk(self) -> Iterator[Called]:
        """Yield this module and every one below it that is at hand."""
        yield self
        for name in self.config.calls:
            child = self.child(name)
            if child is not None:
                yield from child.walk()

    @property
    def is_applied(self) -> bool:
        """Whether this is surely a root: it says where its state is, or is given values.

        A directory that nobody calls here may be a module for others, which give it what it needs.
        """
        if self.parent is not None:
            return False
        kinds = ("backend", "cloud")
        stated = (block.body.named(kind) for block in self.config.terraform for kind in kinds)
        return bool(self.tree.given) or any(stated)

    def _endless(self, name: str, block: ast.Block, config: ModuleConfig) -> bool:
        """Report a call that nests too deeply, or is one too many."""
        tree = self.tree
        if self.depth >= _DEEPEST_MODULE or self._calls_itself(config):
            tree.report(
                f"module.{name} is nested too deeply",
                "It calls itself, or nearly.",
                block.header,
                Impact.UNREAD,
            )
            return True
        tree.calls += 1
        if tree.calls > _MOST_CALLS:
            tree.report(
                "too many module calls",
                f"Calls of modules beyond {_MOST_CALLS} of the root were not followed.",
                block.header,
                Impact.UNREAD,
            )
            return True
        return False

    def _calls_itself(self, config: ModuleConfig) -> bool:
        module: Called | None = self
        while module is not None:
            if module.config is config:
                return True
            module = module.parent
        return False

    def child_config(self, name: str) -> ModuleConfig | None:
        """Return the configuration that a module call leads to, if it is at hand."""
        found = self._source(name)
        return found if isinstance(found, ModuleConfig) else None

    def _source(self, name: str) -> ModuleConfig | str:
        found = self._sources.get(name)
        if found is None:
            block = self.config.calls.get(name)
            directory = self._directory(block)
            config = self.tree.config_at(directory) if directory is not None else None
            if config is not None:
                found = config
            elif block is None:
                found = "is not declared"
            else:
                found = self.tree.source(self, name, block)
            self._sources[name] = found
        return found

    def _directory(self, block: ast.Block | None) -> str | None:
        """Return the directory of a local module call, relative to the repository."""
        path = source_of(block) if block is not None else None
        return local_directory(self.config.directory, path)

    def boundary(self, name: str) -> str:
        """Say why a call leads nowhere: a predicate, or empty where it leads to a module."""
        found = self._source(name)
        return found if isinstance(found, str) else ""
