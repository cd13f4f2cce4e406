"""SARIF 2.1.0 in two profiles.

`sarif` is what GitHub takes without surprise: findings alone, since it makes an alert even of a
pass; findings that it would merge (the same rule on the same line) are merged here, so that none is
lost unseen. `sarif-full` is for auditors: one result for each verdict, of every kind, with the
taxonomy of 21 CFR Part 11, what was read, and the state of the run. Neither holds a clock or a
random value.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import trailcheck
from trailcheck.errors import Impact
from trailcheck.record import NamedTuple
from trailcheck.report import clauses, sarif_foreign
from trailcheck.report.escape import escape
from trailcheck.report.fingerprint import Fingerprints
from trailcheck.report.json import dump, when
from trailcheck.report.region import expression, region
from trailcheck.report.sarif_rules import NOTIFICATIONS, descriptors, level, taxonomy
from trailcheck.report.summary import exit_code, summarize
from trailcheck.verdict import Outcome

if TYPE_CHECKING:
    from trailcheck.errors import Diagnostic
    from trailcheck.result import Report
    from trailcheck.source import Source, Span
    from trailcheck.verdict import Evidence, Verdict

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 25_000
"""GitHub rejects a file with more."""
MOST_STEPS = 1_000
"""Steps of one code flow that GitHub shows."""
BASE = "%SRCROOT%"
_NOTIFICATIONS = {
    Impact.UNREAD: ("unread-input", 0, "error"),
    Impact.NOTICE: ("input-notice", 1, "note"),
    Impact.REFUSED: ("refused-input", 3, "error"),
}
"""Id, index and level of what an invocation reports."""
_KINDS = {Outcome.PASS: "pass", Outcome.FAIL: "fail", Outcome.UNDECIDED: "open"}

Json = dict[str, Any]


def render(report: Report, *, full: bool) -> str:
    """Render `report` in the profile `sarif-full` or `sarif`."""
    return dump(_Log(report, full=full).document())


class _Group(NamedTuple):
    """Verdicts that one result tells of; the first gives it its place."""

    verdicts: tuple[Verdict, ...]

    @property
    def first(self) -> Verdict:
        return self.verdicts[0]


class _Log:
    """One log file under construction."""

    def __init__(self, report: Report, *, full: bool) -> None:
        self.report = report
        self.full = full
        self.rules = tuple(report.rules)
        self.indices = {rule.id: index for index, rule in enumerate(self.rules)}
        self.clauses = sorted({clause for rule in self.rules for clause in rule.clauses})
        self.fingerprints: dict[str, Fingerprints] = {}

    def document(self) -> Json:
        """Return the whole log."""
        groups = self.groups()
        foreign = self.foreign()
        dropped = max(len(groups) + len(foreign) - MOST_RESULTS, 0)
        run: Json = {
            "tool": {"driver": self.driver()},
            "invocations": [self.invocation(dropped)],
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                BASE: {"description": {"text": "The root of the repository that was scanned."}}
            },
            "results": [
                *(self.result(group) for group in groups[:MOST_RESULTS]),
                *foreign[: max(MOST_RESULTS - len(groups), 0)],
            ],
            "properties": {"settings": self.settings()},
        }
        if self.full:
            run["taxonomies"] = [taxonomy(self.clauses)]
            run["artifacts"] = [_artifact(source) for source in self.report.sources]
            run["properties"]["assumptions"] = list(self.report.assumptions)
            run["properties"]["roots"] = list(self.report.roots)
            run["properties"]["skipped"] = [s._asdict() for s in self.report.skipped]
            run["properties"]["trails"] = [
                {"root": t.root, "address": t.address, "integrated": t.integrated}
                for t in self.report.trails
            ]
        return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}

    def driver(self) -> Json:
        driver: Json = {
            "name": "trailcheck",
            "semanticVersion": trailcheck.__version__,
            "version": trailcheck.__version__,
            "fullName": f"trailcheck {trailcheck.__version__}",
            "shortDescription": {
                "text": "Proves from code alone that CloudTrail trails reach CloudWatch Logs."
            },
            "rules": [
                *descriptors(self.rules, self.clauses if self.full else None),
                *sarif_foreign.descriptors(self.report.foreign),
            ],
            "notifications": NOTIFICATIONS,
        }
        if self.full:
            driver["supportedTaxonomies"] = [{"name": clauses.NAME, "index": 0}]
        return driver

    def settings(self) -> Json:
        config = self.report.config
        return {
            "profile": config.profile,
            "minRetentionDays": config.min_retention,
            "minRetentionOrigin": config.min_retention_origin,
        }

    def invocation(self, dropped: int) -> Json:
        notes = [_notification(d) for d in self.report.diagnostics]
        if dropped:
            text = f"{dropped} results over the limit of {MOST_RESULTS} were left out."
            notes.append(_notice("results-left-out", 2, "error", text))
        return {
            "executionSuccessful": not summarize(self.report).unread,
            "exitCode": exit_code(self.report, self.report.config),
            "toolExecutionNotifications": notes,
        }

    def foreign(self) -> list[Json]:
        """Return the results of other linters."""

        def physical(span: Span) -> Json:
            return _physical(span, snippet=self.full)

        found, first = self.report.foreign, len(self.rules)
        return sarif_foreign.results(found, first, physical, self.line_hash, full=self.full)

    def groups(self) -> list[_Group]:
        """Return what the results tell of, the most severe first where some must be left out."""
        verdicts = self.report.verdicts
        if self.full:
            groups = [_Group((v,)) for v in verdicts]
        else:
            merged: dict[object, list[Verdict]] = {}
            findings = (v for v in verdicts if v.outcome is not Outcome.PASS)
            for verdict in sorted(findings, key=lambda v: v.outcome is not Outcome.FAIL):
                merged.setdefault(_line(verdict), []).append(verdict)
            groups = [_Group(tuple(group)) for group in merged.values()]
            order = {id(v): index for index, v in enumerate(verdicts)}
            groups.sort(key=lambda g: order[id(g.first)])
        if len(groups) > MOST_RESULTS:
            groups.sort(key=lambda g: (g.first.outcome is not Outcome.FAIL, g.first.severity.rank))
        return groups

    def result(self, group: _Group) -> Json:
        first = group.first
        places, related = _related(group)
        result: Json = {"ruleId": first.rule}
        if first.rule in self.indices:
            result["ruleIndex"] = self.indices[first.rule]
        if self.full:
            result["kind"] = _KINDS[first.outcome]
            failed = first.outcome is Outcome.FAIL
            result["level"] = level(first.severity) if failed else "none"
        else:
            result["level"] = min(
                (
                    level(v.severity) if v.outcome is Outcome.FAIL else "note"
                    for v in group.verdicts
                ),
                key=("error", "warning", "note").index,
            )
        result["message"] = {"text": _message(group, related)}
        result["locations"] = [self.location(first, group)]
        if related:
            result["relatedLocations"] = places
        flows = [_flow(v) for v in group.verdicts if len(v.evidence) > 1]
        if flows:
            result["codeFlows"] = flows
        result["partialFingerprints"] = self.partial_fingerprints(first)
        if self.full and (taxa := self.taxa(first)):
            result["taxa"] = taxa
        result["properties"] = _properties(group)
        return result

    def location(self, verdict: Verdict, group: _Group) -> Json:
        subjects = dict.fromkeys(v.subject for v in group.verdicts)
        location: Json = {
            "logicalLocations": [
                {"fullyQualifiedName": subject, "kind": "resource"} for subject in subjects
            ]
        }
        if verdict.evidence:
            location["physicalLocation"] = _physical(verdict.evidence[0].span, snippet=self.full)
        else:
            location["physicalLocation"] = {"artifactLocation": _artifact_location(verdict.root)}
        return location

    def partial_fingerprints(self, verdict: Verdict) -> dict[str, str]:
        """Return GitHub's key, and one of our own that does not depend on lines."""
        identity = "\0".join((verdict.rule, verdict.root, verdict.subject, verdict.trail or ""))
        found = {"identity/v1": sha256(identity.encode("utf-8", "replace")).hexdigest()}
        if verdict.evidence:
            found["primaryLocationLineHash"] = self.line_hash(verdict.evidence[0].span)
        return dict(sorted(found.items()))

    def line_hash(self, span: Span) -> str:
        """Return GitHub's fingerprint of the line that a place starts on."""
        lines = self.fingerprints.get(span.source.path)
        if lines is None:
            lines = self.fingerprints[span.source.path] = Fingerprints(span.source.text)
        return lines.of_line(span.first.line)

    def taxa(self, verdict: Verdict) -> list[Json]:
        index = self.indices.get(verdict.rule)
        if index is None:
            return []
        component = {"name": clauses.NAME, "index": 0}
        return [
            {"id": clause, "index": self.clauses.index(clause), "toolComponent": component}
            for clause in self.rules[index].clauses
        ]


def _line(verdict: Verdict) -> object:
    """Return what GitHub tells alerts apart by: the rule and the line."""
    if not verdict.evidence:
        return (verdict.rule, verdict.root, verdict.subject)
    span = verdict.evidence[0].span
    return (verdict.rule, span.source.path, span.first.line)


def _message(group: _Group, related: dict[str, int]) -> str:
    """Return the finding in sentences; the first becomes the title of an alert."""
    said = list(dict.fromkeys(_sentence(v) for v in group.verdicts))
    needs = list(dict.fromkeys(n for v in group.verdicts for n in v.needs))
    if needs:
        said.append(f"To decide it, supply {', '.join(_plain(n) for n in needs)}.")
    if related:
        links = ", ".join(f"[{text}]({number})" for text, number in related.items())
        said.append(f"The chain: {links}.")
    return " ".join(said)


def _sentence(verdict: Verdict) -> str:
    text = _plain(verdict.message)
    if verdict.outcome is Outcome.UNDECIDED:
        text = f"Undecided: {text}"
    return text if text.endswith((".", "!", "?")) else text + "."


def _plain(text: str) -> str:
    """Return `text` on one line, unable to make a link."""
    return escape(text).replace("](", "] (")


def _related(group: _Group) -> tuple[list[Json], dict[str, int]]:
    """Return the places after the first, numbered, and the text of the link to each number."""
    places: list[Json] = []
    links: dict[str, int] = {}
    seen = set()
    for evidence in (e for v in group.verdicts for e in v.evidence[1:]):
        place = region(evidence.span)
        if (place, evidence.note) in seen or len(places) >= MOST_STEPS:
            continue
        seen.add((place, evidence.note))
        number = len(places) + 1
        places.append({"id": number, **_noted(evidence)})
        text = escape(evidence.note).replace("[", "(").replace("]", ")").replace("\\", "/")
        if not text or text in links:
            text = f"{text} {number}".strip()
        links[text] = number
    return places, links


def _flow(verdict: Verdict) -> Json:
    steps: list[Json] = [
        {"executionOrder": number, "location": _noted(evidence)}
        for number, evidence in enumerate(verdict.evidence[:MOST_STEPS], 1)
    ]
    return {
        "message": {"text": f"From the cause along the chain of {_plain(verdict.subject)}."},
        "threadFlows": [{"locations": steps}],
    }


def _noted(evidence: Evidence) -> Json:
    return {
        "physicalLocation": _physical(evidence.span),
        "message": {"text": _plain(evidence.note) or "here"},
    }


def _physical(span: Span, *, snippet: bool = False) -> Json:
    place = region(span)
    found: Json = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    if snippet:
        found["snippet"] = {"text": expression(span)}
    return {"artifactLocation": _artifact_location(place.file), "region": found}


def _artifact_location(path: str) -> Json:
    return {"uri": quote(os.fsencode(path), safe="/-._~"), "uriBaseId": BASE}


def _artifact(source: Source) -> Json:
    return {
        "location": _artifact_location(source.path),
        "length": len(source.data),
        "encoding": "utf-8",
        "hashes": {"sha-256": sha256(source.data).hexdigest()},
        "roles": ["analysisTarget"],
    }


def _properties(group: _Group) -> Json:
    instances = [_instance(verdict) for verdict in group.verdicts]
    found: Json = {**instances[0], "severity": group.first.severity.value}
    if group.first.needs:
        found["needs"] = list(group.first.needs)
    if len(instances) > 1:
        found["instances"] = instances
    return found


def _instance(verdict: Verdict) -> Json:
    found: Json = {
        "outcome": verdict.outcome.value,
        "root": verdict.root,
        "subject": verdict.subject,
        "trail": verdict.trail,
    }
    if verdict.construct is not None:
        found["construct"] = verdict.construct.path
    if verdict.when is not None:
        found["when"] = when(verdict.when)
    return found


def _notification(diagnostic: Diagnostic) -> Json:
    text = ". ".join(t.rstrip(".") for t in (diagnostic.summary, diagnostic.detail) if t)
    found = _notice(
        *_NOTIFICATIONS[diagnostic.impact],
        _plain(text) + ".",
    )
    place: Json = {"artifactLocation": _artifact_location(diagnostic.path)}
    if diagnostic.span is not None:
        place = _physical(diagnostic.span)
    found["locations"] = [{"physicalLocation": place}]
    return found


def _notice(identifier: str, index: int, severity: str, text: str) -> Json:
    return {
        "descriptor": {"id": identifier, "index": index},
        "level": severity,
        "message": {"text": text},
    }
