"""Templates to graphs: one graph for each template that no other one nests.

`roots.Reader` reads the templates of a repository, `read_template` a single text. Both say what of
the shape is wrong; everything else is evaluated when a rule asks. Trouble that shows only then is
added to `Reading.diagnostics`, so that a caller looks at it after the rules have run;
`Graph.unread` holds the trouble of the shape alone, and never changes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from trailcheck.cloudformation import dependencies, form
from trailcheck.cloudformation.assertions import demands
from trailcheck.cloudformation.conditions import FALSE, TRUE, combined
from trailcheck.cloudformation.declared import Resources
from trailcheck.cloudformation.limits import laws, taken
from trailcheck.cloudformation.nodes import MapNode
from trailcheck.cloudformation.stacks.boundaries import lent
from trailcheck.cloudformation.stacks.boundaries import unread as out_of_reach
from trailcheck.cloudformation.stacks.collisions import (
    collisions,
    repeated,
    report,
    report_repeated,
)
from trailcheck.cloudformation.stacks.exports import evaluate_imports
from trailcheck.cloudformation.stacks.stack import Stack
from trailcheck.cloudformation.stacks.trees import Tree
from trailcheck.cloudformation.syntax import compose
from trailcheck.cloudformation.template import Template
from trailcheck.errors import Impact
from trailcheck.graph import Dialect, Graph, Kind
from trailcheck.relocation import SEPARATOR
from trailcheck.value import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from trailcheck.cloudformation.stacks.targets import Templates
    from trailcheck.errors import Diagnostic
    from trailcheck.graph import Place, Resource
    from trailcheck.source import Source
    from trailcheck.world import Law


class Beside(Protocol):
    """What a root asks about the others of the scan."""

    def root(self, path: str) -> Root:
        """Return another root."""

    def importers(self, tree: Tree) -> Iterable[Root]:
        """Return the roots that import from a tree."""


class _Alone:
    """The answers for a template that is read without others."""

    def root(self, path: str) -> Root:
        raise LookupError(path)

    def importers(self, tree: Tree) -> Iterable[Root]:  # noqa: ARG002 - for what is read alone
        return ()


class Reading:
    """A root template that was read, with all that it nests."""

    def __init__(self, root: Root) -> None:
        self.root = root
        self.graph = root.graph()

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong so far; there is more of it while rules ask."""
        roots = (self.root, *self.root.imported())
        return list(dict.fromkeys(d for root in roots for d in root.diagnostics()))

    @property
    def paths(self) -> set[str]:
        """The files of all templates that were read for it."""
        return {
            path for tree in self._trees() for stack in tree.stacks.values() for path in stack.files
        }

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters that it declares, it and the other roots in its graph."""
        tops = (tree.top for tree in self._trees())
        return tuple(name for top in tops if top is not None for name in top.template.parameters)

    def _trees(self) -> list[Tree]:
        return [self.root.tree, *(other.tree for other in self.root.others())]


def read_template(
    source: Source,
    root: str,
    parameters: Mapping[str, str | None],
    place: Place,
    files: Templates | None = None,
) -> Reading | None:
    """Read a template: see `trailcheck.cloudformation.read`."""
    tree = Tree(root, parameters, place, files)
    lost = start(tree, source)
    return None if lost is None else Reading(Root(tree, lost, _Alone()))


def start(tree: Tree, source: Source) -> list[Diagnostic] | None:
    """Read a tree's root template; return why it has none, or None when the text is no template."""
    node, diagnostics = compose(source)
    if not isinstance(node, MapNode):
        return diagnostics or None
    if node.get("Resources") is None and node.get("AWSTemplateFormatVersion") is None:
        return None
    Stack(tree, Template(source, node, diagnostics))
    return []


def _demand(stack: Stack) -> None:
    evaluator = stack.evaluator
    demands(evaluator)
    for member, said in taken(stack):
        if said == FALSE and isinstance(stack.given(member), Choice):
            evaluator.refuse(
                f"Whatever parameter {member.key} is given is not allowed",
                f"{stack.path} takes none of the values that it may be.",
                member.key_span,
                Impact.REFUSED,
            )


def _varies(template: Template) -> bool:
    """Tell whether the order of resources may differ from stack to stack."""
    return bool(template.conditions) or any(each.names for each in template.resources.values())


class Root:
    """One tree of stacks, and the graph that rules ask about it.

    The graph also holds what other roots declare from which this one imports, or which import from
    this one: their policies and filters count for its roles and groups. Trails are its own only.
    """

    def __init__(self, tree: Tree, lost: list[Diagnostic], beside: Beside) -> None:
        """`lost` is what is wrong with a text that could not be read as a template at all."""
        self.tree = tree
        self.resources: dict[str, Resource] = {}
        self.beside = beside
        self._foreign: dict[str, Resource] = {}
        self._others: list[Root] | None = None
        self._lost = lost
        if tree.top is not None:
            for stack in tree.walk():
                self.resources.update(Resources(stack).found)
                evaluate_imports(stack)
        for boundary in tree.boundaries:
            for each in lent(boundary):
                if each.exists != FALSE:
                    self.resources[f"{each.address} {each.kind.value}"] = each
        self._checked = False
        trails = any(resource.kind is Kind.TRAIL for resource in self.resources.values())
        if trails:
            self._check()
        deployment = tree.deployment
        unread = () if deployment is None else deployment.unread
        refused = () if deployment is None or not trails else deployment.refused()
        self.lost = (
            *lost,
            *unread,
            *refused,
            *tree.diagnostics(),
            *out_of_reach(tree, trails=trails),
        )
        self._laws: list[Law] | None = None

    def _check(self) -> None:
        """Report what refuses the stacks as a whole: parameters, rules, circles of resources."""
        if self._checked:
            return
        self._checked = True
        seen: set[bytes] = set()
        for stack in self.tree.stacks.values():
            if stack.exists == TRUE:
                stack.guarded(partial(_demand, stack), None)
                text = stack.template.source.data
                if text not in seen or _varies(stack.template):
                    stack.guarded(partial(dependencies.check, stack.evaluator), None)
                stack.guarded(partial(form.check, stack.evaluator), None)
                seen.add(text)
        for each in collisions(self.resources.values()):
            if each.both == TRUE:
                report(self.tree, each)
            else:
                self.tree.demands.append(combined("Fn::Not", [each.both], each.second.span))

        for resource in repeated(self.tree, self.resources.values()):
            report_repeated(self.tree, resource)

    def must_be_taken(self) -> None:
        """Check the root, because another one that has a trail imports from it."""
        if not self._checked:
            self._check()
            self.lost = tuple(dict.fromkeys((*self.lost, *self.tree.diagnostics())))

    def graph(self) -> Graph:
        """Return the graph of the tree."""
        return Graph(
            self.tree.root,
            Dialect.CLOUDFORMATION,
            self.find,
            self.lookup,
            self.unread,
            self.assumptions,
            self.laws,
        )

    def laws(self) -> list[Law]:
        """Return what must be true of the parameters, worked out when a world first asks."""
        if self._laws is None:
            self._laws = laws(self.tree)
            for other in self.imported():
                move = self.tree.exports.move(other.tree, self.tree)
                self._laws += map(move.law, laws(other.tree))
        return self._laws

    def assumptions(self) -> tuple[str, ...]:
        """Return what was taken for granted to read this root and those that count for it."""
        roots = (self, *self.others())
        return tuple(dict.fromkeys(each for root in roots for each in root.tree.assumptions))

    def find(self, kind: Kind) -> Iterator[Resource]:
        """Yield the resources of a kind."""
        yield from (resource for resource in self.resources.values() if resource.kind is kind)
        if kind is not Kind.TRAIL:
            for other in self.others():
                found = (each for each in other.resources.values() if each.kind is kind)
                yield from (self._moved(other, each) for each in found)

    def lookup(self, address: str) -> Resource | None:
        """Return the resource at an address, one of another root too."""
        found = self.resources.get(address)
        directory, separator, rest = address.partition(SEPARATOR)
        if found is None and separator:
            for other in self.others():
                if other.tree.root == directory and rest in other.resources:
                    return self._moved(other, other.resources[rest])
        return found

    def imported(self) -> list[Root]:
        """Return the roots from which this one imports, and from which those import."""
        return self._reached(lambda root: map(root.beside.root, root.tree.joined))

    def others(self) -> list[Root]:
        """Return every other root whose resources count here."""
        if self._others is None:
            self._others = self._reached(
                lambda root: (
                    *map(root.beside.root, root.tree.joined),
                    *root.beside.importers(root.tree),
                )
            )
        return self._others

    def _reached(self, next_to: Callable[[Root], Iterable[Root]]) -> list[Root]:
        found = {self.tree.root: self}
        waiting = [self]
        while waiting:
            for root in next_to(waiting.pop()):
                if root.tree.root not in found:
                    found[root.tree.root] = root
                    waiting.append(root)
        return list(found.values())[1:]

    def unread(self) -> tuple[Diagnostic, ...]:
        """Return what of the shape of this root is wrong, and of those from which it imports."""
        others = self.imported()
        for other in others if self._checked else ():
            other.must_be_taken()
        lost = (problem for root in (self, *others) for problem in root.lost)
        return tuple(dict.fromkeys(lost))

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Yield what is wrong with the tree so far."""
        yield from self._lost
        yield from self.tree.diagnostics()

    def _moved(self, other: Root, resource: Resource) -> Resource:
        address = f"{other.tree.root}{SEPARATOR}{resource.address} {resource.kind.value}"
        found = self._foreign.get(address)
        if found is None:
            move = self.tree.exports.move(other.tree, self.tree)
            found = self._foreign[address] = move.resource(resource, self.tree.root)
        return found
