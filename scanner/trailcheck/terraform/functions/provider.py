"""The functions of the AWS provider: ARNs taken apart and built, roles without their path."""

# ruff: noqa: ARG001 - every implementation has the same signature

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.shape import EACH
from trailcheck.terraform.functions.arguments import chunks, joined, text_like
from trailcheck.terraform.functions.base import Function, RefusedError
from trailcheck.terraform.functions.parts import Literal, cut, find_all, parts_in
from trailcheck.terraform.functions.searching import split
from trailcheck.terraform.functions.strings import join
from trailcheck.value import Known, Mapping, Sequence, parts_of

if TYPE_CHECKING:
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Part, Value

_FIELDS = ("partition", "service", "region", "account_id", "resource")
_COLON = Known(":")


def arn_parse(call: Call, arguments: list[Value]) -> Value:
    """Return partition, service, region, account_id and resource of an ARN."""
    pieces = split(call, [_COLON, arguments[0]])
    assert isinstance(pieces, Sequence)
    if len(pieces.items) < len(_FIELDS) + 1 or pieces.items[0] != Known("arn"):
        raise RefusedError("this is no ARN")
    resource = join(call, [_COLON, Sequence(pieces.items[5:])])
    return Mapping(
        dict(zip(_FIELDS, (*pieces.items[1:5], resource), strict=True)), call.span, of=EACH
    )


def arn_build(call: Call, arguments: list[Value]) -> Value:
    """Return the ARN of partition, service, region, account_id and resource."""
    return join(call, [_COLON, Sequence((Known("arn"), *arguments))])


def trim_iam_role_path(call: Call, arguments: list[Value]) -> Value:
    """Return the ARN of a role without the path before its name."""
    value = text_like(arguments[0])
    whole = chunks(value)
    colons, slashes = find_all(whole, ":role/"), find_all(whole, "/")
    if sum(map(len, colons)) != 1:
        raise RefusedError("this is no ARN of a role")
    index = next(n for n, places in enumerate(colons) if places)
    start = whole[index]
    last = max(n for n, places in enumerate(slashes) if places)
    end = whole[last]
    assert isinstance(start, Literal)
    assert isinstance(end, Literal)
    head: list[Part] = parts_in([*whole[:index], cut(start, 0, colons[index][0] + len(":role/"))])
    tail = parts_in([cut(end, slashes[last][-1] + 1), *whole[last + 1 :]])
    made = joined([*head, *tail], value.span, value.via)
    return value if parts_of(made) == parts_of(value) else made


FUNCTIONS: dict[str, Function] = {
    "provider::aws::arn_build": Function(arn_build, 5, 5),
    "provider::aws::arn_parse": Function(arn_parse),
    "provider::aws::trim_iam_role_path": Function(trim_iam_role_path),
}
