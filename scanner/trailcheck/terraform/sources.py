"""Where the configuration of a module call comes from: what `terraform init` left, or a model.

What is found nowhere is a boundary: the values that come out of the call are unknown, and a call
that may create a trail is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, Impact
from trailcheck.likely import may_create_trail
from trailcheck.terraform.config import ModuleConfig, literal_text, source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trailcheck.terraform import ast, models
    from trailcheck.terraform.called import Called
    from trailcheck.terraform.looks import Looks
    from trailcheck.terraform.modules import ModuleInstance

_MOST_ARGUMENTS = 5
META = frozenset({"source", "version", "count", "for_each", "providers", "depends_on"})
"""Arguments of a call that are not the module's own."""


class Sources:
    """Finds the configurations of one root's module calls that are not plain local paths."""

    def __init__(self, root: str, looks: Looks) -> None:
        self.root = root
        self.looks = looks
        self.used: dict[models.Model, list[str]] = {}
        """The models in use, each with the addresses of the calls that it is read for."""
        self._found: dict[str, ModuleConfig | str] = {}

    def find(self, module: Called, name: str, block: ast.Block) -> ModuleConfig | str:
        """Return the configuration that a call leads to, or the reason why it is not known."""
        key = f"{module.path}{name}"
        if key not in self._found:
            self._found[key] = self._find(module, name, block)
        return self._found[key]

    def _find(self, module: Called, name: str, block: ast.Block) -> ModuleConfig | str:
        source = source_of(block)
        if source is None:
            return "has a source that is not written as plain text"
        if is_local(source):
            return f"comes from {source}, which is not in the repository"
        constraint = _literal(block, "version")
        found = self.installed(f"{module.path}{name}", block, module.tree.config_at)
        if isinstance(found, ModuleConfig):
            return found
        from trailcheck.terraform import addresses, models, syntax  # noqa: PLC0415 - for remote sources

        address = addresses.parse(source)
        chosen = models.choose(address, constraint) if address is not None else ""
        if isinstance(chosen, str):
            why = f": {chosen}" if chosen else ""
            return f"comes from {source}, which is not in the repository{why}{found}"
        if not module.config.model:
            address_of = ".".join(f"module.{step}" for step in f"{module.path}{name}".split("."))
            self.used.setdefault(chosen, []).append(address_of)
        config = ModuleConfig(
            module.config.directory, (syntax.parse(models.ModelSource(chosen, block)),)
        )
        config.model = chosen.name
        return config

    def installed(
        self, path: str, block: ast.Block, config_at: Callable[[str], ModuleConfig | None]
    ) -> ModuleConfig | str:
        """Return what `terraform init` left for a call, or what is wrong with it: "; …" or "".

        `path` has the names of the calls that lead to it and its own, with dots between them.
        """
        manifest = self.looks.manifest(self.root)
        installed = manifest.modules.get(path) if manifest is not None else None
        if manifest is None or installed is None:
            return ""
        stale = f"; {manifest.path} "
        config = config_at(installed.directory)
        if not same_source(installed.source, source_of(block) or ""):
            return stale + f"holds another source ({installed.source}): run `terraform init`"
        if not _admits(_literal(block, "version"), installed.version):
            return stale + f"holds version {installed.version}: run `terraform init`"
        if config is None:
            return stale + f"says that it is in {installed.directory}, where nothing is"
        return config

    def boundaries(self, modules: Iterable[ModuleInstance], *, trails: bool) -> list[Diagnostic]:
        """Return the calls that may create a trail, and that nothing here can look into.

        Where the root has no trail of its own, such a call is code that was not read: the root must
        not look like one without a trail. Beside a trail it is worth a note.
        """
        found: dict[ast.Block, Diagnostic] = {}
        for module in modules:
            for name, block in module.config.calls.items():
                source = source_of(block) or ""
                if block in found or is_local(source) or module.child_config(name) is not None:
                    continue
                likely = may_create_trail(name, source, block.body.arguments)
                if likely is None:
                    continue
                header = block.header.source.shown(block.header)
                found[block] = Diagnostic(
                    f"{module.prefix}module.{name} may create a trail that was not read",
                    f"{module.boundary(name)}. `terraform init` before the scan brings the module "
                    "into reach, if its directory .terraform is inside the repository.",
                    header.source.path,
                    header,
                    Impact.UNREAD if likely and not trails else Impact.NOTICE,
                )
        return list(found.values())


def is_local(source: str) -> bool:
    """Tell whether a source is a path in the repository."""
    return source in (".", "..") or source.startswith(("./", "../", ".\\", "..\\"))


def arguments_of(block: ast.Block) -> str:
    """Say which arguments a call passes, the first few of them."""
    names = [name for name in block.body.arguments if name not in META]
    more = len(names) - _MOST_ARGUMENTS
    said = ", ".join(names[:_MOST_ARGUMENTS])
    return said + (f" and {more} more" if more > 0 else "")


def same_source(installed: str, stated: str) -> bool:
    """Tell whether the source in a list of installed modules is the one that a call states."""
    if installed == stated:
        return True
    from trailcheck.terraform import addresses  # noqa: PLC0415 - for remote sources

    first, second = addresses.parse(installed), addresses.parse(stated)
    return first is not None and first == second


def _admits(constraint: str | None, version: str) -> bool:
    if constraint is None or not version:
        return True
    from trailcheck.terraform import addresses  # noqa: PLC0415 - for remote sources

    wanted, exact = addresses.admitted(constraint), addresses.version(version)
    return wanted is None or exact is None or wanted.meets(exact, exact)


def _literal(block: ast.Block, name: str) -> str | None:
    argument = block.body.argument(name)
    return literal_text(argument.expression) if argument is not None else None
