"""Evaluation of one expression, in the scope of a module instance.

The scope answers for names (`var.x`, `aws_iam_role.r`); everything else is decided here. Nothing
raises: what Terraform would refuse becomes an `Unknown` that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.shape import EACH
from trailcheck.terraform import arms, ast, layers, operators
from trailcheck.terraform.access import attribute, describe, index_of
from trailcheck.terraform.assembly import (
    MOST_WEIGHT,
    concatenate,
    given_up,
    pairs_of,
    refusal_among,
)
from trailcheck.terraform.function_calls import function_call
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.canonical import derived_name
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.loops import looped, names_in, names_of, splat, unknown_loop
from trailcheck.terraform.operators import refused
from trailcheck.value import (
    Choice,
    Handle,
    Known,
    Mapping,
    Piece,
    Sequence,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Value

_MOST_STEPS = 300_000
"""Expressions evaluated for one root before evaluation gives up."""
_DEEPEST = 120
"""Expressions, locals and modules inside one another before evaluation gives up."""


class Budget:
    """How much evaluation one root may still do; hostile code runs out of it."""

    __slots__ = ("depth", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.depth = 0


_budget = Budget()


def fresh_budget() -> None:
    """Start counting anew, for the next root."""
    _budget.steps = _budget.depth = 0


def evaluate(expression: ast.Expression, scope: Scope) -> Value:
    """Return the value of an expression."""
    _budget.steps += 1
    if _budget.steps > _MOST_STEPS:
        return given_up("the configuration is too large to evaluate", expression.span)
    if _budget.depth >= _DEEPEST:
        return given_up("the expression is nested too deeply", expression.span)
    _budget.depth += 1
    try:
        value = _evaluate(expression, scope)
        if isinstance(value, Sequence | Mapping | Text) and value.weight > MOST_WEIGHT:
            return given_up("the value is too large to follow", expression.span)
    except RecursionError:
        return given_up("the expression is nested too deeply", expression.span)
    else:
        return value
    finally:
        _budget.depth -= 1


def _evaluate(expression: ast.Expression, scope: Scope) -> Value:
    span = expression.span
    match expression:
        case ast.Literal():
            return Known(expression.data, span)
        case ast.Template():
            return _template(expression.parts, span, scope)
        case ast.TupleExpression():
            listed = [evaluate(item, scope) for item in expression.items]
            return refusal_among(listed) or Sequence(listed, span, of=EACH)
        case ast.ObjectExpression():
            return _object(expression, scope)
        case ast.ForExpression():
            return looped(expression, scope, evaluate)
        case ast.Conditional():
            return _conditional(expression, scope)
        case ast.Binary():
            return _binary(expression, scope)
        case ast.Unary():
            operand = evaluate(expression.operand, scope)
            if expression.operator == "!":
                return operators.negate(operators.truth(operand, span))
            return operators.negative(operand, span)
        case ast.Call():
            return function_call(expression, scope, evaluate)
        case ast.Variable():
            found = scope.root(expression.name, span)
            return (
                found if found is not None else refused(f"{expression.name} is not declared", span)
            )
        case ast.GetAttribute():
            return _get_attribute(expression, scope)
        case ast.Index():
            return _get_index(expression, scope)
        case ast.SplatItem():
            item = scope.root("(splat)", span)
            return item if item is not None else refused("a splat without a list", span)
        case ast.Splat():
            return splat(expression, scope, evaluate)
        case ast.Broken():
            return Unknown("(unreadable)", "the expression could not be read", span)
        case _:
            assert_never(expression)


def _conditional(expression: ast.Conditional, scope: Scope) -> Value:
    condition = operators.truth(evaluate(expression.condition, scope), expression.condition.span)
    match condition:
        case Known(data=bool() as holds):
            taken = expression.then if holds else expression.otherwise
            left = expression.otherwise if holds else expression.then
            value = evaluate(taken, scope)
            if not operators.adapts(value) or (
                _is_text(value) and isinstance(left, ast.Literal | ast.Template)
            ):
                return value
            return arms.beside(value, evaluate(left, scope), left, scope, evaluate)
        case Choice():
            then, otherwise = (
                evaluate(expression.then, scope),
                evaluate(expression.otherwise, scope),
            )
            adapted = (
                arms.beside(then, otherwise, expression.otherwise, scope, evaluate),
                arms.beside(otherwise, then, expression.then, scope, evaluate),
            )
            # NOTE: arms without a common type are refused, whatever the condition will be.
            for arm, given in zip(adapted, (then, otherwise), strict=True):
                if isinstance(arm, Unknown) and arm.refused and arm != given:
                    return arm
            then, otherwise = adapted
            return operators.conditional(condition, then, otherwise, expression.span)
        case _:
            return condition


def _binary(expression: ast.Binary, scope: Scope) -> Value:
    operator, span = expression.operator, expression.span
    left = evaluate(expression.left, scope)
    if operator in ("&&", "||"):
        left = operators.truth(left, span)
        if isinstance(left, Known) and left.data is (operator == "||"):
            return left
        right = operators.truth(evaluate(expression.right, scope), span)
        return operators.both(left, right) if operator == "&&" else operators.either(left, right)
    right = evaluate(expression.right, scope)
    match operator:
        case "==" | "!=":
            same = operators.equal(left, right, span)
            return same if operator == "==" else operators.negate(same)
        case "<" | "<=" | ">" | ">=":
            return operators.compare(operator, left, right, span)
        case _:
            return operators.arithmetic(operator, left, right, span)


def _is_text(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.data, str)


def _object(expression: ast.ObjectExpression, scope: Scope) -> Value:
    items: dict[str, Value] = {}
    spans: dict[str, Span] = {}
    for key_expression, value_expression in expression.items:
        if isinstance(key_expression, ast.GetAttribute | ast.Index):
            return refused("a key that is a reference needs brackets: (a.b)", key_expression.span)
        key = convert.rendered(convert.to_text(evaluate(key_expression, scope)))
        if isinstance(key, Choice):
            return _object_by_choice(expression, key, scope)
        if not (isinstance(key, Known) and isinstance(key.data, str)):
            if isinstance(key, Known) or (isinstance(key, Unknown) and key.refused):
                return refused("a key of an object must be text", key_expression.span)
            return Unknown(
                _said(expression, scope),
                f"a key of the object is not known: {describe(key)}",
                expression.span,
                needs=operators.needs_of(key),
            )
        items[key.data] = evaluate(value_expression, scope)
        spans[key.data] = key_expression.span.to(value_expression.span)
    return refusal_among(items.values()) or Mapping(items, expression.span, (), spans, of=EACH)


def _said(expression: ast.ObjectExpression, scope: Scope) -> str:
    """Return the name of an object that is not known: all that it is made of."""
    items = [evaluate(part, scope) for item in expression.items for part in item]
    return derived_name("object", items)


def _object_by_choice(expression: ast.ObjectExpression, key: Choice, scope: Scope) -> Value:
    return Unknown(
        _said(expression, scope),
        f"a key of the object turns on {key.condition.name}",
        expression.span,
        needs=key.condition.needs,
    )


def _template(parts: tuple[ast.TemplatePart, ...], span: Span, scope: Scope) -> Value:
    values: list[Value] = []
    _budget.steps += len(parts) + 1
    if _budget.steps > _MOST_STEPS:
        return given_up("the configuration is too large to evaluate", span)
    for part in parts:
        match part:
            case ast.TemplateText():
                values.append(
                    Known(part.text, part.span, (), (Piece(part.text, part.span, part.exact),))
                )
            case ast.TemplateIf():
                condition = operators.truth(evaluate(part.condition, scope), part.span)
                then = _template(part.then, part.span, scope)
                otherwise = _template(part.otherwise, part.span, scope)
                values.append(operators.conditional(condition, then, otherwise, part.span))
            case ast.TemplateFor():
                values.append(_template_for(part, scope))
            case _:
                values.append(evaluate(part, scope))
    if not values:
        return Known("", span)
    return lift(values, lambda settled: concatenate(settled, span))


def _template_for(part: ast.TemplateFor, scope: Scope) -> Value:
    def expand(collection: Value) -> Value:
        pairs = pairs_of(collection, part.span)
        if isinstance(pairs, Unknown):
            if pairs.refused:
                return pairs
            own = names_in(part)
            span = part.span.to(part.body[-1].span) if part.body else part.span
            return unknown_loop(pairs, span, part.body, own, scope, evaluate)
        rows = [
            _template(
                part.body, part.span, scope.with_names(names_of(part.key, part.value, key, item))
            )
            for key, item in pairs
        ]
        if _budget.steps > _MOST_STEPS:
            return given_up("the configuration is too large to evaluate", part.span)
        return lift(rows, lambda settled: concatenate(settled, part.span)) if rows else Known("")

    return lift([evaluate(part.collection, scope)], lambda values: expand(values[0]))


def _get_attribute(expression: ast.GetAttribute, scope: Scope) -> Value:
    """Resolve `a.b.c`: names that belong together first, then attributes of values."""
    operand, name, span = expression.operand, expression.name, expression.span
    if isinstance(operand, ast.Variable) and scope.root(operand.name, span) is None:
        if operand.name == "data":
            return refused("data needs a type and a name", span)
        return scope.name(operand.name, name, span)
    if (
        isinstance(operand, ast.GetAttribute)
        and isinstance(operand.operand, ast.Variable)
        and operand.operand.name == "data"
        and scope.root("data", span) is None
    ):
        return scope.data(operand.name, name, span)
    return attribute(evaluate(operand, scope), name, span, scope)


def _get_index(expression: ast.Index, scope: Scope) -> Value:
    """Resolve `a[key]`; on a resource, `a["name"]` is `a.name`."""
    operand, key = evaluate(expression.operand, scope), evaluate(expression.key, scope)
    span = expression.span
    if isinstance(operand, Handle) and _names_block(expression.operand, scope):
        return refused(f"{operand.address} has neither count nor for_each, and so no index", span)

    def settled(values: list[Value]) -> Value:
        match values:
            case [Handle() as handle, Known(data=str() as name)]:
                return scope.attribute(handle, name, span)
            case [Unknown(refused=False) as merged, Known(data=str() as name)]:
                held = layers.entry(merged, name, span, scope)
                return index_of(merged, values[1], span) if held is None else held
            case _:
                return index_of(values[0], values[1], span)

    return lift([operand, key], settled)


def _names_block(expression: ast.Expression, scope: Scope) -> bool:
    """Tell whether an expression is `type.name`, `module.name` or `data.type.name`."""
    match expression:
        case ast.GetAttribute(operand=ast.Variable(name=first), span=span):
            return first not in ("var", "local") and scope.root(first, span) is None
        case ast.GetAttribute(operand=ast.GetAttribute(operand=ast.Variable(name="data"))):
            return scope.root("data", expression.span) is None
        case _:
            return False
