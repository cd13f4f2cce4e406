"""Which provider block a resource waits for, as far as one module's code tells.

Terraform finds it by the provider's type and an alias; what a module calls the provider is its own
affair. Source: Terraform, `ProviderTransformer`; compared with Terraform 1.11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck.terraform import ast
from trailcheck.terraform.config import dotted, literal_text

if TYPE_CHECKING:
    from trailcheck.terraform.config import ModuleConfig

Key: TypeAlias = tuple[str, str]
"""The type of a provider and the alias of a configuration, or no alias."""
_REGISTRY = "registry.terraform.io/"


class Providers:
    """The provider configurations that one module directory declares and uses."""

    def __init__(self, config: ModuleConfig) -> None:
        self._sources = dict(_sources(config))
        self.declared: dict[Key, str] = {}
        """The names under which the configuration keeps the provider blocks."""
        self.empty: set[Key] = set()
        """Those that configure nothing: they stand for what the caller passes."""
        for name, block in config.providers.items():
            key = self.key(name)
            self.declared[key] = name
            if not block.body.blocks and not block.body.arguments.keys() - {"alias", "version"}:
                self.empty.add(key)

    def key(self, said: str) -> Key:
        """Return what `aws` or `aws.west` is, as this module names providers."""
        name, _, alias = said.partition(".")
        return self._sources.get(name, f"hashicorp/{name}"), alias

    def used(self, type_: str, block: ast.Block) -> Key:
        """Return the provider configuration that a resource of a type uses."""
        default = self.key(type_.partition("_")[0])
        whole = block.whole
        if whole is not None and b"provider" not in whole.source.data[whole.start : whole.end]:
            return default  # And its body need not be read.
        argument = block.body.argument("provider")
        said = _said(argument.expression) if argument is not None else None
        return self.key(said) if said else default

    def passed(self, call: ast.Block, child: Providers) -> dict[Key, Key]:
        """Return what a call passes: the child's provider configurations, and which they are."""
        argument = call.body.argument("providers")
        if argument is None or not isinstance(argument.expression, ast.ObjectExpression):
            return {}
        pairs = ((dotted(key), _said(value)) for key, value in argument.expression.items)
        return {child.key(key): self.key(value) for key, value in pairs if key and value}


def _said(expression: ast.Expression) -> str | None:
    """Return `aws.west`; OpenTofu's `aws.by_region["us-east-1"]` is one of that block."""
    return dotted(expression.operand if isinstance(expression, ast.Index) else expression)


def _sources(config: ModuleConfig) -> list[tuple[str, str]]:
    """Return the type of each provider that the module says where to get."""
    found = []
    for block in config.terraform:
        for required in block.body.named("required_providers"):
            for name, argument in required.body.arguments.items():
                span = argument.span
                if f'"hashicorp/{name}"'.encode() in span.source.data[span.start : span.end]:
                    continue  # What is taken for it anyway.
                said = argument.expression
                for key, value in said.items if isinstance(said, ast.ObjectExpression) else ():
                    source = literal_text(value) if dotted(key) == "source" else None
                    if source is not None:
                        found.append((name, source.lower().removeprefix(_REGISTRY)))
    return found
