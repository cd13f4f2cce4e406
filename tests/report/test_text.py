"""The text report: what a person reads."""

import sample_report as sample
from trailcheck.report import Style, render
from trailcheck.result import Skipped
from trailcheck.source import Source
from trailcheck.verdict import Evidence, Outcome, When


def framed(source: Source, *notes: tuple[str, str]) -> str:
    """Render a failing verdict with evidence at each text of `source`."""
    evidence = tuple(Evidence(note, sample.find(source, text)) for text, note in notes)
    verdict = sample.FAILED._replace(evidence=evidence)
    return render("text", sample.CLEAN._replace(verdicts=(verdict,)))


def test_trails_have_a_headline() -> None:
    """Every trail says whether it is integrated, with its place."""
    text = render("text", sample.FULL)
    assert "aws_cloudtrail.main  infra/main.tf:1  integrated: no" in text
    assert "aws_cloudtrail.other  infra/other/a bé.tf:1  integrated: undecided" in text
    assert "exists when var.enabled" in text
    assert "integrated: yes" in render("text", sample.CLEAN)


def test_what_a_verdict_turns_on_is_told_once() -> None:
    """The cases are listed by outcome, but for those that the message begins with."""
    when = When("var.e is a", "var.e is b", "")
    for message, said in (
        ("kept", "  = it passes when var.e is a; fails when var.e is b\n"),
        ("when var.e is b, kept", "  = it passes when var.e is a\n"),
    ):
        verdict = sample.UNDECIDED._replace(message=message, when=when)
        assert said in render("text", sample.CLEAN._replace(verdicts=(verdict,)))


def test_every_place_of_the_chain_is_underlined() -> None:
    """The first place has carets, the others dashes, each with its own words."""
    text = render("text", sample.FULL)
    assert "9 |   retention_in_days = 7\n  |   ^^^^^^^^^^^^^^^^^^^^^ kept 7 days\n" in text
    assert "-" * 62 + " the trail's log group\n...\n" in text
    assert "  ::: infra/main.tf:12:1\n   |\n12 | module" in text


def test_close_places_share_a_frame() -> None:
    """Places a few lines apart stand in one frame, in the order of the lines; others do not."""
    source = Source("a.tf", b"".join(b"line%d\n" % n for n in range(1, 30)))
    text = framed(source, ("line9", "nine"), ("line7", "seven"), ("line15", "fifteen"))
    assert text.count(":::") == 0
    assert text.index("seven\n") < text.index(" line8\n") < text.index("nine\n")
    assert text.index("nine\n") < text.index("...\n") < text.index("fifteen\n")
    assert framed(source, ("line2", "two"), ("line9", "nine")).count(":::") == 1


def test_tabs_and_wide_characters_keep_the_caret_in_place() -> None:
    """A tab is four cells, a wide character two."""
    text = render("text", sample.FULL)
    line = '    name = "日本" /* 😀 */ + var.arn'
    cells = len(line[: line.index("var.arn")]) + 3
    assert f" 2 | {line}\n   | {'':{cells}}^^^^^^^ no value\n" in text


def test_a_long_line_is_cut_around_the_place() -> None:
    """A minified template does not flood the terminal."""
    source = Source("t.json", b"{" + b'"a":1,' * 50_000 + b'"here":2,' + b'"b":1,' * 50_000 + b"}")
    text = framed(source, ('"here":2', "this"))
    shown = next(line for line in text.splitlines() if '"here":2' in line)
    assert len(shown) < 140
    assert shown.startswith("1 | …")
    assert shown.endswith("…")
    carets = next(line for line in text.splitlines() if "^^^" in line)
    assert carets.index("^") == shown.index('"here":2')


def test_a_place_of_many_lines_says_where_it_ends() -> None:
    """Only the first line of a long place is shown."""
    source = Source("a.tf", b"policy = <<EOT\nline\nEOT\nnext = 1\n")
    text = framed(source, ("policy = <<EOT\nline\nEOT\n", "the policy"))
    assert "^^^^^^^^^^^^^^ the policy (to line 3)" in text


def test_hostile_text_is_escaped() -> None:
    """Control characters, bidirectional controls and line breaks reach the terminal as escapes."""
    nasty = "a\x1b[31mb\u202ec\nd\x7fe\x9bf\ud800"
    verdict = sample.FAILED._replace(message=nasty, subject=nasty)
    trail = sample.MAIN_TRAIL._replace(address=nasty)
    source = Source("x\x1b]0;.tf", 'a = "\x1b[2J\u2066"\n'.encode())
    verdict = verdict._replace(evidence=(Evidence(nasty, source.span(4, 12)),))
    text = render("text", sample.CLEAN._replace(trails=(trail,), verdicts=(verdict,)))
    assert all(c == "\n" or c.isprintable() for c in text)
    assert "a\\x1b[31mb\\u202ec\\nd\\x7fe\\x9bf\\ud800" in text


def test_colours_only_when_asked() -> None:
    """Without colours the text holds no escape sequence; with them, it says the same."""
    plain = render("text", sample.FULL)
    colored = render("text", sample.FULL, Style(color=True))
    assert "\x1b" not in plain
    assert "\x1b[1;31m" in colored
    import re

    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain


def test_passes_are_counted_unless_asked_for() -> None:
    """Fails and undecided verdicts are shown in full, passes on request."""
    assert "pass[" not in render("text", sample.FULL)
    assert "1 passed" in render("text", sample.FULL)
    assert "pass[unlinked-trail]: " in render("text", sample.FULL, Style(show=frozenset(Outcome)))


def test_undecided_says_what_would_settle_it() -> None:
    """The facts to supply are named."""
    text = render("text", sample.FULL)
    assert "undecided[unlinked-trail] (critical if it fails): var.arn has no value in code" in text
    assert "= to decide it, supply: var.arn" in text


def test_the_same_chain_is_shown_once() -> None:
    """Instances of one block are all named, the code is shown for the first."""
    more = [sample.FAILED._replace(subject=f"g[{n}]", message=f"g[{n}] is short") for n in range(3)]
    text = render("text", sample.CLEAN._replace(verdicts=tuple(more)))
    assert text.count("kept 7 days") == 2  # the trail's own facts, and one frame
    assert "g[2] is short\n  = the same places as for short-retention of g[0] above" in text


def test_the_summary_says_what_was_proven_broken_and_left_open() -> None:
    """One line counts it all, and where the bar for retention comes from."""
    text = render("text", sample.FULL)
    assert (
        "2 trails: 1 not integrated, 1 undecided · 1 finding (1 critical) · 1 undecided · 1 passed"
        in text
    )
    assert "not read: Missing brace" in text
    assert "assumption: no service control policy denies" in text
    assert "skipped, inside .terraform: 12 (a, b and 10 more)" in text


def test_a_clean_exit_with_something_undecided_says_so_last() -> None:
    """Exit code 0 is not mistaken for a proof."""
    report = sample.CLEAN._replace(verdicts=(sample.UNDECIDED,), trails=(sample.OTHER_TRAIL,))
    last = render("text", report).splitlines()[-1]
    assert last == (
        "UNDECIDED: 1 verdict undecided and 1 trail not proven integrated. This is not a proof; "
        "--strict makes this an error"
    )


def test_nothing_found_is_not_a_pass() -> None:
    """An empty scan ends loudly; code without a trail says that it holds none."""
    assert render("text", sample.EMPTY).splitlines()[-1].startswith("NOTHING FOUND")
    none = render("text", sample.EMPTY._replace(files_seen=3))
    assert none.startswith("no trail in 3 infrastructure files · no findings")
    unread = sample.EMPTY._replace(files_seen=1, diagnostics=(sample.UNREAD,))
    assert "no trail in what could be read of 1 infrastructure file" in render("text", unread)


def test_code_in_other_languages_is_no_clean_end() -> None:
    """What is infrastructure all the same, and is not read, is said after the counts."""
    left = (Skipped("Pulumi is not read", 2, ("Pulumi.yaml",), code=True),)
    last = render("text", sample.EMPTY._replace(files_seen=3, skipped=left)).splitlines()[-1]
    assert last == "NOT READ: 2 places with other infrastructure code; named above"


def test_findings_of_other_linters_stand_by_themselves() -> None:
    """Name, words and place; escaped like all else, and counted apart from our own."""
    page = render("text", sample.LINTED)
    assert "high[cfn-lint/E3002]: 'Kms' was unexpected\\x1b\n" in page
    assert " --> stack.yaml:2:38\n" in page
    assert "1 finding (1 critical) · 3 findings of cfn-lint" in page
