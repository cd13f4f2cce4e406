"""A second opinion from python-hcl2, the only file that asks it to read.

It is asked about files that tree-sitter cannot read whole though the strict reader refuses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic

if TYPE_CHECKING:
    from trailcheck.source import Source

_LONGEST = 100_000
"""Bytes; longer files are not shown to python-hcl2, which reads 50 kB a second."""


def second_opinion(source: Source) -> Diagnostic | None:
    """Tell where python-hcl2 stops. Its own words list tokens in no order; ours are used."""
    if len(source.data) > _LONGEST:
        return None
    import hcl2  # noqa: PLC0415 - 0.15 s, for broken files only
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415 - as above

    try:
        hcl2.parses_to_tree(source.text + "\n")
    except UnexpectedInput as error:
        at = getattr(error, "pos_in_stream", None)
        if at is None or at < 0:
            return None
        start = min(source.byte_offset(at), max(len(source.data) - 1, 0))
        said = str(getattr(error, "token", "") or source.text[at : at + 1]).split("\n", 1)[0][:40]
        summary, detail = f'unexpected "{said}"', "The code before it asks for something else here."
        if not said.strip():
            summary, detail = "the line ends too early", "Something is missing before its end."
        span = source.span(start, start + max(len(said.encode()), 1))
        return Diagnostic(summary, detail, source.path, span)
    except Exception:  # noqa: BLE001 - a second opinion that fails is none
        return None
    return None
