"""What an expression can see: the names of a module instance, of a template file, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.source import Span
    from trailcheck.terraform import ast
    from trailcheck.terraform.functions import FileAccess
    from trailcheck.value import Handle, Value

    Evaluate: TypeAlias = Callable[[ast.Expression, "Scope"], Value]
    """How parts of an expression are evaluated, for modules that `evaluate.py` imports."""


class Scope(Protocol):
    """What an expression can see."""

    @property
    def files(self) -> FileAccess:
        """The files that functions may read."""

    @property
    def literal(self) -> bool:
        """Whether nothing can be seen: no functions may be called either."""

    def root(self, name: str, span: Span) -> Value | None:
        """Return a local name (`each`, a for variable), or None if it is not one."""

    def name(self, first: str, second: str, span: Span) -> Value:
        """Return what `first.second` names: a variable, local, module, resource type and name."""

    def data(self, type: str, name: str, span: Span) -> Value:  # noqa: A002 - the dialect's own word
        """Return what `data.type.name` names."""

    def attribute(self, handle: Handle, name: str, span: Span) -> Value:
        """Return an attribute of a resource, or an output of a module."""

    def states(self, handle: Handle, name: str) -> bool:
        """Tell whether a resource or module surely has an attribute or output of that name."""

    def spelled(self, value: Value) -> Value | None:
        """Return text with the ARNs of declared resources spelled out; None if it has none."""

    def with_names(self, names: dict[str, Value]) -> Scope:
        """Return this scope with more local names."""
