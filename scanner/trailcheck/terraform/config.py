"""One module directory as configuration: its files, merged, and indexed by what they declare."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from trailcheck.errors import Diagnostic
from trailcheck.terraform import ast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trailcheck.source import Source, Span

_NAME = re.compile(r"[^\W\d][\w-]*")
_Key = TypeVar("_Key", str, tuple[str, str])

LABELS: dict[str, tuple[str, ...]] = {
    "resource": ("type", "name"),
    "data": ("type", "name"),
    "ephemeral": ("type", "name"),
    "action": ("type", "name"),
    "variable": ("name",),
    "output": ("name",),
    "module": ("name",),
    "provider": ("name",),
    "check": ("name",),
    "locals": (),
    "terraform": (),
    "moved": (),
    "removed": (),
    "import": (),
}
"""The blocks of a module, and what their labels say."""
_LONGEST_WORD = 40
_COUNTS = ("no label", "one label", "two labels")
_RESERVED = frozenset(
    ("count", "depends_on", "for_each", "lifecycle", "locals", "providers", "source", "version")
)
"""Names that no variable may have, because module calls have arguments of these names."""


class ModuleConfig:
    """What the files of one directory declare together."""

    __slots__ = (
        "calls",
        "checked",
        "data",
        "diagnostics",
        "directory",
        "ephemeral",
        "imports",
        "late",
        "locals",
        "model",
        "outputs",
        "providers",
        "resources",
        "sources",
        "span",
        "statements",
        "terraform",
        "variables",
    )

    def __init__(self, directory: str, files: Iterable[ast.File]) -> None:
        """Merge the files of `directory`; override files, which sort last, win over the others."""
        self.directory = directory
        self.variables: dict[str, ast.Block] = {}
        self.locals: dict[str, ast.Argument] = {}
        self.outputs: dict[str, ast.Block] = {}
        self.resources: dict[tuple[str, str], ast.Block] = {}
        self.data: dict[tuple[str, str], ast.Block] = {}
        self.ephemeral: dict[tuple[str, str], ast.Block] = {}
        self.checked: dict[tuple[str, str], ast.Block] = {}
        """Data sources that only a check sees."""
        self.imports: list[ast.Block] = []
        self.calls: dict[str, ast.Block] = {}
        self.providers: dict[str, ast.Block] = {}
        """Provider blocks by name, or "name.alias"."""
        self.terraform: list[ast.Block] = []
        self.statements: list[ast.Block] = []
        """Blocks about the state, and checks, which declare nothing."""
        self.diagnostics: list[Diagnostic] = []
        self.late: list[Sequence[Diagnostic]] = []
        """What is found wrong in bodies when they are read; it grows."""
        self.sources: list[Source] = []
        self.span: Span | None = None
        self.model = ""
        """The module and version that this configuration is a model of."""
        for file in sorted(files, key=lambda f: (is_override(f.source.path), f.source.path)):
            self.diagnostics.extend(file.diagnostics)
            self.late.append(file.late)
            self.sources.append(file.source)
            self.span = self.span or file.source.span(0, 0)
            override = is_override(file.source.path)
            for block in file.body.blocks:
                self._add(block, override=override)
        if self.statements:
            from trailcheck.terraform.statements import refusals  # noqa: PLC0415 - for few modules

            declared = {f"module.{name}" for name in self.calls}
            declared.update(map(".".join, self.resources))
            self.diagnostics += refusals(self.statements, declared)

    def _add(self, block: ast.Block, *, override: bool) -> None:
        wanted = LABELS.get(block.type)
        labels = block.labels
        if wanted is None:
            detail = f"{suggestion(block.type, LABELS)} The block was not read.".lstrip()
            self._problem(block.header, f'there are no "{block.type}" blocks in a module', detail)
            return
        if len(labels) != len(wanted):
            shape = " ".join((block.type, *(f'"{label}"' for label in wanted)))
            self._problem(
                block.header,
                f"{block.type} blocks have {_COUNTS[len(wanted)]}, not {len(labels)}",
                f"Write {shape} {{ ... }}. The block was not read.",
            )
            return
        self._check_names(block)
        match block.type:
            case "terraform":
                self.terraform.append(block)
            case "moved" | "removed" | "import" | "check":
                self.statements.append(block)
                if block.type == "import":
                    self.imports.append(block)
                for data in block.body.named("data") if block.type == "check" else ():
                    if len(data.labels) == len(LABELS["data"]):
                        self.checked[data.labels[0], data.labels[1]] = data
            case "locals":
                for name, argument in block.body.arguments.items():
                    self._check_name(argument.name_span, name, "name of a local value")
                    if name in self.locals and not override:
                        first = self.locals[name].name_span
                        self._twice(argument.name_span, f"local.{name}", first)
                    else:
                        self.locals[name] = argument
            case "provider":
                alias = block.body.argument("alias")
                said = literal_text(alias.expression) if alias is not None else None
                self._put(
                    self.providers,
                    f"{labels[0]}.{said}" if said else labels[0],
                    block,
                    override=override,
                )
            case "variable":
                self._put(self.variables, labels[0], block, override=override)
            case "output":
                self._put(self.outputs, labels[0], block, override=override)
            case "module":
                self._put(self.calls, labels[0], block, override=override)
            case "resource":
                self._put(self.resources, (labels[0], labels[1]), block, override=override)
            case "data":
                self._put(self.data, (labels[0], labels[1]), block, override=override)
            case "ephemeral":
                self._put(self.ephemeral, (labels[0], labels[1]), block, override=override)

    def _put(
        self, table: dict[_Key, ast.Block], key: _Key, block: ast.Block, *, override: bool
    ) -> None:
        first = table.get(key)
        if first is None:
            table[key] = block
        elif override:
            table[key] = _overridden(first, block)
        else:
            self._twice(block.header, repr(first), first.header)

    def _twice(self, span: Span, what: str, first: Span) -> None:
        place = f"Line {first.first.line}"
        if first.source.path != span.source.path:
            place += f" of {first.source.path}"
        detail = f"{place} declares it already, and only that was read."
        self._problem(span, f"{what} is declared twice", detail)

    def _check_names(self, block: ast.Block) -> None:
        """Hold that labels are names: Terraform refuses others, and references cannot say them."""
        for label, what in zip(block.labels, LABELS[block.type], strict=True):
            self._check_name(block.header, label, f"{what} of a {block.type}")
        if block.type == "variable" and block.labels[0] in _RESERVED:
            detail = "Arguments of module calls have this name; choose another."
            self._problem(block.header, f'no variable can be called "{block.labels[0]}"', detail)

    def _check_name(self, span: Span, name: str, what: str) -> None:
        if _NAME.fullmatch(name) is None:
            detail = "Names have letters, digits, _ and -, and start with a letter or _."
            self._problem(span, f'"{name}" cannot be the {what}', detail)

    def _problem(self, span: Span, summary: str, detail: str) -> None:
        self.diagnostics.append(Diagnostic(summary, detail, span.source.path, span))


def suggestion(word: str, words: Iterable[str]) -> str:
    """Return "Did you mean ...?" with the closest of the words, or an empty text."""
    from difflib import get_close_matches  # noqa: PLC0415 - for mistakes only

    near = get_close_matches(word[:_LONGEST_WORD], list(words), 1)
    return f'Did you mean "{near[0]}"?' if near else ""


def is_override(path: str) -> bool:
    """Tell whether a file is one whose blocks are merged over the others' (`override.tf`)."""
    name = path.rsplit("/", 1)[-1]
    stem = name.split(".tf", 1)[0].split(".tofu", 1)[0]
    return stem == "override" or stem.endswith("_override")


def literal_text(expression: ast.Expression) -> str | None:
    """Return the text of a plain quoted string, or of a bare word; None for anything else."""
    if isinstance(expression, ast.Template):
        if all(isinstance(p, ast.TemplateText) for p in expression.parts):
            return "".join(p.text for p in expression.parts if isinstance(p, ast.TemplateText))
    elif isinstance(expression, ast.Variable):
        return expression.name
    return None


def source_of(call: ast.Block) -> str | None:
    """Return the source of a module call; None if it is not plain text."""
    if call.source is not None:
        return call.source
    argument = call.body.argument("source")
    return literal_text(argument.expression) if argument is not None else None


def dotted(expression: ast.Expression) -> str | None:
    """Return `a.b.c` for a traversal of plain names, written bare or quoted; None otherwise."""
    match expression:
        case ast.Variable():
            return expression.name
        case ast.GetAttribute():
            front = dotted(expression.operand)
            return f"{front}.{expression.name}" if front is not None else None
        case _:
            return literal_text(expression)


def _overridden(first: ast.Block, over: ast.Block) -> ast.Block:
    """Merge an override: its arguments replace, its nested blocks replace all of their type."""
    replaced = {
        b.labels[0] if b.type == "dynamic" and b.labels else b.type for b in over.body.blocks
    }
    kept = [
        b
        for b in first.body.blocks
        if (b.labels[0] if b.type == "dynamic" and b.labels else b.type) not in replaced
    ]
    plain = type(first.body) is type(over.body) is ast.Body
    arguments, blocks = {**first.body.arguments, **over.body.arguments}, [*kept, *over.body.blocks]
    body = (
        ast.Body(arguments, blocks, first.body.span)
        if plain
        else _PartlyJson(arguments, blocks, first.body, over.body)
    )
    return ast.Block(first.type, first.labels, first.header, body)


class _PartlyJson(ast.Body):
    """A body that is overridden, one of the two in JSON: what is asked says what a member is."""

    __slots__ = ("_first", "_over")

    def __init__(
        self,
        arguments: dict[str, ast.Argument],
        blocks: list[ast.Block],
        first: ast.Body,
        over: ast.Body,
    ) -> None:
        replaced = {b.type for b in over.blocks}
        kept = {name: said for name, said in arguments.items() if name not in replaced}
        super().__init__(kept, blocks, first.span)
        self._first = first
        self._over = over

    def named(self, name: str) -> list[ast.Block]:
        """Return the nested blocks of the override, else of what it overrides."""
        return self._over.named(name) or self._first.named(name)
