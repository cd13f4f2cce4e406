"""Functions on address ranges in CIDR notation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.terraform.functions.arguments import bounded, integer, literal
from trailcheck.terraform.functions.base import Function, RefusedError, UnsettledError
from trailcheck.value import Known, Sequence

if TYPE_CHECKING:
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value

_MOST_NEW_BITS = 32
_V4 = 32
_V4_FIELDS = 4
_MOST_DIGITS = 9
_V6 = 128
_MAPPED = 0xFFFF << _V4


class Prefix(NamedTuple):
    """An address range: its first address, the length of its prefix, and the bits of an address."""

    first: int
    length: int
    bits: int

    def text(self) -> str:
        """Return the range in CIDR notation."""
        return f"{_address_text(self.first, self.bits)}/{self.length}"


def cidrhost(call: Call, arguments: list[Value]) -> Value:
    """Return an address in a range by its number; negative numbers count from the end."""
    prefix, host = _prefix(literal(arguments[0])), integer(arguments[1])
    size = 1 << (prefix.bits - prefix.length)
    if not -size <= host < size:
        raise RefusedError("the range has no address of that number")
    return Known(_address_text(prefix.first + host % size, prefix.bits), call.span)


def cidrnetmask(call: Call, arguments: list[Value]) -> Value:
    """Return the mask of a range of IPv4 addresses."""
    prefix = _prefix(literal(arguments[0]))
    if prefix.bits != _V4:
        raise RefusedError("addresses of IPv6 have no mask")
    mask = (1 << _V4) - (1 << (_V4 - prefix.length))
    return Known(_address_text(mask, _V4), call.span)


def cidrsubnet(call: Call, arguments: list[Value]) -> Value:
    """Return a range within a range, by the number of added bits and its own number."""
    prefix = _prefix(literal(arguments[0]), mapped=True)
    added, number = (integer(a) for a in arguments[1:])
    length = prefix.length + added
    if not 0 <= length <= prefix.bits:
        raise RefusedError("the range has not so many bits left")
    # NOTE: as Terraform has it: a negative number of bits widens the range, and a negative number
    # of the range is put in by its two's complement.
    if added >= 0 and abs(number) >= 1 << added:
        raise RefusedError("the added bits do not hold a number so large")
    first = abs(prefix.first | number << (prefix.bits - length))
    if first >= 1 << prefix.bits:
        raise RefusedError("the range lies beyond the last address")
    return Known(Prefix(first, length, prefix.bits).text(), call.span)


def cidrsubnets(call: Call, arguments: list[Value]) -> Value:
    """Return ranges within a range, one after the other, each with its own number of added bits."""
    prefix = _prefix(literal(arguments[0]))
    bounded(len(arguments))
    at, end = prefix.first, prefix.first + (1 << (prefix.bits - prefix.length))
    result: list[Value] = []
    for argument in arguments[1:]:
        added = integer(argument)
        length = prefix.length + added
        if added < 1:
            raise RefusedError("each range must add at least one bit")
        if length > prefix.bits or added > _MOST_NEW_BITS:
            raise RefusedError("the range has not so many bits left")
        if prefix.first == 0:
            # NOTE: Terraform starts at the range before the first, and before the first of all
            # addresses there is none.
            raise RefusedError("the range must not start at the first of all addresses")
        size = 1 << (prefix.bits - length)
        at = -(-at // size) * size
        if at + size > end:
            raise RefusedError("the range has not enough addresses left")
        result.append(Known(Prefix(at, length, prefix.bits).text(), call.span))
        at += size
    return Sequence(result, call.span, of="string")


def cidrcontains(call: Call, arguments: list[Value]) -> Value:
    """Tell whether a range holds an address, or another range."""
    prefix, other = _prefix(literal(arguments[0]), mapped=True), literal(arguments[1])
    whole = other if "/" in other else f"{other}/{_V6 if ':' in other else _V4}"
    inner = _prefix(whole, mapped=True)
    if prefix.bits != inner.bits:
        raise RefusedError("the addresses are not of the same kind")
    size = 1 << (prefix.bits - prefix.length)
    within = inner.length >= prefix.length and prefix.first <= inner.first < prefix.first + size
    return Known(within, call.span)


def _prefix(said: str, *, mapped: bool = False) -> Prefix:
    address, slash, digits = said.partition("/")
    if not slash or not (digits.isascii() and digits.isdigit()) or len(digits) > 3:  # noqa: PLR2004
        raise RefusedError("this is no address range in CIDR notation")
    number, bits = _address(address)
    length = int(digits)
    if length > bits:
        raise RefusedError("this is no address range in CIDR notation")
    if bits == _V6 and number >> _V4 == _MAPPED >> _V4 and length >= _V6 - _V4:
        # NOTE: Go takes IPv4 addresses written as IPv6 for what they are, but counts in IPv6.
        if not mapped:
            raise UnsettledError(reason="IPv4 addresses that are written as IPv6 are not followed")
        number, length, bits = number & ((1 << _V4) - 1), length - (_V6 - _V4), _V4
    host = bits - length
    return Prefix(number >> host << host, length, bits)


def _address(said: str) -> tuple[int, int]:
    if ":" not in said:
        fields = said.split(".")
        valid = len(fields) == _V4_FIELDS and all(
            f.isascii() and f.isdigit() and len(f) <= _MOST_DIGITS for f in fields
        )
        if not valid or any(int(f) > 255 for f in fields):  # noqa: PLR2004 - one byte
            raise RefusedError("this is no address")
        # NOTE: Terraform reads leading zeros as decimal, where Python refuses them.
        return sum(int(f) << 8 * (3 - n) for n, f in enumerate(fields)), _V4
    from ipaddress import AddressValueError, IPv6Address  # noqa: PLC0415 - 5 ms, seldom needed

    try:
        return int(IPv6Address(said.partition("%")[0] if "%" not in said else "")), _V6
    except AddressValueError:
        raise RefusedError("this is no address") from None


def _address_text(number: int, bits: int) -> str:
    if bits == _V4:
        return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    from ipaddress import IPv6Address  # noqa: PLC0415 - 5 ms, seldom needed

    return str(IPv6Address(number))


FUNCTIONS: dict[str, Function] = {
    "cidrcontains": Function(cidrcontains, 2, 2),
    "cidrhost": Function(cidrhost, 2, 2),
    "cidrnetmask": Function(cidrnetmask),
    "cidrsubnet": Function(cidrsubnet, 3, 3),
    "cidrsubnets": Function(cidrsubnets, 1, None),
}
