"""Text from scanned code made safe to show: no control characters, no tricks with direction."""

from __future__ import annotations

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape(text: str) -> str:
    r"""Return `text` on one line, with everything that is not printable written as an escape.

    C0 and C1 controls, DEL, bidirectional controls, zero-width and unassigned characters, lone
    surrogates and odd white space all count as not printable (`str.isprintable`).
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _written(c) for c in text)


def well_formed(text: str) -> str:
    """Return `text` with lone surrogates replaced, so that it can be encoded."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def _written(character: str) -> str:
    if short := _SHORT.get(character):
        return short
    point = ord(character)
    if point <= 0xFF:  # noqa: PLR2004 - the widths of the escapes
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"  # noqa: PLR2004
