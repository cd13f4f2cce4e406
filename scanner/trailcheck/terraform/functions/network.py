"""Functions on address ranges in CIDR notation.

Source: Terraform 1.11, `internal/lang/funcs/cidr.go` and `internal/ipaddr`, with
github.com/apparentlymart/go-cidr 1.1. An address of IPv4 that is written as IPv6
(`::ffff:10.0.0.0`) is kept in 16 bytes, and printed as IPv4. What is added to it is counted in bits
of the one or the other, as each function has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.terraform.functions.arguments import bounded, integer, literal, word
from trailcheck.terraform.functions.base import Function, RefusedError
from trailcheck.value import Known, Sequence

if TYPE_CHECKING:
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value

_MOST_NEW_BITS = 32
_V4 = 32
_V4_FIELDS = 4
_MOST_DIGITS = 9
_V6 = 128
_V6_GROUPS = 8
_MAPPED = 0xFFFF << _V4
_MAPPED_BITS = 48
_WORD = 64
_SIGN = 1 << (_WORD - 1)
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")


class Prefix(NamedTuple):
    """An address range: its first address, the length of its prefix, and the bits of an address."""

    first: int
    length: int
    bits: int

    @property
    def is_mapped(self) -> bool:
        """Whether this is a range of IPv4 addresses that is written as IPv6."""
        return self.bits == _V6 and self.first >> _V4 == _MAPPED >> _V4

    def text(self) -> str:
        """Return the range in CIDR notation."""
        length = max(self.length - (_V6 - _V4), 0) if self.is_mapped else self.length
        return f"{_address_text(self.first, self.bits)}/{length}"

    def unmapped(self) -> Prefix:
        """Return the range as one of IPv4, if that is what it is."""
        if not self.is_mapped or self.length < _V6 - _V4:
            return self
        return Prefix(self.first - _MAPPED, self.length - (_V6 - _V4), _V4)


def cidrhost(call: Call, arguments: list[Value]) -> Value:
    """Return an address in a range by its number; negative numbers count from the end."""
    prefix, host = _prefix(literal(arguments[0])), integer(arguments[1])
    most = (1 << (prefix.bits - prefix.length)) - 1
    # NOTE: as Terraform has it: of a large number the lowest 64 bits are compared, with a sign.
    compared = -host - 1 if host < 0 else (host + _SIGN) % (2 * _SIGN) - _SIGN
    if compared > most:
        raise RefusedError("the range has no address of that number")
    shift = _V6 - _V4 if prefix.is_mapped else 0
    number = abs(prefix.first | (most - compared if host < 0 else host) << shift)
    if number >> prefix.bits:
        raise RefusedError("the address lies beyond the last one")
    return Known(_address_text(number, prefix.bits), call.span)


def cidrnetmask(call: Call, arguments: list[Value]) -> Value:
    """Return the mask of a range of IPv4 addresses."""
    prefix = _prefix(literal(arguments[0]))
    if prefix.bits != _V4 and not prefix.is_mapped:
        raise RefusedError("addresses of IPv6 have no mask")
    mask = (1 << prefix.bits) - (1 << (prefix.bits - prefix.length))
    return Known(_address_text(mask, prefix.bits), call.span)


def cidrsubnet(call: Call, arguments: list[Value]) -> Value:
    """Return a range within a range, by the number of added bits and its own number."""
    prefix = _prefix(literal(arguments[0]))
    added, number = (integer(a) for a in arguments[1:])
    length = prefix.length + added
    if length > prefix.bits or abs(added) >= _SIGN:
        raise RefusedError("the range has not so many bits left")
    # NOTE: as Terraform has it: a negative number of bits widens the range, a negative number of
    # the range is put in by its two's complement, and of a large one the lowest 64 bits count.
    if 0 <= added < _WORD and abs(number) % (1 << _WORD) >= 1 << added:
        raise RefusedError("the added bits do not hold a number so large")
    bounded(prefix.bits - length)
    first = abs(prefix.first | number << (prefix.bits - length))
    if first >> prefix.bits:
        raise RefusedError("the range lies beyond the last address")
    if length < 0:
        return Known("<nil>", call.span)
    return Known(Prefix(first, length, prefix.bits).text(), call.span)


def cidrsubnets(call: Call, arguments: list[Value]) -> Value:
    """Return ranges within a range, one after the other, each with its own number of added bits."""
    prefix = _prefix(literal(arguments[0]))
    bounded(len(arguments))
    at, end = prefix.first, prefix.first + (1 << (prefix.bits - prefix.length))
    result: list[Value] = []
    for argument in arguments[1:]:
        added = word(argument)
        length = prefix.length + added
        if added < 1:
            raise RefusedError("each range must add at least one bit")
        if length > prefix.bits or added > _MOST_NEW_BITS:
            raise RefusedError("the range has not so many bits left")
        if prefix.first in {0, 1 << _MAPPED_BITS} or prefix.is_mapped:
            # NOTE: Terraform starts at the range before the first. Before the first of all
            # there is none, and it stumbles over those that are IPv4's, before or among them.
            raise RefusedError("the range must not start where IPv6 or its part for IPv4 does")
        size = 1 << (prefix.bits - length)
        at = -(-at // size) * size
        if at + size > end or (prefix.bits == _V6 and at == _MAPPED):
            raise RefusedError("the range has not enough addresses left")
        result.append(Known(Prefix(at, length, prefix.bits).text(), call.span))
        at += size
    return Sequence(result, call.span, of="string")


def cidrcontains(call: Call, arguments: list[Value]) -> Value:
    """Tell whether a range holds an address, or another range."""
    prefix, other = _prefix(literal(arguments[0])).unmapped(), literal(arguments[1])
    whole = other if "/" in other else f"{other}/{_V6 if ':' in other else _V4}"
    inner = _prefix(whole).unmapped()
    if prefix.bits != inner.bits:
        raise RefusedError("the addresses are not of the same kind")
    size = 1 << (prefix.bits - prefix.length)
    within = inner.length >= prefix.length and prefix.first <= inner.first < prefix.first + size
    return Known(within, call.span)


def _prefix(said: str) -> Prefix:
    address, slash, digits = said.partition("/")
    if not slash or not (digits.isascii() and digits.isdigit()):
        raise RefusedError("this is no address range in CIDR notation")
    number, bits = _address(address)
    length = _small(digits)
    if length > bits:
        raise RefusedError("this is no address range in CIDR notation")
    host = bits - length
    return Prefix(number >> host << host, length, bits)


def _address(said: str) -> tuple[int, int]:
    if ":" not in said:
        return _v4(said), _V4
    head, gap, tail = said.partition("::")
    if gap and "." in head:
        raise RefusedError("this is no address")
    before, after = _groups(head) if head or not gap else [], _groups(tail) if tail else []
    missing = _V6_GROUPS - len(before) - len(after)
    if missing < 0 or bool(missing) != bool(gap):
        raise RefusedError("this is no address")
    number = 0
    for group in (*before, *[0] * missing, *after):
        number = number << 16 | group
    return number, _V6


def _groups(said: str) -> list[int]:
    """Read groups of four hexadecimal digits; the last two may be an address of IPv4."""
    *groups, last = said.split(":")
    if "." in last:
        number = _v4(last)
        return [*(_group(each) for each in groups), number >> 16, number & 0xFFFF]
    return [_group(each) for each in (*groups, last)]


def _group(said: str) -> int:
    digits = said.lstrip("0")
    if not said or len(digits) > 4 or not set(digits) <= _HEXADECIMAL:  # noqa: PLR2004 - two bytes
        raise RefusedError("this is no address")
    return int(digits or "0", 16)


def _v4(said: str) -> int:
    fields = said.split(".")
    if len(fields) != _V4_FIELDS or not all(f.isascii() and f.isdigit() for f in fields):
        raise RefusedError("this is no address")
    # NOTE: Terraform reads leading zeros as decimal, where Go and Python refuse them.
    numbers = list(map(_small, fields))
    if max(numbers) > 255:  # noqa: PLR2004 - one byte
        raise RefusedError("this is no address")
    return sum(number << 8 * (3 - n) for n, number in enumerate(numbers))


def _small(digits: str) -> int:
    """Return a small number in decimal; whatever is larger is as good as another."""
    return int((digits.lstrip("0") or "0")[:_MOST_DIGITS])


def _address_text(number: int, bits: int) -> str:
    if bits == _V4 or number >> _V4 == _MAPPED >> _V4:
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
