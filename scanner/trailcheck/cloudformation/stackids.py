"""What a stack says of itself: its name, its id, and the suffix of the names of its partition.

Source: CloudFormation User Guide, "Pseudo parameters reference": an id is an ARN,
`arn:partition:cloudformation:region:account:stack/name/guid`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import concatenate, lift, parts_of_scalar, place, spell
from trailcheck.value import Known, Symbol, Unknown

if TYPE_CHECKING:
    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.source import Span
    from trailcheck.value import Value

_NAME, _GUID = "AWS::StackName", "AWS::StackId.guid"
_SUFFIXES = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com"}
"""Of partitions whose service principals end in the same: elsewhere it stays a symbol."""


def suffix(evaluator: Evaluator, span: Span) -> Value:
    """Return `AWS::URLSuffix`, which the partition settles."""

    def of(settled: list[Value]) -> Value:
        (partition,) = settled
        said = _SUFFIXES.get(spell(partition)) if isinstance(partition, Known) else None
        return Symbol("dns_suffix", "", span) if said is None else Known(said, span)

    return lift([evaluator.place.partition], of, span)


def stack_name(evaluator: Evaluator, span: Span) -> Value:
    """Return `AWS::StackName`, if it is known."""
    name = evaluator.stack.name
    return later(evaluator, _NAME, span) if name is None else place(name, span)


def stack_id(evaluator: Evaluator, span: Span) -> Value:
    """Return `AWS::StackId`: all of it but the last part is what the stack is deployed with."""
    where = evaluator.place
    fields = [where.partition, where.region, where.account, stack_name(evaluator, span)]

    def build(settled: list[Value]) -> Value:
        groups = [parts_of_scalar(each) for each in settled]
        partition, region, account, name = (group or () for group in groups)
        guid = later(evaluator, _GUID, span)
        if not all(groups):
            return guid
        middle = concatenate([region, account], ":", span)
        stack = concatenate([parts_of_scalar(Known("stack")) or (), name, (guid,)], "/", span)
        service = parts_of_scalar(Known("cloudformation", span)) or ()
        arn = [parts_of_scalar(Known("arn", span)) or (), partition, service]
        rest = [parts_of_scalar(each) or () for each in (middle, stack)]
        return concatenate([*arn, *rest], ":", span)

    return lift(fields, build, span)


def later(evaluator: Evaluator, name: str, span: Span) -> Unknown:
    """Return what only the deployment settles."""
    asked = name.removesuffix(".guid")
    reason = f"{asked} is settled when the stack is deployed"
    prefix = evaluator.stack.prefix
    return Unknown(prefix + name, reason, span, needs=(prefix + asked,))


def is_name(evaluator: Evaluator, unknown: Unknown) -> bool:
    """Tell whether an unknown is a stack's name or the last part of its id.

    Both are made of letters, digits and hyphens.
    """
    prefix, separator, name = unknown.name.rpartition("/")
    known = f"{prefix}{separator}" in {s.prefix for s in evaluator.stack.tree.stacks.values()}
    return known and name in (_NAME, _GUID)
