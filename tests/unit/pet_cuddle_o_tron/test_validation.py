from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pet_cuddle_o_tron._shared.api import Refusal, Request, json_body
from pet_cuddle_o_tron._shared.reminders import Wait
from pet_cuddle_o_tron.create.validation import Asked, check_moment, idempotency_key, parse, sms_parts

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2030, 1, 31, 12, 0, tzinfo=UTC)
GOOD = {"message": "cuddle the cat", "channel": "email", "minutes": 5}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def refused(body: dict[str, object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse(body)
    return caught.value


def attempt(function: Callable[[Any], Any], argument: Any) -> Any:
    """Return a function's answer, or the refusal it raised."""
    try:
        return function(argument)
    except Refusal as refusal:
        return refusal


def test_minutes_and_seconds_mean_the_same_wait():
    assert parse(GOOD) == Asked("cuddle the cat", "email", Wait(seconds=300))
    assert (
        parse(GOOD | {"message": "cuddle the cat"}).wait
        == parse({"message": "cuddle the cat", "channel": "email", "seconds": 300}).wait
    )


def test_a_date_is_taken_in_its_zone():
    body = {"message": "m", "channel": "email", "at": "2030-01-31T14:00:00+02:00"}
    assert parse(body).wait == Wait(at=datetime(2030, 1, 31, 12, 0, tzinfo=UTC))


@pytest.mark.parametrize("name", ["message", "channel", "minutes"])
def test_old_demo_missing_field_is_a_client_error_that_names_it(name: str):
    refusal = refused({key: value for key, value in GOOD.items() if key != name})
    assert (refusal.status, refusal.field) == (400, name)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"message": ""}, "message"),
        ({"message": "  \n"}, "message"),
        ({"message": "x" * 2001}, "message"),
        ({"message": "bell\x07"}, "message"),
        ({"message": "half a pair \ud800"}, "message"),
        ({"message": 3}, "message"),
        ({"message": "x" * 460, "channel": "sms"}, "message"),
        ({"message": "x" * 460, "channel": "both"}, "message"),
        ({"channel": "pigeon"}, "channel"),
        ({"channel": ["email"]}, "channel"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 43_201}, "minutes"),
        ({"minutes": 1.5}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"minutes": "5"}, "minutes"),
        ({"seconds": 5}, "minutes"),
        ({"email": "stranger@example.com"}, "email"),
        ({"phone_number": "+441632960000"}, "phone_number"),
    ],
)
def test_a_wrong_value_is_refused_by_field(change: dict[str, object], field: str):
    refusal = refused(GOOD | change)
    assert (refusal.status, refusal.field) == (400, field)


@pytest.mark.parametrize(
    "at", ["", "tomorrow", "2030-02-01", "2030-02-01T09:00:00", 5, None, ["x"], "0001-01-01T00:00:00+14:00"]
)
def test_a_date_without_zone_or_sense_is_refused(at: object):
    assert refused({"message": "m", "channel": "email", "at": at}).field == "at"


def test_limits_are_inclusive():
    for name, value in (("seconds", 1), ("seconds", 2_592_000), ("minutes", 43_200)):
        parse({"message": "m", "channel": "email", name: value})
    for ahead in (timedelta(seconds=1), timedelta(days=30)):
        check_moment(Wait(at=NOW + ahead), NOW)
    for ahead in (timedelta(0), timedelta(days=-1), timedelta(days=30, seconds=1)):
        with pytest.raises(Refusal):
            check_moment(Wait(at=NOW + ahead), NOW)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("😺" * 35, 1),
        ("x" * 459, 3),
    ],
)
def test_sms_parts_are_counted_as_networks_do(text: str, parts: int):
    assert sms_parts(text) == parts


@pytest.mark.parametrize("key", [None, "", "short", "x" * 129, "with space", "tab\tinside", "ключ-ключ"])
def test_an_idempotency_key_is_required_and_plain(key: str | None):
    with pytest.raises(Refusal) as caught:
        idempotency_key(key)
    assert (caught.value.status, caught.value.field) == (400, "Idempotency-Key")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*GOOD, "seconds", "at", "other"]), JSON))
def test_any_json_object_is_taken_or_refused_never_a_crash(body: dict[str, object]):
    asked = attempt(parse, body)
    if isinstance(asked, Refusal):
        assert asked.status == 400
        assert asked.field
    else:
        asked.message.encode()
        assert asked.wait.at or asked.wait.due(NOW) - NOW >= timedelta(seconds=1)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200))
def test_any_bytes_are_a_body_or_refused_never_a_crash(data: bytes):
    request = Request("o", "u", "c", headers={"content-type": "application/json"}, body=data)
    body = attempt(json_body, request)
    assert body.status == 400 if isinstance(body, Refusal) else body == json.loads(data)


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"[" * 15_000, "application/json", 400),
        (b'{"minutes": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b"[]", "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff{}", "application/json", 400),
        (b" " * 17_000, "application/json", 413),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
    ],
)
def test_a_body_that_is_no_json_object_is_a_client_error(body: bytes, media: str, status: int):
    request = Request("o", "u", "c", headers={"content-type": media}, body=body)
    with pytest.raises(Refusal) as caught:
        json_body(request)
    assert caught.value.status == status


def test_a_charset_beside_the_media_type_is_fine():
    assert (
        json_body(Request("o", "u", "c", headers={"content-type": "Application/JSON; charset=utf-8"}, body=b"{}")) == {}
    )
