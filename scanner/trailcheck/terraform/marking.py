"""How far it is certain that a sensitive or ephemeral mark arrives in a value.

Followed is what code says: a list or map keeps the marks of what is in it, a resource those of its
arguments, and a function those of what it is given. Marks that turn on what a value is are left
open. Source: what Terraform 1.11 answers to `issensitive`, on random expressions.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

from trailcheck.terraform import ast
from trailcheck.terraform.config import literal_text
from trailcheck.terraform.limits import says_true

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trailcheck.terraform.called import Called

Path: TypeAlias = "tuple[str | int | None, ...]"
"""Names and positions that lead into a value; None for one that is not told."""
_SAME = """abs alltrue anytrue base64encode base64sha256 basename dirname ceil chomp cidrsubnet
    coalesce element endswith floor format indent jsondecode keys length lookup lower max md5 min
    merge one parseint pow range regex regexall replace sha1 sha256 signum slice split startswith
    strcontains strrev substr sum title tobool tonumber tostring trim trimprefix trimspace
    trimsuffix upper urlencode yamldecode zipmap"""
_LISTS = "chunklist concat flatten reverse tolist tomap values"
_WHOLE = """compact contains distinct formatlist index join jsonencode matchkeys setintersection
    setsubtract setunion sort toset transpose yamlencode"""
_KEEPING = frozenset(f"{_SAME} {_LISTS} {_WHOLE}".split())
"""Functions whose result is marked as a whole where an argument is."""
_INSIDE = frozenset(_LISTS.split())
"""Those whose result has a mark inside where an argument has."""
_GATHERING = frozenset(_WHOLE.split())
"""Those whose result is marked as a whole where an argument has a mark inside."""
_MOST_DEPTH = 100


class Marked(IntEnum):
    """How far it is certain that a value is marked."""

    OPEN = 0
    INSIDE = 1
    """Something in the list or map is."""
    WHOLE = 2


class Marks:
    """Follows one mark through the code of a root."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.words = "a sensitive" if mark == "sensitive" else "an ephemeral"
        self._kept: dict[tuple[Called, str, str, Path], Marked] = {}

    def of(
        self, expression: ast.TemplatePart, module: Called, depth: int = 0, path: Path = ()
    ) -> Marked:
        """Return how far a value is marked for certain, or what in it a path leads to."""
        if depth > _MOST_DEPTH:
            return Marked.OPEN
        match expression:
            case ast.GetAttribute() | ast.Index():
                return self._traversal(expression, module, depth, path)
            case ast.Template(parts=(only,)):
                return self.of(only, module, depth + 1, path)
            case ast.Template():
                return self._whole(expression.parts, module, depth)
            case ast.TemplateIf():
                return self._whole((expression.condition,), module, depth)
            case ast.TemplateFor() | ast.ForExpression():
                return self._whole((expression.collection,), module, depth)
            case ast.TupleExpression():
                return self._in_tuple(expression, module, depth, path)
            case ast.ObjectExpression():
                return self._in_object(expression, module, depth, path)
            case ast.Conditional():
                arms = (expression.then, expression.otherwise)
                least = min(self.of(arm, module, depth + 1, path) for arm in arms)
                return max(least, self._whole((expression.condition,), module, depth))
            case ast.Binary():
                return self._whole((expression.left, expression.right), module, depth)
            case ast.Unary():
                return self._whole((expression.operand,), module, depth)
            case ast.Call():
                return self._call(expression, module, depth, path)
            case _:
                return Marked.OPEN

    def _traversal(
        self,
        expression: ast.GetAttribute | ast.Index,
        module: Called,
        depth: int,
        path: Path,
    ) -> Marked:
        """Follow what is said of a variable, a local value, an output or a resource."""
        inner: ast.Expression = expression
        while isinstance(inner, ast.GetAttribute | ast.Index):
            if isinstance(inner, ast.GetAttribute):
                path = (inner.name, *path)
            else:
                path = (_position(inner.key), *path)
                if self.of(inner.key, module, depth + 1) is Marked.WHOLE and isinstance(
                    inner.operand, ast.TupleExpression
                ):
                    return Marked.WHOLE
            inner = inner.operand
        if not isinstance(inner, ast.Variable):
            return self.of(inner, module, depth + 1, path)
        match (inner.name, *path):
            case ("var" | "local" as kind, str() as name, *rest):
                look = self._variable if kind == "var" else self._local
                return self._once((module, kind, name, tuple(rest)), look, depth)
            case ("module", str() as name, *rest):
                return self._once((module, "module", name, tuple(rest)), self._output, depth)
            case ("data", str() as type_, str() as name, *rest):
                named = f"{type_}.{name}"
                return self._once((module, "data", named, tuple(rest)), self._resource, depth)
            case ("ephemeral", str() as type_, str() as name, *_):
                declared = self.mark == "ephemeral" and (type_, name) in module.config.ephemeral
                return Marked.WHOLE if declared else Marked.OPEN
            case (type_, str() as name, *rest):
                named = f"{type_}.{name}"
                return self._once((module, "resource", named, tuple(rest)), self._resource, depth)
            case _:
                return Marked.OPEN

    def _once(
        self,
        key: tuple[Called, str, str, Path],
        look: Callable[[Called, str, str, Path, int], Marked],
        depth: int,
    ) -> Marked:
        if key not in self._kept:
            self._kept[key] = Marked.OPEN  # What leads back to itself is refused for that.
            self._kept[key] = look(*key, depth + 1)
        return self._kept[key]

    def _variable(self, module: Called, _kind: str, name: str, path: Path, depth: int) -> Marked:
        block = module.config.variables.get(name)
        if block is None:
            return Marked.OPEN
        if says_true(block, self.mark):
            return Marked.WHOLE
        if module.parent is None or module.call is None:
            return Marked.OPEN
        passed = module.call.body.argument(name)
        if passed is None:
            return Marked.OPEN
        return self.of(passed.expression, module.parent, depth, path)

    def _local(self, module: Called, _kind: str, name: str, path: Path, depth: int) -> Marked:
        argument = module.config.locals.get(name)
        return (
            Marked.OPEN if argument is None else self.of(argument.expression, module, depth, path)
        )

    def _output(self, module: Called, _kind: str, name: str, path: Path, depth: int) -> Marked:
        child, call = module.child(name), module.config.calls.get(name)
        if child is None or call is None:
            return Marked.OPEN
        path = path if is_one(call) else path[1:]
        block = child.config.outputs.get(path[0]) if path and isinstance(path[0], str) else None
        if block is None:
            return Marked.OPEN
        argument = block.body.argument("value")
        if argument is None:
            return Marked.OPEN
        return self.of(argument.expression, child, depth, path[1:])

    def _resource(self, module: Called, kind: str, name: str, path: Path, depth: int) -> Marked:
        """Follow an attribute that is an argument; what Terraform ignores may be another value."""
        config = module.config
        type_, _, label = name.partition(".")
        table = config.resources if kind == "resource" else config.data
        block = table.get((type_, label))
        if block is None:
            return Marked.OPEN
        path = path if is_one(block) else path[1:]
        argument = block.body.argument(path[0]) if path and isinstance(path[0], str) else None
        if argument is None or _ignores(block) or self.mark == "ephemeral":
            return Marked.OPEN  # What is ephemeral is held by no resource.
        return self.of(argument.expression, module, depth, path[1:])

    def _in_tuple(
        self, expression: ast.TupleExpression, module: Called, depth: int, path: Path
    ) -> Marked:
        if not path:
            return min(Marked.INSIDE, self._most(expression.items, module, depth))
        at = path[0]
        if isinstance(at, int) and at < len(expression.items):
            return self.of(expression.items[at], module, depth + 1, path[1:])
        return Marked.OPEN

    def _in_object(
        self, expression: ast.ObjectExpression, module: Called, depth: int, path: Path
    ) -> Marked:
        keys = self._whole((key for key, _ in expression.items), module, depth)
        if keys is Marked.WHOLE:
            return keys
        if not path:
            values = self._most((value for _, value in expression.items), module, depth)
            return min(Marked.INSIDE, values)
        for key, value in reversed(expression.items):
            if path[0] is not None and literal_text(key) == path[0]:
                return self.of(value, module, depth + 1, path[1:])
        return Marked.OPEN

    def _call(self, call: ast.Call, module: Called, depth: int, path: Path) -> Marked:
        name = call.name.removeprefix("core::")
        if name == self.mark:
            return Marked.WHOLE  # There is no function `ephemeral`.
        if name == "try":
            return self._tried(call, module, depth, path)
        if name not in _KEEPING:
            return Marked.OPEN
        most = self._most(call.arguments, module, depth)
        if most is Marked.WHOLE or (most is Marked.INSIDE and name in _GATHERING):
            return Marked.WHOLE
        if path:
            to = name in {"tolist", "tomap"} and len(call.arguments) == 1
            return self.of(call.arguments[0], module, depth + 1, path) if to else Marked.OPEN
        return most if name in _INSIDE else Marked.OPEN

    def _tried(self, call: ast.Call, module: Called, depth: int, path: Path) -> Marked:
        """Follow the first argument if it surely is the one, else what all have in common."""
        marks = [self.of(each, module, depth + 1, path) for each in call.arguments]
        if not marks:
            return Marked.OPEN
        return marks[0] if self._goes(call.arguments[0], module) else min(marks)

    def _goes(self, expression: ast.Expression, module: Called) -> bool:
        """Tell whether an expression surely has a value: `var.x`, `local.x`, a stated argument."""
        config = module.config
        match expression:
            case ast.GetAttribute(operand=ast.Variable(name="var"), name=name):
                return name in config.variables
            case ast.GetAttribute(operand=ast.Variable(name="local"), name=name):
                return name in config.locals
            case ast.GetAttribute(
                operand=ast.GetAttribute(operand=ast.Variable(name=type_), name=label), name=name
            ):
                block = config.resources.get((type_, label))
                return block is not None and is_one(block) and name in block.body.arguments
            case ast.Template(parts=(only,)) if not isinstance(only, ast.TemplateText):
                return not isinstance(only, ast.TemplateIf | ast.TemplateFor) and self._goes(
                    only, module
                )
            case _:
                return False

    def _most(self, parts: Iterable[ast.TemplatePart], module: Called, depth: int) -> Marked:
        return max((self.of(part, module, depth + 1) for part in parts), default=Marked.OPEN)

    def _whole(self, parts: Iterable[ast.TemplatePart], module: Called, depth: int) -> Marked:
        whole = self._most(parts, module, depth) is Marked.WHOLE
        return Marked.WHOLE if whole else Marked.OPEN


def is_one(block: ast.Block) -> bool:
    """Tell whether a block is made once, and not a number of times."""
    return not any(block.body.argument(name) for name in ("count", "for_each"))


def _position(key: ast.Expression) -> str | int | None:
    if isinstance(key, ast.Literal) and isinstance(key.data, int):
        return key.data
    return literal_text(key) if isinstance(key, ast.Template) else None


def _ignores(block: ast.Block) -> bool:
    return any(b.body.argument("ignore_changes") for b in block.body.named("lifecycle"))
