"""Evaluation of one expression, in the scope of a module instance.

The scope answers for names (`var.x`, `aws_iam_role.r`); everything else is decided here. Nothing
raises: what Terraform would refuse becomes an `Unknown` that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.shape import DYNAMIC, EACH, OPEN
from trailcheck.terraform import ast, operators
from trailcheck.terraform.access import attribute, describe, index_of
from trailcheck.terraform.assembly import (
    MOST_WEIGHT,
    concatenate,
    given_up,
    pairs_of,
    refusal_among,
    rows_of,
)
from trailcheck.terraform.functions import call, convert, shapes
from trailcheck.terraform.functions.kinds import has_unknown, is_refused
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.functions.reshape import element_shape
from trailcheck.terraform.functions.scalars import listed_texts
from trailcheck.terraform.marks import is_marked
from trailcheck.terraform.operators import refused
from trailcheck.value import (
    Choice,
    Handle,
    Known,
    Mapping,
    Null,
    Piece,
    Sequence,
    Text,
    Unknown,
)
from trailcheck.world import conditions_in

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
            return _for(expression, scope)
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
            return _call(expression, scope)
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
            return _splat(expression, scope)
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
            other = evaluate(left, scope)
            if is_refused(other) and not _goes_with(value, left):
                return refused("the results of a conditional have no common type", expression.span)
            return operators.beside(value, other)
        case Choice():
            then, otherwise = (
                evaluate(expression.then, scope),
                evaluate(expression.otherwise, scope),
            )
            then, otherwise = operators.beside(then, otherwise), operators.beside(otherwise, then)
            # NOTE: arms without a common type are refused, whatever the condition will be.
            if isinstance(then, Unknown) and then.refused and otherwise == then:
                return then
            return operators.conditional(condition, then, otherwise, expression.span)
        case _:
            return condition


def _goes_with(value: Value, left: ast.Expression) -> bool:
    """Tell whether the kind of an arm that is refused is that of the other, which is taken."""
    kind = shapes.kind_of_shape(shapes.shape_of(value))
    match left:
        case ast.TupleExpression():
            return kind in {"list", "set", "tuple", DYNAMIC, OPEN}
        case ast.ObjectExpression():
            return kind in {"map", "object", DYNAMIC, OPEN}
        case _:
            return True


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
            return _object_by_choice(expression, key)
        if not (isinstance(key, Known) and isinstance(key.data, str)):
            if isinstance(key, Known) or (isinstance(key, Unknown) and key.refused):
                return refused("a key of an object must be text", key_expression.span)
            name = f"{{{convert.canonical(key)} = …}}"
            return Unknown(
                name,
                f"a key of the object is not known: {describe(key)}",
                expression.span,
                needs=operators.needs_of(key),
            )
        items[key.data] = evaluate(value_expression, scope)
        spans[key.data] = key_expression.span.to(value_expression.span)
    return refusal_among(items.values()) or Mapping(items, expression.span, (), spans, of=EACH)


def _object_by_choice(expression: ast.ObjectExpression, key: Choice) -> Value:
    return Unknown(
        f"{{{key.condition.name} …}}",
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
            return pairs
        rows = [
            _template(
                part.body, part.span, scope.with_names(_names(part.key, part.value, key, item))
            )
            for key, item in pairs
        ]
        if _budget.steps > _MOST_STEPS:
            return given_up("the configuration is too large to evaluate", part.span)
        return lift(rows, lambda settled: concatenate(settled, part.span)) if rows else Known("")

    return lift([evaluate(part.collection, scope)], lambda values: expand(values[0]))


def _names(key_name: str | None, value_name: str, key: Value, value: Value) -> dict[str, Value]:
    names = {value_name: value}
    if key_name is not None:
        names[key_name] = key
    return names


def _for(expression: ast.ForExpression, scope: Scope) -> Value:
    return lift(
        [evaluate(expression.collection, scope)],
        lambda values: _for_settled(expression, values[0], scope),
    )


def _for_settled(expression: ast.ForExpression, collection: Value, scope: Scope) -> Value:
    pairs = pairs_of(collection, expression.span)
    if isinstance(pairs, Unknown):
        if pairs.refused:
            return pairs
        name = (
            f"[for {expression.span.text} of {pairs.name}]"
            if not pairs.name.startswith("[for")
            else pairs.name
        )
        return Unknown(name, pairs.reason, expression.span, needs=pairs.needs)
    if not pairs and (refusal := _condition_refused(expression, scope)) is not None:
        return refusal
    kept: list[tuple[Value, Value, Value]] = []
    for key, item in pairs:
        inner = scope.with_names(_names(expression.key, expression.value, key, item))
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
    return _assembled(expression, kept)


def _condition_refused(expression: ast.ForExpression, scope: Scope) -> Value | None:
    """Return why a condition is refused whatever the items are, which Terraform asks first."""
    if expression.condition is None:
        return None
    item = Unknown(f"(any of {expression.span.text})", "it is any item", expression.span)
    inner = scope.with_names(_names(expression.key, expression.value, item, item))
    condition = operators.truth(evaluate(expression.condition, inner), expression.condition.span)
    return condition if isinstance(condition, Unknown) and condition.refused else None


def _assembled(expression: ast.ForExpression, kept: list[tuple[Value, Value, Value]]) -> Value:
    """Put the rows together; a row under an open condition makes the whole a choice."""

    def settled(conditions: list[Value]) -> Value:
        holding = zip(conditions, kept, strict=True)
        return rows_of(
            expression, [(key, result) for c, (_, key, result) in holding if c != Known(False)]
        )

    return lift([condition for condition, _, _ in kept], settled, span=expression.span)


def _call(expression: ast.Call, scope: Scope) -> Value:
    span = expression.span
    if scope.literal:
        return refused(f"{expression.name}: functions may not be called here", span)
    if expression.name.removeprefix("core::") == "templatestring" and not _refers(expression):
        reason = "templatestring: the template must be a reference to a text from elsewhere"
        return refused(reason, span)
    if expression.name in ("try", "can"):
        return _try(expression, scope)
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
            case Sequence():
                return call(expression.name, [*first, *values[0].items], span, scope.files)
            case Unknown():
                name = f"{expression.name}({values[0].name}...)"
                return Unknown(
                    name, values[0].reason, span, needs=values[0].needs, refused=values[0].refused
                )
            case _:
                return refused("... needs a list", span)

    return lift([last], expanded)


def _looked_up(expression: ast.Call, arguments: list[Value], scope: Scope) -> Value | None:
    """Return what `lookup(resource, "arn")` finds, which is the attribute itself."""
    if expression.name != "lookup" or expression.expand or len(arguments) != 2:  # noqa: PLR2004
        return None
    match arguments:
        case [Handle() as handle, Known(data=str() as name)]:
            return scope.attribute(handle, name, expression.span)
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


def _try(expression: ast.Call, scope: Scope) -> Value:
    """Return the first argument that Terraform would not refuse (`can`: whether it would not)."""
    if expression.name == "can":
        if len(expression.arguments) != 1:
            return refused("can takes one argument", expression.span)
        return _can(expression.arguments[0], scope)

    def attempt(number: int) -> Value:
        if number >= len(expression.arguments):
            return refused("every argument of try fails", expression.span)
        value = evaluate(expression.arguments[number], scope)
        return lift([value], lambda v: attempt(number + 1) if is_refused(v[0]) else v[0])

    return attempt(0)


def _can(expression: ast.Expression, scope: Scope) -> Value:
    """Return whether Terraform would evaluate an expression; open where that is for an unknown.

    The name of something in the configuration can always be said, whatever it stands for.
    """
    span = expression.span
    value = evaluate(expression, scope)
    among = _listed_by_pattern(expression, value, scope)
    if among is not None:
        return among
    if isinstance(expression, ast.GetAttribute) and isinstance(expression.operand, ast.Variable):
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


def _listed_by_pattern(expression: ast.Expression, value: Value, scope: Scope) -> Value | None:
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


def _splat(expression: ast.Splat, scope: Scope) -> Value:
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
                name = f"{operand.name}[*]{expression.each.span.text}"
                return Unknown(name, operand.reason, expression.span, needs=operand.needs)
            case _:
                items = (operand,)
        rows = [evaluate(expression.each, scope.with_names({"(splat)": item})) for item in items]
        if (refusal := refusal_among(rows)) is not None:
            return refusal
        of = operand.of if isinstance(operand, Sequence) else EACH
        if of not in {None, EACH} and not isinstance(expression.each, ast.SplatItem):
            of = element_shape(rows)
        return Sequence(rows, expression.span, of=of)

    return lift([evaluate(expression.operand, scope)], over)


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
        if (
            isinstance(values[0], Handle)
            and isinstance(values[1], Known)
            and isinstance(values[1].data, str)
        ):
            return scope.attribute(values[0], values[1].data, span)
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
