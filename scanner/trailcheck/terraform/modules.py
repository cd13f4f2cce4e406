"""The module tree of one root: names and instances, each evaluated once somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, Impact
from trailcheck.terraform import ast, operators, variables
from trailcheck.terraform.called import Called
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.expansion import Expansion, Instance, expand
from trailcheck.terraform.functions.kinds import ephemeral
from trailcheck.terraform.limits import says_true
from trailcheck.terraform.module_scope import ModuleScope
from trailcheck.terraform.providers import Provider, provider_of
from trailcheck.terraform.resource import ResourceInstance
from trailcheck.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailcheck.source import Span
    from trailcheck.terraform.config import ModuleConfig
    from trailcheck.terraform.functions import FileAccess
    from trailcheck.value import Value
    from trailcheck.world import Law

_MOST_MODULES = 2_000
"""Module instances of one root; code that calls more of them is not followed further."""


class Tree:
    """All module instances of one root, and what they share."""

    __slots__ = (
        "aws_before_3",
        "calls",
        "config_at",
        "deployed",
        "diagnostics",
        "exported",
        "files",
        "given",
        "handles",
        "hint",
        "laws",
        "modules",
        "producer",
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
        self.calls = 0
        """How many module calls are followed, whatever instances they have."""
        self.hint: Callable[[str], str] = lambda _name: ""
        """Names a variable file beside the root that would give a variable."""
        self.producer: Callable[[ResourceInstance], ModuleInstance | None] = lambda _data: None
        """Gives the scanned root whose state a data source reads."""
        self.deployed: Callable[[ResourceInstance], Value | None] = lambda _stack: None
        """Gives the outputs of a CloudFormation stack that a resource deploys."""
        self.exported: Callable[[ResourceInstance, Value], Value | None] = lambda _data, _name: None
        """Gives what a CloudFormation stack of the root exports, for a data source that asks."""
        self.source: Callable[[Called, str, ast.Block], ModuleConfig | str] = (
            lambda _module, _name, _block: "comes from a source that is not in the repository"
        )
        """Finds the configuration of a call that is no path here, or says why it is not known."""

    def start(self, directory: str) -> ModuleInstance | None:
        """Open the root module in `directory`."""
        config = self.config_at(directory)
        if config is not None:
            self.root = ModuleInstance(self, config, None, None, Instance("", Known(True), {}))
            self.files.resources = self.root.scope
        return self.root

    def report(self, summary: str, detail: str, span: Span, impact: Impact = Impact.NOTICE) -> None:
        """Record a problem once, as the worst that it was reported as."""
        found = Diagnostic(summary, detail, span.source.path, span, impact)
        if self.diagnostics.setdefault((summary, span), found).impact is Impact.NOTICE:
            self.diagnostics[summary, span] = found

    def refuse(self, value: Unknown, detail: str, span: Span, *, sure: bool) -> None:
        """Say what Terraform would refuse; where that is sure, nothing of the root passes.

        What it refuses for what values come to is a demand, and comes with that (`barred.py`).
        """
        impact = Impact.REFUSED if sure and value.refusal is None else Impact.NOTICE
        self.report(f"Terraform would refuse this: {value.reason}", detail, span, impact)


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
        self.address: str = ""
        called: Called | None = None
        if parent is not None and call is not None:
            self.address = f"{parent.prefix}module.{call.labels[0]}{instance.suffix}"
            called = parent.called.child(call.labels[0])
        self.called: Called = called or Called(tree, config)
        """The module that this is an instance of."""
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
            found = self._variables[name] = variables.validated(self, name, found)
        return found

    def _variable(self, name: str, span: Span) -> Value:
        return variables.value_of(self, name, span)

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
        if says_true(block, "ephemeral"):
            return ephemeral(f"output {name} of {self.address}", block.header)
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
                self.tree.refuse(
                    found.value,
                    f"It decides which instances {address} has.",
                    found.value.span or block.header,
                    sure=self.exists == Known(True),
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
        called = self.called.child(name)
        if block is None or called is None:
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
            child = ModuleInstance(self.tree, called.config, self, block, instance)
            self.tree.handles[child.address] = child
            found.append(child)
        return found

    def child_config(self, name: str) -> ModuleConfig | None:
        """Return the configuration that a module call leads to, if it is at hand."""
        return self.called.child_config(name)

    def boundary(self, name: str) -> str:
        """Say why nothing is known of what a module call creates and returns."""
        reason = self.called.boundary(name)
        return f"{self.prefix}module.{name} {reason}" if reason else ""

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

    def walk(
        self, idle: Callable[[ModuleConfig], bool] = lambda _config: False
    ) -> Iterator[ModuleInstance]:
        """Yield this instance and every module below it that is not idle, in code order."""
        yield self
        for name in self.config.calls:
            config = self.child_config(name)
            if config is None or idle(config):
                continue
            for child in self.children(name):
                yield from child.walk(idle)

    def provider(self, name: str, key: str | None = None) -> Provider:
        """Return the provider that `name` ("aws", "aws.west") stands for in this module."""
        known = name if key is None else f"{name}[{key}]"
        found = self._providers.get(known)
        if found is None:
            found = self._providers[known] = provider_of(self, name, key)
        return found
