"""Operators on values of which some are not known: decided wherever the operands allow it.

Booleans that code does not settle are choices between true and false under a named condition, so
that `!var.x`, `var.x && y` and `var.x ? a : b` all turn on the same thing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.condition import Condition
from trailcheck.errors import said_of
from trailcheck.shape import DYNAMIC
from trailcheck.terraform.functions import bigfloat, convert, equality, shapes
from trailcheck.terraform.functions.base import RefusedError, UnsettledError
from trailcheck.terraform.functions.kinds import is_refused
from trailcheck.terraform.functions.lift import lift
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
    assume,
    choose,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from trailcheck.condition import Scalar
    from trailcheck.shape import Shape
    from trailcheck.source import Span
    from trailcheck.value import Value

_MOST_KEYS = 8
"""Entries of a map among which an unknown key makes a choice."""
_SYMBOLIC = (Reference, Symbol, Unknown, Text, Encoded)
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def truth(value: Value, span: Span | None) -> Value:
    """Return a condition's value: true, false, a choice of the two, or a refusal."""
    return lift([value], lambda settled: _truth(settled[0], span))


def _truth(value: Value, span: Span | None) -> Value:
    value = convert.to_bool(value)
    match value:
        case Known(data=bool()):
            return value
        case Known(data=None):
            return refused("a condition must not be null", span)
        case Unknown(refused=True):
            return value
        case Unknown() | Reference() | Symbol() | Text():
            return open_condition(value, span)
        case _:
            return refused("a condition must be true or false", span)


def open_condition(value: Value, span: Span | None = None) -> Value:
    """Return a boolean that is not settled as the choice between its two values."""
    name = convert.canonical(value)
    condition = Condition(name, needs_of(value), name, True)
    return Choice(condition, Known(True, span), Known(False, span), span)


def needs_of(value: Value) -> tuple[str, ...]:
    """Return the facts that would settle a value."""
    match value:
        case Unknown():
            return value.needs
        case Text():
            return tuple(
                dict.fromkeys(n for p in value.parts if isinstance(p, Unknown) for n in p.needs)
            )
        case _:
            return ()


def conditional(condition: Value, then: Value, otherwise: Value, span: Span | None) -> Value:
    """Return `condition ? then : otherwise`; an open condition keeps both."""
    match condition:
        case Known(data=True):
            return then
        case Known(data=False):
            return otherwise
        case Choice():
            where, sub_then, sub_otherwise = (
                condition.condition,
                condition.then,
                condition.otherwise,
            )
            yes = conditional(
                sub_then,
                assume(then, where, holds=True),
                assume(otherwise, where, holds=True),
                span,
            )
            no = conditional(
                sub_otherwise,
                assume(then, where, holds=False),
                assume(otherwise, where, holds=False),
                span,
            )
            return choose(where, yes, no, span)
        case _:
            return condition


def adapts(value: Value) -> bool:
    """Tell whether the other arm of a conditional may change a value, or have it refused."""
    match value:
        case Known() | Sequence() | Mapping():
            return True
        case Choice():
            return adapts(value.then) or adapts(value.otherwise)
        case _:
            return False


def beside(value: Value, other: Value) -> Value:
    """Return an arm of a conditional in the type that both have in common.

    Beside text a number or boolean is text, beside a set a list is a set. Arms without a common
    type are refused, also the one that is not taken.
    """
    if not adapts(value) or is_refused(other):
        return value
    return beside_shape(value, shapes.shape_of(other))


def beside_shape(value: Value, theirs: Shape) -> Value:
    """Return an arm of a conditional in the type that it has in common with another shape."""
    mine = shapes.shape_of(value)
    if theirs in (mine, DYNAMIC):
        return value
    wanted = theirs if mine == DYNAMIC else shapes.common((mine, theirs))
    if wanted is None:
        return refused("the two results of a conditional have no common type", value.span)
    return convert.to_shape(value, wanted)


def both(left: Value, right: Value) -> Value:
    """Return `left && right`, false as soon as one side is."""
    match left:
        case Known(data=False):
            return left
        case Known(data=True):
            return right
        case Choice():
            return choose(
                left.condition, both(left.then, right), both(left.otherwise, right), left.span
            )
        case _:
            return right if isinstance(right, Known) and right.data is False else left


def either(left: Value, right: Value) -> Value:
    """Return `left || right`, true as soon as one side is."""
    match left:
        case Known(data=True):
            return left
        case Known(data=False):
            return right
        case Choice():
            return choose(
                left.condition, either(left.then, right), either(left.otherwise, right), left.span
            )
        case _:
            return right if isinstance(right, Known) and right.data is True else left


def negate(value: Value) -> Value:
    """Return `!value`."""
    match value:
        case Known(data=bool()):
            return Known(not value.data, value.span, value.via)
        case Choice():
            return choose(value.condition, negate(value.then), negate(value.otherwise), value.span)
        case _:
            return value


def equal(left: Value, right: Value, span: Span | None) -> Value:
    """Return `left == right`; a choice under the comparison's own name when it is open."""
    return lift([left, right], lambda sides: _equal(sides[0], sides[1], span))


def _equal(left: Value, right: Value, span: Span | None) -> Value:
    for side in (left, right):
        if isinstance(side, Unknown) and side.refused:
            return side
        if isinstance(side, Sequence | Mapping) and is_refused(side):
            return refused("something in a comparison is refused", span)
    if isinstance(left, Sequence | Mapping) and isinstance(right, Sequence | Mapping):
        if equality.of_other_types(left, right):
            return Known(False, span)
        if _order_is_open(left) or _order_is_open(right):
            return _open_equality(left, right, span)
    if left == right:
        return Known(True, span)
    match left, right:
        case (Known(), Known()):
            return Known(_same(left, right), span)
        case (
            Known(data=None),
            Reference() | Symbol() | Text() | Encoded() | Sequence() | Mapping() | Handle(),
        ):
            return Known(False, span)
        case (
            Reference() | Symbol() | Text() | Encoded() | Sequence() | Mapping() | Handle(),
            Known(data=None),
        ):
            return Known(False, span)
        case (Sequence(), Sequence()):
            if len(left.items) != len(right.items):
                return Known(False, span)
            return _all_equal(list(zip(left.items, right.items, strict=True)), span)
        case (Mapping(), Mapping()):
            if left.items.keys() != right.items.keys():
                return Known(False, span)
            return _all_equal([(left.items[k], right.items[k]) for k in left.items], span)
    if equality.same(left, right) is False:
        return Known(False, span)
    if isinstance(left, _SYMBOLIC) or isinstance(right, _SYMBOLIC):
        return _open_equality(left, right, span)
    return Known(False, span)


def _order_is_open(value: Value) -> bool:
    """Tell whether items of a set may stand anywhere, or be equal."""
    return (
        isinstance(value, Sequence)
        and value.is_set
        and len(value.items) > 1
        and not convert.is_known(value)
    )


def _same(left: Known, right: Known) -> bool:
    return left.key() == right.key()


def _all_equal(pairs: list[tuple[Value, Value]], span: Span | None) -> Value:
    result: Value = Known(True, span)
    for one, other in pairs:
        result = both(result, equal(one, other, span))
    return result


def _open_equality(left: Value, right: Value, span: Span | None) -> Value:
    if isinstance(left, Known) and not isinstance(right, Known):
        left, right = right, left
    if isinstance(right, Known) and isinstance(right.data, bool):
        decided = open_condition(left, span)
        return decided if right.data else negate(decided)
    subject, other = convert.canonical(left), convert.canonical(right)
    needs = tuple(dict.fromkeys((*needs_of(left), *needs_of(right))))
    if isinstance(right, Known):
        condition = Condition(f"{subject} == {other}", needs, subject, right.data)
    else:
        subject, other = sorted((subject, other))
        condition = Condition(f"{subject} == {other}", needs)
    return Choice(condition, Known(True, span), Known(False, span), span)


def entry(
    held: dict[str, Value] | dict[int, Value], key: Value, otherwise: Value, span: Span | None
) -> Value | None:
    """Return the choice of what an unknown key may lead to; None where that is too much."""
    if not isinstance(key, Unknown | Symbol | Text) or len(held) > _MOST_KEYS:
        return None
    result = otherwise
    pairs: list[tuple[Scalar, Value]] = [*held.items()]
    for name, value in reversed(pairs):
        result = conditional(equal(key, Known(name), span), value, result, span)
    return result


def compare(operator: str, left: Value, right: Value, span: Span | None) -> Value:
    """Return `left < right` and its like; an open comparison is a choice."""
    return lift([left, right], lambda sides: _compare(operator, sides[0], sides[1], span))


def _compare(operator: str, left: Value, right: Value, span: Span | None) -> Value:
    left, right = convert.to_number(left), convert.to_number(right)
    for side in (left, right):
        if isinstance(side, Unknown) and side.refused:
            return side
    one, other = _number(left), _number(right)
    if one is not None and other is not None:
        match operator:
            case "<":
                return Known(bigfloat.less(one, other), span)
            case "<=":
                return Known(not bigfloat.less(other, one), span)
            case ">":
                return Known(bigfloat.less(other, one), span)
            case _:
                return Known(not bigfloat.less(one, other), span)
    if not _may_be_numbers(left, right):
        return refused(f"{operator} needs numbers", span)
    bounded = _bounded(operator, left, right)
    if bounded is not None:
        return Known(bounded, span)
    # One spelling for `a < b`, `b > a` and their negations: equal questions are one condition.
    if operator in (">", "<="):
        left, right = right, left
    name = f"{convert.canonical(left)} < {convert.canonical(right)}"
    needs = tuple(dict.fromkeys((*needs_of(left), *needs_of(right))))
    condition = Condition(name, needs)
    if isinstance(right, Known):
        condition = Condition(name, needs, convert.canonical(left), right.data, "below")
    elif isinstance(left, Known):
        condition = Condition(name, needs, convert.canonical(right), left.data, "above")
    open_ = Choice(condition, Known(True, span), Known(False, span), span)
    return negate(open_) if operator in (">=", "<=") else open_


def _bounded(operator: str, left: Value, right: Value) -> bool | None:
    """Decide a comparison by the number that its unknown side is not below, if that is enough."""
    if isinstance(right, Unknown):
        operator, left, right = _MIRRORED[operator], right, left
    other = _number(right)
    if not isinstance(left, Unknown) or left.least is None or other is None:
        return None
    match operator:
        case ">":
            return True if left.least > other else None
        case ">=":
            return True if left.least >= other else None
        case "<":
            return False if left.least >= other else None
        case _:
            return False if left.least > other else None


def _may_be_numbers(left: Value, right: Value) -> bool:
    """Tell whether an operation can do with two values that are not both known numbers."""
    if any(isinstance(side, Known) and side.data is None for side in (left, right)):
        return False
    return isinstance(left, _SYMBOLIC) or isinstance(right, _SYMBOLIC)


def arithmetic(operator: str, left: Value, right: Value, span: Span | None) -> Value:
    """Return the sum, difference, product, quotient or remainder of two numbers."""
    return lift([left, right], lambda sides: _arithmetic(operator, sides[0], sides[1], span))


def negative(value: Value, span: Span | None) -> Value:
    """Return `-value`."""
    return lift([value], lambda given: _negative(given[0], span))


def _negative(value: Value, span: Span | None) -> Value:
    number = _number(convert.to_number(value))
    if number is None:
        return _arithmetic("-", Known(0, span), value, span)
    return Known(bigfloat.negative(number), span)


def _arithmetic(operator: str, left: Value, right: Value, span: Span | None) -> Value:
    left, right = convert.to_number(left), convert.to_number(right)
    for side in (left, right):
        if isinstance(side, Unknown) and side.refused:
            return side
    one, other = _number(left), _number(right)
    if one is None or other is None:
        if not _may_be_numbers(left, right):
            return refused(f"{operator} needs numbers", span)
        first = next(s for s in (left, right) if isinstance(s, _SYMBOLIC))
        name = f"({convert.canonical(left)} {operator} {convert.canonical(right)})"
        reason = first.reason if isinstance(first, Unknown) else "it is known only after deployment"
        needs = tuple(dict.fromkeys((*needs_of(left), *needs_of(right))))
        return Unknown(name, reason, span, needs=needs)
    return _calculate(operator, one, other, span)


def _calculate(operator: str, one: int | Decimal, other: int | Decimal, span: Span | None) -> Value:
    try:
        return Known(bigfloat.calculated(operator, one, other), span)
    except RefusedError as error:
        return refused(str(error), span)
    except UnsettledError as error:
        return Unknown(f"({one} {operator} {other})", error.reason, span)


def _number(value: Value) -> int | Decimal | None:
    if isinstance(value, Known) and not isinstance(value.data, bool | str):
        return value.data
    return None


def refused(reason: str, span: Span | None, *, by_value: bool = False) -> Unknown:
    """Return the value of what Terraform refuses to evaluate.

    `by_value` tells that it does for what the values come to, so only where they do.
    """
    met = said_of(reason, "", span) if by_value else None
    return Unknown(f"({reason})", reason, span, refused=True, refusal=met)
