"""Tells the JSON of a Terraform plan from other JSON by a look at its bytes.

The look may only err towards yes: what passes for a plan and is none is found out on reading.
"""

from __future__ import annotations

import re

HEAD = 64 * 1024
"""Bytes from the start of a file in which a plan too large for other readers shows."""
_OPEN = rb"\A[ \t\r\n]*+\{"


def is_plan(data: bytes) -> bool:
    """Tell whether decoded bytes may be what `terraform show -json` writes of a plan."""
    return (
        b'"planned_values"' in data
        and b'"format_version"' in data
        and re.match(_OPEN, data) is not None
    )


def starts_plan(head: bytes) -> bool:
    """Tell whether a file that begins like this may be a plan, its keys sorted or not."""
    if re.match(_OPEN, head) is None:
        return False
    return b'"format_version"' in head or b'"applyable"' in head or b'"configuration"' in head
