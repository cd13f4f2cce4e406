"""Evaluation of one expression, in the scope of a module instance.

The scope answers for names (`var.x`, `aws_iam_role.r`); everything else is decided here. Nothing raises:
what Terraform would refuse becomes an `Unknown` that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, assert_never

from trailcheck.terraform import ast, operators
from trailcheck.terraform.functions import FileAccess, call, convert
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.operators import refused
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
    choose,
    parts_of,
    text,
)

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.value import Part, Value

_MOST_STEPS = 300_000
"""Expressions evaluated for one root before evaluation gives up."""
_DEEPEST = 120
"""Expressions, locals and modules inside one another before evaluation gives up."""

_TEXT = frozenset({"arn", "bucket", "id", "key_id", "name", "unique_id"})
"""Attributes known after deployment that are text in every resource."""


class Scope(Protocol):
    """What an expression can see."""

    @property
    def files(self) -> FileAccess:
        """The files that functions may read."""

    def root(self, name: str, span: Span) -> Value | None:
        """Return a local name (`each`, a for variable), or None if it is not one."""

    def name(self, first: str, second: str, span: Span) -> Value:
        """Return what `first.second` names: a variable, local, module, resource type and name."""

    def data(self, type: str, name: str, span: Span) -> Value:  # noqa: A002 - the dialect's own word
        """Return what `data.type.name` names."""

    def attribute(self, handle: Handle, name: str, span: Span) -> Value:
        """Return an attribute of a resource, or an output of a module."""

    def with_names(self, names: dict[str, Value]) -> Scope:
        """Return this scope with more local names."""


class Budget:
    """How much evaluation one root may still do; hostile code runs out of it."""

    __slots__ = ("depth", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.depth = 0


_budget = Budget()
_MOST_WEIGHT = 1_000_000
"""Characters and items in one value before it is given up."""


def fresh_budget() -> None:
    """Start counting anew, for the next root."""
    _budget.steps = _budget.depth = 0


def evaluate(expression: ast.Expression, scope: Scope) -> Value:
    """Return the value of an expression."""
    _budget.steps += 1
    if _budget.steps > _MOST_STEPS:
        return _given_up("the configuration is too large to evaluate", expression.span)
    if _budget.depth >= _DEEPEST:
        return _given_up("the expression is nested too deeply", expression.span)
    _budget.depth += 1
    try:
        value = _evaluate(expression, scope)
        if isinstance(value, Sequence | Mapping | Text) and value.weight > _MOST_WEIGHT:
            return _given_up("the value is too large to follow", expression.span)
    except RecursionError:
        return _given_up("the expression is nested too deeply", expression.span)
    else:
        return value
    finally:
        _budget.depth -= 1


def _given_up(reason: str, span: Span) -> Unknown:
    """Return the value of what is not evaluated; it equals that of no other place."""
    return Unknown(f"({reason}: {span.source.path} {span.start})", reason, span)


def _evaluate(expression: ast.Expression, scope: Scope) -> Value:  # noqa: PLR0911, C901, PLR0912 - one case a node
    span = expression.span
    match expression:
        case ast.Literal():
            return Known(expression.data, span)
        case ast.Template():
            return _template(expression.parts, span, scope)
        case ast.TupleExpression():
            return Sequence((evaluate(item, scope) for item in expression.items), span)
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
            return operators.arithmetic("-", Known(0, span), operand, span)
        case ast.Call():
            return _call(expression, scope)
        case ast.Variable():
            found = scope.root(expression.name, span)
            return found if found is not None else refused(f"{expression.name} is not declared", span)
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
            return operators.beside(value, evaluate(left, scope)) if operators.adapts(value) else value
        case Choice():
            then, otherwise = evaluate(expression.then, scope), evaluate(expression.otherwise, scope)
            then, otherwise = operators.beside(then, otherwise), operators.beside(otherwise, then)
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
            if _is_literal(expression.left, left, right) or _is_literal(expression.right, right, left):
                same = Known(False, span)
            return same if operator == "==" else operators.negate(same)
        case "<" | "<=" | ">" | ">=":
            return operators.compare(operator, left, right, span)
        case _:
            return operators.arithmetic(operator, left, right, span)


def _is_literal(expression: ast.Expression, value: Value, other: Value) -> bool:
    """Tell whether a literal `[…]` or `{…}` stands beside a list, set or map of a declared type.

    A literal is a tuple or an object, and values of different types are never equal: `var.names == []`
    is always false. Source: Terraform language, "Equality Operators".
    """
    if not isinstance(expression, ast.TupleExpression | ast.ObjectExpression | ast.ForExpression):
        return False
    match value, other:
        case (Sequence(), Sequence()):
            return other.typed or other.is_set
        case (Mapping(), Mapping()):
            return other.typed
        case _:
            return False


def _object(expression: ast.ObjectExpression, scope: Scope) -> Value:
    items: dict[str, Value] = {}
    spans: dict[str, Span] = {}
    for key_expression, value_expression in expression.items:
        key = convert.to_text(evaluate(key_expression, scope))
        if isinstance(key, Choice):
            return _object_by_choice(expression, key, scope)
        if not (isinstance(key, Known) and isinstance(key.data, str)):
            if isinstance(key, Known) or (isinstance(key, Unknown) and key.refused):
                return refused("a key of an object must be text", key_expression.span)
            name = f"{{{convert.canonical(key)} = …}}"
            return Unknown(name, f"a key of the object is not known: {describe(key)}", expression.span,
                           needs=operators.needs_of(key))
        items[key.data] = evaluate(value_expression, scope)
        spans[key.data] = key_expression.span.to(value_expression.span)
    return Mapping(items, expression.span, (), spans)


def _object_by_choice(expression: ast.ObjectExpression, key: Choice, scope: Scope) -> Value:
    return Unknown(
        f"{{{key.condition.name} …}}",
        f"a key of the object turns on {key.condition.name}",
        expression.span,
        needs=key.condition.needs,
    )


def describe(value: Value) -> str:
    """Say in words why a value is not known."""
    match value:
        case Unknown():
            return value.reason
        case Reference():
            return f"{value.address}.{value.attribute} is known only after deployment"
        case Symbol():
            return f"the deployment's own {value.name}"
        case Text():
            inside = next((p for p in value.parts if not isinstance(p, Piece)), None)
            return describe(inside) if inside is not None else "it is not settled"
        case Choice():
            return f"it turns on {value.condition.name}"
        case _:
            return "it is not settled"


def _template(parts: tuple[ast.TemplatePart, ...], span: Span, scope: Scope) -> Value:
    values: list[Value] = []
    _budget.steps += len(parts) + 1
    if _budget.steps > _MOST_STEPS:
        return _given_up("the configuration is too large to evaluate", span)
    for part in parts:
        match part:
            case ast.TemplateText():
                values.append(Known(part.text, part.span, (), (Piece(part.text, part.span, part.exact),)))
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
    return lift(values, lambda settled: _concatenate(settled, span))


def _concatenate(values: list[Value], span: Span) -> Value:
    parts: list[Part] = []
    length = 0
    for value in values:
        said = convert.to_text(value)
        if isinstance(said, Known) and said.data is None:
            return refused("null in a template", value.span or span)
        if isinstance(said, Unknown) and said.refused:
            return said
        if isinstance(said, Encoded):
            if len(values) == 1:
                return said
            said = convert.rendered(said)
        pieces = parts_of(said)
        if pieces is None:
            return refused("a template needs text", value.span or span)
        length += sum(len(piece.text) if isinstance(piece, Piece) else 1 for piece in pieces)
        if length > _MOST_WEIGHT:
            return _given_up("the text is too long to follow", span)
        parts.extend(pieces)
    joined = text(parts, span)
    via = tuple(step for value in values for step in value.via)
    if via and isinstance(joined, Known | Text):
        joined.via = via
    return joined


def _template_for(part: ast.TemplateFor, scope: Scope) -> Value:
    def expand(collection: Value) -> Value:
        pairs = _pairs(collection, part.span)
        if isinstance(pairs, Unknown):
            return pairs
        rows = [
            _template(part.body, part.span, scope.with_names(_names(part.key, part.value, key, item)))
            for key, item in pairs
        ]
        return lift(rows, lambda settled: _concatenate(settled, part.span)) if rows else Known("")

    return lift([evaluate(part.collection, scope)], lambda values: expand(values[0]))


def _names(key_name: str | None, value_name: str, key: Value, value: Value) -> dict[str, Value]:
    names = {value_name: value}
    if key_name is not None:
        names[key_name] = key
    return names


def _pairs(collection: Value, span: Span) -> list[tuple[Value, Value]] | Unknown:
    """Return keys and values of a collection, or why they are not known."""
    match collection:
        case Sequence():
            if collection.is_set:
                return [(item, item) for item in collection.items]
            return [(Known(n), item) for n, item in enumerate(collection.items)]
        case Mapping():
            return [(Known(k, collection.key_spans.get(k)), collection.items[k]) for k in sorted(collection.items)]
        case Unknown():
            return collection
        case Reference() | Handle():
            return Unknown(f"({convert.canonical(collection)})", "it is known only after deployment", span)
        case _:
            return refused("for needs a list, set, map or object", span)


def _for(expression: ast.ForExpression, scope: Scope) -> Value:
    return lift(
        [evaluate(expression.collection, scope)],
        lambda values: _for_settled(expression, values[0], scope),
    )


def _for_settled(expression: ast.ForExpression, collection: Value, scope: Scope) -> Value:
    pairs = _pairs(collection, expression.span)
    if isinstance(pairs, Unknown):
        if pairs.refused:
            return pairs
        name = f"[for {expression.span.text} of {pairs.name}]" if not pairs.name.startswith("[for") else pairs.name
        return Unknown(name, pairs.reason, expression.span, needs=pairs.needs)
    kept: list[tuple[Value, Value, Value]] = []
    for key, item in pairs:
        inner = scope.with_names(_names(expression.key, expression.value, key, item))
        condition: Value = Known(True)
        if expression.condition is not None:
            condition = operators.truth(evaluate(expression.condition, inner), expression.condition.span)
        if isinstance(condition, Known) and condition.data is False:
            continue
        if isinstance(condition, Unknown):
            return condition
        result = evaluate(expression.result, inner)
        result_key = evaluate(expression.result_key, inner) if expression.result_key is not None else key
        kept.append((condition, result_key, result))
    return _assembled(expression, kept)


def _assembled(expression: ast.ForExpression, kept: list[tuple[Value, Value, Value]]) -> Value:
    """Put the rows together; a row under an open condition makes the whole a choice."""

    def settled(conditions: list[Value]) -> Value:
        holding = zip(conditions, kept, strict=True)
        return _rows(expression, [(key, result) for c, (_, key, result) in holding if c != Known(False)])

    return lift([condition for condition, _, _ in kept], settled, span=expression.span)


def _rows(expression: ast.ForExpression, rows: list[tuple[Value, Value]]) -> Value:
    """Return the list or the map that the rows of a for expression make."""
    if expression.result_key is None:
        return Sequence((result for _, result in rows), expression.span)
    items: dict[str, Value] = {}
    for key, result in rows:
        said = convert.to_text(key)
        if not (isinstance(said, Known) and isinstance(said.data, str)):
            if isinstance(said, Unknown) and said.refused:
                return said
            return Unknown(
                f"{{for {convert.canonical(key)}}}",
                f"a key is not known: {describe(key)}",
                expression.span,
                needs=operators.needs_of(said),
            )
        if expression.grouping:
            group = items.get(said.data)
            before = group.items if isinstance(group, Sequence) else ()
            items[said.data] = Sequence((*before, result), expression.span)
        elif said.data in items:
            return refused(f"two rows have the key {said.data!r}", expression.span)
        else:
            items[said.data] = result
    return Mapping(items, expression.span)


def _call(expression: ast.Call, scope: Scope) -> Value:
    span = expression.span
    if expression.name in ("try", "can"):
        return _try(expression, scope)
    arguments = [evaluate(argument, scope) for argument in expression.arguments]
    if not expression.expand or not arguments:
        return call(expression.name, arguments, span, scope.files)
    *first, last = arguments

    def expanded(values: list[Value]) -> Value:
        match values[0]:
            case Sequence():
                return call(expression.name, [*first, *values[0].items], span, scope.files)
            case Unknown():
                name = f"{expression.name}({values[0].name}...)"
                return Unknown(name, values[0].reason, span, needs=values[0].needs, refused=values[0].refused)
            case _:
                return refused("... needs a list", span)

    return lift([last], expanded)


def _try(expression: ast.Call, scope: Scope) -> Value:
    """Return the first argument that Terraform would not refuse (`can`: whether it would not)."""
    if expression.name == "can":
        if len(expression.arguments) != 1:
            return refused("can takes one argument", expression.span)
        value = evaluate(expression.arguments[0], scope)
        return lift([value], lambda v: Known(not _is_refused(v[0]), expression.span))

    def attempt(number: int) -> Value:
        if number >= len(expression.arguments):
            return refused("every argument of try fails", expression.span)
        value = evaluate(expression.arguments[number], scope)
        return lift([value], lambda v: attempt(number + 1) if _is_refused(v[0]) else v[0])

    return attempt(0)


def _is_refused(value: Value) -> bool:
    """Tell whether anything in a value is refused; parts that it shares are looked at once."""
    waiting, seen = [value], set[int]()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        match item:
            case Unknown(refused=True):
                return True
            case Text():
                waiting.extend(p for p in item.parts if isinstance(p, Unknown))
            case Sequence():
                waiting.extend(item.items)
            case Mapping():
                waiting.extend(item.items.values())
            case Encoded():
                waiting.append(item.value)
    return False


def _splat(expression: ast.Splat, scope: Scope) -> Value:
    def over(values: list[Value]) -> Value:
        operand = values[0]
        match operand:
            case Known(data=None):
                return Sequence((), expression.span)
            case Sequence():
                items = operand.items
            case Unknown():
                if operand.refused:
                    return operand
                name = f"{operand.name}[*]{expression.each.span.text}"
                return Unknown(name, operand.reason, expression.span, needs=operand.needs)
            case _:
                items = (operand,)
        return Sequence(
            (evaluate(expression.each, scope.with_names({"(splat)": item})) for item in items),
            expression.span,
        )

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


def attribute(value: Value, name: str, span: Span, scope: Scope) -> Value:
    """Return `value.name`."""
    return lift([value], lambda values: _attribute(values[0], name, span, scope))


def _attribute(value: Value, name: str, span: Span, scope: Scope) -> Value:
    match value:
        case Mapping():
            found = value.items.get(name)
            return found if found is not None else refused(f"there is no attribute {name!r}", span)
        case Handle():
            return scope.attribute(value, name, span)
        case Sequence() if name.isdigit():
            return index(value, Known(int(name)), span)
        case Unknown():
            if value.refused:
                return value
            return Unknown(f"{value.name}.{name}", value.reason, span, needs=value.needs)
        case Reference() if value.attribute in _TEXT:
            return refused(f"{value.attribute} is text, without attributes", span)
        case Reference():
            return Unknown(
                f"{value.address}.{value.attribute}.{name}", "it is known only after deployment", span
            )
        case _:
            return refused(f"a value without attributes has no {name!r}", span)


def _get_index(expression: ast.Index, scope: Scope) -> Value:
    """Resolve `a[key]`; on a resource, `a["name"]` is `a.name`."""
    operand, key = evaluate(expression.operand, scope), evaluate(expression.key, scope)
    span = expression.span
    if isinstance(operand, Handle) and _names_block(expression.operand, scope):
        return refused(f"{operand.address} has neither count nor for_each, and so no index", span)

    def settled(values: list[Value]) -> Value:
        if isinstance(values[0], Handle) and isinstance(values[1], Known) and isinstance(values[1].data, str):
            return scope.attribute(values[0], values[1].data, span)
        return _index(values[0], values[1], span)

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


def placeholder(key: Value) -> str:
    """Return what stands for a key that is not known, in addresses and in maps of instances."""
    return f"${{{convert.canonical(key)}}}"


def index(operand: Value, key: Value, span: Span) -> Value:
    """Return `operand[key]`."""
    return lift([operand, key], lambda values: _index(values[0], values[1], span))


def _index(operand: Value, key: Value, span: Span) -> Value:  # noqa: PLR0911 - one case a shape
    for side in (operand, key):
        if isinstance(side, Unknown) and side.refused:
            return side
    match operand:
        case Sequence():
            if operand.is_set:
                return refused("a set has no index", span)
            number = convert.to_number(key)
            if isinstance(number, Known) and isinstance(number.data, int):
                if 0 <= number.data < len(operand.items):
                    return operand.items[number.data]
                return refused(f"there is no element {number.data}: the list has {len(operand.items)}", span)
        case Mapping():
            said = convert.to_text(key)
            if isinstance(said, Known) and isinstance(said.data, str):
                found = operand.items.get(said.data)
                return found if found is not None else refused(f"there is no key {said.data!r}", span)
            if not isinstance(key, Known) and placeholder(key) in operand.items:
                return operand.items[placeholder(key)]
        case Unknown():
            name = f"{operand.name}[{convert.canonical(key)}]"
            return Unknown(name, operand.reason, span, needs=operand.needs)
        case Reference() if operand.attribute in _TEXT:
            return refused(f"{operand.attribute} is text, without elements", span)
        case Reference():
            name = f"{operand.address}.{operand.attribute}[{convert.canonical(key)}]"
            return Unknown(name, "it is known only after deployment", span)
        case Handle():
            return refused("a single resource has no index", span)
        case _:
            return refused("this value has no elements", span)
    if isinstance(key, Known):
        return refused("the index does not fit", span)
    name = f"{convert.canonical(operand)}[{convert.canonical(key)}]"
    return Unknown(name, f"the index is not known: {describe(key)}", span, needs=operators.needs_of(key))
