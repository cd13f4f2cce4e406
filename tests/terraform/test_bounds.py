"""Hostile code beside a sound trail: the scan ends, and the trail is listed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from terraform.chains import Chain, plain, write
from trailcheck import scan

if TYPE_CHECKING:
    from pathlib import Path

OTHER = 'resource "aws_cloudtrail" "h" {\n  name = "h"\n  cloud_watch_logs_group_arn = %s\n%s}\n'
CALL = 'module "%s" {\n  source = "%s"\n}\n'


def _nested(opening: str, closing: str, depth: int = 100_000) -> str:
    return OTHER % (opening * depth + "1" + closing * depth, "")


HOSTILE: dict[str, dict[str, str]] = {
    "brackets": {"h.tf": _nested("(", ")")},
    "brackets that pass the guard": {"h.tf": _nested("{a=", "}", 240)},
    "signs": {"h.tf": _nested("!", "")},
    "templates": {"h.tf": _nested('"${', '}"')},
    "operators": {"h.tf": OTHER % ("+".join(["1"] * 100_000), "")},
    "splats": {"h.tf": OTHER % ("local.x" + "[*]" * 100_000, "")},
    "blocks": {"h.tf": 'resource "a" "b" {\n' + "c {\n" * 10_000 + "}\n" * 10_000 + "}\n"},
    "number": {"h.tf": OTHER % ("9" * 1_000_000, "")},
    "exponent": {"h.tf": OTHER % ("1e999999999", "")},
    "long heredoc": {"h.tf": OTHER % ("<<E\n" + "x\n" * 2_000_000 + "E", "")},
    "count": {"h.tf": OTHER % ('"x"', "  count = 1000000000\n")},
    "keys": {"h.tf": OTHER % ('"x"', "  for_each = {for n in range(1000) : n * 1e9 => n}\n")},
    "self call": {"h.tf": CALL % ("m", "./")},
    "self reference": {"h.tf": OTHER % ("aws_cloudtrail.h.cloud_watch_logs_group_arn", "")},
    "fan-out": {
        "h.tf": "".join(CALL % (f"c{n}", "./m0") for n in range(10)),
        **{
            f"m{n}/m.tf": "".join(CALL % (f"c{i}", f"../m{n + 1}") for i in range(10))
            for n in range(8)
        },
        "m8/m.tf": "locals {\n  a = 1\n}\n",
    },
    "template file that fills in itself": {
        "h.tf": OTHER % ('templatefile("t.tpl", {})', ""),
        "t.tpl": '${templatefile("t.tpl", {})}${templatefile("t.tpl", {})}',
    },
    "file outside": {"h.tf": OTHER % ('file("../../../../../../etc/passwd")', "")},
    "device": {"h.tf": OTHER % ('file("/dev/zero")', "")},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_scan_ends_and_lists_the_trail(tmp_path: Path, name: str) -> None:
    """Depth, length, number and circles are bounded; nothing of them ever passes."""
    path = write(tmp_path, {**plain(Chain()), **HOSTILE[name]})
    start = time.monotonic()
    report = scan([path])
    assert time.monotonic() - start < 10
    integrated = {trail.address: trail.integrated for trail in report.trails}
    assert "aws_cloudtrail.t" in integrated
    assert not [a for a, answer in integrated.items() if answer and a != "aws_cloudtrail.t"]
    assert not [problem for problem in report.diagnostics if "crashed" in problem.summary]
