"""Stacks that other code deploys: its values are the parameters, and its resources these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import conditions
from trailcheck.cloudformation.functions import each_branch
from trailcheck.cloudformation.stacks.bodies import origin
from trailcheck.cloudformation.stacks.branches import branches, named, one_of
from trailcheck.cloudformation.stacks.capabilities import lacking
from trailcheck.cloudformation.stacks.exports import exported
from trailcheck.cloudformation.stacks.passing import Mismatch, objection, picked
from trailcheck.graph import Dialect, Graph
from trailcheck.value import Choice, Known, Mapping, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.cloudformation.reader import Root
    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.cloudformation.template import Template
    from trailcheck.deploying import Deployed, Order
    from trailcheck.graph import Resource
    from trailcheck.source import Span
    from trailcheck.value import Value


def given(order: Order, name: str) -> Value | None:
    """Return the value that the code gives a parameter, if it gives it one."""
    passed = order.parameters
    if passed is None or (isinstance(passed, Mapping) and name not in passed.items):
        return None
    spans = passed.key_spans if isinstance(passed, Mapping) else {}
    value = each_branch(passed, lambda one: _picked(order, one, name))
    where = spans.get(name) or value.span or order.span
    return value.through(where, f"{name}, as {order.address} is given it")


def _picked(order: Order, passed: Value, name: str) -> Value:
    value = passed.items.get(name) if isinstance(passed, Mapping) else None
    if value is None:
        return picked(passed, name)
    return each_branch(value, lambda one: _certain(order, one, name))


def _certain(order: Order, value: Value, name: str) -> Value:
    if not (isinstance(value, Known) and value.data is None):
        return value
    what = f"parameter {order.address}/{name}"
    reason = f"{what} is null, and what the provider makes of that is not certain"
    return Unknown(what, reason, value.span or order.span, needs=(what,))


def mismatch(order: Order, template: Template) -> Mismatch | None:
    """Return what a template has against the parameters that the code gives, if code tells."""
    passed = order.parameters
    if passed is not None and not isinstance(passed, Mapping):
        return None
    items = {} if passed is None else passed.items
    spans = {} if passed is None else passed.key_spans
    places = {name: spans.get(name) or value.span or order.span for name, value in items.items()}
    return objection(places, template, order.address, order.span)


def exists(order: Order, stack: Stack) -> Value:
    """Return whether the stack is created: where its code says so, if the template takes it."""
    whole = order.exists
    wrong = mismatch(order, stack.template) or _forbidden(order, stack.template)
    if wrong is None:
        return whole
    refused = stack.evaluator.refuse(*wrong)
    return conditions.turn(whole, lambda: refused, lambda: conditions.FALSE, order.span)


def _forbidden(order: Order, template: Template) -> Mismatch | None:
    """Return what the stack makes and is not allowed to."""
    found = lacking(template, order.capabilities)
    if found is None:
        return None
    capability, name = found
    return Mismatch(
        f"{order.address} is not given {capability}",
        f"{name} in {template.source.path} needs it: CloudFormation does not create the "
        "stack. Add it to its capabilities.",
        order.span,
    )


class OrderedStack:
    """A stack that was read as some code deploys it."""

    def __init__(self, stack: Stack, root: Root) -> None:
        self._stack = stack
        self._root = root
        self._graph: Graph | None = None

    @property
    def graph(self) -> Graph:
        """What it declares, with all that it nests."""
        if self._graph is None:
            self._graph = self._root.graph()
        return self._graph

    @property
    def outputs(self) -> Iterable[str]:
        """The names of its outputs."""
        return tuple(self._stack.template.outputs)

    def output(self, name: str, span: Span) -> Value:
        """Return one of its outputs, asked for at `span`."""
        return self._stack.output(name, self._stack.evaluator, span)

    def exported(self, name: Value, span: Span) -> Value | None:
        """Return what it, or a stack that it nests, exports under a name."""
        for each in exported(self._stack.tree):
            if each.name == name:
                return each.stack.output(each.output, self._stack.evaluator, span)
        return None


class BranchedStack:
    """A stack that a condition makes from one template or another."""

    def __init__(self, order: Order, stacks: list[tuple[Value, Deployed]]) -> None:
        """`stacks` are what it may be, and when it is that."""
        self._order = order
        self._stacks = stacks
        self._graph: Graph | None = None

    @property
    def graph(self) -> Graph:
        """What all of them declare, each under its condition."""
        if self._graph is None:
            graphs = [each.graph for _, each in self._stacks]

            def lookup(address: str) -> Resource | None:
                return next(filter(None, (graph.resource(address) for graph in graphs)), None)

            self._graph = Graph(
                self._order.root,
                Dialect.CLOUDFORMATION,
                lambda kind: [each for graph in graphs for each in graph.resources(kind)],
                lookup,
                lambda: tuple(dict.fromkeys(each for graph in graphs for each in graph.unread)),
                lambda: tuple(dict.fromkeys(e for graph in graphs for e in graph.assumptions())),
                lambda: [law for graph in graphs for law in graph.laws()],
            )
        return self._graph

    @property
    def outputs(self) -> Iterable[str]:
        """The names of the outputs that any of them has."""
        return tuple(dict.fromkeys(name for _, each in self._stacks for name in each.outputs))

    def output(self, name: str, span: Span) -> Value:
        """Return an output, which only some of them may have."""

        def of(stack: Deployed) -> Value:
            if name in stack.outputs:
                return stack.output(name, span)
            reason = "the template that a condition decides for has no such output"
            return Unknown(f"{self._order.address}.outputs.{name}", reason, span, refused=True)

        return one_of(self._stacks, of, span)

    def exported(self, name: Value, span: Span) -> Value | None:
        """Return what any of them exports under a name."""
        found = (each.exported(name, span) for _, each in self._stacks)
        return next((value for value in found if value is not None), None)


def branched(order: Order) -> list[tuple[Value, Order]]:
    """Return a stack once for each template that a condition decides for.

    The instances of a stack set that are deployed in several ways are as many stacks.
    """
    several = order.instances if len(order.instances) > 1 else ()
    names = named(["" for _ in several])
    orders = [
        order._replace(address=order.address + name, instances=(each,))
        for name, each in zip(names, several, strict=True)
    ]
    return [way for each in orders or (order,) for way in _by_template(each)]


def _by_template(order: Order) -> Iterator[tuple[Value, Order]]:
    told = order.url if order.body is None else order.body
    if not isinstance(told, Choice):
        yield conditions.TRUE, order
        return
    leaves = branches(told, lambda leaf: leaf, lambda leaf: leaf)

    def under(when: Value) -> Value:
        return conditions.turn(when, lambda: order.exists, lambda: conditions.FALSE, order.span)

    names = named(origin(leaf) for _, leaf in leaves)
    for name, (when, leaf) in zip(names, leaves, strict=True):
        one = order._replace(address=order.address + name, exists=under(when))
        yield when, one._replace(url=leaf) if order.body is None else one._replace(body=leaf)
