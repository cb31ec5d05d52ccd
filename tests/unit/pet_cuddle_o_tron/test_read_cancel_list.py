from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.pet_cuddle_o_tron.recorders import (
    ID,
    Context,
    Executions,
    Table,
    a_reminder,
    delivered,
    http_event,
)

from pet_cuddle_o_tron._shared import api
from pet_cuddle_o_tron._shared.reminders import DeliveryState, State
from pet_cuddle_o_tron.cancel.app import cancel
from pet_cuddle_o_tron.list.app import page
from pet_cuddle_o_tron.status.app import read


def table(*reminders: Any) -> Table:
    return Table({(reminder.owner, reminder.id): reminder for reminder in reminders})


def call(respond: Any, **more: Any) -> tuple[int, Any]:
    answer = api.serve(http_event(pathParameters={"id": ID}, **more), Context(), respond)
    return answer["statusCode"], json.loads(answer["body"])


def status_of(reminders: Table, executions: Executions) -> tuple[int, Any]:
    return call(lambda request: read(request, reminders=reminders, workflow=executions))  # type: ignore[arg-type]


def cancel_in(reminders: Table, executions: Executions) -> tuple[int, Any]:
    return call(lambda request: cancel(request, reminders=reminders, workflow=executions))  # type: ignore[arg-type]


RUNNING = {ID: "RUNNING"}


@pytest.mark.parametrize(
    ("reminder", "word", "email"),
    [
        (a_reminder(), "waiting", {"status": "waiting"}),
        (a_reminder(state=State.ACCEPTED), "accepted", {"status": "waiting"}),
        (a_reminder(state=State.CANCELLED), "cancelled", {"status": "cancelled"}),
        (a_reminder(deliveries=delivered(DeliveryState.SENDING)), "sending", {"status": "sending"}),
        (a_reminder(deliveries=delivered(DeliveryState.SENT, at="t")), "sent", {"status": "sent", "at": "t"}),
        (
            a_reminder(channel="both", deliveries=delivered(DeliveryState.SENT, at="t")),
            "sending",
            {"status": "sent", "at": "t"},
        ),
    ],
)
def test_status_is_what_the_record_says(reminder: Any, word: str, email: dict[str, str]):
    status, body = status_of(table(reminder), Executions(statuses=dict(RUNNING)))
    assert (status, body["status"], body["channels"]["email"]) == (200, word, email)


def test_a_failure_is_told_with_its_reason():
    failed = a_reminder(deliveries=delivered(DeliveryState.FAILED, at="t", reason="AddressNotVerified"))
    _, body = status_of(table(failed), Executions())
    assert body["status"] == "failed"
    assert body["channels"]["email"]["reason"]["code"] == "AddressNotVerified"


@pytest.mark.parametrize("ended", ["FAILED", "ABORTED", "TIMED_OUT"])
def test_old_demo_a_workflow_that_died_is_not_shown_as_waiting(ended: str):
    _, body = status_of(table(a_reminder()), Executions(statuses={ID: ended}))
    assert (body["status"], body["reason"]["code"]) == ("failed", "WorkflowEnded")


def test_anothers_reminder_is_not_found():
    theirs = table(a_reminder(owner="somebody-else"))
    executions = Executions(statuses=dict(RUNNING))
    assert status_of(theirs, executions)[0] == cancel_in(theirs, executions)[0] == 404
    assert executions.statuses == RUNNING


def test_cancel_stops_the_execution_and_can_be_repeated():
    reminders, executions = table(a_reminder()), Executions(statuses=dict(RUNNING))
    for _ in range(2):
        status, body = cancel_in(reminders, executions)
        assert (status, body["status"]) == (200, "cancelled")
    assert executions.statuses == {ID: "ABORTED"}


@pytest.mark.parametrize("state", [DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.FAILED])
def test_cancel_too_late_is_refused_and_stops_nothing(state: DeliveryState):
    reminders, executions = table(a_reminder(deliveries=delivered(state))), Executions(statuses=dict(RUNNING))
    status, body = cancel_in(reminders, executions)
    assert (status, body["error"]["code"]) == (409, "not_cancellable")
    assert executions.statuses == RUNNING


def listed(reminders: Table, **query: str) -> tuple[int, Any]:
    return call(
        lambda request: page(request, reminders=reminders, index="by-creation"),  # type: ignore[arg-type]
        queryStringParameters=query,
    )


def test_list_shows_ones_own_newest_first_page_by_page():
    mine = [a_reminder(id=f"{n:040x}", created_at=f"2030-01-31T12:00:0{n}Z") for n in range(5)]
    reminders = table(*mine, a_reminder(owner="somebody-else", id="f" * 40))
    seen, cursor = [], None
    for _ in range(3):
        status, body = listed(reminders, limit="2", **({"cursor": cursor} if cursor else {}))
        assert status == 200
        seen += [reminder["id"] for reminder in body["reminders"]]
        cursor = body["cursor"]
    assert seen == [reminder.id for reminder in reversed(mine)]
    assert cursor is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"), ({"limit": "101"}, "limit"), ({"limit": "-1"}, "limit"), ({"limit": "ten"}, "limit"),
        ({"cursor": ""}, "cursor"), ({"cursor": "%%%"}, "cursor"), ({"cursor": "W10="}, "cursor"),
        ({"cursor": "WyJhIiwgMV0="}, "cursor"), ({"cursor": "bnVsbA=="}, "cursor"),
    ],
)  # fmt: skip
def test_a_limit_or_cursor_that_is_none_is_refused(query: dict[str, str], field: str):
    status, body = listed(table(), **query)
    assert (status, body["error"]["field"]) == (400, field)


def test_an_empty_list_is_a_list():
    assert listed(table()) == (200, {"reminders": [], "cursor": None})
