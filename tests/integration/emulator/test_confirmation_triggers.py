"""What a user pool calls once somebody has confirmed."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from eventyard.testing.waiting import eventually, never

# The codes are always these; they are in the mailbox too.
PASSWORD, CODE, RESET_CODE = "Correct-horse-7", "123456", "654321"
KEEPS = """
import json

def handler(event, context):
    print("KEPT", json.dumps(event), flush=True)
    if event["request"]["clientMetadata"].get("fail"):
        raise ValueError("not today")
    return event
"""


def pool(bench):
    """Make a pool with a function for what follows a confirmation; return pool, client and function."""
    cognito, name = bench.client("cognito-idp"), bench.function(KEEPS)
    made = cognito.create_user_pool(
        PoolName=bench.unique("pool"),
        AutoVerifiedAttributes=["email"],
        LambdaConfig={"PostConfirmation": bench.alias_arn(name)},
    )["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=made, ClientName="page")["UserPoolClient"]["ClientId"]
    return made, client, name


def sign_up(bench, client, name="ann"):
    attributes = [{"Name": "email", "Value": f"{name}@example.com"}]
    bench.client("cognito-idp").sign_up(ClientId=client, Username=name, Password=PASSWORD, UserAttributes=attributes)


def kept(bench, function):
    try:
        lines = bench.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
    except bench.client("logs").exceptions.ResourceNotFoundException:
        return []
    return [json.loads(line["message"].partition("KEPT ")[2]) for line in lines if "KEPT " in line["message"]]


def by_themselves(bench, _pool, client):
    bench.client("cognito-idp").confirm_sign_up(ClientId=client, Username="ann", ConfirmationCode=CODE)


def by_administrator(bench, made, _client):
    bench.client("cognito-idp").admin_confirm_sign_up(UserPoolId=made, Username="ann")


@pytest.mark.parametrize("confirm", [by_themselves, by_administrator])
def test_who_has_confirmed_is_told_to_the_function(bench, confirm):
    made, client, function = pool(bench)
    sign_up(bench, client)
    confirm(bench, made, client)
    (event,) = eventually(lambda: kept(bench, function))
    assert (event["triggerSource"], event["userPoolId"]) == ("PostConfirmation_ConfirmSignUp", made)
    assert event["userName"] == "ann"
    attributes = event["request"]["userAttributes"]
    assert (attributes["email"], attributes["cognito:user_status"]) == ("ann@example.com", "CONFIRMED")
    assert attributes.get("email_verified") == ("true" if confirm is by_themselves else None)


def test_a_new_password_is_told_too(bench):
    made, client, function = pool(bench)
    sign_up(bench, client)
    cognito = bench.client("cognito-idp")
    by_themselves(bench, made, client)
    cognito.forgot_password(ClientId=client, Username="ann")
    cognito.confirm_forgot_password(
        ClientId=client, Username="ann", ConfirmationCode=RESET_CODE, Password=f"{PASSWORD}8"
    )
    found = eventually(lambda: (events := kept(bench, function))[1:] and events)
    assert found[1]["triggerSource"] == "PostConfirmation_ConfirmForgotPassword"


def test_whoever_confirms_is_told_that_the_function_failed(bench):
    made, client, _ = pool(bench)
    sign_up(bench, client)
    cognito = bench.client("cognito-idp")
    with pytest.raises(ClientError, match="PostConfirmation failed with error not today") as refused:
        cognito.confirm_sign_up(ClientId=client, Username="ann", ConfirmationCode=CODE, ClientMetadata={"fail": "yes"})
    assert refused.value.response["Error"]["Code"] == "UserLambdaValidationException"
    assert cognito.admin_get_user(UserPoolId=made, Username="ann")["UserStatus"] == "CONFIRMED"


def test_a_wrong_code_calls_nobody(bench):
    _, client, function = pool(bench)
    sign_up(bench, client)
    with pytest.raises(ClientError, match="CodeMismatchException"):
        bench.client("cognito-idp").confirm_sign_up(ClientId=client, Username="ann", ConfirmationCode=RESET_CODE)
    never(lambda: kept(bench, function), for_seconds=0.5)


def test_upstream_still_calls_no_function(plain):
    made, client, function = pool(plain)
    sign_up(plain, client)
    by_administrator(plain, made, client)
    never(lambda: kept(plain, function), for_seconds=1.5)
