"""A replay sends what the archive holds; LocalStack's fails on the events' times, which its archives keep as text.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from localstack.services.events.archive import ArchiveService


def install() -> None:
    """Have an archive keep the times as times, which is what a replay compares them with."""
    original = ArchiveService.put_events

    def put(archive: Any, events: list[dict[str, Any]]) -> None:
        original(archive, [{**event, "time": datetime.fromisoformat(event["time"])} for event in events])

    ArchiveService.put_events = put
