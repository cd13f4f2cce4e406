"""Blocks that say what becomes of the state: `moved`, `removed`, `import`, and `check`.

They make no resource and change none, so that nothing follows from them but what Terraform refuses
of them before it plans ("Refactoring", "Removed blocks" and "Checks" of its language).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic
from trailcheck.terraform import ast
from trailcheck.terraform.traversals import traversals

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from trailcheck.source import Span
    from trailcheck.terraform.called import Called

_DEMANDED = {"moved": ("from", "to"), "removed": ("from",), "import": ("to",)}


def refusals(blocks: Sequence[ast.Block], declared: Container[str]) -> Iterator[Diagnostic]:
    """Yield what Terraform has against such blocks of one module, which declares some addresses."""
    moves: list[tuple[str, str, Span]] = []
    imported: set[str] = set()
    for block in blocks:
        missing = [n for n in _DEMANDED.get(block.type, ()) if block.body.argument(n) is None]
        if missing:
            yield _refused(block.header, f"{block.type} lacks the argument {missing[0]}")
        elif block.type == "import":
            yield from _imported(block, imported)
        elif block.type == "check" and not block.body.named("assert"):
            yield _refused(block.header, "a check asserts nothing")
        elif block.type == "removed":
            gone = _address(block, "from")
            if gone is not None and gone.endswith("]"):
                yield _refused(block.header, f"{gone} is one instance, and only all can be removed")
            elif gone in declared:
                yield _refused(block.header, f"{gone} is removed and still declared")
        elif block.type == "moved":
            old, new = _address(block, "from"), _address(block, "to")
            if old is not None and new is not None:
                moves.append((old, new, block.header))
    yield from _moved(moves, declared)


def misplaced(root: Called) -> Iterator[Diagnostic]:
    """Yield the imports of modules that a root calls: it alone may have some, whatever is made."""
    for module in root.walk():
        if module.parent is not None:
            for block in module.config.imports:
                yield _refused(block.header, "an import stands in a module that is called")


def _imported(block: ast.Block, others: set[str]) -> Iterator[Diagnostic]:
    """Yield what is wrong with an import, in a module that imports some addresses already."""
    what, identified = _address(block, "to"), block.body.argument("id")
    if what is not None and what.startswith("data."):
        yield _refused(block.header, f"{what} is no resource, and cannot be imported")
    elif block.body.argument("for_each") is not None:
        return
    elif identified is None and block.body.argument("identity") is None:
        yield _refused(block.header, "import lacks the argument id")
    elif identified is not None and _is_nothing(identified.expression):
        yield _refused(identified.span, "the id of an import is empty")
    elif what is not None and _is_constant(block.body.arguments["to"].expression):
        if what in others:
            yield _refused(block.header, f"{what} is imported twice")
        others.add(what)


def _is_constant(expression: ast.Expression) -> bool:
    """Tell whether an address has no key that is an expression."""
    while isinstance(expression, ast.GetAttribute | ast.Index):
        if isinstance(expression, ast.Index) and not isinstance(expression.key, ast.Literal):
            return False
        expression = expression.operand
    return True


def _is_nothing(expression: ast.Expression) -> bool:
    match expression:
        case ast.Template(parts=parts):
            return all(isinstance(part, ast.TemplateText) and not part.text for part in parts)
        case ast.Literal(data=data):
            return data is None or data == ""
        case _:
            return False


def _moved(moves: list[tuple[str, str, Span]], declared: Container[str]) -> Iterator[Diagnostic]:
    sources: dict[str, str] = {}
    targets: dict[str, str] = {}
    for old, new, span in moves:
        if old == new:
            yield _refused(span, f"{old} is moved to itself")
        elif old in declared and new.partition("[")[0] != old:
            yield _refused(span, f"{old} is moved and still declared")
        elif sources.setdefault(old, new) != new or targets.setdefault(new, old) != old:
            yield _refused(span, f"of {old} and {new} other moves say something else")
        elif _returns(old, sources):
            yield _refused(span, f"{old} is moved in a circle")


def _returns(start: str, moves: dict[str, str]) -> bool:
    at, left = moves.get(start), len(moves)
    while at is not None and left:
        if at == start:
            return True
        at, left = moves.get(at), left - 1
    return False


def _address(block: ast.Block, name: str) -> str | None:
    """Return the address that an argument states, bare or, in JSON, as text."""
    argument = block.body.argument(name)
    said = argument.expression if argument is not None else None
    if isinstance(said, ast.Template) and all(isinstance(p, ast.TemplateText) for p in said.parts):
        return "".join(p.text for p in said.parts if isinstance(p, ast.TemplateText))
    return next(traversals(said), None) if said is not None else None


def _refused(span: Span, what: str) -> Diagnostic:
    detail = "Nothing of this module can be deployed as it is."
    return Diagnostic(f"Terraform would refuse this: {what}", detail, span.source.path, span)
