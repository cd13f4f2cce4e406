"""What a whole scan amounts to: counts, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Impact
from trailcheck.record import NamedTuple
from trailcheck.verdict import Outcome, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.config import Config
    from trailcheck.result import Report

CLEAN = 0
FINDINGS = 1
USAGE = 2
INCOMPLETE = 3
NOTHING_FOUND = 4
INTERNAL = 70
INTERRUPTED = 130


class Summary(NamedTuple):
    """The numbers that close a report."""

    trails: int
    integrated: int
    broken: int
    unproven: int
    """Trails of which code does not settle whether they are integrated."""
    failed: int
    undecided: int
    passed: int
    unread: int
    """Diagnostics that took code away from the scan, or that stand for code that is refused."""
    by_severity: tuple[tuple[Severity, int], ...]
    """The failures, most severe first, without zeros."""
    foreign: int
    """Findings of other linters."""


def summarize(report: Report) -> Summary:
    """Count what `report` holds."""
    states = [trail.integrated for trail in report.trails]
    outcomes = [verdict.outcome for verdict in report.verdicts]
    failures = [v.severity for v in report.verdicts if v.outcome is Outcome.FAIL]
    return Summary(
        trails=len(states),
        integrated=states.count(True),
        broken=states.count(False),
        unproven=states.count(None),
        failed=len(failures),
        undecided=outcomes.count(Outcome.UNDECIDED),
        passed=outcomes.count(Outcome.PASS),
        unread=sum(d.impact is not Impact.NOTICE for d in report.diagnostics),
        by_severity=tuple((s, failures.count(s)) for s in Severity if s in failures),
        foreign=len(report.foreign),
    )


def counted(number: int, noun: str) -> str:
    """Return "1 trail" or "2 trails"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def counts(report: Report, summary: Summary) -> Iterator[str]:
    """Yield the counts that close a report, in words."""
    if not summary.trails:
        files = counted(report.files_seen, "infrastructure file")
        seen = "no trail in what could be read of" if summary.unread else "no trail in"
        yield f"{seen} {files}" if report.files_seen else "no trail"
    else:
        states = (
            (summary.integrated, "integrated"),
            (summary.broken, "not integrated"),
            (summary.unproven, "undecided"),
        )
        parts = ", ".join(f"{n} {word}" for n, word in states if n)
        yield f"{counted(summary.trails, 'trail')}: {parts}"
    if summary.failed:
        parts = ", ".join(f"{n} {s.value}" for s, n in summary.by_severity)
        yield f"{counted(summary.failed, 'finding')} ({parts})"
    else:
        yield "no findings"
    if summary.foreign:
        yield f"{counted(summary.foreign, 'finding')} of cfn-lint"
    if summary.undecided:
        yield f"{summary.undecided} undecided"
    if summary.passed:
        yield f"{summary.passed} passed"


def shortfall(report: Report, summary: Summary) -> str:
    """Say that code is missing from the proof, or nothing if none is."""
    if not summary.unread:
        return ""
    refused = any(d.impact is Impact.REFUSED for d in report.diagnostics)
    why = "not read or refused" if refused else "could not be read"
    return f"INCOMPLETE: {counted(summary.unread, 'place')} {why}; nothing there is proven"


def exit_code(report: Report, config: Config) -> int:
    """Return the exit code of a scan. It is the same for every format.

    `exit_zero` forgives findings, decided or not; it does not make an incomplete or empty scan a
    proof.
    """
    worst = Severity(config.fail_on).rank
    summary = summarize(report)
    severities = {s for s, _ in summary.by_severity} | {f.severity for f in report.foreign}
    if not config.exit_zero and any(s.rank <= worst for s in severities):
        return FINDINGS
    open_questions = summary.undecided + summary.unproven
    if summary.unread or (config.strict and open_questions and not config.exit_zero):
        return INCOMPLETE
    if not report.files_seen and not config.allow_empty:
        return NOTHING_FOUND
    return CLEAN
