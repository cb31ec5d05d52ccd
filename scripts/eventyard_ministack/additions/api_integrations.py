# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""An HTTP API's route may call a queue, a bus or a workflow itself, with a role that may.

`integrationSubtype` names the call, `requestParameters` say what is sent, `credentialsArn` who sends it. MiniStack
forgets subtype, role and TLS settings, so that every second plan sets them again, and takes the call for a function's.
Here each call goes through MiniStack's own front door, signed as the role: IAM has its say.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services.html
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from ministack.core import concurrency, lambda_runtime
from ministack.core.responses import new_uuid
from ministack.services import apigateway

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = tuple[int, dict[str, str], Any]

_KEPT = ("connectionId", "credentialsArn", "integrationSubtype", "tlsConfig")
# A direct call has neither, and is answered without.
_OF_PROXIES = ("integrationMethod", "integrationUri")
_VARIABLE = re.compile(r"\$\{([^}]+)\}")


def install() -> None:
    """Keep what an integration was given, and make its calls."""
    apigateway._create_integration = _keeping(apigateway._create_integration)
    apigateway._update_integration = _keeping(apigateway._update_integration)
    original = apigateway._invoke_lambda_proxy

    async def invoke(integration: dict[str, Any], *arguments: Any, **named: Any) -> Answer:
        if not integration.get("integrationSubtype"):
            answer: Answer = await original(integration, *arguments, **named)
            return answer
        parameters = _parameters(integration, arguments, named)
        scope = (named["owner_account_id"], named["owner_region"])
        called: Answer = await concurrency.run_reentrant(_call, integration, parameters, scope)
        return called

    apigateway._invoke_lambda_proxy = invoke


def _keeping(original: Callable[..., Answer]) -> Callable[..., Answer]:
    def handle(api_id: str, *arguments: Any) -> Answer:
        data = arguments[-1]
        answer = original(api_id, *arguments)
        made = json.loads(answer[2]).get("integrationId") if answer[2] else None
        integration = apigateway._integrations.get(api_id, {}).get(made)
        if integration is None:
            return answer
        integration.update({name: data[name] for name in _KEPT if data.get(name)})
        if integration.get("integrationSubtype"):
            for name in _OF_PROXIES:
                if not data.get(name):
                    integration.pop(name, None)
        whole: Answer = apigateway._apigw_response(integration, answer[0])
        return whole

    return handle


def _parameters(integration: dict[str, Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> dict[str, str]:
    """Fill what the route maps from the request: `$request.…`, `$context.…`, constants."""
    api_id, stage, path, method, headers, body, query, route, variables = arguments
    text = (body or b"").decode()
    known = {
        "request_headers": headers,
        "request_query": query or {},
        "path_params": variables or {},
        "stage_vars": {},
        "context_vars": {
            "apiId": api_id, "httpMethod": method, "path": path, "requestId": new_uuid(), "routeKey": route,
            "stage": stage, "authorizer.jwt.claims": named.get("authorizer_claims") or {},
            "authorizer.lambda": named.get("authorizer_lambda_context") or {},
        },
    }  # fmt: skip

    def one(expression: str) -> str:
        if expression == "$request.body":
            return text
        if expression.startswith("$request.body."):
            return _inside(text, expression.removeprefix("$request.body.").split("."))
        return str(apigateway._resolve_mapping_value(expression, **known) or "")

    return {
        name: _VARIABLE.sub(lambda found: one(f"${found[1]}"), value) if "${" in value else one(value)
        for name, value in (integration.get("requestParameters") or {}).items()
    }


def _inside(text: str, path: list[str]) -> str:
    try:
        found = json.loads(text)
        for step in path:
            found = found[step]
    except (ValueError, KeyError, TypeError):
        return ""
    return found if isinstance(found, str) else json.dumps(found)


def _call(integration: dict[str, Any], parameters: dict[str, str], scope: tuple[str, str]) -> Answer:
    account, region = scope
    caller = {
        "Role": integration.get("credentialsArn", ""),
        "FunctionArn": f"arn:aws:lambda:{region}:{account}:function:apigateway",
        "FunctionName": "apigateway",
    }
    keys = lambda_runtime.execution_credentials(caller)
    session = boto3.session.Session(
        keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], keys["AWS_SESSION_TOKEN"], region_name=region
    )
    service, action, arguments = _request(integration["integrationSubtype"], parameters)
    client = session.client(
        service,
        endpoint_url=f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
        config=Config(inject_host_prefix=False, retries={"total_max_attempts": 1}),
    )
    try:
        answer = getattr(client, action)(**arguments)
    except ClientError as error:
        message = {"message": error.response["Error"].get("Message", "")}
        return _answer(error.response["ResponseMetadata"]["HTTPStatusCode"], message)
    answer.pop("ResponseMetadata", None)
    return _answer(200, answer)


def _answer(status: int, body: Any) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(body, default=str).encode()


def _request(subtype: str, given: dict[str, str]) -> tuple[str, str, dict[str, Any]]:
    """Return service, method and arguments of a subtype's call."""
    match subtype:
        case "SQS-SendMessage":
            return "sqs", "send_message", given
        case "EventBridge-PutEvents":
            return "events", "put_events", {"Entries": [given]}
        case "StepFunctions-StartExecution" | "StepFunctions-StartSyncExecution":
            action = "start_sync_execution" if "Sync" in subtype else "start_execution"
            return "stepfunctions", action, {name[0].lower() + name[1:]: value for name, value in given.items()}
    raise ValueError(f"{subtype} is not called here")
