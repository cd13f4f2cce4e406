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


@pytest.mark.parametrize("role", ["var.role", '"arn:aws:iam::${var.account}:role/x"'])
def test_other_credentials_are_another_deployment(role: str) -> None:
    """The account of an assumed role is not that of the default provider."""
    text = PROVIDERS.replace('"arn:aws:iam::444455556666:role/x"', role)
    text += 'variable "role" {}\nvariable "account" {}\n'
    (trail,) = graph(text + TRAIL % "  provider = aws.other\n").resources(Kind.TRAIL)
    assert isinstance(trail.place.account, Symbol)
    assert trail.place.account.scope == "aws.other"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('assume_role {\n role_arn = "arn:aws:iam::444455556666:role/x"\n}', "444455556666"),
        ("assume_role {\n role_arn = local.arn\n}", "444455556666"),
        (
            (
                'assume_role {\n role_arn = "arn:aws:iam::111122223333:role/a"\n}\n'
                "assume_role {\n role_arn = local.arn\n}"
            ),
            "444455556666",
        ),
        (
            (
                'dynamic "assume_role" {\n for_each = [local.arn]\n'
                " content {\n role_arn = assume_role.value\n}\n}"
            ),
            "444455556666",
        ),
        (
            'dynamic "assume_role" {\n for_each = []\n content {\n role_arn = local.arn\n}\n}',
            "<account>",
        ),
        ("assume_role_with_web_identity {\n role_arn = local.arn\n}", "444455556666"),
        ("assume_role {\n role_arn = null\n}", "<account>"),
        ('assume_role {\n role_arn = "x"\n}', "<account>"),
        ('assume_role {\n role_arn = "arn:aws:iam::account:role/x"\n}', "<account>"),
        ('assume_role {\n session_name = "x"\n}', "<account>"),
        ('allowed_account_ids = ["444455556666", "111122223333"]', "<account>"),
        ("allowed_account_ids = [444455556666]", "444455556666"),
    ],
)
def test_the_account_of_a_provider(body: str, expected: str) -> None:
    """It is that of the role which the provider assumes last, or the only one that it allows."""
    locals_ = 'locals {\n  arn = "arn:aws:iam::444455556666:role/x"\n}\n'
    provider = f'provider "aws" {{\n  alias = "a"\n  {body}\n}}\n'
    assert _place({"main.tf": locals_ + provider + TRAIL % "  provider = aws.a\n"})[1] == expected


def test_roles_are_told_apart_by_their_arn() -> None:
    """How one role is assumed makes no other deployment of it."""
    role = "assume_role {{\n role_arn = var.role\n {}\n}}\n"
    default = f'provider "aws" {{\n  {role.format("")}}}\nvariable "role" {{}}\n'
    alias = f'provider "aws" {{\n  alias = "a"\n  {role.format("session_name = 1")}}}\n'
    (trail,) = graph(default + alias + TRAIL % "  provider = aws.a\n").resources(Kind.TRAIL)
    assert trail.place.account == Symbol("account")


FOR_EACH = """
provider "aws" {
  alias    = "by"
  for_each = { east = "us-east-1", west = "us-west-2" }
  region   = each.value
  assume_role {
    role_arn = each.key == "west" ? "arn:aws:iam::444455556666:role/x" : null
  }
}
"""


def test_providers_of_a_for_each() -> None:
    """OpenTofu makes a provider for each key, and resources and calls name one."""
    east, west = ("us-east-1", "<account>"), ("us-west-2", "444455556666")
    one = TRAIL % '  provider = aws.by["west"]\n'
    assert _place({"main.tf": FOR_EACH + one}) == west
    each = TRAIL % '  for_each = toset(["east"])\n  provider = aws.by[each.key]\n'
    assert _place({"main.tf": FOR_EACH + each}) == east
    call = 'module "m" {\n  source = "./m"\n  %s\n}\n'
    for passed, expected in (
        ('providers = { aws = aws.by["west"] }', west),
        ('for_each = toset(["west"])\n  providers = { aws = aws.by[each.key] }', west),
        ('providers = { aws = aws.by["east"] }', east),
    ):
        files = {"main.tf": FOR_EACH + call % passed, "m/main.tf": TRAIL % ""}
        assert _place(files) == expected


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
