"""The sections of one template, located and checked for their shape; nothing is evaluated here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.nodes import ListNode, MapNode, ScalarNode
from trailcheck.errors import Diagnostic, Impact
from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from trailcheck.cloudformation.nodes import Member, Node
    from trailcheck.source import Source, Span
    from trailcheck.value import Value

SERVERLESS = "AWS::Serverless-2016-10-31"
EXTENSIONS = "AWS::LanguageExtensions"
_HARMLESS = frozenset(
    {
        "AWS::CodeDeployBlueGreen",
        EXTENSIONS,
        "AWS::SecretsManager-2020-07-23",
        "AWS::SecretsManager-2024-09-16",
        SERVERLESS,
        "AWS::ServiceCatalog",
    }
)
"""Transforms that leave resources which are spelled out as they are."""


class Declaration(NamedTuple):
    """One resource as the template declares it."""

    id: str
    id_span: Span
    type: str
    body: MapNode
    properties: MapNode | None
    """None when no properties are stated, or none that could be read."""
    unread: bool
    """Whether there may be properties that could not be read."""
    names: Mapping[str, Value]
    """The loop variables of the Fn::ForEach that the resource was made by."""


class Template:
    """A template's sections by name, and what is wrong with their shape."""

    __slots__ = (
        "complete",
        "conditions",
        "diagnostics",
        "mappings",
        "more_outputs",
        "outputs",
        "parameters",
        "resources",
        "root",
        "source",
        "transforms",
    )

    def __init__(self, source: Source, root: MapNode, diagnostics: list[Diagnostic]) -> None:
        self.source = source
        self.root = root
        self.diagnostics = diagnostics
        self.parameters = self._section("Parameters")
        self.transforms: tuple[str, ...] = ()
        self.mappings: dict[str, Member] = {}
        self.conditions: dict[str, tuple[Member, Mapping[str, Value]]] = {}
        """Each condition with the loop variables that it knows; filled by `loops.expand`."""
        self.outputs: dict[str, tuple[Member, Mapping[str, Value]]] = {}
        """Each output with the loop variables that it knows; filled by `loops.expand`."""
        self.more_outputs = False
        """Whether there may be outputs that the template does not name."""
        self.resources: dict[str, Declaration] = {}
        """Filled by `loops.expand`, in the order of the code."""
        self.complete = True
        """False when there are resources that the template does not name."""

    def open(self, include: Callable[[Node], tuple[Member, ...] | None]) -> None:
        """Read the sections that snippets may stand in; `include` finds those."""
        self.root.bring(include)
        self.transforms = tuple(self._transforms(include))
        self.mappings = self._section("Mappings")

    def report(self, summary: str, detail: str, span: Span, impact: Impact = Impact.UNREAD) -> None:
        """Note one located problem, once."""
        found = Diagnostic(summary, detail, span.source.path, span, impact)
        if found not in self.diagnostics:
            self.diagnostics.append(found)

    def members(self, section: str) -> Iterator[Member]:
        """Yield the members of a section as written, loops too."""
        node = self.root.get(section)
        if isinstance(node, MapNode):
            yield from node.members.values()
        elif node is not None and not is_null(node):
            self.report(
                f"The section {section} is not a map",
                f"{section} holds names with their declarations; here it is something else.",
                node.span,
            )

    def may_declare(self, type_name: str) -> bool:
        """Tell whether a resource of a type may be declared; loops and macros may declare any."""
        types = (
            member.value.get("Type") if isinstance(member.value, MapNode) else None
            for member in self.members("Resources")
            if not member.key.startswith("Fn::")
        )
        return any(member.key.startswith("Fn::") for member in self.members("Resources")) or any(
            isinstance(node, ScalarNode) and node.text == type_name for node in types
        )

    def declare(self, member: Member, names: Mapping[str, Value]) -> None:
        """Take one member of Resources into the resources, if it has the shape of one."""
        body = member.value
        type_node = body.get("Type") if isinstance(body, MapNode) else None
        if not isinstance(body, MapNode) or not isinstance(type_node, ScalarNode):
            self.report(
                f"The resource {member.key} has no type",
                "A resource is a map with a Type and Properties; this one is not read.",
                member.key_span,
            )
            return
        properties = body.get("Properties")
        unread = not (properties is None or is_null(properties) or isinstance(properties, MapNode))
        if properties is not None and unread and properties.tag != "!If":
            self.report(
                f"The properties of {member.key} are not a map",
                "Properties holds names with their values; here it is something else.",
                properties.span,
            )
        if isinstance(properties, MapNode):
            # A macro called among the properties, or in place of them, may set any of them.
            unread = bool(properties.tag) or any(
                key.startswith("Fn::") and not key.startswith("Fn::ForEach::")
                for key in properties.members
            )
        self.resources[member.key] = Declaration(
            member.key,
            member.key_span,
            type_node.text,
            body,
            properties if isinstance(properties, MapNode) else None,
            unread,
            names,
        )

    def _section(self, name: str) -> dict[str, Member]:
        return {member.key: member for member in self.members(name)}

    def _transforms(self, include: Callable[[Node], tuple[Member, ...] | None]) -> Iterator[str]:
        node = self.root.get("Transform")
        for item in node.items if isinstance(node, ListNode) else (node,):
            if item is None:
                continue
            name_node = item.get("Name") if isinstance(item, MapNode) else item
            name = name_node.text if isinstance(name_node, ScalarNode) else ""
            included = include(item) if isinstance(item, MapNode) else None
            if included is not None:
                self._merge(included)
                continue
            yield name
            if name not in _HARMLESS:
                self.report(
                    f"The macro {name or 'of this template'} is not known",
                    "It may rewrite every resource of the template, so that nothing is proven. "
                    "Scan the template that it produces.",
                    item.span,
                )

    def _merge(self, included: tuple[Member, ...]) -> None:
        """Take the sections of a snippet that is included at the top."""
        for member in included:
            if member.key in self.root.members:
                self.report(
                    f"The section {member.key} is included beside one of its own",
                    "What CloudFormation makes of the two is not documented. Keep one of them.",
                    member.key_span,
                )
            else:
                self.root.members[member.key] = member


def is_null(node: Node) -> bool:
    """Tell whether a node says nothing at all."""
    return isinstance(node, ScalarNode) and node.data is None and not node.tag
