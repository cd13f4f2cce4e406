"""Whether an expression is marked as sensitive, as far as its own code tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform import ast

if TYPE_CHECKING:
    from collections.abc import Iterable


def is_marked(expression: ast.Expression) -> bool | None:
    """Tell whether a value is marked; None where that turns on what it refers to."""
    match expression:
        case ast.Literal():
            return False
        case ast.Template():
            return _any(expression.parts)
        case ast.TupleExpression():
            return _any(expression.items)
        case ast.ObjectExpression():
            return _any(each for item in expression.items for each in item)
        case ast.Unary():
            return is_marked(expression.operand)
        case ast.Binary():
            return _any((expression.left, expression.right))
        case ast.Call(name="sensitive"):
            return True
        case ast.Call(name="nonsensitive" | "issensitive"):
            return False
        case ast.Call():
            return _any(expression.arguments)
        case _:
            return None


def _any(expressions: Iterable[ast.Expression | ast.TemplatePart]) -> bool | None:
    """Tell that nothing is marked; one item that is leaves open what else happens to it."""
    for each in expressions:
        if isinstance(each, ast.TemplateText):
            continue
        if isinstance(each, ast.TemplateIf | ast.TemplateFor) or is_marked(each) is not False:
            return None
    return False
