"""Sensitive and ephemeral values where Terraform takes none.

`for_each` and outputs of a root show values, so that they may not be sensitive unless an output
says so. An ephemeral value is kept nowhere: no argument of a resource, no count, no variable or
output that does not say `ephemeral`. Terraform follows such marks through values; here they are
followed through code, as far as it is certain that they arrive, in what surely has instances.
Source: Terraform language, "Sensitive data" and "Ephemeral values", and what 1.11 answers.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, Impact
from trailcheck.terraform import ast
from trailcheck.terraform.limits import says_true

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.source import Span
    from trailcheck.terraform.called import Called
    from trailcheck.terraform.config import ModuleConfig

# NOTE: texts of patterns, compiled (and kept) by `re` when one is first needed.
_SAID = {"sensitive": rb"sensitive[\"\s]*[=:(/]", "ephemeral": rb"ephemeral[\"\s]*[=:(/]"}
"""What any code says that makes such values; descriptions speak of them too."""
_KEEPING = frozenset(
    (
        *("coalesce", "compact", "concat", "contains", "distinct", "element", "flatten", "format"),
        *("join", "jsondecode", "jsonencode", "keys", "lookup", "lower", "merge", "replace"),
        *("reverse", "setunion", "slice", "sort", "split", "substr", "tolist", "tomap", "toset"),
        *("tostring", "trimprefix", "trimspace", "upper", "values"),
    )
)
"""Functions whose result is marked where an argument is, as a whole (what Terraform answers)."""
_MOST_DEPTH = 100
_APART = frozenset(("lifecycle", "provisioner", "connection", "dynamic"))
"""Blocks of a resource in which an ephemeral value may stand, or may come to nothing."""


class Marked(IntEnum):
    """How far it is certain that a value is marked."""

    OPEN = 0
    INSIDE = 1
    """Something in the list or map is."""
    WHOLE = 2


def refusals(root: Called, configs: Iterable[ModuleConfig]) -> Iterator[Diagnostic]:
    """Yield what Terraform refuses for the marks of values, in all modules that surely exist."""
    for mark in _SAID:
        if any(_mentions(config, mark) for config in configs):
            marks = _Marks(mark)
            for module in _certain(root):
                yield from _in_module(module, marks)


def _certain(module: Called) -> Iterator[Called]:
    """Yield a module and those below it that are called without a number of instances."""
    yield module
    for name, call in module.config.calls.items():
        child = module.child(name)
        if child is not None and _is_one(call):
            yield from _certain(child)


def _is_one(block: ast.Block) -> bool:
    return not any(block.body.argument(name) for name in ("count", "for_each"))


def _mentions(config: ModuleConfig, mark: str) -> bool:
    """Tell whether a file of a module may make such values: variables, or calls of functions."""
    return any(re.search(_SAID[mark], source.data) for source in config.sources)


def _in_module(module: Called, marks: _Marks) -> Iterator[Diagnostic]:
    config = module.config
    blocks = (*config.resources.values(), *config.data.values(), *config.calls.values())
    for block in blocks:
        yield from _counted(block, module, marks)
    for output in config.outputs.values():
        yield from _returned(output, module, marks)
    if marks.mark == "ephemeral":
        for block in (*config.resources.values(), *config.data.values()):
            if _is_one(block):
                yield from _held(block.body, module, marks)
        for name, call in config.calls.items():
            child = module.child(name)
            if child is not None and _is_one(call):
                yield from _passed(call, child, module, marks)


def _returned(output: ast.Block, module: Called, marks: _Marks) -> Iterator[Diagnostic]:
    said = output.body.argument(marks.mark)
    says = says_true(output, marks.mark)
    value = output.body.argument("value")
    name = output.labels[0]
    if marks.mark == "ephemeral" and says and module.is_applied:
        yield _refused(output.header, f"output {name} of the root is ephemeral")
        return
    if says or (said is not None and not isinstance(said.expression, ast.Literal)):
        return
    shown = marks.mark == "ephemeral" or module.is_applied
    if shown and value is not None and marks.of(value.expression, module):
        yield _refused(value.span, f"output {name} returns {marks.words} value")


def _counted(block: ast.Block, module: Called, marks: _Marks) -> Iterator[Diagnostic]:
    for name in ("for_each", "count") if marks.mark == "ephemeral" else ("for_each",):
        argument = block.body.argument(name)
        if argument is not None and marks.of(argument.expression, module) is Marked.WHOLE:
            yield _refused(argument.span, f"{name} of {marks.words} value")


def _held(body: ast.Body, module: Called, marks: _Marks) -> Iterator[Diagnostic]:
    for name, argument in body.arguments.items():
        # NOTE: write-only arguments take ephemeral values; all of them are named so.
        if not name.endswith("_wo") and marks.of(argument.expression, module):
            yield _refused(argument.span, f"{name} holds {marks.words} value")
    for block in body.blocks:
        if block.type not in _APART:
            yield from _held(block.body, module, marks)


def _passed(call: ast.Block, child: Called, module: Called, marks: _Marks) -> Iterator[Diagnostic]:
    for name, argument in call.body.arguments.items():
        variable = child.config.variables.get(name)
        if variable is None or says_true(variable, "ephemeral"):
            continue
        if marks.of(argument.expression, module):
            yield _refused(argument.span, f"variable {name} is passed {marks.words} value")


class _Marks:
    """Follows one mark through the code of a root."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.words = "a sensitive" if mark == "sensitive" else "an ephemeral"
        self._named: dict[tuple[Called, str, str], Marked] = {}

    def of(self, expression: ast.TemplatePart, module: Called, depth: int = 0) -> Marked:
        """Return how far a value is marked for certain."""
        if depth > _MOST_DEPTH:
            return Marked.OPEN
        match expression:
            case ast.GetAttribute(operand=ast.Variable(name="var" | "local" as kind), name=name):
                return self._name(kind, name, module, depth)
            case ast.GetAttribute(
                operand=ast.GetAttribute(operand=ast.Variable(name="module"), name=called),
                name=name,
            ):
                return self._output(called, name, module, depth)
            case ast.GetAttribute() | ast.Index():
                return self._whole((expression.operand,), module, depth)
            case ast.Template(parts=(only,)):
                return self.of(only, module, depth + 1)
            case ast.Template():
                return self._whole(expression.parts, module, depth)
            case ast.TupleExpression():
                return min(Marked.INSIDE, self._most(expression.items, module, depth))
            case ast.ObjectExpression():
                keys = self._whole((key for key, _ in expression.items), module, depth)
                values = self._most((value for _, value in expression.items), module, depth)
                return max(keys, min(Marked.INSIDE, values))
            case ast.Conditional():
                arms = (expression.then, expression.otherwise)
                least = min(self.of(arm, module, depth + 1) for arm in arms)
                return max(least, self._whole((expression.condition,), module, depth))
            case ast.Binary():
                return self._whole((expression.left, expression.right), module, depth)
            case ast.Unary():
                return self._whole((expression.operand,), module, depth)
            case ast.ForExpression():
                return self._whole((expression.collection,), module, depth)
            case ast.Call():
                return self._call(expression, module, depth)
            case _:
                return Marked.OPEN

    def _call(self, call: ast.Call, module: Called, depth: int) -> Marked:
        if call.name == self.mark:
            return Marked.WHOLE  # There is no function `ephemeral`.
        if call.name not in _KEEPING:
            return Marked.OPEN
        match call.arguments:
            case (ast.TupleExpression(items=items),) if call.name == "toset":
                return self._whole(items, module, depth)  # A set has no marks inside.
            case arguments:
                return self._whole(arguments, module, depth)

    def _most(self, parts: Iterable[ast.TemplatePart], module: Called, depth: int) -> Marked:
        return max((self.of(part, module, depth + 1) for part in parts), default=Marked.OPEN)

    def _whole(self, parts: Iterable[ast.TemplatePart], module: Called, depth: int) -> Marked:
        whole = self._most(parts, module, depth) is Marked.WHOLE
        return Marked.WHOLE if whole else Marked.OPEN

    def _name(self, kind: str, name: str, module: Called, depth: int) -> Marked:
        known = (module, kind, name)
        if known not in self._named:
            self._named[known] = Marked.OPEN  # What leads back to itself is refused for that.
            found = self._variable if kind == "var" else self._local
            self._named[known] = found(name, module, depth)
        return self._named[known]

    def _variable(self, name: str, module: Called, depth: int) -> Marked:
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
        return self.of(passed.expression, module.parent, depth + 1)

    def _local(self, name: str, module: Called, depth: int) -> Marked:
        argument = module.config.locals.get(name)
        return Marked.OPEN if argument is None else self.of(argument.expression, module, depth + 1)

    def _output(self, called: str, name: str, module: Called, depth: int) -> Marked:
        child, call = module.child(called), module.config.calls.get(called)
        block = child.config.outputs.get(name) if child is not None else None
        argument = block.body.argument("value") if block is not None else None
        if child is None or call is None or argument is None or not _is_one(call):
            return Marked.OPEN
        return self.of(argument.expression, child, depth + 1)


def _refused(span: Span, what: str) -> Diagnostic:
    detail = "Nothing of this root can be deployed as it is."
    return Diagnostic(
        f"Terraform would refuse this: {what}", detail, span.source.path, span, Impact.REFUSED
    )
