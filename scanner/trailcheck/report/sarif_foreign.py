"""Findings of other linters in a SARIF log: rules of their own among ours, `cfn-lint/E3012`.

They stand in our run and under our tool: GitHub keeps alerts apart by tool, and a run that claimed
to be cfn-lint's would close the alerts of a real one.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from trailcheck.report.escape import escape
from trailcheck.report.sarif_rules import LONGEST_DESCRIPTION, level

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trailcheck.result import ForeignFinding
    from trailcheck.source import Span

Json = dict[str, Any]


def descriptors(findings: Sequence[ForeignFinding]) -> list[Json]:
    """Return a descriptor of every rule that found something, by name."""
    by_name = {found.name: found for found in findings}
    return [_descriptor(by_name[name]) for name in sorted(by_name)]


def results(
    findings: Sequence[ForeignFinding],
    first: int,
    physical: Callable[[Span], Json],
    line_hash: Callable[[Span], str],
    *,
    full: bool,
) -> list[Json]:
    """Return the results; `first` is the index of the first descriptor among all rules.

    What one rule finds on one line is one result: GitHub would merge it unseen.
    """
    indices = {name: first + i for i, name in enumerate(sorted({f.name for f in findings}))}
    groups: dict[object, list[ForeignFinding]] = {}
    for found in findings:
        groups.setdefault((found.name, found.root, found.span.first.line), []).append(found)
    made = []
    for group in groups.values():
        found = group[0]
        location: Json = {"physicalLocation": physical(found.span)}
        if found.subject:
            location["logicalLocations"] = [
                {"fullyQualifiedName": found.subject, "kind": "resource"}
            ]
        identity = "\0".join((found.name, found.root, found.subject, *(f.message for f in group)))
        result: Json = {"ruleId": found.name, "ruleIndex": indices[found.name]}
        if full:
            result["kind"] = "fail"
        result |= {
            "level": level(found.severity),
            "message": {"text": " ".join(_sentence(f.message) for f in group)},
            "locations": [location],
            "partialFingerprints": {
                "identity/v1": sha256(identity.encode("utf-8", "replace")).hexdigest(),
                "primaryLocationLineHash": line_hash(found.span),
            },
            "properties": {"severity": found.severity.value, "root": found.root},
        }
        made.append(result)
    return made


def _descriptor(found: ForeignFinding) -> Json:
    title = _sentence(found.title or found.name)[:LONGEST_DESCRIPTION]
    made: Json = {
        "id": found.name,
        "name": "".join(c for c in found.name.title() if c.isalnum()),
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "help": {"text": f"{title} A rule of {found.tool}."},
        "defaultConfiguration": {"level": level(found.severity)},
        "properties": {"tags": [found.tool], "precision": "high"},
    }
    if found.url.startswith("https://") and found.url.isprintable() and " " not in found.url:
        made["helpUri"] = found.url
    return made


def _sentence(text: str) -> str:
    plain = escape(text).replace("](", "] (")
    return plain if plain.endswith((".", "!", "?")) else plain + "."
