"""Templates to graphs: one graph for each template that no other one nests.

`Reader` reads the templates of a repository, `read_template` a single text. Both say what of the
shape is wrong; everything else is evaluated when a rule asks. Trouble that shows only then is added
to `Reading.diagnostics`, so that a caller looks at it after the rules have run; `Graph.unread`
holds the trouble of the shape alone, and never changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.conditions import FALSE
from trailcheck.cloudformation.declared import Resources
from trailcheck.cloudformation.limits import laws
from trailcheck.cloudformation.nodes import MapNode
from trailcheck.cloudformation.resources import NESTING
from trailcheck.cloudformation.sniff import NESTING as NESTING_WORDS
from trailcheck.cloudformation.sniff import TRAIL, may_say
from trailcheck.cloudformation.stacks import Boundary, Stack, Tree
from trailcheck.cloudformation.syntax import compose
from trailcheck.cloudformation.targets import Target
from trailcheck.cloudformation.template import Template
from trailcheck.errors import Diagnostic, Impact
from trailcheck.graph import Dialect, Graph, Kind
from trailcheck.likely import may_create_trail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from trailcheck.cloudformation.assembly import Deployment
    from trailcheck.cloudformation.targets import Templates
    from trailcheck.graph import Place, Resource
    from trailcheck.source import Source
    from trailcheck.world import Law


class Reading:
    """A root template that was read, with all that it nests."""

    def __init__(self, tree: Tree, lost: list[Diagnostic]) -> None:
        """`lost` is what is wrong with a text that could not be read as a template at all."""
        self.tree = tree
        self._lost = lost
        self.graph = _Root(tree, lost).graph()

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong so far; there is more of it while rules ask."""
        return list(dict.fromkeys((*self._lost, *self.tree.diagnostics())))

    @property
    def paths(self) -> set[str]:
        """The files of all templates that were read for it."""
        return {
            path for stack in self.tree.stacks.values() for path in (stack.path, *stack.included)
        }

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters that the template declares."""
        top = self.tree.stacks.get("")
        return tuple(top.template.parameters) if top is not None else ()


def read_template(
    source: Source,
    root: str,
    parameters: Mapping[str, str],
    place: Place,
    files: Templates | None = None,
) -> Reading | None:
    """Read a template: see `trailcheck.cloudformation.read`."""
    tree = Tree(root, parameters, place, files)
    lost = start(tree, source)
    return None if lost is None else Reading(tree, lost)


def start(tree: Tree, source: Source) -> list[Diagnostic] | None:
    """Read a tree's root template; return why it has none, or None when the text is no template."""
    node, diagnostics = compose(source)
    if not isinstance(node, MapNode):
        return diagnostics or None
    if node.get("Resources") is None and node.get("AWSTemplateFormatVersion") is None:
        return None
    Stack(tree, Template(source, node, diagnostics))
    return []


class _Root:
    """The graph of one tree of stacks."""

    def __init__(self, tree: Tree, lost: list[Diagnostic]) -> None:
        self.tree = tree
        self.resources: dict[str, Resource] = {}
        if "" in tree.stacks:
            for stack in tree.walk():
                self.resources.update(Resources(stack).found)
        unread = tree.deployment.unread if tree.deployment is not None else ()
        self.lost = (*lost, *unread, *tree.diagnostics(), *self._boundaries())
        self._laws: list[Law] | None = None

    def graph(self) -> Graph:
        return Graph(
            self.tree.root,
            Dialect.CLOUDFORMATION,
            self.find,
            self.resources.get,
            lambda: self.lost,
            lambda: tuple(self.tree.assumptions),
            self.laws,
        )

    def laws(self) -> list[Law]:
        """Return what must be true of the parameters, worked out when a world first asks."""
        if self._laws is None:
            self._laws = laws(self.tree)
        return self._laws

    def find(self, kind: Kind) -> Iterable[Resource]:
        return (resource for resource in self.resources.values() if resource.kind is kind)

    def _boundaries(self) -> Iterator[Diagnostic]:
        """Yield the nested stacks that may create a trail, and that nothing here can look into.

        Where no stack of the root has a trail, that is code which was not read: the root must not
        look like one without a trail. Beside a trail it is worth a note.
        """
        trails = any(resource.kind is Kind.TRAIL for resource in self.resources.values())
        for boundary in self.tree.boundaries:
            likely = _may_create_trail(boundary)
            if likely is not None:
                span = boundary.declared.id_span
                yield Diagnostic(
                    f"{boundary.address} may create a trail that was not read",
                    f"Its template {boundary.reason}. Scan it with this template, in one tree.",
                    span.source.path,
                    span.source.shown(span),
                    Impact.UNREAD if likely and not trails else Impact.NOTICE,
                )


def _may_create_trail(boundary: Boundary) -> bool | None:
    declared = boundary.declared
    properties = declared.properties
    parameters = properties.get("Parameters") if properties is not None else None
    named = properties.get(NESTING[declared.type]) if properties is not None else None
    said = named.span.text if named is not None else ""
    names = parameters.members if isinstance(parameters, MapNode) else ()
    return may_create_trail(declared.id, said, names)


class Reader:
    """Reads the templates of one repository, each with the stacks that it nests."""

    def __init__(
        self,
        templates: Templates,
        given: Mapping[str, str],
        place: Place,
        deployments: Mapping[str, Deployment],
    ) -> None:
        """`deployments` is what CDK assemblies say of some of the templates."""
        self.templates = templates
        self.given = given
        self.place = place
        self.deployments = deployments
        self._trees: dict[str, tuple[Tree, list[Diagnostic] | None]] = {}
        self.problems: dict[Diagnostic, None] = {}
        """Templates that could not be read."""

    def roots(
        self, holding: Iterable[str], nesting: Iterable[str], named: Iterable[str]
    ) -> Iterator[Reading]:
        """Read every template that no other one nests and that may lead to a trail.

        `holding` are the templates that may hold a trail, and `nesting` others that may nest one.
        A template that some other nests is read there, and by itself if the caller `named` it, if
        nothing reads it after all, or if the templates nest each other in a circle.
        """
        holding, named = tuple(holding), set(named)
        paths = (*holding, *nesting)
        nested = {p for path in paths for p in self._nests(path) if p != path}
        reached: set[str] = set()
        for path in paths:
            if path in named or path not in nested:
                yield from self._read(path, reached)
        for path in holding:
            if path not in reached:
                yield from self._read(path, reached)

    def _read(self, path: str, reached: set[str]) -> Iterator[Reading]:
        closure = self._closure(path)
        if not any(self._may_say(p, TRAIL) for p in closure) and not self._leads_out(closure):
            return
        tree, lost = self._tree(path)
        if lost is not None:
            yield Reading(tree, lost)
        for stack in tree.stacks.values():
            reached |= {stack.path} if stack.exists != FALSE else self._closure(stack.path)

    def _tree(self, path: str) -> tuple[Tree, list[Diagnostic] | None]:
        found = self._trees.get(path)
        if found is None:
            deployment = self.deployments.get(path)
            tree = Tree(path, self.given, self.place, self.templates, deployment)
            source = self.templates.source(path)
            lost: list[Diagnostic] | None = None
            if isinstance(source, Diagnostic):
                self.problems[source] = None
            else:
                lost = start(tree, source)
            found = self._trees[path] = tree, lost
        return found

    def _nests(self, path: str) -> set[str]:
        """Return the files whose templates a template nests, at its own defaults."""
        if not self._may_say(path, NESTING_WORDS):
            return set()
        top = self._tree(path)[0].stacks.get("")
        if top is None:
            return set()
        nested = {to.path for to in top.targets().values() if isinstance(to, Target)}
        return nested | top.included.keys()

    def _may_say(self, path: str, words: Iterable[bytes]) -> bool:
        source = self.templates.source(path)
        return not isinstance(source, Diagnostic) and may_say(source.data, words)

    def _closure(self, path: str) -> set[str]:
        found, waiting = {path}, [path]
        while waiting:
            for each in self._nests(waiting.pop()) - found:
                found.add(each)
                waiting.append(each)
        return found

    def _leads_out(self, closure: set[str]) -> bool:
        """Tell whether some stack is nested that may create a trail and whose template is lost."""
        for path in sorted(closure):
            top = self._tree(path)[0].stacks.get("") if self._may_say(path, NESTING_WORDS) else None
            if top is None:
                continue
            for name, to in top.targets().items():
                declared = top.template.resources[name]
                boundary = Boundary(top, declared, "")
                if isinstance(to, str) and _may_create_trail(boundary):
                    return True
        return False
