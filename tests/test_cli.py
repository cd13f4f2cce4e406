"""The command line: exit codes, streams, and what is said about mistakes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import sample_report as sample
import trailcheck
from trailcheck import cli
from trailcheck.config import Config
from trailcheck.errors import UsageError
from trailcheck.result import Report
from trailcheck.verdict import Severity

ROOT = Path(__file__).parent.parent
FAILS = sample.CLEAN._replace(verdicts=(sample.FAILED._replace(severity=Severity.MEDIUM),))
OPEN = sample.CLEAN._replace(verdicts=(sample.UNDECIDED,))
UNPROVEN = sample.CLEAN._replace(trails=(sample.OTHER_TRAIL,))
UNREAD = sample.CLEAN._replace(diagnostics=(sample.UNREAD,))
NOTICED = sample.CLEAN._replace(diagnostics=(sample.NOTICE,))
BOTH = FAILS._replace(diagnostics=(sample.UNREAD,))
NO_TRAIL = sample.EMPTY._replace(files_seen=2)


def environment(**more: str) -> dict[str, str]:
    """Return the environment in which the command runs from the source tree."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "SYSTEMROOT")}
    return {**kept, "PYTHONPATH": f"{ROOT / 'scanner'}{os.pathsep}{ROOT / 'rules'}", **more}


def command(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "trailcheck", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=environment(**more),
    )


def replace_scan(monkeypatch: pytest.MonkeyPatch, scan: Callable[..., Report]) -> None:
    """Put `scan` in the place of the engine, which is not imported at all."""
    module = ModuleType("trailcheck.pipeline")
    vars(module)["scan"] = scan
    monkeypatch.setitem(sys.modules, "trailcheck.pipeline", module)


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Config, bytes | None]]:
    """Put a scan in place that finds the sample, and return what it was asked."""
    asked: list[tuple[list[str], Config, bytes | None]] = []

    def scan(paths: list[str], config: Config, stdin: bytes | None = None) -> Report:
        asked.append((paths, config, stdin))
        return sample.FULL._replace(config=config)

    replace_scan(monkeypatch, scan)
    return asked


@pytest.mark.parametrize(
    ("report", "settings", "code"),
    [
        (sample.CLEAN, {}, 0),
        (NOTICED, {}, 0),
        (NO_TRAIL, {}, 0),
        (OPEN, {}, 0),
        (UNPROVEN, {}, 0),
        (FAILS, {}, 1),
        (FAILS, {"fail_on": "medium"}, 1),
        (FAILS, {"fail_on": "high"}, 0),
        (FAILS, {"exit_zero": True}, 0),
        (FAILS, {"strict": True}, 1),
        (UNREAD, {}, 3),
        (UNREAD, {"exit_zero": True}, 3),
        (OPEN, {"strict": True}, 3),
        (UNPROVEN, {"strict": True}, 3),
        (OPEN, {"strict": True, "exit_zero": True}, 0),
        (BOTH, {}, 1),
        (BOTH, {"fail_on": "critical"}, 3),
        (BOTH, {"exit_zero": True}, 3),
        (sample.EMPTY, {}, 4),
        (sample.EMPTY, {"exit_zero": True}, 4),
        (sample.EMPTY, {"allow_empty": True}, 0),
        (sample.EMPTY._replace(diagnostics=(sample.UNREAD,)), {}, 3),
    ],
)
def test_exit_codes(report: Report, settings: dict[str, object], code: int) -> None:
    """0 clean, 1 findings, 3 incomplete, 4 nothing found; findings come first."""
    config = Config(**settings)  # type: ignore[arg-type]
    assert cli.exit_code(report._replace(config=config), config) == code


def test_the_report_alone_is_on_standard_output(
    scanned: list[object], capfd: pytest.CaptureFixture[str]
) -> None:
    """Any format, and the same exit code for each."""
    for name in ("text", "json", "sarif", "sarif-full", "github"):
        assert cli.main(["scan", "-f", name]) == 1
        out, err = capfd.readouterr()
        assert err == ""
        assert "short-retention" in out
        if name not in ("text", "github"):
            json.loads(out)
    assert len(scanned) == 5


def test_several_reports_from_one_scan(
    scanned: list[object], capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Files get their own formats, never in colour."""
    sarif, text = tmp_path / "a.sarif", tmp_path / "a:b.txt"
    arguments = ["-o", f"sarif:{sarif}", "-o", f"text:{text}", "--color", "always"]
    assert cli.main(["scan", *arguments]) == 1
    assert json.loads(sarif.read_text())["version"] == "2.1.0"
    assert "\x1b" not in text.read_text()
    assert "\x1b" in capfd.readouterr().out
    assert len(scanned) == 1


def test_options_reach_the_scan(
    scanned: list[tuple[list[str], Config, bytes | None]], tmp_path: Path
) -> None:
    """Everything that a caller can say arrives in the settings."""
    line = (
        "--profile all --select unlinked-trail,short-retention --ignore short-retention "
        "--min-retention glp --account 012345678901 --region us-gov-west-1 --partition aws-us-gov "
        "--var a=b=c --var-file x.tfvars --parameters Days=3 --parameters p.json --fail-on low "
        "--strict --exit-zero --allow-empty --isolated --require-trail --repository . "
        "--stdin-filename x.tf one two"
    )
    cli.main(["scan", *line.split()])
    ((paths, config, stdin),) = scanned
    assert (paths, stdin) == (["one", "two"], None)
    assert config == Config(
        profile="all",
        select=("unlinked-trail", "short-retention"),
        ignore=("short-retention",),
        min_retention=1827,
        min_retention_origin="--min-retention, preset glp",
        account="012345678901",
        region="us-gov-west-1",
        partition="aws-us-gov",
        variables=(("a", "b=c"),),
        var_files=("x.tfvars",),
        parameters=(("Days", "3"),),
        parameter_files=("p.json",),
        repository=".",
        fail_on="low",
        strict=True,
        exit_zero=True,
        allow_empty=True,
        require_trail=True,
        isolated=True,
        stdin_filename="x.tf",
    )


def test_the_hook_scans_everything(scanned: list[tuple[list[str], Config, bytes | None]]) -> None:
    """The names that pre-commit passes select nothing yet; a repository without code is fine."""
    cli.main(["scan", "--hook", "a.tf", "b.tf"])
    ((paths, config, _),) = scanned
    assert paths == ["."]
    assert config.allow_empty


@pytest.mark.parametrize(
    ("arguments", "words", "advice"),
    [
        (["-f", "sarf"], "there is no format 'sarf'", "Did you mean sarif?"),
        (["-o", "sarif"], "'sarif' is not FORMAT:FILE", "For example"),
        (["-o", "pdf:x"], "there is no format 'pdf'", "The formats are"),
        (["--var", "x"], "'x' is not NAME=VALUE", "For example"),
        (["--account", "12"], "'12' is no account", "twelve digits"),
        (["--fail-on", "bad"], "'bad' is not a value of fail-on", "critical"),
        (["--profile", "x"], "'x' is not a value of profile", "part11"),
        (["--config", "no/such.toml"], "cannot read no/such.toml", ""),
        (["-o", "json:no/such/file"], "cannot write no/such/file", ""),
    ],
)
def test_mistakes_are_explained(
    scanned: list[object],
    capfd: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
    advice: str,
) -> None:
    """A mistake is named on standard error, with what to do, and the exit code is 2."""
    assert cli.main(["scan", *arguments]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert words in err
    assert advice in err


def test_unknown_options_are_usage_errors() -> None:
    """Options cannot be abbreviated, so that a new one never changes an old command line."""
    for line in (["scan", "--stric"], ["scna"], []):
        done = command(*line)
        assert (done.returncode, done.stdout) == (2, "")


def test_failures_inside_are_not_results(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A defect exits 70, an interruption 130, a usage error 2: never 0, 1 or 3."""
    raised: list[BaseException] = [
        RuntimeError("boom \x1b"),
        RecursionError(),
        KeyboardInterrupt(),
        UsageError("nothing at x", "Look again."),
    ]
    for error, code in zip(raised, (70, 70, 130, 2), strict=True):

        def scan(*_: object, error: BaseException = error) -> Report:
            raise error

        replace_scan(monkeypatch, scan)
        assert cli.main(["scan"]) == code
        out, err = capfd.readouterr()
        assert out == ""
        assert "\x1b" not in err
        assert "Traceback" not in err


def test_colours_follow_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR, FORCE_COLOR and TERM count when the caller leaves the choice."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert not cli._colored("auto")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert cli._colored("auto")
    monkeypatch.setenv("TERM", "dumb")
    assert not cli._colored("auto")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert cli._colored("auto")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not cli._colored("auto")
    assert cli._colored("always")
    assert not cli._colored("never")


def test_version_and_help() -> None:
    """Both are answered without the engine."""
    assert command("--version").stdout == f"trailcheck {trailcheck.__version__}\n"
    text = command("scan", "--help").stdout
    for code in ("0 ", "1 ", "2 ", "3 ", "4 ", "70 "):
        assert f"\n  {code}" in text


def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    """`trailcheck rules | head -1` prints no traceback."""
    line = f"{sys.executable} -m trailcheck rules | head -c 1"
    done = subprocess.run(
        ["sh", "-c", line], check=False, capture_output=True, text=True, env=environment()
    )
    assert done.stderr == ""


def test_rules_and_explanations() -> None:
    """The rules can be listed and explained, for people and for programs."""
    listed = json.loads(command("rules", "--format", "json").stdout)
    assert [rule["id"] for rule in listed] == sorted(rule["id"] for rule in listed)
    assert "unlinked-trail" in command("rules").stdout
    for name in ("text", "markdown"):
        assert "Why it matters" in command("explain", "unlinked-trail", "-f", name).stdout
    one = json.loads(command("explain", "unlinked-trail", "-f", "json").stdout)
    assert one in listed
    assert one["integration"]
    wrong = command("explain", "unlinked-trial")
    assert wrong.returncode == 2
    assert "Did you mean unlinked-trail?" in wrong.stderr
