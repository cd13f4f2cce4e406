"""One template to one graph.

`read` parses a template and says what of its shape is wrong; everything else is evaluated when a
rule asks. Trouble that shows only then is added to `Reading.diagnostics`, so that a caller looks at
the list after the rules have run; `Graph.unread` holds the trouble of the shape alone, and never
changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trailcheck.cloudformation.functions import lift, opaque
from trailcheck.cloudformation.intrinsics import Evaluator
from trailcheck.cloudformation.loops import expand
from trailcheck.cloudformation.nodes import MapNode
from trailcheck.cloudformation.references import exists
from trailcheck.cloudformation.resources import FIELDS, KINDS
from trailcheck.cloudformation.resources import read as read_field
from trailcheck.cloudformation.syntax import compose
from trailcheck.cloudformation.template import SERVERLESS, Template
from trailcheck.graph import Attribute, Dialect, Graph, Resource
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from trailcheck.cloudformation.template import Declaration
    from trailcheck.errors import Diagnostic
    from trailcheck.graph import Kind, Place
    from trailcheck.source import Source
    from trailcheck.value import Value

_KEPT = frozenset({"Retain", "RetainExceptOnCreate"})


class Reading(NamedTuple):
    """A template that was read."""

    graph: Graph
    diagnostics: list[Diagnostic]
    """What is wrong so far; grows while rules ask."""
    parameters: tuple[str, ...]
    """The names of the parameters that the template declares."""


def read_template(
    source: Source, root: str, parameters: Mapping[str, str], place: Place
) -> Reading | None:
    """Read a template: see `trailcheck.cloudformation.read`."""
    node, diagnostics = compose(source)
    if not isinstance(node, MapNode):
        return Reading(_graph(root, {}, diagnostics), diagnostics, ()) if diagnostics else None
    if node.get("Resources") is None and node.get("AWSTemplateFormatVersion") is None:
        return None
    template = Template(source, node, diagnostics)
    evaluator = Evaluator(template, parameters, place)
    expand(evaluator)
    if SERVERLESS in template.transforms:
        from trailcheck.cloudformation.serverless import translate  # noqa: PLC0415 - seldom needed

        translate(template)
    stack = _Stack(template, evaluator, root, place)
    return Reading(
        _graph(root, stack.resources, diagnostics), diagnostics, tuple(template.parameters)
    )


def _graph(root: str, resources: Mapping[str, Resource], diagnostics: list[Diagnostic]) -> Graph:
    unread = tuple(diagnostics)

    def find(kind: Kind) -> Iterable[Resource]:
        return (resource for resource in resources.values() if resource.kind is kind)

    return Graph(root, Dialect.CLOUDFORMATION, find, resources.get, lambda: unread)


class _Stack:
    """The resources of one template."""

    __slots__ = ("evaluator", "place", "resources", "root", "template")

    def __init__(self, template: Template, evaluator: Evaluator, root: str, place: Place) -> None:
        self.template = template
        self.evaluator = evaluator
        self.root = root
        self.place = place
        self.resources: dict[str, Resource] = {}
        for declared in template.resources.values():
            kind = KINDS.get(declared.type)
            if kind is not None:
                self._take(declared, kind)

    def _take(self, declared: Declaration, kind: Kind) -> None:
        created = self._guarded(declared, lambda: exists(self.evaluator, declared))
        if isinstance(created, Known) and created.data is False:
            return
        if declared.properties is not None:
            _ = declared.properties.members  # keys that are set twice show here
        self.resources[declared.id] = Resource(
            address=declared.id,
            kind=kind,
            type=declared.type,
            root=self.root,
            span=declared.id_span,
            load=lambda name: self._attribute(declared, name),
            exists=created,
            place=self.place,
        )

    def _attribute(self, declared: Declaration, name: str) -> Attribute:
        """Evaluate one attribute of the vocabulary."""
        field = FIELDS[declared.type][name]
        if name == "skip_destroy":
            return self._kept(declared)
        properties = declared.properties
        member = properties.members.get(field.name) if properties is not None else None
        if member is None or properties is None:
            value: Value = field.default
            if declared.unread and field.name:
                reason = f"the properties of {declared.id} cannot all be read"
                value = opaque(reason, declared.id_span)
            return Attribute(value, declared.id_span, stated=False)
        span = member.key_span.to(member.value.span)
        if field.name in properties.twice:
            reason = f"{field.name} of {declared.id} is set twice"
            return Attribute(opaque(reason, member.key_span), span, stated=True)
        evaluator = self.evaluator.within(declared.names)
        said = self._guarded(declared, lambda: evaluator.value(member.value))
        stated = not (isinstance(said, Known) and said.data is None)
        return Attribute(read_field(field, said), span, stated)

    def _kept(self, declared: Declaration) -> Attribute:
        """Tell whether the resource outlives its stack: both policies at its level must say so."""
        policies = [declared.body.members.get(n) for n in ("DeletionPolicy", "UpdateReplacePolicy")]
        first = next((member for member in policies if member is not None), None)
        if first is None:
            return Attribute(Known(data=False), declared.id_span, stated=False)
        evaluator = self.evaluator.within(declared.names)
        values = [evaluator.value(member.value) for member in policies if member is not None]
        span = first.key_span.to(first.value.span)

        def kept(settled: list[Value]) -> Value:
            said = [value.data for value in settled if isinstance(value, Known)]
            if len(said) < len(settled):
                return opaque("its deletion policy is not settled by code", span)
            return Known(len(said) == len(policies) and all(data in _KEPT for data in said), span)

        return Attribute(lift(values, kept, span), span, stated=True)

    def _guarded(self, declared: Declaration, compute: Callable[[], Value]) -> Value:
        """Evaluate; whatever exhausts the interpreter makes the value unknown and nothing worse."""
        try:
            return compute()
        except (RecursionError, MemoryError):
            summary = f"{declared.id} is too deeply nested to evaluate"
            self.template.report(summary, "Simplify it, or exclude the file.", declared.id_span)
            return opaque(summary, declared.id_span)
