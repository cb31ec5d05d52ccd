"""Hand-written stand-ins for the collaborators: they keep what they are told and behave like the real ones."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from pet_cuddle_o_tron._shared.directory import Contact, PersonUnknownError
from pet_cuddle_o_tron._shared.reminders import (
    Channel,
    Delivery,
    DeliveryState,
    Reminder,
    State,
    Wait,
    execution_input,
    fingerprint,
    stamp,
)
from pet_cuddle_o_tron._shared.store import Claim, Page
from pet_cuddle_o_tron._shared.workflow import NameTakenError

NOW = datetime(2030, 1, 31, 12, 0, tzinfo=UTC)
OWNER, USERNAME = "sub-of-mara", "mara"
ADDRESS = "mara@example.com"
ID = "0123456789abcdef0123456789abcdef01234567"


def client_error(code: str, status: int = 400, operation: str = "Anything") -> ClientError:
    response = {"Error": {"Code": code, "Message": f"about {ADDRESS}"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, operation)


def a_reminder(**changes: Any) -> Reminder:
    wait = Wait(seconds=60)
    reminder = Reminder(
        owner=OWNER, id=ID, username=USERNAME, channel="email", message="cuddle the cat", wait=wait,
        due_at=stamp(NOW + timedelta(seconds=60)), created_at=stamp(NOW), correlation_id="corr-1",
        fingerprint=fingerprint("cuddle the cat", "email", wait), expires_at=2_000_000_000, state=State.WAITING,
        deliveries={channel: Delivery() for channel in Channel},
    )  # fmt: skip
    return replace(reminder, **changes)


def delivered(state: DeliveryState, **more: Any) -> dict[Channel, Delivery]:
    return {Channel.EMAIL: Delivery(state, **more), Channel.SMS: Delivery()}


@dataclass
class Table:
    """`Reminders`, in memory, with the same conditions on every write."""

    rows: dict[tuple[str, str], Reminder] = field(default_factory=dict)
    holders: dict[tuple[str, Channel], str] = field(default_factory=dict)

    def get(self, owner: str, reminder_id: str) -> Reminder | None:
        return self.rows.get((owner, reminder_id))

    def add(self, reminder: Reminder) -> Reminder:
        return self.rows.setdefault((reminder.owner, reminder.id), reminder)

    def remove_unstarted(self, reminder: Reminder) -> None:
        if self.rows[reminder.owner, reminder.id].state is State.ACCEPTED:
            del self.rows[reminder.owner, reminder.id]

    def mark_started(self, reminder: Reminder) -> bool:
        row = self.rows[reminder.owner, reminder.id]
        if row.state is State.CANCELLED:
            return False
        self._put(replace(row, state=State.WAITING))
        return True

    def cancel(self, owner: str, reminder_id: str) -> bool:
        row = self.get(owner, reminder_id)
        if row is None or any(row.delivery(channel).state is not DeliveryState.PENDING for channel in Channel):
            return False
        self._put(replace(row, state=State.CANCELLED))
        return True

    def page(self, owner: str, *, index: str, limit: int, after: tuple[str, str] | None) -> Page:
        mine = sorted(
            (row for row in self.rows.values() if row.owner == owner), key=lambda row: row.created_at, reverse=True
        )
        start = next((i + 1 for i, row in enumerate(mine) if after and row.id == after[0]), 0)
        shown, more = mine[start : start + limit], len(mine) > start + limit
        return Page(tuple(shown), (shown[-1].id, shown[-1].created_at) if more else None)

    def claim(self, reminder: Reminder, channel: Channel, claim: Claim, now: datetime) -> bool:
        row = self.rows[reminder.owner, reminder.id]
        found = row.delivery(channel)
        lapsed = found.state is DeliveryState.SENDING and found.claimed_until < now.timestamp()
        if row.state is State.CANCELLED or not (found.state is DeliveryState.PENDING or lapsed):
            return False
        self.holders[row.id, channel] = claim.holder
        self._set(row, channel, Delivery(DeliveryState.SENDING, claimed_until=claim.until))
        return True

    def release(self, reminder: Reminder, channel: Channel, claim: Claim) -> None:
        if self.holders.get((reminder.id, channel)) == claim.holder:
            self._set(self.rows[reminder.owner, reminder.id], channel, Delivery())

    def mark_sent(self, reminder: Reminder, channel: Channel, now: datetime) -> None:
        self._set(self.rows[reminder.owner, reminder.id], channel, Delivery(DeliveryState.SENT, at=stamp(now)))

    def mark_failed(self, reminder: Reminder, channel: Channel, reason: str, now: datetime) -> None:
        row = self.rows[reminder.owner, reminder.id]
        if row.delivery(channel).state is not DeliveryState.SENT:
            self._set(row, channel, Delivery(DeliveryState.FAILED, at=stamp(now), reason=reason))

    def _set(self, row: Reminder, channel: Channel, delivery: Delivery) -> None:
        self._put(replace(row, deliveries=dict(row.deliveries) | {channel: delivery}))

    def _put(self, row: Reminder) -> None:
        self.rows[row.owner, row.id] = row


@dataclass
class People:
    """`Directory` with one person in it."""

    contact_: Contact | None = field(default_factory=lambda: Contact(email=ADDRESS))
    asked: list[tuple[str, str]] = field(default_factory=list)

    def contact(self, username: str, owner: str) -> Contact:
        self.asked.append((username, owner))
        if self.contact_ is None:
            raise PersonUnknownError
        return self.contact_


@dataclass
class Executions:
    """`Workflow`: names are taken for ever, as for 90 days at AWS."""

    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)

    def start(self, reminder: Reminder) -> None:
        if self.faults:
            raise self.faults.pop()
        found = self.inputs.setdefault(reminder.id, execution_input(reminder))
        if found != execution_input(reminder):
            raise NameTakenError
        self.statuses.setdefault(reminder.id, "RUNNING")

    def status(self, reminder_id: str) -> str | None:
        return self.statuses.get(reminder_id)

    def stop(self, reminder_id: str) -> None:
        if self.statuses.get(reminder_id) == "RUNNING":
            self.statuses[reminder_id] = "ABORTED"


@dataclass
class Waiting:
    """`Answers`: what the workflow was told, by token."""

    told: list[tuple[str, ...]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)

    def alive(self, token: str) -> bool:
        return token not in self.closed

    def success(self, token: str, output: dict[str, str]) -> bool:
        self.told.append(("success", token))
        return token not in self.closed

    def failure(self, token: str, error: str, cause: str) -> bool:
        self.told.append(("failure", token, error))
        return token not in self.closed


@dataclass
class Outbox:
    """A `Sender` that keeps what it sends, after raising what it was told to raise."""

    channel: Channel = Channel.EMAIL
    sent: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    def send(self, reminder: Reminder, address: str) -> None:
        if self.faults:
            raise self.faults.pop()
        self.sent.append((address, reminder.message))


@dataclass(frozen=True)
class Context:
    """Lambda's context, as far as the functions look at it."""

    aws_request_id: str = "invocation-1"
    remaining: int = 30_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining


def http_event(*, body: Any = None, headers: dict[str, str] | None = None, claims: dict[str, str] | None = None,
               **more: Any) -> dict[str, Any]:  # fmt: skip
    """An HTTP API's event in payload format 2.0, signed in as Mara unless told otherwise."""
    claims = {"sub": OWNER, "username": USERNAME, "token_use": "access"} if claims is None else claims
    event: dict[str, Any] = {
        "version": "2.0",
        "headers": {"content-type": "application/json", "idempotency-key": "a-key-of-mine"} | (headers or {}),
        "requestContext": {"requestId": "request-1", "authorizer": {"jwt": {"claims": claims, "scopes": None}}},
        "isBase64Encoded": False,
    }
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event | more


def sqs_event(*bodies: Any) -> dict[str, Any]:
    """An SQS event with one message for each body."""
    return {"Records": [_message(number, body) for number, body in enumerate(bodies)]}


def _message(number: int, body: Any) -> dict[str, Any]:
    return {
        "messageId": f"message-{number}",
        "receiptHandle": "handle",
        "eventSource": "aws:sqs",
        "body": body if isinstance(body, str) else json.dumps(body),
        "messageAttributes": {},
        "attributes": {"ApproximateReceiveCount": "1"},
    }


def an_order(**changes: str) -> dict[str, str]:
    return {"task_token": "token-1", "owner": OWNER, "id": ID, "correlation_id": "corr-1"} | changes
