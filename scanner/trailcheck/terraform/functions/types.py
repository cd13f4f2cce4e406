"""Conversions by name, and the functions about marks that the analysis does not follow."""

# ruff: noqa: ARG001 - every implementation has the same signature

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.base import Function, RefusedError, UnsettledError
from trailcheck.terraform.functions.kinds import is_ephemeral
from trailcheck.terraform.functions.shapes import converts, kind_of_shape
from trailcheck.value import Known, Null, Reference, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.terraform.functions.base import Call, Implementation
    from trailcheck.value import Value


def _conversion(convert_one: Callable[[Value], Value], scalar: str = "") -> Implementation:
    def apply(call: Call, arguments: list[Value]) -> Value:
        result = convert_one(arguments[0])
        if scalar and isinstance(result, Null) and not converts(result.of, scalar):
            raise RefusedError(f"this is a null of a {kind_of_shape(result.of)}")
        if scalar and isinstance(result, Known) and result.data is None:
            return Null(scalar, result.span, result.via)
        if isinstance(result, Unknown) and result.refused:
            raise RefusedError(result.reason)
        return result

    return apply


def tolist(call: Call, arguments: list[Value]) -> Value:
    """Return a list; what is not known may be a set, whose list is in another order."""
    result = _conversion(convert.to_list)(call, arguments)
    if isinstance(result, Unknown | Reference):
        raise UnsettledError(result)
    return result


def unmarked(call: Call, arguments: list[Value]) -> Value:
    """Return the argument as it is: marks such as sensitive do not change what a value says."""
    return arguments[0]


def ephemeralasnull(call: Call, arguments: list[Value]) -> Value:
    """Return null for an ephemeral value, and any other as it is."""
    if is_ephemeral(arguments[0]):
        return Known(None, call.span)
    if isinstance(arguments[0], Unknown) and arguments[0].refused:
        raise UnsettledError(arguments[0])
    return arguments[0]


def sensitive(call: Call, arguments: list[Value]) -> Value:
    """Return the argument with a step of history that says that it was marked."""
    return arguments[0].through(call.span, "marked as sensitive")


def issensitive(call: Call, arguments: list[Value]) -> Value:
    """Leave open what is marked: values do not tell, only the code of the argument may."""
    raise UnsettledError(reason="it turns on what is marked as sensitive, which is not followed")


def console_only(call: Call, arguments: list[Value]) -> Value:
    """Refuse a function that Terraform knows in its console only, or has removed."""
    raise RefusedError("the function is not available in configurations")


FUNCTIONS: dict[str, Function] = {
    "defaults": Function(console_only, 0, None, nulls=True),
    "ephemeralasnull": Function(ephemeralasnull, nulls=True, any_order=True, refused=True),
    "issensitive": Function(issensitive, nulls=True),
    "nonsensitive": Function(unmarked, nulls=True, any_order=True),
    "sensitive": Function(sensitive, nulls=True, any_order=True),
    "tobool": Function(_conversion(convert.to_bool, "bool"), nulls=True),
    "tolist": Function(tolist, nulls=True, any_order=True),
    "tomap": Function(_conversion(convert.to_map), nulls=True),
    "tonumber": Function(_conversion(convert.to_number, "number"), nulls=True),
    "toset": Function(_conversion(convert.to_set), deep=True, nulls=True, any_order=True),
    "tostring": Function(_conversion(convert.to_text, "string"), nulls=True),
    "type": Function(console_only, nulls=True),
}
