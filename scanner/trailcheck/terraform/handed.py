"""Roles that are handed to modules which are not read: what those attach to them is not known.

A call of such a module with a role's name among its arguments counts as an attachment of a policy
that nobody can read. It grants nothing for certain, and it may hold a Deny. One with a role's ARN
alone may grant, if it is not named for a service that would only use the role.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.graph import Attribute, Kind, Resource
from trailcheck.likely import may_attach_policies
from trailcheck.terraform.config import literal_text
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.resource import ResourceInstance
from trailcheck.terraform.sources import META
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Reference,
    Sequence,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Mapping as MappingType

    from trailcheck.source import Span
    from trailcheck.terraform import ast
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Value

_ROLE = "aws_iam_role"
_DEEPEST = 4
"""Arguments for people nest no deeper."""
_NAMES = ("name of ", "id of ")


def attachments(module: ModuleInstance, root: str) -> Iterator[Resource]:
    """Yield what stands for the calls of a module that hand a role to code that is not read."""
    for name, block, scope in _unread(module):
        roles, span = _given(block, scope, lambda value, role: _roles(module, value, named=role))
        if roles:
            given = f"{module.boundary(name)}; it is given the role and may attach policies to it"
            address = f"{module.prefix}module.{name}"
            policy = Unknown(f"{address} policies", given, span, needs=(address,))
            values: dict[str, Value] = {"roles": Sequence(roles, span), "policy_arn": policy}
            yield _stand_in(module, name, root, Kind.POLICY_ATTACHMENT, values, span)


def grants(module: ModuleInstance, root: str) -> Iterator[Resource]:
    """Yield what stands for the calls that get no more of a role than its ARN.

    Code can take the name out of the ARN, and attach policies. Few modules do, so this counts for
    what may be allowed and not for what may be denied, and not for modules of other services.
    """
    for name, block, scope in _unread(module):
        source = block.body.argument("source")
        if not may_attach_policies((literal_text(source.expression) if source else None) or ""):
            continue
        roles, span = _given(block, scope, lambda value, _: _arns(module, value))
        if roles:
            address = f"{module.prefix}module.{name}"
            reason = (
                f"{module.boundary(name)}; it is given the role's ARN and may attach policies to it"
            )
            actions = Unknown(f"{address} actions", reason, span, needs=(address,))
            allow: dict[str, Value] = {
                "Effect": Known("Allow", span),
                "Action": actions,
                "Resource": Known("*", span),
            }
            policy = Mapping({"Statement": Sequence([Mapping(allow, span)], span)}, span)
            written = Encoded(policy, span)
            values: dict[str, Value] = {"roles": Sequence(roles, span), "policy": written}
            yield _stand_in(module, name, root, Kind.INLINE_POLICY, values, span)


def _unread(module: ModuleInstance) -> Iterator[tuple[str, ast.Block, Scope]]:
    """Yield the calls of modules that are not read, and what their arguments see."""
    for name, block in module.config.calls.items():
        if module.child_config(name) is None:
            instances = module.expansion(f"{module.prefix}module.{name}", block).instances
            if instances:
                yield name, block, module.scope.with_names(instances[0].names)


def _given(
    block: ast.Block, scope: Scope, pick: Callable[[Value, bool], Iterator[Value]]
) -> tuple[list[Value], Span]:
    """Return the roles among the arguments of a call, and the place of the first."""
    roles: list[Value] = []
    span = block.header
    for argument in block.body.arguments.values():
        if argument.name in META:
            continue
        given = list(pick(evaluate(argument.expression, scope), "role" in argument.name))
        if given and not roles:
            span = argument.span
        roles += given
    return roles, span


def _stand_in(  # noqa: PLR0913, PLR0917 - each is a part of the resource
    module: ModuleInstance,
    name: str,
    root: str,
    kind: Kind,
    values: MappingType[str, Value],
    span: Span,
) -> Resource:
    address = f"{module.prefix}module.{name}"

    def load(wanted: str) -> Attribute:
        unknown = Unknown(f"{address} {wanted}", module.boundary(name), span, needs=(address,))
        return Attribute(values.get(wanted, unknown), span, stated=True)

    return Resource(
        address=address,
        kind=kind,
        type="module",
        root=root,
        span=module.config.calls[name].header,
        load=load,
        exists=module.exists,
    )


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
