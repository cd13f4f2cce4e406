"""Functions on files and paths. Files are those of the repository; the evaluator opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.functions.arguments import (
    bounded,
    chunks,
    entries,
    joined,
    literal,
    path_of,
    text_like,
)
from trailcheck.terraform.functions.base import (
    CWD,
    MOST_TEXT,
    NO_CWD,
    Function,
    OutOfReachError,
    RefusedError,
    UnsettledError,
    missing,
)
from trailcheck.terraform.functions.parts import (
    Literal,
    as_literal,
    cut,
    find_all,
    is_empty,
    parts_in,
)
from trailcheck.terraform.functions.reshape import set_of
from trailcheck.value import Known, Piece, Text, Unknown, text

if TYPE_CHECKING:
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value


def file(call: Call, arguments: list[Value]) -> Value:
    """Return the text of a file. Refused if there is none, or if it is not text in UTF-8."""
    try:
        said = _read(call, path := path_of(arguments[0])).decode()
    except UnicodeDecodeError:
        raise RefusedError("the file is not text in UTF-8") from None
    whole = call.files.whole(path)
    pieces = () if whole is None else (Piece(said, whole, whole.text == said),)
    return Known(said, call.span, (), pieces)


def filebase64(call: Call, arguments: list[Value]) -> Value:
    """Return the content of a file in base64."""
    from binascii import b2a_base64  # noqa: PLC0415 - seldom needed

    raw = _read(call, path_of(arguments[0]))
    return Known(b2a_base64(raw, newline=False).decode("ascii"), call.span)


def fileexists(call: Call, arguments: list[Value]) -> Value:
    """Tell whether there is a file at a path."""
    return Known(call.files.read(path_of(arguments[0])) is not None, call.span)


def fileset(call: Call, arguments: list[Value]) -> Value:
    """Return the set of files under a folder that match a pattern, relative to it."""
    found = call.files.fileset(path_of(arguments[0]), literal(arguments[1]))
    if found is None:
        return set_of((), call.span)
    bounded(len(found))
    return set_of((Known(path, call.span) for path in found), call.span)


def templatefile(call: Call, arguments: list[Value]) -> Value:
    """Return a file rendered as a template, with the entries of a map as its variables."""
    path, variables = path_of(arguments[0]), arguments[1]
    rendered = call.files.template(path, entries(variables), call.span)
    if rendered is None:
        raise missing(path)
    return rendered


def templatestring(call: Call, arguments: list[Value]) -> Value:
    """Return a text rendered as a template, with the entries of a map as its variables."""
    template = text_like(arguments[0])
    if not isinstance(template, Known | Text):
        raise UnsettledError(template)
    return call.files.template_text(template, entries(arguments[1]), call.span)


def _read(call: Call, path: str) -> bytes:
    raw = call.files.read(path)
    if raw is None:
        raise missing(path)
    if len(raw) > MOST_TEXT:
        raise OutOfReachError("the file is too large to follow")
    return raw


def abspath(call: Call, arguments: list[Value]) -> Value:
    """Return an absolute path: one that is relative leads from where Terraform runs."""
    path = _clean(literal(arguments[0]))
    if path.startswith("/"):
        return Known(path, call.span)
    if path.startswith(".."):
        raise UnsettledError(reason=NO_CWD)
    cwd = Unknown(CWD, NO_CWD, call.span, needs=(CWD,))
    return cwd if path == "." else text([cwd, Piece(f"/{path}")], call.span)


def pathexpand(call: Call, arguments: list[Value]) -> Value:
    """Return a path as it is, unless it names a home folder, which no code tells."""
    path = literal(arguments[0])
    if path.startswith("~"):
        raise UnsettledError(reason="the home folder turns on who runs Terraform")
    return arguments[0] if isinstance(arguments[0], Known) else Known(path, call.span)


def basename(call: Call, arguments: list[Value]) -> Value:
    """Return the last part of a path, which may be an ARN: what precedes it need not be known."""
    whole = chunks(arguments[0])
    last = whole[-1] if whole else None
    path = as_literal(whole)
    if path is None and isinstance(last, Literal) and "/" in last.text.rstrip("/"):
        path = last.text
    if path is not None:
        said = path.rstrip("/").rpartition("/")[2] or "/" if path else "."
        return Known(said, call.span)
    places = find_all(whole, "/")
    at = max((n for n, found in enumerate(places) if found), default=-1)
    head = whole[at]
    if at < 0 or not isinstance(head, Literal):
        raise UnsettledError(arguments[0])
    rest = [cut(head, places[at][-1] + 1), *whole[at + 1 :]]
    if is_empty([c for c in rest if not isinstance(c, Literal) or c.text]) is not False:
        raise UnsettledError(arguments[0])
    return joined(parts_in(rest), call.span, arguments[0].via)


def dirname(call: Call, arguments: list[Value]) -> Value:
    """Return a path without its last part."""
    head, slash, _ = literal(arguments[0]).rpartition("/")
    return Known(_clean(head + slash), call.span)


def _clean(path: str) -> str:
    """Return a path without repeated slashes, `.` and `..` where they can be resolved."""
    rooted = path.startswith("/")
    kept: list[str] = []
    for part in path.split("/"):
        if part == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif part == ".." and rooted:
            continue
        elif part not in {"", "."}:
            kept.append(part)
    return ("/" if rooted else "") + "/".join(kept) or "."


FUNCTIONS: dict[str, Function] = {
    "abspath": Function(abspath),
    "basename": Function(basename),
    "dirname": Function(dirname),
    "file": Function(file),
    "filebase64": Function(filebase64),
    "fileexists": Function(fileexists),
    "fileset": Function(fileset, 2, 2),
    "pathexpand": Function(pathexpand),
    "templatefile": Function(templatefile, 2, 2),
    "templatestring": Function(templatestring, 2, 2),
}
