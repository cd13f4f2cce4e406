"""Roles that Terraform hands to modules and stacks which are not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.lent import Borrower, stand_ins
from trailcheck.terraform.config import literal_text
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.resource import ResourceInstance
from trailcheck.terraform.sources import META
from trailcheck.value import (
    Choice,
    Handle,
    Known,
    Mapping,
    Reference,
    Sequence,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.graph import Resource
    from trailcheck.source import Span
    from trailcheck.terraform import ast
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Value

_ROLE = "aws_iam_role"
_DEEPEST = 4
"""Arguments for people nest no deeper."""
_NAMES = ("name of ", "id of ")


def to_modules(module: ModuleInstance, root: str) -> Iterator[Resource]:
    """Yield what stands for the calls of a module that hand a role to code that is not read."""
    for name, block, scope in _unread(module):
        source = block.body.argument("source")
        borrower = Borrower(
            root,
            f"{module.prefix}module.{name}",
            "module",
            module.boundary(name),
            (literal_text(source.expression) if source else None) or "",
            block.header,
            module.exists,
        )
        yield from _to(borrower, module, block, scope)


def to_stack(stack: ResourceInstance, reason: str, source: str, root: str) -> Iterator[Resource]:
    """Yield what stands for a stack that is given a role, and whose template is not read."""
    why = f"the template of {stack.address} {reason}"
    borrower = Borrower(root, stack.address, stack.type, why, source, stack.header, stack.exists)
    yield from _to(borrower, stack.module, stack.block, stack.scope, "parameters")


def _to(
    borrower: Borrower, module: ModuleInstance, block: ast.Block, scope: Scope, only: str = ""
) -> Iterator[Resource]:
    """Yield what stands for what is given roles in its arguments."""
    names: list[Value] = []
    arns: list[Value] = []
    places: list[Span] = []
    for argument in block.body.arguments.values():
        if argument.name in META or (only and argument.name != only):
            continue
        value = evaluate(argument.expression, scope)
        before = len(names) + len(arns)
        names += _roles(module, value, named="role" in argument.name)
        arns += _arns(module, value)
        if len(names) + len(arns) > before:
            places.append(argument.span)
    yield from stand_ins(borrower, names, arns, places[0] if places else block.header)


def _unread(module: ModuleInstance) -> Iterator[tuple[str, ast.Block, Scope]]:
    """Yield the calls of modules that are not read, and what their arguments see."""
    for name, block in module.config.calls.items():
        if module.child_config(name) is None:
            instances = module.expansion(f"{module.prefix}module.{name}", block).instances
            if instances:
                yield name, block, module.scope.with_names(instances[0].names)


def _arns(module: ModuleInstance, value: Value, depth: int = 0) -> Iterator[Value]:
    """Yield the names of roles whose ARNs are in an argument."""
    if depth > _DEEPEST:
        return
    match value:
        case Reference(attribute="arn") if _is_role(module, value.address):
            yield Reference(value.address, "name", value.span, value.via)
        case Sequence():
            for item in value.items:
                yield from _arns(module, item, depth + 1)
        case Mapping():
            for item in value.items.values():
                yield from _arns(module, item, depth + 1)
        case Choice():
            yield from _arns(module, value.then, depth + 1)
            yield from _arns(module, value.otherwise, depth + 1)
        case _:
            return


def _roles(module: ModuleInstance, value: Value, *, named: bool, depth: int = 0) -> Iterator[Value]:
    """Yield the names of roles in an argument; `named`: the argument says that it takes a role."""
    if depth > _DEEPEST:
        return
    match value:
        case Reference(attribute="name" | "id") if _is_role(module, value.address):
            yield value
        case Handle() if _is_role(module, value.address):
            yield Reference(value.address, "name", value.span, value.via)
        case Known(data=str()) | Text():
            through = (step.note for step in value.via if step.note.startswith(_NAMES))
            if named or any(f"{_ROLE}." in note for note in through):
                yield value
        case Sequence():
            for item in value.items:
                yield from _roles(module, item, named=named, depth=depth + 1)
        case Mapping():
            for key, item in value.items.items():
                inner = named or "role" in key
                yield from _roles(module, item, named=inner, depth=depth + 1)
        case Choice():
            yield from _roles(module, value.then, named=named, depth=depth + 1)
            yield from _roles(module, value.otherwise, named=named, depth=depth + 1)
        case _:
            return


def _is_role(module: ModuleInstance, address: str) -> bool:
    target = module.tree.handles.get(address)
    return isinstance(target, ResourceInstance) and target.type == _ROLE
