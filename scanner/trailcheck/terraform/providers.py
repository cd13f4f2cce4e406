"""AWS provider configurations: which account, Region and partition a resource is deployed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.graph import Place
from trailcheck.record import NamedTuple
from trailcheck.terraform import ast
from trailcheck.terraform.config import dotted
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.functions import convert
from trailcheck.value import Known, Sequence, Symbol

if TYPE_CHECKING:
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.value import Value

_CREDENTIALS = (
    "profile",
    "access_key",
    "shared_credentials_files",
    "shared_credentials_file",
    "shared_config_files",
    "allowed_account_ids",
)


class Provider(NamedTuple):
    """Where one provider configuration deploys to."""

    place: Place


def provider_of(module: ModuleInstance, name: str) -> Provider:
    """Return the provider that a module knows as `name`.

    A child module inherits its parent's default providers; aliased ones must be passed to it.
    """
    if module.parent is not None and module.call is not None:
        passed = _passed(module, name)
        if passed is not None:
            return module.parent.provider(passed)
        if name not in module.config.providers:
            return module.parent.provider(name)
    return Provider(_place(module, name))


def _passed(module: ModuleInstance, name: str) -> str | None:
    """Return the parent's name of the provider that the call passes as `name`."""
    assert module.call is not None
    argument = module.call.body.argument("providers")
    if argument is None or not isinstance(argument.expression, ast.ObjectExpression):
        return None
    for key, value in argument.expression.items:
        if dotted(key) == name:
            return dotted(value)
    return None


def _place(module: ModuleInstance, name: str) -> Place:
    block = module.config.providers.get(name)
    scope = _scope(module, name)
    region: Value = Symbol("region", scope)
    account: Value = Symbol("account", scope)
    if block is None:
        return Place(account, region, Symbol("partition"))
    if (stated := block.body.argument("region")) is not None:
        value = convert.to_text(evaluate(stated.expression, module.scope))
        if not isinstance(value, Known) or isinstance(value.data, str):
            region = value.through(stated.span, f"region of provider {name}")
    if (allowed := block.body.argument("allowed_account_ids")) is not None:
        ids = evaluate(allowed.expression, module.scope)
        if isinstance(ids, Sequence) and len(ids.items) == 1:
            account = convert.to_text(ids.items[0]).through(
                allowed.span, f"allowed_account_ids of provider {name}"
            )
    return Place(account, region, Symbol("partition"))


def _scope(module: ModuleInstance, name: str) -> str:
    """Tell credentials apart: empty for the default provider's, the alias where others are used."""
    if "." not in name:
        return ""
    default = _credentials(module, name.split(".", 1)[0])
    return "" if _credentials(module, name) == default else name


def _credentials(module: ModuleInstance, name: str) -> str:
    block = module.config.providers.get(name)
    if block is None:
        return ""
    said = [
        f"{key}={convert.canonical(evaluate(argument.expression, module.scope))}"
        for key in _CREDENTIALS
        if (argument := block.body.argument(key)) is not None
    ]
    for role in block.body.named("assume_role"):
        arn = role.body.argument("role_arn")
        if arn is not None:
            said.append(f"role={convert.canonical(evaluate(arn.expression, module.scope))}")
    return ",".join(said)
