"""cfn-lint's own findings in our report: which, where, and what cannot happen on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from trailcheck import linting
from trailcheck.cli import main
from trailcheck.config import Config
from trailcheck.errors import Impact, UsageError
from trailcheck.pipeline import scan
from trailcheck.report.summary import FINDINGS, USAGE, exit_code
from trailcheck.source import Source
from trailcheck.verdict import Severity

ROOT = Path(__file__).parent.parent
TEMPLATE = """\
# ünder Prüfung
Metadata:
  cfn-lint: {config: {append_rules: [evil], ignore_checks: [W3011]}}
Parameters:
  Unused: {Type: String}
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 366
  Queue:
    Type: AWS::SQS::Queue
    Properties: {Nonsense: true}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {IsLogging: true, S3BucketName: example-archive}
"""
needs_cfn_lint = pytest.mark.skipif(
    find_spec("cfnlint") is None, reason="the extra `cfn` is not installed"
)
FAKE = """\
import json, sys, time
for line in sys.stdin:
    text = json.loads(line)["text"]
    if text == "end": sys.exit(1)
    if text == "wait": time.sleep(60)
    if text == "garbage": print("{", flush=True); sys.exit(1)
    found = {"rule": "E0002" if text == "crash" else "E1", "title": "t", "url": "", "message": text,
             "subject": "", "start": [1, 1], "end": [9, 9]}
    print(json.dumps({"findings": [found], "all": 1}), flush=True)
"""


@needs_cfn_lint
def test_findings_about_the_audit_resources_join_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With rule, place and weight; other resources and sections are left out.

    Nothing that the repository holds is executed: neither rules that `.cfnlintrc` or the template
    names, nor modules that have the name of something that is imported.
    """
    (tmp_path / "t.yaml").write_text(TEMPLATE, encoding="utf-8")
    evil = "open('executed', 'w').write('x')\n"
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil" / "rule.py").write_text(evil)
    for name in ("cfnlint.py", "yaml.py", "sitecustomize.py", "usercustomize.py"):
        (tmp_path / name).write_text(evil)
    (tmp_path / ".cfnlintrc").write_text("append_rules: [evil]\nignore_checks: [E]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    report = scan(("t.yaml",), Config(cfn_lint=True, isolated=True))
    assert [(f.name, f.subject, f.severity) for f in report.foreign] == [
        ("cfn-lint/E3030", "Group", Severity.HIGH)
    ]
    assert report.foreign[0].span.text == "RetentionInDays"
    assert report.foreign[0].span.first.line == 10
    assert not (tmp_path / "executed").exists()
    assert all("cfn-lint" not in d.summary for d in report.diagnostics)


@needs_cfn_lint
def test_findings_count_for_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error weighs as much as a finding of severity high, as --fail-on takes it."""
    text = TEMPLATE.replace("RetentionInDays: 366", "KmsKeyId: [a]")
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
    arguments = ["scan", str(tmp_path), "--select", "disabled-trail", "--cfn-lint", "-f", "json"]
    assert main(arguments) == FINDINGS
    document = json.loads(capsys.readouterr().out)
    assert document["settings"]["cfn_lint"]
    assert document["summary"]["foreign"] == len(document["foreign"]) > 0
    assert document["summary"]["fail"] == 0
    assert main([*arguments, "--fail-on", "critical"]) != FINDINGS


def test_without_the_extra_it_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The extra is named, whatever there is to scan."""
    monkeypatch.setattr(linting, "find_spec", lambda name: None)
    (tmp_path / "main.tf").write_text("")
    assert main(["scan", str(tmp_path), "--cfn-lint"]) == USAGE
    assert "pip install 'trailcheck[cfn]'" in capsys.readouterr().err
    with pytest.raises(UsageError):
        linting.require()


def test_one_bad_template_does_not_lose_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash, a rule's crash, a broken answer and one that takes too long are diagnostics."""
    monkeypatch.setattr(linting, "_START", FAKE)
    monkeypatch.setattr(linting, "PATIENCE", 2.0)
    names = ("a", "end", "b", "garbage", "crash", "wait", "c")
    linted = linting.lint([Source(name, name.encode()) for name in names], None)
    assert [f.root for f in linted.findings] == ["a", "b", "c"]
    assert [(d.path, d.summary) for d in linted.diagnostics] == [
        ("end", "cfn-lint failed: it ended early"),
        ("garbage", "cfn-lint failed: it ended early"),
        ("crash", "cfn-lint failed: crash"),
        ("wait", "cfn-lint failed: it took more than 2 seconds"),
    ]
    assert {d.impact for d in linted.diagnostics} == {Impact.UNREAD}


@pytest.mark.parametrize(
    "hostile",
    [
        "open('/etc/passwd')",
        "open('written-elsewhere/../../x', 'w')",
        "__import__('socket').create_connection(('127.0.0.1', 9))",
        "__import__('subprocess').run(['true'])",
        "__import__('os').system('true')",
        "__import__('os').remove('own')",
    ],
)
def test_the_process_gives_up_what_it_has_no_need_of(hostile: str, tmp_path: Path) -> None:
    """Files elsewhere, the network, other processes; its own folder stays readable."""
    (tmp_path / "own").write_text("x")
    code = (
        "import socket, subprocess\n"
        "from trailcheck.lint_worker import _confine\n"
        "_confine()\n"
        "open('own').read()\n"
        f"try: {hostile}\n"
        "except PermissionError: print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "scanner")},
    )
    assert done.stdout == "refused\n"


def test_nothing_is_linted_unless_it_is_asked_for(tmp_path: Path) -> None:
    """A plain scan has no foreign findings, and its exit code does not know of them."""
    (tmp_path / "t.yaml").write_text(TEMPLATE, encoding="utf-8")
    report = scan((str(tmp_path),), Config(select=("disabled-trail",)))
    assert report.foreign == ()
    assert exit_code(report, report.config) != FINDINGS
