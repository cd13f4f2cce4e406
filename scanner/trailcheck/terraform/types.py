"""Type constraints of variables: conversion of what is given to what is declared.

Source: Terraform language, "Type Constraints": https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform import ast, operators
from trailcheck.terraform.config import dotted
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.lift import lift
from trailcheck.value import Known, Mapping, Sequence, Unknown

if TYPE_CHECKING:
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Value


def conform(value: Value, declared: ast.Expression | None, scope: Scope) -> Value:
    """Return `value` as the declared type wants it; a misfit is what Terraform would refuse."""
    if declared is None:
        return value
    return lift([value], lambda values: _conform(values[0], declared, scope))


def _conform(value: Value, declared: ast.Expression, scope: Scope) -> Value:
    if isinstance(value, Unknown) or (isinstance(value, Known) and value.data is None):
        return value
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
        case _:
            return value


def _collection(value: Value, declared: ast.Call, scope: Scope) -> Value:
    inner = declared.arguments[0] if declared.arguments else None
    match declared.name:
        case "list" | "set":
            return _as_sequence(value, inner, scope, is_set=declared.name == "set")
        case "map":
            if isinstance(value, Mapping):
                items = {k: conform(v, inner, scope) for k, v in value.items.items()}
                return convert.to_map(Mapping(items, value.span, value.via, value.key_spans))
            return _misfit(value, "a map")
        case "object":
            if isinstance(value, Mapping) and isinstance(inner, ast.ObjectExpression):
                return _object(value, inner, scope)
            return _misfit(value, "an object")
        case "tuple":
            if isinstance(value, Sequence) and isinstance(inner, ast.TupleExpression):
                if len(inner.items) != len(value.items):
                    return _misfit(value, f"a tuple of {len(inner.items)}")
                pairs = zip(value.items, inner.items, strict=True)
                return Sequence((conform(v, t, scope) for v, t in pairs), value.span, value.via)
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
    if is_set:
        as_set = Sequence(items, value.span, value.via, is_set=value.is_set)
        return convert.to_set(as_set)
    return convert.to_list(Sequence(items, value.span, value.via))


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
                items[name] = Known(None, value.span)
                continue
            given = default.through(wanted.span, f"default of {name}")
        items[name] = conform(given, wanted, scope)
    return Mapping(items, value.span, value.via, value.key_spans)


def _misfit(value: Value, wanted: str) -> Value:
    if isinstance(value, Known | Mapping | Sequence):
        return operators.refused(f"this should be {wanted}", value.span)
    return value
