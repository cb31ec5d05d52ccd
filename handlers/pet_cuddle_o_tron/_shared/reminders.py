"""What a reminder is: its parts, its name, and the state a person is told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(days=30)
# Step Functions keeps an execution's name for 90 days after it ended. A reminder ends at the earliest when it is made
# and is due at most 30 days later, so a record that lives 60 days past its due date does not outlive the name.
KEPT_AFTER_DUE = timedelta(days=60)


class Channel(StrEnum):
    """A way to reach a person."""

    EMAIL = "email"
    SMS = "sms"


CHANNELS: Mapping[str, tuple[Channel, ...]] = {
    "email": (Channel.EMAIL,),
    "sms": (Channel.SMS,),
    "both": (Channel.EMAIL, Channel.SMS),
}


class State(StrEnum):
    """Where the reminder as a whole stands; how far its channels got is theirs to say."""

    ACCEPTED = "accepted"  # written, its execution not known to have started: a repeat of the request completes it
    WAITING = "waiting"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    """Where one channel of a reminder stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class Delivery:
    """One channel's progress."""

    state: DeliveryState = DeliveryState.PENDING
    at: str | None = None
    reason: str | None = None
    claimed_until: int = 0


@dataclass(frozen=True)
class Wait:
    """How long to wait: a number of seconds, or until a moment; exactly one is set."""

    seconds: int | None = None
    at: datetime | None = None

    def due(self, now: datetime) -> datetime:
        """Return the moment the wait is over when it starts now."""
        return self.at if self.at is not None else now + timedelta(seconds=self.seconds or 0)

    def as_input(self) -> dict[str, int | str]:
        """Return the wait as the workflow takes it: as it was asked for, so a repeat's input is the same."""
        return {"at": stamp(self.at)} if self.at is not None else {"seconds": self.seconds or 0}


@dataclass(frozen=True)
class Reminder:
    """A reminder as it is kept."""

    owner: str
    id: str
    username: str
    channel: str
    message: str
    wait: Wait
    due_at: str
    created_at: str
    correlation_id: str
    fingerprint: str
    expires_at: int
    state: State = State.ACCEPTED
    deliveries: Mapping[Channel, Delivery] = field(default_factory=dict)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Return the channels it goes out on."""
        return CHANNELS[self.channel]

    def delivery(self, channel: Channel) -> Delivery:
        """Return one channel's progress."""
        return self.deliveries.get(channel, Delivery())


def stamp(moment: datetime) -> str:
    """Return a moment the way everything here writes it: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def identify(owner: str, idempotency_key: str) -> str:
    """Return the id of a caller's request, which is also its execution's name (at most 80 characters).

    Derived, not drawn: a repeat of the request finds the first one, and nobody's key can meet another person's.
    """
    return hashlib.sha256(f"{owner}\n{idempotency_key}".encode()).hexdigest()[:40]


def fingerprint(message: str, channel: str, wait: Wait) -> str:
    """Return a digest of what was asked for, by which a repeat is told from another request with the same key."""
    asked = json.dumps([message, channel, wait.as_input()], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(asked.encode()).hexdigest()


def execution_input(reminder: Reminder) -> dict[str, Any]:
    """Return the workflow's input: which reminder, when, by which channels; nothing of what it says or whom it reaches.

    Everything is read from the record, so that a repeat starts the very same execution.
    """
    return {
        "owner": reminder.owner,
        "id": reminder.id,
        "correlation_id": reminder.correlation_id,
        "wait": reminder.wait.as_input(),
        "email": Channel.EMAIL in reminder.channels,
        "sms": Channel.SMS in reminder.channels,
    }


def status(reminder: Reminder) -> str:
    """Return the one word for a reminder: accepted, waiting, sending, sent, failed or cancelled."""
    states = {reminder.delivery(channel).state for channel in reminder.channels}
    if reminder.state is State.CANCELLED:
        return State.CANCELLED.value
    if states == {DeliveryState.SENT}:
        return "sent"
    if states <= {DeliveryState.SENT, DeliveryState.FAILED}:
        return "failed"
    if states != {DeliveryState.PENDING}:
        return "sending"
    return reminder.state.value


REASONS: Mapping[str, str] = {
    "AddressNotVerified": "the account has no verified address for this channel any more",
    "PersonUnknown": "the account does not exist any more, or is disabled",
    "Rejected": "the message was refused by the service that sends it",
    "States.HeartbeatTimeout": "it could not be sent in time",
    "States.Timeout": "it could not be sent in time",
    "WorkflowEnded": "its workflow ended before it was sent",
}


def view(reminder: Reminder) -> dict[str, Any]:
    """Return a reminder as the API shows it to its owner."""
    return {
        "id": reminder.id,
        "status": status(reminder),
        "channel": reminder.channel,
        "message": reminder.message,
        "due_at": reminder.due_at,
        "created_at": reminder.created_at,
        "channels": {channel.value: _view_of(reminder, channel) for channel in reminder.channels},
    }


def _view_of(reminder: Reminder, channel: Channel) -> dict[str, Any]:
    delivery = reminder.delivery(channel)
    word = delivery.state.value
    if delivery.state is DeliveryState.PENDING:
        word = "cancelled" if reminder.state is State.CANCELLED else "waiting"
    shown: dict[str, Any] = {"status": word}
    if delivery.at is not None:
        shown["at"] = delivery.at
    if delivery.reason is not None:
        message = REASONS.get(delivery.reason, "it could not be sent")
        shown["reason"] = {"code": delivery.reason, "message": message}
    return shown
