"""What stacks export and import: `Fn::ImportValue`, joined to the `Export` of another template.

`Fn::GetStackOutput` asks for an output by the name of its stack, which only an assembly of the CDK
tells.

Names are compared as values. A name that turns on what its stack is called, or on a parameter, is
taken for the one export of the scan that says the same around the unknown part; the report says so.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from trailcheck.cloudformation.cdk.regions import read, written
from trailcheck.cloudformation.functions import parts_of_scalar, show
from trailcheck.cloudformation.nodes import ListNode, MapNode
from trailcheck.cloudformation.resources import KINDS, NESTING
from trailcheck.cloudformation.sniff import IMPORT, may_say
from trailcheck.record import NamedTuple
from trailcheck.relocation import Move
from trailcheck.value import Known, Piece, Reference, Symbol, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator
    from collections.abc import Mapping as Map

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Node
    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.cloudformation.stacks.trees import Tree
    from trailcheck.source import Span
    from trailcheck.value import Value

Pattern: TypeAlias = "list[str | Symbol | None]"
"""A name's literal runs, symbols, and None for what is unknown."""

_MOST_NAMED = 3
_MOST_NODES = 100_000
_CALLS = frozenset({"Fn::GetStackOutput", "Fn::ImportValue"})
_ROLE = re.compile(r":iam::([0-9]{12}):role/")


class Export(NamedTuple):
    """One output that a stack exports."""

    name: Value
    stack: Stack
    output: str


class Exports:
    """Everything that the scan's templates export, found out when the first import is met."""

    def __init__(
        self,
        trees: Callable[[], Iterable[Tree]],
        known: Container[str],
        deployed: Callable[[str | None], Iterable[Tree]] = lambda _name: (),
    ) -> None:
        """`trees` are those with exports in them, and `known` the names of all roots.

        `deployed` finds the trees whose stacks have a name; without one, those that write for other
        Regions.
        """
        self._trees = trees
        self._deployed = deployed
        self._known = known
        self._found: list[Export] | None = None
        self._index: dict[tuple[object, ...], list[Export]] = {}

    def value(self, asking: Evaluator, name: Value, span: Span) -> Value:
        """Return what an import of a settled name is."""
        tree = asking.stack.tree
        beside = tree.order.beside(name, span) if tree.order is not None else None
        if beside is not None:
            return beside
        shown = show(name, span).strip('"')
        found = self._find(name, asking.stack)
        if isinstance(found, str):
            reason = f"it is imported from another stack, which exports it as {shown}{found}"
            return Unknown(f"export {shown}", reason, span, needs=(f"export {shown}",))
        stack = found.stack
        value = self._output(stack, found.output, asking, span)
        if not _same(found.name, name, within=stack.tree is tree):
            what = f"output {stack.prefix}{found.output} of {stack.tree.root}"
            tree.assumptions[f"the export {shown} is the {what}"] = None
        return value

    def of_stack(self, asking: Evaluator, said: Map[str, Value], span: Span) -> Value | None:
        """Return the output that Fn::GetStackOutput asks for; None if its stack is not known."""
        name, output = said.get("StackName"), said.get("OutputName")
        if not (isinstance(name, Known) and isinstance(output, Known)):
            return None
        region = said.get("Region", asking.place.region)
        account = _account(said["RoleArn"], span) if "RoleArn" in said else asking.place.account
        found = [
            tree
            for tree in self._deployed(str(name.data))
            if (tree.place.account, tree.place.region) == (account, region)
        ]
        if len(found) > 1:
            own = asking.stack.tree.assembly
            found = [tree for tree in found if tree.assembly == own]
        stack = found[0].top if len(found) == 1 else None
        return None if stack is None else self._output(stack, str(output.data), asking, span)

    def across(self, asking: Evaluator, name: str, span: Span) -> Value | None:
        """Return what a stack of another Region writes under a name; None if that is not known."""
        place = asking.place
        found = [
            (stack, value)
            for tree in self._deployed(None)
            if tree.place.account == place.account and (stack := tree.top) is not None
            for region, value in written(stack, name)
            if stack.evaluator.value(region) == place.region
        ]
        if len(found) != 1:
            return None
        ((stack, node),) = found
        return self._moved(stack, stack.evaluator.value(node), asking, span)

    def _output(self, stack: Stack, output: str, asking: Evaluator, span: Span) -> Value:
        """Return an output of a stack as another one reads it."""
        return self._moved(stack, stack.output(output, asking, span), asking, span)

    def _moved(self, stack: Stack, value: Value, asking: Evaluator, span: Span) -> Value:
        """Return a value of a stack as another one reads it."""
        tree = asking.stack.tree
        if stack.tree is not tree:
            tree.joined[stack.tree.root] = stack.tree
            value = self.move(stack.tree, tree).value(value)
        return value.through(span, f"imported from {stack.path}")

    def move(self, tree: Tree, into: Tree) -> Move:
        """Return how values of one tree read in another."""
        return Move(tree.root, into.root, self._known)

    def all(self) -> list[Export]:
        """Return every export of the scan."""
        if self._found is None:
            self._found = []  # a name of an export cannot itself be imported
            self._found = [found for tree in self._trees() for found in exported(tree)]
        return self._found

    def _named(self, key: tuple[object, ...]) -> list[Export]:
        """Return the exports that are known by a key: a name, a pattern, or how much is open."""
        if not self._index:
            self._index = {("",): []}
            for each in self.all():
                keys: list[tuple[object, ...]] = [("name", each.name)]
                pattern = _pattern(each.name)
                if pattern is not None:
                    keys += [("pattern", *pattern), ("open" if None in pattern else "literals",)]
                for one in keys:
                    self._index.setdefault(one, []).append(each)
        return self._index.get(key, [])

    def _find(self, name: Value, asking: Stack) -> Export | str:
        """Return the one export of a name, or what more there is to say where there is not one."""
        asked = _pattern(name)
        found = [
            each
            for each in self._named(("name", name))
            if _same(each.name, name, within=each.stack.tree is asking.tree)
            and _reachable(each.stack, asking)
        ]
        if not found and asked is not None:
            literal = ("literals",) if None in asked else ("open",)
            found = [
                each
                for key in (("pattern", *asked), literal)
                for each in self._named(key)
                if _alike(_pattern(each.name), asked) and _reachable(each.stack, asking)
            ]
        if len(found) == 1:
            return found[0]
        if not found:
            return ""
        places = dict.fromkeys(each.stack.path for each in found)
        some = ", ".join(list(places)[:_MOST_NAMED])
        return f"; {len(found)} exports may be meant, in {some}"


def exported(tree: Tree) -> Iterator[Export]:
    """Yield what the stacks of one tree export."""
    for stack in tree.walk():
        for output, (member, names) in stack.template.outputs.items():
            body = member.value
            export = body.get("Export") if isinstance(body, MapNode) else None
            name = export.get("Name") if isinstance(export, MapNode) else None
            if name is not None:
                yield Export(stack.evaluator.within(names).value(name), stack, output)


def published(tree: Tree) -> Iterator[Export]:
    """Yield what may be asked for by the name of a tree's stack: all its outputs."""
    stack = tree.top
    for output in stack.template.outputs if stack is not None and stack.name is not None else ():
        assert stack is not None
        yield Export(Known(output), stack, output)


def matters(export: Export) -> bool:
    """Tell whether an output may be about something that rules ask for: a VPC's id is not."""
    stack = export.stack
    value = stack.output(export.output, stack.evaluator, stack.template.root.span)
    addresses = (
        part.address for part in parts_of_scalar(value) or () if isinstance(part, Reference)
    )
    declared = (stack.tree.declared(address) for address in addresses)
    return all(found is None or found[1].type in KINDS for found in declared)


def words(export: Export) -> list[bytes]:
    """Return a word that an import of an export must spell, if the export's name has a literal."""
    runs = [
        run
        for part in parts_of_scalar(export.name) or ()
        if isinstance(part, Piece)
        for run in "".join(c if c.isalnum() else " " for c in part.text).split()
    ]
    return [max(runs, key=len).encode()] if runs else []


def evaluate_imports(stack: Stack) -> None:
    """Meet every import that matters, so that all is known that the tree has to do with others."""
    if not may_say(stack.template.source.data, IMPORT):
        return
    template = stack.template
    for name in read(stack):
        across = partial(stack.tree.exports.across, stack.evaluator, name, template.root.span)
        stack.guarded(across, None)
    nodes = [(member.value, names) for member, names in template.outputs.values()]
    nodes += [
        (declared.body, declared.names)
        for declared in list(template.resources.values())
        if declared.type in KINDS or declared.type in NESTING
    ]
    for node, names in nodes:
        evaluator = stack.evaluator.within(names)
        for call in _imports(stack, node):
            stack.guarded(partial(evaluator.value, call), None)


def _imports(stack: Stack, node: Node) -> Iterator[Node]:
    """Yield the calls below a node that ask for another stack's output."""
    waiting = [node]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        call = stack.evaluator.function(node)
        if call is not None and call[0] in _CALLS:
            yield node
        elif isinstance(node, ListNode):
            waiting += node.items
        elif isinstance(node, MapNode):
            waiting += [member.value for member in node.members.values()]


def _reachable(one: Stack, other: Stack) -> bool:
    return one is not other and not _elsewhere(one, other)


def _elsewhere(one: Stack, other: Stack) -> bool:
    """Tell whether two stacks may well be in two accounts or Regions, which share no exports."""
    places = [
        (each.account, each.region, each.partition)
        for each in (one.evaluator.place, other.evaluator.place)
    ]
    return any(
        mine != theirs and (_apart(mine) or _apart(theirs) or _settled(mine, theirs))
        for mine, theirs in zip(*places, strict=True)
    )


def _account(role: Value, span: Span) -> Value | None:
    """Return the account of a role's ARN."""
    match = _ROLE.search(show(role, span))
    return None if match is None else Known(match[1])


def _apart(value: Value) -> bool:
    """Tell whether a place is another one than where the caller's credentials lead."""
    return isinstance(value, Symbol) and bool(value.scope)


def _settled(*values: Value) -> bool:
    return all(isinstance(value, Known) for value in values)


def _same(one: Value, other: Value, *, within: bool) -> bool:
    """Tell whether two names surely are one; unknowns of two roots are never the same."""
    parts = parts_of_scalar(one) or ()
    return one == other and (within or not any(isinstance(part, Unknown) for part in parts))


def _alike(first: Pattern | None, second: Pattern) -> bool:
    """Tell whether two names say the same around a part that names a stack or environment."""
    if first is None:
        return False
    texts = [each for each in (*first, *second) if isinstance(each, str)]
    if not any(c.isalnum() for each in texts for c in each):
        return False
    if len(first) == len(second):
        return first == second
    if len(second) > len(first):
        first, second = second, first
    return len(second) == 1 and isinstance(second[0], str) and _may_be(first, second[0])


def _pattern(name: Value) -> Pattern | None:
    """Return what is said of a name; None for other names."""
    found: Pattern = []
    for part in parts_of_scalar(name) or ():
        match part:
            case Piece():
                if found and isinstance(found[-1], str):
                    found[-1] += part.text
                else:
                    found.append(part.text)
            case Symbol():
                found.append(part)
            case Unknown() if not part.refused and _names_a_stack(part.name):
                found.append(None)
            case _:
                return None
    return found or None


def _names_a_stack(unknown: str) -> bool:
    return "parameter " in unknown or unknown.endswith("AWS::StackName")


def _may_be(pattern: Pattern, said: str) -> bool:
    """Tell whether a name with one unknown part may be a literal one."""
    if pattern.count(None) != 1 or any(isinstance(each, Symbol) for each in pattern):
        return False
    at = pattern.index(None)
    before = "".join(each for each in pattern[:at] if isinstance(each, str))
    after = "".join(each for each in pattern[at + 1 :] if isinstance(each, str))
    long_enough = len(said) > len(before) + len(after)
    return long_enough and said.startswith(before) and said.endswith(after)
