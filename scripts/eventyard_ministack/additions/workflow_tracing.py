# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A state machine keeps its tracing configuration.

`DescribeStateMachine` answers `tracingConfiguration`, disabled where nothing was said. MiniStack takes it and forgets
it: every second plan turns tracing on again.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions

Answer = tuple[int, dict[str, str], Any]
Handler = Callable[[dict[str, Any]], Answer]

_KEY = "tracingConfiguration"


def install() -> None:
    """Keep it when a machine is made or changed; the answer holds whatever is kept."""
    stepfunctions._create_state_machine = _keeping(stepfunctions._create_state_machine)
    stepfunctions._update_state_machine = _keeping(stepfunctions._update_state_machine)


def _keeping(original: Handler) -> Handler:
    def handle(data: dict[str, Any]) -> Answer:
        answer = original(data)
        arn = data.get("stateMachineArn") or json.loads(answer[2]).get("stateMachineArn")
        machine = stepfunctions._state_machines.get(arn)
        if machine is not None:
            machine[_KEY] = data.get(_KEY, machine.get(_KEY, {"enabled": False}))
        return answer

    return handle
