"""Text encrypted for an RSA key, with keys written in each of the forms that Terraform reads."""

from __future__ import annotations

from base64 import b64encode

import pytest
from function_calls import refuses, said

ONE, OTHER, PUBLIC = 2**521 - 1, 2**607 - 1, 65537
MODULUS = ONE * OTHER
PRIVATE = pow(PUBLIC, -1, (ONE - 1) * (OTHER - 1))
SIZE = (MODULUS.bit_length() + 7) // 8
RSA = bytes.fromhex("06092a864886f70d0101010500")


def der(tag: int, content: bytes) -> bytes:
    """Return a DER value."""
    length = len(content)
    many = (length.bit_length() + 7) // 8
    head = bytes([length]) if length < 128 else bytes([128 + many]) + length.to_bytes(many, "big")
    return bytes([tag]) + head + content


def integer(number: int) -> bytes:
    """Return a DER integer."""
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def pkcs1(private: int = PRIVATE) -> bytes:
    """Return the key by PKCS #1; the last three numbers are not read."""
    numbers = (0, MODULUS, PUBLIC, private, ONE, OTHER, 1, 1, 1)
    return der(0x30, b"".join(map(integer, numbers)))


def ssh(content: bytes) -> bytes:
    """Return text as SSH writes it."""
    return len(content).to_bytes(4, "big") + content


def openssh(cipher: bytes = b"none") -> bytes:
    """Return the key in OpenSSH's own form."""
    numbers = (MODULUS, PUBLIC, PRIVATE, 1, ONE, OTHER)
    inner = b"\0\0\0\1\0\0\0\1" + ssh(b"ssh-rsa")
    inner += b"".join(ssh(n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in numbers) + ssh(b"")
    head = b"openssh-key-v1\0" + ssh(cipher) + ssh(b"none") + ssh(b"") + b"\0\0\0\1"
    return head + ssh(b"public") + ssh(inner)


def pem(kind: str, raw: bytes) -> str:
    """Return a key in PEM."""
    return f"-----BEGIN {kind}-----\n{b64encode(raw).decode()}\n-----END {kind}-----\n"


def encrypted(text: str, kind: int = 2) -> str:
    """Return text encrypted for the key."""
    raw = text.encode()
    block = bytes([0, kind]) + b"\xff" * (SIZE - 3 - len(raw)) + b"\0" + raw
    number = pow(int.from_bytes(block, "big"), PUBLIC, MODULUS)
    return b64encode(number.to_bytes(SIZE, "big")).decode()


KEYS = {
    "PKCS #1": pem("RSA PRIVATE KEY", pkcs1()),
    "PKCS #8": pem("PRIVATE KEY", der(0x30, integer(0) + der(0x30, RSA) + der(4, pkcs1()))),
    "OpenSSH": "a note before\n" + pem("OPENSSH PRIVATE KEY", openssh()),
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_the_key_opens_the_text(key: str) -> None:
    """Each form of the key opens what was encrypted for it."""
    assert said("rsadecrypt", encrypted("message"), key) == "message"
    assert said("rsadecrypt", encrypted(""), key) == ""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("bad", KEYS["PKCS #1"]),
        ("", KEYS["PKCS #1"]),
        (encrypted("message", kind=1), KEYS["PKCS #1"]),
        (b64encode(b"\xff" * (SIZE + 1)).decode(), KEYS["PKCS #1"]),
        (encrypted("message"), ""),
        (encrypted("message"), pem("RSA PRIVATE KEY", b"\x30")),
        (encrypted("message"), pem("RSA PRIVATE KEY", pkcs1(PRIVATE + 2))),
        (encrypted("message"), pem("EC PRIVATE KEY", pkcs1())),
        (encrypted("message"), pem("OPENSSH PRIVATE KEY", openssh(b"aes256-ctr"))),
        (encrypted("message"), pem("OPENSSH PRIVATE KEY", openssh()[:90])),
    ],
)
def test_what_does_not_fit_is_refused(text: str, key: str) -> None:
    """Broken text, a broken or locked key, and a key that does not open the text."""
    assert refuses("rsadecrypt", text, key)
