"""What every function works with: the call, its bounds, and the two ways of giving no value.

An implementation is a pure function of a `Call` and its arguments. It raises `RefusedError` where
Terraform would refuse the call, and `UnsettledError` where code does not settle the result; `call`
turns both into an `Unknown` that says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from trailcheck.record import NamedTuple
from trailcheck.value import (
    Choice,
    Encoded,
    Handle,
    Known,
    Mapping,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Mapping as Dictionary

    from trailcheck.source import Span
    from trailcheck.value import Value

MOST_TEXT = 1_000_000
"""No function makes a longer text than this many characters."""
MOST_ITEMS = 100_000
"""No function makes a longer list than this."""
MOST_DEPTH = 200
"""Values nested deeper than this are not looked into."""
MOST_PARTS = 10_000
"""No function makes a text of more symbolic parts than this."""
CWD = "path.cwd"
"""The name of the unknown that stands for the folder where Terraform runs."""
NO_CWD = "the folder where Terraform runs is not in code"


class RefusedError(Exception):
    """Terraform itself would refuse this call; the message is a sentence that says why.

    `needs` are the facts that would change that: a file that the checkout does not hold.
    """

    def __init__(self, reason: str, needs: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.needs = needs


class UnsettledError(Exception):
    """Code does not settle the result.

    `cause` is the argument that is to blame; `reason` says it in words where no argument is.
    """

    def __init__(self, cause: Value | None = None, reason: str = "") -> None:
        super().__init__(reason)
        self.cause = cause
        self.reason = reason


class OutOfReachError(Exception):
    """A file that may well exist, but that the scan does not open; the message says why."""


def missing(path: str) -> RefusedError:
    """Return the refusal of a file that is not there: it may be written before the deployment."""
    return RefusedError("there is no such file", needs=(f"the file {path}",))


class Resources(Protocol):
    """The resources and modules that a whole one among a template's variables stands for."""

    def attribute(self, handle: Handle, name: str, span: Span) -> Value:
        """Return an attribute of a resource, or an output of a module."""
        ...

    def states(self, handle: Handle, name: str) -> bool:
        """Tell whether a resource or module surely has an attribute or output of that name."""
        ...


class FileAccess(Protocol):
    """The files of the repository as functions may see them. The evaluator implements it.

    Paths are those of the code, relative to the folder that Terraform runs in. What lies outside
    the repository, is too large or is no regular file raises `OutOfReachError`.
    """

    resources: Resources | None
    """What templates may be given whole, where there is any."""

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at `path`, or None if there is no such file."""
        ...

    def whole(self, path: str) -> Span | None:
        """Return the place of a file's text, or None where it has none."""
        ...

    def fileset(self, folder: str, pattern: str) -> list[str] | None:
        """Return the files under `folder` that match, relative to it; None without a folder."""
        ...

    def template(
        self, path: str, variables: Dictionary[str, Value], span: Span | None
    ) -> Value | None:
        """Return the file at `path` rendered as a template, or None if there is no such file."""
        ...

    def variables(self, text: str, span: Span | None) -> dict[str, Value]:
        """Return what the text of a variables file gives. Raises RefusedError if it is none."""
        ...

    def template_text(
        self, template: Value, variables: Dictionary[str, Value], span: Span | None
    ) -> Value:
        """Return `template`, a text, rendered as a template."""
        ...


class Call(NamedTuple):
    """One call of a function: its name, its place, and the files that it may read."""

    name: str
    span: Span | None
    files: FileAccess


Implementation: TypeAlias = "Callable[[Call, list[Value]], Value]"


class Function(NamedTuple):
    """A function as `call` needs to know it."""

    apply: Implementation
    least: int = 1
    """The least number of arguments."""
    most: int | None = 1
    """The greatest number of arguments, or None for any number."""
    deep: bool = False
    """It looks at the items of lists, so that choices among them matter."""
    nulls: bool = False
    """Some argument may be null; the implementation sees to which."""
    any_order: bool = False
    """It sees to lists whose order is not certain."""
    refused: bool = False
    """An argument may be what no other place takes; the implementation sees to it."""


def by_chance(call: Call, arguments: list[Value]) -> Value:  # noqa: ARG001 - as every implementation
    """Leave open what is another result in every call: no two places have the same."""
    place = ""
    if call.span is not None:
        line, column = call.span.first
        place = f" at {call.span.source.path}:{line}:{column}"
    reason = f"{call.name} gives another result on every run"
    return Unknown(f"{call.name}(){place}", reason, call.span)


def first_cause(values: Iterable[Value], most: int = 10_000) -> Value | None:
    """Return the first thing in `values`, in reading order, that code does not settle."""
    waiting = list(values)[::-1]
    found: Value | None = None
    while waiting and most:
        most -= 1
        value = waiting.pop()
        match value:
            case Unknown():
                return value
            case Reference() | Symbol() | Handle() | Choice():
                found = value if found is None else found
            case Text(parts=parts):
                waiting.extend(p for p in reversed(parts) if not isinstance(p, tuple))
            case Sequence(items=items):
                waiting.extend(reversed(items))
            case Mapping(items=entries):
                waiting.extend(reversed(entries.values()))
            case Encoded(value=inner):
                waiting.append(inner)
            case Known():
                pass
    return found


def why(cause: Value | None) -> tuple[str, tuple[str, ...]]:
    """Say in a sentence why `cause` is not settled, and name the facts that would settle it."""
    match cause:
        case Unknown():
            return cause.reason, cause.needs
        case Reference():
            return f"{cause.address}.{cause.attribute} is known only after deployment", ()
        case Symbol():
            return f"the {cause.name} of the deployment is not in the code", ()
        case Handle():
            return f"{cause.address} is known only after deployment", ()
        case Choice():
            return f"it turns on {cause.condition.name}", cause.condition.needs
        case _:
            return "code does not settle it", ()
