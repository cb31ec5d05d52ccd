"""Tokens signed with RS256, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import jwt
from jwt.algorithms import RSAAlgorithm

ALGORITHM = RSAAlgorithm(RSAAlgorithm.SHA256)


@dataclass(frozen=True)
class Verifier:
    """Knows one issuer's public key."""

    public_key: str
    audience: str
    leeway: int = 10

    def subject(self, token: str) -> str:
        """Return who the token speaks for; raises what PyJWT raises for a token that can't be trusted."""
        claims = jwt.decode(
            token,
            self.public_key,
            algorithms=["RS256"],
            audience=self.audience,
            leeway=self.leeway,
            options={"require": ["exp", "sub", "aud"]},
        )
        return str(claims["sub"])
