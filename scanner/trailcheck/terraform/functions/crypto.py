"""Digests, and the functions whose results no reading of code can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform.functions.arguments import literal, path_of
from trailcheck.terraform.functions.base import (
    MOST_TEXT,
    Function,
    RefusedError,
    UnsettledError,
    by_chance,
    missing,
)
from trailcheck.value import Known

if TYPE_CHECKING:
    from trailcheck.terraform.functions.base import Call, Implementation
    from trailcheck.value import Value

_NAMESPACES = {
    "dns": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "url": "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
    "oid": "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
    "x500": "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
}


def _digest(algorithm: str, *, of_file: bool = False, base64: bool = False) -> Implementation:
    def apply(call: Call, arguments: list[Value]) -> Value:
        import hashlib  # noqa: PLC0415 - 2 ms, seldom needed

        if of_file:
            raw = _content(call, path_of(arguments[0]))
        else:
            raw = literal(arguments[0]).encode("utf-8", "surrogatepass")
        made = hashlib.new(algorithm, raw, usedforsecurity=False)
        if not base64:
            return Known(made.hexdigest(), call.span)
        from binascii import b2a_base64  # noqa: PLC0415 - seldom needed

        return Known(b2a_base64(made.digest(), newline=False).decode("ascii"), call.span)

    return apply


def _content(call: Call, path: str) -> bytes:
    raw = call.files.read(path)
    if raw is None:
        raise missing(path)
    if len(raw) > 64 * MOST_TEXT:
        raise UnsettledError(reason="the file is too large to follow")
    return raw


def uuidv5(call: Call, arguments: list[Value]) -> Value:
    """Return the identifier that a namespace and a name determine."""
    import uuid  # noqa: PLC0415 - 3 ms, seldom needed

    namespace, name = literal(arguments[0]), literal(arguments[1])
    try:
        space = uuid.UUID(_NAMESPACES.get(namespace, namespace))
    except ValueError:
        raise RefusedError("the namespace is no UUID") from None
    return Known(str(uuid.uuid5(space, name)), call.span)


FUNCTIONS: dict[str, Function] = {
    "base64sha256": Function(_digest("sha256", base64=True)),
    "base64sha512": Function(_digest("sha512", base64=True)),
    "bcrypt": Function(by_chance, 1, 2),
    "filebase64sha256": Function(_digest("sha256", of_file=True, base64=True)),
    "filebase64sha512": Function(_digest("sha512", of_file=True, base64=True)),
    "filemd5": Function(_digest("md5", of_file=True)),
    "filesha1": Function(_digest("sha1", of_file=True)),
    "filesha256": Function(_digest("sha256", of_file=True)),
    "filesha512": Function(_digest("sha512", of_file=True)),
    "md5": Function(_digest("md5")),
    "sha1": Function(_digest("sha1")),
    "sha256": Function(_digest("sha256")),
    "sha512": Function(_digest("sha512")),
    "uuid": Function(by_chance, 0, 0),
    "uuidv5": Function(uuidv5, 2, 2),
}
