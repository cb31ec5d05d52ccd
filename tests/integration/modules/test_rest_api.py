"""The REST API answers those it should, refuses what the document does not allow, and meters by key."""

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

pytestmark = pytest.mark.of("rest-api")

PARTNER = {"x-partner-key": "let-me-in"}
ORIGIN = "https://shop.example.com"
PASSWORD = "Correct-horse-7"


@pytest.fixture(scope="module")
def api(applied: Stack) -> dict[str, Any]:
    """What the example gives, with addresses that open from here."""
    found: dict[str, Any] = applied.addresses["rest_api"]
    return found


@pytest.fixture(scope="module")
def token(api: dict[str, Any], client: Callable[[str], Any]) -> str:
    """The id token of somebody who is signed in: an operation without scopes takes no other."""
    cognito, person = client("cognito-idp"), "one@example.com"
    cognito.admin_create_user(UserPoolId=api["pool_id"], Username=person, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=api["pool_id"], Username=person, Password=PASSWORD, Permanent=True)
    said = {"USERNAME": person, "PASSWORD": PASSWORD}
    answer = cognito.initiate_auth(ClientId=api["client_id"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters=said)
    return str(answer["AuthenticationResult"]["IdToken"])


def order(api: dict[str, Any], body: Any, **headers: str) -> Any:
    sent = {"content-type": "application/json"} | headers
    return call("POST", f"{api['url']}/orders", body=json.dumps(body).encode(), headers=sent)


@pytest.mark.needs("rest_api_authorizers")
def test_a_token_orders_and_nobody_else_does(api: dict[str, Any], token: str) -> None:
    answer = order(api, {"item": "bone", "count": 2}, authorization=token)
    assert (answer.status, json.loads(answer.body["body"])) == (200, {"item": "bone", "count": 2})
    assert answer.body["requestContext"]["authorizer"]["claims"]["email"] == "one@example.com"
    refused = order(api, {"item": "bone", "count": 2})
    assert refused.status == 401
    assert refused.headers["access-control-allow-origin"] == ORIGIN, "a page must be able to read why"
    assert order(api, {"item": "bone", "count": 2}, authorization=f"{token[:-8]}AAAAAAAA").status == 401


@pytest.mark.parametrize("body", [{"item": "bone"}, {"item": "bone", "count": 0}, {"item": 1, "count": 1}])
@pytest.mark.needs("rest_api")
def test_a_body_the_model_does_not_allow_reaches_no_function(api: dict[str, Any], token: str, body: Any) -> None:
    assert order(api, body, authorization=token).status == 400


@pytest.mark.needs("rest_api_authorizers")
def test_the_deciding_function_is_asked_and_parameters_are_required(api: dict[str, Any]) -> None:
    answer = call("GET", f"{api['url']}/orders/7?lang=en", headers=PARTNER)
    assert (answer.status, answer.body["pathParameters"]) == (200, {"id": "7"})
    assert answer.body["requestContext"]["authorizer"]["partner"] == "one"
    assert call("GET", f"{api['url']}/orders/7", headers=PARTNER).status == 400
    assert call("GET", f"{api['url']}/orders/7?lang=en", headers={"x-partner-key": "guess"}).status == 403
    assert call("GET", f"{api['url']}/orders/7?lang=en").status == 401


@pytest.mark.needs("iam_callers", "rest_api_authorizers")
def test_a_signature_opens_what_is_signed_for(api: dict[str, Any], library_yard: Yard) -> None:
    assert call("GET", f"{api['url']}/signed").status == 403
    session = library_yard.target.session
    request = AWSRequest("GET", f"{api['url']}/signed")
    SigV4Auth(session.get_credentials(), "execute-api", session.region_name).add_auth(request)
    assert call("GET", f"{api['url']}/signed", headers=dict(request.headers)).status == 200


@pytest.mark.needs("rest_api", "rest_api_quotas")
def test_a_key_is_metered_and_ends(api: dict[str, Any], client: Callable[[str], Any]) -> None:
    url = f"{api['url']}/metered"
    assert call("GET", url).status == 403
    keys = {
        name: client("apigateway").get_api_key(apiKey=key["id"], includeValue=True)["value"]
        for name, key in api["keys"].items()
    }
    one, two = keys["prod/partner/one"], keys["prod/partner/two"]
    assert [call("GET", url, headers={"x-api-key": one}).status for _ in range(4)] == [200, 200, 200, 429]
    assert call("GET", url, headers={"x-api-key": two}).status == 200, "each key has a count of its own"
    assert call("GET", f"{api['dev']}/metered", headers={"x-api-key": two}).status == 403, "a plan is of one stage"


@pytest.mark.needs("rest_api")
def test_a_message_reaches_its_queue_with_no_function_between(
    api: dict[str, Any], client: Callable[[str], Any]
) -> None:
    headers = PARTNER | {"content-type": "application/json"}
    answer = call("POST", f"{api['url']}/jobs", body=b'{"do": "this & that"}', headers=headers)
    assert (answer.status, answer.body) == (202, {"taken": True})
    [message] = eventually(lambda: client("sqs").receive_message(QueueUrl=api["queue_url"]).get("Messages"))
    assert json.loads(message["Body"]) == {"do": "this & that"}


@pytest.mark.needs("rest_api")
def test_preflights_and_what_is_public_need_nobody(api: dict[str, Any]) -> None:
    asked = {"origin": ORIGIN, "access-control-request-method": "POST"}
    preflight = call("OPTIONS", f"{api['url']}/orders", headers=asked)
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert preflight.headers["access-control-allow-credentials"] == "true"
    assert call("GET", f"{api['url']}/health").body == {"well": True}


@pytest.mark.needs("rest_api")
def test_a_stage_has_variables_of_its_own(api: dict[str, Any]) -> None:
    answer = call("GET", f"{api['dev']}/orders/7?lang=en", headers=PARTNER)
    assert answer.body["stageVariables"] == {"table": "dev"}
