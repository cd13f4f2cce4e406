"""21 CFR Part 11 as a SARIF taxonomy: the sections that rules name, in a few words each."""

from __future__ import annotations

NAME = "21CFR11"
TITLE = "21 CFR Part 11, Electronic Records; Electronic Signatures"

CLAUSES: dict[str, str] = {
    "11.10(a)": "Validation of systems, and the ability to discern invalid or altered records",
    "11.10(b)": "Accurate and complete copies of records for inspection",
    "11.10(c)": "Protection of records throughout the records retention period",
    "11.10(d)": "System access limited to authorized individuals",
    "11.10(e)": "Secure, computer-generated, time-stamped audit trails, retained and available",
    "11.10(g)": "Authority checks",
    "11.10(k)": "Controls over systems documentation, with an audit trail of its changes",
    "11.30": "Controls for open systems, such as encryption",
    "11.300(d)": "Transaction safeguards that detect and report attempts at unauthorized use",
}
"""The wording is a summary; the regulation itself is authoritative."""
