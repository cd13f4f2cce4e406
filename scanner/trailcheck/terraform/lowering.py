"""Tree-sitter's nodes to `ast` nodes.

Tree-sitter accepts more than HCL does and understands less: white space in templates has no node,
`a ? b : c ? d : e` leans to the left, `a.*.b[0]` keeps the index inside the splat, the digit of
`.0` has no node, and duplicate arguments are no error. What HCL says about each is done here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic
from trailcheck.terraform import ast
from trailcheck.terraform.templates import Marker, assemble

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from trailcheck.condition import Scalar
    from trailcheck.source import Span

    Spanner = Callable[[int, int], Span]

_MOST_STEPS = 200
"""Attributes, indexes and splats in a row; more of them are no code that anybody writes."""
_MOST_DIGITS = 1_000


_MARKERS = {
    "template_interpolation": "interpolation",
    "template_if_intro": "if",
    "template_else_intro": "else",
    "template_if_end": "endif",
    "template_for_start": "for",
    "template_for_end": "endfor",
}
_SPLIT_NUMBER = re.compile(rb"\s*([0-9]+)")


class Lowering:
    """Turns tree-sitter's nodes of one text into ours."""

    def __init__(self, data: bytes, span: Spanner) -> None:
        self.data = data
        self.span = span

    def at(self, node: Node) -> Span:
        return self.span(node.start_byte, node.end_byte)

    def word(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def body(self, node: Node, problems: list[Diagnostic]) -> ast.Body:
        arguments: dict[str, ast.Argument] = {}
        blocks: list[ast.Block] = []
        for child in node.named_children:
            if child.type == "attribute":
                argument = self.argument(child)
                if argument is None:
                    continue
                first = arguments.setdefault(argument.name, argument)
                if first is not argument:
                    problems.append(duplicate(argument, first))
            elif child.type == "block":
                blocks.append(self.block(child, problems))
        return ast.Body(arguments, blocks, self.at(node))

    def argument(self, node: Node) -> ast.Argument | None:
        children = [c for c in node.children if c.type != "comment"]
        if len(children) < 3 or children[-1].type != "expression":  # noqa: PLR2004 - name = value
            return None
        value = children[-1]
        return ast.Argument(
            self.word(children[0]),
            self.at(children[0]),
            self.at(node),
            lambda: self.expression(value),
        )

    def block(self, node: Node, problems: list[Diagnostic]) -> ast.Block:
        words: list[str] = []
        end = node.end_byte
        body = ast.Body({}, [], self.at(node))
        for child in node.children:
            match child.type:
                case "identifier":
                    words.append(self.word(child))
                    end = child.end_byte
                case "string_lit":
                    words.append(self.string(child))
                    end = child.end_byte
                case "body":
                    body = self.body(child, problems)
        header = self.span(node.start_byte, end)
        return ast.Block(words[0] if words else "", tuple(words[1:]), header, body)

    def string(self, node: Node) -> str:
        """Return the text of a plain quoted string."""
        raw = self.data[node.start_byte + 1 : node.end_byte - 1]
        return assemble([], raw, 0, self.span, quoted=True).plain()

    def expression(self, node: Node) -> ast.Expression:
        """Lower an `expression`, `expr_term` or operand: a base and the steps that follow it."""
        children = [c for c in node.children if c.type != "comment"]
        if node.type not in ("expression", "expr_term"):
            return self.base(node)
        if not children:
            return ast.Broken(self.at(node))
        if children[0].type == "(":
            inner = self.expression(children[1]) if len(children) > 1 else ast.Broken(self.at(node))
            return self.steps(inner, node.start_byte, children[3:], apart=True)
        return self.steps(self.base(children[0]), node.start_byte, children[1:])

    def base(self, node: Node) -> ast.Expression:
        span = self.at(node)
        match node.type:
            case "expression" | "expr_term":
                return self.expression(node)
            case "literal_value" | "collection_value" | "operation":
                return self.base(
                    node.named_children[0] if node.named_children else node.children[0]
                )
            case "template_expr":
                return self.template(node.children[0])
            case "string_lit" | "quoted_template" | "heredoc_template":
                return self.template(node)
            case "numeric_lit":
                said = number(self.word(node))
                return ast.Literal(span, said) if said is not None else ast.Broken(span)
            case "bool_lit":
                return ast.Literal(span, self.word(node) == "true")
            case "null_lit":
                return ast.Literal(span, None)
            case "variable_expr" | "identifier":
                return ast.Variable(span, self.word(node))
            case "tuple":
                items = (c for c in node.named_children if c.type == "expression")
                return ast.TupleExpression(span, tuple(self.expression(c) for c in items))
            case "object":
                elements = (c for c in node.named_children if c.type == "object_elem")
                return ast.ObjectExpression(span, tuple(self.object_element(c) for c in elements))
            case "for_expr":
                return self.for_expression(node.children[0])
            case "conditional":
                return self.conditional(node)
            case "binary_operation":
                return self.binary(node)
            case "unary_operation":
                return ast.Unary(span, self.word(node.children[0]), self.operand(node.children[1:]))
            case "function_call":
                return self.call(node)
            case _:
                return ast.Broken(span)

    def operand(self, nodes: list[Node]) -> ast.Expression:
        """Lower an operand of an operator, whose steps are its siblings."""
        nodes = [n for n in nodes if n.type != "comment"]
        if not nodes:
            return ast.Broken(self.span(0, 0))
        if nodes[0].type == "(":
            base, rest = self.expression(nodes[1]), nodes[3:]
        else:
            base, rest = self.base(nodes[0]), nodes[1:]
        return self.steps(base, nodes[0].start_byte, rest)

    def binary(self, node: Node) -> ast.Expression:
        operators = ("||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%")
        for at, child in enumerate(node.children):
            if not child.is_named and child.type in operators:
                left, right = (
                    self.operand(node.children[:at]),
                    self.operand(node.children[at + 1 :]),
                )
                return ast.Binary(self.at(node), child.type, left, right)
        return ast.Broken(self.at(node))

    def conditional(self, node: Node) -> ast.Expression:
        """Lower `a ? b : c`, turning a chain to the right: `(a ? b : c) ? d : e` needs brackets."""
        parts = [c for c in node.children if c.type == "expression"]
        if len(parts) != 3:  # noqa: PLR2004 - condition, then, otherwise
            return ast.Broken(self.at(node))
        condition = parts[0]
        then, otherwise = self.expression(parts[1]), self.expression(parts[2])
        while (inner := self.bare_conditional(condition)) is not None:
            first, second, third = (c for c in inner.children if c.type == "expression")
            span = self.span(third.start_byte, parts[2].end_byte)
            otherwise = ast.Conditional(span, self.expression(third), then, otherwise)
            then, condition = self.expression(second), first
        return ast.Conditional(self.at(node), self.expression(condition), then, otherwise)

    def bare_conditional(self, node: Node) -> Node | None:
        """Return the conditional that a node is, unless brackets stand around it."""
        children = [c for c in node.children if c.type != "comment"]
        if len(children) == 1 and children[0].type == "conditional":
            inner = children[0]
            whole = sum(c.type == "expression" for c in inner.children) == 3  # noqa: PLR2004
            return inner if whole else None
        return None

    def object_element(self, node: Node) -> tuple[ast.Expression, ast.Expression]:
        parts = [c for c in node.children if c.type == "expression"]
        if len(parts) != 2:  # noqa: PLR2004 - key and value
            broken = ast.Broken(self.at(node))
            return broken, broken
        key = self.expression(parts[0])
        bare = self.data[parts[0].start_byte] != ord("(")
        if bare and isinstance(key, ast.Literal) and key.data is None:
            key = ast.Variable(key.span, "null")
        if not bare and isinstance(key, ast.GetAttribute | ast.Index):
            # NOTE: `{(var.x) = 1}` is an expression, `{var.x = 1}` is refused by HCL, and
            # `{aws.x = aws.y}` is neither: it names providers.
            key = ast.Template(key.span, (key,))
        if bare and isinstance(key, ast.Variable):
            # NOTE: only a bare word is text; `(word)` is an expression.
            key = ast.Template(key.span, (ast.TemplateText(key.span, key.name, exact=True),))
        return key, self.expression(parts[1])

    def for_expression(self, node: Node) -> ast.Expression:
        span = self.at(node)
        names, collection = self.for_intro(next(c for c in node.children if c.type == "for_intro"))
        results = [self.expression(c) for c in node.children if c.type == "expression"]
        condition = next((c for c in node.children if c.type == "for_cond"), None)
        if not results or collection is None:
            return ast.Broken(span)
        return ast.ForExpression(
            span,
            names[0] if len(names) > 1 else None,
            names[-1],
            collection,
            results[0] if len(results) > 1 else None,
            results[-1],
            self.expression(condition.named_children[-1]) if condition is not None else None,
            grouping=any(c.type == "ellipsis" for c in node.children),
        )

    def for_intro(self, node: Node) -> tuple[list[str], ast.Expression | None]:
        names = [self.word(c) for c in node.children if c.type == "identifier"]
        collection = next((c for c in node.children if c.type == "expression"), None)
        return names, self.expression(collection) if collection is not None else None

    def call(self, node: Node) -> ast.Expression:
        name, arguments, expand = self.word(node.children[0]), [], False
        if "::" in name:
            name = "".join(name.split())
        for child in node.children:
            if child.type == "function_arguments":
                arguments = [c for c in child.named_children if c.type == "expression"]
                expand = any(c.type == "ellipsis" for c in child.children)
        return ast.Call(self.at(node), name, tuple(self.expression(a) for a in arguments), expand)

    def steps(
        self, base: ast.Expression, start: int, nodes: list[Node], *, apart: bool = False
    ) -> ast.Expression:
        """Apply attribute access, indexes and splats, in order; `apart`: to what is in brackets."""
        nodes = [n for n in nodes if n.type != "comment"]
        if len(nodes) > _MOST_STEPS:
            return ast.Broken(self.span(start, nodes[-1].end_byte))
        for number, node in enumerate(nodes):
            span = self.span(start, node.end_byte)
            match node.type:
                case "splat" if node.children[0].type == "full_splat":
                    return self.full_splat(base, start, node.children[0], nodes[number + 1 :])
                case "get_attr":
                    base = ast.GetAttribute(span, base, self.word(node.named_children[-1]), apart)
                case "index":
                    key = self.data[node.start_byte + 1 : node.end_byte].lstrip()
                    apart = apart or key.startswith((b"(", b'"${'))
                    base = ast.Index(span, base, self.index_key(node.children[0]), apart)
                case "splat":
                    base = self.splat(base, start, node.children[0])
                case _:
                    return ast.Broken(span)
            apart = False
        return base

    def index_key(self, node: Node) -> ast.Expression:
        if node.type == "legacy_index":
            digits = _SPLIT_NUMBER.match(self.data, node.start_byte + 1)
            return ast.Literal(self.at(node), int(digits[1]) if digits else 0)
        inner = [c for c in node.children if c.type == "expression"]
        return self.expression(inner[0]) if inner else ast.Broken(self.at(node))

    def full_splat(
        self, base: ast.Expression, start: int, node: Node, after: list[Node]
    ) -> ast.Expression:
        """Lower `[*]`, which takes every step that follows, other splats too."""
        steps = [*(c for c in node.children if c.is_named), *after]
        each = self.steps(ast.SplatItem(self.at(node.children[0])), start, steps)
        end = steps[-1].end_byte if steps else node.end_byte
        return ast.Splat(self.span(start, end), base, each)

    def splat(self, base: ast.Expression, start: int, node: Node) -> ast.Expression:
        """Lower `.*`, which takes the attributes that follow and leaves the rest to the list."""
        steps = [c for c in node.children if c.is_named]
        inside = next((i for i, s in enumerate(steps) if s.type != "get_attr"), len(steps))
        marker = self.at(node.children[0])
        each = self.steps(ast.SplatItem(marker), start, steps[:inside])
        end = steps[inside - 1].end_byte if inside else node.children[0].end_byte
        return self.steps(ast.Splat(self.span(start, end), base, each), start, steps[inside:])

    def template(self, node: Node, *, chop: int = 0) -> ast.Expression:
        """Lower a quoted string or heredoc; `chop` drops as many characters at its end."""
        quoted = node.type != "heredoc_template"
        start, end, flush = node.start_byte + 1, node.end_byte - 1, False
        if not quoted:
            opening, *_, closing = (c for c in node.children if c.type == "heredoc_identifier")
            start = self.data.index(b"\n", opening.end_byte) + 1
            end = max(start, self.data.rfind(b"\n", 0, closing.start_byte) + 1) - chop
            flush = self.data.startswith(b"<<-", node.start_byte)
        markers: list[Marker] = []
        self.markers(node, markers)
        built = assemble(
            markers, self.data[start:end], start, self.span, quoted=quoted, flush=flush
        )
        whole = self.at(node) if quoted else self.span(node.start_byte, end)
        return built.expression(whole, unwrap=quoted or chop > 0)

    def markers(self, node: Node, found: list[Marker]) -> None:
        """Collect interpolations and directives, in order, however they nest."""
        for child in node.children:
            kind = _MARKERS.get(child.type)
            if kind is None:
                if child.type in ("template_directive", "template_if", "template_for"):
                    self.markers(child, found)
                continue
            names: tuple[str, ...] = ()
            operand: ast.Expression | None = None
            for inner in child.children:
                if inner.type == "expression":
                    operand = self.expression(inner)
                elif inner.type == "identifier":
                    names = (*names, self.word(inner))
            text = self.data[child.start_byte : child.end_byte]
            found.append(
                Marker(
                    kind,
                    child.start_byte,
                    child.end_byte,
                    operand,
                    names,
                    trims_left=text[2:3] == b"~",
                    trims_right=text[-2:-1] == b"~",
                )
            )


def number(text: str) -> Scalar:
    """Return a number literal: an integer where it is one, else a decimal; None for absurd ones."""
    if len(text) > _MOST_DIGITS:
        return None
    if text.isdigit():
        return int(text)
    from decimal import Decimal, InvalidOperation  # noqa: PLC0415 - 2 ms that only fractions pay

    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if abs(value.adjusted()) > _MOST_DIGITS:
        return None
    return int(value) if value == value.to_integral_value() else value


def duplicate(argument: ast.Argument, first: ast.Argument) -> Diagnostic:
    """Say that a body sets an argument which it has already set."""
    return Diagnostic(
        f'argument "{argument.name}" is set twice',
        f"It was already set on line {first.span.first.line}; each argument may be set once.",
        argument.span.source.path,
        argument.name_span,
    )
