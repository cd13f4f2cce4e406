"""HCL's native syntax as strictly as Terraform reads it, and words for what it refuses.

Tree-sitter accepts more than HCL and gives no reasons. This package builds no tree: it tells if HCL
would accept a text and, if not, the first place where it would not, what stands there, and what
belongs there. It reads every file: one that Terraform refuses is never proof of anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic
from trailcheck.record import NamedTuple
from trailcheck.terraform.strict.bodies import Bodies
from trailcheck.terraform.strict.patterns import Refusal
from trailcheck.terraform.strict.words import expected, here

if TYPE_CHECKING:
    from trailcheck.source import Source

__all__ = ["Outline", "Refusal", "body", "expression", "mended", "read", "template"]

_ODD = r"[\udc80-\udcff]"
"""What a byte becomes in a text that is not UTF-8."""


class Outline(NamedTuple):
    """Where the blocks of a file stand, and those values in them that are not plain, in bytes."""

    blocks: list[tuple[int, int]]
    """Where each block that stands in no other begins, and where it ends."""
    values: dict[int, int]
    """Where a value ends that starts after the `=` which ends here."""


def read(source: Source) -> Outline | Diagnostic:
    """Return where the parts of a file stand, or what HCL refuses first in it, located."""
    bodies = Bodies(source.text)
    at = source.byte_offset
    try:
        bodies.read()
    except Refusal as refusal:
        start, end = at(refusal.start), at(refusal.end)
        span = source.span(start, max(end, start + 1))
        return Diagnostic(refusal.summary, refusal.detail, source.path, span)
    if bodies.ascii:
        return Outline(bodies.tops, bodies.values)
    values = {at(start): at(end) for start, end in bodies.values.items()}
    return Outline([(at(start), at(end)) for start, end in bodies.tops], values)


def mended(raw: bytes) -> bytes | None:
    """Return a file with `?` for each byte that is not UTF-8, if all of them stand in comments.

    HCL does not look at the text of comments; anywhere else it refuses such bytes.
    """
    text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    # NOTE: a carriage return that ends no line is refused everywhere but in comments. One alone
    # might stand at the end of a line.
    if body(re.sub(_ODD, "\r\r", text)) is not None:
        return None
    return re.sub(_ODD, "?", text).encode()


def body(text: str) -> Refusal | None:
    """Return what HCL refuses first in a file, or None."""
    try:
        Bodies(text).read()
    except Refusal as refusal:
        return refusal
    return None


def expression(text: str) -> Refusal | None:
    """Return what HCL refuses first in a text that should be one expression, or None."""
    from trailcheck.terraform.strict.expressions import Expressions  # noqa: PLC0415 - see `Bodies`

    try:
        end = here(text, Expressions(text).read(0, lines=False), lines=False)
        if end < len(text):
            return expected("the end of the expression", "It is complete before this.", text, end)
    except Refusal as refusal:
        return refusal
    return None


def template(text: str) -> Refusal | None:
    """Return what HCL refuses first in a template, such as the content of a file, or None."""
    from trailcheck.terraform.strict.expressions import Expressions  # noqa: PLC0415 - see `Bodies`

    try:
        Expressions(text).read_template()
    except Refusal as refusal:
        return refusal
    return None
