"""The forms that words of an event must have, before they are asked for at EC2 or written to a log."""

from __future__ import annotations

import re
from typing import Any

# No wildcards: EC2 reads * and ? in a filter, and one id must never mean several instances.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
_INSTANCE = re.compile(r"i-[0-9a-z]{1,32}")
_ID = re.compile(r"[A-Za-z0-9._:=-]{1,128}")


def is_id(value: Any) -> bool:
    """Say whether a value can be an event's or a call's id, and may be logged."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_instance(value: Any) -> bool:
    """Say whether a value can be the id of one instance."""
    return isinstance(value, str) and _INSTANCE.fullmatch(value) is not None


def correlation_id(event: Any, *, otherwise: str) -> str:
    """Return the id by which whoever made the event follows it; `otherwise` where there is none of that form."""
    given = event.get("correlation_id") if isinstance(event, dict) else None
    return given if isinstance(given, str) and is_id(given) else otherwise
