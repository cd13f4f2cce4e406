"""Circles of references between blocks: Terraform refuses a configuration that has one.

Terraform orders blocks, not values: a trail that names a role whose policy names the trail is a
circle, though each value by itself could be told. Looked at is what the given blocks depend on;
other code is never read for it.

Source: Terraform, "Resource Graph"; what `depends_on`, `count` and module calls add was compared
with Terraform 1.11.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from trailcheck.record import NamedTuple
from trailcheck.terraform.traversals import referred

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.source import Span
    from trailcheck.terraform import ast
    from trailcheck.terraform.modules import ModuleInstance

_NO_REFERENCES = frozenset({"ignore_changes", "provider", "providers", "source", "version"})
_META = ("count", "for_each", "depends_on")
_STEP = re.compile(r"[^.\[\]]+")


class Node(NamedTuple):
    """One thing that Terraform puts in order: a block, a local value, a variable or an output."""

    module: ModuleInstance
    kind: str
    """"resource", "data", "local", "var", "output", or "module" for all of a called module."""
    name: str
    """The name; with its type before it for resources and data sources."""

    def __str__(self) -> str:
        front = "" if self.kind == "resource" else f"{self.kind}."
        behind = " (expand)" if self.kind in {"local", "var", "output"} else ""
        modules = "".join(f"module.{name}." for name in self.module.path.split(".")[:-1])
        return f"{modules}{front}{self.name}{behind}"


class Circle(NamedTuple):
    """Blocks that wait for one another, each for the one before it and the first for the last."""

    nodes: tuple[Node, ...]
    span: Span
    """Where one of them is declared."""

    def __str__(self) -> str:
        if len(self.nodes) == 1:
            return f"{self.nodes[0]} refers to itself"
        return f"Cycle: {', '.join(map(str, self.nodes))}"


_Key: TypeAlias = tuple[int, str, str]


def find(starts: Iterable[Node]) -> Circle | None:
    """Return a circle among what the given blocks depend on, or None."""
    done: set[_Key] = set()
    known: dict[_Key, list[Node]] = {}
    for start in starts:
        # The way from the start, each node with what is still to be followed from it.
        way: list[tuple[Node, Iterator[Node]]] = []
        on_way: dict[_Key, int] = {}
        following: Node | None = start
        while following is not None or way:
            if following is None:
                node, _ = way.pop()
                key = _key(node)
                del on_way[key]
                done.add(key)
            elif (key := _key(following)) in on_way:
                return _circle([node for node, _ in way[on_way[key] :]])
            elif key not in done:
                on_way[key] = len(way)
                way.append((following, iter(_needed(following, known))))
            following = next(way[-1][1], None) if way else None
    return None


def _circle(path: list[Node]) -> Circle | None:
    nodes = [node for node in reversed(path) if node.kind != "module"]
    block = next((found for node in nodes if (found := _block(node)) is not None), None)
    span = block.header if block is not None else nodes[0].module.config.locals[nodes[0].name].span
    return Circle(tuple(nodes), span)


def _key(node: Node) -> _Key:
    return id(node.module), node.kind, node.name


def _needed(node: Node, known: dict[_Key, list[Node]]) -> list[Node]:
    """Return what a node waits for, with what the calls around it wait for."""
    found = known.get(_key(node))
    if found is None:
        around = (id(node.module), "calls", "")
        if around not in known:
            # The same for all that is in a module, and so asked once: half of a search's time.
            known[around] = list(_of_calls(node.module))
        needed = (*_waits_for(node), *known[around])
        found = known[_key(node)] = list({_key(n): n for n in needed}.values())
    return found


def _waits_for(node: Node) -> Iterator[Node]:
    """Yield what a node itself waits for."""
    module, config = node.module, node.module.config
    match node.kind:
        case "local":
            argument = config.locals.get(node.name)
            if argument is not None:
                yield from _referred(module, argument)
        case "var":
            argument = module.call.body.argument(node.name) if module.call is not None else None
            if argument is not None and module.parent is not None:
                yield from _referred(module.parent, argument)
        case "module":
            for child in _children(module, node.name):
                yield from _inside(child)
        case _:
            block = _block(node)
            if block is not None:
                yield from _in_body(module, block.body)


def _of_calls(module: ModuleInstance) -> Iterator[Node]:
    """Yield what the calls around a node wait for: nothing in a module is there before."""
    if module.call is None or module.parent is None:
        return
    for name in _META:
        argument = module.call.body.argument(name)
        if argument is not None:
            after = name == "depends_on"
            yield from _referred(module.parent, argument, after=after)
    yield from _of_calls(module.parent)


def _inside(module: ModuleInstance) -> Iterator[Node]:
    """Yield everything in a module, and in those that it calls."""
    config = module.config
    yield from (Node(module, "resource", f"{t}.{n}") for t, n in config.resources)
    yield from (Node(module, "data", f"{t}.{n}") for t, n in config.data)
    yield from (Node(module, "output", name) for name in config.outputs)
    yield from (Node(module, "module", name) for name in config.calls)


def _in_body(module: ModuleInstance, body: ast.Body) -> Iterator[Node]:
    for argument in body.arguments.values():
        if argument.name not in _NO_REFERENCES:
            after = argument.name == "depends_on"
            yield from _referred(module, argument, after=after)
    for block in body.blocks:
        yield from _in_body(module, block.body)


def _referred(
    module: ModuleInstance, argument: ast.Argument, *, after: bool = False
) -> Iterator[Node]:
    """Yield what an argument refers to; `after`: it says what has to be there before."""
    config = module.config
    for said in referred(argument):
        steps = _STEP.findall(said)
        match steps:
            case ["local", name, *_] if name in config.locals:
                yield Node(module, "local", name)
            case ["var", name, *_] if name in config.variables:
                yield Node(module, "var", name)
            case ["data", type_, name, *_] if (type_, name) in config.data:
                yield Node(module, "data", f"{type_}.{name}")
            case ["module", name, *rest] if name in config.calls:
                yield from _of_module(module, name, rest, said, after=after)
            case [type_, name, *_] if (type_, name) in config.resources:
                yield Node(module, "resource", f"{type_}.{name}")
            case _:
                pass


def _of_module(
    module: ModuleInstance, name: str, rest: list[str], said: str, *, after: bool
) -> Iterator[Node]:
    """Yield what `module.name` and its like refer to: one output, all of them, or everything."""
    if after:
        yield Node(module, "module", name)
        return
    if said.startswith(f"module.{name}["):
        rest = rest[1:]
    for child in _children(module, name):
        named = rest[:1] if rest and rest[0] in child.config.outputs else list(child.config.outputs)
        yield from (Node(child, "output", output) for output in named)


def _children(module: ModuleInstance, name: str) -> list[ModuleInstance]:
    """Return one instance of a called module: the others have the same blocks."""
    return module.children(name)[:1]


def _block(node: Node) -> ast.Block | None:
    config = node.module.config
    match node.kind:
        case "resource" | "data":
            type_, _, name = node.name.partition(".")
            return (config.resources if node.kind == "resource" else config.data).get((type_, name))
        case "output":
            return config.outputs.get(node.name)
        case "var":
            return config.variables.get(node.name)
        case _:
            return None
