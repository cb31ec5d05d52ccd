"""Sending a reminder on one channel, once, from a queue that may deliver twice.

Neither SES nor SNS takes an idempotency key, so the record in the table is the guard. A consumer claims the channel
with a conditional write that lapses after its own time-out, sends, marks it sent, and answers the workflow.

- A duplicate that finds a live claim goes back to the queue; one that finds it sent answers the workflow again and
  sends nothing.
- A cancelled reminder can't be claimed, and a task that is over (stopped, timed out) is asked about before sending.
- A refusal for good (a rejected message, no verified address) is reported to the workflow with its name; the rest is
  retried by the queue and ends in its dead letters, and the workflow's own time-out tells the owner.
- A consumer that dies between the service's "accepted" and its own "sent" leaves a claim that lapses, and the reminder
  is sent again: at least once there, for a reminder that is lost is worse than one that comes twice.

Powertools' idempotency is not used: it would keep a second record beside this one, and cost a second table and half a
cold start.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from pet_cuddle_o_tron._shared.directory import PersonUnknownError
from pet_cuddle_o_tron._shared.forms import CORRELATION_ID, ID, is_name, strict_json
from pet_cuddle_o_tron._shared.reminders import REASONS, DeliveryState, State
from pet_cuddle_o_tron._shared.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pet_cuddle_o_tron._shared.directory import Directory
    from pet_cuddle_o_tron._shared.reminders import Channel, Reminder
    from pet_cuddle_o_tron._shared.store import Claim, Reminders
    from pet_cuddle_o_tron._shared.workflow import Answers

SERVER_FAULT = 500
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
LONGEST_TOKEN = 2048


class PoisonError(Exception):
    """A message that can't be an order, however often it comes: its place is the dead-letter queue."""


class NotYetError(Exception):
    """Another delivery of the same order holds the claim: come back later."""


class RejectedError(Exception):
    """The service will never send this; the code says why."""


class Sender(Protocol):
    """One way out. `send` makes one attempt and raises `RejectedError` when another would be refused as well."""

    @property
    def channel(self) -> Channel:
        """Return the channel it serves."""
        ...

    def send(self, reminder: Reminder, address: str) -> None:
        """Hand the reminder to the service that delivers it."""
        ...


@dataclass(frozen=True)
class Order:
    """What the workflow puts on the queue: which reminder to send, and the token to answer with."""

    task_token: str
    owner: str
    id: str
    correlation_id: str


class Failure(StrEnum):
    """Why an order is not carried out, by the names the workflow catches and never retries."""

    ADDRESS_NOT_VERIFIED = "AddressNotVerified"
    CANCELLED = "Cancelled"
    PERSON_UNKNOWN = "PersonUnknown"
    REJECTED = "Rejected"
    REMINDER_UNKNOWN = "ReminderUnknown"


class Outcome(Enum):
    """What became of an order that needs no retry."""

    SENT = "sent"
    SENT_BEFORE = "sent before"
    FAILED = "failed"
    DROPPED = "dropped"


def parse(body: Any) -> Order:
    """Return the order in a message's body, which is the workflow's own words or none.

    Raises
    ------
    PoisonError
        It holds none.
    """
    try:
        told = strict_json(body)  # a TypeError where it is no text
        order = Order(**{field.name: told[field.name] for field in fields(Order)})
        # The two ids go into the log: what is not of their form may be anybody's address.
        if (
            ID.fullmatch(order.id)
            and CORRELATION_ID.fullmatch(order.correlation_id)
            and is_name(order.owner)
            and is_name(order.task_token, longest=LONGEST_TOKEN)
        ):
            return order
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise PoisonError


@dataclass(frozen=True)
class Delivery:
    """Everything one delivery needs."""

    sender: Sender
    reminders: Reminders
    directory: Directory
    answers: Answers
    clock: Callable[[], datetime]

    def deliver(self, order: Order, claim: Claim) -> Outcome:
        """Carry out one order.

        Raises
        ------
        NotYetError
            Another delivery is sending it at this moment.
        ClientError, BotoCoreError
            AWS did not do its part; the order may be tried again.
        """
        reminder = self.reminders.get(order.owner, order.id)
        if reminder is None:
            self.answers.failure(order.task_token, Failure.REMINDER_UNKNOWN, "there is no such reminder")
            return Outcome.FAILED
        if (settled := self._settled(reminder, order)) is not None:
            return settled
        if not self.answers.alive(order.task_token):
            return Outcome.DROPPED
        if not self.reminders.claim(reminder, self.sender.channel, claim, self.clock()):
            found = self.reminders.get(order.owner, order.id) or reminder
            if (settled := self._settled(found, order)) is None:
                raise NotYetError
            return settled
        return self._send(reminder, order, claim)

    def _settled(self, reminder: Reminder, order: Order) -> Outcome | None:
        """Answer for a reminder that needs no sending; None when it does."""
        delivery = reminder.delivery(self.sender.channel)
        if delivery.state is DeliveryState.SENT:
            self._sent(order)
            return Outcome.SENT_BEFORE
        if delivery.state is DeliveryState.FAILED:
            return self._failed(order, delivery.reason or Failure.REJECTED)
        if reminder.state is State.CANCELLED:
            self.answers.failure(order.task_token, Failure.CANCELLED, "cancelled by its owner")
            return Outcome.DROPPED
        return None

    def _send(self, reminder: Reminder, order: Order, claim: Claim) -> Outcome:
        channel = self.sender.channel
        try:
            contact = self.directory.contact(reminder.username, reminder.owner)
            address = contact.address(channel)
            if address is None:
                return self._give_up(reminder, order, Failure.ADDRESS_NOT_VERIFIED)
            self.sender.send(reminder, address)
        except PersonUnknownError:
            return self._give_up(reminder, order, Failure.PERSON_UNKNOWN)
        except RejectedError as error:
            logger.warning("rejected", code=str(error))
            return self._give_up(reminder, order, Failure.REJECTED)
        except ClientError as error:
            # A refusal means that nothing went out. A fault on their side, or no answer at all, may mean that it did:
            # the claim then stands until it lapses, so that a retry is late, rather than early and double.
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", SERVER_FAULT) < SERVER_FAULT:
                self.reminders.release(reminder, channel, claim)
            raise
        self.reminders.mark_sent(reminder, channel, self.clock())
        self._sent(order)
        return Outcome.SENT

    def _give_up(self, reminder: Reminder, order: Order, reason: Failure) -> Outcome:
        self.reminders.mark_failed(reminder, self.sender.channel, reason, self.clock())
        return self._failed(order, reason)

    def _failed(self, order: Order, reason: str) -> Outcome:
        self.answers.failure(order.task_token, reason, REASONS.get(reason, "it could not be sent"))
        return Outcome.FAILED

    def _sent(self, order: Order) -> None:
        if not self.answers.success(order.task_token, {"channel": self.sender.channel, "status": "sent"}):
            logger.info("the workflow no longer waits for this answer")
