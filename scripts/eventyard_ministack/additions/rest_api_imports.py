# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A REST API is made of an OpenAPI document, and made anew of the next one.

`PutRestApi` with `mode=overwrite` replaces resources, methods, integrations, models, validators, authorisers, gateway
responses and the policy by what the document says. MiniStack does not know it; its import for CloudFormation leaves
most of that out. Security of the whole document is left out here as on AWS, which knows it of an operation alone.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-endpoint-configuration.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from ministack.services import apigateway_v1 as v1

Answer = tuple[int, dict[str, str], Any]

_API = re.compile(r"/restapis/([^/]+)/?")
_ANY = "x-amazon-apigateway-any-method"
_VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", _ANY})
_EXTENSION = "x-amazon-apigateway-"


def install() -> None:
    """Take `PUT /restapis/{id}`."""
    original = v1.handle_request

    async def handle(method: str, path: str, headers: Any, body: Any, query_params: Any) -> Answer:
        found = _API.fullmatch(path) if method == "PUT" else None
        if found is None:
            answer: Answer = await original(method, path, headers, body, query_params)
            return answer
        return _put(found[1], body)

    v1.handle_request = handle


def _put(api_id: str, body: bytes) -> Answer:
    api = v1._rest_apis.get(api_id)
    if api is None:
        unknown: Answer = v1._v1_error("NotFoundException", "Invalid API identifier specified", 404)
        return unknown
    try:
        document = json.loads(body)
    except ValueError:
        refused: Answer = v1._v1_error("BadRequestException", "Unable to parse API definition: not JSON", 400)
        return refused
    _describe(api, document)
    for store in (v1._authorizers_v1, v1._models, v1._request_validators, v1._gateway_responses):
        store[api_id] = {}
    resources = v1._resources[api_id]
    root = next(one for one in resources.values() if one["path"] == "/")
    v1._resources[api_id] = {root["id"]: {**root, "resourceMethods": {}}}
    for kind, response in document.get(f"{_EXTENSION}gateway-responses", {}).items():
        v1._put_gateway_response(api_id, kind, response)
    _Import(api_id, document).run()
    whole: Answer = v1._v1_response(v1._rest_api_view(api))
    return whole


def _describe(api: dict[str, Any], document: dict[str, Any]) -> None:
    """Give the API what the document says of it, and take away what it does not say."""
    info, policy = document.get("info", {}), document.get(f"{_EXTENSION}policy")
    api["name"] = info.get("title", api["name"])
    api["description"] = info.get("description", "")
    api["version"] = info.get("version", "")
    api["policy"] = json.dumps(policy) if policy else None
    api["binaryMediaTypes"] = document.get(f"{_EXTENSION}binary-media-types", [])
    api["minimumCompressionSize"] = document.get(f"{_EXTENSION}minimum-compression-size")
    # In OpenAPI 3 it is told in the servers, and passed over elsewhere.
    told = [server.get(f"{_EXTENSION}endpoint-configuration") for server in document.get("servers", [])]
    endpoint: dict[str, Any] = next(filter(None, told), {})
    api["disableExecuteApiEndpoint"] = endpoint.get("disableExecuteApiEndpoint", False)
    api["endpointConfiguration"]["vpcEndpointIds"] = endpoint.get("vpcEndpointIds", [])


class _Import:
    """One document on its way into one API."""

    def __init__(self, api_id: str, document: dict[str, Any]) -> None:
        self._api = api_id
        self._document = document
        self._schemes = v1._import_security_schemes(api_id, document)
        self._validators = {
            name: json.loads(v1._create_request_validator(api_id, {"name": name, **given})[2])["id"]
            for name, given in document.get(f"{_EXTENSION}request-validators", {}).items()
        }

    def run(self) -> None:
        """Make every path's resources, and their methods."""
        for path, item in self._document.get("paths", {}).items():
            resource = self._resource(path)
            for verb, operation in item.items():
                if verb in _VERBS:
                    self._operation(resource, "ANY" if verb == _ANY else verb.upper(), operation, item)

    def _resource(self, path: str) -> str:
        resources = v1._resources[self._api]
        at = next(one["id"] for one in resources.values() if one["path"] == "/")
        for part in path.strip("/").split("/"):
            if part:
                known = [one for one in resources.values() if (one["parentId"], one["pathPart"]) == (at, part)]
                made = known[0] if known else json.loads(v1._create_resource(self._api, at, {"pathPart": part})[2])
                at = made["id"]
        return str(at)

    def _operation(self, resource: str, verb: str, operation: dict[str, Any], item: dict[str, Any]) -> None:
        where = (self._api, resource, verb)
        chosen = operation.get(f"{_EXTENSION}request-validator", self._document.get(f"{_EXTENSION}request-validator"))
        method = {
            **v1._method_security(operation.get("security"), self._schemes),
            "operationName": operation.get("operationId", ""),
            "requestModels": self._models(operation, f"{verb}-{resource}"),
            "requestParameters": _parameters([*item.get("parameters", []), *operation.get("parameters", [])]),
            "requestValidatorId": self._validators.get(chosen),
        }
        v1._put_method(*where, method)
        for status, response in operation.get("responses", {}).items():
            headers = {f"method.response.header.{name}": False for name in response.get("headers", {})}
            v1._put_method_response(*where, status, {"responseParameters": headers})
        integration = operation.get(f"{_EXTENSION}integration")
        if integration:
            v1._put_integration(*where, {**integration, "type": integration["type"].upper()})
            for pattern, response in integration.get("responses", {}).items():
                selection = {"selectionPattern": "" if pattern == "default" else pattern}
                v1._put_integration_response(*where, response["statusCode"], {**response, **selection})

    def _models(self, operation: dict[str, Any], label: str) -> dict[str, str]:
        """Make a model of each body's schema, with all of the document's it may refer to."""
        models = {}
        for number, (kind, content) in enumerate(operation.get("requestBody", {}).get("content", {}).items()):
            schemas = self._document.get("components", {}).get("schemas", {})
            schema = json.dumps({**content.get("schema", {}), "definitions": schemas})
            data = {"name": f"{label}-{number}", "contentType": kind}
            data["schema"] = schema.replace("#/components/schemas/", "#/definitions/")
            v1._create_model(self._api, data)
            models[kind] = data["name"]
        return models


def _parameters(given: list[dict[str, Any]]) -> dict[str, bool]:
    places = {"header": "header", "path": "path", "query": "querystring"}
    return {
        f"method.request.{places[one['in']]}.{one['name']}": bool(one.get("required"))
        for one in given
        if one.get("in") in places
    }
