"""The report for people: each trail with its findings, every place shown in the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.errors import Impact
from trailcheck.report import frame
from trailcheck.report.escape import escape
from trailcheck.report.region import region
from trailcheck.report.summary import (
    FINDINGS,
    INCOMPLETE,
    NOTHING_FOUND,
    counted,
    counts,
    exit_code,
    shortfall,
    summarize,
)
from trailcheck.source import Span
from trailcheck.verdict import Evidence, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.construct import Construct
    from trailcheck.errors import Diagnostic
    from trailcheck.report import Style
    from trailcheck.report.summary import Summary
    from trailcheck.result import Facts, ForeignFinding, LinkFact, Report, TrailResult
    from trailcheck.verdict import Verdict

_COLORS = {
    "title": "1",
    "dim": "2",
    "yes": "1;32",
    "no": "1;31",
    "open": "1;36",
    "critical": "1;31",
    "high": "1;31",
    "medium": "1;33",
    "low": "1;34",
    "info": "1;34",
    "gutter": "1;34",
    "primary": "1;31",
    "secondary": "1;34",
}
_WORDS = {True: "yes", False: "no", None: "undecided"}


def render(report: Report, style: Style) -> str:
    """Render `report` for a terminal."""
    return "\n".join(_Page(report, style).lines()).rstrip("\n") + "\n"


class _Page:
    """One rendering, with what it remembers on the way."""

    def __init__(self, report: Report, style: Style) -> None:
        self.report = report
        self.style = style
        self.seen: dict[object, str] = {}
        self.unread = {d.path for d in report.diagnostics if d.impact is Impact.UNREAD}

    def paint(self, role: str, text: str) -> str:
        """Colour `text` for its role in the page, if colours are wanted."""
        return f"\x1b[{_COLORS[role]}m{text}\x1b[0m" if self.style.color and text else text

    def lines(self) -> Iterator[str]:
        """Yield the page line by line."""
        chains: dict[tuple[str, str | None], list[Verdict]] = {}
        for verdict in self.report.verdicts:
            chains.setdefault((verdict.root, verdict.trail), []).append(verdict)
        for trail in self.report.trails:
            yield from self.headline(trail)
            yield ""
            yield from self.findings(chains.pop((trail.root, trail.address), []))
        for verdicts in chains.values():
            yield from self.findings(verdicts)
        for found in self.report.foreign:
            yield from self.foreign(found)
        for diagnostic in self.report.diagnostics:
            yield from self.diagnostic(diagnostic)
        yield from self.remarks()
        yield from self.closing(summarize(self.report))

    def headline(self, trail: TrailResult) -> Iterator[str]:
        """Yield what the whole chain of one trail comes to."""
        place = region(trail.span)
        role = {True: "yes", False: "no", None: "open"}[trail.integrated]
        state = self.paint(role, f"integrated: {_WORDS[trail.integrated]}")
        where = self.paint("dim", f"{escape(place.file)}:{place.line}")
        root = f"  of {escape(trail.root)}" if self.ambiguous(trail, place.file) else ""
        yield f"{self.paint('title', escape(trail.address))}{root}  {where}  {state}"
        if not trail.instantiated:
            yield "  not instantiated: no root module calls it"
        if trail.when:
            word = "exists when" if trail.exists is None else "when"
            yield f"  {word} {escape(trail.when)}"
        if trail.construct is not None:
            yield "  " + self.paint("dim", _construct(trail.construct))
        yield "  " + self.paint("dim", " · ".join(_facts(trail.facts)))

    def ambiguous(self, trail: TrailResult, file: str) -> bool:
        """Tell whether the place of a trail does not say which of several roots it belongs to."""
        return len(self.report.roots) > 1 and trail.root not in (
            file,
            file.rpartition("/")[0] or ".",
        )

    def findings(self, verdicts: list[Verdict]) -> Iterator[str]:
        """Yield the verdicts of one chain that are to be shown, failures first."""
        order = (Outcome.FAIL, Outcome.UNDECIDED, Outcome.PASS)
        shown = [v for v in verdicts if v.outcome in self.style.show]
        held: dict[str, list[Verdict]] = {}
        for verdict in sorted(shown, key=lambda v: (order.index(v.outcome), v.severity.rank)):
            if verdict.outcome is Outcome.UNDECIDED and (lost := self.lost(verdict)):
                held.setdefault(lost, []).append(verdict)
                continue
            yield from self.finding(verdict)
            yield ""
        for path, verdicts_held in held.items():
            yield from self.held(path, verdicts_held)

    def lost(self, verdict: Verdict) -> str:
        """Return the unread file that alone keeps a verdict from being settled, if any."""
        return (
            verdict.needs[0] if len(verdict.needs) == 1 and verdict.needs[0] in self.unread else ""
        )

    def held(self, path: str, verdicts: list[Verdict]) -> Iterator[str]:
        """Yield in one entry the verdicts that only an unread file keeps from being settled."""
        names = ", ".join(escape(v.rule) for v in verdicts)
        head = self.paint("open", "undecided")
        yield f"{head}: {escape(path)} could not be read, so that these say nothing yet: {names}"
        yield ""

    def finding(self, verdict: Verdict) -> Iterator[str]:
        """Yield one verdict with its chain; a chain that was shown before is not shown again."""
        rule = escape(verdict.rule)
        severity = verdict.severity.value
        match verdict.outcome:
            case Outcome.FAIL:
                head = self.paint(severity, f"{severity}[{rule}]")
            case Outcome.UNDECIDED:
                head = self.paint("open", f"undecided[{rule}]") + f" ({severity} if it fails)"
            case Outcome.PASS:
                head = self.paint("yes", f"pass[{rule}]")
            case _:
                assert_never(verdict.outcome)
        yield f"{head}{self.paint('title', ':')} {self.paint('title', escape(verdict.message))}"
        chain = tuple(
            (e.note, e.span.source.path, e.span.start, e.span.end) for e in verdict.evidence
        )
        key = (verdict.root, chain)
        if first := self.seen.get(key):
            yield f"  = the same places as for {escape(first)} above"
        elif chain:
            self.seen[key] = f"{verdict.rule} of {verdict.subject}"
            yield from frame.render(verdict.evidence, self.paint)
        if verdict.construct is not None and verdict.subject != verdict.trail:
            yield f"  = {_construct(verdict.construct)}"
        if cases := _cases(verdict):
            yield f"  = it {cases}"
        if verdict.needs:
            yield f"  = to decide it, supply: {', '.join(escape(n) for n in verdict.needs)}"

    def foreign(self, found: ForeignFinding) -> Iterator[str]:
        """Yield one finding of another linter and its place."""
        severity = found.severity.value
        head = self.paint(severity, f"{severity}[{escape(found.name)}]")
        yield f"{head}{self.paint('title', ':')} {self.paint('title', escape(found.message))}"
        yield from frame.render((Evidence("", found.span),), self.paint)
        if found.subject:
            yield f"  = {escape(found.title)}, of {escape(found.subject)}"
        yield ""

    def diagnostic(self, diagnostic: Diagnostic) -> Iterator[str]:
        """Yield one problem with the input and its place."""
        match diagnostic.impact:
            case Impact.UNREAD:
                head = self.paint("no", "not read")
            case Impact.REFUSED:
                head = self.paint("no", "refused")
            case Impact.NOTICE:
                head = self.paint("low", "note")
            case _:
                assert_never(diagnostic.impact)
        yield f"{head}{self.paint('title', ':')} {self.paint('title', escape(diagnostic.summary))}"
        if isinstance(diagnostic.span, Span):
            yield from frame.render((Evidence("", diagnostic.span),), self.paint)
        else:
            yield f"{self.paint('gutter', ' -->')} {escape(diagnostic.path)}"
        if diagnostic.detail:
            yield f"  = {escape(diagnostic.detail)}"
        yield ""

    def remarks(self) -> Iterator[str]:
        """Yield what was assumed and what was skipped."""
        for assumption in self.report.assumptions:
            yield f"assumption: {escape(assumption)}"
        for skipped in self.report.skipped:
            examples = ", ".join(escape(e) for e in skipped.examples)
            left = skipped.files - len(skipped.examples)
            more = f" and {left} more" if examples and left > 0 else ""
            said = f" ({examples}{more})" if examples else ""
            yield f"skipped, {escape(skipped.reason)}: {skipped.files}{said}"
        if self.report.assumptions or self.report.skipped:
            yield ""

    def closing(self, summary: Summary) -> Iterator[str]:
        """Yield the counts, and what they do not prove."""
        code = exit_code(self.report, self.report.config)
        yield self.paint("title", " · ".join(counts(self.report, summary)))
        if missing := shortfall(self.report, summary):
            yield self.paint("no", missing)
        if code == NOTHING_FOUND:
            yield self.paint("no", "NOTHING FOUND: no infrastructure code here; that is not a pass")
        if code == FINDINGS:
            return
        if others := sum(skipped.files for skipped in self.report.skipped if skipped.code):
            what = counted(others, "place")
            yield self.paint("no", f"NOT READ: {what} with other infrastructure code; named above")
        if summary.broken:
            what = counted(summary.broken, "trail")
            yield self.paint("no", f"BROKEN: {what} not integrated, whatever counts as a finding")
        if summary.undecided or summary.unproven:
            yield self.paint("open", _loud(summary, code))


def _loud(summary: Summary, code: int) -> str:
    counts = [
        f"{counted(summary.undecided, 'verdict')} undecided" if summary.undecided else "",
        f"{counted(summary.unproven, 'trail')} not proven integrated" if summary.unproven else "",
    ]
    said = " and ".join(c for c in counts if c)
    hint = "" if code == INCOMPLETE else "; --strict makes this an error"
    return f"UNDECIDED: {said}. This is not a proof{hint}"


def _cases(verdict: Verdict) -> str:
    """Say in which cases a verdict comes out which way, but for what its message says."""
    when = verdict.when
    if when is None:
        return ""
    said = (("passes", when.passes), ("fails", when.fails), ("stays undecided", when.undecided))
    return "; ".join(
        f"{word} when {escape(words)}"
        for word, words in said
        if words and not verdict.message.startswith(f"when {words}, ")
    )


def _construct(construct: Construct) -> str:
    if construct.span is None:
        return f"construct {escape(construct.path)}"
    place = region(construct.span)
    return f"construct {escape(construct.path)} at {escape(place.file)}:{place.line}"


def _facts(facts: Facts) -> Iterator[str]:
    yield f"log group {_link(facts.log_group)}"
    yield f"role {_link(facts.role)}"
    match facts.retention_days:
        case "never":
            yield "kept for ever"
        case int(days):
            yield f"kept {counted(days, 'day')}"
        case _:
            pass
    flags = (
        (facts.trust, "trusted", "role not trusting CloudTrail"),
        (facts.writes, "writable", "not writable"),
        (facts.logging, "logging", "logging off"),
        (facts.multi_region, "multi-Region", "one Region"),
        (facts.log_file_validation, "validated", "not validated"),
        (facts.kms, "encrypted with a key of its own", ""),
    )
    for value, yes, no in flags:
        if value is not None and (word := yes if value else no):
            yield word


def _link(link: LinkFact) -> str:
    match link.state:
        case "linked":
            return escape(link.address or link.arn or "linked")
        case "unlinked":
            return "not linked"
        case _:
            return "unknown" + (f" ({escape(link.reason)})" if link.reason else "")
