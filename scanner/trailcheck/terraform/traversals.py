"""What an expression refers to, in the words in which Terraform lists references in a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform import ast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def traversals(expression: ast.Expression) -> Iterator[str]:
    """Yield each traversal up to the first splat or index that is no constant, with repetitions."""
    return ("".join(said) for _, said in _referents((expression,), frozenset()))


def referents(parts: Iterable[ast.TemplatePart], own: frozenset[str]) -> Iterator[ast.Expression]:
    """Yield the expressions that such traversals are; names of one's own are no reference."""
    return (node for node, _ in _referents(parts, own))


def _referents(
    parts: Iterable[ast.TemplatePart], own: frozenset[str]
) -> Iterator[tuple[ast.Expression, list[str]]]:
    waiting: list[tuple[ast.TemplatePart, frozenset[str]]] = [(part, own) for part in parts]
    while waiting:
        node, local = waiting.pop()
        if isinstance(node, ast.Variable | ast.Index | ast.GetAttribute):
            said = _traversal(node)
            if said is not None:
                if said[0] not in local:
                    yield node, said
                continue
            if (front := _front(node)) is not None:
                if front[1][0] not in local:
                    yield front
                waiting.extend((key, local) for key in _keys(node))
                continue
        waiting.extend(_inside(node, local))


def referred(argument: ast.Argument) -> tuple[str, ...]:
    """Return what an argument refers to; looked up once, however many modules share the block."""
    found = argument.references
    if found is None:
        found = argument.references = tuple(dict.fromkeys(traversals(argument.expression)))
    return found


def longest(references: Iterable[str]) -> set[str]:
    """Leave out what only begins another reference."""
    said = set(references)
    return {r for r in said if not any(o != r and o.startswith((f"{r}.", f"{r}[")) for o in said)}


def _traversal(node: ast.TemplatePart) -> list[str] | None:
    """Return the steps of a traversal of names and constant indices; None for anything else."""
    steps: list[str] = []
    while True:
        if isinstance(node, ast.GetAttribute | ast.Index) and node.apart:
            return None
        match node:
            case ast.Variable():
                return [node.name, *reversed(steps)]
            case ast.GetAttribute():
                steps.append(f".{node.name}")
                node = node.operand
            case ast.Index() if (key := _constant(node.key)) is not None:
                steps.append(f"[{key}]")
                node = node.operand
            case _:
                return None


def _front(node: ast.Expression) -> tuple[ast.Expression, list[str]] | None:
    """Return the longest traversal that an expression begins with."""
    while isinstance(node, ast.Index | ast.GetAttribute):
        node = node.operand
        if (said := _traversal(node)) is not None:
            return node, said
    return None


def _keys(node: ast.Expression) -> Iterator[ast.Expression]:
    while isinstance(node, ast.Index | ast.GetAttribute):
        if isinstance(node, ast.Index):
            yield node.key
        node = node.operand


def _constant(key: ast.Expression) -> str | None:
    if (
        isinstance(key, ast.Literal)
        and isinstance(key.data, int)
        and not isinstance(key.data, bool)
    ):
        return str(key.data)
    if isinstance(key, ast.Template) and all(isinstance(p, ast.TemplateText) for p in key.parts):
        from trailcheck.terraform.expansion import quoted  # noqa: PLC0415 - seldom needed

        said = "".join(p.text for p in key.parts if isinstance(p, ast.TemplateText))
        return quoted(said)[1:-1]
    return None


_Found = tuple[ast.TemplatePart, frozenset[str]]


def _inside(node: ast.TemplatePart, local: frozenset[str]) -> Iterator[_Found]:
    """Yield what stands inside an expression, each with the names that are local there."""
    match node:
        case ast.ForExpression():
            names = local | {node.value} | ({node.key} if node.key is not None else set())
            yield node.collection, local
            for part in (node.result_key, node.result, node.condition):
                if part is not None:
                    yield part, names
        case ast.TemplateFor():
            names = local | {node.value} | ({node.key} if node.key is not None else set())
            yield node.collection, local
            yield from ((part, names) for part in node.body)
        case ast.TemplateIf():
            yield node.condition, local
            yield from ((part, local) for part in (*node.then, *node.otherwise))
        case ast.Template():
            yield from ((part, local) for part in node.parts)
        case ast.TupleExpression():
            yield from ((item, local) for item in node.items)
        case ast.ObjectExpression():
            for key, value in node.items:
                if not isinstance(key, ast.Variable):
                    yield key, local
                yield value, local
        case ast.Conditional():
            yield from ((part, local) for part in (node.condition, node.then, node.otherwise))
        case ast.Binary():
            yield from ((part, local) for part in (node.left, node.right))
        case ast.Unary():
            yield node.operand, local
        case ast.Call():
            yield from ((part, local) for part in node.arguments)
        case ast.GetAttribute():
            yield node.operand, local
        case ast.Index():
            yield node.operand, local
            yield node.key, local
        case ast.Splat():
            yield node.operand, local
            yield node.each, local
        case _:
            pass
