"""GET /reminders: the caller's reminders, newest first, a page at a time."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pet_cuddle_o_tron._shared import api, aws, settings
from pet_cuddle_o_tron._shared.reminders import view
from pet_cuddle_o_tron._shared.store import Reminders

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL_LIMIT, LARGEST_LIMIT = 20, 100
_LIMIT = re.compile(r"[0-9]{1,3}")
_KEY = re.compile(r"[0-9a-f]{40}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True)
class Settings:
    """What the function is told by its environment."""

    table_name: str
    index_name: str


SETTINGS = settings.read(Settings)


def page(request: api.Request, *, reminders: Reminders, index: str) -> api.Answer:
    """Serve one page."""
    found = reminders.page(
        request.owner, index=index, limit=_limit(request.query.get("limit")), after=_after(request.query.get("cursor"))
    )
    cursor = _cursor(found.next_key) if found.next_key else None
    return api.Answer(200, {"reminders": [view(reminder) for reminder in found.reminders], "cursor": cursor})


def _limit(value: str | None) -> int:
    if value is None:
        return USUAL_LIMIT
    if not _LIMIT.fullmatch(value) or not 1 <= int(value) <= LARGEST_LIMIT:
        raise api.Refusal(400, "invalid", f"limit: must be a whole number from 1 to {LARGEST_LIMIT}", field="limit")
    return int(value)


def _cursor(key: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _after(cursor: str | None) -> tuple[str, str] | None:
    """Return where a cursor points: within the caller's own reminders only, for the owner is never taken from it."""
    if cursor is None:
        return None
    try:
        reminder_id, created_at = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        if _KEY.fullmatch(reminder_id) and _STAMP.fullmatch(created_at):
            return reminder_id, created_at
    except (TypeError, ValueError, RecursionError):
        pass
    raise api.Refusal(400, "invalid", "cursor: is not one this API gave out", field="cursor")


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    reminders = Reminders(aws.client("dynamodb"), SETTINGS.table_name)
    return api.serve(event, context, lambda request: page(request, reminders=reminders, index=SETTINGS.index_name))
