"""Trees of stacks: a root template and all that it nests, with what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.stacks.exports import Exports
from trailcheck.errors import in_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Map

    from trailcheck.cloudformation.cdk.assembly import Deployment
    from trailcheck.cloudformation.intrinsics import Evaluator
    from trailcheck.cloudformation.nodes import Member
    from trailcheck.cloudformation.stacks.boundaries import Boundary
    from trailcheck.cloudformation.stacks.deployers import Deployers
    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.cloudformation.stacks.targets import Templates
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.deploying import Order
    from trailcheck.errors import Diagnostic
    from trailcheck.graph import Place
    from trailcheck.value import Value


class Tree:
    """The stacks of one root template, by the prefix of their addresses."""

    def __init__(  # noqa: PLR0913, PLR0917 - what decides how its templates are read
        self,
        root: str,
        given: Map[str, str | None],
        place: Place,
        files: Templates | None = None,
        deployment: Deployment | None = None,
        exports: Exports | None = None,
        order: Order | None = None,
    ) -> None:
        """`given` are parameters from outside, None for what the deployed stack has.

        Without `files` no nested stack is followed. `deployment` is what a CDK assembly says of the
        root's stack, and `order` what other code says that deploys it.
        """
        self.order = order
        self.prefix = "" if order is None else f"{order.address}/"
        """What stands before every address in the tree."""
        self.root = root
        self.deployment = deployment
        self.packed = deployment
        """A stack of the assembly that the root is in, which knows the assembly's assets."""
        self.outside = given if deployment is None else {**deployment.parameters, **given}
        self.place = place if deployment is None else deployment.place(place)
        self.files = files
        self.exports = exports or Exports(tuple, ())
        """What the tree may import."""
        self.joined: dict[str, Tree] = {}
        """The trees that it imports from so far, by their roots."""
        self.deployers: Deployers | None = None
        """The Terraform code that may deploy the root."""
        self.levels = [0]
        self.text = 0
        """Bytes of the templates that were read so far."""
        self.stacks: dict[str, Stack] = {}
        self.boundaries: list[Boundary] = []
        self.demands: list[Value] = []
        """What must be true for its stacks to be created at all, beside what they demand."""
        self.assumptions: dict[str, None] = {}
        if deployment is not None:
            self.assumptions[f"{deployment.assembly} is what its app synthesizes now"] = None
        self.problems: list[Diagnostic] = []
        """Templates that could not be read, in the order in which they were met."""

    @property
    def assembly(self) -> str:
        """The directory of the CDK's assembly that the root's stack is in; else empty."""
        return self.deployment.assembly if self.deployment is not None else ""

    @property
    def top(self) -> Stack | None:
        """The stack of the root template, if that could be read."""
        return self.stacks.get(self.prefix)

    def walk(self) -> Iterator[Stack]:
        """Yield every stack of the tree, each before those that it nests."""
        waiting = [] if self.top is None else [self.top]
        while waiting:
            stack = waiting.pop()
            stack.translate()
            yield stack
            waiting += reversed(list(stack.nested()))

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Yield what is wrong so far, with places in the files."""
        yield from self.problems
        for stack in self.stacks.values():
            for found in stack.template.diagnostics:
                yield in_file(found)

    def declared(self, address: str) -> tuple[Evaluator, Declaration] | None:
        """Return what the tree declares at an address, and who evaluates it."""
        prefix, slash, name = address.rpartition("/")
        stack = self.stacks.get(prefix + slash)
        declared = stack.template.resources.get(name) if stack is not None else None
        return None if stack is None or declared is None else (stack.evaluator, declared)

    def parameter(self, name: str) -> Member | None:
        """Return the declaration of the parameter whose unknown value has a name."""
        if not name.startswith("parameter "):
            return None
        prefix, slash, own = name.removeprefix("parameter ").rpartition("/")
        stack = self.stacks.get(prefix + slash)
        return None if stack is None else stack.template.parameters.get(own)
