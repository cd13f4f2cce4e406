"""What the blocks of one module directory refer to: at a glance, and exactly.

At a glance is what the text of a block mentions, in strings and comments too: more than it refers
to, never less, and found without lowering an expression. Nearly every configuration has no circle
even so. Exactly is what Terraform takes for a reference.

Source: Terraform, `langrefs.ReferencesInBlock` and `NodeAbstractResource.References`; compared with
Terraform 1.11.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from trailcheck.terraform import ast
from trailcheck.terraform.config import dotted
from trailcheck.terraform.traversals import referred

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.terraform.config import ModuleConfig

Node: TypeAlias = tuple[str, ...]
"""One thing that Terraform puts in order, as its module knows it: ("resource", "aws_iam_role.r"),
"data" and "ephemeral" alike; ("local", name), ("var", name), ("validation", name) of a variable,
("output", name); of a call ("expand", call), ("close", call), ("given", call, argument) and
("of", call, output); ("provider", its type, alias)."""

EXPANDING = ("count", "for_each", "depends_on")
_NOT_GIVEN = frozenset({*EXPANDING, "source", "version", "providers"})
"""Arguments of a call that are no variables of the module."""
RESOURCES = ("resource", "data", "ephemeral")
_LATER = ("connection", "provisioner")
"""Blocks that are run when their resource is there, and so may refer to it."""

_NAME = r"[^\W\d][\w-]*"
_MENTION = re.compile(
    rf"""\b({_NAME})\.({_NAME})(?:(?:\[(?:\d+|"[^"\\$%]*")\]|\.\d+)?\.({_NAME}))?"""
)
_SAID = re.compile(rf"""({_NAME})\.({_NAME})(?:(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.({_NAME}))?""")
_APART = re.compile(r"\.(?:(?=[ \t\r\n#/])|(?<=[ \t\r\n/]\.)(?=\s*[^\W\d]))")
"""A dot with space or a comment beside it: it may join two names that no pattern sees as one."""
_SIGNS = (". ", ".\n", "./", ".#", ".\t", ".\r", " .", "\n.", "/.", "\t.", "\r.")
_WORD_BEFORE = re.compile(r"[\w-]+$")
_HEADS = frozenset({"local", "var", "module", "data", "resource", "ephemeral"})
_NEAR = 64


class Mentions:
    """What each part of one module directory refers to; every answer is kept."""

    def __init__(self, config: ModuleConfig) -> None:
        self.config = config
        self._tables = {
            "resource": config.resources,
            "data": {**config.checked, **config.data},
            "ephemeral": config.ephemeral,
        }
        self._types = {type_ for table in self._tables.values() for type_, _ in table}
        self.validated = frozenset(
            name for name, b in config.variables.items() if b.body.named("validation")
        )
        """The variables that are checked."""
        self.nodes: tuple[Node, ...] = tuple(self._declared())
        """What the directory declares."""
        self._kept: dict[tuple[Node, bool], tuple[Node, ...]] = {}

    def _declared(self) -> Iterator[Node]:
        config = self.config
        for kind, table in self._tables.items():
            yield from ((kind, f"{type_}.{name}") for type_, name in table)
        yield from (("local", name) for name in config.locals)
        yield from (("output", name) for name in config.outputs)
        yield from (("var", name) for name in config.variables)
        yield from (("validation", name) for name in self.validated)
        yield from (("close", name) for name in config.calls)

    def of(self, node: Node, *, exact: bool) -> tuple[Node, ...]:
        """Return what a part refers to; not exactly, that and more."""
        found = self._kept.get((node, exact))
        if found is None:
            parts = self._parts(node)
            said = self._exactly(node, parts) if exact else self._glanced(node, parts)
            found = self._kept[node, exact] = tuple(dict.fromkeys(said))
        return found

    def configures(self, *, root: bool) -> bool:
        """Tell whether a provider block may wait for anything: inputs of a root are there."""
        return any(
            not root or said[0] != "var" or said[1] in self.validated
            for name in self.config.providers
            for said in self.of(("provider", name), exact=False)
        )

    def block(self, node: Node) -> ast.Block | None:
        """Return the block that declares a resource, data source or ephemeral resource."""
        type_, _, name = node[1].partition(".")
        return self._tables[node[0]].get((type_, name))

    def _parts(self, node: Node) -> list[ast.Argument | ast.Body]:
        """Return the code of a part, all of whose references are its own."""
        config = self.config
        match node:
            case ("resource" | "data" | "ephemeral", _):
                block = self.block(node)
            case ("local", name):
                return [config.locals[name]]
            case ("given", call, name):
                return [config.calls[call].body.arguments[name]]
            case ("output", name):
                block = config.outputs[name]
            case ("provider", key):
                block = config.providers[key]
            case ("expand", call):
                return _arguments(config.calls[call], EXPANDING)
            case ("import", number):
                return _arguments(config.imports[int(number)], ("id", "for_each"))
            case ("validation", name):
                return [b.body for b in config.variables[name].body.named("validation")]
            case _:
                return []
        return [block.body] if block is not None else []

    # At a glance

    def _glanced(self, node: Node, parts: list[ast.Argument | ast.Body]) -> list[Node]:
        checked = _checked(node)
        said: list[Node] = []
        for part in parts:
            span = part.span
            if isinstance(part, ast.Body) and not _whole(part):
                said += self._exactly(node, [part])
                continue
            code = span.source.data[span.start : span.end]
            json = span.source.path.endswith(".json")
            if b"." not in code and not json:
                continue
            text = code.decode("utf-8", "replace")
            if self._hides(text, json=json):
                said += self._exactly(node, [part])
                continue
            for names in _MENTION.findall(text):
                found = self._node(*names)
                if found is not None and found != checked:
                    said.append(found)
        return said

    def _hides(self, text: str, *, json: bool) -> bool:
        """Tell whether a text may refer to something by more than names with dots between."""
        if json and "\\u" in text:
            return True
        if not any(sign in text for sign in _SIGNS):
            return False
        for dot in _APART.finditer(text):
            before = text[max(dot.start() - _NEAR, 0) : dot.start()]
            bare = before.rstrip()
            if "\n" in before[len(bare) :] or bare.endswith("*/"):
                return True
            word = _WORD_BEFORE.search(bare)
            if word is not None and (word[0] in _HEADS or word[0] in self._types):
                return True
        return False

    def _node(self, first: str, second: str, third: str) -> Node | None:
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
        return (kind, f"{first}.{second}") if (first, second) in self._tables[kind] else None

    # Exactly

    def _exactly(self, node: Node, parts: list[ast.Argument | ast.Body]) -> Iterator[Node]:
        for part in parts:
            if isinstance(part, ast.Argument):
                yield from self._said(part)
            elif node[0] in RESOURCES:
                yield from self._of_resource(node, part)
            else:
                checked = _checked(node)
                yield from (n for n in self._in_body(part, frozenset()) if n != checked)

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
        yield from self._in_body(plain, frozenset())
        for block in meta["lifecycle"]:
            conditions = [*block.body.named("precondition"), *block.body.named("postcondition")]
            asked = {"ignore_changes", *(b.type for b in conditions)}
            kept = {n: a for n, a in block.body.arguments.items() if n not in asked}
            for inner in (ast.Body(kept, [], block.body.span), *(b.body for b in conditions)):
                yield from self._in_body(inner, frozenset())
        before = body.argument("depends_on")
        later = [b.body for name in _LATER for b in meta[name]]
        said = [*(self._said(before) if before is not None else ())]
        said += [found for inner in later for found in self._in_body(inner, frozenset())]
        yield from (found for found in said if found != node)

    def _in_body(self, body: ast.Body, hidden: frozenset[str]) -> Iterator[Node]:
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
                found = self._node(match[1], match[2], match[3] or "")
                if found is not None:
                    yield found


def _arguments(block: ast.Block, names: Iterable[str]) -> list[ast.Argument | ast.Body]:
    said = (block.body.argument(name) for name in names)
    return [argument for argument in said if argument is not None]


def given(call: ast.Block) -> list[str]:
    """Return the arguments of a call that are variables of the module."""
    return [name for name in call.body.arguments if name not in _NOT_GIVEN]


def _checked(node: Node) -> Node | None:
    """Return the variable whose validation a node is: of that it speaks all the time."""
    return ("var", node[1]) if node[0] == "validation" else None


def _whole(body: ast.Body) -> bool:
    """Tell whether all of a body stands in its place: an override's arguments stand elsewhere."""
    members: Iterable[ast.Argument | ast.Body] = (
        *body.arguments.values(),
        *(block.body for block in body.blocks),
    )
    return all(
        m.span.source is body.span.source
        and body.span.start <= m.span.start
        and m.span.end <= body.span.end
        for m in members
    )
