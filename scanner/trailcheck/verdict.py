"""Verdicts: what a rule says about a subject, with the chain of places that proves it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from trailcheck.construct import Construct
    from trailcheck.source import Span


class Outcome(Enum):
    """The three things a verdict can say."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    UNDECIDED = "undecided"


class Severity(Enum):
    """How much a finding weighs, from most to least."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)

    @property
    def letter(self) -> str:
        """The severity in cfn-lint's terms: E (error), W (warning) or I (informational)."""
        return "EEWWI"[self.rank]


class Evidence(NamedTuple):
    """One place in the code and a few words on what it shows."""

    note: str
    span: Span


class Ruling(NamedTuple):
    """What a rule returns: an outcome, a message, and evidence with the tightest place first."""

    outcome: Outcome
    message: str
    evidence: tuple[Evidence, ...]
    subject: str
    """The address of the resource that is judged."""
    needs: tuple[str, ...] = ()
    """The facts that would settle an undecided verdict."""
    severity: Severity | None = None
    """Where the severity depends on the finding; None: the rule's own."""
    assumptions: tuple[str, ...] = ()
    """What was taken for granted: "literal account 111122223333 is the deployment's own"."""
    absence: bool = False
    """A failure because something is not there; it needs every file of the root to be sure."""


class When(NamedTuple):
    """In which cases a verdict that turns on something comes out which way, in words.

    "parameter Stage is dev or test"; empty for an outcome that it never has.
    """

    passes: str
    fails: str
    undecided: str


class Verdict(NamedTuple):
    """A ruling as the report shows it: by which rule, in which root, on which trail's chain."""

    rule: str
    outcome: Outcome
    severity: Severity
    root: str
    subject: str
    trail: str | None
    message: str
    needs: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    construct: Construct | None = None
    """What of a CDK app the subject was made from."""
    when: When | None = None
    """What the outcome turns on; None where it is the same in every case."""
