"""What the AWS provider accepts of arguments on the chain, before it asks AWS.

Source: each resource's Argument Reference (AWS provider 6), and the API references of CloudWatch
Logs (`PutRetentionPolicy`, `CreateLogGroup`) and of IAM (`CreateRole`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.operators import refused
from trailcheck.value import Choice, Known, Piece, Text, Unknown

if TYPE_CHECKING:
    from trailcheck.terraform.resource import ResourceInstance
    from trailcheck.value import Value


class _Name(NamedTuple):
    """What a name may be made of."""

    foreign: str
    """A letter that it may not hold."""
    most: int


_RETENTION = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
_ACCEPTED: dict[tuple[str, str], tuple[str | int, ...] | _Name] = {
    ("aws_cloudwatch_log_group", "retention_in_days"): _RETENTION,
    ("aws_cloudwatch_log_group", "log_group_class"): ("STANDARD", "INFREQUENT_ACCESS", "DELIVERY"),
    ("aws_cloudwatch_log_group", "name"): _Name(r"[^0-9A-Za-z_./#-]", 512),
    ("aws_iam_role", "name"): _Name(r"[^0-9A-Za-z_+=,.@-]", 64),
}


def accepted(instance: ResourceInstance, name: str, value: Value) -> Value:
    """Return the value of an argument; what the provider refuses of it for some values is refused.

    One that it refuses whatever is deployed is reported and stays, since what it says is wrong too.
    """
    rule = _ACCEPTED.get((instance.type, name))
    if rule is None or isinstance(value, Unknown):
        return value
    if not isinstance(value, Choice) and instance.exists == Known(True):
        wrong = _wrong(name, rule, value)
        if wrong is not None and wrong.span is not None:
            detail = f"It is {name} of {instance.address}."
            instance.module.tree.refuse(wrong, detail, wrong.span, sure=True)
        return value
    return lift([value], lambda v: _wrong(name, rule, v[0], by_value=True) or v[0])


def _wrong(
    name: str, rule: tuple[str | int, ...] | _Name, value: Value, *, by_value: bool = False
) -> Unknown | None:
    """Return what the provider has against a value; unknown parts of it may be anything."""
    if isinstance(value, Known) and value.data is None:
        return None
    reason = ""
    if not isinstance(rule, _Name):
        if isinstance(value, Known) and value.data not in rule:
            reason = f"{name} is {value.data}, and may be {_nearest(rule, value)}"
    elif isinstance(value, Known | Text):
        texts = (
            [p.text for p in value.parts if isinstance(p, Piece)]
            if isinstance(value, Text)
            else [str(value.data)]
        )
        foreign = next((f[0] for t in texts if (f := re.search(rule.foreign, t))), None)
        if foreign is not None:
            reason = f"{name} holds {foreign!r}, which the name of such a resource may not"
        elif sum(map(len, texts)) > rule.most:
            reason = f"{name} is longer than {rule.most} characters"
    return refused(reason, value.span, by_value=by_value) if reason else None


def _nearest(rule: tuple[str | int, ...], value: Known) -> str:
    """Name what may have been meant: the numbers on both sides of a number, or all words."""
    said = value.data
    if isinstance(said, str | bool) or said is None:
        return ", ".join(map(str, rule))
    numbers = [each for each in rule if not isinstance(each, str)]
    beside = [max((n for n in numbers if n < said), default=None)]
    beside += [min((n for n in numbers if n > said), default=None)]
    return " or ".join(str(n) for n in beside if n is not None)
