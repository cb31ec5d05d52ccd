"""Credentials of an identity pool are their owner's: of the right role, and for what a policy calls their own."""

from __future__ import annotations

import base64
import json

import boto3
import pytest
from botocore.exceptions import ClientError

PASSWORD = "Cuddles-4-everyone!"
OWN = "${cognito-identity.amazonaws.com:sub}"


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def put(resource):
    return {"Effect": "Allow", "Action": "s3:PutObject", "Resource": resource}


class Pool:
    """A user pool with a group, an identity pool that goes by it, and a bucket."""

    def __init__(self, bench):
        self.bench, self.bucket = bench, bench.unique("bucket")
        cognito, self.identities = bench.client("cognito-idp"), bench.client("cognito-identity")
        where = {"LocationConstraint": bench.region}
        bench.client("s3").create_bucket(Bucket=self.bucket, CreateBucketConfiguration=where)
        everything = f"arn:aws:s3:::{self.bucket}"
        self.roles = {
            "everybody": bench.role(put(f"{everything}/{OWN}/*"), service="cognito-identity.amazonaws.com"),
            "managers": bench.role(put(f"{everything}/*"), service="cognito-identity.amazonaws.com"),
        }
        self.id = cognito.create_user_pool(PoolName=bench.unique("pool"))["UserPool"]["Id"]
        self.client = cognito.create_user_pool_client(
            UserPoolId=self.id, ClientName="page", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        cognito.create_group(UserPoolId=self.id, GroupName="visitors", Precedence=1)
        for name, precedence in (("readers", 20), ("managers", 10)):
            cognito.create_group(
                UserPoolId=self.id, GroupName=name, RoleArn=self.roles["managers"], Precedence=precedence
            )
        self.login = f"cognito-idp.{bench.region}.amazonaws.com/{self.id}"
        provider = {"ProviderName": self.login, "ClientId": self.client, "ServerSideTokenCheck": True}
        self.identity_pool = self.identities.create_identity_pool(
            IdentityPoolName="people", AllowUnauthenticatedIdentities=False, CognitoIdentityProviders=[provider]
        )["IdentityPoolId"]
        self.identities.set_identity_pool_roles(
            IdentityPoolId=self.identity_pool,
            Roles={"authenticated": self.roles["everybody"]},
            RoleMappings={
                f"{self.login}:{self.client}": {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}
            },
        )

    def id_token(self, *groups):
        cognito, name = self.bench.client("cognito-idp"), self.bench.unique("person")
        cognito.admin_create_user(UserPoolId=self.id, Username=name, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=self.id, Username=name, Password=PASSWORD, Permanent=True)
        for group in groups:
            cognito.admin_add_user_to_group(UserPoolId=self.id, Username=name, GroupName=group)
        return cognito.admin_initiate_auth(
            UserPoolId=self.id,
            ClientId=self.client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]["IdToken"]

    def person(self, *groups):
        """Return an identity id and a session with its credentials."""
        logins = {self.login: self.id_token(*groups)}
        identity = self.identities.get_id(IdentityPoolId=self.identity_pool, Logins=logins)["IdentityId"]
        got = self.identities.get_credentials_for_identity(IdentityId=identity, Logins=logins)["Credentials"]
        return identity, boto3.session.Session(
            got["AccessKeyId"], got["SecretKey"], got["SessionToken"], region_name=self.bench.region
        )

    def can_put(self, session, key):
        s3 = session.client("s3", endpoint_url=self.bench.emulator.endpoint)
        try:
            s3.put_object(Bucket=self.bucket, Key=key, Body=b"a cat")
        except ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDenied"  # noqa: PT017 - the answer is no, not a failure
            return False
        return True

    def role_of(self, session):
        sts = session.client("sts", endpoint_url=self.bench.emulator.endpoint)
        return sts.get_caller_identity()["Arn"].split("/")[1]


@pytest.fixture(scope="module")
def pool(bench):
    return Pool(bench)


@pytest.fixture(scope="module")
def plain_pool(plain):
    return Pool(plain)


def test_a_policy_s_own_part_is_the_caller_s(pool):
    (mine, session), (theirs, _) = pool.person(), pool.person()
    assert pool.can_put(session, f"{mine}/cat")
    assert not pool.can_put(session, f"{theirs}/cat")
    assert not pool.can_put(session, "cat")


def test_a_variable_of_the_user_s_name(bench):
    name, iam, where = bench.unique("user"), bench.client("iam"), {"LocationConstraint": bench.region}
    bench.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
    iam.create_user(UserName=name)
    document = json.dumps({"Version": "2012-10-17", "Statement": [put(f"arn:aws:s3:::{name}/${{aws:username}}/*")]})
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    s3 = boto3.session.Session(key["AccessKeyId"], key["SecretAccessKey"]).client(
        "s3", region_name=bench.region, endpoint_url=bench.emulator.endpoint
    )
    s3.put_object(Bucket=name, Key=f"{name}/cat", Body=b"a cat")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=name, Key="somebody/cat", Body=b"a cat")


def test_the_token_names_the_role_of_the_first_group_that_has_one(pool):
    said = claims(pool.id_token("visitors", "readers", "managers"))
    assert said["cognito:preferred_role"] == pool.roles["managers"]
    assert said["cognito:roles"] == [pool.roles["managers"]] * 2
    assert "cognito:roles" not in claims(pool.id_token("visitors"))


def test_who_is_in_a_group_gets_its_role_and_who_is_in_none_everybody_s(pool):
    _, manager = pool.person("managers")
    assert pool.role_of(manager) == pool.roles["managers"].rpartition("/")[2]
    assert pool.can_put(manager, "anywhere/cat")
    _, visitor = pool.person("visitors")
    assert pool.role_of(visitor) == pool.roles["everybody"].rpartition("/")[2]


def test_a_guest_who_is_not_allowed_gets_no_identity(pool):
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        pool.identities.get_id(IdentityPoolId=pool.identity_pool)


def test_a_guest_who_is_allowed_gets_one(pool):
    other = pool.identities.create_identity_pool(IdentityPoolName="guests", AllowUnauthenticatedIdentities=True)
    assert pool.identities.get_id(IdentityPoolId=other["IdentityPoolId"])["IdentityId"]


def test_upstream_still_takes_variables_literally(plain_pool):
    mine, session = plain_pool.person()
    assert not plain_pool.can_put(session, f"{mine}/cat")


def test_upstream_still_gives_groups_no_role_and_lets_guests_in(plain_pool):
    assert "cognito:roles" not in claims(plain_pool.id_token("managers"))
    _, manager = plain_pool.person("managers")
    assert plain_pool.role_of(manager) == plain_pool.roles["everybody"].rpartition("/")[2]
    assert plain_pool.identities.get_id(IdentityPoolId=plain_pool.identity_pool)["IdentityId"]
