"""cfn-lint in a process of its own: templates come in line by line as JSON, findings go out.

The process is started by `trailcheck.linting`, in an empty folder and without the caller's
environment, so that no configuration of cfn-lint is found. Before the first template it gives up
the network, other processes, and every file that is neither Python's nor in its folder.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

MOST_BYTES = 4 << 30
"""Memory that the process may take: templates are hostile until proven otherwise."""
MOST_FINDINGS = 1_000
"""Findings of one template that are told."""
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.link",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.spawn",
    "os.symlink",
    "os.system",
    "os.truncate",
    "ctypes.dlopen",
)
_FOR_WRITING = os.O_WRONLY | os.O_RDWR


def main() -> None:
    """Answer every line of standard input with one on standard output."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is no answer
    _bound_memory()
    import cfnlint.runner  # noqa: F401, PLC0415 - this process is for it alone

    _lint("Resources: {}", [], [])  # whatever is loaded with the first template is loaded now
    _confine()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = _lint(request["text"], request["regions"], request["types"])
        except Exception as error:  # noqa: BLE001 - a foreign program, on hostile input
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _lint(text: str, regions: list[str], types: list[str]) -> dict[str, Any]:
    """Return what cfn-lint finds about resources of `types`, and about the template as a whole."""
    from cfnlint.api import lint  # noqa: PLC0415 - as above
    from cfnlint.decode.decode import decode_str  # noqa: PLC0415 - as above
    from cfnlint.version import __version__  # noqa: PLC0415 - as above

    template, _ = decode_str(text)
    resources = template.get("Resources") if isinstance(template, dict) else None
    found = []
    for match in lint(text, regions=regions or None):
        path = list(getattr(match, "path", None) or ())
        subject = str(path[1]) if len(path) > 1 and path[0] == "Resources" else ""
        body = resources.get(subject) if subject and isinstance(resources, dict) else None
        kind = body.get("Type") if isinstance(body, dict) else None
        if match.rule.id.startswith("E0") or kind in types:
            found.append(_told(match, subject))
    return {"version": __version__, "findings": found[:MOST_FINDINGS], "all": len(found)}


def _told(match: Any, subject: str) -> dict[str, Any]:  # noqa: ANN401 - cfn-lint's own
    return {
        "rule": match.rule.id,
        "title": match.rule.shortdesc,
        "url": match.rule.source_url,
        "message": match.message,
        "subject": subject,
        "start": [match.linenumber, match.columnnumber],
        "end": [match.linenumberend, match.columnnumberend],
    }


def _bound_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MOST_BYTES if hard == resource.RLIM_INFINITY else min(MOST_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _confine() -> None:
    """Refuse from now on what a linter of one text has no need of."""
    here = os.path.realpath(".")
    own = (sys.prefix, sys.base_prefix, sys.exec_prefix, here, *filter(None, sys.path))
    roots = tuple(os.path.realpath(path).rstrip("/") + "/" for path in own)

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"{event} is refused here")
        if event == "open" and isinstance(arguments[0], str | bytes):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            written = bool((arguments[2] or 0) & _FOR_WRITING)
            if not path.startswith((here + "/",) if written else roots):
                raise PermissionError(f"opening {path} is refused here")

    sys.addaudithook(refuse)
