"""APIs: what stands before functions and workflows, and what it lets through."""

from __future__ import annotations

import base64
import json
import os
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.integration.capabilities.probing import role
from tests.integration.support.people import Answer, call

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from tests.integration.capabilities.probing import Ear, Shows
    from tests.integration.support.workbench import Workbench

KEY = "a-key-of-more-than-twenty-letters"
DENIES = "def handler(event, context): raise Exception('Unauthorized')"


def reached(bench: Workbench, api: str, stage: str, path: str, method: str = "GET", **settings: Any) -> Answer:
    """Call an API's stage."""
    return call(method, f"{bench.emulator.endpoint}/_aws/execute-api/{api}/{stage}/{path}", **settings)


def http_api(bench: Workbench, ear: Ear, uri: str, **stage: Any) -> str:
    """Make an HTTP API whose one route calls a function, with a stage `prod`."""
    apis = bench.client("apigatewayv2")
    api: str = apis.create_api(Name=bench.unique("api"), ProtocolType="HTTP")["ApiId"]
    made = apis.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=uri, PayloadFormatVersion="2.0"
    )
    apis.create_route(ApiId=api, RouteKey="GET /there", Target=f"integrations/{made['IntegrationId']}")
    apis.create_stage(ApiId=api, StageName="prod", AutoDeploy=True, **stage)
    return api


def answers(bench: Workbench, api: str, shows: Shows) -> None:
    """See that an HTTP API answers where HTTP APIs do: what it lacks then is not for want of an answer."""
    with shows("http_api"):
        assert reached(bench, api, "prod", "there").status == 200


def rest_api(bench: Workbench, integration: dict[str, Any], **method: Any) -> str:
    """Make a REST API with one method, `POST /there`; return its identity."""
    apis = bench.client("apigateway")
    api: str = apis.create_rest_api(name=bench.unique("api"))["id"]
    root = apis.get_resources(restApiId=api)["items"][0]["id"]
    there = apis.create_resource(restApiId=api, parentId=root, pathPart="there")["id"]
    where = {"restApiId": api, "resourceId": there, "httpMethod": "POST"}
    apis.put_method(**where, **{"authorizationType": "NONE", **method})
    apis.put_method_response(**where, statusCode="200")
    apis.put_integration(**where, **integration)
    apis.put_integration_response(**where, statusCode="200", **answering("one"))
    return api


def answering(word: str) -> dict[str, Any]:
    return {"responseTemplates": {"application/json": json.dumps({"word": word})}}


MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}


def posted(bench: Workbench, api: str, body: bytes = b"{}", **headers: str) -> Answer:
    headers = {"content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
    return reached(bench, api, "prod", "there", "POST", body=body, headers=headers)


def metered(bench: Workbench, **plan: Any) -> tuple[str, str]:
    """Make a REST API whose method wants a key, and a key under a plan; return the API's identity and the key."""
    apis = bench.client("apigateway")
    api = rest_api(bench, MOCK, apiKeyRequired=True)
    apis.create_deployment(restApiId=api, stageName="prod")
    key = apis.create_api_key(name=bench.unique("key"), value=bench.unique(KEY), enabled=True)
    made = apis.create_usage_plan(name=bench.unique("plan"), apiStages=[{"apiId": api, "stage": "prod"}], **plan)
    apis.create_usage_plan_key(usagePlanId=made["id"], keyId=key["id"], keyType="API_KEY")
    return api, key["value"]


def test_a_stages_variable_names_the_function(bench: Workbench, ear: Ear, shows: Shows) -> None:
    uri = ear.arn.removesuffix("live") + "${stageVariables.alias}"
    api = http_api(bench, ear, uri, StageVariables={"alias": "live"})
    answers(bench, http_api(bench, ear, ear.arn), shows)
    with shows("http_api_stage_variables"):
        assert reached(bench, api, "prod", "there").status == 200


def test_an_http_api_writes_who_called(bench: Workbench, ear: Ear, shows: Shows) -> None:
    logs, group = bench.client("logs"), bench.unique("group")
    logs.create_log_group(logGroupName=group)
    there = {
        "DestinationArn": f"arn:aws:logs:{bench.region}:{bench.account}:log-group:{group}",
        "Format": "$context.path",
    }
    api = http_api(bench, ear, ear.arn, AccessLogSettings=there)
    answers(bench, api, shows)
    with shows("http_api_access_logs") as within:
        assert reached(bench, api, "prod", "there").status == 200
        eventually(lambda: logs.filter_log_events(logGroupName=group)["events"], timeout=within)


def test_an_http_api_lets_so_many_calls_through(bench: Workbench, ear: Ear, shows: Shows) -> None:
    api = http_api(bench, ear, ear.arn, DefaultRouteSettings={"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 1.0})
    answers(bench, api, shows)
    with shows("http_api_throttling"):
        assert 429 in {reached(bench, api, "prod", "there").status for _ in range(5)}


def test_a_socket_calls_a_function(bench: Workbench, ear: Ear, shows: Shows) -> None:
    apis, word = bench.client("apigatewayv2"), bench.unique("word")
    api = apis.create_api(
        Name=bench.unique("api"), ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
    )["ApiId"]
    uri = f"arn:aws:apigateway:{bench.region}:lambda:path/2015-03-31/functions/{ear.arn}/invocations"
    made = apis.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=uri)["IntegrationId"]
    apis.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{made}")
    apis.create_stage(ApiId=api, StageName="prod", AutoDeploy=True)
    with shows("websocket_api") as within:
        address = urlsplit(bench.emulator.endpoint)
        with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
            assert b" 101 " in greeted(connection, f"/_aws/execute-api/{api}/prod", address.netloc)
            connection.sendall(framed(json.dumps({"action": word}).encode()))
            (event,) = ear.hears(word, within=within)
            assert event["requestContext"]["routeKey"] == "$default"


def greeted(connection: socket.socket, path: str, host: str) -> bytes:
    """Ask for a WebSocket (RFC 6455, section 4.1); return the first line of the answer."""
    headers = {
        "Host": host,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items()), "", ""]
    connection.sendall("\r\n".join(lines).encode())
    return connection.recv(4096).partition(b"\r\n")[0]


def framed(text: bytes) -> bytes:
    """Return a short text as a client's frame, masked with zeros (RFC 6455, section 5.2)."""
    return bytes([0x81, 0x80 | len(text)]) + bytes(4) + text


def test_a_key_opens_a_method(bench: Workbench, shows: Shows) -> None:
    api, key = metered(bench)
    with shows("rest_api"):
        assert posted(bench, api).status == 403
        assert posted(bench, api, x_api_key=key).body == {"word": "one"}


def test_a_key_is_metered(bench: Workbench, shows: Shows) -> None:
    api, key = metered(bench, quota={"limit": 1, "period": "DAY"})
    with shows("rest_api_quotas"):
        assert [posted(bench, api, x_api_key=key).status for _ in range(2)] == [200, 429]


def test_an_authoriser_is_asked(bench: Workbench, shows: Shows) -> None:
    apis, function = bench.client("apigateway"), bench.function(DENIES)
    api = rest_api(bench, MOCK)
    arn = f"arn:aws:apigateway:{bench.region}:lambda:path/2015-03-31/functions/{bench.alias_arn(function)}/invocations"
    asked = apis.create_authorizer(
        restApiId=api,
        name="asked",
        type="TOKEN",
        authorizerUri=arn,
        authorizerCredentials=role(bench, "apigateway"),
        identitySource="method.request.header.Authorization",
    )["id"]
    there = next(one["id"] for one in apis.get_resources(restApiId=api)["items"] if one["path"] == "/there")
    changes = [{"op": "replace", "path": "/authorizationType", "value": "CUSTOM"}]
    changes.append({"op": "replace", "path": "/authorizerId", "value": asked})
    apis.update_method(restApiId=api, resourceId=there, httpMethod="POST", patchOperations=changes)
    apis.create_deployment(restApiId=api, stageName="prod")
    with shows("rest_api_authorizers"):
        assert posted(bench, api).status == 401
        assert posted(bench, api, authorization="anything").status in {401, 403, 500}


def released(bench: Workbench) -> str:
    """Make a REST API with a stage that says one thing, and change it to say two; return its identity."""
    apis, api = bench.client("apigateway"), rest_api(bench, MOCK)
    apis.create_deployment(restApiId=api, stageName="prod")
    there = next(one["id"] for one in apis.get_resources(restApiId=api)["items"] if one["path"] == "/there")
    where = {"restApiId": api, "resourceId": there, "httpMethod": "POST", "statusCode": "200"}
    apis.put_integration_response(**where, **answering("two"))
    return api


def words(bench: Workbench, api: str) -> set[str]:
    """Return what forty callers are told: all the same words by chance once in a million million times."""
    return {posted(bench, api).body["word"] for _ in range(40)}


def test_a_canary_gets_its_share(bench: Workbench, shows: Shows) -> None:
    apis, api = bench.client("apigateway"), released(bench)
    second = apis.create_deployment(restApiId=api)["id"]
    settings = {"percentTraffic": "50.0", "deploymentId": second}
    changes = [{"op": "replace", "path": f"/canarySettings/{name}", "value": value} for name, value in settings.items()]
    with shows("rest_api_canary"):
        apis.update_stage(restApiId=api, stageName="prod", patchOperations=changes)
        assert words(bench, api) == {"one", "two"}


def test_a_deployment_is_a_canary(bench: Workbench, shows: Shows) -> None:
    api = released(bench)
    canary = {"percentTraffic": 50.0}
    with shows("rest_api_canary", fully=True):
        bench.client("apigateway").create_deployment(restApiId=api, stageName="prod", canarySettings=canary)
        assert words(bench, api) == {"one", "two"}


def test_a_method_starts_a_workflow(bench: Workbench, shows: Shows) -> None:
    states = bench.client("stepfunctions")
    done = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    workflow = states.create_state_machine(
        name=bench.unique("workflow"), definition=done, roleArn=role(bench, "states")
    )["stateMachineArn"]
    template = json.dumps({"stateMachineArn": workflow, "input": "{}"})
    integration = {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "uri": f"arn:aws:apigateway:{bench.region}:states:action/StartExecution",
        "credentials": role(bench, "apigateway"),
        "requestTemplates": {"application/json": template},
    }
    with shows("rest_api_step_functions") as within:
        api = rest_api(bench, integration)
        bench.client("apigateway").create_deployment(restApiId=api, stageName="prod")
        assert posted(bench, api).status == 200
        eventually(lambda: states.list_executions(stateMachineArn=workflow)["executions"], timeout=within)
