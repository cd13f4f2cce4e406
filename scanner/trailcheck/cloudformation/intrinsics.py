"""Evaluation of template nodes: lazy, memoised, bounded, and safe from circles.

An `Evaluator` belongs to one template (and, inside Fn::ForEach, to one turn of the loop). It never
raises on what a template says: what CloudFormation would refuse is an Unknown marked `refused`, with a
Diagnostic beside it; what only deployment settles is an Unknown with its reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.cloudformation import conditions, parameters, references
from trailcheck.cloudformation.functions import (
    MOST_CHARACTERS,
    MOST_ITEMS,
    PSEUDO,
    concatenate,
    cut,
    lift,
    may_lack,
    opaque,
    parts_of_scalar,
    place,
    resolve,
    show,
    spell,
    split,
)
from trailcheck.cloudformation.syntax import ListNode, MapNode, ScalarNode
from trailcheck.value import (
    Choice,
    Encoded,
    Known,
    Mapping,
    Sequence,
    Symbol,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Map

    from trailcheck.cloudformation.syntax import Node
    from trailcheck.cloudformation.template import Declaration, Template
    from trailcheck.graph import Place
    from trailcheck.source import Span
    from trailcheck.value import Part, Value

MOST_LEVELS = 100
"""Evaluations inside each other: deeper ones are attacks, and Python's own stack ends soon after."""

_NAMED = re.compile(r"\$\{(!?)([^${}]*)\}")


class _State:
    """What the evaluators of one template share: answers, and the questions still open."""

    __slots__ = ("depth", "known", "loops", "running", "sizes")

    def __init__(self) -> None:
        self.known: dict[object, Value] = {}
        self.running: set[object] = set()
        self.depth = 0
        self.sizes: dict[int, tuple[Value, int]] = {}
        self.loops: dict[int, Evaluator] = {}


class Evaluator:
    """Evaluates the nodes of one template with one set of parameter values."""

    __slots__ = ("_state", "given", "names", "place", "template")

    def __init__(  # noqa: PLR0913 - all that a value may depend on
        self,
        template: Template,
        given: Map[str, str],
        place: Place,
        names: Map[str, Value] | None = None,
        state: _State | None = None,
    ) -> None:
        """`given` are parameter values from outside; `names` the loop variables of Fn::ForEach."""
        self.template = template
        self.given = given
        self.place = place
        self.names = names or {}
        self._state = state or _State()

    def within(self, names: Map[str, Value]) -> Evaluator:
        """Return the evaluator of the same template that knows some loop variables."""
        if names is self.names or (not names and not self.names):
            return self
        loops = self._state.loops
        found = loops.get(id(names))
        if found is None:
            found = Evaluator(self.template, self.given, self.place, names, self._state)
            loops[id(names)] = found
        return found

    def refuse(self, summary: str, detail: str, span: Span) -> Unknown:
        """Return the value of what CloudFormation refuses, and report it."""
        self.template.report(summary, detail, span)
        name = f"{span.source.path}:{span.start}"
        return Unknown(name, f"CloudFormation refuses it: {summary}", span, refused=True)

    def value(self, node: Node) -> Value:
        """Evaluate a node; every node is evaluated once."""
        return self.once(id(node), node.span, lambda: self._evaluate(node))

    def once(self, key: object, span: Span, compute: Callable[[], Value]) -> Value:
        """Return what `compute` says, asked once for each key and never from inside itself."""
        state = self._state
        if self.names:
            key = (id(self.names), key)
        found = state.known.get(key)
        if found is not None:
            return found
        if key in state.running:
            return self.refuse("It refers to itself", "Break the circle of references.", span)
        if state.depth >= MOST_LEVELS:
            return opaque(f"it is nested deeper than {MOST_LEVELS} levels", span)
        state.running.add(key)
        state.depth += 1
        try:
            result = compute()
        finally:
            state.running.discard(key)
            state.depth -= 1
        if self._size(result) > MOST_ITEMS:
            result = opaque("it is too large to follow", span)
        state.known[key] = result
        return result

    def function(self, node: Node) -> tuple[str, Node] | None:
        """Return the intrinsic function that a node calls, by its long name, and the argument."""
        if node.tag:
            name = node.tag.removeprefix("!")
            return (name if name in ("Ref", "Condition") else f"Fn::{name}"), node
        if isinstance(node, MapNode) and len(node.members) == 1:
            (member,) = node.members.values()
            if member.key == "Ref" or member.key.startswith("Fn::"):
                return member.key, member.value
        return None

    def content(self, node: Node) -> Value:
        """Evaluate what a node holds, whatever its own tag says."""
        match node:
            case ScalarNode():
                return self._scalar(node)
            case ListNode():
                return self._list(node)
            case MapNode():
                return self._map(node)

    def argument(self, call: Node, argument: Node) -> Value:
        """Evaluate the argument of a function; a short tag's argument is the tagged node itself."""
        return self.content(argument) if call is argument else self.value(argument)

    def arguments(self, call: Node, argument: Node, least: int, most: int) -> list[Node] | None:
        """Return the list of arguments, or None if it is not a list of the right length."""
        if isinstance(argument, ListNode) and (call is argument or not argument.tag):
            items = argument.items
            if least <= len(items) <= most:
                return list(items)
        return None

    def malformed(self, name: str, wanted: str, span: Span) -> Unknown:
        """Refuse a call whose arguments have the wrong shape."""
        return self.refuse(f"{name} is malformed", f"It takes {wanted}.", span)

    def _evaluate(self, node: Node) -> Value:
        call = self.function(node)
        if call is None:
            return self.content(node)
        name, argument = call
        run = _FUNCTIONS.get(name)
        if run is None:
            reason = f"{name.removeprefix('Fn::') if node.tag else name} is not a function that is known here"
            return opaque(reason, node.span)
        return run(self, node, argument)

    def _scalar(self, node: ScalarNode) -> Value:
        if node.data is None:
            return self.refuse(
                "A value is null",
                "CloudFormation does not allow null. Write the value, or remove the key.",
                node.span,
            )
        if isinstance(node.data, str):
            if len(node.data) > MOST_CHARACTERS:
                return opaque("its text is too long to follow", node.span)
            return resolve(Known(node.data, node.span, (), node.pieces()), node.span)
        return Known(node.data, node.span)

    def _list(self, node: ListNode) -> Value:
        span = node.span
        if len(node.items) > MOST_ITEMS:
            return opaque("the list is too long to follow", span)
        items = [self.value(item) for item in node.items]
        turning = [item for item in items if isinstance(item, Choice) and may_lack(item)]

        def build(settled: list[Value]) -> Value:
            rest = iter(settled)
            whole = [next(rest) if isinstance(i, Choice) and may_lack(i) else i for i in items]
            return Sequence([item for item in whole if not may_lack(item)], span)

        return lift(turning, build, span)

    def _map(self, node: MapNode) -> Value:
        span = node.span
        items = {member.key: self.value(member.value) for member in node.members.values()}
        key_spans = {member.key: member.key_span for member in node.members.values()}
        for key in node.twice:
            items[key] = opaque(f"the key {key} is set twice", key_spans[key])
        turning = [key for key, item in items.items() if isinstance(item, Choice) and may_lack(item)]

        def build(settled: list[Value]) -> Value:
            whole = {**items, **dict(zip(turning, settled, strict=True))}
            present = {key: item for key, item in whole.items() if not may_lack(item)}
            return Mapping(present, span, key_spans=key_spans)

        return lift([items[key] for key in turning], build, span)

    def _size(self, value: Value) -> int:
        """Measure a value, shared parts counted as often as they show."""
        known = self._state.sizes.get(id(value))
        if known is not None:
            return known[1]
        match value:
            case Known(data=str() as said):
                size = 1 + len(said) // 1000
            case Text():
                size = len(value.parts)
            case Sequence():
                size = 1 + sum(map(self._size, value.items))
            case Mapping():
                size = 1 + sum(map(self._size, value.items.values()))
            case Choice():
                size = 1 + self._size(value.then) + self._size(value.otherwise)
            case Encoded():
                size = 1 + self._size(value.value)
            case _:
                return 1
        if size > 1:
            self._state.sizes[id(value)] = (value, size)
        return size


def _ref(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    if not isinstance(argument, ScalarNode) or (argument.tag and argument is not call):
        return evaluator.malformed("Ref", "the name of a parameter or resource", call.span)
    return references.ref(evaluator, argument.text, call.span)


def _get_att(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    wanted = "a resource and its attribute, as a list of two or with a dot between"
    if isinstance(argument, ScalarNode):
        address, dot, attribute = argument.text.partition(".")
        if not dot:
            return evaluator.malformed("Fn::GetAtt", wanted, call.span)
        return references.get_att(evaluator, address, attribute, call.span)
    items = evaluator.arguments(call, argument, 2, 9)
    if items is None or not isinstance(items[0], ScalarNode) or items[0].tag:
        return evaluator.malformed("Fn::GetAtt", wanted, call.span)
    address = items[0].text

    def build(settled: list[Value]) -> Value:
        names = [spell(value) for value in settled if isinstance(value, Known)]
        if len(names) != len(settled):
            return opaque(f"the attribute of {address} is not settled by code", call.span)
        return references.get_att(evaluator, address, ".".join(names), call.span)

    return lift([evaluator.value(item) for item in items[1:]], build, call.span)


def _sub(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    wanted = "a text, or a list of a text and a map of its variables"
    own: dict[str, Node] = {}
    pattern: Node | None = argument
    if isinstance(argument, ListNode):
        items = evaluator.arguments(call, argument, 1, 2)
        pattern = items[0] if items else None
        if items and len(items) > 1:
            if not isinstance(items[1], MapNode) or items[1].tag:
                return evaluator.malformed("Fn::Sub", wanted, call.span)
            own = {member.key: member.value for member in items[1].members.values()}
    if not isinstance(pattern, ScalarNode) or (pattern.tag and pattern is not call):
        return evaluator.malformed("Fn::Sub", wanted, call.span)
    return _substitute(evaluator, pattern, own, call.span)


def _substitute(evaluator: Evaluator, pattern: ScalarNode, own: Map[str, Node], span: Span) -> Value:
    written, pieces = pattern.text, pattern.pieces()
    if len(written) > MOST_CHARACTERS:
        return opaque("its text is too long to follow", span)
    values: list[Value] = []
    at = 0

    def literal(start: int, end: int) -> None:
        if end > start:
            values.append(Known(written[start:end], span, (), cut(pieces, start, end)))

    for match in _NAMED.finditer(written):
        name = match[2].strip()
        if match[1]:
            literal(at, match.start() + 2)
            at = match.end(1)
            continue
        literal(at, match.start())
        at = match.end()
        (piece,) = cut(pieces, match.start(), match.end())[:1]
        where = piece.span if piece.exact and piece.span is not None else span
        if name in own:
            values.append(evaluator.value(own[name]))
        elif "." in name and name not in evaluator.names:
            address, _, attribute = name.partition(".")
            values.append(references.get_att(evaluator, address, attribute, where))
        else:
            values.append(references.ref(evaluator, name, where))
    literal(at, len(written))
    return _text(evaluator, values, "", span, "Fn::Sub")


def _text(evaluator: Evaluator, values: list[Value], between: str, span: Span, name: str) -> Value:
    def build(settled: list[Value]) -> Value:
        groups: list[tuple[Part, ...]] = []
        for value in settled:
            parts = parts_of_scalar(value)
            if parts is None:
                return evaluator.refuse(
                    f"{name} holds what is not text",
                    "Lists, maps and absent values cannot be part of a text.",
                    value.span or span,
                )
            groups.append(parts)
        return concatenate(groups, between, span)

    return _with_steps(lift(values, build, span), values)


def _with_steps(result: Value, sources: list[Value]) -> Value:
    """Give a result the steps that its sources came through."""
    steps = tuple(dict.fromkeys(step for source in sources for step in source.via))
    for step in steps[:20]:
        result = result.through(step.span, step.note)
    return result


def _join(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    items = evaluator.arguments(call, argument, 2, 2)
    if items is None:
        return evaluator.malformed("Fn::Join", "a delimiter and a list", call.span)
    delimiter, listed = evaluator.value(items[0]), evaluator.value(items[1])

    def build(settled: list[Value]) -> Value:
        between, values = settled
        if isinstance(values, Unknown):
            return place(values, call.span) if values.refused else _of("Fn::Join", values, call.span)
        if not isinstance(between, Known) or not isinstance(values, Sequence):
            return evaluator.malformed("Fn::Join", "a delimiter and a list", call.span)
        return _text(evaluator, list(values.items), spell(between), call.span, "Fn::Join")

    return lift([delimiter, listed], build, call.span)


def _of(name: str, value: Unknown, span: Span) -> Unknown:
    """Return the unknown result of a function of an unknown."""
    return Unknown(f"{name} of {value.name}", value.reason, span, needs=value.needs, refused=value.refused)


def _select(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    items = evaluator.arguments(call, argument, 2, 2)
    if items is None:
        return evaluator.malformed("Fn::Select", "an index and a list", call.span)

    def build(settled: list[Value]) -> Value:
        index, listed = settled
        for value in settled:
            if isinstance(value, Unknown):
                return _of(f"Fn::Select {show(index, call.span)}", value, call.span)
        if not isinstance(listed, Sequence) or not isinstance(index, Known):
            return evaluator.malformed("Fn::Select", "an index and a list", call.span)
        said = spell(index)
        if not (said.isascii() and said.isdigit()) or len(said) > 9 or int(said) >= len(listed.items):  # noqa: PLR2004 - the list is shorter
            return evaluator.refuse(
                "Fn::Select selects nothing",
                f"The list has {len(listed.items)} items, counted from 0, and the index is {said}.",
                call.span,
            )
        return listed.items[int(said)]

    return lift([evaluator.value(items[0]), evaluator.value(items[1])], build, call.span)


def _split(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    items = evaluator.arguments(call, argument, 2, 2)
    if items is None:
        return evaluator.malformed("Fn::Split", "a delimiter and a text", call.span)

    def build(settled: list[Value]) -> Value:
        delimiter, whole = settled
        if isinstance(whole, Unknown):
            return _of(f"Fn::Split {show(delimiter, call.span)}", whole, call.span)
        if not isinstance(delimiter, Known) or not spell(delimiter):
            return evaluator.malformed("Fn::Split", "a delimiter and a text", call.span)
        return split(references.spelled(evaluator, whole), spell(delimiter), call.span)

    return lift([evaluator.value(items[0]), evaluator.value(items[1])], build, call.span)


def _if(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    items = evaluator.arguments(call, argument, 3, 3)
    if items is None or not isinstance(items[0], ScalarNode):
        wanted = "the name of a condition, and a value for each case"
        return evaluator.malformed("Fn::If", wanted, call.span)
    chosen = conditions.named(evaluator, items[0].text, items[0].span)
    then, otherwise = items[1], items[2]
    return conditions.turn(
        chosen, lambda: evaluator.value(then), lambda: evaluator.value(otherwise), call.span
    )


def _condition(evaluator: Evaluator, call: Node, _argument: Node) -> Value:
    return conditions.truth(evaluator, call)


def _base64(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    def build(settled: list[Value]) -> Value:
        (value,) = settled
        if isinstance(value, Unknown):
            return _of("Fn::Base64", value, call.span)
        if not isinstance(value, Known):
            return opaque("the base64 text of what is known only after deployment", call.span)
        import base64  # noqa: PLC0415 - rare

        return Known(base64.b64encode(spell(value).encode("utf-8", "replace")).decode(), call.span)

    return lift([evaluator.argument(call, argument)], build, call.span)


def _length(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    def build(settled: list[Value]) -> Value:
        (value,) = settled
        if isinstance(value, Sequence):
            return Known(len(value.items), call.span)
        if isinstance(value, Unknown):
            return _of("Fn::Length", value, call.span)
        return evaluator.malformed("Fn::Length", "a list", call.span)

    return lift([evaluator.argument(call, argument)], build, call.span)


def _to_json(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    def build(settled: list[Value]) -> Value:
        (value,) = settled
        return value if isinstance(value, Unknown) else Encoded(value, call.span)

    return lift([evaluator.argument(call, argument)], build, call.span)


def _import_value(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    def build(settled: list[Value]) -> Value:
        (value,) = settled
        if isinstance(value, Unknown) and value.refused:
            return value
        name = show(value, call.span).strip('"')
        reason = f"it is imported from another stack, which exports it as {name}"
        return Unknown(f"export {name}", reason, call.span, needs=(f"export {name}",))

    return lift([evaluator.argument(call, argument)], build, call.span)


def _find_in_map(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    return parameters.find_in_map(evaluator, call, argument)


def _transform(_evaluator: Evaluator, call: Node, _argument: Node) -> Value:
    return opaque("it is made by a macro when the stack is deployed", call.span)


def _zones(_evaluator: Evaluator, call: Node, _argument: Node) -> Value:
    return opaque("it depends on the account and Region of the deployment", call.span)


_FUNCTIONS: dict[str, Callable[[Evaluator, Node, Node], Value]] = {
    "Ref": _ref,
    "Condition": _condition,
    "Fn::And": _condition,
    "Fn::Base64": _base64,
    "Fn::Cidr": _zones,
    "Fn::Equals": _condition,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _zones,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Not": _condition,
    "Fn::Or": _condition,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json,
    "Fn::Transform": _transform,
}
