"""Circles of references: Terraform refuses a configuration that has one, whatever it creates.

Terraform orders blocks, not values: a trail that names a role whose policy names the trail is a
circle, though each value by itself could be told. So are a provider that assumes a role which it
creates, and what waits for all of a module that waits for it. How often something is created says
nothing: a module with `count = 0` is in order with the others.

Each module directory is ordered by itself (`order.py`), and of it is kept to which of its inputs
its outputs, and its end, lead. A module that is called for each Region is so looked through once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.terraform import ast
from trailcheck.terraform.config import literal_text
from trailcheck.terraform.glance import is_in_order
from trailcheck.terraform.passing import Providers
from trailcheck.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.source import Span
    from trailcheck.terraform.called import Called
    from trailcheck.terraform.config import ModuleConfig
    from trailcheck.terraform.mentions import Mentions, Node
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.terraform.order import Order, Step

_KEYS = re.compile(r"\[[^\]]*\]")


class Circle(NamedTuple):
    """Things that wait for one another, each for the one before it and the first for the last."""

    steps: tuple[Step, ...]

    @property
    def span(self) -> Span:
        """Where one of them is declared."""
        return self.steps[-1].span

    def __str__(self) -> str:
        if len(self.steps) == 1:
            return f"{self.steps[0]} refers to itself"
        return f"Cycle: {', '.join(map(str, self.steps))}"


class Orders:
    """The orders of module directories; each is worked out once, whoever calls the module."""

    def __init__(self) -> None:
        self._in_order: dict[ModuleConfig, bool] = {}
        self._mentions: dict[ModuleConfig, Mentions] = {}
        self._providers: dict[ModuleConfig, Providers] = {}
        self._kept: dict[tuple[object, ...], Order] = {}

    def providers(self, config: ModuleConfig) -> Providers:
        """Return the provider configurations of a module directory."""
        if config not in self._providers:
            self._providers[config] = Providers(config)
        return self._providers[config]

    def circle(self, root: ModuleInstance) -> Circle | None:
        """Return a circle in a root and all that it calls, or None."""
        if self._is_in_order(root.called):
            return None
        found = self._order(root.called, tuple(_imports(root.config)))
        if found.circle:
            return Circle(found.circle)
        alone = next((step for step in found.alone if _created(root, step)), None)
        return Circle((alone,)) if alone is not None else None

    def _is_in_order(self, root: Called) -> bool:
        """Tell whether a look at the text of all modules can say that there is no circle."""
        for config in dict.fromkeys(module.config for module in root.walk()):
            if config not in self._in_order:
                self._in_order[config] = is_in_order(config)
            if not self._in_order[config]:
                return False
        return True

    def _order(
        self, called: Called, imports: tuple[_Import, ...], *, configured: bool = False
    ) -> Order:
        """Order a module; `configured`: a provider around it is made from something."""
        from trailcheck.terraform.mentions import Mentions  # noqa: PLC0415 - for few roots
        from trailcheck.terraform.order import Order  # noqa: PLC0415 - for few roots

        config, root = called.config, called.parent is None
        if config not in self._mentions:
            self._mentions[config] = Mentions(config)
        mentions = self._mentions[config]
        configured = configured or mentions.configures(root=root)
        children: dict[str, Order] = {}
        for name in config.calls:
            if (child := called.child(name)) is not None:
                inside = tuple(i.within() for i in imports if i.path[:1] == (name,))
                children[name] = self._order(child, inside, configured=configured)
        key = (config, root, configured, imports, *children.items())
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = Order(
                mentions,
                self.providers(config) if configured else None,
                children,
                _numbers(imports),
                root=root,
            )
        return found


def _created(root: ModuleInstance, step: Step) -> bool:
    """Tell whether what refers to itself may have instances: without, Terraform does not look.

    What asks itself how many it has cannot tell, and is refused.
    """
    modules = [root]
    for name in step.path:
        modules = [child for module in modules for child in module.children(name)]
    kind, said = step.node[:2]
    if kind not in {"resource", "data"}:
        return bool(modules)
    type_, _, name = said.partition(".")
    data = kind == "data"
    if (type_, name) not in (step.config.data if data else step.config.resources):
        return bool(modules)  # It stands in a check.
    return any(
        module.resource_instances(type_, name, data=data)
        or isinstance(module.resource_value(type_, name, step.span, data=data), Unknown)
        for module in modules
    )


class _Import(NamedTuple):
    """An import block of the root: what it is for, and its number."""

    path: tuple[str, ...]
    node: Node
    number: str

    def within(self) -> _Import:
        return self._replace(path=self.path[1:])


def _imports(config: ModuleConfig) -> Iterator[_Import]:
    for number, block in enumerate(config.imports):
        argument = block.body.argument("to")
        names = _names(argument.expression) if argument is not None else []
        calls: tuple[str, ...] = ()
        while names[:1] == ["module"]:
            calls, names = (*calls, *names[1:2]), names[2:]
        if len(names) > 1:
            yield _Import(calls, ("resource", f"{names[0]}.{names[1]}"), str(number))


def _names(expression: ast.Expression) -> list[str]:
    """Return the names of an address, without its keys."""
    names: list[str] = []
    while isinstance(expression, ast.GetAttribute | ast.Index):
        if isinstance(expression, ast.GetAttribute):
            names.insert(0, expression.name)
        expression = expression.operand
    said = literal_text(expression)
    return [*_KEYS.sub("", said).split("."), *names] if said is not None else []


def _numbers(imports: Iterable[_Import]) -> dict[Node, tuple[str, ...]]:
    """Return the import blocks of what is in a module itself; each instance may have one."""
    found: dict[Node, tuple[str, ...]] = {}
    for each in imports:
        if not each.path:
            found[each.node] = (*found.get(each.node, ()), each.number)
    return found
