from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.pet_cuddle_o_tron.recorders import (
    NOW,
    OWNER,
    Context,
    Executions,
    People,
    Table,
    client_error,
    http_event,
)

from pet_cuddle_o_tron._shared import api
from pet_cuddle_o_tron._shared.directory import Contact
from pet_cuddle_o_tron._shared.reminders import State, identify
from pet_cuddle_o_tron.create.app import create

BODY = {"message": "cuddle the cat", "channel": "email", "minutes": 5}


class House:
    """The function with its collaborators."""

    def __init__(self) -> None:
        self.table, self.people, self.executions, self.now = Table(), People(), Executions(), NOW

    def post(self, body: Any = BODY, **headers: str) -> tuple[int, Any]:
        event = http_event(body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = api.serve(event, Context(), lambda request: create(
            request, reminders=self.table, directory=self.people, workflow=self.executions, now=self.now  # type: ignore[arg-type]
        ))  # fmt: skip
        return answer["statusCode"], json.loads(answer["body"])

    @property
    def only(self) -> Any:
        (row,) = self.table.rows.values()
        return row


@pytest.fixture
def house() -> House:
    return House()


def test_a_good_request_is_accepted_and_starts_one_execution(house: House):
    status, body = house.post()
    assert (status, body["status"], body["due_at"]) == (202, "waiting", "2030-01-31T12:05:00Z")
    assert body["id"] == identify(OWNER, "a-key-of-mine")
    assert list(house.executions.inputs) == [body["id"]]


def test_the_execution_knows_neither_message_nor_address(house: House):
    house.post()
    (given,) = house.executions.inputs.values()
    assert set(given) == {"owner", "id", "correlation_id", "wait", "email", "sms"}


def test_old_demo_double_click_makes_one_reminder(house: House):
    first, second = house.post(), house.post(x_correlation_id="another-request")
    assert first == second
    assert len(house.table.rows) == len(house.executions.inputs) == 1


def test_the_same_key_with_another_body_is_a_conflict_also_after_the_end(house: House):
    house.post()
    for ended in (False, True):
        if ended:
            house.executions.statuses[house.only.id] = "SUCCEEDED"
        status, body = house.post(BODY | {"message": "walk the dog"})
        assert (status, body["error"]["code"]) == (409, "idempotency_conflict")
    assert house.only.message == "cuddle the cat"


def test_a_repeat_after_the_date_has_passed_is_still_answered(house: House):
    body = {"message": "m", "channel": "email", "at": "2030-01-31T12:01:00Z"}
    first = house.post(body)
    house.now += timedelta(hours=1)
    assert house.post(body)[1]["id"] == first[1]["id"]
    assert house.post(body, idempotency_key="another-key")[0] == 400


def test_a_crash_between_record_and_execution_is_completed_by_a_repeat(house: House):
    house.executions.faults = [client_error("ThrottlingException")]
    assert house.post()[0] == 503
    assert house.only.state is State.ACCEPTED
    house.now += timedelta(minutes=1)
    assert house.post(x_correlation_id="second-try")[0] == 202
    assert house.only.state is State.WAITING
    assert house.executions.inputs[house.only.id]["correlation_id"] == "request-1"


def test_a_crash_between_execution_and_its_mark_starts_nothing_twice(house: House):
    house.post()
    house.table._put(house.only.__class__(**{**vars(house.only), "state": State.ACCEPTED}))
    assert house.post()[0] == 202
    assert len(house.executions.inputs) == 1


def test_a_cancelled_reminder_is_not_started_again(house: House):
    house.post()
    house.table.cancel(OWNER, house.only.id)
    house.executions.statuses.clear()
    assert house.post()[1]["status"] == "cancelled"
    assert house.executions.statuses == {}


def test_a_name_that_another_execution_holds_is_a_conflict_and_leaves_no_record(house: House):
    house.executions.inputs[identify(OWNER, "a-key-of-mine")] = {"of": "long ago"}
    assert house.post()[0] == 409
    assert house.table.rows == {}


@pytest.mark.parametrize(
    ("contact", "channel", "field"),
    [
        (Contact(), "email", "email"),
        (Contact(phone_number="+441632960000"), "email", "email"),
        (Contact(email="m@example.com"), "sms", "phone_number"),
        (Contact(email="m@example.com"), "both", "phone_number"),
        (None, "email", "email"),
    ],
)
def test_old_demo_address_not_ones_own_has_to_be_verified_first(
    house: House, contact: Contact | None, channel: str, field: str
):
    house.people.contact_ = contact
    status, body = house.post(BODY | {"channel": channel})
    assert (status, body["error"]["code"], body["error"]["field"]) == (409, "contact_unverified", field)
    assert house.table.rows == {}
    assert house.executions.inputs == {}


def test_old_demo_address_not_ones_own_cannot_even_be_named(house: House):
    assert house.post(BODY | {"email": "stranger@example.com"})[0] == 400


def test_old_demo_missing_field_is_answered_with_400(house: House):
    status, body = house.post({"message": "m"})
    assert (status, body["error"]["field"]) == (400, "channel")


def test_ids_of_two_people_never_meet():
    assert identify("a", "key") != identify("b", "key")
    assert len(identify("a", "key")) <= 80
