"""What a SARIF log says about the rules themselves, whatever they found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from trailcheck.report import clauses
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailcheck.rule import Rule

LONGEST_DESCRIPTION = 1024
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
}
"""GitHub's bands: over 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low."""
_PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
_MOST_TAGS = 10

Json = dict[str, Any]


def level(severity: Severity) -> str:
    """Return the SARIF level of a failure."""
    return _LEVELS[severity]


def descriptors(rules: Sequence[Rule], named: list[str] | None) -> list[Json]:
    """Return the descriptors of `rules`, related to the clauses in `named` unless it is None."""
    return [_descriptor(rule, named) for rule in rules]


def taxonomy(named: list[str]) -> Json:
    """Return 21 CFR Part 11 as far as rules name it."""
    return {
        "name": clauses.NAME,
        "fullName": clauses.TITLE,
        "organization": "U.S. Food and Drug Administration",
        "shortDescription": {"text": f"{clauses.TITLE}."},
        "isComprehensive": False,
        "taxa": [
            {"id": clause, "shortDescription": {"text": clauses.CLAUSES.get(clause, clause) + "."}}
            for clause in named
        ],
    }


def _descriptor(rule: Rule, named: list[str] | None) -> Json:
    title = _sentence(rule.title)
    why = _first_paragraph(rule.help) or title
    weight = _LEVELS[rule.severity]
    properties: Json = {
        "tags": _tags(rule),
        "precision": "very-high",
        "problem.severity": _PROBLEMS[weight],
    }
    if score := _SCORES.get(rule.severity):
        properties["security-severity"] = score
    found: Json = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": _short(title)},
        "fullDescription": {"text": _short(why)},
        "help": {
            "text": f"{title}\n\n{_plain(rule.help)}".strip(),
            "markdown": f"**{title}**\n\n{rule.help}".strip(),
        },
        "defaultConfiguration": {"level": weight},
        "properties": properties,
    }
    if named is not None and rule.clauses:
        component = {"name": clauses.NAME, "index": 0}
        found["relationships"] = [
            {
                "target": {"id": c, "index": named.index(c), "toolComponent": component},
                "kinds": ["relevant"],
            }
            for c in rule.clauses
        ]
    return found


def _tags(rule: Rule) -> list[str]:
    tags = ["security", "compliance", "aws", "cloudtrail"]
    if rule.integration:
        tags.append("integration")
    tags += [f"external/21cfr11/{clause}" for clause in rule.clauses]
    return tags[:_MOST_TAGS]


def _first_paragraph(text: str) -> str:
    """Return the first paragraph, without headings, on one line."""
    for paragraph in re.split(r"\n\s*\n", re.sub(r"^#.*$", "", text, flags=re.MULTILINE)):
        if paragraph.strip():
            return _sentence(_plain(" ".join(paragraph.split())))
    return ""


def _plain(markdown: str) -> str:
    """Return Markdown without the marks that only clutter plain text."""
    return re.sub(r"^#+\s*", "", markdown, flags=re.MULTILINE).replace("`", "")


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else text + "."


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_DESCRIPTION else text[: LONGEST_DESCRIPTION - 1] + "…"


def _notification(identifier: str, weight: str, title: str, text: str) -> Json:
    return {
        "id": identifier,
        "name": "".join(word.capitalize() for word in identifier.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": text},
        "help": {"text": text},
        "defaultConfiguration": {"level": weight},
    }


NOTIFICATIONS = [
    _notification(
        "unread-input",
        "error",
        "Code that may matter was not read.",
        "Nothing that depends on this code is reported as passing. Repair the file or exclude it.",
    ),
    _notification(
        "input-notice",
        "note",
        "Worth knowing, but no code was lost.",
        "The scan is complete in spite of this.",
    ),
    _notification(
        "results-left-out",
        "error",
        "Results were left out.",
        "There are more results than a consumer accepts. The JSON report holds all of them.",
    ),
    _notification(
        "refused-input",
        "error",
        "Code that the deployment tool refuses.",
        "It cannot be deployed as it is, so that nothing in it is reported as passing.",
    ),
]
"""Descriptors of what an invocation may report, by index."""
