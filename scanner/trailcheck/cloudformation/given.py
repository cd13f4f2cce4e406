"""Parameter files: values for parameters, in the shapes that AWS tools write.

Lists of `ParameterKey` and `ParameterValue` (the CLI, also inside its whole input), maps under
`Parameters` (CodePipeline, rain) or `parameters` (Git sync), plain maps, lists of `Name=Value`, all
of them in JSON or YAML; and `parameter_overrides` in SAM's samconfig, in TOML or YAML.

`UsePreviousValue` says that a parameter keeps what the deployed stack has, which no file tells: it
is None here, and unknown to a scan, whatever the default is.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from trailcheck.errors import UsageError

if TYPE_CHECKING:
    from trailcheck.cloudformation.nodes import Node

_LARGEST = 1 << 20
_OVERRIDES = "parameter_overrides"
_COMMANDS = ("deploy", "global", "sync")
"""Tables of a samconfig that may hold parameters of a deployment, the nearest first."""
_MOST_FILES = 5

Given = dict[str, "str | None"]
"""Values by the names of parameters; None for what the deployed stack has."""


def read_parameters(path: str, depth: int = 0) -> Given:
    """Return what a parameter file gives. Raises UsageError if it cannot be read or understood.

    `samconfig.toml#prod` takes the environment `prod` of a samconfig.
    """
    file, _, environment = path.partition("#")
    if not environment or os.path.exists(path):
        file, environment = path, ""
    try:
        with open(file, "rb") as opened:
            data = opened.read(_LARGEST)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    return _File(file, environment, depth).given(data)


def words(text: str) -> list[tuple[str, str | None]]:
    """Read parameters as the command lines of AWS take them, none if the text is no such thing.

    `A=1 B=2` in one text are two; a text whose other words name no parameter is one value.
    """
    first = pair(text)
    if first is None or " " not in text.strip():
        return [] if first is None else [first]
    import shlex  # noqa: PLC0415 - for one way to write them

    try:
        found = [pair(word) for word in shlex.split(text)]
    except ValueError:
        return [first]
    several = [each for each in found if each is not None]
    return several if len(several) == len(found) else [first]


def pair(text: str) -> tuple[str, str | None] | None:
    """Read one parameter as the command lines of AWS take it, None if it is none."""
    if match := re.fullmatch(r"ParameterKey=(\w+),UsePreviousValue=(?:true|True)", text):
        return match[1], None
    if match := re.fullmatch(r"ParameterKey=(\w+),ParameterValue=(.*)", text, re.DOTALL):
        said = re.sub(r",UsePreviousValue=(?:false|False)$", "", match[2])
        quoted = len(said) > 1 and said[0] == said[-1] == '"'
        return match[1], said[1:-1] if quoted else said.replace("\\,", ",")
    if match := re.fullmatch(r"([A-Za-z0-9]+)=(.*)", text, re.DOTALL):
        return match[1], match[2]
    return None


class _File:
    """One parameter file while it is understood."""

    def __init__(self, path: str, environment: str, depth: int) -> None:
        self.path = path
        self.environment = environment
        self.depth = depth
        self.lines: dict[tuple[int, str | int], int] = {}
        """The line of each member of a map or list, by the map's or list's identity."""

    def given(self, data: bytes) -> Given:
        """Return what the file gives."""
        document = self._toml(data) if self.path.endswith(".toml") else self._document(data)
        if isinstance(document, dict):
            overrides = self._overrides(document)
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
                raise self._wrong(f"a quote in {_OVERRIDES} is never closed") from None
        if isinstance(document, dict):
            items = document.items()
            return {name: self._text(name, said, (document, name)) for name, said in items}
        if isinstance(document, list):
            found: Given = {}
            for number, row in enumerate(document):
                self._row(found, row, (document, number))
            return found
        raise UsageError(
            f"{self.path} holds no parameters", "Give a list of ParameterKey and ParameterValue."
        )

    def _toml(self, data: bytes) -> Any:  # noqa: ANN401 - any TOML
        import tomllib  # noqa: PLC0415 - for samconfig alone

        try:
            return tomllib.loads(data.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{self.path} is not TOML: {error}") from None

    def _document(self, data: bytes) -> Any:  # noqa: ANN401 - any JSON
        """Read JSON or YAML, with the text of scalars that are no numbers or booleans kept."""
        from trailcheck.cloudformation.syntax import compose  # noqa: PLC0415 - YAML only if it is used
        from trailcheck.source import Source, decode  # noqa: PLC0415 - as above

        try:
            text = decode(data)
        except UnicodeDecodeError:
            raise UsageError(f"{self.path} is not text in UTF-8") from None
        node, problems = compose(Source(self.path, text))
        found = None if node is None else self._plain(node)
        if problems:
            first = problems[0]
            where = "" if first.span is None else f":{first.span.first.line}"
            summary = first.summary.replace("The template", "It")
            raise UsageError(f"{self.path}{where}: {summary}", first.detail)
        return found

    def _plain(self, node: Node) -> Any:  # noqa: ANN401 - any JSON
        from trailcheck.cloudformation.nodes import ListNode, MapNode  # noqa: PLC0415 - as above

        match node:
            case MapNode():
                made = {key: self._plain(member.value) for key, member in node.members.items()}
                for key, member in node.members.items():
                    self.lines[id(made), key] = member.key_span.first.line
                return made
            case ListNode():
                listed = [self._plain(item) for item in node.items]
                for number, item in enumerate(node.items):
                    self.lines[id(listed), number] = item.span.first.line
                return listed
            case _:
                return node.data

    def _overrides(self, document: dict[str, Any]) -> Any:  # noqa: ANN401 - text, list or map
        """Return the parameters of a samconfig: of the environment that was named.

        Without a name that is `default`, else the only one.
        """
        found: dict[str, Any] = {}
        for environment, commands in document.items():
            for command in _COMMANDS:
                section = commands.get(command) if isinstance(commands, dict) else None
                options = section.get("parameters") if isinstance(section, dict) else None
                if isinstance(options, dict) and _OVERRIDES in options:
                    found.setdefault(environment, options[_OVERRIDES])
        name = self.environment or ("default" if "default" in found else "")
        if name in found:
            return found[name]
        if self.environment:
            some = f"it has them for {', '.join(found)}" if found else "it has none"
            raise self._wrong(f"there are no parameters for {self.environment}: {some}")
        if len(found) > 1:
            raise UsageError(
                f"{self.path} has parameters for several environments: {', '.join(found)}",
                f"Say which one is meant: {self.path}#{next(iter(found))}",
            )
        return next(iter(found.values()), None)

    def _row(self, found: Given, row: Any, place: tuple[object, int]) -> None:  # noqa: ANN401 - any JSON
        """Read one item of a list."""
        if isinstance(row, dict) and isinstance(row.get("ParameterKey"), str):
            name = row["ParameterKey"]
            previous = row.get("UsePreviousValue") in (True, "true")
            kept = "ParameterValue" not in row and previous
            said = row.get("ParameterValue", "")
            found[name] = None if kept else self._text(name, said, (row, "ParameterValue"))
        elif isinstance(row, str) and row.startswith("file://") and self.depth < _MOST_FILES:
            folder = os.path.dirname(self.path)
            beside = os.path.join(folder, row.removeprefix("file://"))
            found |= read_parameters(beside, self.depth + 1)
        elif isinstance(row, str) and (said_so := words(row)):
            found |= dict(said_so)
        else:
            raise self._wrong("a row has no ParameterKey", place)

    def _text(self, name: str, value: Any, place: tuple[object, str | int]) -> str:  # noqa: ANN401 - any JSON
        match value:
            case str():
                return value
            case bool():
                return "true" if value else "false"
            case int() | float():
                return str(value)
            case list():
                return ",".join(self._text(name, item, place) for item in value)
            case _ if hasattr(value, "as_tuple"):  # a decimal, as JSON writes fractions
                return str(value)
            case _:
                raise self._wrong(f"the value of {name} is not text", place)

    def _wrong(self, what: str, place: tuple[object, str | int] | None = None) -> UsageError:
        line = self.lines.get((id(place[0]), place[1])) if place is not None else None
        return UsageError(f"{self.path}{'' if line is None else f':{line}'}: {what}")
