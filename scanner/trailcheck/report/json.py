"""The stable JSON report; `report.schema.json` beside this file is its published schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import trailcheck
from trailcheck.report.escape import well_formed
from trailcheck.report.region import expression, region
from trailcheck.report.summary import exit_code, summarize

if TYPE_CHECKING:
    from trailcheck.construct import Construct
    from trailcheck.errors import Diagnostic
    from trailcheck.result import ForeignFinding, LinkFact, Report, TrailResult
    from trailcheck.verdict import Evidence, Verdict, When

VERSION = "1"
"""The version of the format. Members may be added to it; none is renamed, removed or reused."""


def render(report: Report) -> str:
    """Render `report` as one JSON object."""
    document = {
        "version": VERSION,
        "tool": {"name": "trailcheck", "version": trailcheck.__version__},
        "settings": _settings(report),
        "roots": list(report.roots),
        "trails": [_trail(t) for t in report.trails],
        "verdicts": [_verdict(v) for v in report.verdicts],
        "foreign": [_foreign(f) for f in report.foreign],
        "diagnostics": [_diagnostic(d) for d in report.diagnostics],
        "assumptions": list(report.assumptions),
        "skipped": {
            "count": sum(s.files for s in report.skipped),
            "reasons": [
                {"reason": s.reason, "count": s.files, "examples": list(s.examples)}
                for s in report.skipped
            ],
        },
        "summary": _summary(report),
    }
    return dump(document)


def dump(document: dict[str, Any]) -> str:
    """Write a document as ASCII, so that no terminal or decoder can be tricked by it."""
    text = json.dumps(document, indent=2)
    if "\\ud" in text:
        text = json.dumps(_well_formed(document), indent=2)
    return text + "\n"


def _well_formed(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    match value:
        case str():
            return well_formed(value)
        case list():
            return [_well_formed(item) for item in value]
        case dict():
            return {well_formed(key): _well_formed(item) for key, item in value.items()}
        case _:
            return value


def _settings(report: Report) -> dict[str, Any]:
    config = report.config
    return {
        "profile": config.profile,
        "select": list(config.select),
        "ignore": list(config.ignore),
        "rules": [rule.id for rule in report.rules],
        "min_retention": config.min_retention,
        "min_retention_origin": config.min_retention_origin,
        "account": config.account,
        "region": config.region,
        "partition": config.partition,
        "workspace": config.workspace,
        "fail_on": config.fail_on,
        "strict": config.strict,
        "cfn_lint": config.cfn_lint,
    }


def _summary(report: Report) -> dict[str, Any]:
    summary = summarize(report)
    return {
        "files": report.files_seen,
        "trails": summary.trails,
        "integrated": summary.integrated,
        "not_integrated": summary.broken,
        "integration_undecided": summary.unproven,
        "fail": summary.failed,
        "undecided": summary.undecided,
        "pass": summary.passed,
        "unread": summary.unread,
        "foreign": summary.foreign,
        "exit_code": exit_code(report, report.config),
    }


def _trail(trail: TrailResult) -> dict[str, Any]:
    place = region(trail.span)
    facts = trail.facts
    return {
        "root": trail.root,
        "address": trail.address,
        "file": place.file,
        "line": place.line,
        "integrated": trail.integrated,
        "exists": trail.exists,
        "when": trail.when,
        "instantiated": trail.instantiated,
        "construct": _construct(trail.construct),
        "facts": {
            "log_group": _link(facts.log_group),
            "role": _link(facts.role),
            "trust": facts.trust,
            "writes": facts.writes,
            "retention_days": facts.retention_days,
            "logging": facts.logging,
            "multi_region": facts.multi_region,
            "log_file_validation": facts.log_file_validation,
            "kms": facts.kms,
        },
    }


def _link(link: LinkFact) -> dict[str, Any]:
    return {
        "state": link.state,
        "address": link.address,
        "arn": link.arn,
        "reason": link.reason,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "rule": verdict.rule,
        "outcome": verdict.outcome.value,
        "severity": verdict.severity.value,
        "root": verdict.root,
        "subject": verdict.subject,
        "trail": verdict.trail,
        "construct": _construct(verdict.construct),
        "message": verdict.message,
        "needs": list(verdict.needs),
        "when": when(verdict.when),
        "evidence": [_evidence(e) for e in verdict.evidence],
    }


def when(said: When | None) -> dict[str, str | None] | None:
    """Return by outcome what a verdict turns on; None for one that turns on nothing."""
    if said is None:
        return None
    by_outcome = {"pass": said.passes, "fail": said.fails, "undecided": said.undecided}
    return {outcome: words or None for outcome, words in by_outcome.items()}


def _construct(construct: Construct | None) -> dict[str, Any] | None:
    if construct is None:
        return None
    place = region(construct.span) if construct.span is not None else None
    return {
        "path": construct.path,
        "file": place.file if place is not None else None,
        "line": place.line if place is not None else None,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        **region(evidence.span)._asdict(),
        "note": evidence.note,
        "expression": expression(evidence.span),
    }


def _foreign(finding: ForeignFinding) -> dict[str, Any]:
    return {
        "tool": finding.tool,
        "rule": finding.rule,
        "title": finding.title,
        "url": finding.url,
        "severity": finding.severity.value,
        "root": finding.root,
        "subject": finding.subject,
        "message": finding.message,
        **region(finding.span)._asdict(),
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    if diagnostic.span is None:
        place = dict.fromkeys(("line", "column", "end_line", "end_column"))
    else:
        place = dict(list(region(diagnostic.span)._asdict().items())[1:])
    return {
        "impact": diagnostic.impact.value,
        "file": diagnostic.path,
        **place,
        "summary": diagnostic.summary,
        "detail": diagnostic.detail,
    }
