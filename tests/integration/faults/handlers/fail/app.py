"""Fails, after the time its caller asks for."""

from __future__ import annotations

import time
from typing import Any


class BrokenError(Exception):
    """What it always comes to."""


def handler(event: dict[str, Any], _context: object) -> None:
    """Take the time, and fail."""
    time.sleep(event.get("seconds", 0))
    raise BrokenError("never works")
