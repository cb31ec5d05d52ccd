# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Reserved concurrency holds for versions and aliases too, and a throttled batch of a queue's messages waits its turn.

Reserved concurrency is the function's, whichever of its versions is called. MiniStack looks for it in the version that
is called, which has none: whoever calls an alias is never throttled. And where a queue's mapping is throttled, it gives
the batch up, whose messages are then hidden for long and one step nearer to the dead letters; Lambda tries the batch
again for as long as its messages are hidden.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any

from ministack.services import lambda_svc

Record = dict[str, Any]

# Until when the batch that is worked on in this context is hidden from other consumers.
_hidden: ContextVar[float] = ContextVar("hidden", default=0.0)


def install() -> None:
    """Ask the function instead of its version, and try a throttled batch again."""
    find, run, execute = lambda_svc._reserved_concurrency, lambda_svc._run_sqs_batch, lambda_svc._execute_function

    def reserved(function: Record, config: Record) -> Any:
        account, region = lambda_svc._account_region_from_function_config(config)
        whole = lambda_svc._functions.get_scoped(account, region, config.get("FunctionName", ""))
        return find(whole or function, config)

    def run_batch(mapping: Record, function: Record, event: Record, batch: list[Record], *queue: str) -> None:
        _hidden.set(min(message["visible_at"] for message in batch))
        run(mapping, function, event, batch, *queue)

    def execute_patiently(function: Record, event: Any) -> Any:
        result = execute(function, event)
        pause = lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS
        while result.get("throttle") and time.time() + pause < _hidden.get():
            time.sleep(pause)
            result = execute(function, event)
        return result

    lambda_svc._reserved_concurrency = reserved
    lambda_svc._run_sqs_batch = run_batch
    lambda_svc._execute_function = execute_patiently
