"""`rsadecrypt`: text that was encrypted for an RSA key, by PKCS #1 v1.5.

A private key in code is no secret any more: what it opens is settled by code. Keys come in PEM, as
PKCS #1, PKCS #8 or in OpenSSH's own form, without a password.

Source: RFC 8017, RFC 5958, and OpenSSH's PROTOCOL.key.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.terraform.functions.arguments import literal
from trailcheck.terraform.functions.base import Function, RefusedError, UnsettledError
from trailcheck.value import Known

if TYPE_CHECKING:
    from trailcheck.terraform.functions.base import Call
    from trailcheck.value import Value

_PEM = re.compile(
    r"^-----BEGIN ([A-Z ]+)-----[ \t]*\r?\n([A-Za-z0-9+/=\s]*?)-----END \1-----", re.MULTILINE
)
_RSA_ENCRYPTION = bytes.fromhex("2a864886f70d010101")
_OPENSSH = b"openssh-key-v1\0"
_MOST_BITS = 8192
_INTEGER, _OCTETS, _OID, _SEQUENCE = 2, 4, 6, 0x30
_NO_KEY = "this is no RSA private key without a password"


class Key(NamedTuple):
    """An RSA key: its modulus and the two exponents."""

    modulus: int
    public: int
    private: int


def rsadecrypt(call: Call, arguments: list[Value]) -> Value:
    """Return the text that was encrypted. Refused if the key does not open it."""
    said, pem = (literal(argument) for argument in arguments)
    try:
        raw = a2b_base64(said.replace("\n", "").replace("\r", ""), strict_mode=True)
    except (Base64Error, ValueError):
        raise RefusedError("the encrypted text is not base64") from None
    key = _read(pem)
    if key.modulus.bit_length() > _MOST_BITS:
        raise UnsettledError(reason="the key is too long to follow")
    number, size = int.from_bytes(raw, "big"), (key.modulus.bit_length() + 7) // 8
    if number >= key.modulus:
        raise RefusedError("the key does not open the text")
    block = pow(number, key.private, key.modulus).to_bytes(size, "big")
    found = re.fullmatch(rb"\0\x02[^\0]{8,}?\0(.*)", block, re.DOTALL)
    if found is None:
        raise RefusedError("the key does not open the text")
    try:
        return Known(found[1].decode(), call.span)
    except UnicodeDecodeError:
        raise UnsettledError(reason="what was encrypted is no text in UTF-8") from None


def _read(pem: str) -> Key:
    """Return the first key of PEM text. Raises RefusedError if it is none that Terraform reads."""
    found = _PEM.search(pem)
    try:
        raw = a2b_base64(found[2]) if found is not None else b""
        match found[1] if found is not None else "":
            case "RSA PRIVATE KEY":
                key = _pkcs1(raw)
            case "PRIVATE KEY":
                key = _pkcs8(raw)
            case "OPENSSH PRIVATE KEY":
                key = _openssh(raw)
            case _:
                raise RefusedError(_NO_KEY)
    except (Base64Error, ValueError, IndexError):
        raise RefusedError(_NO_KEY) from None
    return key


def _elements(raw: bytes, tag: int) -> list[tuple[int, bytes]]:
    """Return the elements of a DER value with this tag. Raises ValueError if it has another."""
    ((found, content),) = _values(raw)
    if found != tag:
        raise ValueError(found)
    return list(_values(content))


def _values(raw: bytes) -> list[tuple[int, bytes]]:
    values: list[tuple[int, bytes]] = []
    at = 0
    while at < len(raw):
        tag, length, at = raw[at], raw[at + 1], at + 2
        if length > 127:  # noqa: PLR2004 - then it tells how many bytes hold the length
            many = length - 128
            length, at = int.from_bytes(raw[at : at + many], "big"), at + many
        if at + length > len(raw):
            raise ValueError(length)
        values.append((tag, raw[at : at + length]))
        at += length
    return values


def _pkcs1(raw: bytes) -> Key:
    elements = _elements(raw, _SEQUENCE)
    if any(tag != _INTEGER for tag, _ in elements):
        raise ValueError(raw)
    version, *numbers = (int.from_bytes(content, "big", signed=True) for _, content in elements)
    if version:
        raise RefusedError("keys of more than two primes are not supported")
    return _checked(*numbers[:5])


def _pkcs8(raw: bytes) -> Key:
    elements = _elements(raw, _SEQUENCE)
    algorithm, wrapped = elements[1], elements[2]
    name = _values(algorithm[1])[0]
    if name != (_OID, _RSA_ENCRYPTION) or wrapped[0] != _OCTETS:
        raise ValueError(raw)
    return _pkcs1(wrapped[1])


def _openssh(raw: bytes) -> Key:
    if not raw.startswith(_OPENSSH):
        raise ValueError(raw)
    fields = _Fields(raw[len(_OPENSSH) :])
    cipher, derivation, _ = fields.text(), fields.text(), fields.text()
    if (cipher, derivation) != (b"none", b"none") or fields.count() != 1:
        raise ValueError(raw)
    fields.text()
    inner = _Fields(fields.text())
    if inner.count() != inner.count() or inner.text() != b"ssh-rsa":
        raise ValueError(raw)
    modulus, public, private, _, *primes = (int.from_bytes(inner.text(), "big") for _ in range(6))
    return _checked(modulus, public, private, *primes)


class _Fields:
    """Reads counts and texts, each with its length before it, as SSH writes them."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def count(self) -> int:
        """Return the next number of four bytes."""
        taken, self.raw = self.raw[:4], self.raw[4:]
        if len(taken) < 4:  # noqa: PLR2004 - four bytes
            raise ValueError(taken)
        return int.from_bytes(taken, "big")

    def text(self) -> bytes:
        """Return the next text."""
        length = self.count()
        if length > len(self.raw):
            raise ValueError(length)
        taken, self.raw = self.raw[:length], self.raw[length:]
        return taken


def _checked(modulus: int, public: int, private: int, one: int, other: int) -> Key:
    """Return a key whose numbers belong together. Raises ValueError for others."""
    whole = one > 1 and other > 1 and one * other == modulus
    if not whole or any(private * public % (prime - 1) != 1 for prime in (one, other)):
        raise ValueError(modulus)
    return Key(modulus, public, private)


FUNCTIONS: dict[str, Function] = {"rsadecrypt": Function(rsadecrypt, 2, 2)}
