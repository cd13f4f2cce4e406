"""trailcheck proves from code alone that CloudTrail trails are integrated with CloudWatch Logs.

`scan` is the whole of it for programs; the command line and every report stand on the same result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailcheck.config import Config
    from trailcheck.result import Report

__all__ = ["__version__", "scan"]
__version__ = "0.1.0"


def scan(paths: Sequence[str], config: Config | None = None, stdin: bytes | None = None) -> Report:
    """Scan files, directories and globs, and return everything that was found.

    `config` holds the settings (`trailcheck.config.Config`), by default the defaults; settings
    files are not looked for. `stdin` is what the path `-` holds. Raises
    `trailcheck.errors.UsageError` for a path that is not there, and for a rule, variable or
    parameter that does not exist.
    """
    # NOTE: imported here because `trailcheck --version` must not load the engine.
    from trailcheck.config import Config as Settings
    from trailcheck.pipeline import scan as run

    return run(paths, config if config is not None else Settings(), stdin)
