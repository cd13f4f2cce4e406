"""What CloudFormation refuses of a resource, by the table of schemas.

What is written out is checked when the resource is declared, and what an expression comes to when a
rule asks for it. Text stands for numbers and booleans, as CloudFormation takes it. A name that the
table does not hold may be a slip for one that matters: it counts as code that was not understood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.cloudformation import measures
from trailcheck.cloudformation.functions import each_branch
from trailcheck.cloudformation.nodes import ListNode, MapNode, ScalarNode
from trailcheck.cloudformation.resources import NAMES
from trailcheck.cloudformation.schemas import DATE, SCHEMAS
from trailcheck.cloudformation.stacks.holes import OPEN
from trailcheck.errors import Impact
from trailcheck.value import Known, Mapping, Reference, Sequence, Symbol, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Node
    from trailcheck.cloudformation.resources import Field
    from trailcheck.cloudformation.schemas import Shape
    from trailcheck.cloudformation.template import Declaration, Template
    from trailcheck.condition import Scalar
    from trailcheck.source import Span
    from trailcheck.value import Value

_ARTICLES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "json": "a map or its JSON",
    "object": "a map",
}
_MOST_LISTED = 30


def check(evaluator: Evaluator, declared: Declaration) -> None:
    """Report what CloudFormation refuses of the properties as they are written."""
    schema = SCHEMAS.get(declared.type)
    if schema is None:
        return
    node = declared.body.get("Properties")
    stated = declared.properties is not None or declared.unread
    for properties in _written(evaluator, node) if node is not None and stated else (None,):
        names: list[str] = []
        if properties is not None:
            walk = _Walk(evaluator, declared)
            walk.map(properties, schema["properties"], declared.type, "")
            names = walk.stated(properties)
        lacking = [name for name in schema["required"] if name not in names]
        looped = any(name.startswith("Fn::") for name in names)
        if lacking and not looped:
            evaluator.template.report(
                f"{declared.id} has no {' and no '.join(lacking)}",
                f"CloudFormation refuses a resource of the type {declared.type} without it.",
                declared.id_span,
                Impact.REFUSED,
            )


def is_choice(evaluator: Evaluator, node: Node) -> bool:
    """Tell whether a condition chooses what stands here: a call of Fn::If."""
    call = evaluator.function(node)
    return call is not None and call[0] == "Fn::If"


def _written(evaluator: Evaluator, node: Node) -> Iterator[MapNode]:
    """Yield the maps of properties that are written, each that a condition may choose."""
    call = evaluator.function(node)
    if call is not None and call[0] == "Fn::If":
        for arm in (evaluator.arguments(node, call[1], 3, 3) or ())[1:]:
            yield from _written(evaluator, arm)
    elif isinstance(node, MapNode) and (call is None or call[0] == "Ref"):
        yield node


def settled(evaluator: Evaluator, declared: Declaration, field: Field, value: Value) -> Value:
    """Return a property's value, refused in the branches in which CloudFormation refuses it.

    A value that says what its absence would mean is left as it is: rules tell the two apart.
    """
    schema = SCHEMAS.get(declared.type)
    shape = schema["properties"].get(field.name) if schema is not None else None
    if shape is None:
        return value
    default = field.default.data if isinstance(field.default, Known) else None
    # A word that the table does not hold may be newer than the table: that rules no world out.
    words = isinstance(shape, tuple) and shape[0] == "string"

    def judged(one: Value) -> Value:
        said, sure = "", not words
        if isinstance(one, Known):
            if one.data is None or (one.data == default and not isinstance(default, bool)):
                return one
            said = _wrong(shape, one.data)
            sure = sure and bool(said)
            said = said or _unfit(declared.type, field.name, shape, one.data)
        elif isinstance(one, Sequence | Mapping) and isinstance(shape, str | tuple):
            kind = shape if isinstance(shape, str) else shape[0]
            if kind in ("string", "integer", "number", "boolean"):
                said = f"{'a list' if isinstance(one, Sequence) else 'a map'}; {_takes(shape)}"
                sure = True
        elif isinstance(shape, list) and _one_text(one):
            said = f"one text; {_takes(shape)}"
        if not said:
            return worded(one) if field.name == NAMES.get(declared.type) else one
        span = one.span or declared.id_span
        return evaluator.refuse(*_words(field.name, said), span, Impact.REFUSED, by_value=sure)

    return each_branch(value, judged)


def worded(value: Value) -> Value:
    """Return a number, true or false as the text that it is in a name.

    CloudFormation reads `yes` as YAML 1.1 does, so that a name `yes` is the text true.
    """
    if isinstance(value, Known) and isinstance(value.data, bool | int | float):
        return Known(_spelled(value.data), value.span, value.via)
    return value


def _one_text(value: Value) -> bool:
    """Tell whether a value is surely no list: text, or the name or ARN of a resource."""
    if isinstance(value, Reference):
        return value.attribute in ("arn", "id", "name")
    return isinstance(value, Text | Symbol)


def attribute(evaluator: Evaluator, declared: Declaration, name: str, span: Span) -> Value | None:
    """Refuse an attribute that Fn::GetAtt does not have; None: the type has it, or is not known."""
    schema = SCHEMAS.get(declared.type)
    if schema is None or name in schema["attributes"]:
        return None
    known = schema["attributes"]
    if not known:
        detail = f"Fn::GetAtt takes no attribute of this type. Ref gives {schema['ref']}."
    else:
        detail = nearest(name, known) or f"Fn::GetAtt takes {_listed(known)}."
    summary = f"{declared.type} has no attribute {name}"
    return evaluator.refuse(summary, detail, span, Impact.REFUSED)


def nearest(word: str, words: Iterable[str]) -> str:
    """Return advice on a name that is not known, with the one that is nearest to it."""
    from difflib import get_close_matches  # noqa: PLC0415 - for mistakes only

    by_lower = {name.lower(): name for name in words}
    near = get_close_matches(word.lower()[:100], list(by_lower), 1)
    return f"Did you mean {by_lower[near[0]]}?" if near else ""


class _Walk:
    """One look at the properties of a resource as they are written."""

    __slots__ = ("declared", "evaluator", "template")

    def __init__(self, evaluator: Evaluator, declared: Declaration) -> None:
        self.evaluator = evaluator
        self.declared = declared
        self.template: Template = evaluator.template

    def map(self, node: MapNode, shapes: dict[str, Shape], owner: str, path: str) -> None:
        """Look at the members of a map that allows certain names only."""
        for name, member in node.members.items():
            shape = shapes.get(name)
            if shape is not None:
                self.node(member.value, shape, name, f"{path}/{name}" if path else name)
            elif not name.startswith("Fn::") and "${" not in name:
                self.unknown(name, shapes, owner, member.key_span)

    def unknown(self, name: str, shapes: dict[str, Shape], owner: str, span: Span) -> None:
        """Report a name that the table does not hold."""
        schema = SCHEMAS[self.declared.type]
        if owner == self.declared.type and name in schema["attributes"]:
            detail = f"CloudFormation sets {name} itself. Remove it."
            impact = Impact.REFUSED
        else:
            near = nearest(name, shapes)
            detail = f"{near or f'There is {_listed(shapes)}.'} (Schemas of {DATE}.)"
            impact = Impact.UNREAD
        self.template.report(f"{owner} has no property {name}", detail, span, impact)

    def stated(self, node: MapNode) -> list[str]:
        """Return the names of a map that are surely no `AWS::NoValue`, loops and macros too."""
        return [name for name, m in node.members.items() if not self.absent(m.value)]

    def absent(self, node: Node) -> bool:
        """Tell whether a node is `AWS::NoValue`, so that it is as if it were not there."""
        name, argument = self.evaluator.function(node) or ("", node)
        return name == "Ref" and getattr(argument, "text", "") == "AWS::NoValue"

    def demands(self, node: MapNode, name: str, path: str) -> None:
        """Report what a map must hold and does not."""
        lacking = measures.lacking(self.declared.type, path, self.stated(node))
        if lacking:
            self.template.report(
                f"{name} has no {' and no '.join(lacking)}",
                "CloudFormation refuses it without. Add it, or remove the whole.",
                node.span,
                Impact.REFUSED,
            )

    def node(self, node: Node, shape: Shape, name: str, path: str) -> None:
        """Look at one value, unless an expression makes it."""
        if self.evaluator.function(node) is not None:
            return
        match node:
            case ScalarNode():
                if node.data is not None and not (self.declared.names and "${" in node.text):
                    said = _wrong(shape, node.data)
                    said = said or _unfit(self.declared.type, path, shape, node.data)
                    if said:
                        self.template.report(*_words(name, said), node.span, Impact.REFUSED)
            case ListNode():
                self.list(node, shape, name, path)
            case MapNode():
                if isinstance(shape, dict):
                    self.map(node, shape, name, path)
                    if shape.keys() >= node.members.keys():  # else a slip was told
                        self.demands(node, name, path)
                elif not any(key.startswith("Fn::") for key in node.members):
                    self.misfit(node, shape, name, "a map", ("json", "object", "any"))
            case _:
                assert_never(node)

    def list(self, node: ListNode, shape: Shape, name: str, path: str) -> None:
        """Look at a list and its items."""
        if isinstance(shape, list):
            for item in node.items:
                self.node(item, shape[0], name, f"{path}/*")
            sure = sum(self.evaluator.function(item) is None for item in node.items)
            every = sum(not self.absent(item) for item in node.items)
            said = measures.items(self.declared.type, path, sure, every)
            if said:
                words = _words(name, f"a list of {every}; {said}")
                self.template.report(*words, node.span, Impact.REFUSED)
        else:
            self.misfit(node, shape, name, "a list", ("any",))

    def misfit(
        self, node: Node, shape: Shape, name: str, kind: str, allowed: tuple[str, ...]
    ) -> None:
        """Report a list or map where none can stand."""
        if shape not in allowed:
            words = _words(name, f"{kind}; {_takes(shape)}")
            self.template.report(*words, node.span, Impact.REFUSED)


def _wrong(shape: Shape, data: Scalar) -> str:
    """Say what a scalar is and what belongs in its place; nothing if it will do."""
    if isinstance(data, str) and ("{{resolve:" in data or OPEN in data):
        return ""
    said = _spelled(data)
    match shape:
        case str():
            fits = _fits(shape, said)
        case tuple():
            kind, allowed = shape
            number = kind == "integer" and _whole(said)
            if number and said.startswith("0") and len(said) > 1:
                return ""  # octal or decimal: the reader of the property says that it is open
            fits = (int(float(said)) if number else said) in allowed
        case list() | dict():
            fits = False
        case _:
            assert_never(shape)
    return "" if fits else f"{said[:100]}; {_takes(shape)}"


def _unfit(type_name: str, path: str, shape: Shape, data: Scalar) -> str:
    """Say what a scalar of the right kind is and what CloudFormation takes; nothing if it will do.

    What a deployment puts into a text is not known: such a text is not measured.
    """
    if isinstance(data, str) and ("{{resolve:" in data or OPEN in data):
        return ""
    said = _spelled(data)
    takes = measures.text(type_name, path, shape, said)
    shown = said[:100] if said else "empty"
    return f"{shown}; {takes}" if takes else ""


def _fits(kind: str, said: str) -> bool:
    match kind:
        case "boolean":
            return said.lower() in ("true", "false")
        case "integer":
            return _whole(said)
        case "number":
            return _number(said)
        case "object":
            return said.lstrip().startswith("{")
        case _:
            return True


# NOTE: patterns would have to be compiled at every start.
def _whole(said: str) -> bool:
    """Tell whether a text is a whole number; a fraction of zero does no harm."""
    digits, _, fraction = (said[1:] if said[:1] in ("+", "-") else said).partition(".")
    return digits.isascii() and digits.isdigit() and not fraction.strip("0")


def _number(said: str) -> bool:
    if not set(said) <= set("0123456789+-.eE"):
        return False
    try:
        float(said)
    except ValueError:
        return False
    return True


def _spelled(data: Scalar) -> str:
    return str(data).lower() if isinstance(data, bool) else str(data)


def _takes(shape: Shape) -> str:
    """Say what a shape takes."""
    match shape:
        case str():
            return f"it takes {_ARTICLES.get(shape, 'another value')}"
        case tuple():
            return f"it takes {_listed([str(each) for each in shape[1]])}"
        case list():
            return "it takes a list"
        case dict():
            return "it takes a map"
        case _:
            assert_never(shape)


def _words(name: str, said: str) -> tuple[str, str]:
    """Return summary and detail of a value that is refused."""
    found, _, takes = said.partition("; ")
    return f"{name} cannot be {found}", f"{takes[:1].upper()}{takes[1:]}."


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    more = len(known) - _MOST_LISTED
    shown = ", ".join(known[:_MOST_LISTED])
    return f"{shown} and {more} more" if more > 0 else shown
