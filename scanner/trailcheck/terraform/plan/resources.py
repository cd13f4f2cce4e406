"""The resources of a plan as the graph has them.

An attribute is what the plan says that it will be. What is known after apply only is read from the
configuration beside the plan, or else from what the plan tells of its references.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from trailcheck.graph import Attribute, Place, Resource
from trailcheck.terraform.functions import convert
from trailcheck.terraform.plan.document import alike, as_object, as_objects, is_unknown
from trailcheck.terraform.plan.references import plain
from trailcheck.terraform.providers import ROLES, account_in
from trailcheck.terraform.resources import TYPES, Argument, Blocks, Single, place_of, renamed
from trailcheck.value import NULL, Encoded, Known, Sequence, Symbol, Unknown

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform.plan.document import Json, PlanDocument, Planned
    from trailcheck.terraform.plan.places import Places
    from trailcheck.terraform.plan.references import References
    from trailcheck.terraform.plan.source import Configuration
    from trailcheck.value import Value

_READ_BACK = frozenset({"managed_policy_arns", "inline_policy"})
"""Arguments that the provider fills with what it finds where they are not stated."""
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]+")
_OF_DEPLOYMENT = {
    "aws_caller_identity": "account_id",
    "aws_partition": "partition",
    "aws_region": "id",
}
"""Data sources that tell where a provider deploys to."""
_CREDENTIALS = (
    "profile",
    "access_key",
    "shared_credentials_files",
    "shared_credentials_file",
    "shared_config_files",
    "allowed_account_ids",
    "assume_role",
)


class Resources:
    """Makes the graph's resources out of one plan."""

    def __init__(
        self,
        root: str,
        plan: PlanDocument,
        places: Places,
        references: References,
        beside: Configuration | None,
    ) -> None:
        """Read `plan`, with the configuration beside it where there is one."""
        self.root = root
        self.plan = plan
        self.places = places
        self.references = references
        self.beside = beside
        self.used_source = False
        """Whether a value known after apply was read from the configuration."""
        self._found_places: dict[str, dict[str, str]] | None = None
        self._regions: dict[str, str] = {}

    def resource(self, instance: Planned) -> Resource:
        """Return one instance."""
        twin = self.beside.resource(instance) if self.beside is not None else None
        declared = TYPES[instance.type]
        return Resource(
            address=instance.address,
            kind=declared.kind,
            type=instance.type,
            root=self.root,
            span=twin.span if twin is not None else self.places.resource(instance.address),
            load=lambda name: self._load(instance, declared.attributes[name], name, twin),
            place=self.place(instance),
            external=instance.data,
        )

    def _load(
        self,
        instance: Planned,
        source: Argument | Single | Blocks,
        name: str,
        twin: Resource | None,
    ) -> Attribute:
        written = twin.get(name) if twin is not None else None
        argument = source.name
        span = (
            written.span
            if written is not None
            else self.places.argument(instance.address, argument)
        )
        default = source.absent if isinstance(source, Blocks) else NULL
        default = source.default if isinstance(source, Argument) else default
        mark = instance.unknown.get(argument)
        stated = argument in self.plan.expressions(instance) or (
            written is not None and written.stated
        )
        if instance.data:
            return self._looked_up(instance, source, written, span)
        if mark is True and not stated:
            return Attribute(default, span, stated=False)  # The provider makes it up.
        if is_unknown(mark):
            if written is not None and not isinstance(written.value, Unknown):
                self.used_source = True
                return written
            return Attribute(
                self._shaped(self._fed(instance, argument, span), source), span, stated=True
            )
        if argument in _READ_BACK and not stated and not instance.created:
            return self._read_back(instance, source, span)
        said = instance.values.get(argument)
        if said is None or (isinstance(source, Blocks) and said == []):
            return Attribute(default, span, stated=False)
        value = self._shaped(_at(plain(said), span), source)
        if written is not None and _same(written.value, value):
            return written
        return Attribute(value, span, stated=True)

    def _shaped(self, value: Value, source: Argument | Single | Blocks) -> Value:
        match source:
            case Single():
                return Sequence((value,), value.span)
            case Blocks():
                return renamed(value, source.names, source.defaults)
            case Argument(type="bool"):
                return convert.to_bool(value)
            case Argument(type="number"):
                return convert.to_number(value)
            case Argument(type="text"):
                return convert.to_text(value)
            case _:
                return value

    def _fed(self, instance: Planned, argument: str, span: Span) -> Value:
        return _at(self.references.argument(instance, argument), span)

    def _read_back(
        self, instance: Planned, source: Argument | Single | Blocks, span: Span
    ) -> Attribute:
        """Return an argument that the configuration does not state, or in a dynamic block."""
        absent = Attribute(
            source.absent if isinstance(source, Blocks) else NULL, span, stated=False
        )
        if not isinstance(source, Blocks) or self.beside is not None:
            return absent
        names = [row.get("name") for row in as_objects(instance.values.get(source.name))]
        others = [
            other.values.get("name")
            for other in self.plan.instances.values()
            if other.type == "aws_iam_role_policy"
        ]
        if all(name in others for name in names):
            return absent
        if all(name is not None and name in names for name in others):
            # It is on the role either way, and what it would exclude is not there.
            rows = self._shaped(_at(plain(instance.values.get(source.name)), span), source)
            return Attribute(rows, span, stated=True)
        what = f"{instance.address}.{source.name}"
        reason = f"a plan does not tell whether {what} is stated or read back"
        return Attribute(Unknown(what, reason, span, needs=(what,)), span, stated=True)

    def _looked_up(
        self,
        instance: Planned,
        source: Argument | Single | Blocks,
        written: Attribute | None,
        span: Span,
    ) -> Attribute:
        said = instance.values.get(source.name)
        if source.name in ("name", "arn") and isinstance(said, str):
            if written is not None and written.value == Known(said):
                return written
            return Attribute(Known(said, span), span, stated=True)
        address = f"{instance.address}.{source.name or 'roles'}"
        reason = f"{instance.address} is declared elsewhere"
        return Attribute(Unknown(address, reason, span, needs=(address,)), span, stated=False)

    # --- places -----------------------------------------------------------------------------------

    def place(self, instance: Planned) -> Place:
        """Return where an instance is deployed to."""
        key = self._key(instance)
        twin = self.beside.instance(instance) if self.beside is not None else None
        place = place_of(twin) if twin is not None else self._provider(key)
        said = self._looked_up_places().get(self._credentials(key), {})
        if account := said.get("aws_caller_identity"):
            place = place._replace(account=Known(account))
        if partition := said.get("aws_partition"):
            place = place._replace(partition=Known(partition))
        stated = instance.values.get("region")
        if isinstance(stated, str) and stated and not instance.type.startswith("aws_iam_"):
            return place._replace(region=Known(stated))
        region = self._regions.get(key)
        return place._replace(region=Known(region)) if region is not None else place

    def _looked_up_places(self) -> dict[str, dict[str, str]]:
        """Return what the plan's data sources found of each account, by its credentials."""
        if self._found_places is None:
            self._found_places = {}
            for instance in self.plan.instances.values():
                name = _OF_DEPLOYMENT.get(instance.type) if instance.data else None
                said = instance.values.get(name) if name is not None else None
                if isinstance(said, str) and said:
                    key = self._key(instance)
                    if instance.type == "aws_region":
                        if not self.plan.expressions(instance):
                            self._regions[key] = said
                    else:
                        found = self._found_places.setdefault(self._credentials(key), {})
                        found.setdefault(instance.type, said)
        return self._found_places

    def _key(self, instance: Planned) -> str:
        key = self.plan.declared(instance).get("provider_config_key")
        return key if isinstance(key, str) else "aws"

    def _provider(self, key: str) -> Place:
        provider = self.plan.providers.get(key, {})
        scope = ""
        if (alias := provider.get("alias")) and self._credentials(key) != self._credentials("aws"):
            scope = f"aws.{alias}"
        region: Value = Symbol("region", scope)
        said = self._said(as_object(as_object(provider.get("expressions")).get("region")), provider)
        if isinstance(said, str) and _REGION.fullmatch(said):
            region = Known(said)
        account = self._account(provider)
        place = Place(Symbol("account", scope), region, Symbol("partition"))
        return place if account is None else place._replace(account=Known(account))

    def _account(self, provider: dict[str, Json]) -> str | None:
        """Return the account that a provider's role is in, or the only one that it allows."""
        expressions = as_object(provider.get("expressions"))
        for blocks in ROLES:
            # NOTE: several are assumed one after the other; the last one's account is it.
            for row in list(as_objects(expressions.get(blocks)))[-1:]:
                said = self._said(as_object(row.get("role_arn")), provider)
                account = account_in(said) if isinstance(said, str) else None
                if account is not None:
                    return account
        allowed = self._said(as_object(expressions.get("allowed_account_ids")), provider)
        match allowed:
            case [str(one)]:
                return one
            case _:
                return None

    def _said(self, expression: dict[str, Json], provider: dict[str, Json]) -> Json:
        """Return what an argument of a provider is: a constant, or a variable of the root."""
        references = expression.get("references")
        if isinstance(references, list) and not provider.get("module_address"):
            named = [r for r in references if isinstance(r, str)]
            if len(named) == 1 and named[0].startswith("var."):
                return self.plan.variables.get(named[0].removeprefix("var."))
        return expression.get("constant_value")

    def _credentials(self, key: str) -> str:
        said = as_object(self.plan.providers.get(key, {}).get("expressions"))
        return json.dumps([said.get(n) for n in _CREDENTIALS], sort_keys=True, default=str)


def _at(value: Value, span: Span) -> Value:
    """Return a value of the plan, which has no place of its own, as standing at `span`."""
    if isinstance(value, Encoded):
        return Encoded(value.value, span)
    if value.span is None and not value.via:
        value.span = span
    return value


def _same(written: Value, planned: Value) -> bool:
    """Tell whether the configuration's value, which has better places, is what the plan says."""
    if written == planned:
        return True
    if isinstance(written, Sequence) and isinstance(planned, Sequence):
        pairs = zip(written.items, planned.items, strict=False)
        return len(written.items) == len(planned.items) and all(_same(a, b) for a, b in pairs)
    if not (isinstance(planned, Known) and isinstance(planned.data, str)):
        return False
    if not isinstance(written, Encoded) or not convert.is_known(written):
        return False
    try:
        decoded = json.loads(planned.data)
        return alike(_unlisted(convert.plain(written.value)), _unlisted(decoded))
    except (ValueError, RecursionError):
        return False


def _unlisted(policy: object) -> object:
    """Return a policy with its lists of one item as that item, which IAM takes for the same."""
    match policy:
        case list() if len(policy) == 1:
            return _unlisted(policy[0])
        case list():
            return [_unlisted(item) for item in policy]
        case dict():
            return {key: _unlisted(item) for key, item in policy.items()}
        case _:
            return policy
