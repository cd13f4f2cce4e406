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
from trailcheck.cloudformation.stacks.branches import named, one_of
from trailcheck.cloudformation.stacks.passing import mismatch, passed
from trailcheck.cloudformation.stacks.sources import BodySource, StackSource
from trailcheck.cloudformation.stacks.stacksets import STACK_SET, bodies, groups, holds_body, placed
from trailcheck.cloudformation.stacks.targets import Target, targets
from trailcheck.cloudformation.syntax import compose
from trailcheck.cloudformation.template import SERVERLESS, Template
from trailcheck.errors import Diagnostic, in_file
from trailcheck.record import NamedTuple
from trailcheck.value import Choice, Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailcheck.cloudformation.nodes import Member
    from trailcheck.cloudformation.stacks.passing import Mismatch
    from trailcheck.cloudformation.stacks.targets import Way
    from trailcheck.cloudformation.stacks.trees import Tree
    from trailcheck.cloudformation.template import Declaration
    from trailcheck.deploying import Instances
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


class Nesting(NamedTuple):
    """How a stack is nested."""

    parent: Stack
    declared: Declaration
    """What nests it, in the parent's template."""
    address: str
    when: Value
    """Whether its template is the one that the parent nests."""
    several: bool
    """Whether the parent may nest another one in its place."""
    instances: Instances | None = None
    """How it is deployed, if it is a stack set's."""


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
        "instances",
        "parent",
        "prefix",
        "template",
        "tree",
        "wrong",
    )

    def __init__(
        self,
        tree: Tree,
        template: Template,
        nesting: Nesting | None = None,
    ) -> None:
        """Read a stack, which another one nests if `nesting` says so."""
        self.tree = tree
        self.template = template
        self.parent = nesting.parent if nesting is not None else None
        self.declared = nesting.declared if nesting is not None else None
        self.prefix = tree.prefix if nesting is None else f"{nesting.address}/"
        """What stands before every address in the stack."""
        order = tree.order
        ordered_so = order.instances[0] if order is not None and order.instances else None
        self.instances = ordered_so if nesting is None else nesting.instances
        """How the stack is deployed, if it is a stack set's."""
        self._children: dict[str, list[tuple[Value, Stack | Boundary]]] = {}
        self._targets: dict[str, list[Way]] = {}
        tree.stacks[self.prefix] = self
        tree.text += len(template.source.data)
        self.included: dict[str, None] = {}
        """The snippets that were read, by path."""
        self.evaluator = Evaluator(template, self, self._place())
        template.open(lambda call: include(self, call))
        if self.evaluator.holes:
            holes.check(template)
        self.exists: Value = conditions.TRUE
        self.wrong: Mismatch | None = None
        """What the template has against what its parent passes."""
        self.exists = self._exists(nesting)
        expand(self.evaluator)
        self._translated = False
        if nesting is not None:
            self.translate()

    def _place(self) -> Place:
        """Return where the stack is deployed: with its parent, unless it is a stack set's."""
        if self.parent is None or self.declared is None:
            order, around = self.tree.order, self.tree.place
            if order is None or not order.elsewhere:
                return around
            return placed(around, order.address)
        around = self.parent.evaluator.place
        if self.declared.type != STACK_SET:
            return around
        return placed(around, self.prefix[:-1])

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

    @property
    def doubtful(self) -> bool:
        """Whether code leaves open that it is created: what it demands is then no sure refusal."""
        return isinstance(self.exists, Choice)

    # What goes in and out

    def given(self, member: Member) -> Value | None:
        """Return the value that a parameter is given from outside, if it is given one."""
        deployed, name = self.instances, member.key
        if deployed is not None and name in deployed.overrides:
            value, around = deployed.overrides[name], self.prefix[:-1]
            where = value.span or member.key_span
            return value.through(where, f"{name}, as instances of {around} are given it")
        if deployed is not None and not deployed.settled:
            what = f"{name} of the instances of {self.prefix[:-1]}"
            return Unknown(what, f"code does not settle {what}", member.key_span, needs=(what,))
        return self._passed(member)

    def _passed(self, member: Member) -> Value | None:
        """Return the value that whoever deploys the stack gives a parameter."""
        name = member.key
        if self.tree.order is not None and self.parent is None:
            return ordered.given(self.tree.order, name)
        if self.parent is None or self.declared is None:
            outside = self.tree.outside
            said = outside.get(name)
            if said is None and name in outside:
                what = f"parameter {self.prefix}{name}"
                reason = f"{what} keeps the value that the deployed stack has"
                return Unknown(what, reason, member.key_span, needs=(what,))
            if said is None:
                others = self.tree.deployers
                return others.given(self.tree.root, member) if others is not None else None
            known = Known(said, member.key_span)
            return known.through(member.key_span, f"parameter {name} as given")
        return passed(self.parent.evaluator, self.declared, name, self.prefix[:-1])

    def output(self, name: str, asking: Evaluator, span: Span) -> Value:
        """Return an output of the stack; `span` is where `asking` meets its name."""
        member, names = self.template.outputs.get(name, (None, {}))
        body = member.value if member is not None else None
        node = body.get("Value") if isinstance(body, MapNode) else None
        if member is None and self.template.more_outputs:
            said = f"output {self.prefix}{name}"
            reason = f"{said} may be made by a loop over what code does not settle"
            return Unknown(said, reason, span, needs=(said,))
        if member is None or node is None or not isinstance(body, MapNode):
            return asking.refuse(
                f"There is no output {name}",
                f"{self.path} declares no output {name} with a value.",
                span,
            )
        said = f"output {self.prefix}{name}"
        evaluator = self.evaluator.within(names)
        created = conditions.of(evaluator, body)

        def value() -> Value:
            return evaluator.value(node).through(member.key_span, said)

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
        children = self.children(declared)
        if not children:
            return self.evaluator.refuse(
                "It refers to itself", "Break the circle of references.", span
            )

        def of(child: Stack | Boundary) -> Value:
            if isinstance(child, Boundary):
                reason = f"{name} is made by a nested stack, whose template {child.reason}"
                return Unknown(name, reason, span, needs=(name,))
            if section != "Outputs":
                return self.evaluator.refuse(
                    f"A stack has no attribute {attribute}", "Outputs are named Outputs.Name.", span
                )
            if len(children) > 1 and output not in child.template.outputs:
                reason = f"{child.path} declares no output {output}"
                return Unknown(f"{child.prefix}{output}", reason, span, refused=True)
            return child.output(output, self.evaluator, span)

        return one_of(children, of, span)

    # What is nested

    def targets(self) -> dict[str, list[Way]]:
        """Return where the templates of the nested stacks are, by the ids of those."""
        return {
            declared.id: self._ways(declared)
            for declared in self.template.resources.values()
            if declared.type in NESTING and not holds_body(declared)
        }

    def nested(self) -> Iterator[Stack]:
        """Yield the stacks that this one nests and that may be created, in code order."""
        for declared in list(self.template.resources.values()):
            if declared.type in NESTING:
                for _, child in self.children(declared):
                    if isinstance(child, Stack) and child.exists != conditions.FALSE:
                        yield child

    def children(self, declared: Declaration) -> list[tuple[Value, Stack | Boundary]]:
        """Return what a nested stack may be, and when it is that; nothing while it is being read.

        There are several where a condition decides which template it is made from.
        """
        found = self._children.get(declared.id)
        if found is None:
            self._children[declared.id] = []
            found = self._children[declared.id] = self._read(declared)
            self.tree.boundaries += [each for _, each in found if isinstance(each, Boundary)]
        return found

    def _ways(self, declared: Declaration) -> list[Way]:
        found = self._targets.get(declared.id)
        if found is None:
            otherwise: list[Way] = [(conditions.TRUE, "is too deeply nested to evaluate")]
            found = self._targets[declared.id] = self.guarded(
                lambda: targets(self, declared), otherwise
            )
        return found

    def _read(self, declared: Declaration) -> list[tuple[Value, Stack | Boundary]]:
        """Read a nested stack, from each of the templates that it may have.

        The instances of a stack set that are deployed in several ways are as many stacks.
        """
        deployed = groups(self.evaluator, declared) or (None,)
        found: list[tuple[Value, Stack | Boundary]] = []
        for instances, suffix in zip(deployed, named(["" for _ in deployed]), strict=True):
            found += self._alike(declared, f"{self.prefix}{declared.id}{suffix}", instances)
        return found

    def _alike(
        self, declared: Declaration, address: str, instances: Instances | None
    ) -> Iterator[tuple[Value, Stack | Boundary]]:
        """Yield a stack for each of the templates that one nested stack may have."""
        written = bodies(self.evaluator, declared, address)
        ways = () if written else self._ways(declared)
        several = len(written or ways) > 1
        found: list[Stack | Boundary] = []
        for text in written:
            nesting = Nesting(self, declared, text.address, text.when, several, instances)
            found.append(self._written(nesting, text.body))
            yield text.when, found[-1]
        names = named(to.path if isinstance(to, Target) else "" for _, to in ways)
        for name, (when, to) in zip(names, ways, strict=True):
            nesting = Nesting(self, declared, address + name, when, several, instances)
            found.append(self._child(nesting, to))
            yield when, found[-1]
        wrong = [each.wrong for each in found if isinstance(each, Stack) and each.wrong]
        if several and len(wrong) == len(found):
            self.evaluator.refuse(*wrong[0])

    def _child(self, nesting: Nesting, to: Target | str) -> Stack | Boundary:
        tree, declared = self.tree, nesting.declared
        if isinstance(to, str):
            return Boundary(self, declared, to, nesting.when)
        if any(above.path == to.path for above in self._upwards()):
            self.template.report(
                f"{declared.id} nests a template in itself",
                f"{to.path} leads to itself, so that the stack has no end. Break the circle.",
                declared.id_span,
            )
            return Boundary(self, declared, "nests itself", nesting.when)
        if self._too_many():
            self.template.report(
                "There are too many nested stacks",
                f"{MOST_STACKS} of them are read, {MOST_LEVELS} inside each other, and "
                f"{MOST_TEXT // 1_000_000} MB of templates.",
                declared.id_span,
            )
            return Boundary(self, declared, "is one too many to read", nesting.when)
        assert tree.files is not None
        source = tree.files.source(to.path)
        if isinstance(source, Diagnostic):
            tree.problems.append(source)
            reason = f"could not be read: {source.summary}"
            return Boundary(self, declared, reason, nesting.when)
        copy = StackSource(source, f"{nesting.address}/")
        node, diagnostics = compose(copy, tree.files.parsed)
        if not isinstance(node, MapNode) or node.get("Resources") is None:
            tree.problems += diagnostics
            reason = f"is {to.path}, which holds no resources"
            return Boundary(self, declared, reason, nesting.when)
        template = Template(copy, node, diagnostics)
        if to.url:
            wrong = mismatch(self.evaluator, declared, template, nesting.address)
            if wrong is not None and not template.may_declare(_TRAIL):
                # That the file is the one at the URL was a guess, and its parameters deny it.
                reason = f"is at {to.url}, and {to.path} is another one"
                return Boundary(self, declared, reason, nesting.when)
            tree.assumptions[f"the template at {to.url} is {to.path} in this repository"] = None
        return Stack(tree, template, nesting)

    def _written(self, nesting: Nesting, source: BodySource | str) -> Stack | Boundary:
        """Return the stack of a template that is written in place."""
        declared, when = nesting.declared, nesting.when
        if isinstance(source, str):
            return Boundary(self, declared, source, when)
        node, diagnostics = compose(source)
        if not isinstance(node, MapNode) or node.get("Resources") is None or self._too_many():
            self.template.diagnostics += [in_file(found) for found in diagnostics]
            return Boundary(self, declared, "is written in place and could not be read", when)
        return Stack(self.tree, Template(source, node, diagnostics), nesting)

    def _too_many(self) -> bool:
        tree = self.tree
        levels = len(list(self._upwards()))
        return levels >= MOST_LEVELS or len(tree.stacks) >= MOST_STACKS or tree.text >= MOST_TEXT

    def _upwards(self) -> Iterator[Stack]:
        stack: Stack | None = self
        while stack is not None:
            yield stack
            stack = stack.parent

    def _exists(self, nesting: Nesting | None) -> Value:
        """Return whether the stack is created: with its parent, if its own condition holds."""
        if nesting is None:
            order = self.tree.order
            return conditions.TRUE if order is None else ordered.exists(order, self)
        parent, declared, when = nesting.parent, nesting.declared, nesting.when
        evaluator, span = parent.evaluator, declared.id_span
        otherwise: Value = opaque("its condition is too deeply nested", span)
        created = parent.guarded(lambda: exists(evaluator, declared), otherwise)
        whole = conditions.turn(created, lambda: when, lambda: conditions.FALSE, span)
        whole = conditions.turn(parent.exists, lambda: whole, lambda: conditions.FALSE, span)
        self.wrong = mismatch(evaluator, declared, self.template, nesting.address)
        if self.wrong is None:
            return whole
        if nesting.several and isinstance(whole, Choice):
            # Where the template is this one, CloudFormation creates nothing at all.
            self.tree.demands.append(conditions.combined("Fn::Not", [whole], span))
            return conditions.FALSE
        refused = evaluator.refuse(*self.wrong)
        return conditions.turn(whole, lambda: refused, lambda: conditions.FALSE, span)

    @staticmethod
    def guarded(compute: Callable[[], _T], otherwise: _T) -> _T:
        """Compute; what exhausts the interpreter is `otherwise`, and nothing worse."""
        try:
            return compute()
        except (RecursionError, MemoryError):
            return otherwise
