"""Shapes: the types of Terraform's language, as far as code tells them.

A shape is "string", "number" or "bool"; "dynamic", of null; "open", of what code does not settle;
or one of the two below.

Source: Terraform language, "Types and Values" and "Type Constraints".
"""

from __future__ import annotations

from typing import TypeAlias

from trailcheck.record import NamedTuple

Shape: TypeAlias = "str | Collection | Structure"

OPEN = "open"
DYNAMIC = "dynamic"
EACH = "each"
"""Said of a sequence or mapping in which each item has a shape of its own: a tuple or object."""


class Collection(NamedTuple):
    """A "list", "set" or "map" whose elements all have one shape."""

    kind: str
    element: Shape


class Structure(NamedTuple):
    """A "tuple", or an "object" with the names of its attributes, in order."""

    kind: str
    members: tuple[Shape, ...]
    names: tuple[str, ...] = ()
