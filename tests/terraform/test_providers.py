"""Where resources are deployed: Regions, accounts, aliases, and what modules are passed."""

from __future__ import annotations

import pytest

from terraform.configurations import graph, shown
from trailcheck.graph import Kind
from trailcheck.value import Symbol

PROVIDERS = """
provider "aws" {
  region = "us-east-1"
}
provider "aws" {
  alias               = "west"
  region              = "us-west-2"
  allowed_account_ids = ["111122223333"]
}
provider "aws" {
  alias = "other"
  assume_role {
    role_arn = "arn:aws:iam::444455556666:role/x"
  }
}
"""
TRAIL = 'resource "aws_cloudtrail" "t" {\n  name = "t"\n%s}\n'


def _place(files: dict[str, str]) -> tuple[object, object]:
    (trail,) = graph(files).resources(Kind.TRAIL)
    return shown(trail.place.region), shown(trail.place.account)


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("", ("us-east-1", "<account>")),
        ("  provider = aws.west\n", ("us-west-2", "111122223333")),
        ('  provider = "aws.west"\n', ("us-west-2", "111122223333")),
        ("  provider = aws\n", ("us-east-1", "<account>")),
    ],
)
def test_the_provider_of_a_resource(argument: str, expected: object) -> None:
    """The default one, or the one that it names."""
    assert _place({"main.tf": PROVIDERS + TRAIL % argument}) == expected


def test_without_a_provider_block_all_is_the_deployments_own() -> None:
    """Account and Region are then symbols."""
    assert _place({"main.tf": TRAIL % ""}) == ("<region>", "<account>")


def test_other_credentials_are_another_deployment() -> None:
    """The account of an assumed role is not that of the default provider."""
    (trail,) = graph(PROVIDERS + TRAIL % "  provider = aws.other\n").resources(Kind.TRAIL)
    assert isinstance(trail.place.account, Symbol)
    assert trail.place.account.scope == "aws.other"


@pytest.mark.parametrize(
    ("providers", "inside", "expected"),
    [
        ("", "", "us-east-1"),
        ("providers = { aws = aws.west }", "", "us-west-2"),
        ("providers = { aws.x = aws.west }", "  provider = aws.x\n", "us-west-2"),
        ("providers = { aws = aws }", "", "us-east-1"),
    ],
)
def test_providers_of_modules(providers: str, inside: str, expected: str) -> None:
    """A module inherits the default provider, and takes what it is passed."""
    call = f'module "m" {{\n  source = "./m"\n  {providers}\n}}\n'
    assert _place({"main.tf": PROVIDERS + call, "m/main.tf": TRAIL % inside})[0] == expected
