"""What IAM refuses in the words of a policy.

(IAM user guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements: Sid".)
"""

from __future__ import annotations

import re

from trailcheck.record import NamedTuple

_ACTION = r"[A-Za-z0-9-]+:[A-Za-z0-9*?]+"
_SID = r"[A-Za-z0-9]*"


class Fault(NamedTuple):
    """Why IAM refuses a word, or may refuse it."""

    reason: str
    sure: bool = True


def action(text: str) -> Fault | None:
    """Judge an action: it is `*`, or a plain service, a colon and a name."""
    if text == "*" or re.fullmatch(_ACTION, text):
        return None
    if not text.strip("*:") and "*" in text:
        # NOTE: `*:*` is in use for all actions, yet no documentation has it.
        return Fault(f"IAM may refuse the action {text!r}", sure=False)
    return Fault(f"{text!r} is no action: it takes a service, a colon and a name")


def resource(text: str) -> Fault | None:
    """Judge a resource: it is `*` or an ARN."""
    if text == "*" or text.startswith("arn:"):
        return None
    if "*" in text or "?" in text or text.lower().startswith("arn:"):
        return Fault(f"IAM may refuse the resource {text!r}", sure=False)
    return Fault(f"the resource {text!r} is neither an ARN nor `*`")


def sid(text: str, earlier: set[str]) -> Fault | None:
    """Judge the name of a statement, beside those before it in the same policy."""
    if not re.fullmatch(_SID, text):
        return Fault(f"the Sid {text!r} holds more than letters and digits")
    if text and text in earlier:
        return Fault(f"two statements have the Sid {text!r}")
    return None
