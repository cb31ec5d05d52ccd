from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError
from tests.unit.pet_cuddle_o_tron.recorders import ADDRESS, Context, client_error, http_event

from pet_cuddle_o_tron._shared import api

if TYPE_CHECKING:
    from collections.abc import Callable


def serve(event: dict[str, Any], respond: Callable[[api.Request], api.Answer]) -> tuple[int, Any, dict[str, str]]:
    answer = api.serve(event, Context(), respond)
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


def raising(error: Exception) -> Callable[[api.Request], api.Answer]:
    def respond(request: api.Request) -> api.Answer:
        raise error

    return respond


def ok(request: api.Request) -> api.Answer:
    return api.Answer(200, {"owner": request.owner})


def test_the_caller_comes_from_the_token_alone():
    assert serve(http_event(headers={"x-owner": "other"}), ok)[:2] == (200, {"owner": "sub-of-mara"})


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"requestContext": None},
        {"requestContext": {"requestId": "r", "authorizer": {}}},
        http_event(claims={"sub": "s", "username": "u", "token_use": "id"}),
        http_event(claims={"username": "u", "token_use": "access"}),
        http_event(claims={}),
    ],
)
def test_anything_but_an_access_token_is_401(event: dict[str, Any]):
    status, body, _ = serve(event, ok)
    assert (status, body["error"]["code"]) == (401, "wrong_token")


def test_old_demo_a_failed_request_is_not_shown_as_success(printed: Callable[[], str]):
    status, body, headers = serve(http_event(), raising(RuntimeError(f"cannot reach {ADDRESS}")))
    assert (status, body["error"]["code"]) == (500, "internal")
    assert headers["content-type"] == "application/json"
    output = printed()
    assert '"Failed":[1.0]' in output.replace(" ", "")
    assert "RuntimeError" in output
    assert ADDRESS not in output


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (client_error("ThrottlingException"), 503),
        (EndpointConnectionError(endpoint_url="x"), 503),
        (client_error("AccessDeniedException"), 500),
    ],
)
def test_what_is_aws_s_fault_is_a_server_error(error: Exception, status: int, printed: Callable[[], str]):
    found, body, headers = serve(http_event(), raising(error))
    assert found == status
    assert ("retry-after" in headers) == (status == 503)
    assert set(body["error"]) == {"code", "message"}
    assert ADDRESS not in printed()


def test_a_refusal_says_code_message_and_field():
    status, body, _ = serve(http_event(), raising(api.Refusal(409, "c", "m", field="f")))
    assert (status, body) == (409, {"error": {"code": "c", "message": "m", "field": "f"}})


def test_a_base64_body_is_read_and_a_broken_one_refused():
    def echo(request: api.Request) -> api.Answer:
        return api.Answer(200, api.json_body(request))

    good = http_event(body=base64.b64encode(b'{"a": 1}').decode(), isBase64Encoded=True)
    assert serve(good, echo)[:2] == (200, {"a": 1})
    assert serve(http_event(body="@@@", isBase64Encoded=True), echo)[0] == 400
    assert serve(http_event(body="\ud800"), echo)[0] == 400


@pytest.mark.parametrize(
    ("sent", "used"), [("abc-1", "abc-1"), ("", "request-1"), ("evil\nline", "request-1"), ("x" * 129, "request-1")]
)
def test_a_correlation_id_is_the_clients_when_it_is_one(sent: str, used: str, printed: Callable[[], str]):
    _, _, headers = serve(http_event(headers={"X-Correlation-Id": sent}), ok)
    assert headers["x-correlation-id"] == used
    line = json.loads(printed().splitlines()[0])
    assert line["correlation_id"] == used


@pytest.mark.parametrize("path", [None, {}, {"id": "../x"}, {"id": "A" * 40}])
def test_an_id_that_can_be_nobodys_is_not_found(path: dict[str, str] | None):
    status, _, _ = serve(http_event(pathParameters=path), lambda request: api.Answer(200, {"id": request.reminder_id}))
    assert status == 404
