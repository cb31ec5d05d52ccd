"""The API's functions by their own entries, with any event: an answer below 500, a log line, nothing personal in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.anything import PROFILE, SECRET, altered, answered, broken_texts, doubled, encoded, texts, values
from tests.unit.pet_cuddle_o_tron.recorders import (
    ID,
    OWNER,
    USERNAME,
    Context,
    Executions,
    People,
    Table,
    a_reminder,
    client_error,
    http_event,
)

from pet_cuddle_o_tron._shared import aws
from pet_cuddle_o_tron._shared.reminders import Reminder, State
from pet_cuddle_o_tron._shared.telemetry import logger
from pet_cuddle_o_tron.cancel import app as cancel
from pet_cuddle_o_tron.create import app as create
from pet_cuddle_o_tron.list import app as list_
from pet_cuddle_o_tron.status import app as status

if TYPE_CHECKING:
    from collections.abc import Iterator

APPS = {"cancel": cancel, "create": create, "list": list_, "status": status}
GOOD = {"message": "cuddle the cat", "channel": "email", "minutes": 5}
STRANGER, THEIRS = "sub-of-a-stranger", "f" * 40
CODINGS = ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-32", "cp037", "not base64"]
CURSOR = encoded(json.dumps([ID, "2030-01-31T12:00:00Z"]).encode())


class StrictTable(Table):
    """The table, with DynamoDB's own opinion of a key: a key it would refuse is a fault of ours.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    """

    limits: ClassVar[dict[str, int]] = {"owner": 2048, "id": 1024}

    def get(self, owner: str, reminder_id: str) -> Reminder | None:
        self.check(owner=owner, id=reminder_id)
        return super().get(owner, reminder_id)

    def add(self, reminder: Reminder) -> Reminder:
        self.check(owner=reminder.owner, id=reminder.id)
        for text in (reminder.username, reminder.message, reminder.correlation_id, reminder.due_at):
            text.encode()
        return super().add(reminder)

    def cancel(self, owner: str, reminder_id: str) -> bool:
        self.check(owner=owner, id=reminder_id)
        return super().cancel(owner, reminder_id)

    def page(self, owner: str, *, index: str, limit: int, after: tuple[str, str] | None) -> Any:
        self.check(owner=owner, id=after[0] if after else "none")
        if after:
            assert after[1].isascii()
            if "2030-99" in after[1]:
                raise client_error("ValidationException")
        assert 1 <= limit <= 100
        return super().page(owner, index=index, limit=limit, after=after)

    def check(self, **key: str) -> None:
        for name, value in key.items():
            assert 1 <= len(value.encode()) <= self.limits[name]


class House:
    """The functions' collaborators, with a reminder of Mara's and one of a stranger's in them."""

    def __init__(self) -> None:
        mine = a_reminder(created_at="2030-01-31T12:00:00Z")
        theirs = replace(mine, owner=STRANGER, id=THEIRS, username="stranger", message=f"mail {SECRET}")
        self.table = StrictTable({(row.owner, row.id): row for row in (mine, theirs)})
        self.people, self.executions = People(), Executions(statuses={ID: "RUNNING", THEIRS: "RUNNING"})

    @property
    def rows(self) -> dict[tuple[str, str], Reminder]:
        return dict(self.table.rows)


class Door:
    """The entries of the functions, into a house that is new for each event."""

    def __init__(self) -> None:
        self.house = House()

    def call(self, function: str, event: Any) -> tuple[int, Any]:
        """Hand over an event; hold what comes back against what every answer has to be."""
        self.house = House()
        before = self.house.rows
        answer, heard = answered(APPS[function].handler, event, Context(), logger)
        assert not [word for word in (OWNER, USERNAME, GOOD["message"]) if word in heard.text]
        body = json.loads(answer["body"])
        assert isinstance(body, dict)
        assert answer["headers"]["content-type"] == "application/json"
        assert all(isinstance(value, str) and value.isprintable() for value in answer["headers"].values())
        answer["body"].encode()
        assert 200 <= answer["statusCode"] < 500, body
        if answer["statusCode"] >= 400:
            assert all(body["error"][name] for name in ("code", "message"))
            body["error"]["message"].encode()  # broken characters of the client's are not handed back
            assert self.house.rows == before
        self.nothing_of_others(before, answer["body"])
        return answer["statusCode"], body

    def nothing_of_others(self, before: dict[tuple[str, str], Reminder], body: str) -> None:
        theirs = self.house.rows[STRANGER, THEIRS]
        assert theirs == before[STRANGER, THEIRS]
        assert self.house.executions.statuses[THEIRS] == "RUNNING"
        assert theirs.message not in body


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    door = Door()
    monkeypatch.setattr(aws, "client", lambda *_, **__: None)
    for app in APPS.values():
        monkeypatch.setattr(app, "Reminders", lambda *_: door.house.table)
    monkeypatch.setattr(create, "Directory", lambda *_: door.house.people)
    for app in (cancel, create, status):
        monkeypatch.setattr(app, "Workflow", lambda *_: door.house.executions)
    return door


def event_of(function: str) -> dict[str, Any]:
    """A right event of a function's own route."""
    event = http_event(
        version="2.0", headers={"x-correlation-id": "corr-2", "authorization": f"Bearer {SECRET}"},
        cookies=["a=b"], rawPath="/reminders", rawQueryString="",
    )  # fmt: skip
    if function == "create":
        return event | {"body": json.dumps(GOOD)}
    if function == "list":
        return event | {"queryStringParameters": {"limit": "2", "cursor": CURSOR}}
    return event | {"pathParameters": {"id": ID}}


@pytest.mark.parametrize("function", APPS)
def test_the_right_event_is_answered_as_it_was_before_anything_in_it_is_altered(door: Door, function: str):
    assert door.call(function, event_of(function))[0] == (202 if function == "create" else 200)


@pytest.mark.parametrize("function", APPS)
@PROFILE
@given(data=st.data())
def test_any_part_of_an_event_may_be_missing_null_or_anything_else(door: Door, function: str, data: st.DataObject):
    door.call(function, data.draw(altered(event_of(function))))


@pytest.mark.parametrize("function", APPS)
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"headers": {"x-correlation-id": None}}, 200),
        ({"headers": [], "queryStringParameters": "x"}, 200),
        ({"requestContext": "x"}, 401),
        ({"requestContext": {"requestId": SECRET, "authorizer": {"jwt": []}}}, 401),
        ({"body": {"message": "m"}}, 400),
        ({"body": 5, "isBase64Encoded": True}, 400),
    ],
)
def test_an_envelope_that_api_gateway_never_makes_is_answered_too(
    door: Door, function: str, change: dict[str, Any], code: int
):
    found, _ = door.call(function, event_of(function) | change)
    assert found == code or (function == "create" and (code, found) in {(200, 400), (200, 415)})


@pytest.mark.parametrize("function", APPS)
@PROFILE
@given(event=values)
@example(event=None)
def test_what_is_no_request_at_all_is_refused(door: Door, function: str, event: Any):
    assert door.call(function, event)[0] in {400, 401}


@PROFILE
@given(body=st.one_of(broken_texts, doubled(GOOD), altered(GOOD).map(json.dumps)))
@example(body=json.dumps({SECRET: None}))
@example(body=json.dumps({"\ud800": None}))
def test_any_body_is_a_reminder_or_a_client_error(door: Door, body: str):
    code, answer = door.call("create", event_of("create") | {"body": body})
    if code == 202:
        assert door.house.rows[OWNER, answer["id"]].state is State.WAITING
    else:
        assert code in {400, 409, 413}
        assert len(door.house.rows) == 2


@PROFILE
@given(text=st.one_of(broken_texts, altered(GOOD).map(json.dumps), st.just(json.dumps(GOOD))),
       coding=st.sampled_from(CODINGS))  # fmt: skip
def test_any_encoding_of_a_body_is_read_or_a_client_error(door: Door, text: str, coding: str):
    body = text if coding == "not base64" else encoded(text.encode(coding, errors="ignore"))
    code, _ = door.call("create", event_of("create") | {"body": body, "isBase64Encoded": True})
    assert code in ({202, 400, 409, 413} if coding in {"utf-8", "latin-1"} else {400, 413})


@PROFILE
@given(name=texts, value=values)
def test_a_field_s_name_is_the_client_s_and_is_not_logged(door: Door, name: str, value: Any):
    event = event_of("create") | {"body": json.dumps({name: value} | GOOD)}
    assert door.call("create", event)[0] == (202 if name in GOOD else 400)


@PROFILE
@given(at=st.one_of(texts, st.integers() | st.floats(), st.datetimes().map(str),
                    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())))  # fmt: skip
def test_any_date_is_in_time_or_a_client_error(door: Door, at: Any):
    body = {"message": "m", "channel": "email", "at": at}
    code, answer = door.call("create", event_of("create") | {"body": json.dumps(body)})
    if code == 202:
        assert datetime.fromisoformat(answer["due_at"]) > datetime.now(UTC)
    else:
        assert answer["error"].get("field") == "at" or answer["error"]["code"] == "malformed_json"


@pytest.mark.parametrize("name", ["idempotency-key", "x-correlation-id", "content-type", "Content-Type"])
@PROFILE
@given(value=texts)
def test_any_header_is_taken_or_a_client_error(door: Door, name: str, value: str):
    event = event_of("create")
    door.call("create", event | {"headers": event["headers"] | {name: value}})


@PROFILE
@given(limit=texts, cursor=st.one_of(
    texts, values.map(lambda value: encoded(json.dumps(value).encode())),
    altered([ID, "2030-01-31T12:00:00Z"]).map(lambda value: encoded(json.dumps(value).encode())),
    st.binary(max_size=40).map(encoded),
))  # fmt: skip
@example(limit="1", cursor=encoded(json.dumps([ID, "\u0662\u0660\u0663\u0660-01-31T12:00:00Z"]).encode()))
@example(limit="1", cursor=encoded(json.dumps([ID, "2030-99-31T12:00:00Z"]).encode()))
def test_any_limit_and_cursor_list_ones_own_or_are_a_client_error(door: Door, limit: str, cursor: str):
    for query in ({"limit": limit}, {"cursor": cursor}, {"limit": limit, "cursor": cursor}):
        code, body = door.call("list", event_of("list") | {"queryStringParameters": query})
        if code == 200:
            assert {reminder["id"] for reminder in body["reminders"]} <= {ID}
        else:
            assert (code, body["error"]["field"] in query) == (400, True)


@pytest.mark.parametrize("function", ["cancel", "status"])
@PROFILE
@given(reminder_id=st.one_of(texts, st.just(THEIRS), st.text("0123456789abcdef", min_size=39, max_size=41)))
def test_any_id_but_ones_own_is_not_found(door: Door, function: str, reminder_id: str):
    code, body = door.call(function, event_of(function) | {"pathParameters": {"id": reminder_id}})
    assert (code, body["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("function", APPS)
@PROFILE
@given(claims=st.dictionaries(st.sampled_from(["sub", "username", "token_use", "client_id"]), values))
def test_claims_of_no_person_are_401(door: Door, function: str, claims: dict[str, Any]):
    event = event_of(function)
    event["requestContext"]["authorizer"] = {"jwt": {"claims": claims}}
    person = isinstance(claims.get("sub"), str) and isinstance(claims.get("username"), str)
    assert door.call(function, event)[0] == 401 or (person and claims.get("token_use") == "access")


@PROFILE
@given(name=st.sampled_from(["sub", "username"]), value=values)
@example(name="sub", value=True)
@example(name="sub", value="\ud800")
@example(name="username", value="\x1f")
def test_a_name_that_is_no_name_is_401(door: Door, name: str, value: Any):
    event = event_of("create")
    event["requestContext"]["authorizer"]["jwt"]["claims"] = {
        "sub": OWNER, "username": USERNAME, "token_use": "access", name: value,
    }  # fmt: skip
    code, _ = door.call("create", event)
    assert code == 202 if isinstance(value, str) and value.isprintable() and 0 < len(value) <= 128 else code == 401
