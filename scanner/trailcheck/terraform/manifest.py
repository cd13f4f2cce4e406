"""What `terraform init` left in the checkout: `.terraform/modules/modules.json`.

The file maps the path of a module call ("network.subnets") to the directory that its source was
copied to. It is generated, but it is a file of the repository and may be forged: nothing in it
leads outside.
"""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, Impact
from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from trailcheck.repository import Repository

_PATH = ".terraform/modules/modules.json"
_LARGEST = 5_000_000
_MOST_ENTRIES = 10_000


class Installed(NamedTuple):
    """One module that is at hand."""

    source: str
    version: str
    directory: str
    """Relative to the repository."""


class Manifest(NamedTuple):
    """The modules at hand for one root, by the path of their call."""

    path: str
    modules: dict[str, Installed]
    problem: Diagnostic | None = None


def manifest_of(repository: Repository, root: str) -> Manifest | None:
    """Return the modules at hand for a root: from its own list, or from that of a root above."""
    folder = root
    while True:
        found = _read(repository, folder)
        if found is not None:
            if folder == root:
                return found
            # A root above lists the modules of this one if it calls it, under that call's path.
            for key, installed in found.modules.items():
                if key and installed.directory == root:
                    front = f"{key}."
                    inside = {
                        k[len(front) :]: m for k, m in found.modules.items() if k.startswith(front)
                    }
                    return Manifest(found.path, inside, found.problem)
            if found.problem is not None:
                return Manifest(found.path, {}, found.problem)
        if folder == ".":
            return None
        folder = os.path.dirname(folder) or "."


def _read(repository: Repository, folder: str) -> Manifest | None:
    listing = repository.listing(folder)
    front = "" if folder == "." else f"{folder}/"
    path = front + _PATH
    if ".terraform" not in listing.directories:
        return None
    if "modules.json" not in repository.listing(os.path.dirname(path)).files:
        return None
    data = repository.read(path)
    if isinstance(data, Diagnostic):
        return Manifest(path, {}, data._replace(impact=Impact.NOTICE))
    if len(data) > _LARGEST:
        return Manifest(path, {}, _problem(path, f"it is too large ({len(data)} bytes)"))
    import json  # noqa: PLC0415 - only where modules were installed

    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return Manifest(path, {}, _problem(path, "it is not valid JSON"))
    entries = content.get("Modules") if isinstance(content, dict) else None
    if not isinstance(entries, list) or len(entries) > _MOST_ENTRIES:
        return Manifest(path, {}, _problem(path, "it does not list modules"))
    modules: dict[str, Installed] = {}
    problem = None
    for entry in entries:
        said = _entry(repository, folder, entry, modules)
        if said:
            problem = problem or _problem(path, said)
    return Manifest(path, modules, problem)


def _entry(
    repository: Repository, folder: str, entry: object, modules: dict[str, Installed]
) -> str:
    """Take one entry in; return what is wrong with it, if anything is."""
    if not isinstance(entry, dict):
        return "an entry is not an object"
    said = [entry.get(name, "") for name in ("Key", "Source", "Version", "Dir")]
    if "Key" not in entry or "Dir" not in entry or not all(isinstance(s, str) for s in said):
        return "an entry has no Key, Source and Dir"
    key, source, stated, where = said
    if key in modules:
        return f"the module {key!r} is listed twice"
    if "\0" in where:
        return f"the directory of module {key!r} is not a path"
    joined = os.path.normpath(os.path.join(repository.absolute(folder), where))
    inside = repository.relative(joined)
    if inside is None:
        return f"the directory of module {key!r} lies outside the repository"
    modules[key] = Installed(source, stated, inside)
    return ""


def _problem(path: str, what: str) -> Diagnostic:
    return Diagnostic(
        f"the list of installed modules is broken: {what}",
        "What is wrong was not followed; `terraform init` writes the file anew.",
        path,
        None,
        Impact.NOTICE,
    )
