"""Constructs: the parts of an AWS CDK app that resources are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from trailcheck.source import Span


class Construct(NamedTuple):
    """The construct that a resource was made from."""

    path: str
    """Its path in the app: `Prod/Logs/Trail/Resource`."""
    span: Span | None = None
    """Where the app's own code constructs it, if that is known."""
