"""Reports: one `Report` in, one string out, the same on every run. Only the command line prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.verdict import Outcome

if TYPE_CHECKING:
    from trailcheck.result import Report

FORMATS: dict[str, str] = {
    "text": "for people: a frame of code for each place of the chain (the default)",
    "json": "for programs: every trail, verdict and diagnostic (docs: report.schema.json)",
    "sarif": "for code scanning: findings only, safe to upload to GitHub",
    "sarif-full": "for auditors: every verdict, 21 CFR Part 11 taxonomy, hashes of what was read",
    "github": "for workflow logs: annotations as GitHub Actions commands",
}
"""The formats by name, each with a line of help."""


class Style(NamedTuple):
    """How text is to look. Formats for programs do not depend on it."""

    color: bool = False
    show: frozenset[Outcome] = frozenset({Outcome.FAIL, Outcome.UNDECIDED})
    """The outcomes shown in full; the others are only counted."""


def render(name: str, report: Report, style: Style | None = None) -> str:
    """Render `report` in the format `name`, which must be one of `FORMATS`; ends in a line break.

    A format is imported when it is asked for: most runs need one.
    """
    match name:
        case "text":
            from trailcheck.report import text

            return text.render(report, style or Style())
        case "json":
            from trailcheck.report import json

            return json.render(report)
        case "sarif" | "sarif-full":
            from trailcheck.report import sarif

            return sarif.render(report, full=name == "sarif-full")
        case "github":
            from trailcheck.report import github

            return github.render(report)
        case _:
            raise KeyError(name)
