"""What is evaluated once for each item: `for` expressions and splats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.shape import EACH
from trailcheck.terraform import ast, operators
from trailcheck.terraform.assembly import pairs_of, refusal_among, rows_of
from trailcheck.terraform.functions import shapes
from trailcheck.terraform.functions.canonical import derived_name
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.functions.reshape import element_shape
from trailcheck.terraform.functions.setorder import listed_from
from trailcheck.terraform.operators import refused
from trailcheck.terraform.traversals import referents
from trailcheck.value import Choice, Handle, Known, Null, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.source import Span
    from trailcheck.terraform.scope import Evaluate, Scope
    from trailcheck.value import Value


def names_of(key_name: str | None, value_name: str, key: Value, value: Value) -> dict[str, Value]:
    """Return what the variables of a loop stand for in one turn of it."""
    names = {value_name: value}
    if key_name is not None:
        names[key_name] = key
    return names


def looped(expression: ast.ForExpression, scope: Scope, evaluate: Evaluate) -> Value:
    """Return the list or object that a `for` expression makes."""
    return lift(
        [evaluate(expression.collection, scope)],
        lambda values: _for_settled(expression, values[0], scope, evaluate),
    )


def _for_settled(
    expression: ast.ForExpression, collection: Value, scope: Scope, evaluate: Evaluate
) -> Value:
    pairs = pairs_of(collection, expression.span)
    if isinstance(collection, Handle):
        pairs = _attributes_named(expression, collection, scope, evaluate) or pairs
    if isinstance(pairs, Unknown):
        if pairs.refused:
            return pairs
        parts = (expression.result_key, expression.result, expression.condition)
        found = [part for part in parts if part is not None]
        own = names_in(expression)
        return unknown_loop(pairs, expression.span, found, own, scope, evaluate)
    if not pairs and (refusal := _condition_refused(expression, scope, evaluate)) is not None:
        return refusal
    kept: list[tuple[Value, Value, Value]] = []
    for key, item in pairs:
        inner = scope.with_names(names_of(expression.key, expression.value, key, item))
        condition: Value = Known(True)
        if expression.condition is not None:
            condition = operators.truth(
                evaluate(expression.condition, inner), expression.condition.span
            )
        if isinstance(condition, Known) and condition.data is False:
            continue
        if isinstance(condition, Unknown):
            return condition
        result = evaluate(expression.result, inner)
        result_key = (
            evaluate(expression.result_key, inner) if expression.result_key is not None else key
        )
        kept.append((condition, result_key, result))
    return _assembled(expression, kept, collection)


def _attributes_named(
    expression: ast.ForExpression, handle: Handle, scope: Scope, evaluate: Evaluate
) -> list[tuple[Value, Value]] | None:
    """Return the attributes of a resource whose names the condition lists: `k == "arn"`.

    None if it may hold for others too, or if the resource may not have one of them.
    """
    if expression.condition is None or expression.key is None:
        return None
    key = Unknown(f"(a name in {handle.address})", "it is any name", expression.span)
    held = Unknown(f"(an attribute of {handle.address})", "it is any attribute", expression.span)
    inner = scope.with_names({expression.key: key, expression.value: held})
    left = operators.truth(evaluate(expression.condition, inner), expression.condition.span)
    names: list[str] = []
    while isinstance(left, Choice):
        if left.condition.subject != key.name or not left.condition.finite:
            return None
        names += (str(each) for each in left.condition.named)
        left = left.otherwise
    if left != Known(False) or not all(scope.states(handle, name) for name in names):
        return None
    span = expression.span
    return [(Known(name), scope.attribute(handle, name, span)) for name in sorted(set(names))]


def names_in(loop: ast.ForExpression | ast.TemplateFor) -> frozenset[str]:
    """Return the names that a loop gives to what it goes through."""
    return frozenset({loop.value} if loop.key is None else {loop.key, loop.value})


def unknown_loop(  # noqa: PLR0913, PLR0917 - each is a part of what such an unknown is
    collection: Unknown,
    span: Span,
    parts: Iterable[ast.TemplatePart],
    own: frozenset[str],
    scope: Scope,
    evaluate: Evaluate,
) -> Unknown:
    """Return what is made of each item of something that is not known.

    It is named by its text, the collection, and all else that the text refers to: loops that read
    alike are equal only if they are about the same.
    """
    beside = [evaluate(node, scope) for node in referents(parts, own)]
    name = derived_name(f"{span.text} of ", [collection, *beside])
    return Unknown(name, collection.reason, span, needs=collection.needs)


def _condition_refused(
    expression: ast.ForExpression, scope: Scope, evaluate: Evaluate
) -> Value | None:
    """Return why a condition is refused whatever the items are, which Terraform asks first."""
    if expression.condition is None:
        return None
    item = Unknown(f"(any of {expression.span.text})", "it is any item", expression.span)
    inner = scope.with_names(names_of(expression.key, expression.value, item, item))
    condition = operators.truth(evaluate(expression.condition, inner), expression.condition.span)
    return condition if isinstance(condition, Unknown) and condition.refused else None


def _assembled(
    expression: ast.ForExpression, kept: list[tuple[Value, Value, Value]], collection: Value
) -> Value:
    """Put the rows together; a row under an open condition makes the whole a choice."""

    def settled(conditions: list[Value]) -> Value:
        holding = zip(conditions, kept, strict=True)
        return rows_of(
            expression,
            [(key, result) for c, (_, key, result) in holding if c != Known(False)],
            collection,
        )

    return lift([condition for condition, _, _ in kept], settled, span=expression.span)


def splat(expression: ast.Splat, scope: Scope, evaluate: Evaluate) -> Value:
    """Return what `a[*].b` takes from each item of a list, or from the one value that is none."""

    def over(values: list[Value]) -> Value:
        operand = values[0]
        match operand:
            case Null() if shapes.kind_of_shape(operand.of) in {"list", "set", "tuple"}:
                return refused("a splat needs a list, and not a null of one", expression.span)
            case Known(data=None):
                return Sequence((), expression.span, of=EACH)
            case Sequence():
                items = operand.items
            case Unknown():
                if operand.refused:
                    return operand
                parts = (expression.each,)
                return unknown_loop(operand, expression.span, parts, frozenset(), scope, evaluate)
            case _:
                items = (operand,)
        rows = [evaluate(expression.each, scope.with_names({"(splat)": item})) for item in items]
        if (refusal := refusal_among(rows)) is not None:
            return refusal
        of = operand.of if isinstance(operand, Sequence) else EACH
        if of not in {None, EACH} and not isinstance(expression.each, ast.SplatItem):
            of = element_shape(rows)
        return listed_from((operand,), rows, expression.span, of=of)

    return lift([evaluate(expression.operand, scope)], over)
