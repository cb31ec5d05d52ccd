"""User pools: who signs up, confirms and signs in, with what; tokens anybody can check; what is refused here."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.error
from dataclasses import dataclass

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from eventyard.emulators import http

PASSWORD = "Correct-Horse-7"
CODE = "123456"


@dataclass(frozen=True)
class Pool:
    """A pool whose people sign in by their address, with one client."""

    bench: object
    identity: str
    client: str
    person: str

    @property
    def caller(self):
        """As a page calls Cognito: unsigned."""
        return boto3.client(
            "cognito-idp",
            region_name=self.bench.region,
            endpoint_url=self.bench.emulator.endpoint,
            config=Config(signature_version=UNSIGNED),
        )

    def sign_up(self):
        self.caller.sign_up(ClientId=self.client, Username=self.person, Password=PASSWORD)

    def confirm(self, code=CODE):
        self.caller.confirm_sign_up(ClientId=self.client, Username=self.person, ConfirmationCode=code)

    def sign_in(self, password=PASSWORD, flow="USER_PASSWORD_AUTH", **more):
        parameters = {"USERNAME": self.person, "PASSWORD": password, **more}
        answer = self.caller.initiate_auth(ClientId=self.client, AuthFlow=flow, AuthParameters=parameters)
        return answer["AuthenticationResult"]


@pytest.fixture
def pool(localstack):
    admin = localstack.client("cognito-idp")
    identity = admin.create_user_pool(
        PoolName=localstack.unique("pool"), UsernameAttributes=["email"], AutoVerifiedAttributes=["email"]
    )["UserPool"]["Id"]
    client = admin.create_user_pool_client(
        UserPoolId=identity,
        ClientName="page",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    return Pool(localstack, identity, client, f"{localstack.unique('ada')}@example.com")


def code_of(refused):
    return refused.value.response["Error"]["Code"]


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims(token):
    return json.loads(decoded(token.split(".")[1]))


def keys(bench, pool):
    with http.request(f"{bench.emulator.endpoint}/{pool}/.well-known/jwks.json") as answer:
        return json.load(answer)["keys"]


def signed_with(token, key):
    """Tell whether the token was signed with the key: RS256, RFC 8017 section 8.2.2."""
    number, exponent = (int.from_bytes(decoded(key[name]), "big") for name in "ne")
    signed, _, signature = token.rpartition(".")
    length = (number.bit_length() + 7) // 8
    found = pow(int.from_bytes(decoded(signature), "big"), exponent, number).to_bytes(length, "big")
    digest = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(signed.encode()).digest()
    return found == b"\x00\x01" + b"\xff" * (length - len(digest) - 3) + b"\x00" + digest


def test_a_person_signs_up_confirms_and_signs_in(pool, localstack):
    pool.sign_up()
    with pytest.raises(ClientError) as early:
        pool.sign_in()
    assert code_of(early) == "UserNotConfirmedException"
    pool.confirm()
    token = claims(pool.sign_in()["IdToken"])
    assert (token["aud"], token["email"], token["token_use"]) == (pool.client, pool.person, "id")
    assert token["iss"].endswith(f"/{pool.identity}")
    people = localstack.client("cognito-idp").list_users(UserPoolId=pool.identity)["Users"]
    attributes = {one["Name"]: one["Value"] for one in people[0]["Attributes"]}
    assert attributes["email_verified"] == "true"


def test_the_code_is_mailed_and_another_is_refused(pool, localstack):
    pool.sign_up()
    mails = [mail for mail in localstack.emulator.mail() if pool.person in mail.to]
    assert [CODE in mail.body for mail in mails] == [True]
    with pytest.raises(ClientError) as refused:
        pool.confirm("654321")
    assert code_of(refused) == "CodeMismatchException"
    pool.caller.resend_confirmation_code(ClientId=pool.client, Username=pool.person)
    assert len([mail for mail in localstack.emulator.mail() if pool.person in mail.to]) == 2


def test_a_wrong_password_is_refused(pool):
    pool.sign_up()
    pool.confirm()
    with pytest.raises(ClientError) as refused:
        pool.sign_in("Wrong-Horse-7")
    assert code_of(refused) == "NotAuthorizedException"


def test_a_forgotten_password_is_chosen_anew_with_the_code(pool):
    pool.sign_up()
    pool.confirm()
    pool.caller.forgot_password(ClientId=pool.client, Username=pool.person)
    chosen = {"ClientId": pool.client, "Username": pool.person, "Password": "Another-Horse-7"}
    with pytest.raises(ClientError) as refused:
        pool.caller.confirm_forgot_password(**chosen, ConfirmationCode="654321")
    assert code_of(refused) == "CodeMismatchException"
    pool.caller.confirm_forgot_password(**chosen, ConfirmationCode=CODE)
    assert pool.sign_in("Another-Horse-7")["AccessToken"]


def test_tokens_are_signed_with_a_key_that_is_served(pool, localstack):
    pool.sign_up()
    pool.confirm()
    tokens = pool.sign_in()
    header = json.loads(decoded(tokens["AccessToken"].split(".")[0]))
    (key,) = [one for one in keys(localstack, pool.identity) if one["kid"] == header["kid"]]
    for token in (tokens["IdToken"], tokens["AccessToken"]):
        assert signed_with(token, key)
        head, body, signature = token.split(".")
        tampered = base64.urlsafe_b64encode(decoded(body).replace(b"{", b'{"admin":true,', 1)).decode().rstrip("=")
        assert not signed_with(f"{head}.{tampered}.{signature}", key)


def test_no_keys_of_a_pool_that_is_not_there(localstack):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        keys(localstack, f"{localstack.region}_nowhere")


def test_groups_are_in_the_tokens_and_a_refreshed_one_is_the_persons(pool, localstack):
    pool.sign_up()
    pool.confirm()
    admin = localstack.client("cognito-idp")
    admin.create_group(UserPoolId=pool.identity, GroupName="managers")
    admin.admin_add_user_to_group(UserPoolId=pool.identity, Username=pool.person, GroupName="managers")
    tokens = pool.sign_in()
    assert claims(tokens["AccessToken"])["cognito:groups"] == ["managers"]
    fresh = pool.caller.initiate_auth(
        ClientId=pool.client,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )["AuthenticationResult"]
    assert claims(fresh["IdToken"])["sub"] == claims(tokens["IdToken"])["sub"]


def test_who_was_made_by_an_administrator_chooses_a_password_first(pool, localstack):
    admin = localstack.client("cognito-idp")
    admin.admin_create_user(UserPoolId=pool.identity, Username=pool.person, TemporaryPassword=PASSWORD)
    parameters = {"USERNAME": pool.person, "PASSWORD": PASSWORD}
    challenge = pool.caller.initiate_auth(
        ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    answer = pool.caller.respond_to_auth_challenge(
        ClientId=pool.client,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": pool.person, "NEW_PASSWORD": "Another-Horse-7"},
    )
    assert answer["AuthenticationResult"]["AccessToken"]


def test_a_flow_the_client_does_not_allow_is_refused(pool, localstack):
    pool.sign_up()
    pool.confirm()
    parameters = {"USERNAME": pool.person, "PASSWORD": PASSWORD}
    with pytest.raises(ClientError) as refused:
        localstack.client("cognito-idp").admin_initiate_auth(
            UserPoolId=pool.identity,
            ClientId=pool.client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters=parameters,
        )
    assert code_of(refused) == "InvalidParameterException"


def test_what_moto_would_not_check_is_refused(pool, localstack):
    admin = localstack.client("cognito-idp")
    client = admin.create_user_pool_client(UserPoolId=pool.identity, ClientName="srp")["UserPoolClient"]["ClientId"]
    pool.sign_up()
    pool.confirm()
    with pytest.raises(ClientError, match="would let anybody in"):
        pool.caller.initiate_auth(
            ClientId=client, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": pool.person, "SRP_A": "1"}
        )
    with pytest.raises(ClientError, match="every code would be right"):
        pool.caller.associate_software_token(AccessToken=pool.sign_in()["AccessToken"])


def test_a_resource_server_is_changed_and_removed(pool, localstack):
    admin, named = localstack.client("cognito-idp"), {"UserPoolId": pool.identity, "Identifier": "orders"}
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read orders"}]
    admin.create_resource_server(**named, Name="Orders")
    admin.update_resource_server(**named, Name="All orders", Scopes=scopes)
    found = admin.describe_resource_server(**named)["ResourceServer"]
    assert (found["Name"], found["Scopes"]) == ("All orders", scopes)
    admin.delete_resource_server(**named)
    with pytest.raises(admin.exceptions.ResourceNotFoundException):
        admin.delete_resource_server(**named)


def test_an_identity_pool_keeps_its_roles_and_gives_no_credentials(localstack):
    pools, role = localstack.client("cognito-identity"), localstack.role(service="cognito-identity.amazonaws.com")
    identity = pools.create_identity_pool(
        IdentityPoolName=localstack.unique("pool"), AllowUnauthenticatedIdentities=False
    )["IdentityPoolId"]
    pools.set_identity_pool_roles(IdentityPoolId=identity, Roles={"authenticated": role})
    assert pools.get_identity_pool_roles(IdentityPoolId=identity)["Roles"] == {"authenticated": role}
    person = pools.get_id(IdentityPoolId=identity, Logins={"nobody": "x"})["IdentityId"]
    with pytest.raises(ClientError, match="no token would be checked"):
        pools.get_credentials_for_identity(IdentityId=person, Logins={"nobody": "x"})


def test_upstream_still_has_no_user_pools(plain):
    services = http.get_json(f"{plain.emulator.endpoint}/_localstack/health")["services"]
    assert "sqs" in services
    missing = {"cognito-idp", "autoscaling", "application-autoscaling", "elbv2", "apigatewayv2", "sesv2"}
    assert missing.isdisjoint(services)
