"""Sensitive and ephemeral values where Terraform takes none.

`for_each` and outputs of a root show values, so that they may not be sensitive unless an output
says so. An ephemeral value is kept nowhere: no argument of a resource, no count, no variable or
output that does not say `ephemeral`. Terraform follows such marks through values; here they are
followed through code, as far as it is certain that they arrive, in what surely has instances.
Source: Terraform language, "Sensitive data" and "Ephemeral values", and what 1.11 answers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, Impact
from trailcheck.terraform import ast
from trailcheck.terraform.limits import says_true
from trailcheck.terraform.marking import Marked, Marks, is_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.source import Span
    from trailcheck.terraform.called import Called
    from trailcheck.terraform.config import ModuleConfig

# NOTE: texts of patterns, compiled (and kept) by `re` when one is first needed.
_SAID = {"sensitive": rb"sensitive[\"\s]*[=:(/]", "ephemeral": rb"ephemeral[\"\s]*[=:(/]"}
"""What any code says that makes such values; descriptions speak of them too."""
_APART = frozenset(("lifecycle", "provisioner", "connection", "dynamic"))
"""Blocks of a resource in which an ephemeral value may stand, or may come to nothing."""


def refusals(root: Called, configs: Iterable[ModuleConfig]) -> Iterator[Diagnostic]:
    """Yield what Terraform refuses for the marks of values, in all modules that surely exist."""
    for mark in _SAID:
        declared = mark == "ephemeral" and any(config.ephemeral for config in configs)
        if declared or any(_mentions(config, mark) for config in configs):
            marks = Marks(mark)
            for module in _certain(root):
                yield from _in_module(module, marks)


def _certain(module: Called) -> Iterator[Called]:
    """Yield a module and those below it that are called without a number of instances."""
    yield module
    for name, call in module.config.calls.items():
        child = module.child(name)
        if child is not None and is_one(call):
            yield from _certain(child)


def _mentions(config: ModuleConfig, mark: str) -> bool:
    """Tell whether a file of a module may make such values: variables, or calls of functions."""
    return any(re.search(_SAID[mark], source.data) for source in config.sources)


def _in_module(module: Called, marks: Marks) -> Iterator[Diagnostic]:
    config = module.config
    blocks = (*config.resources.values(), *config.data.values(), *config.calls.values())
    for block in blocks:
        yield from _counted(block, module, marks)
    for output in config.outputs.values():
        yield from _returned(output, module, marks)
    if marks.mark == "ephemeral":
        for block in (*config.resources.values(), *config.data.values()):
            if is_one(block):
                yield from _held(block.body, module, marks)
        for name, call in config.calls.items():
            child = module.child(name)
            if child is not None and is_one(call):
                yield from _passed(call, child, module, marks)


def _returned(output: ast.Block, module: Called, marks: Marks) -> Iterator[Diagnostic]:
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


def _counted(block: ast.Block, module: Called, marks: Marks) -> Iterator[Diagnostic]:
    for name in ("for_each", "count") if marks.mark == "ephemeral" else ("for_each",):
        argument = block.body.argument(name)
        if argument is not None and marks.of(argument.expression, module) is Marked.WHOLE:
            yield _refused(argument.span, f"{name} of {marks.words} value")


def _held(body: ast.Body, module: Called, marks: Marks) -> Iterator[Diagnostic]:
    for name, argument in body.arguments.items():
        # NOTE: write-only arguments take ephemeral values; all of them are named so.
        if not name.endswith("_wo") and marks.of(argument.expression, module):
            yield _refused(argument.span, f"{name} holds {marks.words} value")
    for block in body.blocks:
        if block.type not in _APART:
            yield from _held(block.body, module, marks)


def _passed(call: ast.Block, child: Called, module: Called, marks: Marks) -> Iterator[Diagnostic]:
    for name, argument in call.body.arguments.items():
        variable = child.config.variables.get(name)
        if variable is None or says_true(variable, "ephemeral"):
            continue
        if marks.of(argument.expression, module):
            yield _refused(argument.span, f"variable {name} is passed {marks.words} value")


def _refused(span: Span, what: str) -> Diagnostic:
    detail = "Nothing of this root can be deployed as it is."
    return Diagnostic(
        f"Terraform would refuse this: {what}", detail, span.source.path, span, Impact.REFUSED
    )
