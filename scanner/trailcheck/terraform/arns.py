"""ARNs of declared resources as text, for functions that take text apart.

A reference to an ARN stays the reference wherever it is compared: spelled out it is only where a
function could not tell what it is without the text. The name in it is the name of the resource.

Source: AWS, Service Authorization Reference, "Resource types" of each service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.functions import convert
from trailcheck.value import Choice, Known, Piece, Reference, Text, Unknown, parts_of, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.terraform.resource import ResourceInstance
    from trailcheck.value import Part, Value

_FORMS = {
    "aws_cloudwatch_log_group": ("logs", True, "log-group:"),
    "aws_cloudtrail": ("cloudtrail", True, "trail/"),
    "aws_iam_role": ("iam", False, "role"),
    "aws_iam_policy": ("iam", False, "policy"),
}
"""The service, whether the ARN has a Region, and what stands before the name (or its path)."""
_WITH_PATH = frozenset({"aws_iam_role", "aws_iam_policy"})


def spelled(value: Value, instance_at: Callable[[str], ResourceInstance | None]) -> Value | None:
    """Return text with the ARNs of declared resources spelled out; None if it has none."""
    if not isinstance(value, Reference | Text):
        return None
    found: list[Part] = []
    changed = False
    for part in parts_of(value) or ():
        instance = None
        if isinstance(part, Reference) and part.attribute == "arn":
            instance = instance_at(part.address)
        written = _written(instance) if instance is not None else None
        changed = changed or written is not None
        found += (part,) if written is None else written
    return text(found, value.span, value.via) if changed else None


def _written(instance: ResourceInstance) -> tuple[Part, ...] | None:
    form = _FORMS.get(instance.type)
    if form is None or instance.is_data:
        return None
    service, regional, before = form
    span = instance.block.header
    place = instance.provider.place
    region: Value = place.region
    if regional and (stated := instance.argument("region")) is not None and stated != Known(None):
        region = convert.to_text(stated)
    path: Value = Known("")
    if instance.type in _WITH_PATH:
        stated = instance.argument("path")
        path = Known("/") if stated is None or stated == Known(None) else convert.to_text(stated)
    name = instance.attribute("name", span)
    if not (isinstance(name, Known) and isinstance(name.data, str)):
        name = Reference(instance.address, "name", span)
    pieces: list[Value] = [Known("arn:", span), place.partition, Known(f":{service}:", span)]
    pieces += [region] if regional else []
    pieces += [Known(":", span), place.account, Known(f":{before}", span), path, name]
    parts: list[Part] = []
    for piece in pieces:
        said = None if isinstance(piece, Choice) else parts_of(piece)
        if said is None or (piece is path and isinstance(piece, Unknown)):
            return None
        parts += (Piece(p.text, p.span) if isinstance(p, Piece) else p for p in said)
    return tuple(parts)
