"""Terraform code that deploys a template of the same tree: what it may pass is not a default.

`aws_cloudformation_stack` names a template by `file("…")` or a URL, and passes parameters. Those
are not evaluated: a parameter whose name stands in such a file may be given any value there.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from trailcheck.cloudformation.sniff import may_say
from trailcheck.errors import Diagnostic
from trailcheck.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trailcheck.cloudformation.nodes import Member

_DEPLOYING = (b"aws_cloudformation_stack",)
_COMPUTED = re.compile(rb'(?m)^\s*"?parameters"?\s*[=:]\s*+(?!\{)')
"""Parameters that are not spelled where they are passed."""


class Deployers:
    """The Terraform files of a scan that deploy templates, looked for when a template asks."""

    def __init__(self, files: Iterable[str], read: Callable[[str], bytes | Diagnostic]) -> None:
        """`files` are all Terraform files, and `read` gives their bytes."""
        self._files = files
        self._read = read
        self._found: list[tuple[str, bytes]] | None = None

    def given(self, template: str, member: Member) -> Unknown | None:
        """Return what a parameter of a template is if Terraform may pass it, else None."""
        name = member.key
        for path, data in self._of(template):
            spelled = re.search(rb"\b%b\b" % re.escape(name.encode("utf-8", "replace")), data)
            if spelled or _COMPUTED.search(data) or may_say(data, ()):
                reason = f"parameter {name} may be given by {path}, which deploys {template}"
                needs = (f"parameter {name}",)
                return Unknown(f"parameter {name}", reason, member.key_span, needs=needs)
        return None

    def _of(self, template: str) -> Iterator[tuple[str, bytes]]:
        """Yield the files that seem to deploy a template, by its name."""
        name = posixpath.basename(template).encode("utf-8", "replace")
        if self._found is None:
            self._found = []
            for path in self._files:
                data = self._read(path)
                if not isinstance(data, Diagnostic) and may_say(data, _DEPLOYING):
                    self._found.append((path, data))
        return (each for each in self._found if may_say(each[1], (name,)))
