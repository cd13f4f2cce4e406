"""Errors that an app of the CDK notes at its constructs (`Annotations.of(x).addError`).

The assembly is written all the same, and the CDK deploys no stack that has one. Warnings stop
nothing unless the caller asks for it. (aws-cdk-lib, "Annotations"; cloud-assembly-schema,
"ArtifactMetadataEntryType".)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailcheck.errors import Diagnostic, Impact
from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trailcheck.cloudformation.cdk.documents import Document

    Json = dict[str, Any]

_ERROR = "aws:cdk:error"
_LONGEST = 200


class Noted(NamedTuple):
    """Metadata of a stack."""

    document: Document
    keys: tuple[str, ...]
    """Where in the document it stands."""
    entries: Json
    """Lists of entries, by the paths of constructs."""


def errors(stack: str, metadata: Callable[[bytes], Iterable[Noted]]) -> Iterator[Diagnostic]:
    """Yield the errors of a stack, each at the construct that it is noted for."""
    for noted in metadata(_ERROR.encode()):
        for path, entries in noted.entries.items():
            for entry in entries if isinstance(entries, list) else ():
                if not isinstance(entry, dict) or entry.get("type") != _ERROR:
                    continue
                said = " ".join(str(entry.get("data")).split())
                yield Diagnostic(
                    f"The app notes an error at {path.lstrip('/')}: {_short(said)}",
                    f"The CDK does not deploy {stack}. Mend it, and run `cdk synth` again.",
                    noted.document.source.path,
                    noted.document.span(*noted.keys, path),
                    Impact.REFUSED,
                )


def _short(said: str) -> str:
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
