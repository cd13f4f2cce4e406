"""Whole-process times, as ratios in one run; benchmarks/README.md says how to read them.

Only the standard library is used. What trailcheck is compared with is left out where it is not
installed.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

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
ONE_TEMPLATE = """
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: trail, RetentionInDays: 365}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: archive
      IsLogging: true
      CloudWatchLogsLogGroupArn: !GetAtt Group.Arn
"""
NO_TRAIL = 'resource "aws_sqs_queue" "jobs" {}\n'
INSTANCE = """
resource "aws_instance" "x{number}" {{
  ami           = "ami-123"
  instance_type = "t3.micro"
  tags          = {{ Name = "n", Env = var.env }}
}}
"""
CHECKOV = ["-c", "CKV2_AWS_10", "--compact", "--quiet"]
PYTHON, OURS = "python -c pass", "trailcheck"
PARSE = "import sys, tfparse; tfparse.load_from_path(sys.argv[1])"

Commands = dict[str, list[str]]


class Figure(NamedTuple):
    """What one run of a process took, in seconds."""

    wall: float
    cpu: float


class Budget(NamedTuple):
    """How the time of trailcheck may relate to another's."""

    other: str
    most: float
    """Times the other's time; below 1 trailcheck is to be faster."""


def run(command: list[str]) -> Figure:
    """Run a command to its end, and measure it."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1, 2, 3, 4, 6):
        sys.exit(f"{command} failed: {done.stderr.decode()}")
    return Figure(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(commands: Commands, rounds: int) -> dict[str, list[Figure]]:
    """Run the commands in turn (A B C A B C ...); the first round is not counted."""
    figures: dict[str, list[Figure]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            figure = run(command)
            if turn:
                figures[name].append(figure)
    return figures


def report(title: str, commands: Commands, rounds: int, *budgets: Budget) -> None:
    """Measure and print: medians, and the ratios of each round's pair."""
    figures = measure(commands, rounds)
    print(f"\n{title}")
    for name, taken in figures.items():
        line = f"  {name:14} {1000 * median(f.wall for f in taken):9.1f} ms"
        if name != OURS:
            pairs = list(zip(figures[OURS], taken, strict=True))
            ratios = [ours.wall / other.wall for ours, other in pairs]
            cpu = median(ours.cpu / other.cpu for ours, other in pairs)
            line += f"   trailcheck takes {said(median(ratios))} of it (CPU: {said(cpu)})"
            for budget in budgets:
                if budget.other == name:
                    held = "held" if median(ratios) <= budget.most else "NOT held"
                    line += f", budget {said(budget.most)}: {held}"
        print(line)


def said(ratio: float) -> str:
    """Write a ratio as a person reads it."""
    return f"{ratio:.1f} x" if ratio >= 1 else f"1/{1 / ratio:.0f}"


def trailcheck() -> list[str]:
    """Return the command of the wheel beside this interpreter, or else of this checkout."""
    beside = Path(sys.executable).parent / "trailcheck"
    if beside.exists():
        return [str(beside), "scan", "--isolated"]
    os.environ["PYTHONPATH"] = f"{ROOT / 'scanner'}{os.pathsep}{ROOT / 'rules'}"
    return [sys.executable, "-m", "trailcheck", "scan", "--isolated"]


def others(path: Path, python_of_tfparse: str | None) -> Commands:
    """Return the other tools that are installed, as commands on `path`."""
    found: Commands = {}
    if checkov := shutil.which("checkov"):
        found["checkov"] = [checkov, "-d" if path.is_dir() else "-f", str(path), *CHECKOV]
    if path.suffix == ".yaml" and (lint := shutil.which("cfn-lint")):
        found["cfn-lint"] = [lint, str(path)]
    if path.is_dir() and python_of_tfparse:
        found["tfparse"] = [python_of_tfparse, "-c", PARSE, str(path)]
    return found


def many_files(folder: Path) -> Path:
    """Make a git repository of 10,000 files of 3 kB, one trail in it."""
    for number in range(500):
        (folder / f"m{number:03}").mkdir(parents=True)
        for file in range(20):
            blocks = (INSTANCE.format(number=f"{file}_{block}") for block in range(23))
            Path(folder, f"m{number:03}", f"f{file}.tf").write_text("".join(blocks), "utf-8")
    Path(folder, "m000", "trail.tf").write_text(ONE_TRAIL, "utf-8")
    git = ["git", "-c", "core.hooksPath=/dev/null", "-C", str(folder)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    return folder


def main() -> None:
    """Measure what one file, nothing relevant, 10,000 files and a tree of the caller cost."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("tree", nargs="?", help="a tree of Terraform modules to scan as well")
    options.add_argument("--rounds", type=int, default=11)
    options.add_argument("--tfparse", metavar="PYTHON", help="an interpreter that has tfparse")
    options.add_argument("--quick", action="store_true", help="leave out the other tools")
    chosen = options.parse_args()
    rounds = chosen.rounds
    base, ours = {PYTHON: [sys.executable, "-c", "pass"]}, trailcheck()

    def beside(path: Path) -> Commands:
        return {} if chosen.quick else others(path, chosen.tfparse)

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for title, name, text in (
            ("one trail in one file", "file/main.tf", ONE_TRAIL),
            ("one trail in one template", "template/t.yaml", ONE_TEMPLATE),
        ):
            path = folder / name
            path.parent.mkdir()
            path.write_text(text, encoding="utf-8")
            commands = {**base, OURS: [*ours, str(path)], **beside(path)}
            report(title, commands, rounds, Budget(PYTHON, 8), Budget("checkov", 1 / 30))
        path = folder / "none/main.tf"
        path.parent.mkdir()
        path.write_text(NO_TRAIL, encoding="utf-8")
        report("nothing relevant", {**base, OURS: [*ours, str(path)]}, rounds, Budget(PYTHON, 4))
        path = many_files(folder / "many")
        search = ["git", "-C", str(path), "grep", "-l", "aws_cloudtrail"]
        commands = {"git grep": search, OURS: [*ours, str(path)]}
        report("one trail in 10,000 files", commands, rounds, Budget("git grep", 6))
    if chosen.tree:
        path = Path(chosen.tree)
        commands = {OURS: [*ours, str(path)], **beside(path)}
        budgets = Budget("checkov", 1 / 100), Budget("tfparse", 1 / 5)
        report(f"the tree {path.name}", commands, rounds, *budgets)


if __name__ == "__main__":
    main()
