"""Every rule against its folder of fixtures; nobody edits this file when a rule is added.

`fixtures/<rule-id>/` holds cases named `<outcome>.<case>`: a file, or a folder for what takes
several. Each case is scanned on its own, and `expected.txt` says what the rule must say of it,
word for word and place for place. `pytest --accept` rewrites it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trailcheck import catalogue
from trailcheck.config import Config
from trailcheck.errors import Impact
from trailcheck.graph import Dialect
from trailcheck.pipeline import scan
from trailcheck.verdict import Outcome

if TYPE_CHECKING:
    from trailcheck.result import Report
    from trailcheck.rule import Rule

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NOT_RULES = {"cdk", "stacks"}
RULES = {rule.id: rule for rule in catalogue.rules()}


def cases(folder: Path) -> list[Path]:
    """Return the cases of a rule, in a fixed order."""
    return sorted(path for path in folder.iterdir() if path.name != "expected.txt")


def dialect(case: Path) -> Dialect:
    """Tell in which language a case is written."""
    files = [case] if case.is_file() else [p for p in case.rglob("*") if p.is_file()]
    terraform = any(p.name.endswith((".tf", ".tf.json")) for p in files)
    return Dialect.TERRAFORM if terraform else Dialect.CLOUDFORMATION


def judge(case: Path, rule_id: str, work: Path) -> Report:
    """Scan one case on its own with one rule."""
    target = work / case.name
    if case.is_dir():
        shutil.copytree(case, target)
    else:
        shutil.copyfile(case, target)
    return scan((str(target),), Config(select=(rule_id,), repository=str(work)))


def told(case: Path, report: Report) -> str:
    """Return what the golden file says about a case."""
    lines = [case.name]
    words = {Impact.UNREAD: "cannot read", Impact.REFUSED: "refused", Impact.NOTICE: "note"}
    lines += [f"  {words[d.impact]}: {d.path}: {d.summary}" for d in report.diagnostics]
    for verdict in report.verdicts:
        lines.append(f"  {verdict.outcome.value}: {verdict.message}")
        lines += [f"    needs {need}" for need in verdict.needs]
        for evidence in verdict.evidence:
            at = evidence.span.first
            path = evidence.span.source.path
            lines.append(f"    {path}:{at.line}:{at.column} {evidence.note}")
    return "\n".join(lines) + "\n"


def outcome(report: Report) -> Outcome | None:
    """Return the worst outcome of a report; None if the rule says nothing."""
    order = (Outcome.FAIL, Outcome.UNDECIDED, Outcome.PASS)
    return min((v.outcome for v in report.verdicts), key=order.index, default=None)


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_rule_says_what_its_fixtures_expect(
    rule_id: str,
    tmp_path: Path,
    accept: bool,  # noqa: FBT001 - a fixture
) -> None:
    """The name of each case tells the outcome; the golden file tells the words and the places."""
    folder = FIXTURES / rule_id
    texts: list[str] = []
    for n, case in enumerate(cases(folder)):
        work = tmp_path / str(n)
        work.mkdir()
        report = judge(case, rule_id, work)
        texts.append(told(case, report))
        assert "crashed" not in texts[-1], texts[-1]
        wanted = case.name.split(".", 1)[0]
        found = outcome(report)
        said = found.value if found else "silent"
        assert said == wanted, f"{rule_id}/{case.name}\n{texts[-1]}"
    golden = folder / "expected.txt"
    text = "\n".join(texts)
    if accept:
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_rule_has_cases_of_every_outcome_in_every_dialect(rule_id: str) -> None:
    """A rule that was never seen to pass, to fail and to stay undecided is not tested."""
    rule: Rule = RULES[rule_id]
    found = {(case.name.split(".", 1)[0], dialect(case)) for case in cases(FIXTURES / rule_id)}
    wanted = {(o.value, d) for o in Outcome for d in rule.dialects}
    assert wanted <= found, f"lacks {sorted((o, d.value) for o, d in wanted - found)}"


def test_every_folder_belongs_to_a_rule() -> None:
    """A folder without a rule tests nothing."""
    folders = {p.name for p in FIXTURES.iterdir() if p.is_dir()} - NOT_RULES
    assert folders == set(RULES)


@pytest.mark.parametrize("stack", sorted(p.name for p in (FIXTURES / "stacks").glob("whole-*")))
def test_whole_stacks_are_integrated(stack: str, tmp_path: Path) -> None:
    """Realistic stacks are proven end to end, and no rule has anything to say against them."""
    source, target = FIXTURES / "stacks" / stack, tmp_path / stack
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
    report = scan((str(target),), Config(profile="all", repository=str(tmp_path)))
    assert [trail.integrated for trail in report.trails] == [True]
    against = [(v.rule, v.message) for v in report.verdicts if v.outcome is not Outcome.PASS]
    assert against == []
    assert report.diagnostics == ()
