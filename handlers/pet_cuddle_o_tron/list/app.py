"""GET /reminders: the caller's reminders, newest first, a page at a time."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from pet_cuddle_o_tron._shared import api, aws, settings
from pet_cuddle_o_tron._shared.forms import ID
from pet_cuddle_o_tron._shared.reminders import view
from pet_cuddle_o_tron._shared.store import Reminders

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL_LIMIT, LARGEST_LIMIT = 20, 100
_LIMIT = re.compile(r"[0-9]{1,3}")
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True)
class Settings:
    """What the function is told by its environment."""

    table_name: str
    index_name: str


SETTINGS = settings.read(Settings)


def page(request: api.Request, *, reminders: Reminders, index: str) -> api.Answer:
    """Serve one page."""
    limit, after = _limit(request.query.get("limit")), _after(request.query.get("cursor"))
    try:
        found = reminders.page(request.owner, index=index, limit=limit, after=after)
    except ClientError as error:
        # A cursor of the right form that somebody made up: where it points is DynamoDB's to judge.
        if after is None or aws.code(error) != "ValidationException":
            raise
        raise _no_cursor() from None
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
        if ID.fullmatch(reminder_id) and _STAMP.fullmatch(created_at):
            return reminder_id, created_at
    except (TypeError, ValueError, RecursionError):
        pass
    raise _no_cursor()


def _no_cursor() -> api.Refusal:
    return api.Refusal(400, "invalid", "cursor: is not one this API gave out", field="cursor")


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    reminders = Reminders(aws.client("dynamodb"), SETTINGS.table_name)
    return api.serve(event, context, lambda request: page(request, reminders=reminders, index=SETTINGS.index_name))
