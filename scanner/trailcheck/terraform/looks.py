"""What the bytes of a module directory tell before anything is parsed.

Which directories call which, which may hold a trail, and so which root modules are worth reading.
Every search over-approximates: what it rules out cannot matter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from trailcheck.errors import Diagnostic
from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from trailcheck.repository import Repository
    from trailcheck.terraform.manifest import Manifest

ENDINGS = (".tf", ".tofu", ".tf.json", ".tofu.json")
# NOTE: the pattern begins with a literal, which `re` finds as fast as `in` does.
_SOURCE = re.compile(rb"""source["']?\s*[=:]\s*"((?:\\.|[^"\\])*)\"""")
# NOTE: texts of patterns, compiled (and kept) by `re` when one is first needed: few scans do.
_PROVIDER = r"(?:registry\.(?:terraform\.io|opentofu\.org)/)?[\w-]+/[\w-]+"
"""A provider's address (`hashicorp/aws`), which no module's source looks like."""
_TRAIL_WORDS = rb"(?i)cloud[-_]?trail|baseline|landing[-_]?zone|audit[-_]?(?:log|trail|account)"
_DEPLOYED = rb"%b|templatefile|template_file" % _TRAIL_WORDS
"""What code says that deploys a trail by a template which is no template to CloudFormation yet."""
_OLD_VERSION = rb"""(?:version|aws)["']?\s*[=:]\s*"[^"]*(?<![0-9.])[0-3](?![0-9])"""


class Module(NamedTuple):
    """What a look at the bytes of a directory tells, before anything is parsed."""

    holds_trail: bool
    calls: frozenset[str]
    """Directories of the repository that its `source` arguments may lead to."""
    files: tuple[str, ...]
    remote: frozenset[str]
    """Its other sources: registries, repositories, archives."""
    speaks_of_trails: bool
    """Whether a file with such a source says anything that a module for a trail might be called."""


_Fields: TypeAlias = tuple[bool, frozenset[str], tuple[str, ...], frozenset[str], bool]


class Looks:
    """Looks at the directories of one repository, each at most once."""

    def __init__(self, repository: Repository, may_hold: Callable[[bytes, bytes], bool]) -> None:
        self.repository = repository
        self._may_hold = may_hold
        self._looks: dict[str, Module] = {}
        self._manifests: dict[str, Manifest | None] = {}
        self._old: dict[str, bool] = {}
        self.deploys = False
        """Whether there are templates with trails beside, which stacks may be made from."""
        self.found_roots: tuple[str, ...] = ()
        """What `roots` last found."""
        self.orphans: set[str] = set()
        """Directories with a trail that no root reaches: nothing instantiates them."""

    def survey(self, directories: Sequence[str]) -> None:
        """Look at many directories, with all cores."""
        from trailcheck.workers import shared  # noqa: PLC0415 - not for small trees

        def seen(part: Sequence[str]) -> list[_Fields]:
            return [_plain(self.look(directory)) for directory in part]

        found = (fields for part in shared(seen, directories) for fields in part)
        self._looks.update(zip(directories, (Module(*fields) for fields in found), strict=True))

    def look(self, directory: str) -> Module:
        """Search the bytes of a directory's files for trails and module calls."""
        found = self._looks.get(directory)
        if found is None:
            files = self._files(directory)
            holds, speaks, calls, remote = False, False, set[str](), set[str]()
            for path in files:
                data = self.repository.read(path)
                if isinstance(data, Diagnostic):
                    holds = True  # What cannot be read may hold anything: the parser will say so.
                    continue
                holds = (
                    holds
                    or self._may_hold(data, b"aws_cloudtrail")
                    or (
                        b"aws_cloudformation_stack" in data
                        and (self.deploys or re.search(_DEPLOYED, data) is not None)
                    )
                )
                far = False
                for match in _SOURCE.finditer(data):
                    source = match[1].decode("utf-8", "replace")
                    target = local_directory(directory, source)
                    if target is not None:
                        calls.add(target)
                    elif "/" in source and not re.fullmatch(_PROVIDER, source):
                        remote.add(source)
                        far = True
                speaks = speaks or (far and re.search(_TRAIL_WORDS, data) is not None)
            found = self._looks[directory] = Module(
                holds, frozenset(calls), files, frozenset(remote), speaks
            )
        return found

    def reaches_trail(self, directory: str) -> bool:
        """Tell whether a directory, or a module that it calls at any depth, may hold a trail."""
        return any(
            look.holds_trail or (look.remote and (look.speaks_of_trails or _modelled(look.remote)))
            for look in map(self.look, self.closure(directory))
        )

    def manifest(self, root: str) -> Manifest | None:
        """Return the list of modules that `terraform init` left for a root."""
        if root not in self._manifests:
            from trailcheck.terraform.manifest import manifest_of  # noqa: PLC0415 - for remote sources only

            self._manifests[root] = manifest_of(self.repository, root)
        return self._manifests[root]

    def closure(self, directory: str) -> Iterator[str]:
        """Yield a directory and every module directory that it may reach."""
        seen = {directory}
        waiting = [directory]
        while waiting:
            current = waiting.pop()
            yield current
            look = self.look(current)
            targets = set(look.calls)
            if look.remote and (manifest := self.manifest(directory)) is not None:
                targets.update(installed.directory for installed in manifest.modules.values())
            for target in sorted(targets - seen):
                seen.add(target)
                waiting.append(target)

    def roots(self, modules: Iterable[str], named: Iterable[str]) -> list[str]:
        """Return the root modules among directories: those named, and those that no other calls.

        A trail that no root reaches, as when modules call one another in a circle, gets a root of
        its own.
        """
        modules = list(modules)
        called = {target for d in modules for target in self.look(d).calls if target != d}
        roots = dict.fromkeys((*named, *(d for d in modules if d not in called)))
        reached = {d for root in roots for d in self.closure(root)}
        for directory in modules:
            if directory not in reached and self.look(directory).holds_trail:
                roots[directory] = None
                self.orphans.add(directory)
                reached.update(self.closure(directory))
        self.found_roots = tuple(sorted(roots))
        return list(self.found_roots)

    def declares_variable(self, directory: str, name: str) -> bool:
        """Tell whether the files of a directory seem to declare a variable."""
        pattern = re.compile(
            rb'variable["\s:{]+' + re.escape(name.encode("utf-8", "replace")) + rb'["\s{:]'
        )
        for path in self.look(directory).files:
            data = self.repository.read(path)
            if not isinstance(data, Diagnostic) and pattern.search(data):
                return True
        return False

    def pins_old_provider(self, directory: str) -> bool:
        """Tell whether a directory's bytes may hold a version constraint that ends before 3.1."""
        if directory not in self._old:
            read = map(self.repository.read, self.look(directory).files)
            self._old[directory] = any(
                not isinstance(data, Diagnostic) and re.search(_OLD_VERSION, data) for data in read
            )
        return self._old[directory]

    def _files(self, directory: str) -> tuple[str, ...]:
        names = [
            n
            for n in self.repository.listing(directory).files
            if n.endswith(ENDINGS) and n[0] != "."
        ]
        # OpenTofu: x.tofu is read instead of x.tf.
        names = [
            n for n in names if not (n.endswith((".tf", ".tf.json")) and _of_opentofu(n) in names)
        ]
        front = "" if directory == "." else f"{directory}/"
        return tuple(front + n for n in names)


def _plain(look: Module) -> _Fields:
    return look.holds_trail, look.calls, look.files, look.remote, look.speaks_of_trails


def _of_opentofu(name: str) -> str:
    """Return the name of the file that OpenTofu reads instead of `name`."""
    stem, dot, json = name.rpartition(".tf")
    return f"{stem}.tofu{json}" if dot else name


def local_directory(directory: str, source: str | None) -> str | None:
    """Return where a local module `source` leads from `directory`; None if it is not local.

    `//` in a path names a sub-directory of a package, which for a local path is the path itself.
    """
    if source is None:
        return None
    if source not in (".", "..") and not source.startswith(("./", "../", ".\\", "..\\")):
        return None
    steps = [] if directory in ("", ".") else directory.split("/")
    for step in source.replace("\\", "/").split("/"):
        if step in ("", "."):
            continue
        if step == "..":
            if not steps:
                return None
            steps.pop()
        else:
            steps.append(step)
    return "/".join(steps) or "."


def _modelled(sources: Iterable[str]) -> bool:
    """Tell whether trailcheck has a model of any of these modules that may create a trail."""
    from trailcheck.terraform.models import may_hold_trail  # noqa: PLC0415 - for remote sources only

    return any(map(may_hold_trail, sources))
