"""A page behind CloudFront, its API and its sign-in: opened here, while everything names AWS's addresses."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import urllib.error
import urllib.parse
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import pytest
from tests.integration.support import sites

from eventyard.emulators import http

PASSWORD = "Correct-horse-7"
API_SOURCE = """
import json
def handler(event, context):
    claims = event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})
    return {"statusCode": 200, "body": json.dumps({"path": event["rawPath"], "sub": claims.get("sub")})}
"""


@dataclass(frozen=True)
class Site:
    url: str
    bucket: str


@dataclass(frozen=True)
class Identity:
    pool: str
    client: str


def make_site(bench, **more):
    """Make a page behind CloudFront, which may read its bucket, and do what `more` allows by its resource."""
    bucket = bench.unique("site")
    s3 = bench.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": bench.region})
    s3.put_object(Bucket=bucket, Key="index.html", Body=b"<h1>Reminders</h1>", ContentType="text/html")
    made = sites.distribution(bench, bucket)
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": action,
            "Resource": f"arn:aws:s3:::{bucket}{within}",
            "Condition": {"StringEquals": {"aws:SourceArn": made["ARN"]}},
        }
        for action, within in (("s3:GetObject", "/*"), *more.items())
    ]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    return Site(url=f"https://{made['DomainName']}", bucket=bucket)


@pytest.fixture(scope="module")
def site(bench):
    return make_site(bench)


@pytest.fixture(scope="module")
def identity(bench, site):
    cognito = bench.client("cognito-idp")
    pool = cognito.create_user_pool(
        PoolName=bench.unique("pool"), UsernameAttributes=["email"], AutoVerifiedAttributes=["email"]
    )["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="page",
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=[f"{site.url}/"],
        LogoutURLs=[f"{site.url}/"],
        SupportedIdentityProviders=["COGNITO"],
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    return Identity(pool, client)


@pytest.fixture(scope="module")
def person(bench, identity):
    """Sign a person up as a page does: unsigned, with the code from the mailbox."""
    address = f"{bench.unique('person')}@example.com"
    signing_up = {"ClientId": identity.client, "Username": address}
    ask(bench, "SignUp", **signing_up, Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": address}])
    mail = next(mail for mail in reversed(bench.emulator.mail()) if address in mail.to)
    code = re.search(r"\d{6}", mail.body)
    ask(bench, "ConfirmSignUp", **signing_up, ConfirmationCode=code[0])
    return address


@pytest.fixture(scope="module")
def api(bench, site, identity):
    client = bench.client("apigatewayv2")
    function = bench.function(API_SOURCE)
    made = client.create_api(
        Name=bench.unique("api"),
        ProtocolType="HTTP",
        CorsConfiguration={
            "AllowOrigins": [site.url], "AllowMethods": ["GET", "POST"], "AllowHeaders": ["authorization"],
        },
    )  # fmt: skip
    api_id = made["ApiId"]
    target = (
        f"arn:aws:apigateway:{bench.region}:lambda:path/2015-03-31/functions/{bench.alias_arn(function)}/invocations"
    )
    integration = client.create_integration(
        ApiId=api_id, IntegrationType="AWS_PROXY", IntegrationUri=target, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    authorizer = client.create_authorizer(
        ApiId=api_id,
        Name="jwt",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={
            "Issuer": f"https://cognito-idp.{bench.region}.amazonaws.com/{identity.pool}",
            "Audience": [identity.client],
        },
    )["AuthorizerId"]
    common = {"ApiId": api_id, "Target": f"integrations/{integration}"}
    client.create_route(RouteKey="GET /open", **common)
    client.create_route(RouteKey="GET /reminders/{id}", AuthorizationType="JWT", AuthorizerId=authorizer, **common)
    client.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    bench.client("lambda").add_permission(
        FunctionName=function,
        Qualifier="live",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{bench.region}:{bench.account}:{api_id}/*/*",
    )
    return made["ApiEndpoint"]


def ask(bench, action, **body: Any):
    """Call Cognito as a page does, without a signature."""
    endpoint = bench.emulator.translate(f"https://cognito-idp.{bench.region}.amazonaws.com")
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"AWSCognitoIdentityProviderService.{action}",
    }
    with http.request(endpoint, method="POST", data=json.dumps(body).encode(), headers=headers) as answer:
        return json.load(answer)


def sign_in(bench, identity, person):
    answer = ask(
        bench,
        "InitiateAuth",
        ClientId=identity.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": person, "PASSWORD": PASSWORD},
    )
    return answer["AuthenticationResult"]


def open_url(bench, url, **arguments):
    """Return status, headers and body, whatever the status is."""
    try:
        with bench.emulator.open_url(url, **arguments) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def test_page_opens_although_it_redirects_to_https(bench, site):
    status, _, body = open_url(bench, f"{site.url}/")
    assert (status, body) == (200, "<h1>Reminders</h1>")


def test_upstream_still_redirects_a_local_page_to_https(plain):
    bucket = plain.unique("site")
    address = plain.emulator.reach(f"https://{sites.distribution(plain, bucket)['DomainName']}/")
    opener_sees = _without_redirects(address)
    assert opener_sees == 301


def _without_redirects(address):
    host, port = urllib.parse.urlsplit(address.url).netloc.split(":")
    connection = HTTPConnection(host, int(port), timeout=5)
    connection.request("GET", "/", headers=dict(address.headers))
    status = connection.getresponse().status
    connection.close()
    return status


def test_page_that_is_missing_is_forbidden_to_whom_may_not_list(bench, site):
    status, _, body = open_url(bench, f"{site.url}/missing.html")
    assert status == 403
    assert "AccessDenied" in body


def test_page_that_is_missing_is_not_found_where_the_bucket_may_be_listed(bench):
    site = make_site(bench, **{"s3:ListBucket": ""})
    status, _, body = open_url(bench, f"{site.url}/missing.html")
    assert status == 404
    assert "NoSuchKey" in body
    assert open_url(bench, f"{site.url}/")[0] == 200


def test_upstream_still_forbids_a_page_that_is_missing(plain):
    site = make_site(plain, **{"s3:ListBucket": ""})
    status, _, _ = open_url(plain, f"{site.url}/missing.html", headers={"X-Forwarded-Proto": "https"})
    assert status == 403


def test_bucket_itself_is_closed(bench, site):
    status, _, _ = open_url(bench, f"https://{site.bucket}.s3.{bench.region}.amazonaws.com/index.html")
    assert status == 403


def test_api_answers_at_its_translated_address(bench, api):
    status, _, body = open_url(bench, f"{api}/open")
    assert (status, json.loads(body)["path"]) == (200, "/open")


def test_cors_is_answered_to_the_pages_local_address_only(bench, api, site):
    origin = bench.emulator.translate(site.url)
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    status, headers, _ = open_url(bench, f"{api}/reminders/1", method="OPTIONS", headers=asked)
    assert status in (200, 204)
    assert headers["Access-Control-Allow-Origin"] == origin

    _, headers, _ = open_url(bench, f"{api}/open", headers={"Origin": origin})
    assert headers["Access-Control-Allow-Origin"] == origin
    _, headers, _ = open_url(bench, f"{api}/open", headers={"Origin": "http://elsewhere.example.com"})
    assert headers["Access-Control-Allow-Origin"] is None
    other = origin.replace("//", "//x", 1)
    _, headers, _ = open_url(bench, f"{api}/open", headers={"Origin": other})
    assert headers["Access-Control-Allow-Origin"] is None


def test_token_of_a_person_signed_in_opens_the_api(bench, api, identity, person):
    token = sign_in(bench, identity, person)["AccessToken"]
    status, _, body = open_url(bench, f"{api}/reminders/1", headers={"Authorization": f"Bearer {token}"})
    assert (status, json.loads(body)["path"]) == (200, "/reminders/1")
    assert json.loads(body)["sub"]
    status, _, _ = open_url(bench, f"{api}/reminders/1", headers={"Authorization": f"Bearer {token[:-4]}AAAA"})
    assert status == 401
    status, _, _ = open_url(bench, f"{api}/reminders/1")
    assert status == 401


def test_person_is_verified_after_the_code(bench, identity, person):
    found = bench.client("cognito-idp").admin_get_user(UserPoolId=identity.pool, Username=person)
    attributes = {entry["Name"]: entry["Value"] for entry in found["UserAttributes"]}
    assert found["UserStatus"] == "CONFIRMED"
    assert (attributes["email"], attributes["email_verified"]) == (person, "true")


def test_upstream_still_leaves_a_confirmed_address_unverified(plain):
    cognito = plain.client("cognito-idp")
    pool = cognito.create_user_pool(
        PoolName=plain.unique("pool"), UsernameAttributes=["email"], AutoVerifiedAttributes=["email"]
    )["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="page")["UserPoolClient"]["ClientId"]
    address = "one@example.com"
    mail = [{"Name": "email", "Value": address}]
    ask(plain, "SignUp", ClientId=client, Username=address, Password=PASSWORD, UserAttributes=mail)
    ask(plain, "ConfirmSignUp", ClientId=client, Username=address, ConfirmationCode="123456")
    found = cognito.admin_get_user(UserPoolId=pool, Username=address)
    assert found["UserStatus"] == "CONFIRMED"
    assert "email_verified" not in {entry["Name"] for entry in found["UserAttributes"]}


def test_hosted_sign_in_goes_back_to_the_local_page(bench, site, identity, person):
    page = f"{bench.emulator.translate(site.url)}/"
    verifier = "v" * 64
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = urllib.parse.urlencode(
        {
            "client_id": identity.client,
            "redirect_uri": page,
            "response_type": "code",
            "scope": "openid email",
            "state": "s-1",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
    )
    domain = f"https://anything.auth.{bench.region}.amazoncognito.com"
    status, _, form = open_url(bench, f"{domain}/oauth2/authorize?{asked}")
    assert status == 200
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    assert fields["redirect_uri"] == f"{site.url}/"

    filled = {name: html.unescape(value) for name, value in fields.items()}
    location = _post(bench, "/oauth2/login", {**filled, "username": person, "password": PASSWORD})
    assert location.startswith(f"{page}?code=")
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)["code"][0]

    exchanged = {"grant_type": "authorization_code", "client_id": identity.client, "code": code}
    body = urllib.parse.urlencode({**exchanged, "redirect_uri": page, "code_verifier": verifier}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _, answer = open_url(bench, f"{domain}/oauth2/token", method="POST", data=body, headers=headers)
    assert status == 200
    assert json.loads(answer)["access_token"]


def _post(bench, path, form):
    """Send a form and return where the answer leads."""
    connection = HTTPConnection(urllib.parse.urlsplit(bench.emulator.endpoint).netloc, timeout=5)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urllib.parse.urlencode(form), headers)
    answer = connection.getresponse()
    location = answer.getheader("Location")
    connection.close()
    assert location, answer.status
    return location


def test_mailbox_holds_what_ses_sent_by_either_api(bench):
    sender = "reminders@example.com"
    bench.client("ses").verify_email_identity(EmailAddress=sender)
    text = {"Data": "Feed the cat"}
    for service, arguments in (
        ("ses", {"Source": sender, "Message": {"Subject": {"Data": "by v1"}, "Body": {"Text": text}}}),
        (
            "sesv2",
            {
                "FromEmailAddress": sender,
                "Content": {"Simple": {"Subject": {"Data": "by v2"}, "Body": {"Text": text}}},
            },
        ),
    ):
        bench.client(service).send_email(Destination={"ToAddresses": ["one@example.com"]}, **arguments)
    mails = {mail.subject: mail for mail in bench.emulator.mail() if mail.sender == sender}
    assert set(mails) == {"by v1", "by v2"}
    for mail in mails.values():
        assert (mail.to, mail.body) == (("one@example.com",), "Feed the cat")
