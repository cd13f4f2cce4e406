"""The ARNs of declared resources, spelled out so that they can be split.

(Service Authorization Reference, "Resource types defined by" each service.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import stackids
from trailcheck.cloudformation.functions import concatenate, each_branch, lift, parts_of_scalar
from trailcheck.cloudformation.references import name_of
from trailcheck.cloudformation.resources import KINDS
from trailcheck.graph import Kind
from trailcheck.relocation import SEPARATOR
from trailcheck.value import Known, Reference, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.source import Span
    from trailcheck.value import Part, Value

_GLOBAL = {Kind.MANAGED_POLICY: "policy", Kind.ROLE: "role"}
"""Kinds of IAM, whose ARNs have no Region but a path."""

_REGIONAL = {
    Kind.LOG_GROUP: ("logs", "log-group:"),
    Kind.TOPIC: ("sns", ""),
    Kind.TRAIL: ("cloudtrail", "trail/"),
}
"""Service and word of the kinds whose ARNs have a Region."""

_IN_NO_NAME = frozenset(":*?<>|\"' ")
"""Characters that no name may hold which AWS takes."""

_SLASHED = frozenset({Kind.LOG_GROUP, Kind.LOG_STREAM})
"""Kinds whose names may hold a slash, of those that a chain has."""


def whole(evaluator: Evaluator, delimiter: str) -> Callable[[Reference | Unknown], bool]:
    """Return what tells whether a reference is to a name that a delimiter never splits.

    So are the name of a stack and the last part of its id.
    """

    def test(reference: Reference | Unknown) -> bool:
        if isinstance(reference, Unknown):
            own = stackids.is_name(evaluator, reference)
            return own and _IN_NO_NAME | {"/"} >= set(delimiter)
        if reference.attribute != "name":
            return False
        if _IN_NO_NAME.issuperset(delimiter):
            return True
        found = evaluator.stack.tree.declared(reference.address)
        kind = KINDS.get(found[1].type) if found is not None else None
        return kind is not None and kind not in _SLASHED and _IN_NO_NAME | {"/"} >= set(delimiter)

    return test


def spelled(evaluator: Evaluator, value: Value, span: Span) -> Value:
    """Return a text in which the ARNs of declared resources are spelled out.

    What comes out turns on what their names turn on.
    """
    parts = parts_of_scalar(value)
    if parts is None or not any(isinstance(part, Reference) for part in parts):
        return value
    groups: list[list[Value] | tuple[Part, ...]] = []
    for part in parts:
        fields = _fields(evaluator, part) if isinstance(part, Reference) else None
        groups.append((part,) if fields is None else fields)
    turning = [field for group in groups if isinstance(group, list) for field in group]

    def build(settled: list[Value]) -> Value:
        rest = iter(settled)
        found: list[tuple[Part, ...]] = []
        for group in groups:
            if isinstance(group, tuple):
                found.append(group)
                continue
            known = [parts_of_scalar(next(rest)) for _ in group]
            if any(each is None for each in known):
                return value
            found += [each for each in known if each is not None]
        said = concatenate(found, "", span)
        for step in value.via:
            said = said.through(step.span, step.note)
        return said

    return lift(turning, build, span)


def _fields(evaluator: Evaluator, reference: Reference) -> list[Value] | None:
    """Return what an ARN is made of, or None if the reference is to no such ARN."""
    root, separator, rest = reference.address.partition(SEPARATOR)
    if separator:
        other = evaluator.stack.tree.joined.get(root)
        if other is None or other.top is None:
            return None
        there = Reference(rest, reference.attribute, reference.span)
        fields = _fields(other.top.evaluator, there)
        move = evaluator.stack.tree.exports.move(other, evaluator.stack.tree)
        return fields and [move.value(field) for field in fields]
    found = evaluator.stack.tree.declared(reference.address)
    if found is None or reference.attribute != "arn":
        return None
    owner, declared = found
    kind, span = KINDS.get(declared.type), reference.span or declared.id_span
    where = owner.place
    if kind in _GLOBAL:
        start = [Known("arn:", span), where.partition, Known(":iam::", span), where.account]
        return [
            *start,
            Known(f":{_GLOBAL[kind]}", span),
            _path(owner, declared, span),
            _name(owner, declared, span),
        ]
    if kind is Kind.BUCKET:
        start = [Known("arn:", span), where.partition, Known(":s3:::", span)]
        return [*start, _name(owner, declared, span)]
    if kind in _REGIONAL:
        service, word = _REGIONAL[kind]
        start = [Known("arn:", span), where.partition, Known(f":{service}:", span), where.region]
        return [
            *start,
            Known(":", span),
            where.account,
            Known(f":{word}", span),
            _name(owner, declared, span),
        ]
    return None


def _name(evaluator: Evaluator, declared: Declaration, span: Span) -> Value:
    """Return the name of a resource, whole where something in it is not known.

    What is unknown in a name holds no more than names may hold.
    """
    reference = Reference(evaluator.stack.prefix + declared.id, "name", span)

    def known(value: Value) -> Value:
        parts = parts_of_scalar(value) or ()
        return reference if any(isinstance(part, Unknown) for part in parts) else value

    return each_branch(name_of(evaluator, declared, span), known)


def _path(evaluator: Evaluator, declared: Declaration, span: Span) -> Value:
    """Return the path of a role or policy: between slashes, and one slash by default."""
    node = declared.properties.get("Path") if declared.properties is not None else None
    stated = None if node is None else evaluator.within(declared.names).value(node)
    if stated is None or (isinstance(stated, Known) and stated.data is None):
        return Known("/", span)
    return stated
