"""Words for syntax errors: a strict look at a file that tree-sitter could not read whole.

Tree-sitter recovers from errors and so shows them late; people want the place where they slipped. Most
slips are quotes, brackets, heredocs and comments that do not end, and a scan of the tokens finds those
exactly. For the rest, python-hcl2, which reads HCL more strictly, says where it stopped.
Source: HCL native syntax specification, lexical structure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from trailcheck.errors import Diagnostic

if TYPE_CHECKING:
    from trailcheck.source import Source

_TOKEN = re.compile(
    rb"""(?P<space>\s+)
    |(?P<comment>\#[^\n]*|//[^\n]*|/\*(?s:.*?)\*/)
    |(?P<open_comment>/\*)
    |(?P<heredoc><<-?(?P<fence>[^\W\d][\w-]*)[ \t]*\r?\n)
    |(?P<quote>")
    |(?P<open>[(\[{])
    |(?P<close>[)\]}])
    |(?P<word>[\w.-]+)
    |(?P<operator>==|!=|<=|>=|&&|\|\||=>|\.\.\.|::|[-+*/%<>!?:=.,~])
    |(?P<other>.)
    """,
    re.VERBOSE,
)
_IN_QUOTES = re.compile(rb'(?:\\(?:[nrt"\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})|\$\$\{|%%\{|[^"\\\n$%]|\$(?!\{)|%(?!\{))*')
_PARTNER = {b")": b"(", b"]": b"[", b"}": b"{"}
_LONGEST_OPINION = 100_000
"""Bytes; python-hcl2 is not asked about longer files, which it reads at 50 kB/s."""


class _Open(NamedTuple):
    """A bracket or quote that waits for its end."""

    mark: bytes
    at: int


def explain(source: Source) -> Diagnostic | None:
    """Return the first error of a file in words, with its place; None if none is found."""
    return _lexical(source) or _opinion(source)


def _lexical(source: Source) -> Diagnostic | None:
    """Find the first string, bracket, heredoc or comment that does not end where it must."""
    data, at = source.data, 0
    stack: list[_Open] = []
    while at < len(data):
        if stack and stack[-1].mark == b'"':
            found = _IN_QUOTES.match(data, at)
            at = found.end() if found else at
            if data.startswith(b'"', at):
                stack.pop()
                at += 1
            elif data.startswith((b"${", b"%{"), at):
                stack.append(_Open(b"{", at))
                at += 2
            elif data.startswith(b"\\", at) and data[at + 1 : at + 2] not in (b"", b"\n", b"\r"):
                said = data[at : at + 2].decode("utf-8", "replace")
                advice = f"Write \\{said} for a backslash, or one of \\n \\r \\t \\\" \\\\ \\u."
                return _error(source, f"{said} is not an escape in HCL", advice, at, at + 2)
            else:
                start = stack[-1].at
                return _error(
                    source,
                    "this string does not end on its line",
                    'Close it with ", or write a heredoc (<<-EOT) for text of several lines.',
                    start,
                    at,
                )
            continue
        token = _TOKEN.match(data, at)
        if token is None:
            return None
        problem = _step(source, token, stack)
        if problem is not None:
            return problem
        at = token.end()
        if token["heredoc"]:
            end = re.compile(rb"^[ \t]*" + re.escape(token["fence"]) + rb"[ \t]*\r?$", re.MULTILINE)
            closing = end.search(data, at)
            if closing is None:
                fence = token["fence"].decode("utf-8", "replace")
                return _error(
                    source,
                    f"this heredoc has no line that says {fence} alone",
                    "End it with its own word on a line of its own.",
                    token.start(),
                    token.end() - 1,
                )
            at = closing.end()
    if stack:
        mark = stack[-1].mark.decode()
        return _error(source, f"this {mark} is never closed", "Close it.", stack[-1].at, stack[-1].at + 1)
    return None


def _step(source: Source, token: re.Match[bytes], stack: list[_Open]) -> Diagnostic | None:
    match token.lastgroup:
        case "open_comment":
            return _error(source, "this comment never ends", "End it with */.", token.start(), token.end())
        case "quote" | "open":
            stack.append(_Open(token[0], token.start()))
        case "close":
            if not stack:
                closing = token[0].decode()
                return _error(
                    source, f"this {closing} closes nothing", "Take it away.", token.start(), token.end()
                )
            opening = stack.pop()
            if opening.mark != _PARTNER[token[0]]:
                line = source.position(opening.at).line
                return _error(
                    source,
                    f"this {token[0].decode()} does not close the {opening.mark.decode()} of line {line}",
                    "One bracket between them is missing or one too many.",
                    token.start(),
                    token.end(),
                )
        case "other":
            # A lone byte of a longer character, or one that HCL has no use for.
            character = source.data[token.start() : token.start() + 4].decode("utf-8", "ignore")[:1]
            if character.isascii():
                return _error(
                    source,
                    f"{character!r} has no meaning here",
                    "Strings take double quotes; see what was meant.",
                    token.start(),
                    token.end(),
                )
    return None


def _opinion(source: Source) -> Diagnostic | None:
    """Ask python-hcl2 where it stops. Its own words list tokens in no order; ours are used."""
    if len(source.data) > _LONGEST_OPINION:
        return None
    import hcl2  # type: ignore[import-untyped] # noqa: PLC0415 - 0.15 s, for broken files only
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415 - as above

    try:
        hcl2.parses_to_tree(source.text + "\n")
    except UnexpectedInput as error:
        at = getattr(error, "pos_in_stream", None)
        if at is None or at < 0:
            return None
        start = min(source.byte_offset(at), max(len(source.data) - 1, 0))
        said = str(getattr(error, "token", "") or source.text[at : at + 1]).split("\n", 1)[0][:40]
        if not said.strip():
            return _error(
                source, "the line ends too early", "Something is missing before its end.", start, start + 1
            )
        return _error(
            source,
            f"unexpected {said!r}",
            "The code before it asks for something else here.",
            start,
            start + len(said.encode()),
        )
    except Exception:  # noqa: BLE001 - a second opinion that fails is none
        return None
    return None


def _error(source: Source, summary: str, detail: str, start: int, end: int) -> Diagnostic:
    return Diagnostic(summary, detail, source.path, source.span(start, max(end, start + 1)))
