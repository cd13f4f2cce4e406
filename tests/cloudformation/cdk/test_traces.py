"""Stack traces of CDK apps: text that names files, and which of them are believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailcheck.cloudformation.cdk.traces import place_of
from trailcheck.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

CODE = "import x\n\n  new Audit(this, 'é', new Trail());  \n"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """Return a repository with an app in it."""
    for name in ("infra/lib/audit.ts", "infra/node_modules/aws-cdk-lib/lib/audit.ts", "index.ts"):
        path = tmp_path / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CODE, encoding="utf-8")
    (tmp_path / "secret.ts").write_text(CODE, encoding="utf-8")
    return tmp_path / "repository"


def place(app: Path, *frames: str) -> tuple[str, int, str] | None:
    """Return the file, line and code that a trace leads to."""
    found = place_of(frames, Repository(str(app)), "infra/cdk.out")
    return found and (found.source.path, found.first.line, found.text)


HERE = ("infra/lib/audit.ts", 3, "new Audit(this, 'é', new Trail());")


def test_the_first_frame_of_the_users_own_code(app: Path) -> None:
    """Libraries and the runtime come before it."""
    library = app / "infra/node_modules/aws-cdk-lib/lib/audit.ts"
    own = app / "infra/lib/audit.ts"
    assert (
        place(
            app,
            f"new Trail ({library}:3:3)",
            "...new Trail2 in aws-cdk-lib...",
            "node:internal/main/run_main_module:28:49",
            "Module._compile (node:internal/modules/cjs/loader:1521:14)",
            f"new Audit ({own}:3:3)",
            f"new Stack ({own}:1:1)",
        )
        == HERE
    )


@pytest.mark.parametrize(
    "frame",
    [
        "new Audit (%s/infra/lib/audit.ts:3:3)",
        "    at new Audit (%s/infra/lib/audit.ts:3:3)",
        "Object.<anonymous> (file://%s/infra/lib/audit.ts:3:3)",
        "__init__ (%s/infra/lib/audit.ts:3)",
        "%s/infra/lib/audit.ts:3:3",
        "new Audit (/builds/platform/lib/audit.ts:3:3)",
        "new Audit (/builds/platform/infra/lib/audit.ts:3:3)",
        r"new Audit (C:\platform\lib\audit.ts:3:3)",
        "new Audit (%s/infra/lib/audit.ts:3:999)",
        "new Audit (%s/infra/lib/audit.ts:3:1)",
    ],
)
def test_frames_as_runtimes_write_them(app: Path, frame: str) -> None:
    """Node, Python through jsii, other machines, and columns that are not in the line."""
    assert place(app, frame.replace("%s", str(app))) == HERE


def test_a_column_inside_the_line_is_kept(app: Path) -> None:
    """Two constructs on a line are told apart; columns count characters."""
    found = place(app, f"new Audit ({app}/infra/lib/audit.ts:3:24)")
    assert found == ("infra/lib/audit.ts", 3, "new Trail());")


@pytest.mark.parametrize(
    "frame",
    [
        "new Audit (%s/infra/lib/audit.ts:99:1)",
        "new Audit (%s/infra/lib/audit.ts:2:1)",
        "new Audit (%s/infra/lib/audit.ts:0:1)",
        "new Audit (%s/../secret.ts:3:3)",
        "new Audit (/etc/passwd:1:1)",
        "new Audit (../../secret.ts:3:3)",
        "new Audit (%s/infra:1:1)",
        "new Audit (/elsewhere/index.ts:3:3)",
        "(no user code in 10 frames, use --stack-trace-limit to capture more)",
        "",
        "new Audit (%s/infra/\0lib/audit.ts:3:3)",
        "new Audit (" + "a/" * 100_000 + "audit.ts:3:3)",
    ],
)
def test_what_is_not_believed(app: Path, frame: str) -> None:
    """Lines that are not there or empty, files outside, and bare names far from the assembly."""
    assert place(app, frame.replace("%s", str(app))) is None


@given(st.text())
def test_any_text_is_a_frame_or_none(text: str) -> None:
    """No trace raises."""
    assert place_of([text], Repository("/nonexistent"), "cdk.out") is None
