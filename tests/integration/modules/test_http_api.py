"""The HTTP API answers those it should: by token, by a function's word, by IAM, and what it calls itself arrives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from tests.integration.support.people import call

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.testing.stacks import Stack, Yard

pytestmark = [pytest.mark.of("http-api"), pytest.mark.needs("http_api")]

PARTNER = {"x-partner-key": "let-me-in"}


@pytest.fixture(scope="module")
def api(applied: Stack) -> dict[str, Any]:
    """What the example gives, with an address that opens from here."""
    found: dict[str, Any] = applied.addresses["http_api"]
    return found


@pytest.fixture(scope="module")
def token(api: dict[str, Any], client: Callable[[str], Any]) -> str:
    """The access token of somebody who is signed in."""
    cognito = client("cognito-idp")
    cognito.admin_create_user(UserPoolId=api["pool_id"], Username="one@example.com", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(
        UserPoolId=api["pool_id"], Username="one@example.com", Password="Correct-horse-7", Permanent=True
    )
    answer = cognito.initiate_auth(
        ClientId=api["client_id"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "one@example.com", "PASSWORD": "Correct-horse-7"},
    )
    return str(answer["AuthenticationResult"]["AccessToken"])


def test_a_token_opens_its_routes_and_no_other(api: dict[str, Any], token: str) -> None:
    bearer = {"authorization": f"Bearer {token}"}
    answer = call("GET", f"{api['url']}/people/7", headers=bearer)
    assert (answer.status, answer.body["pathParameters"]) == (200, {"id": "7"})
    assert answer.body["requestContext"]["authorizer"]["jwt"]["claims"]["client_id"] == api["client_id"]
    assert call("GET", f"{api['url']}/own", headers=bearer).status == 200
    assert call("GET", f"{api['url']}/orders", headers=bearer).status == 403, "it has not the scope"
    assert call("GET", f"{api['url']}/people/7").status == 401
    head, claims, signature = token.split(".")
    forged = {"authorization": f"Bearer {head}.{claims}.{signature[::-1]}"}
    assert call("GET", f"{api['url']}/people/7", headers=forged).status == 401


def test_a_route_open_to_all_is_the_one_that_says_so(api: dict[str, Any]) -> None:
    assert call("GET", f"{api['url']}/open").status == 200
    assert call("GET", f"{api['url']}/elsewhere").status == 403


def test_the_deciding_function_is_asked(api: dict[str, Any]) -> None:
    answer = call("PUT", f"{api['url']}/partners/a/b", headers=PARTNER)
    assert (answer.status, answer.body["pathParameters"]) == (200, {"any": "a/b"})
    assert answer.body["requestContext"]["authorizer"]["lambda"] == {"partner": "one"}
    assert call("PUT", f"{api['url']}/partners/a", headers={"x-partner-key": "guess"}).status == 403
    assert call("PUT", f"{api['url']}/partners/a").status == 401, "without a key nobody is asked"


def test_pages_of_the_named_origin_alone_may_call(api: dict[str, Any]) -> None:
    asked = {"access-control-request-method": "GET"}
    good = call("OPTIONS", f"{api['url']}/people/7", headers={**asked, "origin": "https://shop.example.com"})
    assert good.headers["access-control-allow-origin"] == "https://shop.example.com"
    bad = call("OPTIONS", f"{api['url']}/people/7", headers={**asked, "origin": "https://evil.example.com"})
    assert "access-control-allow-origin" not in bad.headers


def test_a_message_reaches_its_queue_and_group_with_no_function_between(
    api: dict[str, Any], client: Callable[[str], Any]
) -> None:
    body = json.dumps({"do": "this"}).encode()
    assert call("POST", f"{api['url']}/jobs/blue", body=body).status == 401
    assert call("POST", f"{api['url']}/jobs/blue", body=body, headers=PARTNER).status == 200
    [message] = eventually(
        lambda: (
            client("sqs")
            .receive_message(QueueUrl=api["queue_url"], MessageSystemAttributeNames=["MessageGroupId"])
            .get("Messages")
        )
    )
    assert (json.loads(message["Body"]), message["Attributes"]["MessageGroupId"]) == ({"do": "this"}, "blue")


def test_an_event_reaches_its_bus(api: dict[str, Any]) -> None:
    body = json.dumps({"type": "Ordered", "id": 7}).encode()
    answer = call("POST", f"{api['url']}/events", body=body, headers=PARTNER)
    assert (answer.status, answer.body["FailedEntryCount"]) == (200, 0)


def test_a_signed_call_runs_a_workflow_and_waits_for_its_answer(api: dict[str, Any], library_yard: Yard) -> None:
    body = json.dumps({"of": [1, 2]}).encode()
    assert call("POST", f"{api['url']}/sums", body=body).status == 403
    session = library_yard.target.session
    request = AWSRequest("POST", f"{api['url']}/sums", data=body)
    SigV4Auth(session.get_credentials(), "execute-api", session.region_name).add_auth(request)
    answer = call("POST", f"{api['url']}/sums", body=body, headers=dict(request.headers))
    assert answer.status == 200
    assert json.loads(answer.body["output"]) == {"of": [1, 2]}


def test_its_own_domain_points_somewhere(api: dict[str, Any]) -> None:
    assert api["domain"]["name"] == "api.example.com"
    assert api["domain"]["target"]
    assert api["domain"]["zone_id"]
