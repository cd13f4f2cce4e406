"""What a parameter may be: AllowedValues, AllowedPattern, the least and the most.

CloudFormation checks every value of a parameter, its default too, before it looks at resources.
Limits that cannot be judged here (an unknown dialect of patterns) object to nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import spell
from trailcheck.cloudformation.nodes import ListNode, MapNode, ScalarNode
from trailcheck.value import Known, Piece, Text, Unknown

if TYPE_CHECKING:
    from decimal import Decimal

    from trailcheck.value import Value

LIST = re.compile(r"CommaDelimitedList|List<.*>")
"""The types whose value is a list that commas make."""
STORED = "AWS::SSM::Parameter::Value<"
"""The types whose value is the name of a parameter in Systems Manager."""

_LITERAL = re.compile(r"(?:[\w /:@,-]|\\[.$/_-])+")
_NUMBER = re.compile(r"[-+]?[0-9]{1,30}(?:\.[0-9]{0,30})?")
_LONGEST = 200
_MOST_TRIES = 1_000_000
_REPEAT = re.compile(r"[*+{]")
_EITHER = re.compile(r"[?|]")
_GROUP_REPEATED = re.compile(r"(?<!\\)\)(?:[*+]|\{)")
_FOREIGN = re.compile(r"&&|\[\[|\\[pPQEhRGZz]|\(\?")
"""What Java's patterns, which CloudFormation uses, read otherwise than Python's."""


def options(node: MapNode, kind: str) -> tuple[str, ...]:
    """Return all texts that a parameter may be given, where its declaration lists them."""
    if LIST.fullmatch(kind) or kind.startswith(STORED):
        return ()
    listed = _texts(node, "AllowedValues") or _alternatives(_text(node, "AllowedPattern"))
    return tuple(text for text in listed if objection(node, kind, text) is None)


def objection(node: MapNode, kind: str, text: str) -> str | None:
    """Say why CloudFormation refuses a value for a parameter; None where it takes it."""
    if LIST.fullmatch(kind):
        items = [item.strip() for item in text.split(",")] if text else []
        allowed = _texts(node, "AllowedValues")
        wrong = next((item for item in items if allowed and item not in allowed), None)
        if wrong is not None:
            return f"{wrong!r} is none of its AllowedValues"
        numbers = items if kind == "List<Number>" else ()
        return next(filter(None, (_number_objection(node, item) for item in numbers)), None)
    allowed = _texts(node, "AllowedValues")
    if allowed and text not in allowed:
        return f"{text!r} is none of its AllowedValues"
    if kind == "Number":
        return _number_objection(node, text)
    if kind == "String":
        return _text_objection(node, text)
    return None


def refusal(node: MapNode, kind: str, value: Value) -> str | None:
    """Say why CloudFormation refuses a settled value for a parameter; None where it may take it."""
    match value:
        case Known():
            said = spell(value)
            # A list in JSON is turned into one with commas where it is received.
            listed = LIST.fullmatch(kind) is not None and said.startswith("[")
            return None if listed else objection(node, kind, said)
        case Unknown() if value.options:
            refused = [objection(node, kind, text) for text in value.options]
            return None if None in refused else refused[0]
        case Text() if not LIST.fullmatch(kind):
            allowed = _texts(node, "AllowedValues")
            if allowed and not any(_may_be(value, text) for text in allowed):
                return "what it is given is none of its AllowedValues"
            most = _number(_text(node, "MaxLength")) if kind == "String" else None
            said_at_least = sum(len(p.text) for p in value.parts if isinstance(p, Piece))
            if most is not None and said_at_least > most:
                return f"it is longer than its MaxLength of {most}"
            return None
        case _:
            return None


def _may_be(value: Text, text: str) -> bool:
    """Tell whether a text with symbolic parts may be another, by how it starts and ends."""
    first, last = value.parts[0], value.parts[-1]
    starts = not isinstance(first, Piece) or text.startswith(first.text)
    return starts and (not isinstance(last, Piece) or text.endswith(last.text))


def _number_objection(node: MapNode, text: str) -> str | None:
    number = _number(text)
    if number is None:
        return None if len(text) > _LONGEST or _may_be_number(text) else f"{text!r} is no number"
    least, most = _number(_text(node, "MinValue")), _number(_text(node, "MaxValue"))
    if least is not None and number < least:
        return f"{text} is less than its MinValue of {least}"
    if most is not None and number > most:
        return f"{text} is more than its MaxValue of {most}"
    return None


def _text_objection(node: MapNode, text: str) -> str | None:
    least, most = _number(_text(node, "MinLength")), _number(_text(node, "MaxLength"))
    if least is not None and len(text) < least:
        return f"{text!r} is shorter than its MinLength of {least}"
    if most is not None and len(text) > most:
        return f"it is longer than its MaxLength of {most}"
    pattern = _text(node, "AllowedPattern")
    if pattern and _matches(pattern, text) is False:
        return f"{text!r} does not match its AllowedPattern"
    return None


def _matches(pattern: str, text: str) -> bool | None:
    """Tell whether a pattern matches a whole text; None where that is not sure, or may take long.

    Repeats of groups are not tried. Any other repeat may stop at each character, and any choice
    doubles the ways: that many are tried at most.
    """
    repeats, choices = len(_REPEAT.findall(pattern)), len(_EITHER.findall(pattern))
    if (
        max(len(pattern), len(text)) > _LONGEST
        or (len(text) + 2) ** repeats * 2**choices > _MOST_TRIES
        or _GROUP_REPEATED.search(pattern)
        or _FOREIGN.search(pattern)
    ):
        return None
    try:
        return re.fullmatch(pattern, text) is not None
    except (re.error, OverflowError, RecursionError):
        return None


def _alternatives(pattern: str) -> tuple[str, ...]:
    """Return all texts that a pattern of plain alternatives matches (`^(dev|prod)$`), else none."""
    said = pattern.removeprefix("^").removesuffix("$") if "|" in pattern else ""
    if said.startswith("(") and said.endswith(")"):
        said = said[1:-1].removeprefix("?:")
    options = [option.strip("^$") if "^" in pattern else option for option in said.split("|")]
    if not said or not all(_LITERAL.fullmatch(option) for option in options):
        return ()
    return tuple(dict.fromkeys(option.replace("\\", "") for option in options))


def _texts(node: MapNode, key: str) -> tuple[str, ...]:
    listed = node.get(key)
    if not isinstance(listed, ListNode):
        return ()
    texts = [spell(Known(item.data)) for item in listed.items if isinstance(item, ScalarNode)]
    return tuple(dict.fromkeys(texts)) if len(texts) == len(listed.items) else ()


def _text(node: MapNode, key: str) -> str:
    found = node.get(key)
    return spell(Known(found.data)) if isinstance(found, ScalarNode) else ""


def _number(text: str) -> Decimal | None:
    if not _NUMBER.fullmatch(text):
        return None
    from decimal import Decimal  # noqa: PLC0415 - few parameters are numbers with limits

    return Decimal(text)


def _may_be_number(text: str) -> bool:
    """Tell whether a text is a number in a notation that is not compared here (`1e3`)."""
    try:
        float(text)
    except ValueError:
        return False
    return True
