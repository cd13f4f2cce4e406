"""The shipped stacks, through the whole command."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
STACKS = ROOT / "fixtures" / "stacks"


def scan(stack: str, name: str = "json", *arguments: str) -> tuple[int, Any]:
    """Scan a stack and return the exit code and the report."""
    paths = os.pathsep.join((str(ROOT / "scanner"), str(ROOT / "rules")))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "trailcheck",
            "scan",
            f"fixtures/stacks/{stack}",
            "-f",
            name,
            *arguments,
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": paths},
    )
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("stack", ["whole-terraform", "whole-cloudformation"])
def test_whole_stacks_are_proven(stack: str) -> None:
    """Nothing is broken and nothing is left open."""
    code, report = scan(stack, "json", "--strict")
    assert [t["integrated"] for t in report["trails"]] == [True]
    assert {v["outcome"] for v in report["verdicts"]} == {"pass"}
    assert code == 0


def test_the_broken_stack_is_broken_where_it_says() -> None:
    """The grant names another group, two modules away from the trail; records are dropped early."""
    code, report = scan("broken-terraform")
    assert code == 1
    assert [t["integrated"] for t in report["trails"]] == [False]
    failed = {v["rule"]: v["evidence"][0] for v in report["verdicts"] if v["outcome"] == "fail"}
    assert {"short-retention", "uncreatable-log-stream", "unwritable-log-group"} <= set(failed)
    assert failed["short-retention"]["expression"] == "30"


@pytest.mark.parametrize("name", ["sarif", "sarif-full", "json"])
def test_reports_are_the_same_on_every_run(name: str) -> None:
    """Byte for byte, whatever the hash seed."""
    assert scan("broken-terraform", name) == scan("broken-terraform", name)
