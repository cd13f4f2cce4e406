"""What the parts of one module directory refer to, as Terraform takes it.

Source: Terraform, `langrefs.ReferencesInBlock` and `NodeAbstractResource.References`; compared with
Terraform 1.11.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from trailcheck.terraform import ast
from trailcheck.terraform.called import EXPANDING
from trailcheck.terraform.config import dotted
from trailcheck.terraform.traversals import referred

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.terraform.config import ModuleConfig

Node: TypeAlias = tuple[str, ...]
"""One thing that Terraform puts in order, as its module knows it: ("resource", "aws_iam_role.r"),
"data" and "ephemeral" alike; ("local", name), ("var", name), ("validation", name) of a variable,
("output", name); of a call ("expand", call), ("close", call), ("given", call, argument) and
("of", call, output); ("provider", name), ("import", number)."""

_NOT_GIVEN = frozenset({*EXPANDING, "source", "version", "providers"})
"""Arguments of a call that are no variables of the module."""
RESOURCES = ("resource", "data", "ephemeral")
_LATER = ("connection", "provisioner")
"""Blocks that are run when their resource is there, and so may refer to it."""
_NAME = r"[^\W\d][\w-]*"
_SAID = re.compile(rf"""({_NAME})\.({_NAME})(?:(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.({_NAME}))?""")


class Mentions:
    """What each part of one module directory refers to; every answer is kept."""

    def __init__(self, config: ModuleConfig) -> None:
        self.config = config
        self.tables = {
            "resource": config.resources,
            "data": {**config.checked, **config.data},
            "ephemeral": config.ephemeral,
        }
        self.validated: dict[str, None] = dict.fromkeys(
            name for name, block in config.variables.items() if self.is_validated(block)
        )
        """The variables that are checked."""
        self.nodes: tuple[Node, ...] = tuple(self._declared())
        """What the directory declares."""
        self._kept: dict[Node, tuple[Node, ...]] = {}
        self._given: dict[str, dict[str, None]] = {}

    def _declared(self) -> Iterator[Node]:
        config = self.config
        for kind, table in self.tables.items():
            yield from ((kind, f"{type_}.{name}") for type_, name in table)
        yield from (("local", name) for name in config.locals)
        yield from (("output", name) for name in config.outputs)
        yield from (("var", name) for name in config.variables)
        yield from (("validation", name) for name in self.validated)
        yield from (("close", name) for name in config.calls)

    def of(self, node: Node) -> tuple[Node, ...]:
        """Return what a part refers to."""
        found = self._kept.get(node)
        if found is None:
            found = self._kept[node] = tuple(dict.fromkeys(self.look(node)))
        return found

    def configures(self, *, root: bool) -> bool:
        """Tell whether a provider block waits for anything: inputs of a root are there."""
        return any(
            not root or said[0] != "var" or said[1] in self.validated
            for name in self.config.providers
            for said in self.of(("provider", name))
        )

    def block(self, node: Node) -> ast.Block | None:
        """Return the block that declares a resource, data source or ephemeral resource."""
        type_, _, name = node[1].partition(".")
        return self.tables[node[0]].get((type_, name))

    def is_validated(self, variable: ast.Block) -> bool:
        """Tell whether a variable is checked."""
        return bool(variable.body.named("validation"))

    def given(self, call: str) -> dict[str, None]:
        """Return the arguments of a call that are variables of the module."""
        found = self._given.get(call)
        if found is None:
            names = (name for name in self.arguments(call) if name not in _NOT_GIVEN)
            found = self._given[call] = dict.fromkeys(names)
        return found

    def arguments(self, call: str) -> Iterable[str]:
        """Return the names of a call's arguments."""
        return self.config.calls[call].body.arguments

    def look(self, node: Node) -> Iterable[Node]:
        """Yield what a part refers to, with repetitions."""
        config = self.config
        match node:
            case ("resource" | "data" | "ephemeral", _):
                block = self.block(node)
                return self._of_resource(node, block.body) if block is not None else ()
            case ("local", name):
                return self._said(config.locals[name])
            case ("output", name):
                return self._in_body(config.outputs[name].body)
            case ("provider", name):
                return self._in_body(config.providers[name].body)
            case ("given", call, name):
                return self._in_arguments(config.calls[call], (name,))
            case ("expand", call):
                return self._in_arguments(config.calls[call], EXPANDING)
            case ("import", number):
                return self._in_arguments(config.imports[int(number)], ("id", "for_each"))
            case ("validation", name):
                blocks = config.variables[name].body.named("validation")
                found = (n for block in blocks for n in self._in_body(block.body))
                return (n for n in found if n != ("var", name))
            case _:
                return ()

    def node(self, first: str, second: str, third: str) -> Node | None:
        """Return what a traversal of up to three names begins with, if this module declares it."""
        config, kind = self.config, "resource"
        match first:
            case "local":
                return ("local", second) if second in config.locals else None
            case "var":
                return ("var", second) if second in config.variables else None
            case "module":
                if second not in config.calls:
                    return None
                return ("of", second, third) if third else ("close", second)
            case "data" | "ephemeral":
                kind, first, second = first, second, third
            case "resource":
                first, second = second, third
            case _:
                pass
        return (kind, f"{first}.{second}") if (first, second) in self.tables[kind] else None

    def _of_resource(self, node: Node, body: ast.Body) -> Iterator[Node]:
        """Yield the references of a resource's block; that to itself only where it is refused."""
        meta = {name: body.named(name) for name in ("lifecycle", *_LATER)}
        plain = ast.Body(
            {
                name: said
                for name, said in body.arguments.items()
                if name not in meta and name not in {"provider", "depends_on"}
            },
            [b for b in body.blocks if b.type not in meta],
            body.span,
        )
        yield from self._in_body(plain)
        for block in meta["lifecycle"]:
            conditions = [*block.body.named("precondition"), *block.body.named("postcondition")]
            asked = {"ignore_changes", *(b.type for b in conditions)}
            kept = {n: a for n, a in block.body.arguments.items() if n not in asked}
            for inner in (ast.Body(kept, [], block.body.span), *(b.body for b in conditions)):
                yield from self._in_body(inner)
        before = body.argument("depends_on")
        later = [b.body for name in _LATER for b in meta[name]]
        said = [*(self._said(before) if before is not None else ())]
        said += [found for inner in later for found in self._in_body(inner)]
        yield from (found for found in said if found != node)

    def _in_body(self, body: ast.Body, hidden: frozenset[str] = frozenset()) -> Iterator[Node]:
        """Yield the references in a body; names of iterators around it hide others."""
        for argument in body.arguments.values():
            yield from self._said(argument, hidden)
        for block in body.blocks:
            if block.type != "dynamic" or not block.labels:
                yield from self._in_body(block.body, hidden)
                continue
            named = block.body.argument("iterator")
            iterator = (dotted(named.expression) if named is not None else None) or block.labels[0]
            inside = hidden | {iterator}
            for argument in block.body.arguments.values():
                if argument.name == "for_each":
                    yield from self._said(argument, hidden)
                elif argument.name == "labels":
                    yield from self._said(argument, inside)
            for content in block.body.named("content"):
                yield from self._in_body(content.body, inside)

    def _said(self, argument: ast.Argument, hidden: frozenset[str] = frozenset()) -> Iterator[Node]:
        for said in referred(argument):
            match = _SAID.match(said)
            if match is not None and match[1] not in hidden:
                found = self.node(match[1], match[2], match[3] or "")
                if found is not None:
                    yield found

    def _in_arguments(self, block: ast.Block, names: Iterable[str]) -> Iterator[Node]:
        for name in names:
            if (argument := block.body.argument(name)) is not None:
                yield from self._said(argument)
