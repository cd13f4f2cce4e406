r"""Which files matter: infrastructure code by name and content, and the anchors in it.

A file is an anchor if its bytes can hold a trail. The search over-approximates only: text with
`\u` escapes or in UTF-16 is always an anchor. What holds none is counted and never parsed.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, UsageError
from trailcheck.record import NamedTuple
from trailcheck.result import Skipped
from trailcheck.source import Source
from trailcheck.terraform.plan.sniff import HEAD, is_plan, starts_plan

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from trailcheck.cloudformation.cdk.assembly import Assembly
    from trailcheck.repository import Repository

TERRAFORM_ENDINGS = (".tf", ".tofu", ".tf.json", ".tofu.json")
TEMPLATE_ENDINGS = (".yaml", ".yml", ".json", ".template", ".cform", ".cfn")
_LEFT_OUT = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".terraform",
        ".terragrunt-cache",
        ".tox",
        ".venv",
        "venv",
        "__pycache__",
        "node_modules",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
    }
)
_OTHER_LANGUAGES = {
    "terragrunt.hcl": "Terragrunt is not read",
    "cdktf.json": "CDK for Terraform is not read; scan what it synthesizes",
    "Pulumi.yaml": "Pulumi is not read",
}
_APP = "cdk.json"
_NOT_SYNTHESIZED = "the CDK is not read; run `cdk synth` and scan the cdk.out that it writes"
_CODE = frozenset({*_OTHER_LANGUAGES.values(), _NOT_SYNTHESIZED})
_LEFT_OVER = "not in the manifest of the CDK's assembly: left over from an earlier synthesis"
_MANIFEST = "manifest.json"
_TEMPLATE = ".template.json"
_OF_ASSEMBLIES = (".assets.json", ".metadata.json", "manifest.json", "tree.json")
TRAIL = {"terraform": b"aws_cloudtrail", "cloudformation": b"AWS::CloudTrail::Trail"}
_STACK = b"aws_cloudformation_stack"
"""What a plan spells that deploys a template, which may lie elsewhere."""
_NO_TRAIL = "no trail in it"
_NO_TEMPLATE = "not a template"
_MOST_EXAMPLES = 3
"""Enough to recognise what is meant."""
_ESCAPED = re.compile(rb"\\[uUx]")
_MARK = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Inventory(NamedTuple):
    """What a walk found. Paths are relative to the repository."""

    modules: tuple[str, ...]
    """Directories with Terraform configuration."""
    named: tuple[str, ...]
    """Those of them that the caller named."""
    templates: tuple[str, ...]
    """CloudFormation templates that can hold a trail."""
    others: tuple[str, ...]
    """All other templates."""
    linking: tuple[str, ...]
    """Those of them that may take in other files, export or import."""
    fragments: tuple[str, ...]
    """Files that speak of resources and are no templates: some may be included in one."""
    named_templates: tuple[str, ...]
    """Templates that the caller named."""
    plans: tuple[str, ...]
    """JSON of Terraform plans that can hold a trail."""
    named_plans: tuple[str, ...]
    """Those of them that the caller named."""
    files_seen: int
    """Infrastructure files, those without a trail too."""
    diagnostics: tuple[Diagnostic, ...]
    left_out: tuple[Skipped, ...]
    """What was not read, and why; `others` and `fragments` are not among it."""
    assemblies: tuple[Assembly, ...] = ()
    """What the AWS CDK synthesized, each with its stages."""

    def skipped(self, read: Container[str]) -> tuple[Skipped, ...]:
        """Return what was not read in the end; `read` are the templates that were."""
        found = {skipped.reason: skipped for skipped in self.left_out}
        for reason, paths in ((_NO_TRAIL, self.others), (_NO_TEMPLATE, self.fragments)):
            idle = [path for path in paths if path not in read]
            if idle:
                before = found.get(reason, Skipped(reason, 0, ()))
                examples = (*before.examples, *idle)[:_MOST_EXAMPLES]
                found[reason] = Skipped(reason, before.files + len(idle), examples)
        return tuple(found[reason] for reason in sorted(found))


def may_hold(data: bytes, word: bytes) -> bool:
    """Tell whether text may spell `word`, escapes and wide encodings allowed for."""
    return word in data or data.startswith(_WIDE) or _ESCAPED.search(data) is not None


def discover(repository: Repository, paths: Iterable[str]) -> Inventory:
    """Walk `paths` (files, directories or globs, as the caller wrote them).

    Raises UsageError for a path that is not there or lies outside the repository.
    """
    walk = _Walk(repository)
    for path in paths:
        walk.start(path)
    return walk.inventory()


class _Walk:
    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.modules: dict[str, None] = {}
        self.named: dict[str, None] = {}
        self.templates: dict[str, None] = {}
        self.others: dict[str, bool] = {}
        self.fragments: dict[str, None] = {}
        self.named_templates: dict[str, None] = {}
        self.plans: dict[str, bool] = {}
        self.diagnostics: list[Diagnostic] = []
        self.skipped: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}
        self.seen: set[str] = set()
        self.files_seen = 0
        self.assemblies: list[Assembly] = []
        self.assembled: dict[str, Assembly] = {}
        """Assemblies by their directories, and those of their stages."""
        self.consulted: dict[str, Assembly | None] = {}
        """Assemblies around templates that are named by themselves, by their directories."""
        self.apps: list[str] = []

    def start(self, path: str) -> None:
        if any(c in path for c in "*?[") and not os.path.lexists(path):
            matches = _glob(path)
            if not matches:
                raise UsageError(
                    f"nothing matches {path}", "quote a pattern so that the shell leaves it alone"
                )
            for match in matches:
                self.start(match)
            return
        overlaid = path in self.repository.overlay
        if not overlaid and not os.path.lexists(path):
            raise UsageError(f"{path}: no such file or directory")
        relative = path if overlaid else self.repository.relative(path)
        if relative is None:
            raise UsageError(
                f"{path} lies outside the repository {self.repository.root}",
                "name the folder that holds all code with --repository",
            )
        if not overlaid and os.path.basename(relative) == _MANIFEST:
            # What names the manifest means what it lists.
            above = os.path.dirname(relative) or "."
            if self.assembly(above):
                self.directory(above)
                return
        if not overlaid and os.path.isdir(path):
            if self._has_terraform(relative):
                self.named[relative] = None
            self.directory(relative)
        else:
            if relative.endswith(_TEMPLATE):
                self._around(relative)
            if not self.file(relative, named=True):
                self._skip("not infrastructure code", relative)

    def directory(self, top: str) -> None:
        """Walk a directory without recursion: nesting may be deep."""
        waiting = [top]
        while waiting:
            directory = waiting.pop()
            listing = self.repository.listing(directory)
            front = "" if directory == "." else f"{directory}/"
            if _MANIFEST in listing.files:
                if directory != top and self._is_left_over(directory):
                    self._skip(_LEFT_OVER, directory)
                    continue
                self.assembly(directory)
            for name in listing.files:
                if name == _APP:
                    self.apps.append(front + name)
                if name in _OTHER_LANGUAGES:
                    self._skip(_OTHER_LANGUAGES[name], front + name)
                self.file(front + name)
            for name in reversed(listing.directories):
                if name in _LEFT_OUT:
                    if name not in (".git", "__pycache__"):
                        self._skip("left-out directory", front + name)
                else:
                    waiting.append(front + name)

    def _around(self, path: str) -> None:
        """Take in what an assembly says of a template that is named by itself, and no more."""
        directory = os.path.dirname(path) or "."
        if directory in self.assembled:
            return
        if directory not in self.consulted:
            assembly = self.consulted[directory] = self._assembly(directory)
            self.assemblies += () if assembly is None else (assembly,)
        known = self.consulted[directory]
        if known is not None and not known.whole and path not in known.files:
            self.diagnostics += known.diagnostics

    def _assembly(self, directory: str) -> Assembly | None:
        """Read the CDK's assembly in a directory, if there is one."""
        data = self.repository.read(_join(directory, _MANIFEST))
        if isinstance(data, Diagnostic) or b'"artifacts"' not in data:
            return None
        from trailcheck.cloudformation.cdk.manifest import is_manifest, read_assembly  # noqa: PLC0415 - seldom

        return read_assembly(self.repository, directory) if is_manifest(data) else None

    def assembly(self, directory: str) -> bool:
        """Take in the CDK's assembly in a directory; tell whether there is one."""
        if directory in self.assembled:
            return True
        assembly = self._assembly(directory)
        if assembly is None:
            return False
        self.assemblies.append(assembly)
        self.assembled |= dict.fromkeys(assembly.directories, assembly)
        self.diagnostics += assembly.diagnostics
        self.files_seen += 1
        for deployment in assembly.deployments:
            if deployment.template not in self.seen:
                self.seen.add(deployment.template)
                self._template(deployment.template, named=False)
        return True

    def _is_left_over(self, directory: str) -> bool:
        """Tell whether a directory was a stage of the assembly around it, and is no more."""
        around = self.assembled.get(os.path.dirname(directory) or ".")
        name = os.path.basename(directory)
        return (
            around is not None
            and around.whole
            and name.startswith("assembly-")
            and directory not in self.assembled
        )

    def _of_assembly(self, path: str) -> bool:
        """Tell whether a file is no template that its assembly knows of."""
        directory, name = os.path.split(path)
        assembly = self.assembled.get(directory or ".")
        if assembly is None:
            return False
        if name.endswith(_OF_ASSEMBLIES):
            return True
        if not (assembly.whole and name.endswith(_TEMPLATE)) or path in assembly.files:
            return False
        self._skip(_LEFT_OVER, path)
        return True

    def file(self, path: str, *, named: bool = False) -> bool:
        """Take one file into account; tell whether it is infrastructure code."""
        if path in self.seen:
            if named and path in self.plans:
                self.plans[path] = True
            if named:
                self.named_templates[path] = None
            return True
        if path.endswith(TERRAFORM_ENDINGS):
            self.seen.add(path)
            self.files_seen += 1
            directory = os.path.dirname(path) or "."
            self.modules[directory] = None
            if named:
                self.named[directory] = None
            return True
        if named or path.endswith(TEMPLATE_ENDINGS):
            if not named and self._of_assembly(path):
                return False
            self.seen.add(path)
            if named:
                self.named_templates[path] = None
            return self._template(path, named=named)
        return False

    def _template(self, path: str, *, named: bool) -> bool:
        data = self.repository.read(path)
        if isinstance(data, Diagnostic):
            if starts_plan(self.repository.head(path, HEAD)):
                self.files_seen += 1
                self.plans[path] = named
            else:
                self.diagnostics.append(data)
            return True
        wide = data.startswith(_WIDE)
        if (named or path.endswith(".json")) and self._plan(path, data, named=named):
            return True
        if b"AWS::" not in data and not wide and _ESCAPED.search(data) is None:
            if named or b"AWSTemplateFormatVersion" in data:
                self._skip("no AWS resource in it", path)
                self.files_seen += b"AWSTemplateFormatVersion" in data
                return b"AWSTemplateFormatVersion" in data
            return False
        text = data
        if wide:
            source = self.repository.source(path, data)
            if isinstance(source, Diagnostic):
                self.diagnostics.append(source)
                return True
            text = source.data
        from trailcheck.cloudformation.sniff import LINKING, may_say, sniff  # noqa: PLC0415 - not for Terraform

        if not sniff(text):
            self.fragments[path] = None
            return False
        self.files_seen += 1
        if may_hold(data, TRAIL["cloudformation"]):
            self.templates[path] = None
        else:
            self.others[path] = may_say(data, LINKING)
        return True

    def _plan(self, path: str, data: bytes, *, named: bool) -> bool:
        """Take a file into account if it is the JSON of a plan; tell whether it is."""
        source = self.repository.source(path, data) if data.startswith(_WIDE) else None
        text = data.removeprefix(_MARK) if source is None else b""
        if isinstance(source, Source):
            text = source.data
        if not is_plan(text):
            return False
        self.files_seen += 1
        if _STACK in data or any(may_hold(data, word) for word in TRAIL.values()):
            self.plans[path] = named
        else:
            self._skip(_NO_TRAIL, path)
        return True

    def _has_terraform(self, directory: str) -> bool:
        return any(n.endswith(TERRAFORM_ENDINGS) for n in self.repository.listing(directory).files)

    def _skip(self, reason: str, path: str) -> None:
        self.skipped[reason] += 1
        examples = self.examples.setdefault(reason, [])
        if len(examples) < _MOST_EXAMPLES:
            examples.append(path)

    def inventory(self) -> Inventory:
        """Return what was found."""
        for app in self.apps:
            home = os.path.dirname(app)
            if not any(_within(directory, home) for directory in self.assembled):
                self._skip(_NOT_SYNTHESIZED, app)
        return Inventory(
            tuple(sorted(self.modules)),
            tuple(sorted(self.named)),
            tuple(sorted(self.templates)),
            tuple(sorted(self.others)),
            tuple(sorted(path for path, linking in self.others.items() if linking)),
            tuple(sorted(self.fragments)),
            tuple(sorted(self.named_templates)),
            tuple(sorted(self.plans)),
            tuple(sorted(path for path, named in self.plans.items() if named)),
            self.files_seen,
            tuple(self.diagnostics),
            tuple(
                Skipped(reason, count, tuple(self.examples[reason]), reason in _CODE)
                for reason, count in sorted(self.skipped.items())
            ),
            tuple(self.assemblies),
        )


def _join(directory: str, name: str) -> str:
    return name if directory == "." else f"{directory}/{name}"


def _within(directory: str, home: str) -> bool:
    return not home or directory == home or directory.startswith(f"{home}/")


def _glob(pattern: str) -> list[str]:
    """Return the paths that a pattern matches, sorted; `**` crosses directories."""
    import fnmatch  # noqa: PLC0415 - only for callers whose shell left a pattern alone
    import glob  # noqa: PLC0415 - as above

    found = glob.glob(pattern, recursive=True, include_hidden=False)
    return sorted(
        p for p in found if not _LEFT_OUT & set(p.split("/")) and not fnmatch.fnmatch(p, "*/.git/*")
    )
