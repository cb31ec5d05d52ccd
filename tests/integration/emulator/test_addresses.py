"""What a person who is signed in can say of their own addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

PASSWORD = "Correct-horse-7"


@dataclass(frozen=True)
class Person:
    bench: Any
    pool: str
    name: str
    token: str

    def say(self, **attributes):
        """Change one's own attributes, as a page does."""
        given = [{"Name": name, "Value": value} for name, value in attributes.items()]
        self.bench.client("cognito-idp").update_user_attributes(AccessToken=self.token, UserAttributes=given)

    def seen(self):
        """Return what others go by: the person's attributes as the pool has them."""
        found = self.bench.client("cognito-idp").admin_get_user(UserPoolId=self.pool, Username=self.name)
        return {entry["Name"]: entry["Value"] for entry in found["UserAttributes"] if entry["Name"] != "sub"}


def signed_in(bench, *, waits=()):
    """Sign a person with a verified address in; changes to `waits` need a verification first."""
    cognito = bench.client("cognito-idp")
    pool = cognito.create_user_pool(
        PoolName=bench.unique("pool"),
        AutoVerifiedAttributes=["email"],
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": list(waits)},
    )["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="page", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )["UserPoolClient"]["ClientId"]
    attributes = [{"Name": "email", "Value": "own@example.com"}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(UserPoolId=pool, Username="one", UserAttributes=attributes, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="one", Password=PASSWORD, Permanent=True)
    answer = cognito.initiate_auth(
        ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "one", "PASSWORD": PASSWORD}
    )
    return Person(bench, pool, "one", answer["AuthenticationResult"]["AccessToken"])


@pytest.mark.parametrize("name", ["email_verified", "phone_number_verified"])
def test_nobody_verifies_their_own_address_by_saying_so(bench, name):
    person = signed_in(bench)
    before = person.seen()
    with pytest.raises(ClientError) as refused:
        person.say(email="another@example.com", **{name: "true"})
    assert refused.value.response["Error"]["Code"] == "NotAuthorizedException"
    assert person.seen() == before


def test_changed_address_is_unverified(bench):
    person = signed_in(bench)
    person.say(email="own@example.com", name="One")
    assert person.seen() == {"email": "own@example.com", "email_verified": "true", "name": "One"}
    person.say(email="another@example.com", phone_number="+15555550100")
    assert person.seen() == {
        "email": "another@example.com", "email_verified": "false", "name": "One",
        "phone_number": "+15555550100", "phone_number_verified": "false",
    }  # fmt: skip


def test_address_that_has_to_be_verified_first_stays_as_it_was(bench):
    person = signed_in(bench, waits=["email"])
    person.say(email="another@example.com", name="One")
    assert person.seen() == {"email": "own@example.com", "email_verified": "true", "name": "One"}


def test_administrator_still_verifies_whom_they_like(bench):
    person = signed_in(bench, waits=["email"])
    given = [{"Name": "email", "Value": "another@example.com"}, {"Name": "email_verified", "Value": "true"}]
    bench.client("cognito-idp").admin_update_user_attributes(
        UserPoolId=person.pool, Username=person.name, UserAttributes=given
    )
    assert person.seen() == {"email": "another@example.com", "email_verified": "true"}


def test_token_of_nobody_changes_nothing(bench):
    with pytest.raises(ClientError) as refused:
        Person(bench, "", "", "x.y.z").say(email_verified="true")
    assert refused.value.response["Error"]["Code"] == "NotAuthorizedException"


def test_upstream_still_lets_people_call_any_address_their_own(plain):
    person = signed_in(plain, waits=["email"])
    person.say(email="another@example.com")
    assert person.seen() == {"email": "another@example.com", "email_verified": "true"}
    person.say(phone_number="+15555550100", phone_number_verified="true")
    assert person.seen()["phone_number_verified"] == "true"
