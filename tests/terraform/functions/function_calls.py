"""Short forms for the tests of functions: calls on plain data, and values that are not known."""

# ruff: noqa: ARG002 - a stand-in has the signature of what it stands for

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.condition import Condition
from trailcheck.shape import EACH
from trailcheck.terraform.functions import OutOfReachError, RefusedError, call
from trailcheck.terraform.functions.convert import from_plain, plain, rendered
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary

    from trailcheck.source import Span
    from trailcheck.value import Value

VALUES = (Known, Text, Sequence, Mapping, Encoded, Reference, Symbol, Handle, Unknown, Choice)
PREFIX = Unknown("var.prefix", "var.prefix has no value in code", needs=("var.prefix",))
REFUSED = Unknown("(bad)", "the index is out of range", refused=True)
ARN = Reference("aws_cloudwatch_log_group.audit", "arn")
NAME = Reference("aws_cloudwatch_log_group.audit", "name")
ACCOUNT = Symbol("account")
REGION = Symbol("region")
STREAMS = text([ARN, Piece(":*")])
BUILT = text(
    [Piece("arn:aws:logs:"), REGION, Piece(":"), ACCOUNT, Piece(":log-group:"), NAME, Piece(":*")]
)


class Files:
    """Two files and a folder, and a path that is out of reach."""

    def read(self, path: str) -> bytes | None:
        """Return the content of one of the files."""
        if path.startswith("/"):
            raise OutOfReachError(f"{path} lies outside the repository")
        return {"policy.json": b'{"a":1}', "binary": b"\xff\xfe"}.get(path)

    def whole(self, path: str) -> Span | None:
        """Return nothing: these files are nowhere."""
        return None

    def fileset(self, folder: str, pattern: str) -> list[str] | None:
        """Return the names in the only folder."""
        return ["b.json", "a.json"] if (folder, pattern) == ("policies", "*.json") else None

    def template(
        self, path: str, variables: Dictionary[str, Value], span: Span | None
    ) -> Value | None:
        """Return the variable `a` as the rendered template."""
        return variables["a"] if path == "policy.tpl" else None

    def variables(self, text: str, span: Span | None) -> dict[str, Value]:
        """Return `a` as the whole text."""
        if not text:
            raise RefusedError("nothing is there")
        return {"a": Known(text, span)}

    def template_text(
        self, template: Value, variables: Dictionary[str, Value], span: Span | None
    ) -> Value:
        """Return the template as it is."""
        return template


def value(given: object) -> Value:
    """Return plain data as a value, and a value as it is."""
    if isinstance(given, VALUES):
        return given
    if isinstance(given, list):
        return Sequence([value(item) for item in given], of=EACH)
    if isinstance(given, dict):
        return Mapping({key: value(item) for key, item in given.items()}, of=EACH)
    return from_plain(given)


def ask(name: str, *arguments: object) -> Value:
    """Call a function on plain data and values."""
    return call(name, [value(a) for a in arguments], None, Files())


def said(name: str, *arguments: object) -> object:
    """Call a function and return its result as plain data; fail if it is not settled."""
    result = ask(name, *arguments)
    assert not isinstance(result, Unknown), result.reason
    assert isinstance(result, Known | Sequence | Mapping | Encoded), result
    return plain(rendered(result))


def refuses(name: str, *arguments: object) -> bool:
    """Tell whether Terraform would refuse the call."""
    result = ask(name, *arguments)
    assert not isinstance(result, Unknown) or result.reason
    return isinstance(result, Unknown) and result.refused


def opens(name: str, *arguments: object) -> bool:
    """Tell whether the result is left open, though Terraform may well accept the call."""
    result = ask(name, *arguments)
    assert not isinstance(result, Unknown) or result.reason
    return isinstance(result, Unknown) and not result.refused


def either(condition: str, then: object, otherwise: object) -> Value:
    """Return a choice that turns on an unknown condition."""
    return Choice(Condition(condition, (condition,)), value(then), value(otherwise))
