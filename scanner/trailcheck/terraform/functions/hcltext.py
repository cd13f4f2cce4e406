"""The functions of Terraform's own provider: values as HCL, and HCL of variables as values.

Source: HCL's writer (`hclwrite/generate.go`, `format.go`), and what Terraform 1.11 answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.terraform.functions.arguments import literal
from trailcheck.terraform.functions.base import (
    MOST_TEXT,
    Function,
    RefusedError,
    UnsettledError,
    first_cause,
)
from trailcheck.terraform.functions.convert import is_known, plain, rendered
from trailcheck.terraform.functions.graphemes import graphemes
from trailcheck.terraform.functions.kinds import text_of_scalar
from trailcheck.value import Known, Mapping

if TYPE_CHECKING:
    from trailcheck.terraform.functions.base import Call
    from trailcheck.terraform.functions.convert import Plain
    from trailcheck.value import Value

_ESCAPED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def encode_expr(call: Call, arguments: list[Value]) -> Value:
    """Return a value as Terraform would write it in a configuration."""
    writer = _Writer()
    writer.value(_settled(arguments[0]))
    return Known(writer.text(), call.span)


def encode_tfvars(call: Call, arguments: list[Value]) -> Value:
    """Return the entries of an object as a variables file. Refused if a key cannot be a name."""
    given = rendered(arguments[0])
    if isinstance(given, Mapping):
        for name in given.items:
            if not is_identifier(name):
                raise RefusedError(f'"{name}" cannot be the name of a variable')
    writer = _Writer()
    said = _settled(given)
    if not isinstance(said, dict):
        raise RefusedError("only an object can be written as variables")
    writer.members(said)
    return Known(writer.text(), call.span)


def decode_tfvars(call: Call, arguments: list[Value]) -> Value:
    """Return the values that the text of a variables file gives, as an object."""
    return Mapping(call.files.variables(literal(arguments[0]), call.span), call.span)


def is_identifier(word: str) -> bool:
    """Tell whether HCL reads a text as one name."""
    return not word.startswith("-") and word.replace("-", "_").isidentifier()


def _settled(value: Value) -> Plain:
    if not is_known(value):
        raise UnsettledError(first_cause([value]))
    return plain(value)


class _Line(NamedTuple):
    """A line of the result: its text, how many brackets it opens, and where its `=` stands."""

    text: str
    opens: int
    assigned: int
    """Characters before the `=` of a whole argument; -1 for any other line."""


class _Writer:
    """Writes HCL. Lines are broken first, and then indented and aligned as HCL's formatter does."""

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self.line = ""
        self.opens = 0
        self.name = ""
        self.left = MOST_TEXT

    def value(self, data: Plain) -> None:
        match data:
            case dict() if data:
                self.write("{", 1)
                self.end()
                self.members(data)
                self.write("}", -1)
            case dict():
                self.write("{}")
            case list():
                self.write("[", 1)
                for number, item in enumerate(data):
                    self.write(", " if number else "")
                    self.value(item)
                self.write("]", -1)
            case None:
                self.write("null")
            case str():
                self.write(_quoted(data))
            case _:
                said = text_of_scalar(Known(data))
                assert isinstance(said, Known)
                self.write(str(said.data))

    def members(self, data: dict[str, Plain]) -> None:
        for key in sorted(data):
            name = key if is_identifier(key) else _quoted(key)
            self.write(name)
            self.name = name
            self.write(" = ")
            self.value(data[key])
            self.end()

    def write(self, said: str, opens: int = 0) -> None:
        self.left -= len(said)
        if self.left < 0:
            raise UnsettledError(reason="the text is too large to follow")
        self.line += said
        self.opens += opens

    def end(self) -> None:
        """End the line."""
        whole = bool(self.name) and self.opens == 0
        self.lines.append(_Line(self.line, self.opens, len(self.name) if whole else -1))
        self.line, self.opens, self.name = "", 0, ""

    def text(self) -> str:
        """Return all lines, the last one without a break if it was not ended."""
        last = bool(self.line)
        if last:
            self.end()
        levels: list[int] = []
        indented: list[str] = []
        aligned = _aligned(self.lines)
        for line, said in zip(self.lines, aligned, strict=True):
            closed = -line.opens
            while closed > 0 and levels:
                closed, levels[-1] = closed - levels[-1], levels[-1] - closed
                if levels[-1] <= 0:
                    levels.pop()
            indented.append("  " * len(levels) + said)
            if line.opens > 0:
                levels.append(line.opens)
        return "\n".join(indented) + ("" if last or not indented else "\n")


def _aligned(lines: list[_Line]) -> list[str]:
    """Return lines with the `=` of whole arguments that follow one another in one column."""
    made: list[str] = []
    run: list[tuple[str, int, str]] = []
    for line in [*lines, _Line("", 0, -1)]:
        if line.assigned >= 0:
            name, rest = line.text[: line.assigned], line.text[line.assigned :]
            run.append((name, len(name) if name.isascii() else len(graphemes(name)), rest))
            continue
        widest = max((width for _, width, _ in run), default=0)
        made.extend(name + " " * (widest - width) + rest for name, width, rest in run)
        made.append(line.text)
        run = []
    return made[:-1]


def _quoted(said: str) -> str:
    """Return text in quotes, without template sequences and characters that cannot be printed."""
    made = []
    for at, letter in enumerate(said):
        if letter in _ESCAPED:
            made.append(_ESCAPED[letter])
        elif letter in "$%" and said.startswith("{", at + 1):
            made.append(letter * 2)
        elif letter.isprintable():
            made.append(letter)
        else:
            code = ord(letter)
            made.append(f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}")  # noqa: PLR2004 - 16 bits
    return f'"{"".join(made)}"'


FUNCTIONS: dict[str, Function] = {
    "provider::terraform::decode_tfvars": Function(decode_tfvars),
    "provider::terraform::encode_expr": Function(encode_expr, deep=True),
    "provider::terraform::encode_tfvars": Function(encode_tfvars, deep=True),
}
