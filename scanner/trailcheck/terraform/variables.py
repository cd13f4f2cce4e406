"""What a variable is: as given, its default, or unknown; as its type and validations have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform import limits, operators
from trailcheck.terraform.config import dotted
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.files import LiteralScope
from trailcheck.terraform.functions.kinds import ephemeral
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.types import conform
from trailcheck.value import Choice, Known, Unknown

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform import ast
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.value import Value


def validated(module: ModuleInstance, name: str, value: Value) -> Value:
    """Return the value as its validations leave it: limited, or another where they refuse it.

    What they demand of a value that is open is a law of every world.
    """
    block = module.config.variables.get(name)
    if block is None or (isinstance(value, Unknown) and value.refused):
        return value
    if not block.body.named("validation") and not limits.refuses_null(block):
        return value
    if not isinstance(value, Unknown | Choice):
        for condition in limits.conditions_of(block):
            holds = operators.truth(evaluate(condition, module.scope), condition.span)
            if holds == Known(False):
                address = f"{module.prefix}var.{name}"
                reason = f"the validation of {address} refuses the value that it has in code"
                refused = Unknown(address, reason, condition.span, value.via, needs=(address,))
                if _settled(module, name):
                    detail = "Nothing is deployed with it."
                    module.tree.refuse(refused, detail, condition.span, sure=True)
                return refused
        return value
    found = limits.laws(module, name, value)
    module.tree.laws += found
    return limits.options(module, name, value, found) if isinstance(value, Unknown) else value


def look_at_given(root: ModuleInstance) -> None:
    """Hold what a root's variables are given to their validations, whoever reads them or nobody."""
    for name in root.tree.given:
        block = root.config.variables.get(name)
        if block is not None and (block.whole is None or "validation" in block.whole.text):
            root.variable(name, block.header)


def _settled(module: ModuleInstance, name: str) -> bool:
    """Tell whether nobody can give a variable another value: no default of the root is in it."""
    tree = module.tree
    if module.call is None or tree.root is None:
        return name in tree.given
    return module.exists == Known(True) and all(
        name in tree.given or block.body.argument("default") is None
        for name, block in tree.root.config.variables.items()
    )


def value_of(module: ModuleInstance, name: str, span: Span) -> Value:
    """Return the value that a variable is given, else its default, as its type has it."""
    block = module.config.variables.get(name)
    if block is None:
        return operators.refused(f"there is no variable {name!r}", span)
    address = f"{module.prefix}var.{name}"
    if limits.says_true(block, "ephemeral"):
        return ephemeral(address, block.header)
    value = _argument(module, name, address)
    refuses_null = limits.refuses_null(block)
    default = block.body.argument("default")
    if default is not None and (value is None or (refuses_null and value == Known(None))):
        value = evaluate(default.expression, LiteralScope(module.tree.files))
        value = value.through(default.span, f"default of {address}")
    elif default is not None and refuses_null and isinstance(value, Choice):
        fallback = evaluate(default.expression, LiteralScope(module.tree.files))
        value = lift([value], lambda v: fallback if v[0] == Known(None) else v[0])
    declared = block.body.argument("type")
    if value is None:
        return _required(module, name, address, declared, block)
    return conform(value, declared.expression if declared is not None else None, module.scope)


def _argument(module: ModuleInstance, name: str, address: str) -> Value | None:
    """Return what the caller gives for a variable, or None."""
    if module.call is None or module.outer_scope is None:
        return module.tree.given.get(name)
    argument = module.call.body.argument(name)
    if argument is None:
        return None
    value = evaluate(argument.expression, module.outer_scope)
    return value.through(argument.span, f"argument of {address.rsplit('.var.', 1)[0]}")


def _required(
    module: ModuleInstance, name: str, address: str, declared: ast.Argument | None, block: ast.Block
) -> Value:
    reason = f"{address} has no default and no value was given"
    if module.call is not None:
        reason = f"{module.address} is called without its required argument {name!r}"
        return Unknown(address, reason, block.header, needs=(address,), refused=True)
    if path := module.tree.hint(name):
        reason += f"; {path} sets it: --var-file {path}"
    value = Unknown(address, reason, block.header, needs=(address,))
    kind = dotted(declared.expression) if declared is not None else None
    return operators.open_condition(value, block.header) if kind == "bool" else value
