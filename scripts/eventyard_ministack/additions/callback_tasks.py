# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A task that waits for an answer times out without heartbeats, and a retried one has a token of its own.

`HeartbeatSeconds` fails the task with `States.HeartbeatTimeout` when no `SendTaskHeartbeat` came for that long, and
each attempt gets a new token, so that a late answer to an earlier attempt is refused. MiniStack knows no heartbeat
time-out and hands out one token for all attempts.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import stepfunctions

_LOOK_SECONDS = 0.2
_task: ContextVar[dict[str, Any] | None] = ContextVar("task", default=None)


def install() -> None:
    """Watch each waiting task, and renew the token of one that failed."""
    execute, call = stepfunctions._execute_task, stepfunctions._invoke_with_callback

    def execute_task(state: Any, value: Any, execution: Any, context: dict[str, Any]) -> Any:
        mark = _task.set(context)
        try:
            return execute(state, value, execution, context)
        finally:
            _task.reset(mark)

    def invoke_with_callback(resource: str, value: Any, token: str, state: dict[str, Any]) -> Any:
        ended = threading.Event()
        seconds = state.get("HeartbeatSeconds")
        if isinstance(seconds, int):
            threading.Thread(target=_watch, args=(token, seconds, ended), daemon=True).start()
        try:
            return call(resource, value, token, state)
        except stepfunctions._ExecutionError:
            context = _task.get()
            if context is not None:
                context["Task"] = {"Token": new_uuid()}
            raise
        finally:
            ended.set()

    stepfunctions._execute_task = execute_task
    stepfunctions._invoke_with_callback = invoke_with_callback


def _watch(token: str, seconds: int, ended: threading.Event) -> None:
    """Fail the task once nothing was heard of it for `seconds`."""
    heard, last = time.monotonic(), None
    while not ended.wait(_LOOK_SECONDS):
        waiting = stepfunctions._task_tokens.get(token)
        beat = waiting and waiting.get("heartbeat")
        if beat != last:
            heard, last = time.monotonic(), beat
        if waiting and time.monotonic() - heard > seconds:
            waiting["error"] = {"Error": "States.HeartbeatTimeout", "Cause": ""}
            waiting["event"].set()
            return
