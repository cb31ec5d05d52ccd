# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Answering a task by its token is allowed on the token's state machine.

IAM knows `states:SendTaskSuccess`, `SendTaskFailure` and `SendTaskHeartbeat` by the state machine whose execution gave
the token away. MiniStack checks them on `*`, so that a role which may answer one machine only is denied, and only one
that may answer every machine gets through.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
"""

from __future__ import annotations

import json
from collections import OrderedDict
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions
from ministack.services import stepfunctions

_KEY = "stateMachineArn"
_machine: ContextVar[str] = ContextVar("machine", default="*")
_MOST_TOKENS = 10_000
# Tokens that were given away last, with the machine that waits, or has waited.
_machines: OrderedDict[str, str] = OrderedDict()


def install() -> None:
    """Keep each token's machine beside it, and name it to IAM."""
    execute, call = stepfunctions._execute_task, stepfunctions._invoke_with_callback
    resource_of = iam_actions.extract_resource_arn

    def execute_task(state: Any, value: Any, execution: dict[str, Any], context: Any) -> Any:
        token = _machine.set(execution.get(_KEY, "*"))
        try:
            return execute(state, value, execution, context)
        finally:
            _machine.reset(token)

    def invoke_with_callback(resource: str, value: Any, token: str, state: Any) -> Any:
        _machines[token] = _machine.get()
        while len(_machines) > _MOST_TOKENS:
            _machines.popitem(last=False)
        return call(resource, value, token, state)

    def extract_resource_arn(service: str, *request: Any) -> str:
        found: str = resource_of(service, *request)
        if service != "states" or found != "*":
            return found
        return _machines.get(_token(request[3]), found)

    stepfunctions._execute_task = execute_task
    stepfunctions._invoke_with_callback = invoke_with_callback
    iam_actions.extract_resource_arn = extract_resource_arn


def _token(body: bytes) -> str:
    try:
        return str(json.loads(body or b"{}").get("taskToken", ""))
    except (ValueError, AttributeError):
        return ""
