"""Custom resources that keep a log group: the CDK's own `LogRetention`, known by its function.

It makes the group if there is none, and sets how long it keeps its records. Its function has the
same logical id in every app (aws-cdk-lib, "aws-logs/lib/log-retention").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trailcheck.cloudformation.template import Declaration

TYPE = "Custom::LogRetention"
NAME = "LogGroupName"
"""The property and the attribute that name the group."""
DAYS = "RetentionInDays"
_PROVIDER = "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a"


def is_known(declared: Declaration) -> bool:
    """Tell whether a resource is the CDK's own, for a group of the stack's account and Region."""
    if declared.type != TYPE or declared.properties is None or declared.unread:
        return False
    token = declared.properties.get("ServiceToken")
    elsewhere = declared.properties.get("LogGroupRegion")
    return token is not None and _PROVIDER in token.span.text and elsewhere is None
