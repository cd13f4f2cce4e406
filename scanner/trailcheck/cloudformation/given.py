"""Parameter files: values for parameters, in the shapes that AWS tools write.

Lists of `ParameterKey` and `ParameterValue` (the CLI, also inside its whole input), maps under
`Parameters` (CodePipeline, rain) or `parameters` (Git sync), plain maps, lists of `Name=Value`, all
of them in JSON or YAML; and `parameter_overrides` in SAM's samconfig, in TOML or YAML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from trailcheck.errors import UsageError

if TYPE_CHECKING:
    from trailcheck.cloudformation.nodes import Node

_LARGEST = 1 << 20
_OVERRIDES = "parameter_overrides"


def read_parameters(path: str) -> dict[str, str]:
    """Return what a parameter file gives. Raises UsageError if it cannot be read or understood."""
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    document = _toml(path, data) if path.endswith(".toml") else _document(path, data)
    if isinstance(document, dict):
        overrides = _overrides(path, document)
        if overrides is not None:
            document = overrides
        elif isinstance(document.get("Parameters"), dict | list):
            document = document["Parameters"]
        elif isinstance(document.get("parameters"), dict):
            document = document["parameters"]
    if isinstance(document, str):
        import shlex  # noqa: PLC0415 - for one way to write them

        try:
            document = shlex.split(document)
        except ValueError:
            raise UsageError(f"{path}: a quote in {_OVERRIDES} is never closed") from None
    if isinstance(document, dict):
        return {name: _text(path, name, value) for name, value in document.items()}
    if isinstance(document, list):
        return dict(pair for row in document if (pair := _row(path, row)) is not None)
    raise UsageError(
        f"{path} holds no parameters", "Give a list of ParameterKey and ParameterValue."
    )


def pair(text: str) -> tuple[str, str] | None:
    """Read one parameter as the command lines of AWS take it, None if it is none."""
    if match := re.fullmatch(r"ParameterKey=(\w+),ParameterValue=(.*)", text, re.DOTALL):
        said = match[2]
        quoted = len(said) > 1 and said[0] == said[-1] == '"'
        return match[1], said[1:-1] if quoted else said.replace("\\,", ",")
    if match := re.fullmatch(r"([A-Za-z0-9]+)=(.*)", text, re.DOTALL):
        return match[1], match[2]
    return None


def _toml(path: str, data: bytes) -> Any:  # noqa: ANN401 - any TOML
    import tomllib  # noqa: PLC0415 - for samconfig alone

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from None


def _document(path: str, data: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Read JSON or YAML, with the text of scalars that are no numbers or booleans kept."""
    from trailcheck.cloudformation.syntax import compose  # noqa: PLC0415 - YAML only if it is used
    from trailcheck.source import Source  # noqa: PLC0415 - as above

    node, problems = compose(Source(path, data.removeprefix(b"\xef\xbb\xbf")))
    found = None if node is None else _plain(node)
    if problems:
        first = problems[0]
        where = "" if first.span is None else f":{first.span.first.line}"
        raise UsageError(f"{path}{where}: {first.summary}", first.detail)
    return found


def _plain(node: Node) -> Any:  # noqa: ANN401 - any JSON
    from trailcheck.cloudformation.nodes import ListNode, MapNode  # noqa: PLC0415 - as above

    match node:
        case MapNode():
            return {key: _plain(member.value) for key, member in node.members.items()}
        case ListNode():
            return [_plain(item) for item in node.items]
        case _:
            return node.data


def _overrides(path: str, document: dict[str, Any]) -> Any:  # noqa: ANN401 - text, list or map
    """Return the parameters of a samconfig: of the environment `default`, else of the only one."""
    found: dict[str, Any] = {}
    for environment, commands in document.items():
        for command in ("deploy", "global"):
            section = commands.get(command) if isinstance(commands, dict) else None
            options = section.get("parameters") if isinstance(section, dict) else None
            if isinstance(options, dict) and _OVERRIDES in options:
                found.setdefault(environment, options[_OVERRIDES])
    if "default" in found or len(found) == 1:
        return found.get("default") or next(iter(found.values()))
    if found:
        raise UsageError(
            f"{path} has parameters for several environments: {', '.join(found)}",
            "Call one of them default, or give its parameters in a file of their own.",
        )
    return None


def _row(path: str, row: Any) -> tuple[str, str] | None:  # noqa: ANN401 - any JSON
    if isinstance(row, dict) and isinstance(row.get("ParameterKey"), str):
        name = row["ParameterKey"]
        if "ParameterValue" not in row and row.get("UsePreviousValue"):
            return None  # What the stack was given before is not in the file.
        return name, _text(path, name, row.get("ParameterValue", ""))
    if isinstance(row, str) and (found := pair(row)) is not None:
        return found
    raise UsageError(f"{path}: a row has no ParameterKey")


def _text(path: str, name: str, value: Any) -> str:  # noqa: ANN401 - any JSON
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list():
            return ",".join(_text(path, name, item) for item in value)
        case _ if hasattr(value, "as_tuple"):  # a decimal, as JSON writes fractions
            return str(value)
        case _:
            raise UsageError(f"{path}: the value of {name} is not text")
