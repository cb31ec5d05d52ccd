# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A bus keeps the policy it was given.

`PutPermission` takes a whole `Policy`, as an alternative to naming one principal. MiniStack ignores it and stores a
statement that lets everybody send events: another policy than the one under test, and another at every second plan.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import eventbridge

Answer = tuple[int, dict[str, str], Any]


def install() -> None:
    """Store a whole policy as it is."""
    original = eventbridge._put_permission

    def put_permission(data: dict[str, Any]) -> Answer:
        if "Policy" not in data:
            answer: Answer = original(data)
            return answer
        try:
            policy = json.loads(data["Policy"])
        except ValueError:
            refusal: Answer = eventbridge.error_response_json("ValidationException", "Invalid policy document", 400)
            return refusal
        eventbridge._event_bus_policies[data.get("EventBusName", "default")] = policy
        stored: Answer = eventbridge.json_response({})
        return stored

    eventbridge._put_permission = put_permission
