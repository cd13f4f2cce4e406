"""Annotations for GitHub Actions, as workflow commands, the most severe first.

GitHub shows ten annotations of each level for a step; the rest is counted in a last notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Impact
from trailcheck.report.escape import escape
from trailcheck.report.region import region
from trailcheck.report.summary import counts, shortfall, summarize
from trailcheck.verdict import Outcome, Severity

if TYPE_CHECKING:
    from trailcheck.result import Report
    from trailcheck.source import Span
    from trailcheck.verdict import Verdict

MOST = 10
_COMMANDS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def render(report: Report) -> str:
    """Render the findings and unread files of `report` as workflow commands."""
    waiting: list[tuple[str, str]] = []
    for diagnostic in report.diagnostics:
        if diagnostic.impact is not Impact.NOTICE:
            text = f"{diagnostic.summary}. {diagnostic.detail}".strip()
            title = "not read" if diagnostic.impact is Impact.UNREAD else "refused"
            waiting.append(
                ("error", _command("error", diagnostic.path, diagnostic.span, title, text))
            )
    findings = [v for v in report.verdicts if v.outcome is not Outcome.PASS]
    for v in sorted(findings, key=lambda v: (v.outcome is not Outcome.FAIL, v.severity.rank)):
        command = _COMMANDS[v.severity] if v.outcome is Outcome.FAIL else "notice"
        span, text = _place(v)
        path = span.source.path if span else v.root
        title = v.rule if v.outcome is Outcome.FAIL else f"{v.rule} (undecided)"
        waiting.append((command, _command(command, path, span, title, text)))
    for f in report.foreign:
        command = _COMMANDS[f.severity]
        waiting.append((command, _command(command, f.root, f.span, f.name, f.message)))
    # Several roots may make the same resource from the same place: that is annotated once.
    waiting = list(dict.fromkeys(waiting))
    lines, room = [], {"error": MOST, "warning": MOST, "notice": MOST - 1}
    for command, line in waiting:
        room[command] -= 1
        if room[command] >= 0:
            lines.append(line)
    left = len(waiting) - len(lines)
    summary = summarize(report)
    said = [*counts(report, summary), shortfall(report, summary)]
    if left:
        said.append(f"{left} not annotated here")
    total = " · ".join(each for each in said if each)
    lines.append(f"::notice title=trailcheck::{_data(total)}")
    return "\n".join(lines) + "\n"


def _place(verdict: Verdict) -> tuple[Span | None, str]:
    """Return where a finding is annotated, and its text.

    What a CDK app synthesized is not in the repository: it is annotated where the app constructs
    it, if that is known.
    """
    span = verdict.evidence[0].span if verdict.evidence else None
    construct = verdict.construct
    if construct is None:
        return span, verdict.message
    where = f" at {span.source.path}:{span.first.line}" if span is not None else ""
    return construct.span or span, f"{verdict.message} (construct {construct.path}{where})"


def _command(command: str, path: str, span: Span | None, title: str, text: str) -> str:
    properties = {"file": path}
    if span is not None:
        place = region(span)
        properties |= {"line": str(place.line), "endLine": str(place.end_line)}
        if place.line == place.end_line:
            properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
    properties["title"] = title
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {said}::{_data(text)}"


def _data(text: str) -> str:
    return escape(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
