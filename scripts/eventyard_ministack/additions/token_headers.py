# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A token whose header or claims are no JSON object is no token: an HTTP API's authoriser answers it with 401.

MiniStack looks for the key's name in whatever the header is, and ends the request with 500.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html, RFC 7519, section 7.2
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import apigateway

Verdict = tuple[dict[str, Any] | None, list[str] | None, tuple[int, dict[str, str], bytes] | None]


def install() -> None:
    """Look at what a token is made of before it is validated."""
    original = apigateway._validate_jwt_authorizer

    async def validate(
        route: dict[str, Any], authorizer: dict[str, Any], headers: dict[str, str], query: dict[str, Any]
    ) -> Verdict:
        token = apigateway._extract_token_from_identity_source(authorizer.get("identitySource", []), headers, query)
        if token and not _made_of_objects(token):
            return None, None, apigateway._jwt_unauthorized()
        verdict: Verdict = await original(route, authorizer, headers, query)
        return verdict

    apigateway._validate_jwt_authorizer = validate


def _made_of_objects(token: str) -> bool:
    try:
        return all(isinstance(json.loads(apigateway._b64url_decode(part)), dict) for part in token.split(".")[:2])
    except (ValueError, RecursionError):
        return False
