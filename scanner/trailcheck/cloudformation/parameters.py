"""Parameters, pseudo parameters and mappings: the values that a template is given or looks up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import stackids
from trailcheck.cloudformation.conditions import MOST_OPTIONS, literally, needs_of, spread
from trailcheck.cloudformation.constraints import LIST, STORED, objection, options, refusal
from trailcheck.cloudformation.functions import (
    NO_VALUE,
    Cutter,
    concatenate,
    decide,
    lift,
    opaque,
    parts_of_scalar,
    place,
    show,
    spell,
)
from trailcheck.cloudformation.nodes import MapNode, ScalarNode
from trailcheck.cloudformation.splits import split
from trailcheck.errors import Impact, said_of
from trailcheck.value import (
    Choice,
    Encoded,
    Known,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Mapping as Map

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Member, Node
    from trailcheck.source import Span
    from trailcheck.value import Value


def pseudo(evaluator: Evaluator, name: str, span: Span) -> Value | None:
    """Return the value of a pseudo parameter, or None if `name` is none."""
    match name:
        case "AWS::NoValue":
            return NO_VALUE
        case "AWS::AccountId":
            return place(evaluator.place.account, span)
        case "AWS::Region":
            return place(evaluator.place.region, span)
        case "AWS::Partition":
            return place(evaluator.place.partition, span)
        case "AWS::URLSuffix":
            return stackids.suffix(evaluator, span)
        case "AWS::StackId":
            return stackids.stack_id(evaluator, span)
        case "AWS::StackName":
            return stackids.stack_name(evaluator, span)
        case "AWS::NotificationARNs":
            return stackids.later(evaluator, name, span)
        case _:
            return None


def parameter(evaluator: Evaluator, member: Member) -> Value:
    """Return the value of a declared parameter: as given, else its default, else unknown."""
    name, node = member.key, member.value
    if not isinstance(node, MapNode):
        return evaluator.refuse(
            f"The parameter {name} is not a map",
            "A parameter has at least a Type.",
            member.key_span,
        )
    type_node = node.get("Type")
    kind = type_node.text if isinstance(type_node, ScalarNode) else "String"
    if kind.startswith(STORED):
        scoped = f"parameter {evaluator.stack.prefix}{name}"
        reason = f"{scoped} is read from Systems Manager when the stack is deployed"
        return Unknown(scoped, reason, member.key_span, needs=(scoped,))
    given = evaluator.stack.given(member)
    if given is None:
        return _of_its_own(evaluator, member, node, kind)

    def received(value: Value) -> Value:
        if value == NO_VALUE:
            return _of_its_own(evaluator, member, node, kind)
        against = refusal(node, kind, value)
        if against is None:
            return _narrowed(_received(evaluator, value, member, kind), node, kind)
        summary = f"The value given for parameter {name} is not allowed"
        detail = f"{against[0].upper()}{against[1:]}."
        span = value.span or member.key_span
        if isinstance(given, Choice) or evaluator.stack.doubtful:
            # A demand on what decides: where it does not hold, nothing is deployed.
            return Unknown(f"{span.source.identity}:{span.start}", summary, span, refused=True)
        return evaluator.refuse(summary, detail, span, Impact.REFUSED)

    return lift([given], lambda settled: received(settled[0]), member.key_span)


def _received(evaluator: Evaluator, value: Value, member: Member, kind: str) -> Value:
    """Return what a parameter is that is given a value: every value is passed on as text."""
    match value:
        case Known():
            said = Known(spell(value), value.span, value.via, value.pieces)
            if LIST.fullmatch(kind) and spell(value).startswith("["):
                said = _unlisted(said)
            return _typed(said, kind, said.span or member.key_span)
        case Sequence() if LIST.fullmatch(kind):
            return value
        case Sequence():
            parts = [parts_of_scalar(item) for item in value.items]
            if None not in parts:
                groups = [group for group in parts if group is not None]
                return concatenate(groups, ",", value.span or member.key_span)
        case Text() if LIST.fullmatch(kind):
            return split(value, ",", value.span or member.key_span)
        case Text() | Reference() | Symbol() | Unknown() | Encoded():
            return value
        case _:
            pass
    return evaluator.refuse(
        f"The parameter {member.key} is given what is no text",
        "A parameter takes a text, a number or a list of those.",
        value.span or member.key_span,
    )


def _unlisted(value: Known) -> Known:
    """Return a list in JSON as the list with commas that a parameter takes."""
    import json  # noqa: PLC0415 - seldom written so

    try:
        items = json.loads(spell(value))
    except (ValueError, RecursionError):
        return value
    if not all(isinstance(item, str) for item in items):
        return value
    return Known(",".join(items), value.span, value.via)


def _narrowed(value: Value, node: MapNode, kind: str) -> Value:
    """Return an unknown that is handed on with what the parameter allows it to be."""
    if not isinstance(value, Unknown) or value.refused:
        return value
    texts = value.options or options(node, kind)
    kept = tuple(text for text in texts if objection(node, kind, text) is None)
    if kept == value.options:
        return value
    return Unknown(value.name, value.reason, value.span, value.via, needs=value.needs, options=kept)


def _of_its_own(evaluator: Evaluator, member: Member, node: MapNode, kind: str) -> Value:
    """Return the value of a parameter that nobody gives: its default, else unknown."""
    name = member.key
    default = node.members.get("Default")
    if default is None or "Default" in node.twice:
        return _undecided(evaluator, member, node, kind)
    value = _default(evaluator, name, default.value)
    if isinstance(value, Known):
        # CloudFormation keeps every parameter as text, whatever the template's language made of it.
        said = Known(spell(value), value.span, (), value.pieces)
        said = said.through(value.span, f"default of parameter {name}")
        span = value.span or member.key_span
        against = objection(node, kind, spell(said))
        if against is None:
            return _typed(said, kind, span)
        detail = f"{against[0].upper()}{against[1:]}."
        summary = f"The default of parameter {name} is not allowed"
        return evaluator.refuse(summary, detail, span, Impact.REFUSED)
    return value


def _undecided(evaluator: Evaluator, member: Member, node: MapNode, kind: str) -> Value:
    """Return what a parameter without default may be.

    NOTE: it stays one unknown though code may list what it can be, because it makes names, which
    agree whatever the text is. What turns on its value asks for the options.
    """
    name, span = f"parameter {evaluator.stack.prefix}{member.key}", member.key_span
    texts = options(node, kind)
    if len(texts) == 1:
        return Known(texts[0], span).through(span, f"allowed for {name}")
    unknown = Unknown(name, f"{name} has no default", span, needs=(name,), options=texts)
    return unknown.through(span, f"allowed for {name}") if texts else unknown


def _default(evaluator: Evaluator, name: str, node: Node) -> Value:
    if isinstance(node, ScalarNode) and not node.tag:
        return evaluator.value(node)
    return evaluator.refuse(
        f"The default of parameter {name} is not a text",
        "A default is a literal text or number; functions cannot be used there.",
        node.span,
    )


def _typed(value: Known, kind: str, span: Span) -> Value:
    """Return a parameter's text as its type has it: one text, or the list that commas make."""
    if not LIST.fullmatch(kind):
        return value
    said = spell(value)
    cutter = Cutter(value.pieces or (Piece(said, value.span),))
    items: list[Value] = []
    at = 0
    for text in said.split(","):  # an empty text is a list of one empty text
        trimmed = text.strip()
        start = at + len(text) - len(text.lstrip())
        items.append(Known(trimmed, span, value.via, cutter.cut(start, start + len(trimmed))))
        at += len(text) + 1
    return Sequence(items, span, value.via)


def find_in_map(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    """Look a value up in Mappings; an unknown key makes a choice of what it may lead to."""
    items = evaluator.arguments(call, argument, 3, 4)
    if items is None:
        wanted = "the name of a mapping, two keys, and perhaps a map with DefaultValue"
        return evaluator.malformed("Fn::FindInMap", wanted, call.span)
    fallback: Node | None = None
    if len(items) > 3:  # noqa: PLR2004 - the optional argument
        last = items.pop()
        fallback = last.get("DefaultValue") if isinstance(last, MapNode) else None
        if fallback is None or not isinstance(last, MapNode) or len(last.members) > 1:
            wanted = "as its fourth argument a map with DefaultValue alone"
            return evaluator.malformed("Fn::FindInMap", wanted, last.span)
        refused = evaluator.extended("DefaultValue of Fn::FindInMap", call.span)
        if refused is not None:
            return refused
    mappings = {name: member.value for name, member in evaluator.template.mappings.items()}
    fixed = all(isinstance(item, ScalarNode) and not item.tag for item in items)
    lookup = _Lookup(evaluator, call, fallback, fixed=fixed)
    keys = [spread(evaluator.value(item), call.span) for item in items]
    return lift(keys, lambda settled: lookup.find(mappings, settled), call.span)


class _Lookup:
    """One call of Fn::FindInMap."""

    __slots__ = ("call", "evaluator", "fallback", "fixed")

    def __init__(
        self, evaluator: Evaluator, call: Node, fallback: Node | None, *, fixed: bool
    ) -> None:
        """Hold the call; `fixed` tells that all keys are literal and lead to the same always."""
        self.fixed = fixed
        self.evaluator = evaluator
        self.call = call
        self.fallback = fallback

    def find(self, level: Map[str, Node], keys: list[Value]) -> Value:
        """Return what the keys lead to, from one level of the mappings down."""
        key, rest = keys[0], keys[1:]
        if isinstance(key, Known):
            node = level.get(spell(key))
            return self._missing(spell(key)) if node is None else self._below(node, rest)
        if isinstance(key, Unknown) and key.refused:
            return key
        return self._any(level, key, rest)

    def _below(self, node: Node, rest: list[Value]) -> Value:
        if rest and isinstance(node, MapNode):
            return self.find({name: member.value for name, member in node.members.items()}, rest)
        if rest or isinstance(node, MapNode):
            wanted = "two keys that lead to a text or list"
            return self.evaluator.malformed("Fn::FindInMap", wanted, self.call.span)
        value = self.evaluator.value(node)
        return place(value.through(value.span, "the mapping"), self.call.span)

    def _missing(self, key: str) -> Value:
        if self.fallback is not None:
            return self.evaluator.value(self.fallback)
        return self.evaluator.refuse(
            f"The mapping has no key {key}",
            "Add the key, or give a DefaultValue.",
            self.call.span,
            by_value=not self.fixed,
        )

    def _any(self, level: Map[str, Node], key: Value, rest: list[Value]) -> Value:
        """Return the choice of what every key leads to; a key that leads nowhere is no option."""
        span = self.call.span
        name = show(key, span)
        allowed = key.options if isinstance(key, Unknown) else ()
        leads = [
            (said, self._below(node, rest))
            for said, node in level.items()
            if (not allowed or said in allowed) and self._leads(node, rest)
        ]
        ends = [value for _, value in leads]
        astray = [said for said in allowed if said not in dict(leads)]
        if self.fallback is not None:
            ends.append(self.evaluator.value(self.fallback))
        elif astray:
            ends.append(self._nowhere(astray))
        if ends and all(end == ends[0] for end in ends):
            return ends[0]
        needs = needs_of(key)
        if not ends or len(ends) > MOST_OPTIONS or not isinstance(key, Unknown | Symbol):
            return opaque(
                f"it is looked up with a key that code does not settle: {name}", span, needs
            )
        result = ends[-1]
        for said, value in reversed(leads[: len(ends) - 1]):
            result = decide(literally(key, said, span), value, result, span)
        return result

    def _nowhere(self, keys: list[str]) -> Unknown:
        """Return what the lookup is for values that lead nowhere: CloudFormation refuses it."""
        span = self.call.span
        said = " or ".join(keys[:MOST_OPTIONS])
        name = f"{span.source.identity}:{span.start} {said}"
        reason = f"CloudFormation refuses it: the mapping leads nowhere for {said}"
        needs = tuple(f"a key {key} in the mapping" for key in keys[:MOST_OPTIONS])
        met = said_of(
            f"The mapping leads nowhere for {said}", "Add the key, or do not allow the value.", span
        )
        return Unknown(name, reason, span, needs=needs, refused=True, refusal=met)

    @staticmethod
    def _leads(node: Node, rest: list[Value]) -> bool:
        if not rest or not isinstance(rest[0], Known):
            return True
        return isinstance(node, MapNode) and node.get(spell(rest[0])) is not None
