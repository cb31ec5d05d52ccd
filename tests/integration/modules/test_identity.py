"""People and machines get their tokens, and credentials reach one's own part of a bucket alone."""

from __future__ import annotations

import base64
import json
import urllib.parse
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.integration.support import srp

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.testing.stacks import Yard

    Client = Callable[[str], Any]

pytestmark = pytest.mark.of("identity")
PASSWORD = "Cuddles-4-everyone!"
CODE = "123456"


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    name: str
    access: dict[str, Any]
    id: dict[str, Any]
    id_token: str


def claims(token: str) -> dict[str, Any]:
    """Return what a token says; who checks its signature is the API."""
    body = token.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return said


@pytest.fixture
def made(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return the outputs of the example."""
    found: dict[str, Any] = outputs["identity"]
    return found


@pytest.fixture
def person(made: dict[str, Any], client: Client) -> Callable[..., Person]:
    """``person("managers")``: somebody new, confirmed, in that group and signed in."""
    cognito = client("cognito-idp")

    def sign_up(*groups: str) -> Person:
        email, page = f"{uuid.uuid4().hex[:12]}@example.com", made["clients"]["page"]["id"]
        cognito.sign_up(
            ClientId=page, Username=email, Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": email}]
        )
        cognito.confirm_sign_up(ClientId=page, Username=email, ConfirmationCode=CODE)
        for group in groups:
            cognito.admin_add_user_to_group(UserPoolId=made["pool"]["id"], Username=email, GroupName=group)
        tokens = srp.sign_in(cognito, pool_id=made["pool"]["id"], client_id=page, username=email, password=PASSWORD)
        return Person(email, claims(tokens["AccessToken"]), claims(tokens["IdToken"]), tokens["IdToken"])

    return sign_up


@pytest.fixture
def credentials(made: dict[str, Any], client: Client, library_yard: Yard) -> Callable[[Person], tuple[str, Any]]:
    """``credentials(person)``: their identity id, and an S3 client that acts as them."""
    identities, emulator = client("cognito-identity"), library_yard.target.emulator
    assert emulator

    def exchange(person: Person) -> tuple[str, Any]:
        logins = {made["login"]["login"]: person.id_token}
        identity = identities.get_id(IdentityPoolId=made["login"]["id"], Logins=logins)["IdentityId"]
        got = identities.get_credentials_for_identity(IdentityId=identity, Logins=logins)["Credentials"]
        session = boto3.session.Session(got["AccessKeyId"], got["SecretKey"], got["SessionToken"])
        return identity, session.client("s3", region_name=emulator.region, endpoint_url=emulator.endpoint)

    return exchange


def refused(call: Callable[..., Any], **arguments: Any) -> bool:
    """Tell whether IAM denies the call."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] in ("AccessDenied", "403")
    return False


# Tokens


@pytest.mark.needs("cognito_access_token", "cognito_token_settings")
def test_tokens_are_for_the_client_that_asked_and_live_as_long_as_it_says(
    person: Callable[..., Person], made: dict[str, Any]
):
    somebody = person()
    assert somebody.access["iss"] == somebody.id["iss"] == made["jwt"]["issuer"]
    assert somebody.access["client_id"] == somebody.id["aud"] == made["clients"]["page"]["id"]
    assert somebody.access["exp"] - somebody.access["iat"] == 15 * 60
    assert "cognito:groups" not in somebody.access


@pytest.mark.needs("cognito_access_token", "cognito_triggers")
def test_groups_and_what_the_trigger_adds_are_in_the_token(person: Callable[..., Person], made: dict[str, Any]):
    manager = person("visitors", "managers")
    assert set(manager.access["cognito:groups"]) == {"managers", "visitors"}
    assert manager.access["plan"] == "gold"
    assert manager.id["cognito:preferred_role"] == made["login"]["roles"]["group/managers"]


@pytest.mark.needs("cognito_password_policy")
def test_a_weak_password_is_refused(made: dict[str, Any], client: Client):
    cognito = client("cognito-idp")
    with pytest.raises(ClientError, match="InvalidPassword"):
        cognito.sign_up(
            ClientId=made["clients"]["page"]["id"],
            Username="weak@example.com",
            Password="Short-4-all!",
            UserAttributes=[{"Name": "email", "Value": "weak@example.com"}],
        )


@pytest.mark.needs("cognito_sign_up", "cognito_srp")
def test_nobody_learns_who_has_an_account(made: dict[str, Any], client: Client):
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        srp.sign_in(
            client("cognito-idp"),
            pool_id=made["pool"]["id"],
            client_id=made["clients"]["page"]["id"],
            username="nobody@example.com",
            password=PASSWORD,
        )


@pytest.mark.needs("cognito_client_credentials")
def test_a_machine_gets_a_token_for_its_scope_and_no_other(made: dict[str, Any], library_yard: Yard):
    emulator, machine = library_yard.target.emulator, made["clients"]["nightly"]["id"]
    assert emulator
    basic = base64.b64encode(f"{machine}:{made['secrets']['nightly']}".encode()).decode()

    def token(scope: str) -> dict[str, Any]:
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": scope}).encode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
        url = f"https://{made['domain']}/oauth2/token"
        with emulator.open_url(url, method="POST", data=form, headers=headers) as answer:
            return claims(json.loads(answer.read())["access_token"])

    said = token("orders/read")
    assert (said["client_id"], said["scope"]) == (machine, "orders/read")
    with pytest.raises(HTTPError, match="400"):
        token("orders/write")


# Credentials


@pytest.mark.needs("cognito_identity_pool")
def test_everybody_reaches_their_own_part_of_the_bucket_alone(
    person: Callable[..., Person], credentials: Callable[[Person], tuple[str, Any]], made: dict[str, Any]
):
    bucket = made["bucket"]
    mine, s3 = credentials(person())
    theirs, other = credentials(person())
    s3.put_object(Bucket=bucket, Key=f"people/{mine}/cat.jpg", Body=b"a cat")
    assert s3.get_object(Bucket=bucket, Key=f"people/{mine}/cat.jpg")["Body"].read() == b"a cat"
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"people/{mine}/")["Contents"]
    assert [found["Key"] for found in listed] == [f"people/{mine}/cat.jpg"]

    assert refused(s3.put_object, Bucket=bucket, Key=f"people/{theirs}/dog.jpg", Body=b"a dog")
    assert refused(s3.put_object, Bucket=bucket, Key="people/dog.jpg", Body=b"a dog")
    assert refused(s3.list_objects_v2, Bucket=bucket)
    assert refused(s3.list_objects_v2, Bucket=bucket, Prefix=f"people/{theirs}/")
    assert refused(other.get_object, Bucket=bucket, Key=f"people/{mine}/cat.jpg")


@pytest.mark.needs("cognito_identity_pool")
def test_a_manager_reads_what_is_others_and_still_writes_their_own(
    person: Callable[..., Person], credentials: Callable[[Person], tuple[str, Any]], made: dict[str, Any]
):
    bucket = made["bucket"]
    theirs, other = credentials(person())
    other.put_object(Bucket=bucket, Key=f"people/{theirs}/cat.jpg", Body=b"a cat")
    mine, manager = credentials(person("managers"))
    assert manager.get_object(Bucket=bucket, Key=f"people/{theirs}/cat.jpg")["Body"].read() == b"a cat"
    manager.put_object(Bucket=bucket, Key=f"people/{mine}/dog.jpg", Body=b"a dog")
    assert refused(manager.delete_object, Bucket=bucket, Key=f"people/{theirs}/cat.jpg")


@pytest.mark.needs("cognito_identity_pool")
def test_who_has_not_signed_in_gets_nothing(made: dict[str, Any], client: Client):
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        client("cognito-identity").get_id(IdentityPoolId=made["login"]["id"])
