"""Workflow annotations."""

import sample_report as sample
from trailcheck.report import render
from trailcheck.source import Source
from trailcheck.verdict import Evidence, Severity


def test_findings_and_unread_files_are_annotated() -> None:
    """Failures by their severity, what is undecided as a notice, and counts at the end."""
    lines = render("github", sample.FULL).splitlines()
    assert lines[0].startswith("::error file=infra/main.tf,line=12,endLine=12,col=1,endColumn=7,")
    assert lines[1].startswith("::error file=infra/main.tf,line=9,")
    assert lines[2].startswith("::notice file=infra/other/a bé.tf,line=2,")
    assert "title=unlinked-trail (undecided)::" in lines[2]
    assert lines[3] == (
        "::notice title=trailcheck::2 trails: 1 not integrated, 1 undecided · "
        "1 finding (1 critical) · 1 undecided · 1 passed · "
        "INCOMPLETE: 1 place could not be read; nothing there is proven"
    )


def test_findings_of_other_linters_are_annotated() -> None:
    """By their weight, under their own name."""
    lines = render("github", sample.LINTED).splitlines()
    assert any("title=cfn-lint/E3002::'Kms' was unexpected" in line for line in lines)
    assert "· 3 findings of cfn-lint ·" in lines[-1]


def test_scanned_text_cannot_issue_commands() -> None:
    """Line breaks, percent signs and separators stay inside their field."""
    source = Source("a,b:c\n::error::.tf", b"x")
    verdict = sample.FAILED._replace(
        message="100%\n::set-env name=A::b", evidence=(Evidence("x", source.span(0, 1)),)
    )
    line, _ = render("github", sample.CLEAN._replace(verdicts=(verdict,))).splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac\\n%3A%3Aerror%3A%3A.tf,line=1,")
    assert line.endswith("::100%25\\n::set-env name=A::b")


def test_what_does_not_fit_is_counted() -> None:
    """Ten of a level are shown, the most severe first."""
    verdicts = [
        sample.FAILED._replace(
            severity=Severity.HIGH if n < 12 else Severity.CRITICAL, message=str(n)
        )
        for n in range(14)
    ]
    lines = render("github", sample.CLEAN._replace(verdicts=tuple(verdicts))).splitlines()
    assert len(lines) == 11
    assert lines[-1].endswith(" · 4 not annotated here")


def test_what_several_roots_make_of_one_place_is_annotated_once() -> None:
    """The counts still tell how many findings there are."""
    verdicts = tuple(sample.FAILED._replace(root=root) for root in ("a", "b"))
    first, last = render("github", sample.CLEAN._replace(verdicts=verdicts)).splitlines()
    assert first.startswith("::error file=infra/main.tf,")
    assert "2 findings (2 critical)" in last
