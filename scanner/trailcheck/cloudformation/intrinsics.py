"""Evaluation of template nodes: lazy, memoised, bounded, and safe from circles.

An `Evaluator` belongs to one template (and, inside Fn::ForEach, to one turn of the loop). It never
raises on what a template says: what CloudFormation would refuse is an Unknown marked `refused`,
with a Diagnostic beside it; what only deployment settles is an Unknown with its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import nesting
from trailcheck.cloudformation.calls import FUNCTIONS, MACRO, RULE_FUNCTIONS, RULES_ONLY, joined
from trailcheck.cloudformation.functions import (
    MOST_CHARACTERS,
    MOST_ITEMS,
    lift,
    may_lack,
    opaque,
    resolve,
    where,
)
from trailcheck.cloudformation.loops import LOOP, MOST_TURNS, LoopError, named, unroll
from trailcheck.cloudformation.nodes import ListNode, MapNode, ScalarNode
from trailcheck.cloudformation.stacks.holes import OPEN, filled
from trailcheck.cloudformation.template import EXTENSIONS
from trailcheck.errors import Diagnostic, Impact
from trailcheck.value import Choice, Encoded, Known, Mapping, Sequence, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Map

    from trailcheck.cloudformation.nodes import Member, Node
    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.cloudformation.template import Template
    from trailcheck.graph import Place
    from trailcheck.source import Span
    from trailcheck.value import Value

MOST_LEVELS = 100
"""Evaluations inside each other: deeper ones are attacks, and Python's own stack ends soon."""


class _State:
    """What the evaluators of one template share: answers, and the questions still open."""

    __slots__ = ("known", "levels", "loops", "running", "sizes", "turns")

    def __init__(self, levels: list[int]) -> None:
        self.levels = levels
        """How deep all evaluations of the tree of stacks are inside each other: one number."""
        self.known: dict[object, Value] = {}
        self.running: set[object] = set()
        self.sizes: dict[int, tuple[Value, int]] = {}
        self.loops: dict[int, Evaluator] = {}
        self.turns = MOST_TURNS
        """Turns of loops that may still be taken."""


class Evaluator:
    """Evaluates the nodes of one stack: a template with one set of parameter values."""

    __slots__ = ("_state", "names", "place", "stack", "template")

    def __init__(
        self,
        template: Template,
        stack: Stack,
        place: Place,
        names: Map[str, Value] | None = None,
        state: _State | None = None,
    ) -> None:
        """`stack` gives the parameters; `names` are the loop variables of Fn::ForEach."""
        self.template = template
        self.stack = stack
        self.place = place
        self.names = names or {}
        self._state = state or _State(stack.tree.levels)

    def within(self, names: Map[str, Value]) -> Evaluator:
        """Return the evaluator of the same template that knows some loop variables."""
        if names is self.names or (not names and not self.names):
            return self
        loops = self._state.loops
        found = loops.get(id(names))
        if found is None:
            found = Evaluator(self.template, self.stack, self.place, names, self._state)
            loops[id(names)] = found
        return found

    def turn(self) -> bool:
        """Take one more turn of a loop; false when there were too many."""
        self._state.turns -= 1
        return self._state.turns >= 0

    def refuse(
        self,
        summary: str,
        detail: str,
        span: Span,
        impact: Impact = Impact.UNREAD,
        *,
        by_value: bool = False,
    ) -> Unknown:
        """Return the value of what CloudFormation refuses, and report it.

        `by_value` tells that it is refused for what the values come to, so only where they do.
        """
        self.template.report(summary, detail, span, impact)
        refusal = Diagnostic(summary, detail, span.source.path, span, impact)
        name, needs = f"{span.source.identity}:{span.start}", (f"{where(span)}, put right",)
        reason = f"CloudFormation refuses it: {summary}"
        met = refusal if by_value else None
        return Unknown(name, reason, span, needs=needs, refused=True, refusal=met)

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
        if state.levels[0] >= MOST_LEVELS:
            return opaque(f"it is nested deeper than {MOST_LEVELS} levels", span)
        state.running.add(key)
        state.levels[0] += 1
        try:
            result = compute()
        finally:
            state.running.discard(key)
            state.levels[0] -= 1
        if self._size(result) > MOST_ITEMS:
            result = opaque("it is too large to follow", span)
        state.known[key] = result
        return result

    def spelled(self, text: str) -> str:
        """Return a text with the loop variables of Fn::ForEach put in."""
        return named(text, self.names) if self.names else text

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

    def extended(self, name: str, span: Span) -> Unknown | None:
        """Refuse what only a transform knows, in a template that does not name it."""
        if EXTENSIONS in self.template.transforms:
            return None
        return self.refuse(
            f"{name} needs a transform that the template does not name",
            f"CloudFormation knows it in templates that state `Transform: {EXTENSIONS}`.",
            span,
            Impact.REFUSED,
        )

    def twice(self, member: Member) -> Unknown:
        """Refuse what a loop makes beside another of the same name."""
        return self.refuse(
            f"{member.key} is made twice",
            "Fn::ForEach makes a key that is there already. CloudFormation refuses the template.",
            member.key_span,
            Impact.REFUSED,
        )

    def malformed(self, name: str, wanted: str, span: Span) -> Unknown:
        """Refuse a call whose arguments have the wrong shape."""
        return self.refuse(f"{name} is malformed", f"It takes {wanted}.", span)

    def _evaluate(self, node: Node) -> Value:
        call = self.function(node)
        if call is None:
            return self.content(node)
        name, argument = call
        if isinstance(argument, MapNode) and [*argument.members] == [MACRO]:
            name = MACRO  # a macro is run before any function
        run = FUNCTIONS.get(name)
        if run is None:
            called = node.tag.replace("tag:yaml.org,2002:", "!!") or name
            advice = RULES_ONLY if name in RULE_FUNCTIONS else "Correct the name."
            return self.refuse(f"{called} is no function of CloudFormation here", advice, node.span)
        return nesting.check(self, name, node, argument) or run(self, node, argument)

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
            if self.names and "{" in node.data:
                return resolve(Known(self.spelled(node.text), node.span), node.span)
            if OPEN in node.data:
                return self._filled(node)
            return resolve(Known(node.data, node.span, (), node.pieces()), node.span)
        return Known(node.data, node.span)

    def _filled(self, node: ScalarNode) -> Value:
        """Return a text with the values that its marks stand for."""
        values = filled(node.text, node.pieces(), self.holes, node.span)
        return values[0] if len(values) == 1 else joined(self, values, "", node.span, "It")

    @property
    def holes(self) -> tuple[Value, ...]:
        """What stands for the marks in the text of the template."""
        return getattr(self.template.source, "holes", ())

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
        macro = next((k for k in node.members if k.startswith("Fn::") and LOOP not in k), None)
        if macro in FUNCTIONS and macro != "Fn::Transform":
            return self.malformed(macro, "no other keys beside it", span)
        if macro is not None:
            return opaque(f"{macro} stands in it beside other keys", span)
        items: dict[str, Value] = {}
        key_spans: dict[str, Span] = {}
        try:
            for member, names in unroll(self, node.members.values()):
                if member.key in items:
                    items[member.key] = self.twice(member)
                    continue
                items[member.key] = self.within(names).value(member.value)
                key_spans[member.key] = member.key_span
        except LoopError as error:
            return opaque(f"{error.summary[0].lower()}{error.summary[1:]}", error.span)
        for key in node.twice:
            items[key] = opaque(f"the key {key} is set twice", key_spans[key])
        turning = [
            key for key, item in items.items() if isinstance(item, Choice) and may_lack(item)
        ]

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
