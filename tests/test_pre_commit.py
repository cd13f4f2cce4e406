"""The pre-commit hook, run by pre-commit itself on a repository made for the test."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BROKEN = """
resource "aws_cloudtrail" "main" {
  name           = "main"
  s3_bucket_name = "archive"
}
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pre_commit") is None, reason="pre-commit is not installed"),
]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in `folder`, without the caller's git settings."""
    git = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.com",
    }
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=folder, env={**kept, **git}
    )


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with the present state of this one, which need not be committed."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in ("scanner", "rules"):
        for path in (ROOT / name).rglob("*"):
            if path.is_file() and path.suffix != ".pyc" and "egg-info" not in str(path):
                target = folder / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "hooks"]):
        done = run(folder, "git", *command)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """Return a repository that holds a trail without a log group, staged."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(BROKEN)
    run(tmp_path, "git", "init", "-q")
    run(tmp_path, "git", "add", "-A")
    return tmp_path


def hook(user: Path, hooks: Path) -> subprocess.CompletedProcess[str]:
    """Run the hook on what is staged."""
    done = run(user, sys.executable, "-m", "pre_commit", "try-repo", str(hooks), "trailcheck")
    if "pip" in done.stdout and "Could not find a version" in done.stdout:
        pytest.skip("pip cannot install the dependencies here")
    return done


def test_manifest_is_valid() -> None:
    """pre-commit accepts the manifest."""
    command = (sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml")
    done = run(ROOT, *command)
    assert done.returncode == 0, done.stdout


def test_the_hook_judges_commits(user: Path, hooks: Path) -> None:
    """A broken trail fails, also when a commit only deletes files; no code at all passes."""
    done = hook(user, hooks)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "critical[unlinked-trail]" in done.stdout
    assert "infra/main.tf:2:" in done.stdout

    (user / "notes.txt").write_text("x")
    run(user, "git", "add", "-A")
    run(user, "git", "commit", "-q", "-m", "all")
    run(user, "git", "rm", "-q", "notes.txt")
    done = hook(user, hooks)
    assert done.returncode == 1, done.stdout + done.stderr

    run(user, "git", "rm", "-q", "-r", "infra")
    done = hook(user, hooks)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
