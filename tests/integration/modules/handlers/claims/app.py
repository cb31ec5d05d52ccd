"""Adds a claim to a person's access token, as Cognito asks before it makes one."""

from __future__ import annotations

from typing import Any


def handler(event: dict[str, Any], _context: object) -> Any:
    """Give the event back with the claim `plan`."""
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToAddOrOverride": {"plan": "gold"}}
    }
    return event
