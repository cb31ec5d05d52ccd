# ruff: noqa: SLF001 - an addition reaches into the one version of LocalStack it is written for
"""An asynchronous call of an alias has the alias's settings, and an alias's weights can be changed.

LocalStack looks at the settings of the version alone: a function that is called by its alias, as every one of ours is,
retries and hands on as if nothing was set. And it answers 500 to `UpdateAlias` with weights.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
"""

from __future__ import annotations

import copy
import dataclasses
import functools
from typing import Any

from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation.event_manager import Poller, SQSInvocation
from localstack.services.lambda_.provider import LambdaProvider

_QUALIFIED = 8


def install() -> None:
    """Hand the alias's settings to whoever makes the call, and change weights by what makes them."""
    original = Poller.handle_message

    def handle(poller: Any, message: dict[str, Any]) -> None:
        parts = SQSInvocation.decode(message["Body"]).invocation.invoked_arn.split(":")
        function = poller.version_manager.function
        if len(parts) == _QUALIFIED and parts[-1] in function.aliases:
            poller = _with_settings(poller, function.event_invoke_configs.get(parts[-1]))
        original(poller, message)

    Poller.handle_message = handle
    LambdaProvider.update_alias = _updated(LambdaProvider.update_alias)


def _with_settings(poller: Any, settings: Any) -> Any:
    """Return the poller as it would be if `settings` were those of its version; nothing of it is changed."""
    seen = copy.copy(poller)
    seen.version_manager = copy.copy(poller.version_manager)
    seen.version_manager.function = copy.copy(poller.version_manager.function)
    qualifier = poller.version_manager.function_version.id.qualifier
    seen.version_manager.function.event_invoke_configs = {qualifier: settings} if settings else {}
    return seen


def _updated(original: Any) -> Any:
    @functools.wraps(original)  # LocalStack finds an operation by what its decorator has put on the function
    def update(provider: Any, context: Any, function_name: str, name: str, **changes: Any) -> Any:
        weights = (changes.get("routing_config") or {}).get("AdditionalVersionWeights")
        if not weights:
            return original(provider, context, function_name, name, **changes)
        account, region = api_utils.get_account_and_region(function_name, context)
        function = provider._get_function(api_utils.get_function_name(function_name, context), account, region)
        if name in function.aliases:
            chosen = changes.get("function_version") or function.aliases[name].function_version
            routing = provider._create_routing_config_model(weights, function.versions[chosen])
            original(provider, context, function_name, name, **{**changes, "routing_config": None})
            function.aliases[name] = dataclasses.replace(function.aliases[name], routing_configuration=routing)
        return provider.get_alias(context, function_name, name)

    return update
