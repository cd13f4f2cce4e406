"""Data sources: symbols, documents, and honest unknowns."""

from __future__ import annotations

import pytest

from terraform.configurations import evaluated


@pytest.mark.parametrize(
    ("type_", "attribute", "body", "expected"),
    [
        ("aws_caller_identity", "account_id", "", "<account>"),
        ("aws_region", "name", "", "<region>"),
        ("aws_region", "region", "", "<region>"),
        ("aws_region", "name", 'name = "eu-west-1"', "eu-west-1"),
        ("aws_partition", "partition", "", "<partition>"),
        ("aws_partition", "dns_suffix", "", "<dns_suffix>"),
        ("aws_caller_identity", "arn", "", "?data.aws_caller_identity.d.arn"),
        ("aws_ssm_parameter", "value", 'name = "x"', "?data.aws_ssm_parameter.d.value"),
        ("aws_cloudwatch_log_group", "arn", 'name = "x"', "${data.aws_cloudwatch_log_group.d.arn}"),
        ("aws_cloudwatch_log_group", "name", 'name = "x"', "x"),
        ("template_file", "rendered", 'template = "a$${b}"\n  vars = {b = 1}', "a1"),
    ],
)
def test_attributes(type_: str, attribute: str, body: str, expected: object) -> None:
    """The deployment's own values are symbols; what is looked up is not known."""
    text = f'data "{type_}" "d" {{\n  {body}\n}}\n'
    assert evaluated(f"data.{type_}.d.{attribute}", text) == expected


def test_symbols_make_text_with_symbolic_parts() -> None:
    """An ARN of the deployment's own account and Region keeps its parts."""
    text = 'data "aws_caller_identity" "c" {\n}\ndata "aws_region" "r" {\n}\n'
    arn = (
        '"arn:aws:logs:${data.aws_region.r.name}'
        ':${data.aws_caller_identity.c.account_id}:log-group:g:*"'
    )
    assert evaluated(arn, text) == "arn:aws:logs:<region>:<account>:log-group:g:*"
