"""Answers a REST API with the event it got."""

from __future__ import annotations

import json
from typing import Any


def handler(event: Any, _context: object) -> dict[str, Any]:
    """Return what came, as API Gateway wants to have it said."""
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(event)}
