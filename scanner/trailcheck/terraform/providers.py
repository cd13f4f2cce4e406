"""AWS provider configurations: which account, Region and partition a resource is deployed to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.graph import Place
from trailcheck.record import NamedTuple
from trailcheck.terraform import ast
from trailcheck.terraform.blocks import nested_blocks
from trailcheck.terraform.config import dotted
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.kinds import is_ephemeral
from trailcheck.value import Known, Mapping, Sequence, Symbol

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Value

_CREDENTIALS = (
    "profile",
    "access_key",
    "shared_credentials_files",
    "shared_credentials_file",
    "shared_config_files",
    "allowed_account_ids",
)


ROLES = ("assume_role", "assume_role_with_web_identity")
_ARN_FIELDS = 6


class Provider(NamedTuple):
    """Where one provider configuration deploys to."""

    place: Place


def provider_of(module: ModuleInstance, name: str, key: str | None = None) -> Provider:
    """Return the provider that a module knows as `name`; `key` picks one of a `for_each`.

    A child module inherits its parent's default providers; aliased ones must be passed to it.
    """
    if module.parent is not None and module.call is not None:
        passed = _passed(module, name)
        if passed is not None and module.outer_scope is not None:
            return provider_named(module.parent, passed, module.outer_scope, name)
        if name not in module.config.providers:
            return module.parent.provider(name, key)
    return Provider(_place(module, name, key))


def provider_named(
    module: ModuleInstance, expression: ast.Expression, scope: Scope, default: str
) -> Provider:
    """Return the provider that `aws.audit`, or `aws.by_region["us-east-1"]`, stands for."""
    if not isinstance(expression, ast.Index):
        return module.provider(dotted(expression) or default)
    key = convert.to_text(evaluate(expression.key, scope))
    said = key.data if isinstance(key, Known) and isinstance(key.data, str) else None
    return module.provider(
        dotted(expression.operand) or default, convert.canonical(key) if said is None else said
    )


def _passed(module: ModuleInstance, name: str) -> ast.Expression | None:
    """Return what the call passes as the provider `name`."""
    assert module.call is not None
    argument = module.call.body.argument("providers")
    if argument is None or not isinstance(argument.expression, ast.ObjectExpression):
        return None
    for key, value in argument.expression.items:
        if dotted(key) == name:
            return value
    return None


def _place(module: ModuleInstance, name: str, key: str | None) -> Place:
    block = module.config.providers.get(name)
    inside = module.scope if block is None else _inside(module, block, key)
    scope = _scope(module, name, key)
    region: Value = Symbol("region", scope)
    if block is None:
        return Place(Symbol("account", scope), region, Symbol("partition"))
    if (stated := block.body.argument("region")) is not None:
        value = convert.to_text(evaluate(stated.expression, inside))
        told = not isinstance(value, Known) or isinstance(value.data, str)
        if told and not is_ephemeral(value):  # A provider may hold it, and code does not tell it.
            region = value.through(stated.span, f"region of provider {name}")
    account = _account(block, name, inside) or Symbol("account", scope)
    return Place(account, region, Symbol("partition"))


def _inside(module: ModuleInstance, block: ast.Block, key: str | None) -> Scope:
    """Return what a provider block sees; OpenTofu makes one for each key of its `for_each`."""
    argument = block.body.argument("for_each")
    if argument is None or key is None:
        return module.scope
    collection = evaluate(argument.expression, module.scope)
    said: Value = Known(key, argument.span)
    value = collection.items.get(key, said) if isinstance(collection, Mapping) else said
    each = Mapping({"key": said, "value": value}, argument.span)
    return module.scope.with_names({"each": each})


def _account(block: ast.Block, name: str, scope: Scope) -> Value | None:
    """Return the account that a provider's role is in, or the only one that it allows."""
    for blocks in ROLES:
        roles = nested_blocks(block.body, blocks, scope)
        if isinstance(roles, Sequence) and roles.items and block.body.named(blocks):
            # NOTE: several are assumed one after the other; the last one's account is it.
            account = _account_of(_role_of(roles.items[-1]), block.header)
            if account is not None:
                return account.through(block.header, f"{blocks} of provider {name}")
    if (allowed := block.body.argument("allowed_account_ids")) is not None:
        ids = evaluate(allowed.expression, scope)
        if isinstance(ids, Sequence) and len(ids.items) == 1:
            return convert.to_text(ids.items[0]).through(
                allowed.span, f"allowed_account_ids of provider {name}"
            )
    return None


def _account_of(arn: Value, span: Span) -> Value | None:
    """Return the account in the text of a role's ARN, where it is written down."""
    if not isinstance(arn, Known) or not isinstance(arn.data, str):
        return None
    account = account_in(arn.data)
    return Known(account, arn.span or span, arn.via) if account is not None else None


def account_in(arn: str) -> str | None:
    """Return the account in the ARN of a role; None if it has none."""
    fields = arn.split(":")
    account = fields[4] if len(fields) == _ARN_FIELDS and fields[0] == "arn" else ""
    return account if re.fullmatch("[0-9]{12}", account) else None


def _scope(module: ModuleInstance, name: str, key: str | None) -> str:
    """Tell credentials apart: empty for the default provider's, the alias where others are used."""
    if "." not in name:
        return ""
    default = _credentials(module, name.split(".", 1)[0], None)
    if _credentials(module, name, key) == default:
        return ""
    return name if key is None else f"{name}[{key}]"


def _credentials(module: ModuleInstance, name: str, key: str | None) -> str:
    block = module.config.providers.get(name)
    if block is None:
        return ""
    scope = _inside(module, block, key)
    said = [
        f"{each}={convert.canonical(evaluate(argument.expression, scope))}"
        for each in _CREDENTIALS
        if (argument := block.body.argument(each)) is not None
    ]
    for blocks in ROLES:
        if block.body.named(blocks):
            roles = nested_blocks(block.body, blocks, scope)
            rows = roles.items if isinstance(roles, Sequence) else (roles,)
            said += [f"role={convert.canonical(_role_of(row))}" for row in rows]
    return ",".join(said)


def _role_of(row: Value) -> Value:
    """Return what tells one assumed role from another: its ARN, and not how it is assumed."""
    return row.items.get("role_arn", row) if isinstance(row, Mapping) else row
