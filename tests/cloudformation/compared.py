"""What trailcheck says of a stack, in the words of an engine that created it, and what differs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, assert_never

from cloudformation.engine import ACCOUNT, REGION, Attached
from cloudformation.texts import as_texts, stored
from cloudformation.vocabulary import MEANING, meant
from trailcheck.aws.arn import literal
from trailcheck.aws.grants import Grants
from trailcheck.aws.naming import Naming
from trailcheck.cloudformation.conditions import FALSE, TRUE
from trailcheck.cloudformation.functions import spell
from trailcheck.cloudformation.references import exists
from trailcheck.cloudformation.resources import NAMES
from trailcheck.cloudformation.schemas import SCHEMAS
from trailcheck.graph import Place
from trailcheck.relocation import SEPARATOR
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
)
from trailcheck.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudformation.engine import Made
    from trailcheck.cloudformation.reader import Reading
    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.graph import Resource
    from trailcheck.value import Part, Value

Others: TypeAlias = "dict[str, tuple[Reading, Made]]"
"""Other roots by their paths: what is imported from them, or given by them, stands in a graph."""

HERE = Place(Known(ACCOUNT), Known(REGION), Known("aws"))


class Difference(NamedTuple):
    """One place of a template where the two do not say the same."""

    address: str
    path: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        return f"{self.address} {self.path}: {self.ours!r}, and the engine says {self.theirs!r}"


class OpenError(Exception):
    """A value that code does not settle; says which."""


class Rendered:
    """The values of one reading with what the engine made put in for what only it knows."""

    def __init__(self, reading: Reading, made: Made, others: Others | None = None) -> None:
        self.reading = reading
        self.made = made
        self.others = others or {}

    def plain(self, value: Value) -> Any:  # noqa: ANN401 - JSON
        """Return a value as JSON of texts. Raises OpenError where code does not settle it."""
        match value:
            case Known(data=None):
                return None
            case Known():
                return spell(value)
            case Text():
                return "".join(self._part(part) for part in value.parts)
            case Sequence():
                return [self.plain(item) for item in value.items]
            case Mapping():
                return {key: self.plain(item) for key, item in value.items.items()}
            case Encoded():
                return _Encoded(self.plain(value.value))
            case Reference() | Symbol() | Unknown():
                return self._later(value)
            case Handle() | Choice():
                raise OpenError(str(value))
            case _:
                assert_never(value)

    def _part(self, part: Part) -> str:
        return part.text if isinstance(part, Piece) else str(self._later(part))

    def _later(self, value: Reference | Symbol | Unknown) -> Any:  # noqa: ANN401 - JSON
        match value:
            case Symbol(name="dns_suffix"):
                return "amazonaws.com"
            case Symbol():
                raise OpenError(str(value))
            case Unknown():
                return self._unknown(value)
            case Reference():
                return self._of_resource(value.address, value.attribute)
            case _:
                assert_never(value)

    def _of_resource(self, address: str, attribute: str) -> Any:  # noqa: ANN401 - JSON
        """Return an attribute that the graph names, of what the engine made."""
        root, separator, rest = address.partition(SEPARATOR)
        if separator:
            return Rendered(*self.others[root])._of_resource(rest, attribute)
        found = self.reading.root.tree.declared(address)
        if found is None or address not in self.made.ids:
            raise OpenError(f"{address} is not created")
        kind = found[1].type
        given = SCHEMAS[kind]["ref"] if kind in SCHEMAS else ""
        if attribute == "arn" and not given.endswith("Arn"):
            said = self.made.attribute(address, "Arn")
            # The graph's ARN of a log group is without the `:*` that CloudFormation adds.
            return said.removesuffix(":*") if kind == "AWS::Logs::LogGroup" else said
        if attribute in ("arn", "id") or (attribute == "name" and given == NAMES.get(kind)):
            return self.made.ids[address]
        return self.made.attribute(address, NAMES[kind] if attribute == "name" else attribute)

    def _unknown(self, value: Unknown) -> Any:  # noqa: ANN401 - JSON
        """Return what only the engine knows: its own names, and answers of custom resources."""
        root, separator, name = value.name.rpartition(SEPARATOR)
        if separator:
            return Rendered(*self.others[root])._unknown(Unknown(name, value.reason))
        if name == "AWS::StackName":
            return self.made.name
        if name == "AWS::StackId.guid":
            return self.made.id.rpartition("/")[2]
        if name.startswith("parameter ") and "Systems Manager" in value.reason:
            return stored(name.removeprefix("parameter "))
        if name.startswith("{{resolve:"):
            return name
        address, _, attribute = name.partition(".")
        if address in self.made.ids:
            return self.made.attribute(address, attribute)
        raise OpenError(f"{name}: {value.reason}")


class _Encoded(NamedTuple):
    """JSON that stands as text."""

    value: Any


def differences(reading: Reading, made: Made, others: Others | None = None) -> Iterator[Difference]:
    """Yield every place where a reading and what an engine made of its template differ."""
    rendered = Rendered(reading, made, others)
    for stack in reading.root.tree.stacks.values():
        if stack.exists == TRUE:
            yield from _of_stack(rendered, stack)
    yield from _of_graph(rendered)
    top = reading.root.tree.top
    assert top is not None
    for name, (member, _) in top.template.outputs.items():
        if name in made.outputs:
            value = top.output(name, top.evaluator, member.key_span)
            yield from _compared(rendered, value, made.outputs[name], "output", name)


def _of_stack(rendered: Rendered, stack: Stack) -> Iterator[Difference]:
    for declared in list(stack.template.resources.values()):
        address, evaluator = stack.prefix + declared.id, stack.evaluator.within(declared.names)
        theirs = rendered.made.properties.get(address)
        created = exists(stack.evaluator, declared)
        if created not in (TRUE, FALSE) or (created == TRUE) != (theirs is not None):
            yield Difference(address, "exists", created, theirs is not None)
        elif theirs is not None and declared.properties is not None:
            ours = evaluator.value(declared.properties)
            yield from _compared(rendered, ours, theirs, address, "")


def _of_graph(rendered: Rendered) -> Iterator[Difference]:
    """Yield where an attribute of the graph is not what the engine's property says.

    No Lambda runs in the engine, so that nothing there sets the retention of a group.
    """
    stacks = rendered.reading.root.tree.stacks.values()
    types = {declared.type for stack in stacks for declared in stack.template.resources.values()}
    kept = "Custom::LogRetention" in types
    for address, resource in rendered.reading.root.resources.items():
        theirs = rendered.made.properties.get(address)
        for name, said in MEANING.get(resource.type, {}).items():
            if theirs is not None and not (kept and name == "retention_days"):
                ours = resource.get(name).value
                yield from _compared(rendered, ours, meant(said, theirs), address, f"({name})")


def _compared(
    rendered: Rendered,
    ours: Value,
    theirs: Any,  # noqa: ANN401 - JSON
    address: str,
    path: str,
) -> Iterator[Difference]:
    match ours, theirs:
        case Mapping(), dict():
            for key in sorted(ours.items.keys() | theirs.keys()):
                below = f"{path}.{key}" if path else key
                if key not in theirs or key not in ours.items:
                    yield Difference(address, below, ours.items.get(key), theirs.get(key))
                else:
                    yield from _compared(rendered, ours.items[key], theirs[key], address, below)
        case Sequence(), list() if len(ours.items) == len(theirs):
            for at, (one, other) in enumerate(zip(ours.items, theirs, strict=True)):
                yield from _compared(rendered, one, other, address, f"{path}[{at}]")
        case _:
            if unresolved(theirs):
                return
            try:
                said = rendered.plain(ours)
            except OpenError as reason:
                yield Difference(address, path, f"open: {reason}", theirs)
                return
            if isinstance(said, _Encoded) and isinstance(theirs, str):
                said, theirs = said.value, json.loads(theirs)
            if said != as_texts(theirs):
                yield Difference(address, path, said, theirs)


def unresolved(said: Any) -> bool:  # noqa: ANN401 - JSON
    """Tell whether the engine has left a function as it is, which it does not know."""
    return isinstance(said, dict) and any(key.startswith("Fn::") for key in said)


def attachments(
    reading: Reading, made: Made, role: Resource, others: Others | None = None
) -> Attached:
    """Return the policies that rules see a role to have."""
    rendered = Rendered(reading, made, others)
    inline: dict[str, Any] = {}
    managed: set[str] = set()
    within = iter(_items(role.get("inline_policies").value))
    for grant in Grants(role, Naming(reading.graph, World())).grants:
        if not grant.inline:
            managed.add(made.ids.get(grant.policy.label) or literal(grant.name) or "")
            continue
        own = next(within) if grant.resource is None else Mapping({})
        name = own.items.get("name") or (grant.resource and grant.resource.get("name").value)
        body = own.items.get("policy") or (grant.resource and grant.resource.get("policy").value)
        assert name is not None
        assert body is not None
        said = rendered.plain(body)
        inline[rendered.plain(name)] = json.loads(said) if isinstance(said, str) else said
    return Attached(inline, frozenset(managed))


def _items(value: Value) -> Iterator[Mapping]:
    if isinstance(value, Sequence):
        yield from (item for item in value.items if isinstance(item, Mapping))
