"""A delivery stream's transform: adds to each record, drops what is of no use, gives up what is no JSON."""

from __future__ import annotations

import base64
import json
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer every record that came, by its id."""
    return {"records": [_answer(record) for record in event["records"]]}


def _answer(record: dict[str, Any]) -> dict[str, Any]:
    try:
        click = json.loads(base64.b64decode(record["data"]))
    except ValueError:
        return {"recordId": record["recordId"], "result": "ProcessingFailed", "data": record["data"]}
    if click.get("robot"):
        return {"recordId": record["recordId"], "result": "Dropped"}
    changed = json.dumps(click | {"seen": True}).encode()
    return {
        "recordId": record["recordId"],
        "result": "Ok",
        "data": base64.b64encode(changed).decode(),
        "metadata": {"partitionKeys": {"device": click["device"]}},
    }
