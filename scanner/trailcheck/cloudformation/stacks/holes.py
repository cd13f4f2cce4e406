"""Holes in the text of a template: values of the code around it that no text says.

`file`, heredocs and `jsonencode` of Terraform, and `Fn::Sub` around a template in a template, make
texts in which references and unknowns stand. In the text that is parsed each is a mark, and where
the text is evaluated the value stands in the mark's place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.cloudformation.functions import Cutter
from trailcheck.cloudformation.nodes import ListNode, MapNode, ScalarNode
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailcheck.cloudformation.nodes import Node
    from trailcheck.cloudformation.template import Template
    from trailcheck.source import Span
    from trailcheck.value import Piece, Value

# Characters of private use: YAML and JSON take them in any text, and no template needs them.
OPEN, CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{OPEN}([0-9]{{1,6}}){CLOSE}")


def mark(number: int) -> str:
    """Return the mark of a hole."""
    return f"{OPEN}{number}{CLOSE}"


def check(template: Template) -> None:
    """Report holes where only literal text can be understood: in names, types and parameters."""
    seen: set[int] = set()
    waiting: list[tuple[Node, bool]] = [(template.root, True)]
    while waiting:
        node, free = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        match node:
            case ScalarNode():
                if not free and OPEN in node.text:
                    _report(template, node.span)
            case ListNode():
                waiting += [(item, free) for item in node.items]
            case MapNode():
                for member in node.members.values():
                    if OPEN in member.key:
                        _report(template, member.key_span)
                    inside = node is template.root and member.key == "Parameters"
                    may_be = member.key == "Default" or (free and not inside)
                    waiting.append((member.value, may_be))
    resources = template.root.get("Resources")
    for member in resources.members.values() if isinstance(resources, MapNode) else ():
        kind = member.value.get("Type") if isinstance(member.value, MapNode) else None
        if isinstance(kind, ScalarNode) and OPEN in kind.text:
            _report(template, kind.span)


def _report(template: Template, span: Span) -> None:
    summary = "A name in the template is not settled by code"
    template.report(summary, "What it declares cannot be told. Write it as literal text.", span)


def filled(
    written: str, pieces: tuple[Piece, ...], holes: Sequence[Value], span: Span
) -> list[Value]:
    """Return a text as the values that it is made of: literal text, and what stands for marks."""
    cutter, at = Cutter(pieces), 0
    found: list[Value] = []
    for match in _MARK.finditer(written):
        if int(match[1]) >= len(holes):
            continue
        if match.start() > at:
            literal = written[at : match.start()]
            found.append(Known(literal, span, (), cutter.cut(at, match.start())))
        found.append(holes[int(match[1])])
        at = match.end()
    if at < len(written):
        found.append(Known(written[at:], span, (), cutter.cut(at, len(written))))
    return found
