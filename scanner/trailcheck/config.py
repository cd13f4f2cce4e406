"""Settings: the command line and `.trailcheck.toml`, as one frozen value."""

from __future__ import annotations

from trailcheck.record import NamedTuple


class Config(NamedTuple):
    """Everything that a caller can set about a scan. Paths are as the caller wrote them."""

    profile: str = "part11"
    """"integration", "part11" or "all"."""
    select: tuple[str, ...] = ()
    """Rule ids to run instead of the profile's."""
    ignore: tuple[str, ...] = ()
    """Rule ids to leave out."""
    min_retention: int = 365
    """Days that a trail's log group must keep its records at least."""
    min_retention_origin: str = "the default"
    """Where `min_retention` was set, for the report."""
    account: str | None = None
    """The twelve-digit account that is deployed to, if the caller decides it."""
    region: str | None = None
    partition: str | None = None
    workspace: str | None = None
    """The Terraform workspace, if the caller decides it."""
    variables: tuple[tuple[str, str], ...] = ()
    """Terraform variables given one by one, name and text."""
    var_files: tuple[str, ...] = ()
    """Terraform variable files, in order."""
    parameters: tuple[tuple[str, str | None], ...] = ()
    """CloudFormation parameters given one by one; None: what the deployed stack has."""
    parameter_files: tuple[str, ...] = ()
    """CloudFormation parameter files (the CLI's JSON list, a map, or a `Parameters` object)."""
    repository: str | None = None
    """The folder that no read leaves; None: the nearest ancestor with `.git`."""
    fail_on: str = "info"
    """The least severity of a finding that makes the exit code 1."""
    strict: bool = False
    """Whether an undecided verdict makes the exit code 3."""
    exit_zero: bool = False
    allow_empty: bool = False
    require_trail: bool = False
    cfn_lint: bool = False
    """Whether cfn-lint's findings about the audit resources are wanted too."""
    isolated: bool = False
    """Ignore the scanned repository's own settings."""
    stdin_filename: str | None = None
    """What `-` among the paths holds."""
