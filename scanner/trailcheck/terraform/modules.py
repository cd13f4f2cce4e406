"""The module tree of one root: names and instances, each evaluated once somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, Impact
from trailcheck.terraform import ast, limits, operators
from trailcheck.terraform.arns import spelled
from trailcheck.terraform.config import ModuleConfig, dotted, literal_text
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.expansion import Expansion, Instance, expand
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.looks import local_directory
from trailcheck.terraform.providers import Provider, provider_of
from trailcheck.terraform.resource import ResourceInstance
from trailcheck.terraform.types import conform
from trailcheck.value import Choice, Handle, Known, Reference, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailcheck.source import Span
    from trailcheck.terraform.functions import FileAccess
    from trailcheck.value import Mapping, Value
    from trailcheck.world import Law

_DEEPEST_MODULE = 40
_MOST_MODULES = 2_000
"""Module instances of one root; code that calls more of them is not followed further."""


class Tree:
    """All module instances of one root, and what they share."""

    __slots__ = (
        "aws_before_3",
        "config_at",
        "diagnostics",
        "files",
        "given",
        "handles",
        "hint",
        "laws",
        "modules",
        "produced",
        "root",
        "source",
        "workspace",
    )

    def __init__(
        self,
        config_at: Callable[[str], ModuleConfig | None],
        files: FileAccess,
        given: dict[str, Value],
        *,
        aws_before_3: bool = False,
    ) -> None:
        """Hold the tree whose root's variables are `given` before their defaults."""
        self.config_at = config_at
        self.files = files
        self.given = given
        self.aws_before_3 = aws_before_3
        """Whether the AWS provider is older than 3.0, where a log group's `arn` ends in `:*`."""
        self.handles: dict[str, ResourceInstance | ModuleInstance] = {}
        self.diagnostics: dict[tuple[str, Span | None], Diagnostic] = {}
        self.laws: list[Law] = []
        """What must be true wherever this is deployed, as far as evaluation came by it."""
        self.root: ModuleInstance | None = None
        self.workspace: str | None = None
        """The workspace, if the caller decides it."""
        self.modules = 0
        """How many module instances there are."""
        self.hint: Callable[[str], str] = lambda _name: ""
        """Names a variable file beside the root that would give a variable."""
        self.produced: Callable[[ResourceInstance], Mapping | None] = lambda _data: None
        """Gives the outputs of the scanned root whose state a data source reads."""
        self.source: Callable[[ModuleInstance, str, ast.Block], ModuleConfig | str] = (
            lambda _module, _name, _block: "comes from a source that is not in the repository"
        )
        """Finds the configuration of a call that is no path here, or says why it is not known."""

    def start(self, directory: str) -> ModuleInstance | None:
        """Open the root module in `directory`."""
        config = self.config_at(directory)
        if config is not None:
            self.root = ModuleInstance(self, config, None, None, Instance("", Known(True), {}))
        return self.root

    def report(self, summary: str, detail: str, span: Span, impact: Impact = Impact.NOTICE) -> None:
        """Record a problem once."""
        self.diagnostics.setdefault(
            (summary, span), Diagnostic(summary, detail, span.source.path, span, impact)
        )


class ModuleInstance:
    """One instance of one module: the root, or a call of a child."""

    def __init__(
        self,
        tree: Tree,
        config: ModuleConfig,
        parent: ModuleInstance | None,
        call: ast.Block | None,
        instance: Instance,
    ) -> None:
        self.tree = tree
        self.config = config
        self.parent = parent
        self.call = call
        self.instance = instance
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.address: str = ""
        self.path: str = ""
        """The names of the calls that lead here, each with a dot behind it."""
        if parent is not None and call is not None:
            self.address = f"{parent.prefix}module.{call.labels[0]}{instance.suffix}"
            self.path = f"{parent.path}{call.labels[0]}."
        self.prefix: str = f"{self.address}." if self.address else ""
        self.exists: Value = instance.exists
        if parent is not None:
            self.exists = operators.both(parent.exists, instance.exists)
        self._variables: dict[str, Value] = {}
        self._validated: set[str] = set()
        self._locals: dict[str, Value] = {}
        self._outputs: dict[str, Value] = {}
        self._expansions: dict[str, Expansion] = {}
        self._children: dict[str, list[ModuleInstance]] = {}
        self._sources: dict[str, ModuleConfig | str] = {}
        self._providers: dict[str, Provider] = {}
        self._running: set[str] = set()
        self.scope: ModuleScope = ModuleScope(self, {})
        self.outer_scope: ModuleScope | None = None
        """The scope of the call's arguments, in the parent."""
        if parent is not None:
            self.outer_scope = parent.scope.with_names(instance.names)

    def __repr__(self) -> str:
        return f"ModuleInstance({self.address or 'root'!r})"

    # Names

    def variable(self, name: str, span: Span) -> Value:
        """Return `var.name`."""
        found = self._once(self._variables, name, f"{self.prefix}var.{name}", span, self._variable)
        if name not in self._validated:
            self._validated.add(name)  # The condition asks for the variable itself.
            found = self._variables[name] = self._valid(name, found)
        return found

    def _valid(self, name: str, value: Value) -> Value:
        """Return the value as its validations leave it: limited, or another where they refuse it.

        What they demand of a value that is open is a law of every world.
        """
        block = self.config.variables.get(name)
        if block is None or (isinstance(value, Unknown) and value.refused):
            return value
        if not block.body.named("validation") and not limits.refuses_null(block):
            return value
        if not isinstance(value, Unknown | Choice):
            for condition in limits.conditions_of(block):
                holds = operators.truth(evaluate(condition, self.scope), condition.span)
                if holds == Known(False):
                    address = f"{self.prefix}var.{name}"
                    reason = f"the validation of {address} refuses the value that it has in code"
                    return Unknown(address, reason, condition.span, value.via, needs=(address,))
            return value
        found = limits.laws(self, name, value)
        self.tree.laws += found
        return limits.options(self, name, value, found) if isinstance(value, Unknown) else value

    def _variable(self, name: str, span: Span) -> Value:
        block = self.config.variables.get(name)
        if block is None:
            return operators.refused(f"there is no variable {name!r}", span)
        address = f"{self.prefix}var.{name}"
        value = self._argument(name, address)
        refuses_null = limits.refuses_null(block)
        default = block.body.argument("default")
        if default is not None and (value is None or (refuses_null and value == Known(None))):
            value = evaluate(default.expression, self.scope)
            value = value.through(default.span, f"default of {address}")
        elif default is not None and refuses_null and isinstance(value, Choice):
            fallback = evaluate(default.expression, self.scope)
            value = lift([value], lambda v: fallback if v[0] == Known(None) else v[0])
        declared = block.body.argument("type")
        if value is None:
            return self._required(name, address, declared, block)
        return conform(value, declared.expression if declared is not None else None, self.scope)

    def _argument(self, name: str, address: str) -> Value | None:
        """Return what the caller gives for a variable, or None."""
        if self.call is None or self.outer_scope is None:
            return self.tree.given.get(name)
        argument = self.call.body.argument(name)
        if argument is None:
            return None
        value = evaluate(argument.expression, self.outer_scope)
        return value.through(argument.span, f"argument of {address.rsplit('.var.', 1)[0]}")

    def _required(
        self, name: str, address: str, declared: ast.Argument | None, block: ast.Block
    ) -> Value:
        reason = f"{address} has no default and no value was given"
        if self.call is not None:
            reason = f"{self.address} is called without its required argument {name!r}"
            return Unknown(address, reason, block.header, needs=(address,), refused=True)
        if path := self.tree.hint(name):
            reason += f"; {path} sets it: --var-file {path}"
        value = Unknown(address, reason, block.header, needs=(address,))
        kind = dotted(declared.expression) if declared is not None else None
        return operators.open_condition(value, block.header) if kind == "bool" else value

    def local(self, name: str, span: Span) -> Value:
        """Return `local.name`."""
        return self._once(self._locals, name, f"{self.prefix}local.{name}", span, self._local)

    def _local(self, name: str, span: Span) -> Value:
        argument = self.config.locals.get(name)
        if argument is None:
            return operators.refused(f"there is no local value {name!r}", span)
        value = evaluate(argument.expression, self.scope)
        return value.through(argument.span, f"{self.prefix}local.{name}")

    def output(self, name: str, span: Span) -> Value:
        """Return an output, for the caller."""
        return self._once(self._outputs, name, f"{self.prefix}output.{name}", span, self._output)

    def _output(self, name: str, span: Span) -> Value:
        block = self.config.outputs.get(name)
        if block is None and self.config.model:
            address = f"{self.address}.{name}"
            reason = f"the model of {self.config.model} does not say what output {name} is"
            return Unknown(address, reason, span, needs=(address,))
        if block is None:
            return operators.refused(f"{self.address} has no output {name!r}", span)
        argument = block.body.argument("value")
        if argument is None:
            return operators.refused(f"output {name!r} has no value", block.header)
        value = evaluate(argument.expression, self.scope)
        return value.through(argument.span, f"output {name} of {self.address}")

    def _once(
        self,
        table: dict[str, Value],
        name: str,
        address: str,
        span: Span,
        compute: Callable[[str, Span], Value],
    ) -> Value:
        found = table.get(name)
        if found is not None:
            return found
        if address in self._running:
            return operators.refused(f"{address} refers to itself", span)
        self._running.add(address)
        try:
            found = table[name] = compute(name, span)
        finally:
            self._running.discard(address)
        return found

    # Instances

    def expansion(self, address: str, block: ast.Block) -> Expansion:
        """Return the instances of a resource, data source or module call of this module."""
        found = self._expansions.get(address)
        if found is None:
            if address in self._running:
                problem = operators.refused(f"{address} refers to itself", block.header)
                return Expansion((), problem)
            self._running.add(address)
            try:
                found = self._expansions[address] = expand(address, block.body, self.scope)
            finally:
                self._running.discard(address)
            if isinstance(found.value, Unknown) and found.value.refused:
                self.tree.report(
                    f"Terraform would refuse this: {found.value.reason}",
                    f"It decides which instances {address} has.",
                    found.value.span or block.header,
                )
        return found

    def resource_value(self, type: str, name: str, span: Span, *, data: bool = False) -> Value:  # noqa: A002
        """Return what `type.name` or `data.type.name` is: handles, a list or map of them."""
        table = self.config.data if data else self.config.resources
        block = table.get((type, name))
        address = f"{self.prefix}{'data.' if data else ''}{type}.{name}"
        if block is None:
            return operators.refused(f"{address} is not declared", span)
        self.resource_instances(type, name, data=data)
        return self.expansion(address, block).value

    def resource_instances(
        self,
        type: str,  # noqa: A002
        name: str,
        *,
        data: bool = False,
    ) -> list[ResourceInstance]:
        """Return the instances of one resource or data block, creating them the first time."""
        table = self.config.data if data else self.config.resources
        block = table[(type, name)]
        address = f"{self.prefix}{'data.' if data else ''}{type}.{name}"
        found: list[ResourceInstance] = []
        for instance in self.expansion(address, block).instances:
            full = address + instance.suffix
            known = self.tree.handles.get(full)
            if not isinstance(known, ResourceInstance):
                known = ResourceInstance(self, block, full, instance, is_data=data)
                self.tree.handles[full] = known
            found.append(known)
        return found

    def children(self, name: str) -> list[ModuleInstance]:
        """Return the instances of a module call whose source is in the repository."""
        found = self._children.get(name)
        if found is not None:
            return found
        self._children[name] = found = []
        block = self.config.calls.get(name)
        config = self.child_config(name)
        if block is None or config is None:
            return found
        if self.depth >= _DEEPEST_MODULE or self._calls_itself(config):
            self.tree.report(
                f"module.{name} is nested too deeply",
                "It calls itself, or nearly.",
                block.header,
                Impact.UNREAD,
            )
            return found
        instances = self.expansion(f"{self.prefix}module.{name}", block).instances
        self.tree.modules += len(instances)
        if self.tree.modules > _MOST_MODULES:
            self.tree.modules -= len(instances)
            self.tree.report(
                "too many module instances",
                f"Instances of module.{name} beyond {_MOST_MODULES} of the root were not followed.",
                block.header,
                Impact.UNREAD,
            )
            return found
        for instance in instances:
            child = ModuleInstance(self.tree, config, self, block, instance)
            self.tree.handles[child.address] = child
            found.append(child)
        return found

    def _calls_itself(self, config: ModuleConfig) -> bool:
        module: ModuleInstance | None = self
        while module is not None:
            if module.config is config:
                return True
            module = module.parent
        return False

    def child_config(self, name: str) -> ModuleConfig | None:
        """Return the configuration that a module call leads to, if it is at hand."""
        found = self._source(name)
        return found if isinstance(found, ModuleConfig) else None

    def _source(self, name: str) -> ModuleConfig | str:
        found = self._sources.get(name)
        if found is None:
            block = self.config.calls.get(name)
            directory = self.child_directory(name)
            config = self.tree.config_at(directory) if directory is not None else None
            if config is not None:
                found = config
            elif block is None:
                found = "is not declared"
            else:
                found = self.tree.source(self, name, block)
            self._sources[name] = found
        return found

    def boundary(self, name: str) -> str:
        """Say why nothing is known of what a module call creates and returns."""
        found = self._source(name)
        return f"{self.prefix}module.{name} {found}" if isinstance(found, str) else ""

    def child_directory(self, name: str) -> str | None:
        """Return the directory of a local module call, relative to the repository."""
        block = self.config.calls.get(name)
        source = block.body.argument("source") if block is not None else None
        path = literal_text(source.expression) if source is not None else None
        return local_directory(self.config.directory, path)

    def module_value(self, name: str, span: Span) -> Value:
        """Return what `module.name` is."""
        block = self.config.calls.get(name)
        if block is None:
            return operators.refused(f"module.{name} is not declared", span)
        if self.child_config(name) is None:
            return self._remote(name, block)
        address = f"{self.prefix}module.{name}"
        expansion = self.expansion(address, block)
        if len(self.children(name)) < len(expansion.instances):
            return Unknown(address, f"{address} is nested too deeply to be followed", block.header)
        return expansion.value

    def _remote(self, name: str, block: ast.Block) -> Value:
        from trailcheck.terraform.sources import arguments_of  # noqa: PLC0415 - for boundaries only

        address = f"{self.prefix}module.{name}"
        given = arguments_of(block)
        went = f"; {given} went in" if given else ""
        reason = f"{self.boundary(name)}{went}"
        return Unknown(address, reason, block.header, needs=(address,))

    def walk(self) -> Iterator[ModuleInstance]:
        """Yield this instance and every module below it, in the order of the code."""
        yield self
        for name in self.config.calls:
            for child in self.children(name):
                yield from child.walk()

    def provider(self, name: str, key: str | None = None) -> Provider:
        """Return the provider that `name` ("aws", "aws.west") stands for in this module."""
        known = name if key is None else f"{name}[{key}]"
        found = self._providers.get(known)
        if found is None:
            found = self._providers[known] = provider_of(self, name, key)
        return found


class ModuleScope:
    """What an expression inside a module instance can see."""

    __slots__ = ("module", "names")

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
            case "path":
                directory = module.config.directory if second == "module" else None
                if directory is None:
                    root = module.tree.root
                    directory = root.config.directory if root is not None else "."
                return Known(directory or ".", span)
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
        match target:
            case ModuleInstance():
                return target.output(name, span)
            case ResourceInstance():
                found = target.attribute(name, span)
                if isinstance(found, Reference):
                    # A reference stands where it is written, not where its target is.
                    return Reference(found.address, found.attribute, span, found.via)
                return found
            case None:
                return operators.refused(f"{handle.address} is not declared", span)


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
