from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError
from tests.unit.pet_cuddle_o_tron.recorders import (
    ADDRESS,
    ID,
    NOW,
    OWNER,
    USERNAME,
    Context,
    Outbox,
    People,
    Table,
    Waiting,
    a_reminder,
    an_order,
    client_error,
    sqs_event,
)

from pet_cuddle_o_tron._shared import consumer
from pet_cuddle_o_tron._shared.delivery import Delivery, RejectedError
from pet_cuddle_o_tron._shared.directory import Contact
from pet_cuddle_o_tron._shared.reminders import Channel, DeliveryState, State

if TYPE_CHECKING:
    from collections.abc import Callable


class Consumer:
    """The consumer with its collaborators."""

    def __init__(self, *reminders: Any) -> None:
        self.table = Table({(reminder.owner, reminder.id): reminder for reminder in reminders or (a_reminder(),)})
        self.people, self.waiting, self.outbox, self.now = People(), Waiting(), Outbox(), NOW

    def receive(self, *bodies: Any, context: Context | None = None) -> list[str]:
        delivery = Delivery(self.outbox, self.table, self.people, self.waiting, lambda: self.now)  # type: ignore[arg-type]
        answer = consumer.run(sqs_event(*bodies), context or Context(), delivery)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    @property
    def email(self) -> Any:
        return self.table.rows[OWNER, ID].delivery(Channel.EMAIL)


@pytest.fixture
def house() -> Consumer:
    return Consumer()


def test_an_order_is_sent_to_the_persons_own_address_and_answered(house: Consumer):
    assert house.receive(an_order()) == []
    assert house.outbox.sent == [(ADDRESS, "cuddle the cat")]
    assert house.people.asked == [(USERNAME, OWNER)]
    assert house.waiting.told == [("success", "token-1")]
    assert house.email.state is DeliveryState.SENT


def test_a_duplicate_in_the_batch_or_later_sends_once_and_answers_again(house: Consumer):
    assert house.receive(an_order(), an_order()) == []
    assert house.receive(an_order(task_token="token-2")) == []
    assert len(house.outbox.sent) == 1
    assert house.waiting.told[-1] == ("success", "token-2")


def test_a_duplicate_while_another_sends_goes_back_to_the_queue(house: Consumer):
    house.outbox.faults = [ReadTimeoutError(endpoint_url="x")]
    assert house.receive(an_order()) == ["message-0"]
    assert house.receive(an_order()) == ["message-0"]
    assert house.outbox.sent == []


def test_a_claim_whose_holder_died_lapses_so_that_nothing_is_lost(house: Consumer):
    house.outbox.faults = [ReadTimeoutError(endpoint_url="x")]
    house.receive(an_order(), context=Context(remaining=10_000))
    house.now += timedelta(seconds=16)
    assert house.receive(an_order()) == []
    assert len(house.outbox.sent) == 1


def test_a_passing_fault_gives_the_claim_back_and_is_retried(house: Consumer):
    house.outbox.faults = [client_error("TooManyRequestsException", 429)]
    assert house.receive(an_order()) == ["message-0"]
    assert house.email.state is DeliveryState.PENDING
    assert house.receive(an_order()) == []
    assert len(house.outbox.sent) == 1


def test_a_fault_on_their_side_may_have_sent_it_so_the_claim_stands(house: Consumer):
    house.outbox.faults = [client_error("InternalFailure", 500)]
    assert house.receive(an_order()) == ["message-0"]
    assert house.email.state is DeliveryState.SENDING


def test_a_rejection_is_reported_and_not_retried(house: Consumer):
    house.outbox.faults = [RejectedError("MessageRejected")]
    assert house.receive(an_order()) == []
    assert house.receive(an_order(task_token="token-2")) == []
    assert house.waiting.told == [("failure", "token-1", "Rejected"), ("failure", "token-2", "Rejected")]
    assert (house.email.state, house.email.reason) == (DeliveryState.FAILED, "Rejected")
    assert house.outbox.sent == []


@pytest.mark.parametrize(("contact", "reason"), [(Contact(), "AddressNotVerified"), (None, "PersonUnknown")])
def test_an_address_that_is_verified_no_more_gets_nothing(house: Consumer, contact: Contact | None, reason: str):
    house.people.contact_ = contact
    assert house.receive(an_order()) == []
    assert house.waiting.told == [("failure", "token-1", reason)]
    assert house.outbox.sent == []


def test_a_cancelled_reminder_is_never_sent():
    house = Consumer(a_reminder(state=State.CANCELLED))
    assert house.receive(an_order()) == []
    assert house.outbox.sent == []
    assert house.waiting.told == [("failure", "token-1", "Cancelled")]


def test_a_reminder_cancelled_at_the_last_moment_is_never_sent(house: Consumer):
    claim = house.table.claim

    def cancelled_first(*arguments: Any) -> bool:
        house.table.cancel(OWNER, ID)
        return claim(*arguments)

    house.table.claim = cancelled_first  # type: ignore[method-assign]
    assert house.receive(an_order()) == []
    assert house.outbox.sent == []


def test_a_task_that_is_over_is_not_sent_for(house: Consumer):
    house.waiting.closed = {"token-1"}
    assert house.receive(an_order()) == []
    assert house.outbox.sent == []
    assert house.email.state is DeliveryState.PENDING


def test_a_reminder_that_is_unknown_fails_its_task():
    house = Consumer(replace(a_reminder(), owner="somebody-else"))
    assert house.receive(an_order()) == []
    assert house.waiting.told == [("failure", "token-1", "ReminderUnknown")]


@pytest.mark.parametrize(
    "body",
    ["", "not json", "[]", "null", "{}", "[" * 9000, json.dumps(an_order(id="")), json.dumps(an_order() | {"id": 5})],
)
def test_poison_fails_alone_with_a_log_line(house: Consumer, body: str, printed: Callable[[], str]):
    assert house.receive(body, an_order()) == ["message-0"]
    assert len(house.outbox.sent) == 1
    assert "dead-letter" in printed()


def test_logs_carry_the_correlation_id_and_nothing_personal(house: Consumer, printed: Callable[[], str]):
    house.outbox.faults = [client_error("SomethingNew")]
    house.receive(an_order())
    house.receive(an_order())
    output = printed()
    lines = [json.loads(line) for line in output.splitlines()]
    logged = [line for line in lines if "level" in line]
    assert {line["correlation_id"] for line in logged} == {"corr-1"}
    assert [line["message"] for line in logged] == ["order failed", "order carried out"]
    assert any("Retried" in line for line in lines)
    assert any("Succeeded" in line for line in lines)
    for secret in (ADDRESS, USERNAME, OWNER, "cuddle the cat", "token-1"):
        assert secret not in output
