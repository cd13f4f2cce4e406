"""Equality of values of which some are not known: true, false, or open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.terraform.functions.base import MOST_DEPTH
from trailcheck.terraform.functions.canonical import canonical
from trailcheck.terraform.functions.kinds import is_known
from trailcheck.terraform.functions.parts import Literal, chunks_of, letters, may_equal
from trailcheck.terraform.functions.shapes import differ, shape_of
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
    Unsorted,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.terraform.functions.parts import Chunk
    from trailcheck.value import Value

_OF_ITS_OWN = re.compile(
    r"(?:^|\.)(aws_(?:cloudwatch_log_group|iam_role|iam_policy|cloudtrail|s3_bucket|kms_key|sns_topic))"
    r"\.[\w-]+(?:\[.*\])?$"
)


def same(left: Value, right: Value, depth: int = 0) -> bool | None:
    """Tell whether two values are equal as Terraform's `==` has it; None if that is open.

    Numbers never equal text. Text with symbolic parts differs from text that it can not become;
    what is known after deployment is never null.
    """
    if depth == 0 and isinstance(left, Sequence | Mapping) and of_other_types(left, right):
        return False
    if left is right:
        return None if isinstance(left, Unknown) and left.refused else True
    match left, right:
        case (Known(), Known()):
            return left == right
        case (Unknown(least=int() as least), Known(data=int() as said)) if said < least:
            return False
        case (Known(data=int() as said), Unknown(least=int() as least)) if said < least:
            return False
        case (Choice() | Unknown(), _) | (_, Choice() | Unknown()):
            return True if canonical(left) == canonical(right) else None
        case (Sequence(), Sequence()):
            return _same_items(left, right, depth)
        case (Mapping(), Mapping()):
            if left.items.keys() != right.items.keys():
                return False
            return _all(same(v, right.items[k], depth + 1) for k, v in left.items.items())
        case (Encoded(), Encoded()) if is_known(left) and is_known(right):
            return canonical(left) == canonical(right)
        case (Sequence() | Mapping(), Known() | Text() | Symbol() | Encoded()):
            return False
        case (Known() | Text() | Symbol() | Encoded(), Sequence() | Mapping()):
            return False
        case (Sequence(), Mapping()) | (Mapping(), Sequence()):
            return False
        case (Known(), _):
            return _same_as_known(right, left)
        case (_, Known()):
            return _same_as_known(left, right)
        case (Symbol(), Symbol()):
            apart = {left.name, right.name}
            return False if apart == {"account", "region"} else left == right or None
        case _:
            if canonical(left) == canonical(right):
                return True
            return False if _of_other_resources(left, right) else None


def of_other_types(left: Value, right: Value) -> bool:
    """Tell that two values are of different types, and so never equal: a tuple and a list."""
    return differ(shape_of(left), shape_of(right))


def _of_other_resources(left: Value, right: Value) -> bool:
    """Tell that two texts differ in nothing but the resources of one root whose ARNs they hold.

    No two resources that one root manages have the same ARN: the second could not be created.
    """
    one, other = chunks_of(parts_of(left) or ()), chunks_of(parts_of(right) or ())
    if len(one) != len(other):
        return False
    apart = [(a, b) for a, b in zip(one, other, strict=True) if _said(a) != _said(b)]
    if len(apart) != 1:
        return False
    (first, second) = apart[0]
    return (
        isinstance(first, Reference)
        and isinstance(second, Reference)
        and first.attribute == second.attribute == "arn"
        and _root_of(first) == _root_of(second) is not None
    )


def _said(chunk: Chunk) -> str:
    return chunk.text if isinstance(chunk, Literal) else f"${{{canonical(chunk)}}}"


def _root_of(reference: Reference) -> str | None:
    """Return the root that manages the resource; None if its ARN may be another's as well."""
    root, _, address = reference.address.rpartition("//")
    found = _OF_ITS_OWN.search(address)
    return None if found is None or address[: found.start(1)].endswith("data.") else root


def found_in(wanted: Value, listed: Iterable[Value]) -> bool | None:
    """Tell whether `wanted` is among the items: true as soon as one equals it, open if one may."""
    open_ = False
    for item in listed:
        answer = same(wanted, item)
        if answer:
            return True
        open_ = open_ or answer is None
    return None if open_ else False


def _same_items(left: Sequence, right: Sequence, depth: int) -> bool | None:
    if depth > MOST_DEPTH:
        return None
    if left.is_set or right.is_set:
        if is_known(left) and is_known(right):
            return {canonical(i) for i in left.items} == {canonical(i) for i in right.items}
        return None
    if Unsorted in {type(left), type(right)}:
        return True if canonical(left) == canonical(right) else None
    if len(left.items) != len(right.items):
        return False
    return _all(
        same(one, other, depth + 1) for one, other in zip(left.items, right.items, strict=True)
    )


def _all(answers: Iterable[bool | None]) -> bool | None:
    result: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        result = result and answer
    return result


def _same_as_known(value: Value, known: Known) -> bool | None:
    if known.data is None:
        return False
    match value:
        case Text(parts=parts):
            if not isinstance(known.data, str):
                return False
            return None if may_equal(chunks_of(parts), known.data) else False
        case Reference() | Symbol():
            if isinstance(known.data, str):
                return None if may_equal([value], known.data) else False
            return None if letters(value) is None else False
        case Handle():
            return False
        case Encoded():
            if not isinstance(known.data, str):
                return False
            from trailcheck.terraform.functions.convert import rendered  # noqa: PLC0415 - seldom

            settled = rendered(value)
            return None if isinstance(settled, Unknown) else same(settled, known)
        case _:
            return None
