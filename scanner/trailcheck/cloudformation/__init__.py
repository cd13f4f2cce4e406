"""The CloudFormation reader: one template to one graph.

Importing this package costs next to nothing: the reader itself is imported with the first template.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation.sniff import sniff
from trailcheck.graph import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailcheck.cloudformation.reader import Reading
    from trailcheck.source import Source

__all__ = ("read", "sniff")


def read(
    source: Source,
    root: str,
    parameters: Mapping[str, str | None] | None = None,
    place: Place = Place(),  # noqa: B008 - immutable
) -> Reading | None:
    """Read a template; None when the file turns out to be no template at all.

    `root` is the template's path relative to the repository. `parameters` are values from outside;
    names that the template does not declare are of no account here. `place` says where it is
    deployed: the pseudo parameters AWS::AccountId, AWS::Region and AWS::Partition come from it.
    """
    from trailcheck.cloudformation.reader import read_template  # noqa: PLC0415 - with the first template

    return read_template(source, root, parameters or {}, place)
