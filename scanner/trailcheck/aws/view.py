"""A resource read in one world, with typed questions to it: log groups and roles among them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from trailcheck.aws import iam
from trailcheck.aws.grants import Grants, existing
from trailcheck.aws.policy import Document, Gap, gap_of, needs_in
from trailcheck.aws.policy_reader import read
from trailcheck.condition import Condition
from trailcheck.graph import Dialect
from trailcheck.value import Handle, Known, Reference, Symbol, Unknown
from trailcheck.verdict import Evidence

if TYPE_CHECKING:
    from trailcheck.aws.arn import Tokens
    from trailcheck.aws.naming import Naming
    from trailcheck.condition import Relation, Scalar
    from trailcheck.graph import Attribute, Resource
    from trailcheck.world import Settled


class View:
    """One resource in one world."""

    def __init__(self, resource: Resource, naming: Naming) -> None:
        """Read `resource` through `naming`."""
        self.resource = resource
        self.naming = naming

    def __str__(self) -> str:
        return self.resource.address

    @property
    def address(self) -> str:
        """The address of the resource."""
        return self.resource.address

    @cached_property
    def exists(self) -> bool | Gap:
        """Whether it is created in this world, or why that is not known."""
        return existing(self.naming, self.resource)

    def value(self, name: str) -> Settled:
        """Return an attribute as it is in this world."""
        return self.naming.world.settle(self.resource.get(name).value)

    def drifts(self, name: str) -> bool:
        """Tell whether Terraform ignores changes of an attribute: code does not settle it then."""
        return name in self.resource.ignored_changes or "all" in self.resource.ignored_changes

    def at(self, name: str, note: str) -> tuple[Evidence, ...]:
        """Return the place of an attribute's value, with the steps that it came through."""
        attribute = self.resource.get(name)
        return evidence_of(attribute, self.naming.world.settle(attribute.value), note)

    def here(self, note: str = "") -> Evidence:
        """Return the place of the resource itself."""
        return Evidence(note or f"the {self.resource.kind.value}", self.resource.span)

    def flag(self, name: str) -> bool | Gap:
        """Return a boolean attribute, or why it is not known; null and absent are false."""
        value = self.value(name)
        match value:
            case Known(data=bool()):
                return bool(value.data)
            case Known(data=str()):
                return str(value.data).lower() == "true"
            case Known(data=None):
                return False
            case Unknown() if (said := self._demanded(value)) is not None:
                return said
            case Unknown() | Reference() | Symbol() | Handle():
                return gap_of(value)
            case _:
                what = f"{name.replace('_', ' ')} is not a boolean"
                return Gap(what, needs_in(value), value.span, value.via)

    def _demanded(self, value: Unknown) -> bool | None:
        """Return what an unknown boolean has to be for anything to be deployed."""
        true = Condition(value.name, value.needs, value.name, literal=True)
        return self.naming.world.settled(true)


class LogGroup(View):
    """A log group."""

    @property
    def tokens(self) -> Tokens:
        """Its ARN, without `:*`."""
        return self.naming.arn(self.resource)

    @property
    def name(self) -> Tokens:
        """Its name."""
        return self.naming.name(self.resource)

    @property
    def retention_ignored(self) -> bool:
        """Whether Terraform lets the retention drift from what the code says."""
        ignored = self.resource.ignored_changes
        return any(name in ignored for name in ("all", "retention_days", "retention_in_days"))

    @property
    def passes_on(self) -> bool:
        """Whether its class keeps records only until they are passed on, whatever the retention.

        (CloudWatch Logs user guide, "Log classes": the class DELIVERY.)
        """
        stated = self.value("class")
        return isinstance(stated, Known) and stated.data == "DELIVERY"

    @property
    def retention(self) -> int | str | None:
        """Days that it keeps records, or "never" (expires); None where code does not settle it."""
        if self.resource.external or self.retention_ignored:
            return None
        if self.passes_on:
            return 1
        value = self.value("retention_days")
        if not isinstance(value, Known) or isinstance(value.data, bool):
            return None
        if value.data is None or value.data == "":
            return "never"
        try:
            days = int(str(value.data))
        except ValueError:
            return None
        if not days and self.resource.dialect is Dialect.CLOUDFORMATION:
            # NOTE: only an absent RetentionInDays means never; CloudFormation refuses a stated 0.
            return 0 if value.span is not None else "never"
        return days or "never"

    def keeps(self, days: int) -> bool | None:
        """Tell whether an unknown retention has to be that long, or may not be; None if open."""
        value = self.value("retention_days")
        if not isinstance(value, Unknown) or self.retention_ignored:
            return None

        def is_(relation: Relation, literal: Scalar) -> Condition:
            name = f"{value.name} {relation} {literal}"
            return Condition(name, value.needs, value.name, literal, relation)

        world, zero, null = self.naming.world, is_("is", 0), is_("is", None)
        # Days are whole: what is not above 364 is short, and what is not below 365 is long.
        short = world.possible((zero, False), (null, False), (is_("above", days - 1), False))
        long = world.possible((zero, False), (null, False), (is_("below", days), False))
        # NOTE: CloudFormation refuses a stated 0 and a null.
        never = self.resource.dialect is not Dialect.CLOUDFORMATION and (
            world.possible((zero, True)) or world.possible((null, True))
        )
        return None if short == (long or never) else not short


class Role(View):
    """An IAM role."""

    @cached_property
    def grants(self) -> Grants:
        """Its policies."""
        return Grants(self.resource, self.naming)

    @cached_property
    def trust(self) -> Document:
        """Its trust policy."""
        return read(self.resource.get("trust_policy").value, self.naming.world.settle, trust=True)

    @cached_property
    def trust_policy(self) -> iam.Policy:
        """Its trust policy as the evaluator takes it."""
        where = (*self.at("trust_policy", "the trust policy"), self.here())
        return iam.Policy(f"the trust policy of {self}", self.trust, where)


def evidence_of(attribute: Attribute, value: Settled, note: str) -> tuple[Evidence, ...]:
    """Return the tightest place of a value, then the steps to the argument, then the argument."""
    if not attribute.stated:
        return (Evidence(note, attribute.span),)
    found = [Evidence(note, value.span or attribute.span)]
    found += [Evidence(step.note, step.span) for step in value.via if step.note]
    if value.span is not None and not _within(value, attribute):
        found.append(Evidence("used here", attribute.span))
    return iam.unique(found)


def _within(value: Settled, attribute: Attribute) -> bool:
    inner, outer = value.span, attribute.span
    return (
        inner is not None
        and inner.source is outer.source
        and outer.start <= inner.start
        and inner.end <= outer.end
    )
