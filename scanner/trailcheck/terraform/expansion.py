"""`count` and `for_each`: which instances a block has, and in which worlds each exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.condition import Condition
from trailcheck.record import NamedTuple
from trailcheck.terraform import operators
from trailcheck.terraform.access import describe, placeholder
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.functions import convert
from trailcheck.terraform.functions.lift import lift
from trailcheck.value import (
    Choice,
    Handle,
    Known,
    Mapping,
    Sequence,
    Unknown,
    choose,
)

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform import ast
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Value

MOST_INSTANCES = 10_000
"""More instances of one block than this are not followed."""

_ABSENT = Unknown("(no such key)", "for_each has no such key", refused=True)


class Instance(NamedTuple):
    """One instance of a block: `[0]`, `["key"]`, or the only one."""

    suffix: str
    exists: Value
    """Known true, or a choice on what the code does not settle."""
    names: dict[str, Value]
    """`each` and `count` for the expressions inside."""


class Expansion(NamedTuple):
    """All instances of a block, and the value of its bare address."""

    instances: tuple[Instance, ...]
    value: Value
    """Handles: one, a list, a map, or a choice of these."""


def expand(address: str, body: ast.Body, scope: Scope) -> Expansion:
    """Expand the block at `address` (without index) by its `count` or `for_each`."""
    if (count := body.argument("count")) is not None:
        return _counted(address, evaluate(count.expression, scope), count.span)
    if (for_each := body.argument("for_each")) is not None:
        return _keyed(address, evaluate(for_each.expression, scope), for_each.span)
    for lifecycle in body.named("lifecycle"):
        if (enabled := lifecycle.body.argument("enabled")) is not None:
            return _switched(address, evaluate(enabled.expression, scope), enabled.span)
    return Expansion((Instance("", Known(True), {}),), Handle(address))


def _switched(address: str, enabled: Value, span: Span) -> Expansion:
    """Expand a block that `lifecycle.enabled` switches on or off (OpenTofu 1.11)."""
    exists = operators.truth(enabled, span)
    value = operators.conditional(exists, Handle(address), Known(None), span)
    instances = () if exists == Known(False) else (Instance("", exists, {}),)
    return Expansion(instances, value)


def quoted(key: str) -> str:
    """Return the index of a `for_each` key as Terraform writes it in addresses."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{escaped}"]'


def _counted(address: str, count: Value, span: Span) -> Expansion:
    def shape(values: list[Value]) -> Value:
        number = convert.to_number(values[0])
        match number:
            case Known(data=int(size)) if 0 <= size <= MOST_INSTANCES:
                return Sequence((Handle(f"{address}[{n}]") for n in range(size)), span)
            case Known(data=int(size)) if size > MOST_INSTANCES:
                return Unknown(f"{address}[…]", f"count is {size}: too many to follow", span)
            case Known():
                return operators.refused("count must be a whole number of zero or more", span)
            case Unknown(refused=True):
                return number
            case _:
                # NOTE: as a comparison: `count = var.n` and `var.n > 0 ? 1 : 0` turn on the same.
                some = operators.compare(">", number, Known(0), span)
                one = Sequence((Handle(f"{address}[0]"),), span)
                return operators.conditional(some, one, Sequence((), span), span)

    value = lift([count], shape)
    most = _most(value)
    instances = [
        Instance(
            f"[{n}]",
            _exists_at(value, n),
            {"count": Mapping({"index": Known(n, span)}, span)},
        )
        for n in range(most)
    ]
    if not instances and _is_open(value):
        # The count cannot be worked out at all: judge one instance as if it were created.
        instances = [
            Instance("[0]", _first_unknown(value), {"count": Mapping({"index": Known(0)}, span)})
        ]
    return Expansion(tuple(instances), value)


def _keyed(address: str, collection: Value, span: Span) -> Expansion:
    value = lift([collection], lambda values: _shape(address, values[0], span))
    instances = []
    for key in _all_keys(value):
        each = _each(collection, key, span)
        instances.append(Instance(quoted(key), _has_key(value, key), {"each": each}))
    if not instances and _is_open(value):
        # The keys cannot be worked out at all: judge one instance as if it were created.
        unknown = _first_unknown(value)
        both = Mapping({"key": unknown, "value": unknown}, span)
        instances = [Instance('["…"]', unknown, {"each": both})]
    return Expansion(tuple(instances), value)


def _shape(address: str, collection: Value, span: Span) -> Value:
    """Return the handles of the instances that a collection makes, by key."""
    match collection:
        case Mapping():
            keys: list[str] = sorted(collection.items)
        case Sequence():
            if collection.items and not collection.is_set:
                return operators.refused("for_each needs a map or a set of text, not a list", span)
            keys = []
            for item in collection.items:
                if isinstance(item, Unknown) and item.refused:
                    return item
                if isinstance(item, Sequence | Mapping | Handle) or (
                    isinstance(item, Known) and not isinstance(item.data, str)
                ):
                    return operators.refused("for_each needs a set of text", span)
                keys.append(_key(item))
            keys.sort()
        case Known():
            return operators.refused("for_each needs a map or a set of text", span)
        case Unknown(refused=True):
            return collection
        case _:
            name = convert.canonical(collection)
            some = Condition(f"{name} is not empty", operators.needs_of(collection))
            key = _key(_any_key(collection, span))
            one = Mapping({key: Handle(address + quoted(key))}, span)
            return choose(some, one, Mapping({}, span), span)
    if len(keys) > MOST_INSTANCES:
        return Unknown(f"{address}[…]", "for_each has too many keys to follow", span)
    return Mapping({key: Handle(address + quoted(key)) for key in keys}, span)


def _key(item: Value) -> str:
    """Return an instance's key; one that is not known stands for itself as `index` looks it up."""
    known = isinstance(item, Known) and isinstance(item.data, str)
    return item.data if known else placeholder(item)  # type: ignore[union-attr, return-value]


def _any_key(collection: Value, span: Span) -> Unknown:
    """Return the key of the one instance that stands for all those of an unknown collection."""
    reason = f"the keys of for_each are not known: {describe(collection)}"
    name = f"a key of {convert.canonical(collection)}"
    return Unknown(name, reason, span, needs=operators.needs_of(collection))


def _each(collection: Value, key: str, span: Span) -> Mapping:
    """Return `each` of the instance with a key."""

    def key_of(values: list[Value]) -> Value:
        return _key_and_value(values[0], key, span)[0]

    def value_of(values: list[Value]) -> Value:
        return _key_and_value(values[0], key, span)[1]

    made = {
        "key": _present(lift([collection], key_of)),
        "value": _present(lift([collection], value_of)),
    }
    return Mapping(made, span)


def _key_and_value(collection: Value, key: str, span: Span) -> tuple[Value, Value]:
    match collection:
        case Mapping():
            found = collection.items.get(key)
            return (Known(key, span), found) if found is not None else (_ABSENT, _ABSENT)
        case Sequence():
            found = next((item for item in collection.items if _key(item) == key), _ABSENT)
            return found, found
        case Unknown(refused=True):
            return collection, collection
        case _:
            # NOTE: for an unknown set `each.value` is the key; for an unknown map it is not. Under
            # its own name it equals neither, except that of the same collection elsewhere.
            name = f"{convert.canonical(collection)}[each.key]"
            reason = f"for_each is not known: {describe(collection)}"
            needs = operators.needs_of(collection)
            return _any_key(collection, span), Unknown(name, reason, span, needs=needs)


def _present(value: Value) -> Value:
    """Return what `each` is in the worlds where its instance exists; the others do not ask."""
    if not isinstance(value, Choice):
        return value
    then, otherwise = _present(value.then), _present(value.otherwise)
    if then is _ABSENT or otherwise is _ABSENT:
        return otherwise if then is _ABSENT else then
    return choose(value.condition, then, otherwise, value.span)


def _most(value: Value) -> int:
    match value:
        case Choice():
            return max(_most(value.then), _most(value.otherwise))
        case Sequence():
            return len(value.items)
        case _:
            return 0


def _is_open(value: Value) -> bool:
    if isinstance(value, Choice):
        return _is_open(value.then) or _is_open(value.otherwise)
    return isinstance(value, Unknown)


def _first_unknown(value: Value) -> Value:
    while isinstance(value, Choice):
        value = value.then if _is_open(value.then) else value.otherwise
    return value


def _exists_at(value: Value, number: int) -> Value:
    match value:
        case Choice():
            return choose(
                value.condition, _exists_at(value.then, number), _exists_at(value.otherwise, number)
            )
        case Sequence():
            return Known(number < len(value.items))
        case _:
            return value


def _all_keys(value: Value) -> list[str]:
    match value:
        case Choice():
            return list(dict.fromkeys((*_all_keys(value.then), *_all_keys(value.otherwise))))
        case Mapping():
            return list(value.items)
        case _:
            return []


def _has_key(value: Value, key: str) -> Value:
    match value:
        case Choice():
            return choose(
                value.condition, _has_key(value.then, key), _has_key(value.otherwise, key)
            )
        case Mapping():
            return Known(key in value.items)
        case _:
            return value
