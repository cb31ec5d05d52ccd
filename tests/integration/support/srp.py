"""Signing in to a Cognito user pool with SRP, as a browser does: the password never leaves the caller.

SRP-6a (RFC 5054) over the 3072-bit group of RFC 3526, with SHA-256 and Cognito's own key derivation.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Any

N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
G = 2
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def padded(number: int) -> bytes:
    """Return a number's bytes, with a zero in front where it would look negative."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def digest(*parts: bytes) -> int:
    """Return the SHA-256 of all parts together, as a number."""
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


def session_key(shared: int, scrambler: int) -> bytes:
    """Derive the 16 bytes that sign the proof (HKDF with Cognito's label)."""
    extracted = hmac.digest(padded(scrambler), padded(shared), "sha256")
    return hmac.digest(extracted, b"Caldera Derived Key\x01", "sha256")[:16]


def timestamp(moment: datetime) -> str:
    """Return the one form of date Cognito takes, in English and with no zero before the day."""
    return f"{DAYS[moment.weekday()]} {MONTHS[moment.month - 1]} {moment.day} {moment:%H:%M:%S} UTC {moment.year}"


def sign_in(cognito: Any, *, pool_id: str, client_id: str, username: str, password: str) -> dict[str, str]:
    """Sign a person in and return Cognito's `AuthenticationResult`: access, id and refresh token.

    Parameters
    ----------
    cognito
        A boto3 `cognito-idp` client; both calls it makes are open to anyone.
    """
    private = secrets.randbits(1024)
    public = pow(G, private, N)
    challenge = cognito.initiate_auth(
        ClientId=client_id, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": username, "SRP_A": f"{public:x}"}
    )["ChallengeParameters"]
    name, salt, theirs = challenge["USER_ID_FOR_SRP"], int(challenge["SALT"], 16), int(challenge["SRP_B"], 16)
    pool = pool_id.split("_", 1)[1]

    identity = hashlib.sha256(f"{pool}{name}:{password}".encode()).digest()
    verifier_key = digest(padded(salt), identity)
    scrambler = digest(padded(public), padded(theirs))
    multiplier = digest(padded(N), padded(G))
    shared = pow(theirs - multiplier * pow(G, verifier_key, N), private + scrambler * verifier_key, N)

    now = timestamp(datetime.now(UTC))
    proof = hmac.digest(
        session_key(shared, scrambler),
        pool.encode() + name.encode() + base64.b64decode(challenge["SECRET_BLOCK"]) + now.encode(),
        "sha256",
    )
    answer = cognito.respond_to_auth_challenge(
        ClientId=client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses={
            "USERNAME": name,
            "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(proof).decode(),
            "TIMESTAMP": now,
        },
    )
    result: dict[str, str] = answer["AuthenticationResult"]
    return result
