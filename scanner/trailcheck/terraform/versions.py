"""Which AWS provider a root is written for, as far as the answer changes what code means.

Only one boundary matters so far: since 3.0.0 the `arn` of a log group has no `:*` (AWS provider,
"Version 3 Upgrade Guide", Removal of arn Wildcard Suffix).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.terraform import ast
from trailcheck.terraform.config import dotted, literal_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.terraform.config import ModuleConfig

# NOTE: texts of patterns, compiled (and kept) by `re` when one is first needed: few scans do.
_LOCKED = rb'(?s)provider\s+"[^"]*/hashicorp/aws"\s*\{[^}]*?\bversion\s*=\s*"([0-9]+)\.'
_TERM = r"(~>|>=|<=|!=|>|<|=)?\s*v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?"


def aws_before_3(lock: bytes | None, configs: Iterable[ModuleConfig]) -> bool:
    """Tell whether the lock file, or else every version that constraints admit, is below 3."""
    if lock is not None and (found := re.search(_LOCKED, lock)):
        return int(found[1]) < 3  # noqa: PLR2004 - the boundary
    return any(all_below_3(said) for config in configs for said in constraints(config))


def constraints(config: ModuleConfig) -> list[str]:
    """Return what a module says about the version of the AWS provider."""
    found: list[str] = []
    for block in config.terraform:
        for required in block.body.named("required_providers"):
            argument = required.body.argument("aws")
            if argument is None:
                continue
            if isinstance(argument.expression, ast.ObjectExpression):
                for key, value in argument.expression.items:
                    if dotted(key) == "version" and (said := literal_text(value)):
                        found.append(said)
            elif said := literal_text(argument.expression):
                found.append(said)
    provider = config.providers.get("aws")
    argument = provider.body.argument("version") if provider is not None else None
    if argument is not None and (said := literal_text(argument.expression)):
        found.append(said)
    return found


def all_below_3(constraint: str) -> bool:
    """Tell whether a constraint admits no version of 3.0.0 or later."""
    for term in constraint.split(","):
        found = re.fullmatch(_TERM, term.strip())
        if found is None:
            continue
        operator, major = found[1] or "=", int(found[2])
        minor, patch = int(found[3] or 0), int(found[4] or 0)
        match operator:
            case "=" | "<=":
                below = major < 3  # noqa: PLR2004 - the boundary
            case "<":
                below = (major, minor, patch) <= (3, 0, 0)
            case "~>":
                # `~> 2.1` admits 2.x; `~> 2` admits every later major version.
                below = major < 3 and found[3] is not None  # noqa: PLR2004 - the boundary
            case _:
                below = False
        if below:
            return True
    return False
