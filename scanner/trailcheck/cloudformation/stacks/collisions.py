"""Names that AWS has once: of two resources with one name the second is refused, and all with it.

Sources: API references of CreateLogGroup, CreateTrail, CreateRole, CreatePolicy and CreateBucket
("already exists"), and "IAM identifiers", by which names of roles and policies are there once in an
account, whatever their path, Region and case. The stacks of a tree are created and rolled back
together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import conditions
from trailcheck.cloudformation.conditions import FALSE, TRUE
from trailcheck.cloudformation.functions import lift, parts_of_scalar, show
from trailcheck.errors import Impact
from trailcheck.graph import Kind
from trailcheck.record import NamedTuple
from trailcheck.value import Choice, Known, Piece, Symbol, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.cloudformation.stacks.trees import Tree
    from trailcheck.graph import Resource
    from trailcheck.source import Span
    from trailcheck.value import Value

_MOST_PAIRS = 1_000
_LASTING = ("parameter ", "export ", "{{resolve:")
"""How unknowns are named that are one wherever they are met."""


class _Reach(NamedTuple):
    """How far a name reaches that is there once."""

    place: tuple[str, ...]
    """What of the place tells two such names apart."""
    words: str
    folds: bool = False
    """Whether case does not count."""


_REACHES = {
    Kind.BUCKET: _Reach((), "in the whole of AWS"),
    Kind.LOG_GROUP: _Reach(("account", "region"), "in an account and Region"),
    Kind.MANAGED_POLICY: _Reach(("account",), "in an account", folds=True),
    Kind.ROLE: _Reach(("account",), "in an account", folds=True),
    Kind.TOPIC: _Reach(("account", "region"), "in an account and Region"),
    Kind.TRAIL: _Reach(("account", "region"), "in an account and Region"),
}


class Collision(NamedTuple):
    """Two resources of one name."""

    first: Resource
    second: Resource
    name: str
    both: Value
    """Whether both are created under it: true, or a choice."""


def collisions(resources: Iterable[Resource]) -> Iterator[Collision]:
    """Yield resources that may be created under one name, a few for each name."""
    found: dict[object, list[Resource]] = {}
    told: set[object] = set()
    left = _MOST_PAIRS
    for resource in _several(resources):
        reach = _REACHES[resource.kind]
        place = tuple(getattr(resource.place, each) for each in reach.place)
        attribute = resource.get("name")
        for said in dict.fromkeys(_leaves(attribute.value)) if attribute.stated else ():
            name = _name(said, folds=reach.folds)
            others = found.setdefault((resource.kind, place, name), [])
            if not name or name in told:
                continue
            for other in others:
                both = _both(other, resource, attribute.span)
                if both != FALSE and left:
                    left -= 1
                    yield Collision(other, resource, show(said, attribute.span), both)
                if both == TRUE:
                    told.add(name)  # One for a name says it all.
                    break
            others.append(resource)


def repeated(tree: Tree, resources: Iterable[Resource]) -> Iterator[Resource]:
    """Yield what a stack set creates in several Regions of one account under one name."""
    for stack in tree.stacks.values():
        if stack.instances is None or stack.instances.regions < 2:  # noqa: PLR2004 - several
            continue
        for resource in resources:
            reach = _REACHES.get(resource.kind)
            if (
                reach is not None
                and "region" not in reach.place
                and resource.address.startswith(stack.prefix)
                and resource.type.startswith("AWS::")
                and resource.exists == TRUE
                and resource.get("name").stated
                and not isinstance(resource.get("name").value, Choice)
                and _same_everywhere(_name(resource.get("name").value, folds=False))
            ):
                yield resource


def _same_everywhere(name: tuple[object, ...]) -> bool:
    """Tell whether a name is the same in every stack that a stack set makes."""
    return bool(name) and all(
        isinstance(part, str) or (isinstance(part, Unknown) and part.name.startswith(_LASTING))
        for part in name
    )


def report_repeated(tree: Tree, resource: Resource) -> None:
    """Report what a stack set cannot create in all of its Regions."""
    found = tree.declared(resource.address)
    if found is not None:
        words = f"a {resource.kind.value} is there once {_REACHES[resource.kind].words}"
        found[0].template.report(
            f"{resource.address} has the same name in every Region that the stack set deploys to",
            f"The name of {words}: the second Region is refused. Put ${{AWS::Region}} into it.",
            resource.get("name").span,
            Impact.REFUSED,
        )


def _several(resources: Iterable[Resource]) -> list[Resource]:
    """Return the resources that may have one name: the name of one alone is nobody's question."""
    kinds: dict[Kind, list[Resource]] = {}
    for resource in resources:
        if resource.kind in _REACHES and resource.type.startswith("AWS::"):
            kinds.setdefault(resource.kind, []).append(resource)
    return [each for found in kinds.values() if len(found) > 1 for each in found]


def report(tree: Tree, collision: Collision) -> None:
    """Report what is surely created twice."""
    found = tree.declared(collision.second.address)
    if found is None:
        return
    kind = collision.second.kind
    first = collision.first.span
    place = first.source.shown(first)
    line = f"{place.source.path}:{place.first.line}"
    found[0].template.report(
        f"{collision.first.address} and {collision.second.address} have the same name",
        f"There cannot be two called {collision.name} {_REACHES[kind].words}: the second is not "
        f"created, and all that is deployed with it is rolled back. The first is at {line}.",
        collision.second.get("name").span,
        Impact.REFUSED,
    )


def _leaves(value: Value) -> Iterator[Value]:
    if isinstance(value, Choice):
        yield from _leaves(value.then)
        yield from _leaves(value.otherwise)
    else:
        yield value


def _name(value: Value, *, folds: bool) -> tuple[object, ...]:
    """Return what two equal names have in common; nothing for what may be any name."""
    if isinstance(value, Known) and value.data in (None, ""):
        return ()
    found: list[object] = []
    for part in parts_of_scalar(value) or ():
        if isinstance(part, Piece):
            said = part.text.lower() if folds else part.text
            if found and isinstance(found[-1], str):
                found[-1] += said
            else:
                found.append(said)
        elif isinstance(part, Symbol) or (isinstance(part, Unknown) and _lasts(part)):
            found.append(part)
        else:
            return ()
    return tuple(found)


def _lasts(unknown: Unknown) -> bool:
    name = unknown.name
    own = name.endswith(("AWS::StackName", "AWS::StackId.guid"))
    return not unknown.refused and (own or name.startswith(_LASTING))


def _both(one: Resource, other: Resource, span: Span) -> Value:
    """Return whether two resources are created under one name."""
    folds = _REACHES[one.kind].folds

    def same(settled: list[Value]) -> Value:
        names = [_name(value, folds=folds) for value in settled]
        return TRUE if names[0] and names[0] == names[1] else FALSE

    named = lift([one.get("name").value, other.get("name").value], same, span)
    both = conditions.combined("Fn::And", [one.exists, other.exists, named], span)
    return both if both == TRUE or isinstance(both, Choice) else FALSE
