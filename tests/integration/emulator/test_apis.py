"""APIs as API Gateway has them: documents that make them, snapshots that serve them, calls without a function."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from tests.integration.support.people import call


def authorizer(bench):
    api = bench.client("apigatewayv2")
    api_id = api.create_api(Name=bench.unique("api"), ProtocolType="HTTP")["ApiId"]
    made = api.create_authorizer(
        ApiId=api_id,
        Name="function",
        AuthorizerType="REQUEST",
        AuthorizerUri="arn:aws:lambda:eu-west-1:000000000000:function:one",
        AuthorizerPayloadFormatVersion="2.0",
        IdentitySource=["$request.header.key"],
    )
    return api.get_authorizer(ApiId=api_id, AuthorizerId=made["AuthorizerId"])


def test_request_authorizer_has_nothing_of_a_jwt_authorizer(bench):
    assert "JwtConfiguration" not in authorizer(bench)


def test_upstream_still_gives_request_authorizers_a_jwt_configuration(plain):
    assert authorizer(plain)["JwtConfiguration"] == {}


def answered(bench, token):
    """Return the status of a call with this token, where a JWT authoriser stands before an address."""
    api = bench.client("apigatewayv2")
    api_id = api.create_api(Name=bench.unique("api"), ProtocolType="HTTP")["ApiId"]
    there = api.create_integration(
        ApiId=api_id, IntegrationType="HTTP_PROXY", IntegrationMethod="GET", IntegrationUri="http://127.0.0.1:9",
        PayloadFormatVersion="1.0",
    )["IntegrationId"]  # fmt: skip
    guard = api.create_authorizer(
        ApiId=api_id, Name="people", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://example.org", "Audience": ["page"]},
    )["AuthorizerId"]  # fmt: skip
    api.create_route(
        ApiId=api_id, RouteKey="GET /", Target=f"integrations/{there}", AuthorizationType="JWT", AuthorizerId=guard
    )
    api.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    address = f"{bench.emulator.endpoint}/_aws/execute-api/{api_id}/$default/"
    return call("GET", address, headers={"authorization": f"Bearer {token}"}).status


# A list, a number, nothing that is JSON, and no JSON object among the claims.
@pytest.mark.parametrize("token", ["W10.e30.eA", "MQ.e30.eA", "eA.e30.eA", "e30.W10.eA"])
def test_a_token_of_no_objects_is_401(bench, token):
    assert answered(bench, token) == 401


def test_upstream_still_ends_a_token_of_no_objects_with_500(plain):
    assert answered(plain, "W10.e30.eA") == 500


def direct(bench, *statements):
    """Make a route that sends what it gets to a queue; return its address, the integration and the queue."""
    api, url = bench.client("apigatewayv2"), bench.queue()
    api_id = api.create_api(Name=bench.unique("api"), ProtocolType="HTTP")["ApiId"]
    made = api.create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationSubtype="SQS-SendMessage",
        CredentialsArn=bench.role(*statements, service="apigateway.amazonaws.com"),
        PayloadFormatVersion="1.0",
        RequestParameters={"QueueUrl": url, "MessageBody": "${request.body.word} ${request.path.id}"},
    )
    integration = api.get_integration(ApiId=api_id, IntegrationId=made["IntegrationId"])
    api.create_route(ApiId=api_id, RouteKey="POST /jobs/{id}", Target=f"integrations/{made['IntegrationId']}")
    api.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    return f"{bench.emulator.endpoint}/_aws/execute-api/{api_id}/jobs/7", integration, url


def test_a_route_sends_to_a_queue_with_its_role(bench):
    allowed = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    address, integration, queue = direct(bench, allowed)
    assert integration["IntegrationSubtype"] == "SQS-SendMessage"
    assert integration["CredentialsArn"]
    assert "IntegrationMethod" not in integration
    assert call("POST", address, body=b'{"word": "hello"}').status == 200
    assert bench.receive(queue) == ["hello 7"]


def test_a_route_may_do_what_its_role_may(bench):
    address, _, queue = direct(bench)
    assert call("POST", address, body=b'{"word": "hello"}').status == 403
    assert bench.receive(queue, wait=0) == []


def test_upstream_still_takes_a_direct_call_for_a_functions(plain):
    _, integration, _ = direct(plain)
    assert "IntegrationSubtype" not in integration


SAID = {"$ref": "#/components/schemas/Said"}


def document(word):
    return json.dumps(
        {
            "openapi": "3.0.3",
            "info": {"title": "words", "description": "says one"},
            "components": {"schemas": {"Said": {"type": "object", "required": ["word"]}}},
            "x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": True}},
            "x-amazon-apigateway-request-validator": "all",
            "x-amazon-apigateway-gateway-responses": {
                "BAD_REQUEST_BODY": {"responseParameters": {"gatewayresponse.header.why": "'body'"}}
            },
            "paths": {
                "/words/{id}": {
                    "x-amazon-apigateway-any-method": {
                        "requestBody": {"content": {"application/json": {"schema": SAID}}},
                        "x-amazon-apigateway-integration": {
                            "type": "mock",
                            "requestTemplates": {"application/json": '{"statusCode": 200}'},
                            "responses": {
                                "default": {
                                    "statusCode": "200",
                                    "responseTemplates": {"application/json": json.dumps({"word": word})},
                                }
                            },
                        },
                    }
                }
            },
        }
    ).encode()  # fmt: skip


def imported(bench, word="one"):
    api = bench.client("apigateway")
    api_id = api.create_rest_api(name=bench.unique("api"))["id"]
    return api, api_id, api.put_rest_api(restApiId=api_id, mode="overwrite", body=document(word))


def deployed(api, api_id):
    return api.create_deployment(restApiId=api_id)["id"]


def said(bench, api_id, stage="prod", body=b'{"word": "x"}'):
    return call("POST", f"{bench.emulator.endpoint}/_aws/execute-api/{api_id}/{stage}/words/7", body=body)


def test_a_document_makes_an_api(bench):
    api, api_id, answer = imported(bench)
    assert (answer["name"], answer["description"]) == ("words", "says one")
    assert {one["path"] for one in api.get_resources(restApiId=api_id)["items"]} == {"/", "/words", "/words/{id}"}
    api.create_stage(restApiId=api_id, stageName="prod", deploymentId=deployed(api, api_id))
    assert said(bench, api_id).body == {"word": "one"}
    refused = said(bench, api_id, body=b"{}")
    assert (refused.status, refused.headers["why"]) == (400, "body")


def test_upstream_still_knows_no_import(plain):
    with pytest.raises(ClientError, match="Unknown API Gateway v1 path"):
        imported(plain)


def test_a_stage_serves_its_deployment_and_a_canary_its_own(bench):
    api, api_id, _ = imported(bench)
    first = deployed(api, api_id)
    api.create_stage(restApiId=api_id, stageName="prod", deploymentId=first)
    api.put_rest_api(restApiId=api_id, mode="overwrite", body=document("two"))
    second = deployed(api, api_id)
    assert said(bench, api_id).body == {"word": "one"}

    change = [
        {"op": "replace", "path": "/canarySettings/percentTraffic", "value": "100.000000"},
        {"op": "replace", "path": "/canarySettings/deploymentId", "value": second},
    ]
    canary = api.update_stage(restApiId=api_id, stageName="prod", patchOperations=change)["canarySettings"]
    assert (canary["percentTraffic"], canary["deploymentId"]) == (100.0, second)
    assert said(bench, api_id).body == {"word": "two"}
    for used in (first, second):
        with pytest.raises(ClientError, match="Active stages pointing to this deployment"):
            api.delete_deployment(restApiId=api_id, deploymentId=used)

    api.update_stage(restApiId=api_id, stageName="prod", patchOperations=[{"op": "remove", "path": "/canarySettings"}])
    assert said(bench, api_id).body == {"word": "one"}
    api.delete_deployment(restApiId=api_id, deploymentId=second)


def test_a_methods_settings_are_kept_by_the_key_they_were_given(bench):
    api, api_id, _ = imported(bench)
    made = api.create_stage(
        restApiId=api_id, stageName="prod", deploymentId=deployed(api, api_id),
        cacheClusterEnabled=True, cacheClusterSize="0.5",
    )  # fmt: skip
    assert made["cacheClusterStatus"] == "AVAILABLE"
    change = [{"op": "replace", "path": "/~1words~1{id}/GET/throttling/rateLimit", "value": "5"}]
    api.update_stage(restApiId=api_id, stageName="prod", patchOperations=change)
    settings = api.get_stage(restApiId=api_id, stageName="prod")["methodSettings"]
    assert settings["~1words~1{id}/GET"]["throttlingRateLimit"] == 5


def test_upstream_still_serves_whatever_the_api_is_and_knows_no_canary(plain):
    api = plain.client("apigateway")
    api_id = api.create_rest_api(name=plain.unique("api"))["id"]
    first = deployed(api, api_id)
    made = api.create_stage(
        restApiId=api_id, stageName="prod", deploymentId=first, canarySettings={"percentTraffic": 10.0}
    )
    assert "canarySettings" not in made
    api.delete_deployment(restApiId=api_id, deploymentId=first)


def test_an_api_key_without_a_value_gets_one(bench):
    api = bench.client("apigateway")
    made = api.create_api_key(name=bench.unique("key"), enabled=True, value="")
    assert len(api.get_api_key(apiKey=made["id"], includeValue=True)["value"]) >= 20


def test_upstream_still_refuses_an_empty_value(plain):
    with pytest.raises(ClientError, match="at least 20 characters"):
        plain.client("apigateway").create_api_key(name=plain.unique("key"), enabled=True, value="")


def domain(bench):
    api, name = bench.client("apigateway"), f"{bench.unique('api')}.example.com"
    api.create_domain_name(domainName=name, regionalCertificateArn="arn:aws:acm:eu-west-1:000000000000:certificate/1")
    return api.get_domain_name(domainName=name)


def test_a_domain_name_without_mutual_tls_has_no_settings_of_it(bench):
    assert "mutualTlsAuthentication" not in domain(bench)


def test_upstream_still_answers_empty_tls_settings(plain):
    assert domain(plain)["mutualTlsAuthentication"] == {}
