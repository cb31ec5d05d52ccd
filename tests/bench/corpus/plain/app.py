"""Files that land in a bucket are registered: the standard library is enough."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from about import FUNCTION
from naming import describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

logger = logging.getLogger(FUNCTION)
logger.setLevel(logging.INFO)


def uploads(event: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the key and the size of each object the event is about."""
    for record in event.get("Records", []):
        found = record["s3"]["object"]
        yield unquote_plus(found["key"]), int(found.get("size", 0))


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    registered = [describe(key, size) for key, size in uploads(event)]
    for one in registered:
        logger.info(json.dumps(one, sort_keys=True))
    return {"function": FUNCTION, "registered": registered}
