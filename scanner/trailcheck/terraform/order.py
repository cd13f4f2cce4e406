"""What waits for what in one module directory, in Terraform's own order.

Everything in a module waits for its call, and the end of the module for everything in it.
`module.m.x` waits for an output, and `module.m` in any other use for all of the module. A resource
waits for its provider's block, and that for what its arguments refer to.

Source: Terraform, `PlanGraphBuilder`; compared with Terraform 1.11 on random configurations.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.terraform.mentions import RESOURCES, Mentions, Node
from trailcheck.terraform.passing import Key, Providers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.source import Span
    from trailcheck.terraform import ast
    from trailcheck.terraform.config import ModuleConfig

_AROUND: Node = ("around",)
"""The call of a module, as all in it waits for it."""
_ALL: Node = ("all",)
"""The end of a module, as its caller waits for it."""
_OUTSIDE = frozenset({"around", "passed", "imported"})
"""What is of the callers."""
_PORTS = _OUTSIDE | {"var"}
"""What a module waits for that is of its callers, or given by them."""


class Step(NamedTuple):
    """One thing that waits, and the names of the calls that lead to its module."""

    path: tuple[str, ...]
    config: ModuleConfig
    node: Node

    def __str__(self) -> str:
        kind, name = self.node[0], ".".join(self.node[1:])
        modules = "".join(f"module.{call}." for call in self.path)
        match kind:
            case "resource":
                return f"{modules}{name}"
            case "data" | "ephemeral":
                return f"{modules}{kind}.{name}"
            case "validation":
                return f"{modules}var.{name} (validation)"
            case "var" if not self.path:
                return f"var.{name}"
            case "expand" | "close":
                return f"{modules}module.{name} ({kind})"
            case "given":
                return f"{modules}module.{self.node[1]}.var.{self.node[2]} (expand)"
            case "provider":
                type_, alias = Providers(self.config).key(name)
                behind = f".{alias}" if alias else ""
                return f'{modules}provider["registry.terraform.io/{type_}"]{behind}'
            case _:
                return f"{modules}{kind}.{name} (expand)"

    @property
    def span(self) -> Span:
        """Where it is declared."""
        config, kind, name = self.config, self.node[0], self.node[1]
        match kind:
            case "local":
                return config.locals[name].span
            case "var" | "validation":
                return config.variables[name].header
            case "output":
                return config.outputs[name].header
            case "provider":
                return config.providers[name].header
            case "expand" | "close" | "given":
                return config.calls[name].header
            case _:
                block = Mentions(config).block(self.node)
                assert block is not None
                return block.header


class Order:
    """What waits for what in one module directory, and what its callers must know of it."""

    def __init__(
        self,
        mentions: Mentions,
        providers: Providers | None,
        children: dict[str, Order],
        imports: dict[Node, tuple[str, ...]],
        *,
        root: bool,
    ) -> None:
        self.mentions = mentions
        self.providers = providers
        self.children = children
        self._imports = imports
        self._root = root
        self._around = () if root else (_AROUND,)
        self._kept: dict[Node, tuple[Node, ...]] = {}
        self._passed: dict[str, dict[Key, Key]] = {}
        self.leads: dict[Node, tuple[Node, ...]] = {}
        """What each output, and the end, wait for among what comes from the callers."""
        self.alone: tuple[Step, ...] = tuple(
            step._replace(path=(name, *step.path))
            for name, child in children.items()
            for step in child.alone
        )
        """What refers to itself."""
        self.circle: tuple[Step, ...] = next(
            (_under(name, child.circle) for name, child in children.items() if child.circle), ()
        )
        if not self.circle:
            self.circle = self._search()

    @property
    def doubtful(self) -> bool:
        """Whether there may be a circle."""
        return bool(self.circle or self.alone)

    # What waits for what

    def waits(self, node: Node) -> tuple[Node, ...]:
        """Return what a node of this module waits for."""
        found = self._kept.get(node)
        if found is None:
            found = self._kept[node] = self._waits(node)
        return found

    def _waits(self, node: Node) -> tuple[Node, ...]:
        kind = node[0]
        if kind in _OUTSIDE:
            return ()
        if kind == "of":
            return tuple(self._through(node[1], ("output", node[2])))
        if kind == "close":
            call = node[1]
            return (
                *self._through(call, _ALL),
                *(("given", call, name) for name in self.mentions.given(call)),
            )
        if kind == "all":
            return (*self.mentions.nodes, *self._around)
        said = self.mentions.of(node)
        validated = self.mentions.validated
        if validated:
            checks = (("validation", n[1]) for n in said if n[0] == "var" and n[1] in validated)
            said = (*said, *checks)
        if kind in RESOURCES:
            said = (*said, *self._around_resource(node))
        elif kind == "given":
            said = (*said, ("expand", node[1]))
        elif kind == "validation":
            said = (*said, ("var", node[1]))
        return (*said, *self._around)

    def _call(self, name: str) -> ast.Block:
        return self.mentions.config.calls[name]

    def _around_resource(self, node: Node) -> Iterator[Node]:
        block, providers = self.mentions.block(node), self.providers
        if block is not None and providers is not None:
            provider = self._provider(providers.used(node[1].partition(".")[0], block))
            if provider is not None:
                yield provider
        for number in self._imports.get(node, ()):
            yield ("import" if self._root else "imported", number)

    def _provider(self, key: Key) -> Node | None:
        """Return the provider block that a configuration is, or that a caller has it."""
        if self.providers is None:
            return None
        name = self.providers.declared.get(key)
        if name is not None and (self._root or key not in self.providers.empty):
            return ("provider", name)
        return None if self._root else ("passed", *key)

    def _through(self, call: str, node: Node) -> Iterator[Node]:
        """Yield what an output of a called module, or its end, waits for on this side."""
        yield ("expand", call)
        child = self.children.get(call)
        if child is not None:
            for port in child.leads.get(node, ()):
                outside = self._outside(call, child, port)
                if outside is not None:
                    yield outside

    def _outside(self, call: str, child: Order, port: Node) -> Node | None:
        """Return what is on this side of something that a called module waits for."""
        match port:
            case ("around",):
                return ("expand", call)
            case ("var", name):
                return ("given", call, name) if name in self.mentions.given(call) else None
            case ("passed", type_, alias):
                if self.providers is None or child.providers is None:
                    return None
                if call not in self._passed:
                    said = self.providers.passed(self._call(call), child.providers)
                    self._passed[call] = said
                passed = self._passed[call].get((type_, alias))
                if passed is not None:
                    return self._provider(passed)
                # NOTE: an empty block is a configuration of its own where nothing is passed for it.
                own = (type_, alias) in child.providers.declared
                return None if own or alias else self._provider((type_, alias))
            case ("imported", number):
                return ("import", number) if self._root else port
            case _:
                return port

    # The search

    def _search(self) -> tuple[Step, ...]:
        """Order everything; return a circle if there is one, else note what leads where."""
        ports: dict[Node, int] = {}
        reach: dict[Node, int] = {}
        alone: list[Step] = []
        kinds = frozenset[str]() if self._root else _PORTS
        for start in (*self.mentions.nodes, _ALL):
            if start in reach:
                continue
            # The way from the start, each node with what is still to be followed from it.
            way = [(start, iter(self.waits(start)))]
            on_way = {start}
            while way:
                node, rest = way[-1]
                for other in rest:
                    if other in reach:
                        continue
                    if other in on_way:
                        if other != node:
                            return self._shortest([n for n, _ in way], other)
                        alone.append(Step((), self.mentions.config, node))
                        continue
                    on_way.add(other)
                    way.append((other, iter(self.waits(other))))
                    break
                else:
                    way.pop()
                    on_way.discard(node)
                    reached = 0
                    for other in self._kept[node] if kinds else ():
                        reached |= reach.get(other, 0)
                    if node[0] in kinds:
                        reached |= ports.setdefault(node, 1 << len(ports))
                    reach[node] = reached
        self.alone = (*alone, *self.alone)
        local = next((step for step in self.alone if step.node[0] == "local"), None)
        self.leads = {
            node: tuple(port for port, bit in ports.items() if reach[node] & bit)
            for node in (*(n for n in self.mentions.nodes if n[0] == "output"), _ALL)
        }
        return (local,) if local is not None else ()

    def _shortest(self, way: list[Node], closing: Node) -> tuple[Step, ...]:
        """Return the shortest circle through something on one, through a trail if it is on it."""
        loop = way[way.index(closing) :]
        named = [n for n in loop if n[0] in RESOURCES]
        trails = [n for n in named if n[1].startswith("aws_cloudtrail.")]
        start = (*trails, *named, *loop)[0]
        path = self.way(start, start)
        return tuple(reversed(tuple(self._steps(path[:-1]))))

    def way(self, start: Node, end: Node) -> list[Node]:
        """Return the shortest way from one node to another, both on it; the start may be both."""
        before: dict[Node, Node] = {}
        waiting = deque([start])
        while waiting:
            node = waiting.popleft()
            for other in self.waits(node):
                if other == end:
                    path = [end, node]
                    while path[-1] != start:
                        path.append(before[path[-1]])
                    return path[::-1]
                if other not in before and other != start:
                    before[other] = node
                    waiting.append(other)
        return [start, end]

    def _steps(self, path: list[Node]) -> Iterator[Step]:
        """Yield the nodes of a circle, with the ways through the modules that they lead through."""
        config = self.mentions.config
        for node, after in zip(path, (*path[1:], path[0]), strict=True):
            if node[0] in {"close", "of"}:
                if node[0] == "close":
                    yield Step((), config, node)
                yield from self._inside(node, after)
            elif node[0] not in {"import", "imported", "around", "passed", "all"}:
                yield Step((), config, node)

    def _inside(self, node: Node, after: Node) -> Iterator[Step]:
        """Yield the way through a called module, from its output or end to what it is given."""
        call, child = node[1], self.children.get(node[1])
        start = _ALL if node[0] == "close" else ("output", node[2])
        for port in child.leads.get(start, ()) if child is not None else ():
            if child is not None and self._outside(call, child, port) == after:
                inside = [n for n in child.way(start, port) if n != port]
                yield from _under(call, tuple(child.open_steps([*inside, port])))
                return
        if node[0] == "of":
            yield (
                Step((call,), child.mentions.config, start)
                if child is not None
                else Step((), self.mentions.config, ("expand", call))
            )

    def open_steps(self, path: list[Node]) -> Iterator[Step]:
        """Yield a way that ends at what comes from the caller, without that."""
        steps = list(self._steps(path))
        yield from steps[:-1] if path[-1][0] == "var" else steps


def _under(call: str, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(step._replace(path=(call, *step.path)) for step in steps)
