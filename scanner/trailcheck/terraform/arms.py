"""Arms of conditionals: both must have a type in common, also the one that is not taken.

Source: hclsyntax.ConditionalExpr of github.com/hashicorp/hcl 2.23. Errors of the arm that is not
taken are dropped, but what it would have been of is not: `[x.y]` is a tuple whatever `x` is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.shape import DYNAMIC, OPEN, Collection, Structure
from trailcheck.terraform import ast, operators
from trailcheck.terraform.assembly import pairs_of
from trailcheck.terraform.functions import convert, shapes
from trailcheck.terraform.functions.kinds import is_refused
from trailcheck.terraform.loops import names_of
from trailcheck.value import Known, Sequence, Unknown

if TYPE_CHECKING:
    from trailcheck.shape import Shape
    from trailcheck.terraform.scope import Evaluate, Scope
    from trailcheck.value import Value

_MOST_ROWS = 1_000
_LOGIC = frozenset({"==", "!=", "<", "<=", ">", ">=", "&&", "||"})


def beside(
    value: Value, other: Value, written: ast.Expression, scope: Scope, evaluate: Evaluate
) -> Value:
    """Return an arm in the type that it has in common with the other, which is `written` so."""
    if not is_refused(other) or not operators.adapts(value) or is_refused(value):
        return operators.beside(value, other)
    return operators.beside_shape(value, _shape(written, scope, evaluate))


def _shape(expression: ast.TemplatePart, scope: Scope, evaluate: Evaluate) -> Shape:
    """Return the shape of an expression as far as it has one in spite of what is refused in it."""
    match expression:
        case ast.TupleExpression():
            items = tuple(_shape(item, scope, evaluate) for item in expression.items)
            return Structure("tuple", items)
        case ast.ObjectExpression():
            return _of_object(expression, scope, evaluate)
        case ast.TemplateText() | ast.TemplateIf() | ast.TemplateFor():
            return "string"
        case ast.Template(parts=parts) if len(parts) == 1:
            return _shape(parts[0], scope, evaluate)
        case ast.Template():
            return "string"
        case ast.ForExpression() | ast.Splat():
            value = evaluate(expression, scope)
            return _of_rows(expression, scope, evaluate) if is_refused(value) else OPEN
        case _:
            value = evaluate(expression, scope)
            if not is_refused(value):
                return shapes.shape_of(value)
    match expression:
        case ast.Binary():
            return "bool" if expression.operator in _LOGIC else "number"
        case ast.Unary():
            return "bool" if expression.operator == "!" else "number"
        case ast.Conditional():
            arms = [_shape(arm, scope, evaluate) for arm in (expression.then, expression.otherwise)]
            return DYNAMIC if DYNAMIC in arms else shapes.common(arms) or DYNAMIC
        case _:
            return DYNAMIC


def _of_object(expression: ast.ObjectExpression, scope: Scope, evaluate: Evaluate) -> Shape:
    held: dict[str, Shape] = {}
    for key, item in expression.items:
        name = convert.to_text(evaluate(key, scope))
        if isinstance(name, Known) and isinstance(name.data, str):
            held[name.data] = _shape(item, scope, evaluate)
            continue
        return DYNAMIC if is_refused(name) or isinstance(name, Known) else Collection("map", OPEN)
    names = tuple(sorted(held))
    return Structure("object", tuple(held[name] for name in names), names)


def _of_rows(expression: ast.ForExpression | ast.Splat, scope: Scope, evaluate: Evaluate) -> Shape:
    """Return the shape of what is made of items, of which one is refused."""
    of_what = (
        expression.collection if isinstance(expression, ast.ForExpression) else expression.operand
    )
    source = evaluate(of_what, scope)
    if is_refused(source):
        return DYNAMIC
    pairs = pairs_of(source, expression.span)
    if isinstance(expression, ast.Splat):
        count = len(pairs) if isinstance(pairs, list) and isinstance(source, Sequence) else 1
        return Structure("tuple", (DYNAMIC,) * count)
    if isinstance(pairs, Unknown):
        return DYNAMIC if pairs.refused else OPEN
    rows: list[tuple[Value, Shape]] = []
    for key, item in pairs[:_MOST_ROWS]:
        inner = scope.with_names(names_of(expression.key, expression.value, key, item))
        if expression.condition is not None:
            holds = operators.truth(evaluate(expression.condition, inner), expression.span)
            if not isinstance(holds, Known):
                return DYNAMIC if is_refused(holds) else OPEN
            if not holds.data:
                continue
        name = key if expression.result_key is None else evaluate(expression.result_key, inner)
        rows.append((convert.to_text(name), _shape(expression.result, inner, evaluate)))
    if expression.result_key is None:
        return Structure("tuple", tuple(shape for _, shape in rows))
    held: dict[str, Shape] = {}
    for name, shape in rows:
        if not isinstance(name, Known) or not isinstance(name.data, str):
            return DYNAMIC if is_refused(name) or isinstance(name, Known) else OPEN
        held[name.data] = OPEN if expression.grouping else shape
    names = tuple(sorted(held))
    return Structure("object", tuple(held[name] for name in names), names)
