"""Names and ARNs of declared resources, as far as code tells them.

A reference to a resource's ARN is written out with the name and the place that its code gives it,
so that `"${aws_cloudwatch_log_group.a.arn}:*"`, the same ARN spelled with the account's symbol, and
the same ARN as plain text are seen to be one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.arn import Opaque, joined, opaque, tokens_of
from trailcheck.graph import Kind
from trailcheck.value import Known, Reference, Unknown

if TYPE_CHECKING:
    from trailcheck.aws.arn import Token, Tokens
    from trailcheck.graph import Graph, Resource
    from trailcheck.value import Value
    from trailcheck.world import World

_NAMES = {
    Kind.LOG_GROUP: ("name", "id"),
    Kind.LOG_STREAM: ("name", "id"),
    Kind.ROLE: ("name", "id"),
    Kind.TRAIL: ("name",),
    Kind.MANAGED_POLICY: ("name",),
    Kind.INLINE_POLICY: ("name",),
}
"""Attributes that are the name. (Terraform's `id` of a role, log group or stream is its name.)"""

_ARNS = {
    Kind.LOG_GROUP: ("arn",),
    Kind.LOG_STREAM: ("arn",),
    Kind.ROLE: ("arn",),
    Kind.TRAIL: ("arn", "id"),
    Kind.MANAGED_POLICY: ("arn", "id"),
}


class Naming:
    """Names and ARNs in one world; every answer is kept."""

    __slots__ = ("_arns", "_names", "graph", "world")

    def __init__(self, graph: Graph, world: World) -> None:
        """Answer for the resources of `graph` in `world`."""
        self.graph = graph
        self.world = world
        self._names: dict[str, Tokens] = {}
        self._arns: dict[str, Tokens] = {}

    def expand(self, value: Value, *, name: bool = False) -> Tokens | None:
        """Return the tokens of a text-like value with its references written out."""
        tokens = tokens_of(self.world.settle(value), name=name)
        return None if tokens is None else self.written_out(tokens)

    def written_out(self, tokens: Tokens) -> Tokens:
        """Write out the references in tokens."""
        if all(isinstance(t, str) for t in tokens):
            return tokens
        found: list[Token] = []
        for token in tokens:
            known = self._of_reference(token) if isinstance(token, Opaque) else None
            found.extend((token,) if known is None else known)
        return joined(found)

    def _of_reference(self, token: Opaque) -> Tokens | None:
        reference = token.value
        if not isinstance(reference, Reference):
            return None
        resource = self.graph.resource(reference.address)
        if resource is None:
            return None
        if reference.attribute in _NAMES.get(resource.kind, ()):
            return self.name(resource)
        if reference.attribute in _ARNS.get(resource.kind, ()):
            return self.arn(resource)
        return None

    def name(self, resource: Resource) -> Tokens:
        """Return the name of a resource; one that is made up is a token of its own."""
        found = self._names.get(resource.address)
        if found is None:
            made_up: Tokens = (opaque(_made_up(resource)),)
            # NOTE: for the name that is made of itself; a Fork on the way must leave no trace.
            self._names[resource.address] = made_up
            try:
                found = self._name(resource, made_up)
            except BaseException:
                del self._names[resource.address]
                raise
            self._names[resource.address] = found
        return found

    def _name(self, resource: Resource, made_up: Tokens) -> Tokens:
        stated = self.world.settle(resource.get("name").value)
        if not (isinstance(stated, Known) and stated.data in (None, "")):
            tokens = self.expand(stated, name=True)
            return made_up if tokens is None else tokens
        if resource.kind is Kind.LOG_GROUP:
            prefix = self.world.settle(resource.get("name_prefix").value)
            tokens = tokens_of(prefix, name=True)
            if tokens and not isinstance(prefix, Unknown):
                return joined((*self.written_out(tokens), *made_up))
        return made_up

    def generated(self, resource: Resource) -> bool:
        """Tell whether nobody but AWS or Terraform chooses the name."""
        own = self.name(resource)
        last = own[-1] if own else ""
        return isinstance(last, Opaque) and last.value == _made_up(resource)

    def arn(self, resource: Resource) -> Tokens:
        """Return the ARN of a log group (without `:*`), stream, role, policy or trail."""
        found = self._arns.get(resource.address)
        if found is None:
            # NOTE: for the ARN that is made of itself, by way of its provider's Region.
            self._arns[resource.address] = (opaque(_made_up(resource)),)
            try:
                found = joined(self._arn(resource))
            except BaseException:
                del self._arns[resource.address]
                raise
            self._arns[resource.address] = found
        return found

    def _arn(self, resource: Resource) -> list[Token]:
        place = resource.place
        partition, region, account = (
            self.expand(v, name=True) or () for v in (place.partition, place.region, place.account)
        )
        name = self.name(resource)
        match resource.kind:
            case Kind.LOG_GROUP:
                return [
                    *("arn:", *partition, ":logs:", *region, ":", *account, ":log-group:"),
                    *name,
                ]
            case Kind.LOG_STREAM:
                group = self.expand(resource.get("log_group").value, name=True) or ()
                return [
                    *("arn:", *partition, ":logs:", *region, ":", *account, ":log-group:"),
                    *(*group, ":log-stream:", *name),
                ]
            case Kind.TRAIL:
                return [
                    *("arn:", *partition, ":cloudtrail:", *region, ":", *account, ":trail/"),
                    *name,
                ]
            case _:
                word = "role" if resource.kind is Kind.ROLE else "policy"
                path = self.expand(resource.get("path").value, name=True) or ("/",)
                return [*("arn:", *partition, ":iam::", *account, ":", word), *path, *name]


def _made_up(resource: Resource) -> Reference:
    """Return what stands for a name, or the rest of one, that AWS or Terraform makes up."""
    return Reference(resource.address, "generated_name")
