"""What expressions inside a module instance can see."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from trailcheck.terraform import operators
from trailcheck.terraform.arns import spelled
from trailcheck.terraform.functions.base import CWD, NO_CWD
from trailcheck.terraform.resource import ResourceInstance
from trailcheck.value import Known, Reference, Unknown

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform.functions import FileAccess
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.value import Handle, Value


class ModuleScope:
    """What an expression inside a module instance can see."""

    __slots__ = ("module", "names")
    literal = False

    def __init__(self, module: ModuleInstance, names: dict[str, Value]) -> None:
        self.module = module
        self.names = names

    @property
    def files(self) -> FileAccess:
        """Access to files of the repository."""
        return self.module.tree.files

    def with_names(self, names: dict[str, Value]) -> ModuleScope:
        """Return this scope with more local names."""
        return ModuleScope(self.module, {**self.names, **names}) if names else self

    def spelled(self, value: Value) -> Value | None:
        """Return text with the ARNs of declared resources spelled out; None if it has none."""

        def instance_at(address: str) -> ResourceInstance | None:
            found = self.module.tree.handles.get(address)
            return found if isinstance(found, ResourceInstance) else None

        return spelled(value, instance_at)

    def supposing(self, name: str, value: Value) -> ModuleScope:
        """Return this scope with another value of `var.name`."""
        return SupposingScope(self.module, self.names, name, value)

    def root(self, name: str, span: Span) -> Value | None:  # noqa: ARG002 - the protocol's
        """Return a local name, or None."""
        return self.names.get(name)

    def name(self, first: str, second: str, span: Span) -> Value:
        """Return what `first.second` names."""
        module = self.module
        match first:
            case "var":
                return module.variable(second, span)
            case "local":
                return module.local(second, span)
            case "module":
                return module.module_value(second, span)
            case "path" if second == "module":
                # NOTE: as Terraform says it: from the root, which is where it runs.
                root = module.tree.root or module
                here, start = module.config.directory, root.config.directory
                return Known(posixpath.relpath(here or ".", start or "."), span)
            case "path" if second == "root":
                return Known(".", span)
            case "path" if second == "cwd":
                return Unknown(CWD, NO_CWD, span, needs=(CWD,))
            case "terraform" | "tofu" if second == "workspace" and module.tree.workspace:
                return Known(module.tree.workspace, span)
            case "terraform" | "tofu":
                reason = "the workspace is chosen when Terraform runs"
                return Unknown(f"terraform.{second}", reason, span, needs=(f"terraform.{second}",))
            case "each" | "count" | "self":
                return operators.refused(f"{first}.{second} has no meaning here", span)
            case _:
                return module.resource_value(first, second, span)

    def data(self, type: str, name: str, span: Span) -> Value:  # noqa: A002 - the dialect's own word
        """Return what `data.type.name` names."""
        return self.module.resource_value(type, name, span, data=True)

    def attribute(self, handle: Handle, name: str, span: Span) -> Value:
        """Return an attribute of a resource, or an output of a module."""
        target = self.module.tree.handles.get(handle.address)
        if target is None:
            return operators.refused(f"{handle.address} is not declared", span)
        if not isinstance(target, ResourceInstance):
            return target.output(name, span)
        found = target.attribute(name, span)
        if isinstance(found, Reference):
            # A reference stands where it is written, not where its target is.
            return Reference(found.address, found.attribute, span, found.via)
        return found

    def states(self, handle: Handle, name: str) -> bool:
        """Tell whether a resource or module surely has an attribute or output of that name."""
        target = self.module.tree.handles.get(handle.address)
        if isinstance(target, ResourceInstance):
            return target.states(name)
        return target is not None and name in target.config.outputs


class SupposingScope(ModuleScope):
    """A scope in which one variable has another value than it has."""

    __slots__ = ("supposed", "value")

    def __init__(
        self, module: ModuleInstance, names: dict[str, Value], supposed: str, value: Value
    ) -> None:
        super().__init__(module, names)
        self.supposed = supposed
        self.value = value

    def with_names(self, names: dict[str, Value]) -> ModuleScope:
        """Return this scope with more local names."""
        return SupposingScope(self.module, {**self.names, **names}, self.supposed, self.value)

    def name(self, first: str, second: str, span: Span) -> Value:
        """Return what `first.second` names."""
        if first == "var" and second == self.supposed:
            return self.value
        return super().name(first, second, span)
