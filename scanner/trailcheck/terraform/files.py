"""The file functions' view of the disk: the repository and nothing else."""

from __future__ import annotations

import os.path
import re
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic
from trailcheck.source import Source
from trailcheck.terraform.access import describe
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.functions import OutOfReachError, RefusedError
from trailcheck.terraform.functions.kinds import is_refused
from trailcheck.terraform.operators import needs_of, refused
from trailcheck.terraform.syntax import parse_arguments, parse_template
from trailcheck.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary

    from trailcheck.repository import Repository
    from trailcheck.source import Span
    from trailcheck.terraform import ast
    from trailcheck.terraform.functions import FileAccess
    from trailcheck.terraform.functions.base import Resources
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Handle, Value

_DEEPEST_TEMPLATE = 8
_MOST_FILES = 10_000


class RepositoryFiles:
    """Reads files for expressions. Relative paths start where Terraform runs: at the root."""

    def __init__(self, repository: Repository, directory: str) -> None:
        self.repository = repository
        self.directory = directory
        self.resources: Resources | None = None
        self._depth = 0

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None if it is not there. Raises OutOfReachError elsewhere."""
        inside = self._inside(path)
        data = self.repository.read(inside)
        if isinstance(data, Diagnostic):
            if self._is_there(inside):
                raise OutOfReachError(f"{path} is {data.summary}")
            return None
        return data

    def whole(self, path: str) -> Span | None:
        """Return the place of a file's text, or None where it has none."""
        source = self.repository.source(self._inside(path))
        return None if isinstance(source, Diagnostic) else source.span(0, len(source.data))

    def fileset(self, folder: str, pattern: str) -> list[str] | None:
        """Return the files below a folder that match, relative to it; None without a folder."""
        top = self._inside(folder)
        if not os.path.isdir(self.repository.absolute(top)):
            return None
        wanted = glob_regex(pattern)
        return [name for name in self._names(top) if wanted.fullmatch(name)]

    def template(
        self, path: str, variables: Dictionary[str, Value], span: Span | None
    ) -> Value | None:
        """Return a template file filled in with variables; None if it is not there."""
        inside = self._inside(path)
        source = self.repository.source(inside)
        if isinstance(source, Diagnostic):
            if self._is_there(inside):
                raise OutOfReachError(f"{path} is {source.summary}")
            return None
        place = span if span is not None else source.span(0, 0)
        return self._render(parse_template(source.text, place, source), variables, place)

    def variables(self, text: str, span: Span | None) -> dict[str, Value]:
        """Return what the text of a variables file gives. Raises RefusedError if it is none."""
        place = span if span is not None else Source("", b"").span(0, 0)
        arguments = parse_arguments(text, place)
        if arguments is None:
            raise RefusedError("this is not what a variables file may hold")
        found: dict[str, Value] = {}
        for name, argument in arguments.items():
            found[name] = evaluate(argument.expression, LiteralScope(self))
            if is_refused(found[name]):
                raise RefusedError(f"the value of {name} is refused: {describe(found[name])}")
        return found

    def template_text(
        self, template: Value, variables: Dictionary[str, Value], span: Span | None
    ) -> Value:
        """Return template text filled in with variables."""
        place = template.span or span
        if not (isinstance(template, Known) and isinstance(template.data, str)) or place is None:
            needs = needs_of(template)
            return Unknown(
                "templatestring",
                f"the template is not known: {describe(template)}",
                span,
                needs=needs,
            )
        return self._render(parse_template(template.data, place), variables, place)

    def _render(
        self, template: ast.Expression, variables: Dictionary[str, Value], span: Span
    ) -> Value:
        if self._depth >= _DEEPEST_TEMPLATE:
            return refused("templates call one another too deeply", span)
        self._depth += 1
        try:
            return evaluate(template, TemplateScope(self, dict(variables)))
        finally:
            self._depth -= 1

    def _names(self, top: str) -> list[str]:
        """Return the paths of all files below a directory, relative to it, sorted."""
        found: list[str] = []
        waiting = [(top, "")]
        while waiting and len(found) < _MOST_FILES:
            folder, front = waiting.pop()
            listing = self.repository.listing(folder)
            found.extend(front + name for name in listing.files)
            below = "" if folder == "." else f"{folder}/"
            waiting.extend(
                (below + name, f"{front}{name}/") for name in listing.directories if name != ".git"
            )
        return sorted(found)

    def _is_there(self, inside: str) -> bool:
        return os.path.lexists(self.repository.absolute(inside))

    def _inside(self, path: str) -> str:
        """Return a path as one of the repository. Raises OutOfReachError if it leads elsewhere."""
        if "\0" not in path and not path.startswith("~"):
            joined = os.path.join(self.repository.absolute(self.directory), path)
            if (found := self.repository.relative(os.path.normpath(joined))) is not None:
                return found
        raise OutOfReachError(f"{path} lies outside the repository, which is not read")


class TemplateScope:
    """What a template file can see: its variables and nothing else."""

    __slots__ = ("files", "names")
    literal = False

    def __init__(self, files: FileAccess, names: dict[str, Value]) -> None:
        self.files = files
        self.names = names

    def root(self, name: str, span: Span) -> Value | None:
        """Return a variable of the template."""
        found = self.names.get(name)
        return (
            found if found is not None else refused(f"the template has no variable {name!r}", span)
        )

    def name(self, first: str, second: str, span: Span) -> Value:  # noqa: ARG002 - the protocol's
        """Refuse: `root` answers for every name."""
        return refused(f"the template has no variable {first!r}", span)

    def data(self, type: str, name: str, span: Span) -> Value:  # noqa: A002, ARG002 - the protocol's
        """Refuse: there are no data sources in a template."""
        return refused("a template sees its variables only", span)

    def attribute(self, handle: Handle, name: str, span: Span) -> Value:
        """Return an attribute of a resource that the template was given whole."""
        if self.files.resources is None:
            return refused(f"{handle.address}.{name} is not visible in a template", span)
        return self.files.resources.attribute(handle, name, span)

    def states(self, handle: Handle, name: str) -> bool:
        """Tell whether a resource or module surely has an attribute or output of that name."""
        resources = self.files.resources
        return resources is not None and resources.states(handle, name)

    def spelled(self, value: Value) -> Value | None:  # noqa: ARG002 - the protocol's
        """Return nothing: a template has the values that it was given."""
        return None

    def with_names(self, names: dict[str, Value]) -> Scope:
        """Return this scope with more names."""
        return TemplateScope(self.files, {**self.names, **names})


class LiteralScope(TemplateScope):
    """What a variables file and the default of a variable can see: nothing."""

    __slots__ = ()
    literal = True

    def __init__(self, files: FileAccess, names: dict[str, Value] | None = None) -> None:
        super().__init__(files, names if names is not None else {})

    def root(self, name: str, span: Span) -> Value | None:
        """Return a name of a `for` around; refuse any other."""
        found = self.names.get(name)
        return (
            found if found is not None else refused(f"{name}: variables may not be used here", span)
        )

    def with_names(self, names: dict[str, Value]) -> Scope:
        """Return this scope with more names."""
        return LiteralScope(self.files, {**self.names, **names})


def glob_regex(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a `fileset` pattern: `*`, `?`, `**`, `[…]` and `{a,b}`."""
    said, depth, at = "", 0, 0
    while at < len(pattern):
        letter = pattern[at]
        if pattern.startswith("**/", at):
            said, at = said + "(?:[^/]+/)*", at + 2
        elif pattern.startswith("**", at):
            said, at = said + ".*", at + 1
        elif letter == "*":
            said += "[^/]*"
        elif letter == "?":
            said += "[^/]"
        elif letter == "{":
            said, depth = said + "(?:", depth + 1
        elif letter == "}" and depth:
            said, depth = said + ")", depth - 1
        elif letter == "," and depth:
            said += "|"
        else:
            said += re.escape(letter)
        at += 1
    return re.compile(said + ")" * depth)


def mentions(data: bytes, name: str) -> bool:
    """Tell whether a variables file may set `name`."""
    pattern = rb'(?m)^\s*"?' + re.escape(name.encode()) + rb'"?\s*[=:]'
    return re.search(pattern, data) is not None
