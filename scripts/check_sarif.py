"""Check SARIF files with Microsoft's multitool: `check_sarif.py FILE...`.

The multitool comes from the packages in `.ci/package.json` (`npm install --prefix .ci`). It exits 0
even on errors, so that its own log is read here; an error fails the check, warnings are shown.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = Path(__file__).parent.parent / ".ci" / "node_modules" / "@microsoft"
TOOL = PACKAGES / "sarif-multitool-linux" / "Sarif.Multitool"
SETTINGS = """<?xml version="1.0" encoding="utf-8"?>
<Properties>
  <Properties Key="SARIF2006.UrisShouldBeReachable.Options">
    <Property Key="RuleEnabled" Value="Disabled" Type="Driver.RuleEnabledState" />
  </Properties>
</Properties>
"""
"""The rule that would fetch every URI from the network is switched off."""


def check(file: Path) -> int:
    """Print what the multitool says about `file`, and return the number of errors."""
    with tempfile.TemporaryDirectory() as folder:
        settings, log = Path(folder, "settings.xml"), Path(folder, "log.sarif")
        settings.write_text(SETTINGS)
        command = [TOOL, "validate", file, "--rule-kind", "Sarif;Ghas"]
        command += ["--level", "Error;Warning", "--config", settings]
        command += ["--output", log, "--log", "ForceOverwrite", "--quiet"]
        TOOL.chmod(0o755)  # npm may not have run the package's own script
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if not log.exists():
            print(f"{file}: no log\n{done.stdout}{done.stderr}")
            return 1
        runs = json.loads(log.read_text(encoding="utf-8-sig"))["runs"]
    errors = 0
    for run in runs:
        for invocation in run.get("invocations", []):
            for name in ("toolExecutionNotifications", "toolConfigurationNotifications"):
                for notice in invocation.get(name, []):
                    if notice.get("level") == "error":
                        errors += 1
                        print(f"{file}: {notice['message'].get('text')}")
        for result in run.get("results", []):
            level = result.get("level", "warning")
            errors += level == "error"
            arguments = result["message"].get("arguments", [result["message"].get("text")])
            print(f"{file}: {level} {result['ruleId']}: {' · '.join(map(str, arguments))}"[:300])
    return errors


def main() -> int:
    """Check every file that is named."""
    files = [Path(name) for name in sys.argv[1:]]
    errors = sum(check(file) for file in files)
    print(f"{len(files)} SARIF files, {errors} errors")
    return 1 if errors or not files else 0


if __name__ == "__main__":
    sys.exit(main())
