"""The result of a scan: one structure behind every report format, and the public Python API."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.config import Config
    from trailcheck.construct import Construct
    from trailcheck.errors import Diagnostic
    from trailcheck.rule import Rule
    from trailcheck.source import Source, Span
    from trailcheck.verdict import Severity, Verdict

Retention: TypeAlias = "int | str | None"
"""Days, "never" (expires), or None when unknown or unlinked."""


class LinkFact(NamedTuple):
    """How a trail is linked to its log group or role."""

    state: str
    """"linked", "unlinked" or "unknown"."""
    address: str | None = None
    """The declared resource, when the link leads to one."""
    arn: str | None = None
    """The ARN as far as code tells it, symbols in `${...}`."""
    reason: str | None = None
    """Why the link is unknown."""


class Facts(NamedTuple):
    """What code says about one trail; None means not settled by code."""

    log_group: LinkFact
    role: LinkFact
    trust: bool | None
    """Whether CloudTrail may assume the linked role."""
    writes: bool | None
    """Whether the role may create streams in the linked group and write to them."""
    retention_days: Retention
    logging: bool | None
    multi_region: bool | None
    log_file_validation: bool | None
    kms: bool | None


class TrailResult(NamedTuple):
    """One trail and its whole chain."""

    root: str
    address: str
    span: Span
    integrated: bool | None
    """The compliance rule, taken seriously: True yes, False no, None undecided."""
    exists: bool | None
    """True, or None where the code does not settle whether the trail is created."""
    when: str | None
    """The condition that its existence turns on."""
    instantiated: bool
    """False for a trail in a module that nothing calls with the inputs it requires."""
    facts: Facts
    construct: Construct | None = None
    """What of a CDK app it was made from."""


class ForeignFinding(NamedTuple):
    """What another linter says about a resource of the kinds that matter to an audit trail."""

    tool: str
    rule: str
    """The tool's own id: "E3012"."""
    title: str
    """The rule in a few words of the tool's."""
    url: str
    """Where the tool says more about the rule; may be empty."""
    severity: Severity
    root: str
    subject: str
    """The resource; empty for what concerns the template as a whole."""
    message: str
    span: Span

    @property
    def name(self) -> str:
        """The rule, told from our own: "cfn-lint/E3012"."""
        return f"{self.tool}/{self.rule}"


class Skipped(NamedTuple):
    """What was not read, and why: how many files and folders, and a few examples."""

    reason: str
    files: int
    examples: tuple[str, ...]
    code: bool = False
    """Whether it is infrastructure code all the same, in a language or form that is not read."""


class Report(NamedTuple):
    """Everything one scan found, in a fixed order (root, address, rule)."""

    trails: tuple[TrailResult, ...]
    verdicts: tuple[Verdict, ...]
    diagnostics: tuple[Diagnostic, ...]
    assumptions: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    roots: tuple[str, ...]
    """Every root module and template that was scanned in full."""
    files_seen: int
    """Infrastructure files found; 0 means that there was nothing to prove anything about."""
    sources: tuple[Source, ...]
    """Every file that was read, sorted by path."""
    rules: Iterable[Rule]
    """The rules of the active selection, sorted by id."""
    config: Config
    foreign: tuple[ForeignFinding, ...] = ()
    """Findings of other linters, by place; nothing else depends on them."""
