"""Roles that are handed to modules which are not read: what those attach to them is not known.

A call of such a module with a role's name among its arguments counts as an attachment of a policy
that nobody can read. It grants nothing for certain, and it may hold a Deny.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.graph import Attribute, Kind, Resource
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
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.terraform import ast
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.value import Value

_ROLE = "aws_iam_role"
_NAMES = ("name of ", "id of ")


def attachments(module: ModuleInstance, root: str) -> Iterator[Resource]:
    """Yield what stands for the calls of a module that hand a role to code that is not read."""
    for name, block in module.config.calls.items():
        if module.child_config(name) is None:
            found = _attachment(module, name, block, root)
            if found is not None:
                yield found


def _attachment(module: ModuleInstance, name: str, block: ast.Block, root: str) -> Resource | None:
    address = f"{module.prefix}module.{name}"
    instances = module.expansion(address, block).instances
    if not instances:
        return None
    scope = module.scope.with_names(instances[0].names)
    roles: list[Value] = []
    span = block.header
    for argument in block.body.arguments.values():
        if argument.name in META:
            continue
        value = evaluate(argument.expression, scope)
        given = list(_roles(module, value, named="role" in argument.name))
        if given and not roles:
            span = argument.span
        roles += given
    if not roles:
        return None
    reason = f"{module.boundary(name)}; it is given the role and may attach policies to it"
    policy = Unknown(f"{address} policies", reason, span, needs=(address,))

    def load(wanted: str) -> Attribute:
        value = Sequence(roles, span) if wanted == "roles" else policy
        return Attribute(value, span, stated=True)

    return Resource(
        address=address,
        kind=Kind.POLICY_ATTACHMENT,
        type="module",
        root=root,
        span=block.header,
        load=load,
        exists=module.exists,
    )


def _roles(module: ModuleInstance, value: Value, *, named: bool, depth: int = 0) -> Iterator[Value]:
    """Yield the names of roles in an argument; `named`: the argument says that it takes a role."""
    if depth > 4:  # noqa: PLR2004 - arguments for people nest no deeper
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
