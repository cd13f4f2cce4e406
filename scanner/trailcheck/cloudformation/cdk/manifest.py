"""Cloud assemblies of the AWS CDK (`cdk.out`): the stacks that a `manifest.json` lists.

What is read is stable since the first version of the format (cloud-assembly-schema, "manifest"):
stacks with their templates, environments and parameters, stages as directories of their own, and
assets. The major version grows with every addition, so that a newer one is read all the same; what
it says of a stack beyond what is known here makes that stack unread.
"""

from __future__ import annotations

import posixpath
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from trailcheck.cloudformation.cdk.annotations import Noted, errors
from trailcheck.cloudformation.cdk.assembly import Assembly, Deployment
from trailcheck.cloudformation.cdk.constructs import Constructs
from trailcheck.cloudformation.cdk.documents import Document, holds, load
from trailcheck.errors import Diagnostic, Impact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.repository import Repository

    Json = dict[str, Any]

MANIFEST = "manifest.json"
KNOWN_MAJOR = 55
MOST_LEVELS = 20
"""Stages inside each other."""

_STACK = "aws:cloudformation:stack"
_TYPES = frozenset(
    {
        "none",
        "aws:cloudformation:stack",
        "cdk:asset-manifest",
        "cdk:cloud-assembly",
        "cdk:feature-flag-report",
        "cdk:tree",
    }
)
_MARKS = (b'"aws:cloudformation:stack"', b'"cdk:cloud-assembly"', b'"cdk:tree"')
_MEMBERS = frozenset(
    {
        "additionalMetadataFile",
        "dependencies",
        "displayName",
        "environment",
        "metadata",
        "properties",
        "type",
    }
)
_PROPERTIES = frozenset(
    {
        "additionalDependencies",
        "assumeRoleAdditionalOptions",
        "assumeRoleArn",
        "assumeRoleExternalId",
        "bootstrapStackVersionSsmParameter",
        "cloudFormationExecutionRoleArn",
        "lookupRole",
        "notificationArns",
        "parameters",
        "requiresBootstrapStackVersion",
        "stackName",
        "stackTemplateAssetObjectUrl",
        "tags",
        "templateFile",
        "terminationProtection",
        "validateOnSynth",
    }
)
_ENVIRONMENT = re.compile(
    r"aws://(?P<account>[0-9]{12}|unknown-account)/"
    r"(?P<region>[a-z]{2,4}(?:-[a-z]+)+-[0-9]+|unknown-region)\Z"
)
_VERSION = re.compile(r"([0-9]{1,9})\.[0-9]+\.[0-9]+")


def is_manifest(data: bytes) -> bool:
    """Tell whether the bytes of a `manifest.json` are those of an assembly."""
    return b'"version"' in data and b'"artifacts"' in data and any(m in data for m in _MARKS)


def read_assembly(repository: Repository, directory: str) -> Assembly:
    """Read the assembly in a directory that is relative to the repository."""
    reader = _Reader(repository, directory)
    reader.read(directory, 0)
    return Assembly(
        tuple(reader.directories),
        tuple(reader.deployments),
        frozenset(reader.files),
        tuple(reader.diagnostics),
        reader.whole,
    )


class _Reader:
    """Collects what an assembly and its stages say."""

    def __init__(self, repository: Repository, home: str) -> None:
        self.repository = repository
        self.home = home
        self.directories: dict[str, None] = {}
        self.deployments: list[Deployment] = []
        self.files: set[str] = set()
        self.assets: dict[str, str] = {}
        self.diagnostics: list[Diagnostic] = []
        self.whole = True

    def read(self, directory: str, level: int) -> None:
        """Take in one manifest and those of its stages."""
        self.directories[directory] = None
        document = self._document(_join(directory, MANIFEST))
        if document is None:
            return
        version = _VERSION.match(str(document.data.get("version")))
        if version is None:
            self._note("The version of the assembly is not a version", "", document, ("version",))
            return
        artifacts = {
            name: _object(said) for name, said in _object(document.data.get("artifacts")).items()
        }
        kinds = {_text(said.get("type")) for said in artifacts.values()}
        if _STACK in kinds and "cdk:asset-manifest" not in kinds:
            self.whole = False  # Assets are listed elsewhere, in the style of version 1 of the CDK.
        newer = int(version[1]) > KNOWN_MAJOR
        if newer:
            self._note(
                f"The assembly has the newer version {version[0]} of its format",
                f"Version {KNOWN_MAJOR} is known here. It is read as far as it says the same.",
                document,
                ("version",),
                Impact.NOTICE,
            )
        for name, said in artifacts.items():
            _Artifact(self, document, directory, name, said).read(level, newer=newer)

    def _document(self, path: str) -> Document | None:
        read = load(self.repository, path)
        if isinstance(read, Diagnostic):
            self.problem(read)
            return None
        return read

    def problem(self, found: Diagnostic) -> Diagnostic:
        """Note what keeps the assembly from being read whole."""
        if found not in self.diagnostics:
            self.diagnostics.append(found)
        if found.impact is Impact.UNREAD:
            self.whole = False
        return found

    def _note(
        self,
        summary: str,
        detail: str,
        document: Document,
        keys: tuple[str, ...],
        impact: Impact = Impact.UNREAD,
    ) -> Diagnostic:
        span = document.span(*keys)
        return self.problem(Diagnostic(summary, detail, document.source.path, span, impact))

    note = _note


class _Artifact:
    """One artifact of one manifest."""

    def __init__(
        self, reader: _Reader, document: Document, directory: str, identifier: str, said: Json
    ) -> None:
        self.reader = reader
        self.document = document
        self.directory = directory
        self.id = identifier
        self.said = said
        self.properties = _object(said.get("properties"))

    def read(self, level: int, *, newer: bool) -> None:
        """Take the artifact in, whatever it is."""
        match self.said.get("type"):
            case "aws:cloudformation:stack":
                self.stack(newer=newer)
            case "cdk:cloud-assembly":
                self.stage(level)
            case "cdk:asset-manifest":
                self.listed_assets()
            case str() as known if known in _TYPES:
                pass
            case other:
                self.note(
                    f"The artifact {self.id} is of a kind that is not known: {other}",
                    "It may hold stacks.",
                    "type",
                )

    def note(
        self, summary: str, detail: str, *keys: str, impact: Impact = Impact.UNREAD
    ) -> Diagnostic:
        """Note what is wrong with the artifact, at one of its members."""
        at = ("artifacts", self.id, *keys)
        return self.reader.note(summary, detail, self.document, at, impact)

    def stage(self, level: int) -> None:
        """Read the assembly of a stage."""
        directory = self.path(self.properties.get("directoryName"), "directoryName")
        if directory is None:
            return
        if directory in self.reader.directories or level >= MOST_LEVELS:
            self.note(
                f"The stage {self.id} is read already, or nested too deeply",
                f"{MOST_LEVELS} stages inside each other are read.",
                "properties",
                "directoryName",
            )
            return
        self.reader.read(directory, level + 1)

    def stack(self, *, newer: bool) -> None:
        """Take in one stack."""
        template = self.path(self.properties.get("templateFile"), "templateFile")
        if template is None:
            return
        if not self._holds(template):
            self.note(
                f"The template of {self.id} is missing: {template}",
                "Run `cdk synth` again, and scan the whole folder that it writes.",
                "properties",
                "templateFile",
            )
            return
        unread = list(self._placeholders())
        if newer:
            unread += self._unknown_members()
        account, region = self._environment()
        reader = self.reader
        reader.files.add(template)
        reader.deployments.append(
            Deployment(
                reader.home,
                template,
                self.id,
                _text(self.properties.get("stackName")) or self.id,
                account,
                region,
                self._parameters(),
                Constructs(reader.repository, reader.home, self._entries),
                partial(errors, self.id, self._metadata),
                reader.assets,
                self.document.span("artifacts", self.id, "environment"),
                tuple(unread),
            )
        )

    def _placeholders(self) -> Iterator[Diagnostic]:
        if self.document.data.get("missing"):
            yield self.reader.note(
                "The assembly is not complete: it holds placeholders for what was not looked up",
                "Run `cdk synth` where it can look that up, and commit cdk.context.json.",
                self.document,
                ("missing",),
            )

    def _unknown_members(self) -> Iterator[Diagnostic]:
        own = {(key,) for key in self.said.keys() - _MEMBERS}
        below = {("properties", key) for key in self.properties.keys() - _PROPERTIES}
        for keys in sorted(own | below):
            yield self.note(
                f"The stack {self.id} says {keys[-1]}, which is not known here",
                "It comes from a newer version of the CDK, and may change what is deployed.",
                *keys,
            )

    def _environment(self) -> tuple[str | None, str | None]:
        said = self.said.get("environment")
        if said is None:
            return None, None
        match = _ENVIRONMENT.match(said) if isinstance(said, str) else None
        if match is None:
            self.note(
                f"The environment of {self.id} is not an account and a Region",
                "It is read as one that is not known.",
                "environment",
                impact=Impact.NOTICE,
            )
            return None, None
        account, region = match["account"], match["region"]
        return (
            None if account == "unknown-account" else account,
            None if region == "unknown-region" else region,
        )

    def _parameters(self) -> dict[str, str]:
        said = _object(self.properties.get("parameters"))
        return {name: value for name, value in said.items() if isinstance(value, str)}

    def _entries(self) -> Iterator[Json]:
        return (noted.entries for noted in self._metadata(b""))

    def _metadata(self, word: bytes) -> Iterator[Noted]:
        """Yield the metadata of the stack: in the manifest, and in a file beside it.

        A file that does not hold `word` is left unread.
        """
        keys = ("artifacts", self.id, "metadata")
        yield Noted(self.document, keys, _object(self.said.get("metadata")))
        name = _text(self.said.get("additionalMetadataFile"))
        path = _inside(self.directory, name) if name else None
        if path is not None and holds(self.reader.repository, path, word):
            found = load(self.reader.repository, path)
            if isinstance(found, Document):
                yield Noted(found, (), found.data)

    def listed_assets(self) -> None:
        """Take in the files that are stored for the deployment."""
        path = self.path(self.properties.get("file"), "file")
        found = load(self.reader.repository, path) if path is not None else None
        if isinstance(found, Diagnostic):
            self.reader.problem(found)
        if not isinstance(found, Document):
            return
        for listed in _object(found.data.get("files")).values():
            source = _text(_object(_object(listed).get("source")).get("path"))
            file = _inside(self.directory, source) if source else None
            if file is None:
                continue
            self.reader.files.add(file)
            for destination in _object(_object(listed).get("destinations")).values():
                if key := _text(_object(destination).get("objectKey")):
                    self.reader.assets[key] = file

    def path(self, said: object, key: str) -> str | None:
        """Return a path that the artifact states, relative to the repository."""
        found = _inside(self.directory, said) if isinstance(said, str) and said else None
        if found is None:
            self.note(
                f"The artifact {self.id} has no {key} inside the repository",
                "What it stands for is not read.",
                "properties",
                key,
            )
        return found

    def _holds(self, path: str) -> bool:
        directory, name = posixpath.split(path)
        return name in self.reader.repository.listing(directory or ".").files


def _inside(directory: str, said: str) -> str | None:
    """Return a path beside the manifest relative to the repository; None if it leads out."""
    found = posixpath.normpath(_join(directory, said))
    return None if found.startswith(("../", "/")) or found in (".", "..") else found


def _join(directory: str, name: str) -> str:
    return name if directory == "." else f"{directory}/{name}" if name[:1] != "/" else name


def _object(said: object) -> Json:
    return said if isinstance(said, dict) else {}


def _text(said: object) -> str:
    return said if isinstance(said, str) else ""
