"""Stacks: a template with the values that it is given, and the stacks that it nests.

What a stack declares is addressed behind the ids of the stacks around it (`Logs/Trail`), and so is
every unknown of its own: two stacks of one template share nothing. Parameters go down as values of
the whole tree, outputs come up the same way, so that nothing needs to be translated in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from trailcheck.cloudformation import conditions
from trailcheck.cloudformation.functions import each_branch, opaque
from trailcheck.cloudformation.intrinsics import Evaluator
from trailcheck.cloudformation.loops import expand
from trailcheck.cloudformation.nodes import MapNode
from trailcheck.cloudformation.references import exists
from trailcheck.cloudformation.resources import NESTING
from trailcheck.cloudformation.snippets import include
from trailcheck.cloudformation.stacks import holes, ordered
from trailcheck.cloudformation.stacks.boundaries import Boundary
from trailcheck.cloudformation.stacks.passing import mismatch, passed
from trailcheck.cloudformation.stacks.sources import BodySource, StackSource
from trailcheck.cloudformation.stacks.stacksets import STACK_SET, body, holds_body, instances
from trailcheck.cloudformation.stacks.targets import Target, target
from trailcheck.cloudformation.stacks.trees import shown
from trailcheck.cloudformation.syntax import compose
from trailcheck.cloudformation.template import SERVERLESS, Template
from trailcheck.errors import Diagnostic
from trailcheck.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailcheck.cloudformation.nodes import Member
    from trailcheck.cloudformation.stacks.trees import Tree
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.graph import Place
    from trailcheck.source import Source, Span
    from trailcheck.value import Value

_T = TypeVar("_T")

_TRAIL = "AWS::CloudTrail::Trail"

MOST_LEVELS = 20
"""Stacks inside each other."""
MOST_STACKS = 500
"""Stacks of one tree."""
MOST_TEXT = 4_000_000
"""Bytes of all the templates that a tree nests, each counted as often as it is nested."""


class Stack:
    """A template with the values that it is given."""

    __slots__ = (
        "_children",
        "_targets",
        "_translated",
        "declared",
        "evaluator",
        "exists",
        "included",
        "parent",
        "template",
        "tree",
    )

    def __init__(
        self,
        tree: Tree,
        template: Template,
        parent: Stack | None = None,
        declared: Declaration | None = None,
    ) -> None:
        """Read a stack; a nested one has a `parent`, whose template `declared` it."""
        self.tree = tree
        self.template = template
        self.parent = parent
        self.declared = declared
        self._children: dict[str, Stack | Boundary | None] = {}
        self._targets: dict[str, Target | str] = {}
        tree.stacks[self.prefix] = self
        tree.text += len(template.source.data)
        self.included: dict[str, None] = {}
        """The snippets that were read, by path."""
        self.evaluator = Evaluator(template, self, self._place())
        template.open(lambda call: include(self, call))
        if self.evaluator.holes:
            holes.check(template)
        self.exists = self._exists()
        expand(self.evaluator)
        self._translated = False
        if parent is not None:
            self.translate()

    def _place(self) -> Place:
        """Return where the stack is deployed: with its parent, unless it is a stack set's."""
        if self.parent is None or self.declared is None:
            order, around = self.tree.order, self.tree.place
            if order is None or not order.elsewhere:
                return around
            return instances(around, order.address)
        around = self.parent.evaluator.place
        if self.declared.type != STACK_SET:
            return around
        return instances(around, self.prefix[:-1])

    @property
    def prefix(self) -> str:
        """What stands before every address in the stack."""
        if self.parent is None or self.declared is None:
            return self.tree.prefix
        return f"{self.parent.prefix}{self.declared.id}/"

    @property
    def path(self) -> str:
        """The file of the template, relative to the repository."""
        return self.template.source.path

    @property
    def files(self) -> set[str]:
        """The files that the template and its snippets stand in."""
        source = self.template.source
        own = source.files if isinstance(source, BodySource) else {self.path}
        return own | self.included.keys()

    def copy(self, file: Source) -> Source:
        """Return the text of a file as this stack reads it."""
        return StackSource(file, self.prefix) if self.prefix else file

    def translate(self) -> None:
        """Declare what a transform makes: not before the stack is read for its resources."""
        if not self._translated and SERVERLESS in self.template.transforms:
            from trailcheck.cloudformation.serverless import translate  # noqa: PLC0415 - seldom needed

            translate(self.template)
        self._translated = True

    @property
    def name(self) -> Value | None:
        """The stack's name in CloudFormation, where code outside the template states it."""
        tree = self.tree
        if self.parent is not None:
            return None
        if tree.deployment is not None and tree.deployment.name:
            return Known(tree.deployment.name)
        return tree.order.name if tree.order is not None and not tree.order.elsewhere else None

    # What goes in and out

    def given(self, member: Member) -> Value | None:
        """Return the value that a parameter is given from outside, if it is given one."""
        name = member.key
        if self.tree.order is not None and self.parent is None:
            return ordered.given(self.tree.order, name)
        if self.parent is None or self.declared is None:
            said = self.tree.outside.get(name)
            if said is None:
                others = self.tree.deployers
                return others.given(self.tree.root, member) if others is not None else None
            known = Known(said, member.key_span)
            return known.through(member.key_span, f"parameter {name} as given")
        return passed(self.parent.evaluator, self.declared, name, self.prefix[:-1])

    def output(self, name: str, asking: Evaluator, span: Span) -> Value:
        """Return an output of the stack; `span` is where `asking` meets its name."""
        member = self.template.outputs.get(name)
        body = member.value if member is not None else None
        node = body.get("Value") if isinstance(body, MapNode) else None
        if member is None or node is None or not isinstance(body, MapNode):
            return asking.refuse(
                f"There is no output {name}",
                f"{self.path} declares no output {name} with a value.",
                span,
            )
        said = f"output {self.prefix}{name}"
        created = conditions.of(self.evaluator, body)

        def value() -> Value:
            return self.evaluator.value(node).through(member.key_span, said)

        def absent(settled: Value) -> Value:
            # What the output is made of may be absent for the same reason: that is the one to tell.
            if isinstance(settled, Unknown) and settled.refused:
                return settled
            return Unknown(said, f"{said} is not created", span, refused=True)

        return conditions.turn(created, value, lambda: each_branch(value(), absent), span)

    def made_by(self, declared: Declaration, attribute: str, span: Span) -> Value:
        """Return an attribute of a nested stack: one of its outputs."""
        name = f"{self.prefix}{declared.id}.{attribute}"
        section, _, output = attribute.partition(".")
        child = self.child(declared)
        if child is None:
            return self.evaluator.refuse(
                "It refers to itself", "Break the circle of references.", span
            )
        if isinstance(child, Boundary):
            reason = f"{name} is made by a nested stack, whose template {child.reason}"
            return Unknown(name, reason, span, needs=(name,))
        if section != "Outputs":
            return self.evaluator.refuse(
                f"A stack has no attribute {attribute}", "Outputs are named Outputs.Name.", span
            )
        return child.output(output, self.evaluator, span)

    # What is nested

    def targets(self) -> dict[str, Target | str]:
        """Return where the templates of the nested stacks are, by the ids of those."""
        return {
            declared.id: self._target(declared)
            for declared in self.template.resources.values()
            if declared.type in NESTING and not holds_body(declared)
        }

    def nested(self) -> Iterator[Stack]:
        """Yield the stacks that this one nests and that may be created, in code order."""
        for declared in list(self.template.resources.values()):
            if declared.type in NESTING:
                child = self.child(declared)
                if isinstance(child, Stack) and child.exists != conditions.FALSE:
                    yield child

    def child(self, declared: Declaration) -> Stack | Boundary | None:
        """Return a nested stack; None while it is being read."""
        if declared.id not in self._children:
            self._children[declared.id] = None
            found = self._child(declared)
            self._children[declared.id] = found
            if isinstance(found, Boundary):
                self.tree.boundaries.append(found)
        return self._children[declared.id]

    def _target(self, declared: Declaration) -> Target | str:
        found = self._targets.get(declared.id)
        if found is None:
            otherwise: Target | str = "is too deeply nested to evaluate"
            found = self._targets[declared.id] = self.guarded(
                lambda: target(self, declared), otherwise
            )
        return found

    def _child(self, declared: Declaration) -> Stack | Boundary:
        tree = self.tree
        written = body(self.evaluator, declared, self.prefix + declared.id)
        if written is not None:
            return self._written(declared, written)
        to = self._target(declared)
        if isinstance(to, str):
            return Boundary(self, declared, to)
        if any(above.path == to.path for above in self._upwards()):
            self.template.report(
                f"{declared.id} nests a template in itself",
                f"{to.path} leads to itself, so that the stack has no end. Break the circle.",
                declared.id_span,
            )
            return Boundary(self, declared, "nests itself")
        if self._too_many():
            self.template.report(
                "There are too many nested stacks",
                f"{MOST_STACKS} of them are read, {MOST_LEVELS} inside each other, and "
                f"{MOST_TEXT // 1_000_000} MB of templates.",
                declared.id_span,
            )
            return Boundary(self, declared, "is one too many to read")
        assert tree.files is not None
        source = tree.files.source(to.path)
        if isinstance(source, Diagnostic):
            tree.problems.append(source)
            return Boundary(self, declared, f"could not be read: {source.summary}")
        copy = StackSource(source, f"{self.prefix}{declared.id}/")
        node, diagnostics = compose(copy, tree.files.parsed)
        if not isinstance(node, MapNode) or node.get("Resources") is None:
            tree.problems += diagnostics
            return Boundary(self, declared, f"is {to.path}, which holds no resources")
        template = Template(copy, node, diagnostics)
        if to.url:
            wrong = mismatch(self.evaluator, declared, template, self.prefix + declared.id)
            if wrong is not None and not template.may_declare(_TRAIL):
                # That the file is the one at the URL was a guess, and its parameters deny it.
                return Boundary(self, declared, f"is at {to.url}, and {to.path} is another one")
            tree.assumptions[f"the template at {to.url} is {to.path} in this repository"] = None
        return Stack(tree, template, self, declared)

    def _written(self, declared: Declaration, source: BodySource | str) -> Stack | Boundary:
        """Return the stack of a template that is written in place."""
        if isinstance(source, str):
            return Boundary(self, declared, source)
        node, diagnostics = compose(source)
        if not isinstance(node, MapNode) or node.get("Resources") is None or self._too_many():
            self.template.diagnostics += [shown(found) for found in diagnostics]
            return Boundary(self, declared, "is written in place and could not be read")
        return Stack(self.tree, Template(source, node, diagnostics), self, declared)

    def _too_many(self) -> bool:
        tree = self.tree
        levels = len(list(self._upwards()))
        return levels >= MOST_LEVELS or len(tree.stacks) >= MOST_STACKS or tree.text >= MOST_TEXT

    def _upwards(self) -> Iterator[Stack]:
        stack: Stack | None = self
        while stack is not None:
            yield stack
            stack = stack.parent

    def _exists(self) -> Value:
        """Return whether the stack is created: with its parent, if its own condition holds."""
        parent, declared = self.parent, self.declared
        if parent is None or declared is None:
            order = self.tree.order
            return conditions.TRUE if order is None else ordered.exists(order, self)
        evaluator = parent.evaluator
        otherwise: Value = opaque("its condition is too deeply nested", declared.id_span)
        created = parent.guarded(lambda: exists(evaluator, declared), otherwise)
        span = declared.id_span
        whole = conditions.turn(parent.exists, lambda: created, lambda: conditions.FALSE, span)
        wrong = mismatch(evaluator, declared, self.template, self.prefix[:-1])
        if wrong is None:
            return whole
        refused = evaluator.refuse(*wrong)
        return conditions.turn(whole, lambda: refused, lambda: conditions.FALSE, span)

    @staticmethod
    def guarded(compute: Callable[[], _T], otherwise: _T) -> _T:
        """Compute; what exhausts the interpreter is `otherwise`, and nothing worse."""
        try:
            return compute()
        except (RecursionError, MemoryError):
            return otherwise
