"""The API's OpenAPI document against the stack's routes and the handlers' own limits."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from tests.unit.anything import PROFILE, altered, numbers, texts
from tests.unit.pet_cuddle_o_tron.recorders import a_reminder
from tests.unit.stacks import REPOSITORY, STACKS, routes

from pet_cuddle_o_tron._shared import forms, reminders
from pet_cuddle_o_tron._shared.api import LARGEST_BODY, RETRY_AFTER_SECONDS, Refusal
from pet_cuddle_o_tron.create import validation
from pet_cuddle_o_tron.list import app as list_

STACK = "pet-cuddle-o-tron"
DOCUMENT = json.loads((STACKS / STACK / "openapi.json").read_text())
SCHEMAS = DOCUMENT["components"]["schemas"]
ASKED = SCHEMAS["Asked"]
PROPERTIES = ASKED["properties"]
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items() if method != "parameters"
}  # fmt: skip
KEY = OPERATIONS["POST /reminders"]["parameters"][0]["schema"]
LIMIT = OPERATIONS["GET /reminders"]["parameters"][0]["schema"]


# A route's `auth`, by what the document says of it.
SCHEMES = {'[{"accessToken": []}]': "jwt", "[]": "none"}


def resolved(schema: Any) -> Any:
    """A schema with what it refers to in its place."""
    if isinstance(schema, list):
        return [resolved(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return resolved(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    return {name: resolved(value) for name, value in schema.items()}


def test_its_operations_and_who_may_call_them_are_the_stack_s_routes():
    described = {
        route: (operation["operationId"], SCHEMES[json.dumps(operation.get("security", DOCUMENT["security"]))])
        for route, operation in OPERATIONS.items()
    }
    there = {
        route: (configured["function"].removeprefix("${module.").removesuffix(".function}"), configured["auth"])
        for route, configured in routes(STACK).items()
    }
    assert described == there
    assert DOCUMENT["components"]["securitySchemes"]["accessToken"]["scheme"] == "bearer"


def test_its_limits_are_the_handlers():
    minutes = int(reminders.LONGEST_WAIT / timedelta(minutes=1))
    assert (PROPERTIES["minutes"]["minimum"], PROPERTIES["minutes"]["maximum"]) == (1, minutes)
    assert (PROPERTIES["seconds"]["minimum"], PROPERTIES["seconds"]["maximum"]) == (1, minutes * 60)
    assert PROPERTIES["message"]["maxLength"] == validation.LONGEST_MESSAGE
    assert set(PROPERTIES) == validation.FIELDS
    assert SCHEMAS["Channel"]["enum"] == list(reminders.CHANNELS)
    assert (LIMIT["maximum"], LIMIT["default"]) == (list_.LARGEST_LIMIT, list_.USUAL_LIMIT)
    assert SCHEMAS["Id"]["pattern"] == f"^{forms.ID.pattern}$"
    assert KEY["pattern"] == f"^{validation._KEY.pattern}$"
    assert (
        DOCUMENT["components"]["headers"]["CorrelationId"]["schema"]["pattern"] == f"^{forms.CORRELATION_ID.pattern}$"
    )
    text = json.dumps(OPERATIONS["POST /reminders"])
    assert text.count(f"{LARGEST_BODY} bytes") == 2
    assert f"{reminders.LONGEST_WAIT.days} days ahead" in PROPERTIES["at"]["description"]
    parts = validation.MOST_SMS_PARTS
    assert f"{parts} parts: {parts * validation.GSM_JOINED} characters" in PROPERTIES["message"]["description"]
    assert f"or {parts * validation.UCS2_JOINED} others" in PROPERTIES["message"]["description"]
    assert RETRY_AFTER_SECONDS > 0


def test_it_knows_every_error_and_every_state():
    code = "\n".join(path.read_text() for path in (REPOSITORY / "handlers/pet_cuddle_o_tron").rglob("*.py"))
    raised = set(re.findall(r'(?:Refusal|_error)\(\s*[0-9]{3}, "(\w+)"', code))
    assert set(SCHEMAS["Error"]["properties"]["error"]["properties"]["code"]["enum"]) == raised
    channels = {state.value for state in reminders.DeliveryState} - {"pending"} | {"waiting", "cancelled"}
    assert set(SCHEMAS["Delivery"]["properties"]["status"]["enum"]) == channels
    whole = {state.value for state in reminders.State} | {"sending", "sent", "failed"}
    assert set(SCHEMAS["Reminder"]["properties"]["status"]["enum"]) == whole


@pytest.mark.parametrize("channel", reminders.CHANNELS)
@pytest.mark.parametrize("state", reminders.State)
@pytest.mark.parametrize("delivery", reminders.DeliveryState)
def test_every_view_of_a_reminder_is_one_it_describes(channel: str, state: Any, delivery: Any):
    done = reminders.Delivery(delivery, at="2030-01-31T12:00:00Z", reason="Rejected")
    shown = reminders.view(a_reminder(channel=channel, state=state, deliveries=dict.fromkeys(reminders.Channel, done)))
    jsonschema_rs.validator_for(resolved(SCHEMAS["Reminder"]), validate_formats=True).validate(shown)


RIGHT = {"message": "cuddle the cat", "channel": "email", "minutes": 5}
WAITS = st.sampled_from(["minutes", "seconds"]).flatmap(
    lambda name: st.one_of(st.integers(-1, 3_000_000), numbers).map(lambda value: {name: value})
)


@PROFILE
@given(body=st.one_of(
    altered(RIGHT),
    st.tuples(texts, WAITS).map(lambda drawn: {"message": drawn[0], "channel": "email"} | drawn[1]),
))  # fmt: skip
@example(body=RIGHT | {"message": "\ufeff"})
def test_a_body_is_taken_exactly_when_it_is_described(body: dict[str, Any]):
    assume("at" not in body and body.get("channel") == "email")  # what no schema says: dates to come, parts of a text
    assume(not any(isinstance(value, float) and value.is_integer() for value in body.values()))  # 5.0 is no 5 here
    try:
        validation.parse(json.loads(json.dumps(body)))
        taken = True
    except Refusal:
        taken = False
    try:
        described = jsonschema_rs.Draft7Validator(resolved(ASKED)).is_valid(body)
    except ValueError:  # broken characters, and numbers that are none
        described = False
    assert taken == described


def test_a_date_in_any_zone_is_described_and_taken():
    at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = {"message": "m", "channel": "both", "at": at}
    jsonschema_rs.Draft7Validator(resolved(ASKED), validate_formats=True).validate(body)
    assert validation.parse(body).wait.at
