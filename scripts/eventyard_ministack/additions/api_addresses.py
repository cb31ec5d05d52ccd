# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""An HTTP API's endpoint is named as AWS names it.

`ApiEndpoint` is `https://<id>.execute-api.<region>.amazonaws.com`. MiniStack answers an address of its own, with its
port, so that a stack's outputs, policies and pages would hold something that no AWS account ever shows. The script
layer translates AWS's address to the local one where somebody opens it.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import get_region
from ministack.services import apigateway

Answer = tuple[int, dict[str, str], Any]
_CREATED = 201


def install() -> None:
    """Name the endpoint when an API is made."""
    original = apigateway._create_api

    def create(data: dict[str, Any]) -> Answer:
        answer: Answer = original(data)
        if answer[0] != _CREATED:
            return answer
        api = apigateway._apis[json.loads(answer[2])["apiId"]]
        scheme = "wss" if api["protocolType"] == "WEBSOCKET" else "https"
        api["apiEndpoint"] = f"{scheme}://{api['apiId']}.execute-api.{get_region()}.amazonaws.com"
        named: Answer = apigateway._apigw_response(api, _CREATED)
        return named

    apigateway._create_api = create
