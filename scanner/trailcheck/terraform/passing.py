"""Which provider block a resource waits for, as far as one module's code tells.

Terraform finds it by the provider's type and an alias; what a module calls the provider is its own
affair. Source: Terraform, `ProviderTransformer`; compared with Terraform 1.11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck.terraform import ast
from trailcheck.terraform.config import dotted, literal_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.source import Span
    from trailcheck.terraform.config import ModuleConfig

Key: TypeAlias = tuple[str, str]
"""The type of a provider and the alias of a configuration, or no alias."""
_REGISTRY = "registry.terraform.io/"


class Providers:
    """The provider configurations that one module directory declares and uses."""

    def __init__(self, config: ModuleConfig) -> None:
        self._config = config
        self._keys: dict[str, Key] = {}
        self._sources = dict(_sources(config))
        self.declared: dict[Key, str] = {}
        """The names under which the configuration keeps the provider blocks."""
        self.empty: set[Key] = set()
        """Those that configure nothing: they stand for what the caller passes."""
        self.configured: set[Key] = set()
        """Those that configure something, were it the version: nothing can be passed for them."""
        self._wanted: dict[Key, Span] | None = None
        for name, block in config.providers.items():
            key = self.key(name)
            self.declared[key] = name
            if not block.body.blocks and not block.body.arguments.keys() - {"alias", "version"}:
                self.empty.add(key)
            if key not in self.empty or block.body.argument("version") is not None:
                self.configured.add(key)

    def key(self, said: str) -> Key:
        """Return what `aws` or `aws.west` is, as this module names providers."""
        found = self._keys.get(said)
        if found is None:
            name, _, alias = said.partition(".")
            found = self._keys[said] = self._sources.get(name, f"hashicorp/{name}"), alias
        return found

    @property
    def wanted(self) -> dict[Key, Span]:
        """What `required_providers` names, and the configurations that the caller must pass."""
        if self._wanted is None:
            self._wanted = {self.key(said): span for said, span in _wanted(self._config)}
        return self._wanted

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
        return {child.key(inside): self.key(outside) for inside, outside, _ in pairs(call)}


def pairs(call: ast.Block) -> list[tuple[str, str, Span]]:
    """Return what a call passes: how the child calls it, how the caller does, and where."""
    argument = call.body.argument("providers")
    if argument is None or not isinstance(argument.expression, ast.ObjectExpression):
        return []
    said = ((dotted(key), _said(value), key.span) for key, value in argument.expression.items)
    return [(inside, outside, span) for inside, outside, span in said if inside and outside]


def _said(expression: ast.Expression) -> str | None:
    """Return `aws.west`; OpenTofu's `aws.by_region["us-east-1"]` is one of that block."""
    return dotted(expression.operand if isinstance(expression, ast.Index) else expression)


def _wanted(config: ModuleConfig) -> Iterator[tuple[str, Span]]:
    """Yield `aws`, and with `configuration_aliases` what stands there."""
    for name, argument in _required(config):
        yield name, argument.name_span
        span = argument.span
        if b"configuration_aliases" not in span.source.data[span.start : span.end]:
            continue
        said = argument.expression
        for key, value in said.items if isinstance(said, ast.ObjectExpression) else ():
            if dotted(key) == "configuration_aliases" and isinstance(value, ast.TupleExpression):
                yield from ((alias, i.span) for i in value.items if (alias := dotted(i)))


def _required(config: ModuleConfig) -> Iterator[tuple[str, ast.Argument]]:
    for block in config.terraform:
        for required in block.body.named("required_providers"):
            yield from required.body.arguments.items()


def _sources(config: ModuleConfig) -> list[tuple[str, str]]:
    """Return the type of each provider that the module says where to get."""
    found = []
    for name, argument in _required(config):
        span = argument.span
        if f'"hashicorp/{name}"'.encode() in span.source.data[span.start : span.end]:
            continue  # What is taken for it anyway.
        said = argument.expression
        for key, value in said.items if isinstance(said, ast.ObjectExpression) else ():
            source = literal_text(value) if dotted(key) == "source" else None
            if source is not None:
                found.append((name, source.lower().removeprefix(_REGISTRY)))
    return found
