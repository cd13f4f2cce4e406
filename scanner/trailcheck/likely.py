"""Guesses by name what code may create that is not read: they never make anything pass.

The words are those of public modules and templates that create trails, or that surround them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TRAIL = r"cloud[-_]?trail"
_BASELINE = (
    r"(?:secur\w*|account|aws|cis)[-_]baseline|landing[-_]?zone|audit[-_]?(?:logs?|trail|account)"
)
_BESIDE = (
    r"cloud[-_]?trail(?:[-_]logs?)?(?:[-_](?:s3|cloudwatch|cis|event|metric))*"
    r"[-_](?:bucket|alarms?|filters?|notifications?|to[-_]\w+|slack(?:[-_]\w+)?)"
)
"""Modules that surround a trail and, by their names, create none."""
_SINGLE = (
    r"s3|bucket|kms|key|sns|sqs|topic|lambda|alarm|notif|slack|iam|role|policy|log[-_]group|logs|"
    r"cloudwatch|kinesis|athena|label|event|guardduty|config\b"
)
"""Sources named for another service: a call of one is not a trail, whatever the call is called."""

_SERVICE = (
    r"cloud[-_]?trail|s3|bucket|kms|\bkey|sns|sqs|topic|lambda|alarm|notif|slack|log[-_]group|"
    r"cloudwatch|kinesis|firehose|athena|guardduty|event|\bconfig\b|vpc|flow[-_]logs?|ecs|eks|ecr|"
    r"ec2|rds|dynamodb|codebuild|codepipeline|step[-_]functions?|api[-_]?gateway|backup"
)
_IDENTITY = r"iam|roles?\b|polic(?:y|ies)|permissions?"


def may_attach_policies(source: str) -> bool:
    """Tell whether code from `source` may attach policies to a role whose ARN it is given.

    Modules of a service take a role's ARN to use the role; it is theirs only by name.
    """
    bare = source.split("?", 1)[0]
    return _says(_IDENTITY, bare) or not _says(_SERVICE, bare)


def may_create_trail(name: str, source: str, arguments: Iterable[str]) -> bool | None:
    """Tell whether a call probably creates a trail (True), or might (False); else None.

    `name` is what the code calls the call, `source` where its code comes from, and `arguments` are
    the names of what it is given.
    """
    bare = source.split("?", 1)[0]
    if _says(_TRAIL, bare):
        return None if _says(_BESIDE, bare) else True
    if _says(_SINGLE, bare.rsplit("//", 1)[-1] if "//modules/" in bare else bare):
        return None
    if _says(_TRAIL, name):
        return True
    if any(_says(_TRAIL, argument) for argument in arguments):
        return True
    return False if _says(_BASELINE, bare) else None


def file_of(url: str) -> str:
    """Return the file that the text of a URL names: hosts and buckets say nothing of what is in it.

    The text may be code that makes the URL. Other text is returned as it is.
    """
    _, found, rest = url.rpartition("://")
    if not found:
        return rest
    path = re.sub(r"\$\{[^}]*\}", "", rest).partition("?")[0].partition("/")[2]
    words = re.findall(r"[\w.-][\w./-]*", path)
    return words[-1] if words else ""


def _says(pattern: str, text: str) -> bool:
    """Search without regard to case; compiled when the first remote source is met."""
    return re.search(pattern, text, re.IGNORECASE) is not None
