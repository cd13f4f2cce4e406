"""`terraform_remote_state`: outputs of another root module, where that root is in the scanned tree.

The data source and the producer's `backend` block (or `cloud` block) name the same state when every
key that identifies a state says the same text. The producer's values keep their meaning in the
reader's graph by a prefix on every address: `network//aws_cloudwatch_log_group.audit`.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypeAlias

from trailcheck.relocation import relocated
from trailcheck.terraform.config import literal_text
from trailcheck.terraform.functions import convert
from trailcheck.value import Known, Mapping, Sequence

if TYPE_CHECKING:
    from trailcheck.terraform import ast
    from trailcheck.terraform.config import ModuleConfig
    from trailcheck.terraform.resource import ResourceInstance
    from trailcheck.value import Value

State: TypeAlias = "tuple[str, ...]"
"""What identifies a state: the backend, then the text of each of its keys."""

_KEYS = {
    "s3": ("bucket", "key"),
    "gcs": ("bucket", "prefix"),
    "azurerm": ("storage_account_name", "container_name", "key"),
    "local": ("path",),
    "remote": ("organization", "workspaces"),
}
"""What tells one state of a backend from another (Terraform, "Backend Configuration")."""


def stored(config: ModuleConfig) -> State | None:
    """Return the state that a root module writes; None where its code does not say all of it."""
    for block in config.terraform:
        for backend in block.body.named("backend"):
            kind = backend.labels[0] if backend.labels else ""
            keys = _KEYS.get(kind)
            if keys is None:
                return None
            said = [_stated(backend.body, key) for key in keys]
            if kind == "local":
                said = [_path(config.directory, said[0] or "terraform.tfstate")]
            return (kind, *(s or "" for s in said)) if all(said) else None
        for cloud in block.body.named("cloud"):
            said = [_stated(cloud.body, key) for key in _KEYS["remote"]]
            return ("remote", *(s or "" for s in said)) if all(said) else None
    return "local", _path(config.directory, "terraform.tfstate")


def wanted(data: ResourceInstance, root: str) -> State | None:
    """Return the state that a data source reads; None where it is not settled."""
    kind, config = data.argument("backend"), data.argument("config")
    if config is None:
        config = data.nested("config")
        config = config.items[0] if isinstance(config, Sequence) and config.items else None
    workspace = data.argument("workspace")
    if workspace is not None and workspace not in (Known(None), Known("default")):
        return None
    if not (isinstance(kind, Known) and isinstance(config, Mapping)):
        return None
    keys = _KEYS.get(str(kind.data))
    if keys is None:
        return None
    said = [_text(config.items.get(key)) for key in keys]
    if not all(said):
        return None
    if kind.data == "local":
        said = [_path(root, said[0] or "")]
    return (str(kind.data), *(s or "" for s in said))


def outputs(data: ResourceInstance, name: str) -> Value | None:
    """Return an attribute of the data source from its producer's outputs, if it has one."""
    module = data.module.tree.producer(data)
    if module is None:
        return None
    directory = module.config.directory
    found = {
        output: relocated(module.output(output, block.header), directory).through(
            data.block.header, f"{data.address} reads the state of {directory}"
        )
        for output, block in module.config.outputs.items()
    }
    if name == "outputs":
        return Mapping(found, data.block.header)
    return found.get(name)  # Terraform 0.11 had the outputs at the top.


def _stated(body: ast.Body, key: str) -> str | None:
    argument = body.argument(key)
    if argument is not None:
        return literal_text(argument.expression)
    for block in body.named(key):  # workspaces { name = "…" }
        inner = block.body.argument("name")
        if inner is not None:
            return literal_text(inner.expression)
    return None


def _text(value: Value | None) -> str | None:
    if isinstance(value, Mapping):
        value = value.items.get("name")
    said = convert.to_text(value) if value is not None else None
    return said.data if isinstance(said, Known) and isinstance(said.data, str) else None


def _path(directory: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(directory, path))
