"""What the code demands before anything is deployed: validations and pre- and postconditions.

A demand that is settled says whether the value stands; one that is open rules out the worlds in
which it is false. A demand that cannot be evaluated limits nothing.

Source: Terraform language, "Custom Conditions" and the `nullable` argument of variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.condition import Condition
from trailcheck.terraform import ast, operators
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.functions import convert
from trailcheck.terraform.traversals import traversals
from trailcheck.terraform.types import conform
from trailcheck.value import NULL, Choice, Handle, Known, Unknown, choose
from trailcheck.world import Law, World, conditions_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.condition import Scalar
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.terraform.resource import ResourceInstance
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Value

_MOST_OPTIONS = 8


def laws(module: ModuleInstance, name: str, value: Value) -> list[Law]:
    """Return what must be true of the variable `name` of a module, whose value is open."""
    block = module.config.variables[name]
    subject = _subject(value)
    found = [
        Law(
            lambda condition=condition: _demand(module, condition),  # type: ignore[misc]
            subject,
            lambda literal, condition=condition: _admits(module, name, condition, literal),  # type: ignore[misc]
        )
        for condition in conditions_of(block)
    ]
    if refuses_null(block) and module.exists == Known(True):
        found.append(
            Law(lambda: Known(True), subject, lambda literal: False if literal is None else None)
        )
    return found


def conditions_of(block: ast.Block, kind: str = "validation") -> Iterator[ast.Expression]:
    """Yield the conditions of a block's `validation` blocks, or of its like."""
    for each in block.body.named(kind):
        condition = each.body.argument("condition")
        if condition is not None:
            yield condition.expression


def says_true(block: ast.Block, name: str) -> bool:
    """Tell whether a block sets a switch of its own to true."""
    argument = block.body.argument(name)
    said = argument.expression if argument is not None else None
    return isinstance(said, ast.Literal) and said.data is True


def refuses_null(block: ast.Block) -> bool:
    """Tell whether a variable says `nullable = false`."""
    nullable = block.body.argument("nullable")
    if nullable is None or not isinstance(nullable.expression, ast.Literal):
        return False
    return nullable.expression.data is False


def options(module: ModuleInstance, name: str, value: Unknown, found: list[Law]) -> Value:
    """Return an unknown variable as the choice of the few values that its validations admit.

    NOTE: of several texts it stays one unknown: they make names, which agree whatever the text is.
    """
    block = module.config.variables[name]
    own = f"var.{name}"
    asked = {said for condition in conditions_of(block) for said in traversals(condition)}
    if not all(said == own or said.startswith((f"{own}.", f"{own}[")) for said in asked):
        return value  # What else they are about may ask for this variable.
    subject = value.name
    named: dict[tuple[str, Scalar], Scalar] = {
        (type(literal).__name__, literal): literal
        for law in found
        for condition in conditions_in(law.value)
        if condition.subject == subject and condition.finite
        for literal in condition.named
    }
    if not named:
        return value
    world = World((), lambda: found)
    literals = tuple(named.values())
    if world.possible((Condition("", value.needs, subject, None, "among", literals), False)):
        return value
    kept = [
        (condition, literal)
        for literal in literals
        if world.possible(((condition := _is(value, literal)), True))
    ]
    if not kept or len(kept) > _MOST_OPTIONS or (len(kept) > 1 and not _plain(kept)):
        return value
    span = next(conditions_of(block)).span
    declared = block.body.argument("type")
    type_ = declared.expression if declared is not None else None
    made = [
        (
            condition,
            conform(Known(literal, span), type_, module.scope).through(
                span, f"the validation of {module.prefix}var.{name}"
            ),
        )
        for condition, literal in kept
    ]
    result = made[-1][1]
    for condition, option in reversed(made[:-1]):
        result = choose(condition, option, result, span)
    return result


def _is(value: Unknown, literal: Scalar) -> Condition:
    said = convert.canonical(Known(literal))
    return Condition(f"{value.name} == {said}", value.needs, value.name, literal)


def _plain(kept: list[tuple[Condition, Scalar]]) -> bool:
    """Tell whether no option is text that makes names."""
    return all(
        not isinstance(literal, str) or isinstance(convert.to_number(Known(literal)), Known)
        for _, literal in kept
    )


def _subject(value: Value) -> str:
    match value:
        case Unknown():
            return value.name
        case Choice() if value.then == Known(True) and value.otherwise == Known(False):
            return value.condition.subject
        case _:
            return ""


def _demand(module: ModuleInstance, condition: ast.Expression) -> Value:
    """Return what must be true: the condition holds, or the module is not there."""
    holds = operators.truth(evaluate(condition, module.scope), condition.span)
    return operators.either(operators.negate(module.exists), holds)


def _admits(
    module: ModuleInstance, name: str, condition: ast.Expression, literal: Scalar
) -> bool | None:
    """Tell whether a condition holds where the variable is `literal`; null may be refused too."""
    if module.exists != Known(True):
        return None
    block = module.config.variables[name]
    declared = block.body.argument("type")
    type_ = declared.expression if declared is not None else None
    value = NULL if literal is None else conform(Known(literal), type_, module.scope)
    scope: Scope = module.scope.supposing(name, value)
    holds = operators.truth(evaluate(condition, scope), condition.span)
    if isinstance(holds, Known):
        return holds.data is True
    return False if literal is None and isinstance(holds, Unknown) and holds.refused else None


def admitted(instance: ResourceInstance) -> Value:
    """Return whether an instance exists, as far as its own conditions let Terraform create it.

    One that is settled false is reported; one that is open is a law of every world. Conditions of
    `check` blocks only warn, and are not looked at.
    """
    exists = instance.exists
    itself: dict[str, Value] = {"self": Handle(instance.address)}
    scope = instance.scope.with_names(itself)
    tree = instance.module.tree
    for lifecycle in instance.block.body.named("lifecycle"):
        for kind in ("precondition", "postcondition"):
            for condition in conditions_of(lifecycle, kind):
                holds = operators.truth(evaluate(condition, scope), condition.span)
                if holds == Known(False) or (isinstance(holds, Unknown) and holds.refused):
                    said = f"refused: {holds.reason}" if isinstance(holds, Unknown) else "false"
                    none = operators.refused(
                        f"a {kind} of {instance.address} is {said}", condition.span
                    )
                    detail, sure = "Nothing is deployed where it is.", exists == Known(True)
                    tree.refuse(none, detail, condition.span, sure=sure)
                    return operators.conditional(exists, none, Known(False), condition.span)
                if isinstance(holds, Choice):
                    demand = operators.either(operators.negate(exists), holds)
                    tree.laws.append(Law(lambda demand=demand: demand))  # type: ignore[misc]
    return exists
