"""Which file a nested stack's template is: a local path, a CDK asset, or the tail of an S3 URL.

`aws cloudformation package` and SAM take a path relative to the template that names it; the CDK
notes the file in the metadata. What stands in a bucket is taken to be the file of this repository
that its URL ends in, if that is one file, and the report says so.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, TypeAlias

from trailcheck.cloudformation.conditions import TRUE, one_of_few, spread
from trailcheck.cloudformation.functions import each_branch, parts_of_scalar, show
from trailcheck.cloudformation.nodes import MapNode, ScalarNode
from trailcheck.cloudformation.resources import NESTING
from trailcheck.cloudformation.stacks.branches import branches
from trailcheck.record import NamedTuple
from trailcheck.value import Known, Piece, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.cloudformation.stacks.trees import Tree
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.errors import Diagnostic
    from trailcheck.repository import Repository
    from trailcheck.source import Source, Span
    from trailcheck.value import Value

_MOST_NAMED = 3
_ANYBODYS = frozenset({"cloudformation", "index", "main", "output", "packaged", "template"})
"""File names that say nothing: a URL that shares no more than one of them is another file's."""


class Target(NamedTuple):
    """The file that holds a nested stack's template."""

    path: str
    url: str = ""
    """Where the code says that the template is, if taking it for the file is an assumption."""


Way: TypeAlias = "tuple[Value, Target | str]"
"""A template, or why none is known, and when it is that one."""


class Templates:
    """The files of a repository in which nested stacks find their templates."""

    def __init__(self, repository: Repository, known: Iterable[str]) -> None:
        """`known` are the templates of the scanned tree, which URLs may name."""
        self.repository = repository
        self.parsed: dict[bytes, Any] = {}
        """What parsers made of texts, which several stacks may read."""
        self._known = tuple(known)
        self._by_name: dict[str, list[str]] | None = None

    def source(self, path: str) -> Source | Diagnostic:
        """Return the text of a file, or why it cannot be had."""
        return self.repository.source(path)

    def holds(self, path: str) -> bool:
        """Tell whether the repository has a file at a path."""
        directory, name = posixpath.split(path)
        return name in self.repository.listing(directory or ".").files

    def ending(self, tail: str) -> list[str]:
        """Return the templates of the scanned tree whose paths end in `tail`."""
        if self._by_name is None:
            self._by_name = {}
            for path in self._known:
                self._by_name.setdefault(posixpath.basename(path), []).append(path)
        found = self._by_name.get(posixpath.basename(tail), ())
        return [path for path in found if path == tail or path.endswith(f"/{tail}")]


def targets(stack: Stack, declared: Declaration) -> list[Way]:
    """Return the files that a nested stack's template is in, and when it is in each.

    Where none is known, the reason stands in its place, once for all conditions.
    """
    files = stack.tree.files
    if files is None:
        return [(TRUE, "is not followed")]
    asset = _asset(declared)
    if asset is not None:
        path = _beside(stack.path, asset)
        if files.holds(path):
            return [(TRUE, Target(path))]
    node = declared.properties.get(NESTING[declared.type]) if declared.properties else None
    if node is None:
        return [(TRUE, "is not named in its properties")]
    if isinstance(node, MapNode) and stack.evaluator.function(node) is None:
        return [(TRUE, "comes from the Serverless Application Repository")]
    return ways(
        stack.tree, stack.path, stack.evaluator.within(declared.names).value(node), node.span
    )


def ways(tree: Tree, home: str, value: Value, span: Span) -> list[Way]:
    """Return the files that a path or URL may name in the file `home`, and when it names each."""

    def few(settled: Value) -> Value:
        return spread(one_of_few(settled, span), span)

    return branches(
        each_branch(value, few),
        lambda leaf: _settled(tree, home, leaf, span),
        lambda to: to.path if isinstance(to, Target) else "",
    )


def located(tree: Tree, home: str, value: Value, span: Span) -> Target | str:
    """Return the file that a path or URL names in the file `home`, or why none is known."""
    found = [to for _, to in ways(tree, home, value, span)]
    reasons = [each for each in found if isinstance(each, str)]
    if reasons:
        return reasons[0]
    if len(found) > 1:
        paths = sorted(each.path for each in found if isinstance(each, Target))
        return f"is {' or '.join(paths)}, as a condition decides"
    return found[0]


def _asset(declared: Declaration) -> str | None:
    """Return the file that the CDK says a property is made from."""
    metadata = declared.body.get("Metadata")
    path = metadata.get("aws:asset:path") if isinstance(metadata, MapNode) else None
    return path.text if isinstance(path, ScalarNode) else None


def _settled(tree: Tree, home: str, value: Value, span: Span) -> Target | str:
    if isinstance(value, Unknown) and not value.needs:
        return f"is not known: {value.reason}"
    shown = show(value, span).strip('"')
    files = tree.files
    if isinstance(value, Known) and isinstance(value.data, str) and "://" not in value.data:
        path = _beside(home, value.data)
        if files is not None and not path.startswith("../") and files.holds(path):
            return Target(path)
        return f"is {shown}, which is not in the repository"
    tail = _tail(value)
    if tree.packed is not None and (asset := tree.packed.asset(tail)) is not None:
        return Target(asset)
    if not tail or files is None:
        return f"is at {shown}, which no file of the repository is known for"
    return _in_repository(files, home, tail, shown)


def _tail(value: Value) -> list[str]:
    """Return the literal end of a URL's path, in its components."""
    parts = parts_of_scalar(value) or ()
    said = ""
    symbolic = False
    for part in parts:
        if isinstance(part, Piece):
            said += part.text
        else:
            said, symbolic = "", True
    said = said.partition("?")[0]
    if not symbolic:
        said = said.partition("://")[2].partition("/")[2]
    components = [each for each in said.split("/") if each]
    return [] if ".." in components or said.endswith("/") else components


def _in_repository(files: Templates, home: str, components: list[str], shown: str) -> Target | str:
    for start in range(len(components)):
        if start and components[start - 1] == "submodules":
            break  # What lies in a submodule is no file of this repository's own.
        tail = "/".join(components[start:])
        stem = posixpath.basename(tail).partition(".")[0].lower()
        if start and start == len(components) - 1 and stem in _ANYBODYS:
            break
        near = (posixpath.join(above, tail) for above in _upwards(home))
        for path in near:
            if path != home and files.holds(path):
                return Target(path, shown)
        found = [path for path in files.ending(tail) if path != home]
        if len(found) == 1:
            return Target(found[0], shown)
        if found:
            some = ", ".join(found[:_MOST_NAMED])
            return f"is at {shown}, which may be any of {len(found)} files here: {some}"
    return f"is at {shown}, which no file of the repository is known for"


def _upwards(path: str) -> Iterator[str]:
    """Yield the directory of a file and every directory above it."""
    directory = posixpath.dirname(path)
    while directory:
        yield directory
        directory = posixpath.dirname(directory)
    yield ""


def _beside(path: str, said: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), said))
