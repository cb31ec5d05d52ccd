"""A signed webhook: the caller's token is verified, the message passed on over https."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import jwt
from about import FUNCTION
from outgoing import Receiver
from tokens import Verifier

if TYPE_CHECKING:
    from collections.abc import Mapping


def answer(status: int, **body: Any) -> dict[str, Any]:
    """Return what API Gateway makes an HTTP response of."""
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    token = str(event.get("headers", {}).get("authorization", "")).removeprefix("Bearer ")
    try:
        caller = Verifier(os.environ.get("PUBLIC_KEY", ""), audience=FUNCTION).subject(token)
    except jwt.PyJWTError as error:
        return answer(401, error=type(error).__name__)
    status = Receiver(os.environ["RECEIVER"]).send(caller, str(event.get("body", "")))
    return answer(202 if status < 400 else 502, caller=caller)
