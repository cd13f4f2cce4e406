"""CloudFormation stacks that Terraform deploys: what may make a trail, and is not evaluated here.

A template in a file of the scanned tree is a root of its own, and is judged there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, Impact
from trailcheck.likely import file_of, may_create_trail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.terraform import ast
    from trailcheck.terraform.modules import ModuleInstance

_STACKS = frozenset({"aws_cloudformation_stack", "aws_cloudformation_stack_set"})
TRAIL = b"AWS::CloudTrail::Trail"
"""What the text of a template must spell that makes a trail."""


def boundaries(modules: Iterable[ModuleInstance], *, trails: bool) -> Iterator[Diagnostic]:
    """Yield the stacks that may make a trail; beside a trail of the root each is worth a note."""
    for module in modules:
        for (type_, name), block in module.config.resources.items():
            if type_ in _STACKS and module.resource_instances(type_, name):
                guess = _likely(name, block)
                if guess is not None:
                    header = block.header.source.shown(block.header)
                    yield Diagnostic(
                        f"{module.prefix}{type_}.{name} may create a trail that was not read",
                        "Templates that Terraform deploys are not evaluated with its values. Scan "
                        "the template by itself.",
                        header.source.path,
                        header,
                        Impact.UNREAD if guess and not trails else Impact.NOTICE,
                    )


def _likely(name: str, block: ast.Block) -> bool | None:
    """Tell whether a stack probably makes a trail (True), or might (False); else None."""
    body, url = block.body.argument("template_body"), block.body.argument("template_url")
    written = body.span.text if body is not None else ""
    if TRAIL.decode() in written:
        return True
    if "file(" in written or (url is None and written):
        return None  # A file is judged by itself, and a text without a trail makes none.
    return may_create_trail(name, file_of(url.span.text) if url is not None else "", ())
