"""The repository keeps its own promises: packaging, generated files, names."""

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from trailcheck import catalogue, options
from trailcheck.report import FORMATS
from trailcheck.settings import KEYS

ROOT = Path(__file__).parent.parent
SETUP = ConfigParser(interpolation=None)
SETUP.read(ROOT / "setup.cfg")
PACK = ROOT / "rules" / "trailcheck_rules"


def test_every_package_is_installed() -> None:
    """The list in setup.cfg is the tree; a package left out would be missing from the wheel."""
    tree = {
        ".".join(module.parent.relative_to(base).parts)
        for base in (ROOT / "scanner", ROOT / "rules")
        for module in base.rglob("*.py")
    }
    assert set(SETUP["options"]["packages"].split()) == tree
    for base in (ROOT / "scanner", ROOT / "rules"):
        for module in base.rglob("*.py"):
            assert (module.parent / "__init__.py").exists(), module.parent


def test_package_data_is_installed() -> None:
    """Schemas, tables and typing markers match a pattern of the package data."""
    patterns = "\n".join(SETUP["options.package_data"].values())
    for base in (ROOT / "scanner", ROOT / "rules"):
        for path in base.rglob("*"):
            if (
                path.is_file()
                and path.suffix not in (".py", ".pyc")
                and "egg-info" not in str(path)
            ):
                listed = any(
                    path.match(p) for p in re.findall(r"\S+\.\S+$", patterns, re.MULTILINE)
                )
                assert listed, path


def test_generated_files_are_up_to_date() -> None:
    """docs/rules.md and the rule index are what the rules say now."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "generate.py", "--check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_rule_is_named_once() -> None:
    """The id is the name of the function, of the file (with `_`) and of the fixtures folder."""
    for entry in catalogue.entries():
        name = entry.id.replace("-", "_")
        assert entry.name == name
        assert entry.module.rsplit(".", 1)[1] == name
        assert (ROOT / "fixtures" / entry.id).is_dir(), entry.id
        assert catalogue.rule(entry.id).id == entry.id


def test_every_rule_file_holds_a_rule() -> None:
    """No file of the pack is left out of the index."""
    modules = {entry.module for entry in catalogue.entries()}
    files = {
        ".".join(path.relative_to(PACK.parent).with_suffix("").parts)
        for path in PACK.rglob("*.py")
        if path.stem not in ("__init__", "index")
    }
    assert modules == files


def test_every_rule_explains_itself() -> None:
    """Title, reason and remedy stand in the docstring."""
    for rule in catalogue.rules():
        assert rule.title
        assert rule.title.endswith(".")
        assert "## Why it matters" in rule.help, rule.id
        assert "## Fix" in rule.help, rule.id


def test_the_readme_knows_the_command_line() -> None:
    """Formats, exit codes and settings in the README are the real ones."""
    readme = (ROOT / "README.md").read_text()
    for name in FORMATS:
        assert f"| `{name}` |" in readme
    for code in re.findall(r"^  (\d+) ", options.EXIT_CODES, re.MULTILINE):
        assert re.search(rf"^\| {code} \|", readme, re.MULTILINE)
    for key in KEYS:
        assert re.search(rf"^{key} =|^\[{key}\]|`{key}`", readme, re.MULTILINE), key


def test_the_readme_sets_itself_up() -> None:
    """One line scans a shipped stack, one passes the tests; each makes its own environment."""
    readme = (ROOT / "README.md").read_text()
    commands = re.findall(r"^python3 -m venv .*$", readme, re.MULTILINE)
    assert len(commands) == 2
    stack = re.search(r"trailcheck scan (\S+)$", commands[0])
    assert stack is not None
    assert (ROOT / stack[1]).is_dir()
    assert commands[1].endswith("-m pytest")


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")) + sorted(ROOT.glob("*.md")))
def test_links_in_the_documentation_lead_somewhere(path: Path) -> None:
    """Relative links point at files of the repository."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target
