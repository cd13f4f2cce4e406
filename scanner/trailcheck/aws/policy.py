"""IAM policy documents, as IAM would read them.

What code does not settle stays in place as a `Gap`: an unknown action list may hold any action.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from trailcheck.record import NamedTuple
from trailcheck.value import Handle, Reference, Symbol, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.aws.arn import Tokens
    from trailcheck.source import Span
    from trailcheck.value import Step, Value
    from trailcheck.world import Settled

    Settle: TypeAlias = Callable[[Value], Settled]


class Gap(NamedTuple):
    """Something that code does not settle: it may say anything."""

    reason: str
    needs: tuple[str, ...]
    span: Span | None
    via: tuple[Step, ...] = ()


class Element(NamedTuple):
    """One string of a policy: an action, a resource, a principal or a condition's value."""

    tokens: Tokens
    span: Span | None
    via: tuple[Step, ...] = ()


Item: TypeAlias = "Element | Gap"


class Principal(NamedTuple):
    """One principal: its kind ("Service", "AWS", "Federated", "*") and who."""

    kind: str
    who: Item


class Test(NamedTuple):
    """One line of a Condition: operator, key and the values that it is compared with."""

    operator: str
    key: str
    values: tuple[Item, ...]
    span: Span | None


class Statement(NamedTuple):
    """One statement. `None` marks an element that is not stated."""

    effect: str | Gap
    actions: tuple[Item, ...] | None
    not_actions: tuple[Item, ...] | None
    resources: tuple[Item, ...] | None
    not_resources: tuple[Item, ...] | None
    principals: tuple[Principal | Gap, ...] | None
    not_principals: tuple[Principal | Gap, ...] | None
    tests: tuple[Test | Gap, ...]
    span: Span | None


class Document(NamedTuple):
    """A policy document as IAM would read it."""

    statements: tuple[Statement, ...] = ()
    gaps: tuple[Gap, ...] = ()
    """Whole statements, or the whole document, that code does not settle."""
    refused: str = ""
    """Why IAM refuses the document; empty when it does not."""
    span: Span | None = None
    """The place of what is refused, else of the document."""


_SAID = {"account": "account", "region": "Region", "partition": "partition"}
"""What the command line can say of a deployment, in words."""


def gap_of(value: Unknown | Reference | Symbol | Handle, what: str = "") -> Gap:
    """Return the gap that an unsettled value leaves."""
    prefix = f"{what}: " if what else ""
    match value:
        case Unknown():
            return Gap(prefix + value.reason, value.needs or (value.name,), value.span, value.via)
        case Reference():
            name = f"{value.address}.{value.attribute}"
        case Symbol():
            name = f"the {_SAID.get(value.name, value.name)} of the deployment"
            reason = f"{prefix}{name} is not known from code"
            option = f"{name} (--{value.name})" if value.name in _SAID else name
            return Gap(reason, (option,), value.span, value.via)
        case Handle():
            name = value.address
        case _:
            assert_never(value)
    return Gap(f"{prefix}{name} is known only after deployment", (name,), value.span, value.via)


def needs_in(value: Value) -> tuple[str, ...]:
    """Return the facts that would settle a value, or the unknown parts of a text."""
    parts = value.parts if isinstance(value, Text) else (value,)
    found = [gap_of(p).needs for p in parts if isinstance(p, Unknown | Reference | Symbol)]
    return tuple(dict.fromkeys(need for needs in found for need in needs))
