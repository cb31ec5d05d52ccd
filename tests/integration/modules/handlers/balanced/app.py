"""Answers a load balancer with what it was asked."""

from __future__ import annotations

import json
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return an answer as a load balancer takes it."""
    said = {"path": event["path"], "method": event["httpMethod"], "body": event.get("body")}
    return {
        "statusCode": 200,
        "statusDescription": "200 OK",
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(said),
        "isBase64Encoded": False,
    }
