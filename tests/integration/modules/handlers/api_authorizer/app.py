"""Decides who may call: an HTTP API gets a yes or no, a REST API a policy."""

from __future__ import annotations

from typing import Any

KEY = "let-me-in"


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Let in who has the key."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    known = headers.get("x-partner-key") == KEY
    if event.get("version") == "2.0":
        return {"isAuthorized": known, "context": {"partner": "one"}}
    # The answer is kept by the key and serves every method the key opens, so it names the stage, not the one method.
    api, stage, *_ = event["methodArn"].split("/")
    statement = {
        "Effect": "Allow" if known else "Deny",
        "Action": "execute-api:Invoke",
        "Resource": f"{api}/{stage}/*",
    }
    return {
        "principalId": "partner",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"partner": "one"},
    }
