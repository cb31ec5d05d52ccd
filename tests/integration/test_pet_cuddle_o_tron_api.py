"""The API as its OpenAPI document has it: whatever schemathesis thinks of, and tokens of every wrong kind.

schemathesis makes right and wrong requests of `terraform/stacks/pet-cuddle-o-tron/openapi.json` and holds the answers
against it: an undocumented status, header or body, a wrong request that is taken, and anything from 500 on fail.
"""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from tests.integration.support import srp, tokens
from tests.integration.support.people import PASSWORD, Person, call, sign_up

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# pyproject.toml keeps it from every other run of pytest, whose start it would double.
pytest_plugins = ["schemathesis.pytest.plugin"]
pytestmark = [
    pytest.mark.needs("cognito_sign_up", "http_api_jwt", "step_functions"),
    # One worker applies the stack once, for these tests and the others of the stack.
    pytest.mark.xdist_group("pet-cuddle-o-tron"),
]

DOCUMENT = Path(__file__).parents[2] / "terraform/stacks/pet-cuddle-o-tron/openapi.json"
CONFIGURATION = {
    "generation": {
        "max-examples": 40,
        "deterministic": True,
        "database": "none",
        "no-shrink": True,
        "allow-extra-parameters": False,
    },
    "checks": {
        # An HTTP API answers 404 for a method that no route has.
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
        "unsupported_method": {"enabled": False},
        # A date may be past and a text too long for an SMS: no schema can say so, and 400 is right.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409"]},
        "negative_data_rejection": {"expected-statuses": ["400", "401", "404", "409", "413", "415"]},
        # What was cancelled is still shown, as cancelled.
        "use_after_free": {"enabled": False},
    },
}
api = schemathesis.openapi.from_path(DOCUMENT, config=schemathesis.Config.from_dict(CONFIGURATION))


@pytest.fixture(scope="module")
def system(stack: Callable[[str], Any]) -> Any:
    return stack("pet-cuddle-o-tron")


@pytest.fixture(scope="module")
def person(system: Any, aws: Callable[[str], Any]) -> Person:
    """Somebody with a verified address and number."""
    cognito, addresses = aws("cognito-idp"), system.addresses
    origin = addresses["site_url"].rstrip("/")
    person = sign_up(cognito, system.outputs, api_url=addresses["api_url"], origin=origin)
    change = [{"Name": "phone_number", "Value": "+441632960000"}, {"Name": "phone_number_verified", "Value": "true"}]
    cognito.admin_update_user_attributes(
        UserPoolId=system.outputs["pool_id"], Username=person.username, UserAttributes=change
    )
    return person


@api.parametrize()
def test_every_answer_is_one_that_the_document_names(case: Any, person: Person):
    case.call_and_validate(base_url=person.api_url, headers={"Authorization": f"Bearer {person.token}"})


def test_what_was_asked_for_is_shown_listed_and_cancelled_as_the_document_says(person: Person):
    """Follow the document's links: the ids and cursors that one answer gave go into the next request."""

    class Follow(api.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"base_url": person.api_url, "headers": {"Authorization": f"Bearer {person.token}"}}

    Follow.run(settings=settings(
        max_examples=10, stateful_step_count=8, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    ))  # fmt: skip


# Tokens of every wrong kind


@pytest.fixture(scope="module")
def wrong_tokens(person: Person, system: Any, aws: Callable[[str], Any]) -> dict[str, str | None]:
    """Make a token of each kind, and take away what was made for it."""
    cognito, pool = aws("cognito-idp"), system.outputs["pool_id"]
    keys_url = f"{cognito.meta.endpoint_url.rstrip('/')}/{pool}/.well-known/jwks.json"
    words, _, signature = person.token.rpartition(".")
    stranger = {"sub": str(uuid.uuid4()), "username": str(uuid.uuid4())}
    return {
        "missing": None,
        "empty": "Bearer ",
        "not a token": "Bearer x.y.z",
        "of no objects": f"Bearer {tokens.encode(b'[]')}.{tokens.encode(b'{}')}.{signature}",
        "of another scheme": "Basic dTpw",
        "an id token": f"Bearer {person.id_token}",
        "somebody else's name": f"Bearer {tokens.rewritten(person.token, claims=stranger)}",
        "a later end": f"Bearer {tokens.rewritten(person.token, claims={'exp': 2**40})}",
        "a changed signature": f"Bearer {words}.{signature[:-8]}{'A' * 8}",
        "no signature": f"Bearer {words}.",
        "alg none": f"Bearer {tokens.unsigned(person.token)}",
        "a key it does not name": f"Bearer {tokens.rewritten(person.token, header={'kid': '../../etc/passwd'})}",
        "signed with the public key": f"Bearer {tokens.signed_with_the_public_key(person.token, keys_url)}",
        "of another client": f"Bearer {of_another_client(cognito, pool, person)}",
        "of another pool": f"Bearer {of_another_pool(cognito, person)}",
    }


def of_another_client(cognito: Any, pool: str, person: Person) -> str:
    """Sign the same person in with a client that the API is not for."""
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="another", ExplicitAuthFlows=FLOWS)
    client = made["UserPoolClient"]["ClientId"]
    try:
        return sign_in(cognito, pool, client, person.email)
    finally:
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=client)


def of_another_pool(cognito: Any, person: Person) -> str:
    """Sign somebody of the same name in to a pool that has nothing to do with the API."""
    pool = cognito.create_user_pool(PoolName=f"another-{uuid.uuid4().hex[:8]}")["UserPool"]["Id"]
    try:
        made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="page", ExplicitAuthFlows=FLOWS)
        cognito.admin_create_user(UserPoolId=pool, Username=person.username, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=pool, Username=person.username, Password=PASSWORD, Permanent=True)
        return sign_in(cognito, pool, made["UserPoolClient"]["ClientId"], person.username)
    finally:
        cognito.delete_user_pool(UserPoolId=pool)


FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
KINDS = [
    "missing", "empty", "not a token", "of no objects", "of another scheme", "an id token", "somebody else's name",
    "a later end", "a changed signature", "no signature", "alg none", "a key it does not name",
    "signed with the public key", "of another client", "of another pool",
]  # fmt: skip


def sign_in(cognito: Any, pool: str, client: str, username: str) -> str:
    return srp.sign_in(cognito, pool_id=pool, client_id=client, username=username, password=PASSWORD)["AccessToken"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_of_a_wrong_kind_is_401_on_every_route_and_changes_nothing(
    person: Person, wrong_tokens: dict[str, str | None], kind: str
):
    reminder_id = person.remind(minutes=60).body["id"]
    before = listed(person)
    for operation in operations():
        answer = refused(operation, person, wrong_tokens[kind], reminder_id)
        assert answer.status == 401, operation.label
    assert listed(person) == before
    assert person.status(reminder_id)["status"] == "waiting"


def test_a_token_is_good_until_it_expires_and_401_on_every_route_from_then_on(
    person: Person, system: Any, aws: Callable[[str], Any], environment: Any
):
    """The page's own client with the shortest life: AWS takes five minutes at least, other targets take seconds."""
    seconds = 8 if environment.local else 300
    with lifetime(aws("cognito-idp"), system.outputs, seconds):
        token = sign_in(aws("cognito-idp"), system.outputs["pool_id"], system.outputs["client_id"], person.email)
    url, headers = f"{person.api_url}/reminders", {"authorization": f"Bearer {token}"}
    assert call("GET", url, headers=headers).status == 200
    eventually(lambda: call("GET", url, headers=headers).status == 401, timeout=seconds + 20)
    reminder_id = person.remind(minutes=60).body["id"]
    for operation in operations():
        assert refused(operation, person, f"Bearer {token}", reminder_id).status == 401, operation.label
    assert person.status(reminder_id)["status"] == "waiting"


@contextmanager
def lifetime(cognito: Any, outputs: dict[str, Any], seconds: int) -> Iterator[None]:
    """Let the page's client give out short-lived access tokens for a while."""
    client = {"UserPoolId": outputs["pool_id"], "ClientId": outputs["client_id"]}
    taken = cognito.meta.service_model.operation_model("UpdateUserPoolClient").input_shape.members
    described = cognito.describe_user_pool_client(**client)["UserPoolClient"]
    before = {name: value for name, value in described.items() if name in taken and value != ""}
    units = before.get("TokenValidityUnits", {}) | {"AccessToken": "seconds"}
    cognito.update_user_pool_client(**before | {"AccessTokenValidity": seconds, "TokenValidityUnits": units})
    try:
        yield
    finally:
        cognito.update_user_pool_client(**before)


def test_anothers_reminder_looks_like_none_at_all(person: Person, system: Any, aws: Callable[[str], Any]):
    stranger = sign_up(aws("cognito-idp"), system.outputs, api_url=person.api_url, origin=person.origin)
    mine = person.remind(minutes=60).body["id"]
    for method in ("GET", "DELETE"):
        theirs, nobodys = (stranger.call(method, f"/reminders/{name}") for name in (mine, "f" * 40))
        assert (theirs.status, theirs.body) == (nobodys.status, nobodys.body) == (404, nobodys.body)
    assert person.status(mine)["status"] == "waiting"


def listed(person: Person) -> list[str]:
    return [reminder["id"] for reminder in person.call("GET", "/reminders?limit=100").body["reminders"]]


def operations() -> list[Any]:
    return [found.ok() for found in api.get_all_operations()]


def refused(operation: Any, person: Person, authorization: str | None, reminder_id: str) -> Any:
    """Send a right request of an operation with a given token; hold the answer against the document."""
    headers = {"idempotency-key": uuid.uuid4().hex} | ({"authorization": authorization} if authorization else {})
    body = {"message": "m", "channel": "email", "minutes": 60} if operation.method == "post" else None
    if body:
        headers["content-type"] = "application/json"
    url = person.api_url + operation.path.replace("{id}", reminder_id)
    data = json.dumps(body).encode() if body else None
    answer = call(operation.method.upper(), url, body=data, headers=headers)
    documented = operation.definition.raw["responses"]
    assert str(answer.status) in documented
    assert set(answer.body) in ({"message"}, {"error"})
    return answer
