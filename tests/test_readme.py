"""What the README shows is what the command says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_output_in_the_readme_is_a_real_run() -> None:
    """The console block of the README is the output of the command above it, word for word."""
    readme = (ROOT / "README.md").read_text()
    found = re.search(r"```console\n\$ trailcheck (.*)\n((?s:.*?))```", readme)
    assert found is not None
    run = subprocess.run(
        [sys.executable, "-m", "trailcheck", *shlex.split(found[1])],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(("scanner", "rules")), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == found[2]
    assert run.returncode == 1
