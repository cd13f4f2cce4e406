"""Type constraints of variables: conversion of what is given to what is declared.

Source: Terraform language, "Type Constraints": https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.shape import DYNAMIC, EACH, Collection, Structure
from trailcheck.terraform import ast, operators
from trailcheck.terraform.config import dotted
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.functions.setorder import listed_from
from trailcheck.value import Known, Mapping, Null, Sequence, Unknown

if TYPE_CHECKING:
    from trailcheck.shape import Shape
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Value


def conform(value: Value, declared: ast.Expression | None, scope: Scope) -> Value:
    """Return `value` as the declared type wants it; a misfit is what Terraform would refuse."""
    if declared is None:
        return value
    return lift([value], lambda values: _conform(values[0], declared, scope))


def shape_of_type(declared: ast.Expression | None) -> Shape:
    """Return the shape that a type constraint states; "dynamic" is `any`, which adapts."""
    if declared is None:
        return DYNAMIC
    if not isinstance(declared, ast.Call):
        name = dotted(declared)
        if name in {"list", "set", "map"}:
            return Collection(name, DYNAMIC)
        return name if name in {"string", "number", "bool"} else DYNAMIC
    inner = declared.arguments[0] if declared.arguments else None
    match declared.name, inner:
        case ("list" | "set" | "map" as kind, _):
            return Collection(kind, shape_of_type(inner))
        case ("object", ast.ObjectExpression()):
            members = {dotted(k) or "": shape_of_type(t) for k, t in inner.items}
            names = tuple(sorted(members))
            return Structure("object", tuple(members[n] for n in names), names)
        case ("tuple", ast.TupleExpression()):
            return Structure("tuple", tuple(map(shape_of_type, inner.items)))
        case ("optional", _):
            return shape_of_type(inner)
        case _:
            return DYNAMIC


def _conform(value: Value, declared: ast.Expression, scope: Scope) -> Value:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Known) and value.data is None:
        return convert.to_shape(value, shape_of_type(declared))
    if isinstance(declared, ast.Call):
        return _collection(value, declared, scope)
    match dotted(declared):
        case "string":
            return convert.to_text(value)
        case "number":
            return convert.to_number(value)
        case "bool":
            said = convert.to_bool(value)
            return (
                operators.open_condition(said)
                if isinstance(said, Unknown) and not said.refused
                else said
            )
        case "list" | "set":
            return _as_sequence(value, None, scope, is_set=dotted(declared) == "set")
        case "map":
            return _as_map(value, None, scope)
        case _:
            return value


def _collection(value: Value, declared: ast.Call, scope: Scope) -> Value:
    inner = declared.arguments[0] if declared.arguments else None
    match declared.name:
        case "list" | "set":
            return _as_sequence(value, inner, scope, is_set=declared.name == "set")
        case "map":
            return _as_map(value, inner, scope)
        case "object":
            if isinstance(value, Mapping) and isinstance(inner, ast.ObjectExpression):
                return _object(value, inner, scope)
            return _misfit(value, "an object")
        case "tuple":
            if isinstance(value, Sequence) and isinstance(inner, ast.TupleExpression):
                if len(inner.items) != len(value.items):
                    return _misfit(value, f"a tuple of {len(inner.items)}")
                pairs = zip(value.items, inner.items, strict=True)
                items = (conform(v, t, scope) for v, t in pairs)
                return type(value)(items, value.span, value.via, of=EACH)
            return _misfit(value, "a tuple")
        case "optional":
            return conform(value, inner, scope)
        case _:
            return value


def _as_sequence(
    value: Value, inner: ast.Expression | None, scope: Scope, *, is_set: bool
) -> Value:
    if not isinstance(value, Sequence):
        return _misfit(value, "a set" if is_set else "a list")
    items = [conform(v, inner, scope) for v in value.items]
    of = _element(inner)
    if not is_set:
        return convert.to_list(listed_from((value,), items, value.span, value.via, of=of))
    return convert.to_set(Sequence(items, value.span, value.via, is_set=value.is_set, of=of))


def _as_map(value: Value, inner: ast.Expression | None, scope: Scope) -> Value:
    if not isinstance(value, Mapping):
        return _misfit(value, "a map")
    items = {k: conform(v, inner, scope) for k, v in value.items.items()}
    of = _element(inner)
    return convert.to_map(Mapping(items, value.span, value.via, value.key_spans, of=of))


def _element(inner: ast.Expression | None) -> Shape | None:
    """Return the shape of the elements as the declaration states it, or None if they adapt."""
    shape = shape_of_type(inner)
    return None if adapts(shape) else shape


def adapts(shape: Shape) -> bool:
    """Tell whether a declared shape takes some of its parts from the values that are given."""
    match shape:
        case str():
            return shape == DYNAMIC
        case Collection():
            return adapts(shape.element)
        case Structure():
            return any(map(adapts, shape.members))
        case _:
            assert_never(shape)


def _object(value: Mapping, declared: ast.ObjectExpression, scope: Scope) -> Value:
    items: dict[str, Value] = {}
    for key, wanted in declared.items:
        name = dotted(key)
        if name is None:
            continue
        optional = isinstance(wanted, ast.Call) and wanted.name == "optional"
        given = value.items.get(name)
        default: Value | None = None
        if isinstance(wanted, ast.Call) and optional and len(wanted.arguments) > 1:
            default = evaluate(wanted.arguments[1], scope)
        if given is None and not optional:
            return operators.refused(f"the attribute {name!r} is required", value.span)
        if given is None or (
            isinstance(given, Known) and given.data is None and default is not None
        ):
            if default is None:
                items[name] = Null(shape_of_type(wanted), value.span)
                continue
            given = default.through(wanted.span, f"default of {name}")
        items[name] = conform(given, wanted, scope)
    return Mapping(items, value.span, value.via, value.key_spans, of=EACH)


def _misfit(value: Value, wanted: str) -> Value:
    if isinstance(value, Known | Mapping | Sequence):
        return operators.refused(f"this should be {wanted}", value.span)
    return value
