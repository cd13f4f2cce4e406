"""Options of the test suite."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--accept`, which writes the expected texts instead of comparing them."""
    parser.addoption("--accept", action="store_true", help="rewrite every expected text")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether to rewrite the expected texts."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what a shell may have set from changing what is scanned or shown."""
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "CI", "TF_VAR_region", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
