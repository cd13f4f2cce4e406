"""Values given to a root module, in Terraform's own order: the last one wins.

`terraform.tfvars`, `terraform.tfvars.json`, `*.auto.tfvars` and `*.auto.tfvars.json` by name, then
what the caller gives. Source: Terraform language, "Variable Definition Precedence". `TF_VAR_*` is
not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic
from trailcheck.terraform import ast, syntax
from trailcheck.terraform.config import dotted
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.files import LiteralScope, mentions
from trailcheck.terraform.strict import mended
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.repository import Repository
    from trailcheck.terraform.config import ModuleConfig
    from trailcheck.terraform.functions import FileAccess
    from trailcheck.value import Value

_COMPLEX = frozenset({"list", "set", "map", "object", "tuple"})


def automatic(repository: Repository, directory: str) -> list[str]:
    """Return the variable files that Terraform loads by itself, in its order."""
    names = repository.listing(directory).files
    front = "" if directory == "." else f"{directory}/"
    first = [n for n in ("terraform.tfvars", "terraform.tfvars.json") if n in names]
    auto = [n for n in names if n.endswith((".auto.tfvars", ".auto.tfvars.json"))]
    return [front + name for name in (*first, *sorted(auto))]


def read_file(
    repository: Repository, path: str, files: FileAccess, problems: list[Diagnostic]
) -> dict[str, Value]:
    """Return the values that a variables file gives."""
    source = repository.source(path, mend=None if path.endswith(".json") else mended)
    if isinstance(source, Diagnostic):
        problems.append(source)
        return {}
    if path.endswith(".json"):
        from trailcheck.terraform.jsonsyntax import parse_values  # noqa: PLC0415 - for few files

        parsed = parse_values(source)
    else:
        parsed = syntax.parse(source)
    problems.extend(parsed.diagnostics)
    for block in parsed.body.blocks:
        detail = "A variables file holds arguments only: name = value."
        summary = f'a variables file cannot hold "{block.type}" blocks'
        problems.append(Diagnostic(summary, detail, path, block.header))
    scope = LiteralScope(files)
    return {
        name: evaluate(argument.expression, scope).through(argument.span, f"{name} in {path}")
        for name, argument in parsed.body.arguments.items()
    }


def given_one_by_one(
    variables: Iterable[tuple[str, str]], config: ModuleConfig, files: FileAccess
) -> dict[str, Value]:
    """Return the values of `--var NAME=VALUE` for the variables that a root declares.

    Text stays text unless the variable's type is a collection: then it is an expression.
    """
    found: dict[str, Value] = {}
    for name, said in variables:
        block = config.variables.get(name)
        if block is None:
            continue
        declared = block.body.argument("type")
        expression = declared.expression if declared is not None else None
        kind = (
            expression.name
            if isinstance(expression, ast.Call)
            else dotted(expression)
            if expression
            else None
        )
        if kind in _COMPLEX:
            found[name] = evaluate(syntax.parse_expression(said, block.header), LiteralScope(files))
        else:
            found[name] = Known(said, None).through(
                block.header, f"var.{name} as given by the caller"
            )
    return found


def hint(repository: Repository, directory: str, name: str) -> str:
    """Return the variable file beside a root that would give `name`, or nothing."""
    loaded = set(automatic(repository, directory))
    front = "" if directory == "." else f"{directory}/"
    places = [directory, *(front + d for d in repository.listing(directory).directories[:50])]
    for place in places:
        start = "" if place == "." else f"{place}/"
        for file in repository.listing(place).files:
            path = start + file
            if not file.endswith((".tfvars", ".tfvars.json")) or path in loaded:
                continue
            data = repository.read(path)
            if not isinstance(data, Diagnostic) and mentions(data, name):
                return path
    return ""
