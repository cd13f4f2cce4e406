"""Short forms for the tests of Terraform: configurations in memory, and values as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.config import Config
from trailcheck.discover import may_hold
from trailcheck.repository import Repository
from trailcheck.source import Source
from trailcheck.terraform import syntax
from trailcheck.terraform.evaluate import fresh_budget
from trailcheck.terraform.files import RepositoryFiles
from trailcheck.terraform.inputs import automatic, read_file
from trailcheck.terraform.looks import Looks
from trailcheck.terraform.modules import Tree
from trailcheck.terraform.reader import Reader
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from trailcheck.errors import Diagnostic
    from trailcheck.graph import Graph, Kind
    from trailcheck.terraform import ast
    from trailcheck.terraform.modules import ModuleInstance

GROUP = 'resource "aws_cloudwatch_log_group" "g" {\n  name = "g"\n}\n'


def in_memory(files: dict[str, str]) -> Repository:
    """Return a repository whose files are nowhere but in memory."""
    repository = Repository("/nowhere/repository")
    repository.overlay.update({path: text.encode() for path, text in files.items()})
    return repository


def reader(files: dict[str, str], config: Config | None = None) -> Reader:
    """Return a reader of files in memory."""
    repository = in_memory(files)
    return Reader(repository, config or Config(), Looks(repository, may_hold))


def graph(files: dict[str, str] | str, config: Config | None = None, root: str = ".") -> Graph:
    """Return the graph of a root module; text alone is its `main.tf`."""
    return reader({"main.tf": files} if isinstance(files, str) else files, config).graph(root)


def module(files: dict[str, str] | str, directory: str = ".") -> ModuleInstance:
    """Return the root module in a directory, ready to answer for its names."""
    files = {"main.tf": files} if isinstance(files, str) else files
    made = reader(files)
    fresh_budget()
    access = RepositoryFiles(made.repository, directory)
    problems: list[Diagnostic] = []
    given: dict[str, Value] = {}
    for path in automatic(made.repository, directory):
        given.update(read_file(made.repository, path, access, problems))
    tree = Tree(made.config_at, access, given)
    root = tree.start(directory)
    assert root is not None
    return root


def evaluated(expression: str, rest: str = "", **files: str) -> object:
    """Return what an expression is beside other code, as `shown`; `m="…"` is the file m/main.tf."""
    beside = {f"{name}/main.tf": text for name, text in files.items()}
    root = module({"main.tf": f"locals {{\n  answer = {expression}\n}}\n{rest}", **beside})
    return shown(root.local("answer", Source("x", b"").span(0, 0)))


def addresses(graph: Graph, kind: Kind) -> list[str]:
    """Return the addresses of the resources of a kind."""
    return [resource.address for resource in graph.resources(kind)]


def parsed(text: str) -> ast.Expression:
    """Return the tree of one expression, as it is read in a file."""
    file = syntax.parse(Source("main.tf", f"x = {text}\n".encode()))
    return file.body.arguments["x"].expression


def shown(value: Value) -> object:
    """Return a value as plain data; what is not plain is text that says so.

    `${address.attribute}` is a reference, `?name` an unknown, `!` what Terraform would refuse, and
    a triple of condition, then and otherwise a choice.
    """
    match value:
        case Known():
            return value.data
        case Text():
            return "".join(p.text if isinstance(p, Piece) else str(shown(p)) for p in value.parts)
        case Sequence():
            return [shown(item) for item in value.items]
        case Mapping():
            return {key: shown(item) for key, item in value.items.items()}
        case Encoded():
            return {"json": shown(value.value)}
        case Reference():
            return f"${{{value.address}.{value.attribute}}}"
        case Symbol():
            return f"<{value.name}>"
        case Handle():
            return f"@{value.address}"
        case Unknown():
            return "!" if value.refused else f"?{value.name}"
        case Choice():
            return (value.condition.name, shown(value.then), shown(value.otherwise))
