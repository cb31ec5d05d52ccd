"""POST /reminders: check the request, write the reminder, start its workflow.

The order of the writes makes a crash harmless. The reminder is written first, under an id derived from the caller and
the idempotency key, in state `accepted`; then the execution is started, named by that id and fed from the record alone;
then the record says `waiting`. Whoever repeats the request finds the record and does what is left, nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pet_cuddle_o_tron._shared import api, aws, settings
from pet_cuddle_o_tron._shared.directory import ATTRIBUTES, Contact, Directory, PersonUnknownError
from pet_cuddle_o_tron._shared.reminders import (
    CHANNELS,
    KEPT_AFTER_DUE,
    Reminder,
    State,
    fingerprint,
    identify,
    stamp,
    view,
)
from pet_cuddle_o_tron._shared.store import Reminders
from pet_cuddle_o_tron._shared.telemetry import logger
from pet_cuddle_o_tron._shared.workflow import NameTakenError, Workflow
from pet_cuddle_o_tron.create.validation import Asked, check_moment, idempotency_key, parse

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Settings:
    """What the function is told by its environment."""

    table_name: str
    workflow_arn: str
    pool_id: str


SETTINGS = settings.read(Settings)


def create(
    request: api.Request, *, reminders: Reminders, directory: Directory, workflow: Workflow, now: datetime
) -> api.Answer:
    """Serve one request for a reminder."""
    reminder_id = identify(request.owner, idempotency_key(request.headers.get("idempotency-key")))
    asked = parse(api.json_body(request))
    reminder = reminders.get(request.owner, reminder_id)
    if reminder is None:
        check_moment(asked.wait, now)
        check_contact(directory, request, asked.channel)
        reminder = reminders.add(compose(request, reminder_id, asked, now))
    if reminder.fingerprint != fingerprint(asked.message, asked.channel, asked.wait):
        raise conflict("this Idempotency-Key was used for another request")
    reminder = start(reminder, reminders, workflow)
    return api.Answer(202, view(reminder), {"location": f"/reminders/{reminder.id}"})


def check_contact(directory: Directory, request: api.Request, channel: str) -> None:
    """Refuse a channel on which the person has verified nothing: reminders go to their owner and to nobody else."""
    try:
        contact = directory.contact(request.username, request.owner)
    except PersonUnknownError:
        contact = Contact()
    for way in CHANNELS[channel]:
        if contact.address(way) is None:
            name = ATTRIBUTES[way]
            raise api.Refusal(409, "contact_unverified", f"verify your {name.replace('_', ' ')} first", field=name)


def compose(request: api.Request, reminder_id: str, asked: Asked, now: datetime) -> Reminder:
    """Return a new reminder's record."""
    due = asked.wait.due(now)
    return Reminder(
        owner=request.owner,
        id=reminder_id,
        username=request.username,
        channel=asked.channel,
        message=asked.message,
        wait=asked.wait,
        due_at=stamp(due),
        created_at=stamp(now),
        correlation_id=request.correlation_id,
        fingerprint=fingerprint(asked.message, asked.channel, asked.wait),
        expires_at=int((due + KEPT_AFTER_DUE).timestamp()),
    )


def start(reminder: Reminder, reminders: Reminders, workflow: Workflow) -> Reminder:
    """Start what has not been started and return the reminder as it is then."""
    if reminder.state is not State.ACCEPTED:
        return reminder
    try:
        workflow.start(reminder)
    except NameTakenError:
        reminders.remove_unstarted(reminder)
        raise conflict("this Idempotency-Key was used in the last 90 days") from None
    if not reminders.mark_started(reminder):
        workflow.stop(reminder.id)  # cancelled between the two: the record says so, and nothing will be sent
    logger.info("reminder started", reminder_id=reminder.id, reminder_correlation_id=reminder.correlation_id)
    return reminders.get(reminder.owner, reminder.id) or reminder


def conflict(message: str) -> api.Refusal:
    """Return the refusal of a key that means something else already."""
    return api.Refusal(409, "idempotency_conflict", message, field="Idempotency-Key")


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    reminders = Reminders(aws.client("dynamodb"), SETTINGS.table_name)
    directory = Directory(aws.client("cognito-idp"), SETTINGS.pool_id)
    workflow = Workflow(aws.client("stepfunctions"), SETTINGS.workflow_arn)

    def respond(request: api.Request) -> api.Answer:
        return create(request, reminders=reminders, directory=directory, workflow=workflow, now=datetime.now(UTC))

    return api.serve(event, context, respond)
