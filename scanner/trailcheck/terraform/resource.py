"""One instance of a resource or data source: its attributes as other code sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.terraform import ast, operators
from trailcheck.terraform.blocks import nested_blocks
from trailcheck.terraform.config import dotted, literal_text
from trailcheck.terraform.evaluate import evaluate
from trailcheck.terraform.functions.lift import lift
from trailcheck.terraform.joins import declared_as
from trailcheck.terraform.providers import provider_named
from trailcheck.terraform.resources import argument_of, as_type
from trailcheck.value import (
    NULL,
    Choice,
    Known,
    Piece,
    Reference,
    text,
)

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.terraform.expansion import Instance
    from trailcheck.terraform.joins import Declared
    from trailcheck.terraform.modules import ModuleInstance
    from trailcheck.terraform.providers import Provider
    from trailcheck.terraform.scope import Scope
    from trailcheck.value import Value

SAME_AS = {
    ("aws_cloudwatch_log_group", "id"): "name",
    ("aws_iam_role", "id"): "name",
    ("aws_iam_policy", "id"): "arn",
    ("aws_s3_bucket", "id"): "bucket",
    ("aws_cloudtrail", "id"): "arn",
    ("aws_sns_topic", "id"): "arn",
    ("aws_cloudwatch_log_stream", "id"): "name",
    ("aws_iam_instance_profile", "id"): "name",
    ("aws_kms_alias", "id"): "name",
    ("terraform_data", "output"): "input",
}
"""Attributes that repeat another one (each resource's Attribute Reference)."""

_WITH_ARN = frozenset(
    {
        "aws_cloudtrail",
        "aws_cloudwatch_log_group",
        "aws_cloudwatch_log_stream",
        "aws_cloudwatch_metric_alarm",
        "aws_iam_policy",
        "aws_iam_role",
        "aws_kms_alias",
        "aws_kms_key",
        "aws_s3_bucket",
        "aws_sns_topic",
    }
)
"""Types whose resources have an ARN (each one's Attribute Reference)."""
_META = frozenset(
    {
        "connection",
        "count",
        "depends_on",
        "dynamic",
        "for_each",
        "lifecycle",
        "provider",
        "provisioner",
    }
)
"""What a block says to Terraform, and not to the provider."""


class ResourceInstance:
    """One instance of a `resource` or `data` block."""

    def __init__(
        self,
        module: ModuleInstance,
        block: ast.Block,
        address: str,
        instance: Instance,
        *,
        is_data: bool,
    ) -> None:
        self.module: ModuleInstance = module
        self.block = block
        self.type: str = block.labels[0]
        self.address = address
        self.is_data = is_data
        self.exists: Value = operators.both(module.exists, instance.exists)
        self.scope: Scope = module.scope.with_names(instance.names)
        self._attributes: dict[str, Value] = {}
        self._declared: tuple[Declared | None] | None = None
        self._running: set[str] = set()

    def __repr__(self) -> str:
        return f"ResourceInstance({self.address!r})"

    @property
    def header(self) -> Span:
        """Where the block begins: its type and labels."""
        return self.block.header

    def settle(self, name: str, value: Value) -> None:
        """Take an attribute to be what a plan says that it is."""
        self._attributes[name] = value

    @property
    def declared(self) -> Declared | None:
        """The resource that this data source looks up by its name, if scanned code declares it."""
        if self._declared is None:
            self._declared = (None,)  # What is asked for on the way to the answer sees no join.
            self._declared = (declared_as(self),)
        return self._declared[0]

    def attribute(self, name: str, span: Span) -> Value:
        """Return an attribute as a reference to it sees it."""
        found = self._attributes.get(name)
        if found is not None:
            return found
        if name in self._running:
            return operators.refused(f"{self.address}.{name} refers to itself", span)
        self._running.add(name)
        try:
            found = self._attributes[name] = self._attribute(name, span)
        finally:
            self._running.discard(name)
        return found

    def _attribute(self, name: str, span: Span) -> Value:
        if self.is_data:
            from trailcheck.terraform.data_sources import data_attribute  # noqa: PLC0415 - it needs this module

            return data_attribute(self, name, span)
        stated = self.argument(name)
        if stated is not None and stated != Known(None):
            stated = stated.through(
                self.block.body.arguments[name].span, f"{name} of {self.address}"
            )
            known = argument_of(self.type, name)
            if known is not None and known.type in {"bool", "number"}:
                stated = as_type(known, stated)
            return self._or_computed(stated, name)
        if name not in self.block.body.arguments and self.block.body.named(name):
            return self.nested(name)
        return self.computed(name)

    def _or_computed(self, stated: Value, name: str) -> Value:
        """Where the argument may be null, the attribute may be computed."""
        if not isinstance(stated, Choice):
            return stated
        return lift([stated], lambda v: self.computed(name) if v[0] == Known(None) else v[0])

    def states(self, name: str) -> bool:
        """Tell whether there surely is such an attribute, by the code or for all of the type."""
        body = self.block.body
        if name == "id" or (name == "arn" and self.type in _WITH_ARN):
            return True
        return name not in _META and (name in body.arguments or bool(body.named(name)))

    def computed(self, name: str) -> Value:
        """Return an attribute that the configuration does not set: known after deployment."""
        same = SAME_AS.get((self.type, name))
        if same is not None:
            return self.attribute(same, self.block.header)
        if self.type == "aws_cloudformation_stack" and name == "outputs":
            made = self.module.tree.deployed(self)
            if made is not None:
                return made
        if self.type == "aws_s3_bucket" and name == "bucket":
            name = "name"
        reference = Reference(self.address, name, self.block.header)
        if (
            name == "arn"
            and self.type == "aws_cloudwatch_log_group"
            and self.module.tree.aws_before_3
        ):
            # NOTE: provider 3.0.0 removed the suffix from the attribute ("Removal of arn Wildcard
            # Suffix").
            return text((reference, Piece(":*")), self.block.header)
        default = argument_of(self.type, name)
        return reference if default is None or default.default == NULL else default.default

    def argument(self, name: str) -> Value | None:
        """Return the value that the block gives an argument, or None."""
        argument = self.block.body.argument(name)
        if argument is None:
            return None
        return evaluate(argument.expression, self.scope)

    def nested(self, name: str) -> Value:
        """Return the nested blocks of one type as a list of mappings."""
        return nested_blocks(self.block.body, name, self.scope)

    @property
    def provider(self) -> Provider:
        """The provider configuration that this instance is deployed by."""
        argument = self.block.body.argument("provider")
        default = self.type.split("_", 1)[0]
        if argument is None:
            return self.module.provider(default)
        return provider_named(self.module, argument.expression, self.scope, default)

    @property
    def ignored_changes(self) -> tuple[str, ...]:
        """Arguments that `lifecycle` lets drift, or ("all",)."""
        for lifecycle in self.block.body.named("lifecycle"):
            argument = lifecycle.body.argument("ignore_changes")
            if argument is None:
                continue
            if isinstance(argument.expression, ast.TupleExpression):
                names = (_first_name(item) for item in argument.expression.items)
                return tuple("all" if name == "*" else name for name in names if name is not None)
            if dotted(argument.expression) == "all":
                return ("all",)
        return ()


def _first_name(expression: ast.Expression) -> str | None:
    while isinstance(expression, ast.Index | ast.GetAttribute):
        expression = expression.operand
    name = dotted(expression) or literal_text(expression)
    return name.split(".", 1)[0].split("[", 1)[0] if name else None
