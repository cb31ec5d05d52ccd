"""What Terraform streams with `-json`: one event a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

_DUMP: Final = '"Emergency state dump"'
_STARTED: Final = "apply_start"
_ENDED: Final = ("apply_complete", "apply_errored")


@dataclass(frozen=True)
class Event:
    """One line of Terraform's own."""

    kind: str
    message: str
    at: datetime | None
    address: str
    action: str
    document: dict[str, Any]


@dataclass(frozen=True)
class Timing:
    """When a resource was begun, relative to the first one, and how long it took."""

    address: str
    action: str
    start: float
    elapsed: float
    ok: bool

    def as_json(self) -> dict[str, Any]:
        """Return what the bench reads."""
        return {
            "address": self.address,
            "action": self.action,
            "start": round(self.start, 3),
            "elapsed": round(self.elapsed, 3),
            "ok": self.ok,
        }


def parse(line: str) -> Event | None:
    """Return the event a line holds; None for what isn't one, such as a provider's stray print."""
    try:
        document = json.loads(line)
    except ValueError:
        return None
    if not isinstance(document, dict) or "type" not in document:
        return None
    carrier = document.get("hook") or document.get("change") or {}
    stamp = document.get("@timestamp")
    return Event(
        kind=str(document["type"]),
        message=str(document.get("@message", "")),
        at=datetime.fromisoformat(stamp) if stamp else None,
        address=str(carrier.get("resource", {}).get("addr", "")),
        action=str(carrier.get("action", "")),
        document=document,
    )


def dumped_state(line: str) -> dict[str, Any] | None:
    """Return the state that Terraform prints, on a line of its own kind, when it can write it nowhere."""
    if _DUMP not in line:
        return None
    try:
        found = json.loads(line).get("state")
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, dict) and "lineage" in found else None


def timings(events: list[Event]) -> list[Timing]:
    """Pair starts with ends; a resource that never ended isn't told of."""
    begun: dict[tuple[str, str], datetime] = {}
    first: datetime | None = None
    found: list[Timing] = []
    for event in events:
        if event.at is None:
            continue
        if event.kind == _STARTED:
            first = first or event.at
            begun[event.address, event.action] = event.at
        elif event.kind in _ENDED and first is not None:
            start = begun.pop((event.address, event.action), None)
            if start is not None:
                since, took = (start - first).total_seconds(), (event.at - start).total_seconds()
                found.append(Timing(event.address, event.action, since, took, event.kind == "apply_complete"))
    return found
