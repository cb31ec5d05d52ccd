"""Consumes a queue, and can't read one kind of message, until somebody mends it."""

from __future__ import annotations

import json
from typing import Any

from faults._shared import effects

UNREADABLE = "poison"


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Carry out a batch; return what the queue should give again."""
    failed = []
    for record in event["Records"]:
        order = json.loads(record["body"])
        times = record["attributes"]["ApproximateReceiveCount"]
        effects.first(order["run"], f"attempt#{order['id']}#{times}")
        if order["kind"] == UNREADABLE:
            failed.append(record["messageId"])
        else:
            effects.once(order["run"], order["id"])
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}
