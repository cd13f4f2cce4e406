"""Calls of functions.

Most are functions of values. `try`, `can` and `issensitive` ask about expressions, and `lookup` may
ask a resource for an attribute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform import ast, layers, operators
from trailcheck.terraform.functions import call, convert
from trailcheck.terraform.functions.kinds import has_unknown, is_refused
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.functions.scalars import listed_texts
from trailcheck.terraform.functions.setorder import NO_ORDER, is_ordered
from trailcheck.terraform.marks import is_marked
from trailcheck.terraform.operators import refused
from trailcheck.value import Handle, Known, Sequence, Unknown
from trailcheck.world import conditions_in

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform.scope import Evaluate, Scope
    from trailcheck.value import Value


def function_call(expression: ast.Call, scope: Scope, evaluate: Evaluate) -> Value:
    """Return what a call gives; its arguments are evaluated as far as the function wants them."""
    span = expression.span
    if scope.literal:
        return refused(f"{expression.name}: functions may not be called here", span)
    if expression.name.removeprefix("core::") == "templatestring" and not _refers(expression):
        reason = "templatestring: the template must be a reference to a text from elsewhere"
        return refused(reason, span)
    if expression.name in ("try", "can"):
        return _try(expression, scope, evaluate)
    if expression.name == "issensitive" and len(expression.arguments) == 1:
        marked = is_marked(expression.arguments[0])
        value = evaluate(expression.arguments[0], scope)
        if marked is not None and not is_refused(value):
            return Known(marked, span)
    arguments = [evaluate(argument, scope) for argument in expression.arguments]
    if (attribute_found := _looked_up(expression, arguments, scope)) is not None:
        return attribute_found
    if not expression.expand or not arguments:
        return called(expression.name, arguments, span, scope)
    *first, last = arguments

    def expanded(values: list[Value]) -> Value:
        match values[0]:
            case Sequence() if not is_ordered(values[0]):
                given = [*first, values[0]]
                return convert.derived(f"{expression.name}...", given, span, reason=NO_ORDER)
            case Sequence():
                return call(expression.name, [*first, *values[0].items], span, scope.files)
            case Unknown():
                return convert.derived(
                    f"{expression.name}...", [*first, values[0]], span, cause=values[0]
                )
            case _:
                return refused("... needs a list", span)

    return lift([last], expanded)


def _looked_up(expression: ast.Call, arguments: list[Value], scope: Scope) -> Value | None:
    """Return what `lookup` finds in a resource, which is the attribute itself, or a merged map."""
    if expression.name != "lookup" or expression.expand or len(arguments) not in {2, 3}:
        return None
    match arguments:
        case [Handle() as handle, Known(data=str() as name)]:
            return scope.attribute(handle, name, expression.span)
        case [Handle() as handle, Known(data=str() as name), _] if scope.states(handle, name):
            return scope.attribute(handle, name, expression.span)
        case [Unknown(refused=False) as merged, Known(data=str() as name), *_]:
            return layers.entry(merged, name, expression.span, scope)
        case _:
            return None


def called(name: str, arguments: list[Value], span: Span, scope: Scope) -> Value:
    """Return what a function makes of values; ARNs are spelled out where it needs their text."""
    result = call(name, arguments, span, scope.files)
    if not isinstance(result, Unknown) or result.refused:
        return result
    written = [scope.spelled(argument) for argument in arguments]
    if all(each is None for each in written):
        return result
    texts = [old if new is None else new for old, new in zip(arguments, written, strict=True)]
    again = call(name, texts, span, scope.files)
    if isinstance(again, Unknown) and not again.refused:
        return result
    return next((a for a, b in zip(arguments, texts, strict=True) if b == again), again)


def _refers(expression: ast.Call) -> bool:
    """Tell whether the first argument, if there is one, is a reference."""
    if not expression.arguments:
        return True
    first = expression.arguments[0]
    before = expression.span._replace(end=first.span.start).text
    if '"' in before or "<<" in before:
        return False  # "${x}" stands for x elsewhere, but is no reference.
    while isinstance(first, ast.GetAttribute | ast.Index):
        first = first.operand
    return isinstance(first, ast.Variable)


def _try(expression: ast.Call, scope: Scope, evaluate: Evaluate) -> Value:
    """Return the first argument that Terraform would not refuse (`can`: whether it would not)."""
    if expression.name == "can":
        if len(expression.arguments) != 1:
            return refused("can takes one argument", expression.span)
        return _can(expression.arguments[0], scope, evaluate)

    def attempt(number: int) -> Value:
        if number >= len(expression.arguments):
            return refused("every argument of try fails", expression.span)
        tried = expression.arguments[number]
        value = evaluate(tried, scope)
        if _always_there(tried):
            return lift([value], lambda v: attempt(number + 1) if is_refused(v[0]) else v[0])
        return lift([value], lambda v: settled(v[0], number))

    def settled(value: Value, number: int) -> Value:
        if is_refused(value):
            return attempt(number + 1)
        rest = expression.arguments[number + 1 :]
        if not isinstance(value, Unknown) or not rest:
            return value
        # NOTE: it may turn out not to be there, so that what stands behind it is a part of this.
        made = convert.derived("try", [value, *(evaluate(r, scope) for r in rest)], expression.span)
        needs = value.needs or (value.name,)
        return Unknown(made.name, value.reason, value.span, value.via, needs=needs)

    return attempt(0)


def _always_there(expression: ast.Expression) -> bool:
    """Tell whether an expression is the name of something in the configuration."""
    return isinstance(expression, ast.GetAttribute) and isinstance(expression.operand, ast.Variable)


def _can(expression: ast.Expression, scope: Scope, evaluate: Evaluate) -> Value:
    """Return whether Terraform would evaluate an expression; open where that is for an unknown.

    The name of something in the configuration can always be said, whatever it stands for.
    """
    span = expression.span
    value = evaluate(expression, scope)
    among = _listed_by_pattern(expression, value, scope, evaluate)
    if among is not None:
        return among
    if _always_there(expression):
        return lift([value], lambda v: Known(not is_refused(v[0]), span))
    if any(c.relation in {"below", "above"} for c in conditions_in(value)):
        return operators.open_condition(convert.derived("can", [value], span), span)

    def answer(values: list[Value]) -> Value:
        if is_refused(values[0]):
            return Known(False, span)
        if has_unknown(values[0]):
            return operators.open_condition(convert.derived("can", values, span), span)
        return Known(True, span)

    return lift([value], answer)


def _listed_by_pattern(
    expression: ast.Expression, value: Value, scope: Scope, evaluate: Evaluate
) -> Value | None:
    """Return whether an unknown is one of the texts that `can(regex("^(a|b)$", x))` lists."""
    if not (isinstance(value, Unknown) and isinstance(expression, ast.Call)):
        return None
    if expression.name != "regex" or len(expression.arguments) != 2:  # noqa: PLR2004 - what it takes
        return None
    pattern, text = (evaluate(argument, scope) for argument in expression.arguments)
    listed = listed_texts(pattern.data) if isinstance(pattern, Known) else ()
    if not listed or not isinstance(text, Unknown) or text.refused:
        return None
    items = [Known(said) for said in listed]
    return call("contains", [Sequence(items), text], expression.span, scope.files)
