# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""An HTTP API's JWT authoriser holds nothing of a Lambda authoriser's, and the other way round.

The payload format, the cached result's age, the URI and simple responses belong to `REQUEST` authorisers, issuer and
audience to `JWT`. MiniStack gives all of them to every authoriser, with defaults: every second plan wants to take them
away.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers-authorizerid.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.services import apigateway

Answer = tuple[int, dict[str, str], Any]

_OF_REQUEST = frozenset(
    {
        "authorizerCredentialsArn",
        "authorizerPayloadFormatVersion",
        "authorizerResultTtlInSeconds",
        "authorizerUri",
        "enableSimpleResponses",
    }
)
_OF_JWT = frozenset({"jwtConfiguration"})

if TYPE_CHECKING:
    from collections.abc import Callable


def install() -> None:
    """Take away what a JWT authoriser was not given, when it is made or changed."""
    apigateway._create_authorizer = _without_defaults(apigateway._create_authorizer)
    apigateway._update_authorizer = _without_defaults(apigateway._update_authorizer)


def _without_defaults(original: Callable[..., Answer]) -> Callable[..., Answer]:
    def handle(api_id: str, *arguments: Any) -> Answer:
        data = arguments[-1]
        answer = original(api_id, *arguments)
        for authorizer in apigateway._authorizers.get(api_id, {}).values():
            others = _OF_REQUEST if authorizer["authorizerType"] == "JWT" else _OF_JWT
            for name in others - data.keys():
                authorizer.pop(name, None)
        return answer

    return handle
