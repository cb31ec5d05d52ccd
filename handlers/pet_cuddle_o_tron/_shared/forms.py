"""The forms that words from outside must have, before they are used as keys or written to a log."""

from __future__ import annotations

import json
import re
from typing import Any

# What `reminders.identify` gives, and so the only form an id has.
ID = re.compile(r"[0-9a-f]{40}")
# API Gateway's request ids are of this form too. Addresses and numbers with a plus sign are not.
CORRELATION_ID = re.compile(r"[A-Za-z0-9._:=-]{1,128}")
# Cognito's own limit for a user name; its `sub` is shorter.
LONGEST_NAME = 128


def is_name(value: Any, *, longest: int = LONGEST_NAME) -> bool:
    """Say whether a value is a text that can be a key: some printable characters, whole ones, and not too many."""
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()


def strict_json(text: str) -> Any:
    """Return what a text says, where it says it once and in JSON alone.

    Raises
    ------
    ValueError, RecursionError
        It is no JSON, is too deep, repeats a name, or holds `NaN` or an infinity.
    """
    return json.loads(text, object_pairs_hook=_no_repeats, parse_constant=_no_constants)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name appears twice")
    return dict(pairs)


def _no_constants(name: str) -> Any:
    raise ValueError(name)
