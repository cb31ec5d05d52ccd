"""The consumers by their own entries, with any message: what is no order ends in the dead letters, alone and logged."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.anything import PROFILE, SECRET, altered, answered, broken_texts, doubled, values
from tests.unit.pet_cuddle_o_tron.recorders import (
    ID,
    OWNER,
    Context,
    People,
    Table,
    Waiting,
    a_reminder,
    an_order,
    sqs_event,
)

from pet_cuddle_o_tron._shared import aws, consumer
from pet_cuddle_o_tron._shared.directory import Contact
from pet_cuddle_o_tron._shared.reminders import Channel, DeliveryState
from pet_cuddle_o_tron._shared.telemetry import logger
from pet_cuddle_o_tron.send_email import app as send_email
from pet_cuddle_o_tron.send_sms import app as send_sms

if TYPE_CHECKING:
    from collections.abc import Callable

APPS = {"send_email": send_email, "send_sms": send_sms}
IDS = [f"{number:040x}" for number in range(4)]
# What the queue's redrive policy allows: terraform/modules/queue.
MOST_RECEIVES = 5


@dataclass
class Outgoing:
    """SES's and SNS's clients: what went out, in order."""

    sent: list[str] = field(default_factory=list)

    def send_email(self, **asked: Any) -> None:
        self.sent.append(asked["Content"]["Simple"]["Body"]["Text"]["Data"].split("\n")[0])

    def publish(self, **asked: Any) -> None:
        self.sent.append(asked["Message"])


class House:
    """A consumer's collaborators, and the queue in front of it."""

    def __init__(self) -> None:
        rows = [replace(a_reminder(), id=name, channel="both", message=f"about {name}") for name in [ID, *IDS]]
        self.table = Table({(OWNER, row.id): row for row in rows})
        self.people = People(Contact(email=SECRET, phone_number="+441632960000"))
        self.outgoing, self.waiting, self.dead = Outgoing(), Waiting(), dict[str, Any]()

    def deliver(self, function: str, event: Any) -> set[str]:
        """Hand over one event; return the ids of the messages that the queue shall give again."""
        answer, heard = answered(APPS[function].handler, event, Context(), logger)
        assert not [word for word in (OWNER, "token-1", "about ") if word in heard.text]
        given = {record["messageId"] for record in event["Records"]}
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        assert failed <= given
        assert {line["message_id"] for line in heard.logged} == given  # no message without a line
        return failed

    def drain(self, function: str, *bodies: Any) -> set[int]:
        """Give messages again as SQS does, until they are done or dead; return which are dead."""
        event = sqs_event(*bodies)
        for count in range(1, MOST_RECEIVES + 1):
            for record in event["Records"]:
                record["attributes"]["ApproximateReceiveCount"] = str(count)
            failed = self.deliver(function, event)
            event = {"Records": [record for record in event["Records"] if record["messageId"] in failed]}
            if not failed:
                break
        return {int(record["messageId"].removeprefix("message-")) for record in event["Records"]}


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Callable[[], House]:
    """A house for each event; the functions are let into the last."""
    houses: list[House] = []
    monkeypatch.setattr(aws, "client", lambda *_, **__: houses[-1].outgoing)
    monkeypatch.setattr(consumer, "Reminders", lambda *_: houses[-1].table)
    monkeypatch.setattr(consumer, "Directory", lambda *_: houses[-1].people)
    monkeypatch.setattr(consumer, "Answers", lambda *_: houses[-1].waiting)

    def new() -> House:
        houses.append(House())
        return houses[-1]

    return new


NOBODYS = an_order(owner="sub-of-nobody")
poison = st.one_of(broken_texts, doubled(NOBODYS))
# What is altered may still be an order, for nobody: then it is done with, and sends nothing.
bodies_of = {"order": st.sampled_from(IDS), "poison": poison, "altered": altered(NOBODYS).map(json.dumps)}
messages = st.one_of(*(st.tuples(st.just(kind), bodies) for kind, bodies in bodies_of.items()))


@pytest.mark.parametrize("function", APPS)
@PROFILE
@given(batch=st.lists(messages, min_size=1, max_size=10))
@example(batch=[("poison", json.dumps(an_order(id=SECRET))), ("order", IDS[0])])
@example(batch=[("poison", json.dumps(an_order(id="0"))), ("order", IDS[0])])
@example(batch=[("poison", json.dumps(an_order(correlation_id=f"to {SECRET}"))), ("order", IDS[0])])
@example(batch=[("poison", json.dumps(an_order(correlation_id="\ud800"))), ("order", IDS[0])])
@example(batch=[("poison", json.dumps(an_order(owner="\ud800"))), ("order", IDS[0])])
@example(batch=[("poison", '{"id": "' + IDS[1] + '", ' + json.dumps(an_order())[1:]), ("order", IDS[0])])
def test_poison_dies_alone_and_its_neighbours_are_sent_once(
    house: Callable[[], House], function: str, batch: list[tuple[str, str]]
):
    there = house()
    dead = there.drain(function, *(json.dumps(an_order(id=body)) if kind == "order" else body for kind, body in batch))
    kinds = [kind for kind, _ in batch]
    assert {number for number, kind in enumerate(kinds) if kind == "poison"} <= dead
    assert not {number for number, kind in enumerate(kinds) if kind == "order"} & dead
    wanted = {body for kind, body in batch if kind == "order"}
    assert sorted(there.outgoing.sent) == sorted(f"about {name}" for name in wanted)


@pytest.mark.parametrize("function", APPS)
@pytest.mark.parametrize("change", [{"owner": "sub-of-a-stranger"}, {"id": "f" * 40}])
def test_an_order_for_another_persons_reminder_is_done_with_and_sends_nothing(
    house: Callable[[], House], function: str, change: dict[str, str]
):
    there = house()
    assert there.drain(function, an_order(**change)) == set()
    assert there.waiting.told == [("failure", "token-1", "ReminderUnknown")]
    assert there.outgoing.sent == []


@pytest.mark.parametrize("function", APPS)
@PROFILE
@given(event=st.one_of(values, altered(sqs_event(an_order(), "poison"))))
@example(event=None)
@example(event={"Records": []})
@example(event={"Records": [None]})
@example(event={"Records": [{"messageId": SECRET, "body": ""}]})
@example(event={"Records": [{"messageId": "message-0"}]})
@example(event={"Records": [{"messageId": "message-0", "body": None, "attributes": None}]})
def test_an_event_of_any_form_is_a_batch_or_refused_as_a_whole_and_logged(
    house: Callable[[], House], function: str, event: Any
):
    there = house()
    try:
        there.deliver(function, event)
    except consumer.NotABatchError:
        assert there.outgoing.sent == []
        assert there.waiting.told == []
    else:
        state = there.table.rows[OWNER, ID].delivery(Channel.EMAIL if function == "send_email" else Channel.SMS).state
        assert len(there.outgoing.sent) == (state is DeliveryState.SENT) <= 1
