"""How long and how large values may be, how texts are made, and what maps must hold: by the table.

Everything is found by the path of a property, with `*` for the items of a list. CloudFormation
refuses a resource that breaks any of it before it creates it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.cloudformation.schemas import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Collection

    from trailcheck.cloudformation.schemas import Shape

_LONGEST = 3_000
"""Characters of a text that is matched with a pattern; texts that have one are shorter."""


def text(type_name: str, path: str, shape: Shape, said: str) -> str:
    """Say what a text or number would have to be that CloudFormation refuses; else nothing."""
    if not isinstance(shape, str) or shape not in ("string", "integer", "number"):
        return ""
    schema = SCHEMAS[type_name]
    least, most = schema["sizes"].get(path, (None, None))
    size = len(said) if shape == "string" else float(said)
    unit = " characters" if shape == "string" else ""
    if (least is not None and size < least) or (most is not None and size > most):
        return f"it takes {_range(least, most)}{unit}"
    pattern = schema["patterns"].get(path)
    if shape != "string" or pattern is None or len(said) > _LONGEST:
        return ""
    return "" if re.search(pattern, said, re.ASCII) else f"it takes what matches {pattern}"


def items(type_name: str, path: str, sure: int, most_of_them: int) -> str:
    """Say how many items belong in a list that has too many or too few; else nothing.

    `sure` counts those that are there whatever expressions come to, `most_of_them` all.
    """
    least, most = SCHEMAS[type_name]["sizes"].get(path, (None, None))
    if (least is not None and most_of_them < least) or (most is not None and sure > most):
        return f"it takes {_range(least, most)} items"
    return ""


def lacking(type_name: str, path: str, names: Collection[str]) -> list[str]:
    """Return what a map must hold and does not."""
    return [name for name in SCHEMAS[type_name]["inner"].get(path, ()) if name not in names]


def _range(least: int | None, most: int | None) -> str:
    if most is None:
        return f"{least} or more"
    return f"at most {most}" if least is None else f"{least} to {most}"
