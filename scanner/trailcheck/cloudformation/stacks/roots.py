"""Which templates of a repository are roots, and what one root has to do with another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.conditions import FALSE
from trailcheck.cloudformation.reader import Reading, Root, start
from trailcheck.cloudformation.sniff import ACROSS, BY_NAME, EXPORT, IMPORT, NESTING, TRAIL, may_say
from trailcheck.cloudformation.stacks.bodies import written
from trailcheck.cloudformation.stacks.boundaries import likely
from trailcheck.cloudformation.stacks.exports import (
    Export,
    Exports,
    exported,
    matters,
    published,
    words,
)
from trailcheck.cloudformation.stacks.ordered import BranchedStack, OrderedStack, branched, mismatch
from trailcheck.cloudformation.stacks.sources import StackSource
from trailcheck.cloudformation.stacks.targets import Target, Templates, located
from trailcheck.cloudformation.stacks.trees import Tree
from trailcheck.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from trailcheck.cloudformation.cdk.assembly import Deployment
    from trailcheck.cloudformation.stacks.deployers import Deployers
    from trailcheck.deploying import Deployed, Order
    from trailcheck.graph import Place
    from trailcheck.repository import Repository
    from trailcheck.source import Source


class Reader:
    """Reads the templates of one repository, each with the stacks that it nests."""

    def __init__(  # noqa: PLR0913, PLR0917 - what decides how templates are read
        self,
        repository: Repository,
        linked: Iterable[str],
        others: Iterable[str],
        given: Mapping[str, str | None],
        place: Place,
        deployments: Mapping[str, Deployment],
    ) -> None:
        """`linked` are templates that hold a trail or lead to another; `others` do neither.

        `deployments` is what CDK assemblies say of some of the templates.
        """
        self.repository = repository
        self._paths = tuple(sorted(linked))
        self.known = frozenset((*self._paths, *others))
        self.templates = Templates(repository, sorted(self.known))
        self.given = given
        self.place = place
        self.deployments = deployments
        self.exports = Exports(self._exporting, self.known, self._deployed)
        self.problems: dict[Diagnostic, None] = {}
        """Templates that could not be read."""
        self._said: dict[tuple[str, tuple[bytes, ...]], bool] = {}
        self._trees: dict[str, tuple[Tree, list[Diagnostic] | None]] = {}
        self._roots: dict[str, Root] = {}
        self.deployers: Deployers | None = None
        """The Terraform code that may deploy templates."""
        self.deployed: list[Root] = []
        """The stacks that other code deploys."""
        self._nested: set[str] | None = None
        self._assets: dict[str, Deployment] | None = None

    def readings(self, holding: Iterable[str], named: Iterable[str]) -> Iterator[Reading]:
        """Read every template that no other one nests and that may lead to a trail.

        `holding` are the templates that may hold a trail. A template that some other nests is read
        there, and by itself if the caller `named` it, if nothing reads it after all, or if the
        templates nest each other in a circle.
        """
        holding, named = tuple(holding), set(named)
        reached: set[str] = set()
        for root in self.deployed:
            for stack in root.tree.stacks.values():
                reached |= stack.files
        for path in self._paths:
            if path in named or not (path in self.nested() or path in reached):
                yield from self._read(path, reached)
        for path in holding:
            if path not in reached:
                yield from self._read(path, reached)

    def _read(self, path: str, reached: set[str]) -> Iterator[Reading]:
        closure = self._closure(path)
        if not self._leads_to(closure, TRAIL) and not self._leads_out(closure):
            return
        tree, lost = self._tree(path)
        if lost is not None:
            yield Reading(self.root(path))
        for stack in tree.stacks.values():
            reached |= {stack.path} if stack.exists != FALSE else self._closure(stack.path)

    def _tree(self, path: str) -> tuple[Tree, list[Diagnostic] | None]:
        found = self._trees.get(path)
        if found is None:
            deployment = self.deployments.get(path)
            tree = Tree(path, self.given, self.place, self.templates, deployment, self.exports)
            tree.deployers = self.deployers
            tree.packed = deployment or self._packed(path)
            source = self.templates.source(path)
            lost: list[Diagnostic] | None = None
            if isinstance(source, Diagnostic):
                self.problems[source] = None
            else:
                lost = start(tree, source)
            found = self._trees[path] = tree, lost
        return found

    def _packed(self, path: str) -> Deployment | None:
        """Return a stack of the assembly that lists a template as an asset."""
        if self._assets is None:
            self._assets = {
                file: deployment
                for deployment in self.deployments.values()
                for file in deployment.assets.values()
            }
        return self._assets.get(path)

    def _nests(self, path: str) -> set[str]:
        """Return the files whose templates a template nests, at its own defaults."""
        if not self._may_say(path, NESTING):
            return set()
        top = self._tree(path)[0].top
        if top is None:
            return set()
        ways = (way for found in top.targets().values() for way in found)
        nested = {to.path for _, to in ways if isinstance(to, Target)}
        return nested | top.included.keys()

    def _may_say(self, path: str, words: Iterable[bytes]) -> bool:
        key = path, tuple(words)
        if key not in self._said:
            data = self.repository.read(path)
            self._said[key] = not isinstance(data, Diagnostic) and may_say(data, key[1])
        return self._said[key]

    def _closure(self, path: str) -> set[str]:
        found, waiting = {path}, [path]
        while waiting:
            for each in self._nests(waiting.pop()) - found:
                found.add(each)
                waiting.append(each)
        return found

    def _leads_out(self, closure: set[str]) -> bool:
        """Tell whether some stack is nested that may create a trail and whose template is lost."""
        nesting = (path for path in sorted(closure) if self._may_say(path, NESTING))
        tops = (self._tree(path)[0].top for path in nesting)
        return any(
            isinstance(to, str) and likely(top.template.resources[name])
            for top in tops
            if top is not None
            for name, found in top.targets().items()
            for _, to in found
        )

    def _leads_to(self, closure: Iterable[str], spelled: Iterable[bytes]) -> bool:
        return any(self._may_say(path, spelled) for path in closure)

    # What other code deploys

    def deploy(self, order: Order) -> Deployed | str:
        """Read the stack that other code deploys, or say why its template cannot be read.

        Where a condition decides which template that is, each is a stack under its condition.
        """
        orders = branched(order)
        if len(orders) == 1:
            return self._deploy(order)
        found = [(when, self._deploy(each)) for when, each in orders]
        lost = [each for _, each in found if isinstance(each, str)]
        read = [(when, each) for when, each in found if not isinstance(each, str)]
        return lost[0] if lost else BranchedStack(order, read)

    def _deploy(self, order: Order) -> Deployed | str:
        home = order.directory.removeprefix(".").removesuffix("/") + "/"
        tree = Tree(
            order.root,
            {},
            order.place,
            self.templates,
            exports=self.exports,
            order=order,
        )
        source = self._ordered(tree, order, home.removeprefix("/"))
        if isinstance(source, str):
            return source
        lost = start(tree, source)
        if tree.top is None:
            first = lost[0].summary if lost else "it declares nothing"
            return f"could not be read: {first[0].lower()}{first[1:]}"
        guessed = order.body is None and bool(tree.assumptions)
        if guessed and mismatch(order, tree.top.template) is not None:
            # That the file is the one at the URL was a guess, and its parameters deny it.
            return f"is at a URL, and {source.path} is another one"
        root = Root(tree, [], self)
        if tree.top.exists != FALSE:
            self.deployed.append(root)
        return OrderedStack(tree.top, root)

    def _ordered(self, tree: Tree, order: Order, home: str) -> Source | str:
        """Return the text of the template that other code deploys."""
        if order.body is not None:
            return written(order.body, order.body.span or order.span, order.address)
        if order.url is None:
            return "is not stated"
        to = located(tree, home, order.url, order.url.span or order.span)
        if isinstance(to, str):
            return to
        source = self.templates.source(to.path)
        if isinstance(source, Diagnostic):
            return f"could not be read: {source.summary}"
        if to.url:
            tree.assumptions[f"the template at {to.url} is {to.path} in this repository"] = None
        return StackSource(source, tree.prefix)

    # What one root has to do with another

    def nested(self) -> set[str]:
        """Return the templates that others nest."""
        if self._nested is None:
            self._nested = {p for path in self._paths for p in self._nests(path) if p != path}
        return self._nested

    def root(self, path: str) -> Root:
        """Return the root of a template, made once."""
        found = self._roots.get(path)
        if found is None:
            tree, lost = self._tree(path)
            found = self._roots[path] = Root(tree, lost or [], self)
        return found

    def importers(self, tree: Tree) -> Iterator[Root]:
        """Yield the roots that import from a tree: an import must spell a word of the export."""
        if tree.top is None:
            return
        asked: list[Export] = []
        if self._leads_to(self._closure(tree.root), EXPORT):
            asked += exported(tree)
        if tree.deployment is not None and self._leads_to(self._paths, BY_NAME):
            asked += published(tree)
        spelled = [word for export in asked if matters(export) for word in words(export)]
        for path in self._paths if spelled else ():
            if path == tree.root or path in self.nested():
                continue
            closure = self._closure(path)
            if self._leads_to(closure, IMPORT) and self._leads_to(closure, spelled):
                root = self.root(path)
                if tree.root in root.tree.joined:
                    yield root

    def _deployed(self, name: str | None) -> Iterator[Tree]:
        """Yield the trees of assemblies with a name; without one, those that write for others."""
        for path, deployment in self.deployments.items():
            if deployment.name == name or (name is None and self._may_say(path, ACROSS)):
                yield self._tree(path)[0]

    def _exporting(self) -> Iterator[Tree]:
        """Yield the trees of all roots that may export something."""
        for path in self._paths:
            if path not in self.nested() and self._leads_to(self._closure(path), EXPORT):
                tree, _ = self._tree(path)
                if tree.top is not None:
                    yield tree
