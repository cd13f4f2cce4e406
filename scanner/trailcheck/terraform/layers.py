"""Entries of a map that is merged of others, of which some are not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.value import Handle, Known, Mapping

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Unknown, Value


def entry(value: Unknown, name: str, span: Span, scope: Scope) -> Value | None:
    """Return the entry at `name` if code settles which of the maps it is taken from.

    That is the last one that holds it, where none above it may hold it too. A resource holds what
    code states of it; of what else it may hold it is asked only if nothing below could answer.
    """
    for place in range(len(value.layers) - 1, -1, -1):
        layer = value.layers[place]
        if isinstance(layer, Handle):
            below = value.layers[:place]
            if scope.states(layer, name) or not any(_may_hold(each, name) for each in below):
                return scope.attribute(layer, name, span)
            return None
        if isinstance(layer, Mapping) and name in layer.items:
            return layer.items[name]
        if _may_hold(layer, name):
            return None
    return None


def _may_hold(layer: Value, name: str) -> bool:
    match layer:
        case Known():
            return False
        case Mapping(items=held):
            # NOTE: a key that is not known stands for any.
            return name in held or any(key.startswith("${") for key in held)
        case _:
            return True
