"""The file functions' view of the disk: the repository and nothing else."""

from __future__ import annotations

import os.path
import re
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.operators import refused
from trailcheck.terraform.syntax import parse_template
from trailcheck.value import Unknown

if TYPE_CHECKING:
    from trailcheck.repository import Repository
    from trailcheck.source import Span
    from trailcheck.terraform.evaluate import Scope
    from trailcheck.terraform.functions import FileAccess
    from trailcheck.value import Handle, Mapping, Value

_DEEPEST_TEMPLATE = 8


class RepositoryFiles:
    """Reads files for expressions. Relative paths start at the root module, where Terraform runs."""

    def __init__(self, repository: Repository, directory: str) -> None:
        self.repository = repository
        self.directory = directory
        self._depth = 0

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None if it is not there, or not in the repository."""
        inside = self._inside(path)
        data = self.repository.read(inside) if inside is not None else None
        return None if data is None or isinstance(data, Diagnostic) else data

    def names(self, directory: str) -> list[str]:
        """Return the paths of all files below a directory, relative to it, sorted."""
        top = self._inside(directory)
        if top is None:
            return []
        found: list[str] = []
        waiting = [(top, "")]
        while waiting and len(found) < 10_000:  # noqa: PLR2004 - a bound against hostile trees
            folder, front = waiting.pop()
            listing = self.repository.listing(folder)
            found.extend(front + name for name in listing.files)
            below = "" if folder == "." else f"{folder}/"
            waiting.extend((below + name, f"{front}{name}/") for name in listing.directories if name != ".git")
        return sorted(found)

    def template(self, path: str, variables: Mapping, span: Span) -> Value:
        """Return a template file filled in with variables."""
        inside = self._inside(path)
        source = self.repository.source(inside) if inside is not None else None
        if source is None or isinstance(source, Diagnostic):
            reason = source.summary if source is not None else "outside the repository"
            return Unknown(f"templatefile({path})", f"the template {path} cannot be read: {reason}", span)
        return self.render(source.text, variables, span)

    def render(self, text: str, variables: Mapping, span: Span) -> Value:
        """Return template text filled in with variables."""
        if self._depth >= _DEEPEST_TEMPLATE:
            return refused("templates call one another too deeply", span)
        self._depth += 1
        try:
            return evaluate(parse_template(text, span), TemplateScope(self, dict(variables.items)))
        finally:
            self._depth -= 1

    def _inside(self, path: str) -> str | None:
        """Return a path as one of the repository, or None if it leads elsewhere."""
        if "\0" in path or path.startswith("~"):
            return None
        joined = os.path.join(self.repository.absolute(self.directory), path)
        return self.repository.relative(os.path.normpath(joined))


class TemplateScope:
    """What a template file can see: its variables and nothing else."""

    __slots__ = ("files", "names")

    def __init__(self, files: FileAccess, names: dict[str, Value]) -> None:
        self.files = files
        self.names = names

    def root(self, name: str, span: Span) -> Value | None:
        """Return a variable of the template."""
        found = self.names.get(name)
        return found if found is not None else refused(f"the template has no variable {name!r}", span)

    def name(self, first: str, second: str, span: Span) -> Value:  # noqa: ARG002 - the protocol's
        """Refuse: `root` answers for every name."""
        return refused(f"the template has no variable {first!r}", span)

    def data(self, type: str, name: str, span: Span) -> Value:  # noqa: A002, ARG002 - the protocol's
        """Refuse: there are no data sources in a template."""
        return refused("a template sees its variables only", span)

    def attribute(self, handle: Handle, name: str, span: Span) -> Value:
        """Refuse: resources do not travel into templates whole."""
        return refused(f"{handle.address}.{name} is not visible in a template", span)

    def with_names(self, names: dict[str, Value]) -> Scope:
        """Return this scope with more names."""
        return TemplateScope(self.files, {**self.names, **names})


class LiteralScope(TemplateScope):
    """What a variables file can see: nothing."""

    def __init__(self, files: FileAccess) -> None:
        super().__init__(files, {})

    def root(self, name: str, span: Span) -> Value | None:
        """Refuse: variables files hold literal values."""
        return refused(f"{name}: variables may not be used here", span)


def mentions(data: bytes, name: str) -> bool:
    """Tell whether a variables file may set `name`."""
    pattern = rb'(?m)^\s*"?' + re.escape(name.encode()) + rb'"?\s*[=:]'
    return re.search(pattern, data) is not None
