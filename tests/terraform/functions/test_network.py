"""Functions on addresses give what Terraform 1.11 gives, also for IPv4 written as IPv6."""

import pytest
from function_calls import refuses, said

CALLS: dict[tuple[object, ...], object] = {
    ("cidrhost", "::ffff:10.0.0.0/104", 0): "10.0.0.0",
    ("cidrhost", "::ffff:10.0.0.0/104", 4): "0:4::ffff:a00:0",
    ("cidrhost", "::ffff:010.1.2.3/33", 15): "::f",
    ("cidrhost", "::ffff:0:0/119", -1): "0:1ff::ffff:0:0",
    ("cidrhost", "fd00::/126", 2**64): "fd00:0:0:1::",
    ("cidrhost", "fd00:1:2:3:4:5:6:7/95", 2**128 - 1): "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ("cidrhost", "00001::/64", 1): "1::1",
    ("cidrhost", "1::2.3.4.5/120", 1): "1::203:401",
    ("cidrhost", "10.0.0.0/0008", 1): "10.0.0.1",
    ("cidrnetmask", "::ffff:10.0.0.0/104"): "ffff:ffff:ffff:ffff:ffff:ffff:ff00:0",
    ("cidrsubnet", "::ffff:10.0.0.0/104", 4, 2): "10.32.0.0/12",
    ("cidrsubnet", "::ffff:10.1.2.3/80", -1, 5): "::a:0:0:0/79",
    ("cidrsubnet", "::fffe:10.0.0.0/97", -1, 15): "0.0.0.0/0",
    ("cidrsubnet", "::ffff:255.255.255.255/112", 8, -255): "::ff00/120",
    ("cidrsubnet", "fd00::/126", 2, 2**64): "fd00:0:0:1::/128",
    ("cidrsubnet", "10.0.0.0/8", -9, 0): "<nil>",
    ("cidrsubnets", "::ffff:10.0.0.0/104"): [],
    ("cidrsubnets", "255.255.255.0/24", 1, 1): ["255.255.255.0/25", "255.255.255.128/25"],
    ("cidrcontains", "10.0.0.0/8", "::ffff:10.1.0.0/112"): True,
}

REFUSED: list[tuple[object, ...]] = [
    ("cidrhost", "::ffff:0.0.0.0/128", 15),
    ("cidrhost", "1.2.3.4::/120", 1),
    ("cidrhost", "1:2:3:4:5:6:7:8::/64", 1),
    ("cidrhost", "12345::/64", 1),
    ("cidrhost", "::1%eth0/64", 1),
    ("cidrhost", "10.0.0.256/8", 1),
    ("cidrnetmask", "::ffff:10.0.0.0/80"),
    ("cidrsubnet", "10.0.0.0/8", 4, 16),
    ("cidrsubnets", "::ffff:10.0.0.0/104", 4),
    ("cidrsubnets", "::fffe:10.0.0.0/95", 8, 8, 1),
    ("cidrsubnets", "0:0:0:1::/64", 33),
]


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_addresses_are_counted_as_terraform_counts_them(call: tuple[str, ...]) -> None:
    """Numbers are put into 16 bytes, but counted from where IPv4 ends, or IPv6."""
    assert said(*call) == CALLS[call]


@pytest.mark.parametrize("call", REFUSED, ids=str)
def test_what_terraform_refuses_is_refused(call: tuple[str, ...]) -> None:
    """The reasons are Terraform's own."""
    assert refuses(*call)
