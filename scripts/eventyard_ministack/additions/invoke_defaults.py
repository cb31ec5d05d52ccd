# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A function's asynchronous settings answer only what was set.

MiniStack answers the six hours that apply where no maximum age was set, as if it had been: every second plan of a
function without one wants to take it away.

https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import lambda_svc

Answer = tuple[int, dict[str, str], Any]
_KEY = "MaximumEventAgeInSeconds"


def install() -> None:
    """Take the default out of what is kept; MiniStack applies it all the same."""
    original = lambda_svc._put_event_invoke_config

    def put(func_name: str, qualifier: str | None, data: dict[str, Any]) -> Answer:
        answer: Answer = original(func_name, qualifier, data)
        function = lambda_svc._functions.get(func_name, {})
        config = function.get("event_invoke_configs", {}).get(qualifier or "")
        if config is None or _KEY in data:
            return answer
        config.pop(_KEY, None)
        kept: Answer = lambda_svc.json_response(config)
        return kept

    lambda_svc._put_event_invoke_config = put
