"""The intrinsic functions, one Python function each: what their arguments must be, what they give.

Every function takes the evaluator, the node of the call and the node of its argument. For a short
tag (`!Sub x`) both are the same node; in the long form (`Fn::Sub: x`) the argument is the value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.cloudformation import arns, conditions, nesting, parameters, references, seldom
from trailcheck.cloudformation.functions import (
    MOST_CHARACTERS,
    NO_VALUE,
    Cutter,
    concatenate,
    known_later,
    lift,
    made_of,
    may_lack,
    opaque,
    parts_of_scalar,
    place,
    show,
    spell,
)
from trailcheck.cloudformation.nodes import ListNode, MapNode, ScalarNode
from trailcheck.cloudformation.splits import split
from trailcheck.cloudformation.stacks.holes import OPEN, filled
from trailcheck.cloudformation.template import EXTENSIONS
from trailcheck.errors import Impact
from trailcheck.value import Known, Mapping, Piece, Reference, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Map

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Node
    from trailcheck.source import Span
    from trailcheck.value import Part, Value

MACRO = "Fn::Transform"
"""The call of a macro, which CloudFormation runs before it evaluates any function."""

_MOST_STEPS = 20
_MOST_DIGITS = 9
RULE_FUNCTIONS = frozenset(
    f"Fn::{name}"
    for name in ("Contains", "EachMemberEquals", "EachMemberIn", "RefAll", "ValueOf", "ValueOfAll")
)
RULES_ONLY = "It works in the section Rules only."
_NAMED = re.compile(r"\$\{(!?)([^${}]*)\}")
_INSIDE = re.compile(r"\$\{[^${}]*[$&]\{")
"""A loop's variable inside a name, as in `${Role${Each}.Arn}`: the transform puts it in first."""


def _ref(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    wanted = "the name of a parameter or resource"

    def build(settled: list[Value]) -> Value:
        (name,) = settled
        if isinstance(name, Known) and isinstance(name.data, str):
            return references.ref(evaluator, name.data, call.span)
        return _unsettled(evaluator, name, "Ref", wanted, call.span)

    return lift([_name(evaluator, call, argument, "Ref", wanted)], build, call.span)


def _name(evaluator: Evaluator, call: Node, argument: Node, function: str, wanted: str) -> Value:
    """Return the name that a reference is by: literal, or computed under language extensions."""
    if isinstance(argument, ScalarNode) and (argument is call or not argument.tag):
        return Known(evaluator.spelled(argument.text), argument.span)
    if argument is call or EXTENSIONS not in evaluator.template.transforms:
        return evaluator.malformed(function, wanted, call.span)
    return evaluator.value(argument)


def _unsettled(
    evaluator: Evaluator, name: Value, function: str, wanted: str, span: Span
) -> Unknown:
    if not isinstance(name, Unknown):
        return evaluator.malformed(function, wanted, span)
    return name if name.refused else made_of(function, name, span)


def _get_att(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    wanted = "a resource and its attribute, as a list of two or with a dot between"
    if isinstance(argument, ScalarNode):
        address, dot, attribute = evaluator.spelled(argument.text).partition(".")
        if not dot:
            return evaluator.malformed("Fn::GetAtt", wanted, call.span)
        return references.get_att(evaluator, address, attribute, call.span)
    items = evaluator.arguments(call, argument, 2, 9)
    if items is None:
        return evaluator.malformed("Fn::GetAtt", wanted, call.span)

    def build(settled: list[Value]) -> Value:
        names = [spell(value) for value in settled if isinstance(value, Known)]
        if len(names) != len(settled):
            name = next(value for value in settled if not isinstance(value, Known))
            return _unsettled(evaluator, name, "Fn::GetAtt", wanted, call.span)
        return references.get_att(evaluator, names[0], ".".join(names[1:]), call.span)

    of = _name(evaluator, call, items[0], "Fn::GetAtt", wanted)
    return lift([of, *map(evaluator.value, items[1:])], build, call.span)


def _sub(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    wanted = "a text, or a list of a text and a map of its variables"
    own: dict[str, Node] = {}
    pattern: Node | None = argument
    if isinstance(argument, ListNode):
        items = evaluator.arguments(call, argument, 2, 2)
        pattern = items[0] if items else None
        if items:
            if not isinstance(items[1], MapNode) or items[1].tag:
                return evaluator.malformed("Fn::Sub", wanted, call.span)
            own = {member.key: member.value for member in items[1].members.values()}
    if not isinstance(pattern, ScalarNode) or (pattern.tag and pattern is not call):
        return evaluator.malformed("Fn::Sub", wanted, call.span)
    return _substitute(evaluator, pattern, own, call.span)


def _substitute(
    evaluator: Evaluator, pattern: ScalarNode, own: Map[str, Node], span: Span
) -> Value:
    written = pattern.text
    if len(written) > MOST_CHARACTERS:
        return opaque("its text is too long to follow", span)
    pieces = pattern.pieces()
    if evaluator.names and _INSIDE.search(written):
        written = evaluator.spelled(written)
        pieces = (Piece(written, span),)
    cutter = Cutter(pieces)
    values: list[Value] = []
    at = 0

    def literal(start: int, end: int) -> None:
        if end > start:
            said, pieces = written[start:end], cutter.cut(start, end)
            values.extend(
                filled(said, pieces, evaluator.holes, span)
                if OPEN in said
                else (Known(said, span, (), pieces),)
            )

    for match in _NAMED.finditer(written):
        name = match[2].strip()
        if match[1]:
            literal(at, match.start() + 2)
            at = match.end(1)
            continue
        literal(at, match.start())
        at = match.end()
        piece = cutter.cut(match.start(), match.end())[0]
        where = piece.span if piece.exact and piece.span is not None else span
        if name in own:
            values.append(evaluator.value(own[name]))
        elif "." in name and name not in evaluator.names:
            address, _, attribute = name.partition(".")
            values.append(references.get_att(evaluator, address, attribute, where))
        else:
            values.append(references.ref(evaluator, name, where))
    literal(at, len(written))
    return joined(evaluator, values, "", span, "Fn::Sub")


def joined(evaluator: Evaluator, values: list[Value], between: str, span: Span, name: str) -> Value:
    """Return the text that values make together; `name` says what makes it."""

    def build(settled: list[Value]) -> Value:
        groups: list[tuple[Part, ...]] = []
        for value in settled:
            parts = parts_of_scalar(value)
            if parts is None:
                return evaluator.refuse(
                    f"{name} holds what is not text",
                    "Lists, maps and absent values cannot be part of a text.",
                    value.span or span,
                    by_value=True,
                )
            groups.append(parts)
        return _with_steps(concatenate(groups, between, span), settled)

    return lift(values, build, span)


def _with_steps(result: Value, sources: list[Value]) -> Value:
    """Give a result the steps that its sources came through."""
    steps = tuple(dict.fromkeys(step for source in sources for step in source.via))
    for step in steps[:_MOST_STEPS]:
        if step not in result.via:
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
            return (
                place(values, call.span)
                if values.refused
                else made_of("Fn::Join", values, call.span)
            )
        if isinstance(values, Reference):
            return known_later("Fn::Join", values, call.span)
        if not isinstance(between, Known) or not isinstance(values, Sequence):
            return evaluator.malformed("Fn::Join", "a delimiter and a list", call.span)
        return joined(evaluator, list(values.items), spell(between), call.span, "Fn::Join")

    return lift([delimiter, listed], build, call.span)


def _select(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    items = evaluator.arguments(call, argument, 2, 2)
    if items is None:
        return evaluator.malformed("Fn::Select", "an index and a list", call.span)
    if isinstance(items[1], ListNode) and not items[1].tag:
        among = [evaluator.value(item) for item in items[1].items]
        if any(map(may_lack, among)):
            if NO_VALUE in among:
                return evaluator.malformed("Fn::Select", "a list without AWS::NoValue", call.span)
            return opaque("the list that Fn::Select is given may hold AWS::NoValue", call.span)

    def build(settled: list[Value]) -> Value:
        index, listed = settled
        for value in settled:
            if isinstance(value, Unknown):
                return made_of(f"Fn::Select {show(index, call.span)}", value, call.span)
        if isinstance(listed, Reference):
            return known_later(f"Fn::Select {show(index, call.span)}", listed, call.span)
        if not isinstance(listed, Sequence) or not isinstance(index, Known):
            return evaluator.malformed("Fn::Select", "an index and a list", call.span)
        said = spell(index)
        index_ok = said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS
        if not index_ok or int(said) >= len(listed.items):
            return evaluator.refuse(
                "Fn::Select selects nothing",
                f"The list has {len(listed.items)} items, counted from 0, and the index is {said}.",
                call.span,
                by_value=True,
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
            return made_of(f"Fn::Split {show(delimiter, call.span)}", whole, call.span)
        textual = not isinstance(whole, Sequence | Mapping) and whole != NO_VALUE
        if not isinstance(delimiter, Known) or not spell(delimiter) or not textual:
            return evaluator.malformed("Fn::Split", "a delimiter and a text", call.span)
        said = spell(delimiter)
        return lift(
            [arns.spelled(evaluator, whole, call.span)],
            lambda known: split(known[0], said, call.span, arns.whole(evaluator, said)),
            call.span,
        )

    return lift([evaluator.value(items[0]), evaluator.value(items[1])], build, call.span)


def _if(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    items = evaluator.arguments(call, argument, 3, 3)
    if items is None or not isinstance(items[0], ScalarNode) or items[0].tag:
        wanted = "the name of a condition, and a value for each case"
        return evaluator.malformed("Fn::If", wanted, call.span)
    chosen = conditions.named(evaluator, items[0].text, items[0].span)
    then, otherwise = items[1], items[2]
    return conditions.turn(
        chosen, lambda: evaluator.value(then), lambda: evaluator.value(otherwise), call.span
    )


def _condition(evaluator: Evaluator, call: Node, _argument: Node) -> Value:
    """Refuse a condition where a value belongs."""
    return nesting.misplaced(evaluator, next(iter(getattr(call, "members", ())), ""), call)


def _import_value(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    def build(settled: list[Value]) -> Value:
        (value,) = settled
        if isinstance(value, Unknown) and value.refused:
            return value
        if isinstance(value, Sequence | Mapping) or (isinstance(value, Known) and not value.data):
            return evaluator.malformed("Fn::ImportValue", "the name of an export", call.span)
        own = next((p for p in parts_of_scalar(value) or () if isinstance(p, Reference)), None)
        if own is not None and evaluator.stack.tree.declared(own.address) is not None:
            return evaluator.refuse(
                f"Fn::ImportValue depends on {own.address}",
                "The name of an export cannot depend on a resource.",
                call.span,
                Impact.REFUSED,
            )
        return evaluator.stack.tree.exports.value(evaluator, value, call.span)

    return lift([evaluator.argument(call, argument)], build, call.span)


def _get_stack_output(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    """Return an output that is asked for by the name of its stack, which only assemblies state."""

    def build(settled: list[Value]) -> Value:
        (value,) = settled
        if not isinstance(value, Mapping):
            return evaluator.malformed("Fn::GetStackOutput", nesting.OUTPUT, call.span)
        found = evaluator.stack.tree.exports.of_stack(evaluator, value.items, call.span)
        if found is not None:
            return found
        said = [value.items.get(key, Known("")) for key in ("StackName", "OutputName", "Region")]
        stack, output, region = (show(each, call.span).strip('"') for each in said)
        name = f"output {output} of the stack {stack}" + (f" in {region}" if region else "")
        return Unknown(
            name, f"{name} is settled when the stack is deployed", call.span, needs=(name,)
        )

    return lift([evaluator.argument(call, argument)], build, call.span)


def _find_in_map(evaluator: Evaluator, call: Node, argument: Node) -> Value:
    return parameters.find_in_map(evaluator, call, argument)


FUNCTIONS: dict[str, Callable[[Evaluator, Node, Node], Value]] = {
    "Ref": _ref,
    "Condition": _condition,
    "Fn::And": _condition,
    "Fn::Base64": seldom.base64,
    "Fn::Cidr": seldom.cidr,
    "Fn::Equals": _condition,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": seldom.zones,
    "Fn::GetAtt": _get_att,
    "Fn::GetStackOutput": _get_stack_output,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Length": seldom.length,
    "Fn::Not": _condition,
    "Fn::Or": _condition,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": seldom.to_json,
    MACRO: seldom.transform,
}
