"""Consumes a queue, each message once; a message can say what is to go wrong when it comes for the first time."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from faults._shared import effects


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Carry out a batch; return what the queue should give again."""
    failed = [one["messageId"] for one in event["Records"] if not _carried_out(json.loads(one["body"]))]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def _carried_out(order: dict[str, str]) -> bool:
    run, name, fault = order["run"], order["id"], order.get("fault")
    if fault and effects.first(run, f"fault#{name}", pid=str(os.getpid())):
        _go_wrong(fault)
    if order.get("downstream"):
        try:
            item = {"run": {"S": run}, "what": {"S": name}}
            effects.client.put_item(TableName=os.environ["DOWNSTREAM_TABLE"], Item=item)
        except effects.client.exceptions.ClientError as error:
            effects.first(run, f"refused#{name}", code=error.response["Error"]["Code"])
            return False
    effects.once(run, name)
    return True


def _go_wrong(fault: str) -> None:
    if fault == "exit":
        os._exit(3)
    # Longer than Lambda lets it; whoever is to kill the process does that meanwhile.
    time.sleep(60)
