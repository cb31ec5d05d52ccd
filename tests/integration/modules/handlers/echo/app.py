"""Logs the event it gets and gives it back."""

from __future__ import annotations

import json
from typing import Any


def handler(event: Any, _context: object) -> Any:
    """Return what came."""
    print(json.dumps({"echo": event}))  # noqa: T201 - the log is where a test finds it
    return event
