"""Trails that record into one log group together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import trailcheck
from trailcheck.aws import links

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

HEAD = """
variable "on" { type = bool }
resource "aws_cloudwatch_log_group" "g" { name = "g" }
"""


def trail(name: str, more: str = "") -> str:
    """Return a trail that delivers to the log group."""
    return f"""
resource "aws_cloudtrail" "{name}" {{
  name                       = "{name}"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = "${{aws_cloudwatch_log_group.g.arn}}:*"
  {more}
}}
"""


def outcomes(folder: Path, text: str, rule: str) -> dict[str, str]:
    """Return what a rule says of each trail."""
    (folder / ".git").mkdir(exist_ok=True)
    (folder / "main.tf").write_text(HEAD + text)
    report = trailcheck.scan([str(folder)])
    return {
        v.subject.rpartition(".")[2]: v.outcome.value for v in report.verdicts if v.rule == rule
    }


def test_what_many_trails_cost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links are resolved in proportion to the trails, not to their pairs."""
    asked = []
    real = links.group_link
    monkeypatch.setattr(
        "trailcheck.aws.views.group_link", lambda view: asked.append(view) or real(view)
    )
    counts = []
    for number in (10, 40):
        asked.clear()
        outcomes(tmp_path, "".join(trail(f"t{i}") for i in range(number)), "single-region-trail")
        counts.append(len(asked))
    assert counts[1] < 5 * counts[0]


def test_a_trail_that_conditions_decide_covers_where_it_does(tmp_path: Path) -> None:
    """In one world it records all Regions, in the other it does not."""
    text = trail("narrow") + trail("wide", "is_multi_region_trail = var.on")
    found = outcomes(tmp_path, text, "single-region-trail")
    assert found == {"narrow": "undecided", "wide": "undecided"}


def test_what_one_leaves_out_another_records(tmp_path: Path) -> None:
    """Reads go to one trail and writes to the other: together they record everything."""
    selector = 'event_selector {{\n    read_write_type = "{}"\n  }}'
    text = trail("reads", selector.format("ReadOnly")) + trail(
        "writes", selector.format("WriteOnly")
    )
    found = outcomes(tmp_path, text, "unrecorded-management-events")
    assert found == {"reads": "pass", "writes": "pass"}
    off = trail("writes", f"enable_logging = false\n  {selector.format('WriteOnly')}")
    found = outcomes(
        tmp_path, trail("reads", selector.format("ReadOnly")) + off, "unrecorded-management-events"
    )
    assert found["reads"] == "fail"
