"""DELETE /reminders/{id}: cancel one of the caller's reminders.

The record is changed first, under the condition that no channel has begun: from then on no consumer can claim it,
whatever becomes of the rest. Then the execution is stopped; when that fails, a repeat of the request does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pet_cuddle_o_tron._shared import api, aws, settings
from pet_cuddle_o_tron._shared.reminders import State, status, view
from pet_cuddle_o_tron._shared.store import Reminders
from pet_cuddle_o_tron._shared.telemetry import logger
from pet_cuddle_o_tron._shared.workflow import Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Settings:
    """What the function is told by its environment."""

    table_name: str
    workflow_arn: str


SETTINGS = settings.read(Settings)


def cancel(request: api.Request, *, reminders: Reminders, workflow: Workflow) -> api.Answer:
    """Serve one cancellation; a repeat is answered like the first."""
    reminders.cancel(request.owner, request.reminder_id)
    reminder = reminders.get(request.owner, request.reminder_id)
    if reminder is None:
        raise api.not_found()
    if reminder.state is not State.CANCELLED:
        raise api.Refusal(409, "not_cancellable", f"too late to cancel: its status is {status(reminder)}")
    workflow.stop(reminder.id)
    logger.info("reminder cancelled", reminder_id=reminder.id, reminder_correlation_id=reminder.correlation_id)
    return api.Answer(200, view(reminder))


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    reminders = Reminders(aws.client("dynamodb"), SETTINGS.table_name)
    workflow = Workflow(aws.client("stepfunctions"), SETTINGS.workflow_arn)
    return api.serve(event, context, lambda request: cancel(request, reminders=reminders, workflow=workflow))
