"""What cfn-lint says about the audit resources of the templates that were read.

cfn-lint works in a process of its own (`trailcheck.lint_worker`), which gets the text that we read
and nothing else: no file of the repository, no configuration, no network. A template that crashes
it, or takes it too long, is one diagnostic, and a new process takes the others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from threading import Timer
from typing import TYPE_CHECKING, Any

from trailcheck.cloudformation.schemas import SCHEMAS
from trailcheck.errors import Diagnostic, UsageError
from trailcheck.record import NamedTuple
from trailcheck.result import ForeignFinding
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.source import Source, Span

TOOL = "cfn-lint"
PATIENCE = 60.0
"""Seconds that one template may take, the start of the process included."""
SEVERITIES = {"E": Severity.HIGH, "W": Severity.MEDIUM, "I": Severity.INFO}
"""What cfn-lint's levels weigh: an error keeps the stack from being deployed."""
_CRASHED = "E0002"
"""cfn-lint's own rule for a rule of its own that crashed."""
_START = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from trailcheck.lint_worker import main
main()
"""


class Linted(NamedTuple):
    """What one run of cfn-lint over all templates came to."""

    findings: tuple[ForeignFinding, ...]
    diagnostics: tuple[Diagnostic, ...]


def require() -> None:
    """Raise UsageError unless cfn-lint is installed."""
    if find_spec("cfnlint") is None:
        raise UsageError(
            "--cfn-lint needs cfn-lint, which is not installed",
            "Install it with the extra: pip install 'trailcheck[cfn]'",
        )


def lint(sources: Iterable[Source], region: str | None) -> Linted:
    """Run cfn-lint over templates, in the Region that the caller decides or its own default."""
    findings: set[ForeignFinding] = set()
    diagnostics: list[Diagnostic] = []
    with TemporaryDirectory(prefix="trailcheck-") as folder:
        worker = _Worker(folder)
        try:
            for source in sources:
                answer = worker.ask(source.text, [region] if region else [])
                if "error" in answer:
                    diagnostics.append(_failed(source, answer["error"]))
                    continue
                for told in answer["findings"]:
                    if told["rule"] == _CRASHED:
                        diagnostics.append(_failed(source, told["message"]))
                    else:
                        findings.add(_finding(source, told))
                left = answer["all"] - len(answer["findings"])
                if left > 0:
                    diagnostics.append(_failed(source, f"{left} findings more are not shown"))
        finally:
            worker.stop()
    return Linted(tuple(sorted(findings, key=_order)), tuple(dict.fromkeys(diagnostics)))


class _Worker:
    """The process, started when it is first asked and again after it died."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None

    def ask(self, text: str, regions: list[str]) -> dict[str, Any]:
        """Return the answer for one template; `error` says why there is none."""
        process = self.process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        late: list[bool] = []

        def end() -> None:
            late.append(True)
            process.kill()

        timer = Timer(PATIENCE, end)
        timer.start()
        try:
            request = {"text": text, "regions": regions, "types": sorted(SCHEMAS)}
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = ""
        finally:
            timer.cancel()
        with suppress(ValueError):
            found: dict[str, Any] = json.loads(answer)
            return found
        self.stop()
        return {"error": f"it took more than {PATIENCE:.0f} seconds" if late else "it ended early"}

    def _start(self) -> subprocess.Popen[str]:
        here = os.path.realpath(os.curdir)
        paths = [p for p in sys.path if p and os.path.realpath(p) != here]
        paths.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-I", "-c", _START, json.dumps(paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env={"HOME": self.folder, "LC_ALL": "C.UTF-8", "AWS_DEFAULT_REGION": "us-east-1"},
            encoding="utf-8",
        )
        return self.process

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        process.wait()


def _finding(source: Source, told: dict[str, Any]) -> ForeignFinding:
    return ForeignFinding(
        TOOL,
        told["rule"],
        told["title"],
        told["url"],
        SEVERITIES.get(told["rule"][:1], Severity.INFO),
        source.path,
        told["subject"],
        told["message"],
        _span(source, told["start"], told["end"]),
    )


def _span(source: Source, start: list[int], end: list[int]) -> Span:
    """Return the place that cfn-lint names by lines and columns."""
    first = source.offset(*start)
    return source.span(first, max(source.offset(*end), first))


def _failed(source: Source, why: str) -> Diagnostic:
    return Diagnostic(
        f"cfn-lint failed: {why}",
        "What it would find here is not known; trailcheck's own verdicts do not depend on it.",
        source.path,
    )


def _order(finding: ForeignFinding) -> tuple[str, int, str, str, str]:
    place = finding.span
    return (finding.root, place.start, finding.rule, finding.message, finding.subject)
