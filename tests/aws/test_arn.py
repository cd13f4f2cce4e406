"""ARNs, read from text with symbolic parts."""

from __future__ import annotations

from trailcheck.aws.arn import NAME, Opaque, Tokens, arn_of, joined, show
from trailcheck.value import Symbol, Unknown

ACCOUNT = Opaque(Symbol("account"), "[0-9]", filled=True)
REGION = Opaque(Symbol("region"), "[a-z0-9-]", filled=True)
PREFIX = Opaque(Unknown("var.prefix", "var.prefix has no default"), NAME)
STREAM: Tokens = joined(
    ("arn:aws:logs:", REGION, ":", ACCOUNT, ":log-group:/audit/", PREFIX, ":log-stream:", ACCOUNT)
)


def test_arns_split_at_literal_colons() -> None:
    """Symbols stand in fields of their own; the last field keeps its colons."""
    arn = arn_of(STREAM)
    assert arn is not None
    assert arn.tokens == STREAM
    assert arn.account == (ACCOUNT,)
    assert show(arn.resource) == "log-group:/audit/${var.prefix}:log-stream:${account}"
    assert arn_of(("/audit/trail",)) is None
