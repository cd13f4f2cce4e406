"""Parameter files: values for parameters, in the shapes that AWS tools write.

A list of `ParameterKey` and `ParameterValue` (the CLI), an object with `Parameters` (CodePipeline),
or a plain object of names and values.
"""

from __future__ import annotations

import json
from typing import Any

from trailcheck.errors import UsageError

_LARGEST = 1 << 20


def read_parameters(path: str) -> dict[str, str]:
    """Return what a parameter file gives. Raises UsageError if it cannot be read or understood."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            document = json.loads(file.read(_LARGEST))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON: {error}", "Parameter files are JSON.") from None
    if isinstance(document, dict) and isinstance(document.get("Parameters"), dict):
        document = document["Parameters"]
    if isinstance(document, dict):
        return {name: _text(path, name, value) for name, value in document.items()}
    if isinstance(document, list):
        return dict(_row(path, row) for row in document)
    raise UsageError(
        f"{path} holds no parameters", "Give a list of ParameterKey and ParameterValue."
    )


def _row(path: str, row: Any) -> tuple[str, str]:  # noqa: ANN401 - any JSON
    if isinstance(row, dict) and isinstance(row.get("ParameterKey"), str):
        name = row["ParameterKey"]
        return name, _text(path, name, row.get("ParameterValue", ""))
    if isinstance(row, str) and "=" in row:  # What `aws cloudformation deploy` takes.
        name, _, value = row.partition("=")
        return name, value
    raise UsageError(f"{path}: a row has no ParameterKey")


def _text(path: str, name: str, value: Any) -> str:  # noqa: ANN401 - any JSON
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list() if all(isinstance(item, str) for item in value):
            return ",".join(value)
        case _:
            raise UsageError(f"{path}: the value of {name} is not text")
