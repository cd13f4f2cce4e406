"""The syntax tree of Terraform configuration, the same for native and JSON syntax.

A block's body is read when somebody asks for it, an expression is lowered when somebody evaluates
it. Every node has a span; in JSON syntax the parts of a template share the span of their string.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trailcheck.condition import Scalar
    from trailcheck.errors import Diagnostic
    from trailcheck.source import Source, Span


class Literal(NamedTuple):
    """A number, boolean or null."""

    span: Span
    data: Scalar


class TemplateText(NamedTuple):
    """Literal text of a template; `exact` if the text stands in the file as it is."""

    span: Span
    text: str
    exact: bool


class TemplateIf(NamedTuple):
    """`%{ if condition }…%{ else }…%{ endif }`."""

    span: Span
    condition: Expression
    then: tuple[TemplatePart, ...]
    otherwise: tuple[TemplatePart, ...]


class TemplateFor(NamedTuple):
    """`%{ for key, value in collection }…%{ endfor }`."""

    span: Span
    key: str | None
    value: str
    collection: Expression
    body: tuple[TemplatePart, ...]


class Template(NamedTuple):
    """Text with interpolations and directives, quoted or in a heredoc."""

    span: Span
    parts: tuple[TemplatePart, ...]


class TupleExpression(NamedTuple):
    """`[a, b]`."""

    span: Span
    items: tuple[Expression, ...]


class ObjectExpression(NamedTuple):
    """`{ key = value }`; a bare word as key is text."""

    span: Span
    items: tuple[tuple[Expression, Expression], ...]


class ForExpression(NamedTuple):
    """`[for …]`, or `{for …}` when `result_key` is there."""

    span: Span
    key: str | None
    value: str
    collection: Expression
    result_key: Expression | None
    result: Expression
    condition: Expression | None
    grouping: bool


class Conditional(NamedTuple):
    """`condition ? then : otherwise`."""

    span: Span
    condition: Expression
    then: Expression
    otherwise: Expression


class Binary(NamedTuple):
    """An operator between two operands."""

    span: Span
    operator: str
    left: Expression
    right: Expression


class Unary(NamedTuple):
    """`-a` or `!a`."""

    span: Span
    operator: str
    operand: Expression


class Call(NamedTuple):
    """A function call; `expand` for a final `...`."""

    span: Span
    name: str
    arguments: tuple[Expression, ...]
    expand: bool


class Variable(NamedTuple):
    """The first name of a traversal: `var`, `local`, a resource type."""

    span: Span
    name: str


class GetAttribute(NamedTuple):
    """`operand.name`; `apart` where the operand stands in brackets: `(a.b).c` refers to `a.b`."""

    span: Span
    operand: Expression
    name: str
    apart: bool = False


class Index(NamedTuple):
    """`operand[key]`; `apart` where the operand or a constant key stands in brackets."""

    span: Span
    operand: Expression
    key: Expression
    apart: bool = False


class SplatItem(NamedTuple):
    """The item that a splat is at, inside its `each`."""

    span: Span


class Splat(NamedTuple):
    """`operand[*]` or `operand.*`, with what is applied to each item."""

    span: Span
    operand: Expression
    each: Expression


class Broken(NamedTuple):
    """Code that is not an expression; the file's diagnostics say where."""

    span: Span


Expression: TypeAlias = (
    Literal
    | Template
    | TupleExpression
    | ObjectExpression
    | ForExpression
    | Conditional
    | Binary
    | Unary
    | Call
    | Variable
    | GetAttribute
    | Index
    | SplatItem
    | Splat
    | Broken
)
TemplatePart: TypeAlias = "TemplateText | TemplateIf | TemplateFor | Expression"


class Argument:
    """`name = value` in a body; the value is lowered on first use."""

    __slots__ = ("_expression", "_lower", "name", "name_span", "references", "span")

    def __init__(
        self, name: str, name_span: Span, span: Span, lower: Callable[[], Expression]
    ) -> None:
        self.name = name
        self.name_span = name_span
        self.span = span
        """Name and value."""
        self.references: tuple[str, ...] | None = None
        """What the value refers to, once somebody has asked `traversals.referred`."""
        self._lower: Callable[[], Expression] = lower
        self._expression: Expression | None = None

    @property
    def expression(self) -> Expression:
        """The value."""
        if self._expression is None:
            try:
                self._expression = self._lower()
            except RecursionError:
                self._expression = Broken(self.span)
        return self._expression


class Body:
    """What stands between the braces of a block, or in a file."""

    __slots__ = ("arguments", "blocks", "span")

    def __init__(self, arguments: dict[str, Argument], blocks: list[Block], span: Span) -> None:
        self.arguments = arguments
        self.blocks = blocks
        self.span = span

    def argument(self, name: str) -> Argument | None:
        """Return the argument of that name."""
        return self.arguments.get(name)

    def named(self, name: str) -> list[Block]:
        """Return the nested blocks of one type, `dynamic` ones of that label included, in order."""
        return [
            b
            for b in self.blocks
            if b.type == name or (b.type == "dynamic" and b.labels[:1] == (name,))
        ]


class Block:
    """`type "label" { … }`; the body may be read on first use."""

    __slots__ = ("_body", "header", "labels", "source", "type", "whole")

    def __init__(  # noqa: PLR0913, PLR0917 - what is known before the body is read
        self,
        type: str,  # noqa: A002
        labels: tuple[str, ...],
        header: Span,
        body: Body | Callable[[], Body],
        source: str | None = None,
        whole: Span | None = None,
    ) -> None:
        self.type = type
        self.labels = labels
        self.header = header
        """Type and labels, without the braces."""
        self.source = source
        """The source of a module call, if it is told before the body is read."""
        self.whole = whole
        """The block with its body, if it is told before the body is read."""
        self._body = body

    @property
    def body(self) -> Body:
        """What stands between the braces."""
        if not isinstance(self._body, Body):
            self._body = self._body()
        return self._body

    def __repr__(self) -> str:
        return " ".join((self.type, *self.labels))


class File(NamedTuple):
    """One parsed file. Where parts of it could not be read, the rest is here all the same."""

    source: Source
    body: Body
    diagnostics: tuple[Diagnostic, ...]
    late: Sequence[Diagnostic] = ()
    """Grows by what is found wrong in bodies that are read later."""
