"""GET /reminders/{id}: how one of the caller's reminders stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pet_cuddle_o_tron._shared import api, aws, settings
from pet_cuddle_o_tron._shared.reminders import REASONS, status, view
from pet_cuddle_o_tron._shared.store import Reminders
from pet_cuddle_o_tron._shared.workflow import Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

UNSETTLED = frozenset({"accepted", "waiting", "sending"})
LIVE = frozenset({"RUNNING", None})


@dataclass(frozen=True)
class Settings:
    """What the function is told by its environment."""

    table_name: str
    workflow_arn: str


SETTINGS = settings.read(Settings)


def read(request: api.Request, *, reminders: Reminders, workflow: Workflow) -> api.Answer:
    """Serve one look at a reminder."""
    reminder = reminders.get(request.owner, request.reminder_id)
    if reminder is None:
        raise api.not_found()
    shown = view(reminder)
    if status(reminder) in UNSETTLED and workflow.status(reminder.id) not in LIVE:
        # It may have settled between the two looks; if not, its workflow ended without it and nothing will come.
        reminder = reminders.get(request.owner, reminder.id) or reminder
        shown = view(reminder)
        if status(reminder) in UNSETTLED:
            shown |= {"status": "failed", "reason": {"code": "WorkflowEnded", "message": REASONS["WorkflowEnded"]}}
    return api.Answer(200, shown)


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    reminders = Reminders(aws.client("dynamodb"), SETTINGS.table_name)
    workflow = Workflow(aws.client("stepfunctions"), SETTINGS.workflow_arn)
    return api.serve(event, context, lambda request: read(request, reminders=reminders, workflow=workflow))
