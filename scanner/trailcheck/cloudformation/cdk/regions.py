"""References between Regions that the CDK makes: one custom resource writes, another reads.

The writer states what it writes under which names, for which Region; the reader's attributes are
those names. Both are known by the logical ids of their functions (aws-cdk-lib,
"core/lib/custom-resource-provider/cross-region-export-providers").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.nodes import MapNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailcheck.cloudformation.nodes import Node
    from trailcheck.cloudformation.stacks.stack import Stack
    from trailcheck.cloudformation.template import Declaration

READER = "Custom::CrossRegionExportReader"
WRITER = "Custom::CrossRegionExportWriter"
_PROVIDER = "Custom%sCustomResourceProviderHandler"


def is_known(declared: Declaration) -> bool:
    """Tell whether a resource is the CDK's own reader or writer."""
    if declared.type not in (READER, WRITER) or declared.properties is None or declared.unread:
        return False
    token = declared.properties.get("ServiceToken")
    return token is not None and _PROVIDER % declared.type.partition("::")[2] in token.span.text


def read(stack: Stack) -> Iterator[str]:
    """Yield the names that a stack reads."""
    for declared in stack.template.resources.values():
        if declared.type == READER and is_known(declared) and declared.properties is not None:
            said = declared.properties.get("ReaderProps")
            imports = said.get("imports") if isinstance(said, MapNode) else None
            yield from imports.members if isinstance(imports, MapNode) else ()


def written(stack: Stack, name: str) -> Iterator[tuple[Node, Node]]:
    """Yield the Region that a stack writes a name for, and the value."""
    for declared in stack.template.resources.values():
        if declared.type != WRITER or not is_known(declared) or declared.properties is None:
            continue
        said = declared.properties.get("WriterProps")
        region = said.get("region") if isinstance(said, MapNode) else None
        exports = said.get("exports") if isinstance(said, MapNode) else None
        value = exports.get(name) if isinstance(exports, MapNode) else None
        if region is not None and value is not None:
            yield region, value
