"""A function keeps the key its environment variables are encrypted with; LocalStack forgets it.

https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.provider import LambdaProvider

if TYPE_CHECKING:
    from collections.abc import Callable

_keys: dict[str, str] = {}


def install() -> None:
    """Keep the key where it is given, and add it wherever a configuration is answered."""
    original = api_utils.map_config_out

    def told(version: Any, *given: Any, **named: Any) -> Any:
        configuration = original(version, *given, **named)
        key = _keys.get(version.id.unqualified_arn())
        return {**configuration, "KMSKeyArn": key} if key else configuration

    api_utils.map_config_out = told
    for name in ("create_function", "update_function_configuration"):
        setattr(LambdaProvider, name, _keeping(getattr(LambdaProvider, name)))


def _keeping(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)  # LocalStack finds an operation by what its decorator has put on the function
    def keep(provider: Any, context: Any, request: Any) -> Any:
        answer = original(provider, context, request)
        arn = ":".join(answer["FunctionArn"].split(":")[:7])
        key = request.get("KMSKeyArn", _keys.get(arn, "") if original.__name__ != "create_function" else "")
        _keys[arn] = key
        return {**answer, "KMSKeyArn": key} if key else answer

    return keep
