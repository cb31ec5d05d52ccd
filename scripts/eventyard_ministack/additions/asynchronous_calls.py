# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""An asynchronous call goes by the settings of the alias that was called, also when a rule or a topic calls.

On AWS each alias has its own number of attempts, maximum age and failure destination, and EventBridge and SNS call
asynchronously like anybody else. MiniStack goes by the settings of `$LATEST` alone, and makes the call of a rule or a
topic once: what failed is gone.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html
"""

from __future__ import annotations

import json
import logging
from typing import Any

from ministack.services import eventbridge, lambda_svc, sns

_LOG = logging.getLogger(__name__)
_LONGEST = 8


def install() -> None:
    """Choose the settings by the ARN that was called, and send rules and topics through the same retries."""
    original = lambda_svc.invoke_async_with_retry

    def invoke(function: dict[str, Any], event: Any) -> None:
        chosen = _settings((function.get("config") or function).get("FunctionArn", ""))
        original({**function, "event_invoke_config": chosen} if chosen else function, event)

    lambda_svc.invoke_async_with_retry = invoke
    eventbridge._dispatch_to_lambda = _from_a_rule
    sns._deliver_to_lambda = _from_a_topic


def _settings(arn: str) -> dict[str, Any] | None:
    """Return what was set for the alias or version `arn` names; a version's own record does not hold it."""
    parts = arn.split(":")
    if len(parts) < _LONGEST:
        return None
    _, _, _, region, account, _, name, qualifier = parts[:_LONGEST]
    function = lambda_svc._functions.get_scoped(account, region, name) or {}
    found: dict[str, Any] | None = function.get("event_invoke_configs", {}).get(qualifier)
    return found


def _from_a_rule(arn: str, payload: str) -> None:
    try:
        event = json.loads(payload)
    except (ValueError, TypeError):
        event = {"body": payload}
    _call(arn, event)


def _from_a_topic(endpoint: str, envelope: str, _topic: str, subscription: str, *_: Any) -> None:
    record = {
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription,
        "EventSource": "aws:sns",
        "Sns": json.loads(envelope),
    }
    _call(endpoint, {"Records": [record]})


def _call(arn: str, event: Any) -> None:
    function, config, name = lambda_svc._get_func_record_for_ref(arn)
    if not function or not config:
        _LOG.warning("nothing is called %s: %s is dropped", name, arn)
        return
    called = lambda_svc._execution_record_for_config(function, {**config, "FunctionArn": arn})
    lambda_svc.invoke_async_with_retry(called, event)
