"""Whole-process times, as ratios in one run: `run.py [PATH] [--rounds N]`.

Compared are an interpreter that does nothing, trailcheck, and checkov with one check where it is
installed. The commands take turns (A B C A B C ...), and medians are compared, so that a slow
moment of the machine falls on all of them. Only the standard library is used. Measure an installed
wheel: an editable install adds to the start of every interpreter.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
ONE_TRAIL = """
resource "aws_cloudwatch_log_group" "trail" {
  name              = "trail"
  retention_in_days = 365
}

resource "aws_cloudtrail" "main" {
  name                       = "main"
  s3_bucket_name             = "archive"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
}
"""
CHECKOV = ["--compact", "--quiet", "--framework", "terraform", "--check", "CKV2_AWS_10"]


def measure(commands: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Return the median wall time of each command in seconds; the first round is not counted."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            done = subprocess.run(
                command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            took = time.perf_counter() - start
            if done.returncode not in (0, 1, 3):
                sys.exit(f"{name} failed: {done.stderr.decode()}")
            if turn:
                times[name].append(took)
    return {name: median(taken) for name, taken in times.items()}


def commands(path: str) -> dict[str, list[str]]:
    """Return what is compared on `path`."""
    beside = Path(sys.executable).parent / "trailcheck"
    trailcheck = [str(beside)]
    if not beside.exists():
        trailcheck = [sys.executable, "-m", "trailcheck"]
        os.environ["PYTHONPATH"] = f"{ROOT / 'scanner'}{os.pathsep}{ROOT / 'rules'}"
    found = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "trailcheck": [*trailcheck, "scan", path, "--isolated"],
    }
    if checkov := shutil.which("checkov"):
        found["checkov"] = [checkov, "-d", path, *CHECKOV]
    return found


def show(title: str, times: dict[str, float]) -> None:
    """Print times and ratios."""
    base, ours = times["python -c pass"], times["trailcheck"]
    print(title)
    for name, taken in times.items():
        against = "" if name == "trailcheck" else f"   trailcheck is {ours / taken:.2f} x this"
        print(f"  {name:15} {taken * 1000:8.1f} ms   {taken / base:7.2f} x python{against}")


def main() -> None:
    """Measure one trail in one file, and PATH if it is given."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("path", nargs="?", help="a tree to scan as well")
    options.add_argument("--rounds", type=int, default=11)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "main.tf").write_text(ONE_TRAIL, encoding="utf-8")
        show("one trail in one file", measure(commands(folder), chosen.rounds))
    if chosen.path:
        show(chosen.path, measure(commands(chosen.path), chosen.rounds))


if __name__ == "__main__":
    main()
