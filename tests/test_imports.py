"""What a scan may import: start-up is part of every run, of every commit."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRAIL = """
resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = "archive"
}
"""
TEMPLATE = """
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {S3BucketName: archive, IsLogging: true}
"""
DUMP = """
import sys
before = set(sys.modules)
from trailcheck.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
import json
sys.stderr.write("MODULES " + json.dumps(sorted(set(sys.modules) - before)))
"""
HEAVY = {
    "asyncio",
    "attr",
    "cfnlint",
    "concurrent.futures",
    "dataclasses",
    "email",
    "hcl2",
    "importlib.metadata",
    "inspect",
    "jsonschema",
    "lark",
    "logging",
    "multiprocessing",
    "pathlib",
    "rich",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "tomllib",
    "typing_extensions",
    "unittest",
    "urllib.request",
}
"""Modules that cost milliseconds, and that no plain scan needs."""
PARSERS = {"yaml", "tree_sitter", "tree_sitter_hcl", "tree_sitter_json"}


def imported(*arguments: str, cwd: Path = ROOT) -> set[str]:
    """Run the command line in a process of its own and return the modules that it imported."""
    paths = os.pathsep.join((str(ROOT / "scanner"), str(ROOT / "rules")))
    done = subprocess.run(
        [sys.executable, "-c", DUMP, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": paths},
    )
    assert "internal error" not in done.stderr, done.stderr
    return set(json.loads(done.stderr.rsplit("MODULES ", 1)[1]))


def third_party(modules: set[str]) -> set[str]:
    """Return the top names that are neither the standard library's nor ours."""
    ours = {"trailcheck", "trailcheck_rules"}
    return {m.split(".")[0] for m in modules if not m.startswith("_")} - (
        set(sys.stdlib_module_names) | ours
    )


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["scan", "--help"]])
def test_help_does_not_wake_the_engine(arguments: list[str]) -> None:
    """Neither parsers, readers nor rules are imported to print a version."""
    modules = imported(*arguments)
    assert third_party(modules) == set()
    assert not modules & HEAVY
    for name in ("scan", "settings", "graph", "value", "terraform", "cloudformation", "catalogue"):
        assert f"trailcheck.{name}" not in modules
    assert not any(m.startswith("trailcheck_rules") for m in modules)


def test_a_scan_of_terraform_is_lean(tmp_path: Path) -> None:
    """One trail in one `.tf` file needs one parser, and nothing for other formats."""
    (tmp_path / "main.tf").write_text(TRAIL)
    modules = imported("scan", str(tmp_path))
    assert third_party(modules) <= {"tree_sitter", "tree_sitter_hcl"}
    assert not modules & (HEAVY | {"yaml", "hashlib", "urllib", "difflib"})
    assert not any(m.startswith("trailcheck.cloudformation.syntax") for m in modules)
    assert "trailcheck.report.sarif" not in modules
    assert not modules & {"trailcheck.terraform.plan.reader", "trailcheck.terraform.plan.source"}


def test_a_scan_of_a_template_is_lean(tmp_path: Path) -> None:
    """A YAML template needs PyYAML, and no HCL."""
    (tmp_path / "t.yaml").write_text(TEMPLATE)
    modules = imported("scan", str(tmp_path))
    assert third_party(modules) <= {"yaml", "cython_runtime"}
    assert not modules & HEAVY


def test_nothing_relevant_needs_no_parser(tmp_path: Path) -> None:
    """Code without a trail is searched, not parsed."""
    (tmp_path / "main.tf").write_text('resource "aws_sqs_queue" "q" {}\n')
    modules = imported("scan", str(tmp_path))
    assert not third_party(modules) & PARSERS
    assert not modules & HEAVY
    assert not any(m.startswith("trailcheck_rules.") and m.count(".") > 1 for m in modules)
    assert "trailcheck.aws.views" not in modules
