"""People's accounts, and who may do what."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

from tests.integration.capabilities.probing import ANYTHING, bucket, opened, refused

from eventyard.testing.waiting import eventually, never

if TYPE_CHECKING:
    from tests.integration.capabilities.probing import Ear, Shows
    from tests.integration.support.workbench import Workbench

PASSWORD = "Correct-horse-7"
STRICT = {"MinimumLength": 8, "RequireLowercase": True, "RequireUppercase": True, "RequireNumbers": True}


def pool(bench: Workbench, **settings: Any) -> tuple[str, str]:
    """Make a pool whose people sign in by their address, and a client; return both."""
    cognito = bench.client("cognito-idp")
    made = cognito.create_user_pool(
        PoolName=bench.unique("pool"), UsernameAttributes=["email"], AutoVerifiedAttributes=["email"], **settings
    )["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=made, ClientName="page", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )["UserPoolClient"]["ClientId"]
    return made, client


def person(bench: Workbench, pool: str, client: str) -> str:
    """Make somebody with a verified address; return their access token."""
    cognito, email = bench.client("cognito-idp"), f"{bench.unique('person')}@example.com"
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(UserPoolId=pool, Username=email, UserAttributes=attributes, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)
    parameters = {"USERNAME": email, "PASSWORD": PASSWORD}
    answer = cognito.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    return str(answer["AuthenticationResult"]["AccessToken"])


def changed(bench: Workbench, token: str) -> tuple[str, dict[str, str]]:
    """Change somebody's address; return the new one, and what is known of them then."""
    cognito, email = bench.client("cognito-idp"), f"{bench.unique('other')}@example.com"
    cognito.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "email", "Value": email}])
    return email, known(bench, token)


def known(bench: Workbench, token: str) -> dict[str, str]:
    user = bench.client("cognito-idp").get_user(AccessToken=token)
    return {one["Name"]: one["Value"] for one in user["UserAttributes"]}


def test_a_changed_address_is_unverified(bench: Workbench, shows: Shows) -> None:
    token = person(bench, *pool(bench))
    with shows("cognito_attribute_changes"):
        email, now = changed(bench, token)
        assert (now["email"], now["email_verified"]) == (email, "false")


def test_an_address_changes_when_it_is_verified(bench: Workbench, shows: Shows) -> None:
    first = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    token = person(bench, *pool(bench, UserAttributeUpdateSettings=first))
    with shows("cognito_attribute_changes", fully=True):
        email, now = changed(bench, token)
        assert now["email"] != email
        bench.client("cognito-idp").verify_user_attribute(AccessToken=token, AttributeName="email", Code="123456")
        assert known(bench, token)["email"] == email


def test_a_machine_gets_a_token(bench: Workbench, shows: Shows) -> None:
    cognito, (identity, _), domain = bench.client("cognito-idp"), pool(bench), bench.unique("domain")
    cognito.create_user_pool_domain(Domain=domain, UserPoolId=identity)
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read orders"}]
    cognito.create_resource_server(UserPoolId=identity, Identifier="orders", Name="Orders", Scopes=scopes)
    client = cognito.create_user_pool_client(
        UserPoolId=identity,
        ClientName="machine",
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["orders/read"],
    )["UserPoolClient"]
    proof = base64.b64encode(f"{client['ClientId']}:{client['ClientSecret']}".encode()).decode()
    headers = {"authorization": f"Basic {proof}", "content-type": "application/x-www-form-urlencoded"}
    form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "orders/read"}).encode()
    url = f"https://{domain}.auth.{bench.region}.amazoncognito.com/oauth2/token"
    with shows("cognito_client_credentials"):
        with opened(bench, bench.emulator.translate(url), method="POST", data=form, headers=headers) as answer:
            token = json.load(answer)["access_token"]
        claims = token.split(".")[1]
        assert json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["scope"] == "orders/read"


def test_a_person_is_shown_a_page_to_sign_in(bench: Workbench, shows: Shows) -> None:
    cognito, (identity, _), domain = bench.client("cognito-idp"), pool(bench), bench.unique("domain")
    cognito.create_user_pool_domain(Domain=domain, UserPoolId=identity)
    client = cognito.create_user_pool_client(
        UserPoolId=identity,
        ClientName="page",
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid"],
        CallbackURLs=["https://example.com/"],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]
    asked = {"client_id": client, "response_type": "code", "scope": "openid", "redirect_uri": "https://example.com/"}
    url = f"https://{domain}.auth.{bench.region}.amazoncognito.com/oauth2/authorize?{urllib.parse.urlencode(asked)}"
    with shows("cognito_hosted_sign_in"), opened(bench, bench.emulator.translate(url)) as page:
        assert b"password" in page.read().lower()


def test_a_weak_password_is_refused(bench: Workbench, shows: Shows) -> None:
    _, client = pool(bench, Policies={"PasswordPolicy": {**STRICT, "RequireSymbols": True}})
    asked = {"ClientId": client, "Username": f"{bench.unique('person')}@example.com"}
    with shows("cognito_password_policy"):
        for weak in ("Short-7", "Correcthorse7", "correct-horse-7", "Correct-horse"):
            assert refused(bench.client("cognito-idp").sign_up, **asked, Password=weak) == "InvalidPasswordException"


def test_a_password_needs_no_symbol_where_none_is_asked_for(bench: Workbench, shows: Shows) -> None:
    # Left out, as Terraform's provider leaves out what is false.
    _, client = pool(bench, Policies={"PasswordPolicy": STRICT})
    name = f"{bench.unique('person')}@example.com"
    with shows("cognito_password_policy", fully=True):
        bench.client("cognito-idp").sign_up(ClientId=client, Username=name, Password="Correcthorse7")


def test_a_confirmation_calls_a_function(bench: Workbench, ear: Ear, shows: Shows) -> None:
    identity, client = pool(bench, LambdaConfig={"PostConfirmation": ear.arn})
    cognito, email = bench.client("cognito-idp"), f"{bench.unique('person')}@example.com"
    cognito.sign_up(ClientId=client, Username=email, Password=PASSWORD)
    with shows("cognito_post_confirmation") as within:
        cognito.admin_confirm_sign_up(UserPoolId=identity, Username=email)
        (event,) = ear.hears(identity, within=within)
        assert event["triggerSource"] == "PostConfirmation_ConfirmSignUp"


def test_who_was_granted_nothing_may_do_nothing(bench: Workbench, shows: Shows) -> None:
    stranger = bench.acting("sqs", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    with shows("iam_callers"):
        assert refused(stranger.create_queue, QueueName=bench.unique("queue")).startswith("AccessDenied")


def test_who_may_stop_instances_of_one_tag_may_stop_no_other(bench: Workbench, shows: Shows) -> None:
    condition = {"StringEquals": {"aws:ResourceTag/team": "ours"}}
    may = {"Effect": "Allow", "Action": "ec2:StopInstances", "Resource": "*", "Condition": condition}
    ec2, one = bench.client("ec2"), bench.acting("ec2", may)
    ours, theirs = (
        ec2.run_instances(
            ImageId="ami-0c2023a1b2c3d4e5f",
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": team}]}],
        )["Instances"][0]["InstanceId"]
        for team in ("ours", "theirs")
    )
    ec2.get_waiter("instance_running").wait(InstanceIds=[ours, theirs], WaiterConfig={"Delay": 1})
    with shows("iam_instance_tags"):
        assert one.stop_instances(InstanceIds=[ours])["StoppingInstances"]
        assert refused(one.stop_instances, InstanceIds=[theirs]) == "UnauthorizedOperation"


def expired(bench: Workbench, s3: Any, name: str, within: float) -> None:
    """Wait until an address that is signed for a second opens no more."""
    url = s3.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "one"}, ExpiresIn=1)

    def closed() -> bool:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - the emulator's own
        except urllib.error.HTTPError as error:
            error.close()
            return error.code == 403
        return False

    assert not closed()
    eventually(closed, timeout=within)


def test_a_signed_address_expires(bench: Workbench, shows: Shows) -> None:
    name = bucket(bench)
    bench.client("s3").put_object(Bucket=name, Key="one", Body=b"1")
    with shows("iam_presigned_expiry") as within:
        expired(bench, bench.acting("s3", ANYTHING), name, within)


def test_an_address_that_root_signed_expires(bench: Workbench, shows: Shows) -> None:
    name = bucket(bench)
    bench.client("s3").put_object(Bucket=name, Key="one", Body=b"1")
    with shows("iam_presigned_expiry", fully=True) as within:
        expired(bench, bench.client("s3"), name, within)


def test_a_rule_calls_no_function_without_permission(bench: Workbench, shows: Shows) -> None:
    events, name, heard = bench.client("events"), bench.unique("rule"), bench.queue()
    send = "import os, boto3\ndef handler(event, context):\n    "
    send += "boto3.client('sqs').send_message(QueueUrl=os.environ['QUEUE'], MessageBody='called')"
    function = bench.function(send, ANYTHING, Environment={"Variables": {"QUEUE": heard}})
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "one", "Arn": bench.alias_arn(function)}])
    events.put_events(Entries=[{"Source": name, "DetailType": "one", "Detail": "{}"}])
    with shows("iam_service_to_service"):
        never(lambda: bench.receive(heard, wait=0), for_seconds=10)


def test_a_policy_knows_how_a_call_came(bench: Workbench, shows: Shows) -> None:
    name, s3 = bucket(bench), bench.acting("s3", ANYTHING)
    policies = [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{name}/{secure}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": secure}},
        }
        for secure in ("true", "false")
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": policies})
    bench.client("s3").put_bucket_policy(Bucket=name, Policy=document)
    with shows("tls_only_policies"):
        s3.put_object(Bucket=name, Key="false/one", Body=b"plain http counts as https here")
        assert refused(s3.put_object, Bucket=name, Key="true/one", Body=b"") == "AccessDenied"
