# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""An asynchronous call's record goes to its destination, also when it succeeded, and its event to the dead letters.

Lambda sends a record of each asynchronous call, with request and answer, to the destination for its outcome: a queue,
a topic, a function or a bus. A dead-letter queue gets the event alone, with what went wrong in three attributes; both
can be had. A call that is throttled waits its turn for as long as the event's age allows, and counts for no retry.
MiniStack knows no success and no bus, sends the dead letters the record, and gives up what is throttled three times.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.core.responses import new_uuid, request_scope
from ministack.services import lambda_svc

from eventyard_ministack import handover

Record = dict[str, Any]

_RETRIES = 2
_OLDEST = 6 * 60 * 60
_THROTTLED = "429"
_ANSWERED = "200"
_LONGEST_MESSAGE = 1024
# Of a function's ARN with a version or an alias.
_COLONS = 7


@dataclass
class _Outcome:
    """How a call ended, after how many attempts that reached the function, with the last answer there was."""

    condition: str
    attempts: int
    result: Record | None


def install() -> None:
    """Make asynchronous calls in a way that remembers how they ended."""

    def invoke(function: Record, event: Any) -> None:
        spawn_background(_call, function, event, thread_name="ministack-async")

    lambda_svc.invoke_async_with_retry = invoke


def _call(function: Record, event: Any) -> None:
    config = function.get("config") or function
    with request_scope(*lambda_svc._account_region_from_function_config(config)):
        settings = (
            function.get("event_invoke_config") or (function.get("event_invoke_configs") or {}).get("$LATEST") or {}
        )
        outcome = _attempt(function, config, settings, event)
        succeeded = outcome.condition == "Success"
        destinations = settings.get("DestinationConfig") or {}
        chosen = (destinations.get("OnSuccess" if succeeded else "OnFailure") or {}).get("Destination")
        if chosen:
            _send(chosen, _record(config, event, outcome), config["FunctionName"])
        dead = (config.get("DeadLetterConfig") or {}).get("TargetArn")
        if dead and not succeeded:
            _bury(dead, event, outcome)


def _attempt(function: Record, config: Record, settings: Record, event: Any) -> _Outcome:
    """Call the function until it succeeds, has failed once too often, or the event is too old."""
    retries = settings.get("MaximumRetryAttempts")
    allowed = 1 + (_RETRIES if retries is None else int(retries))
    deadline = time.monotonic() + int(settings.get("MaximumEventAgeInSeconds") or _OLDEST)
    pause = lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS
    attempts, last = 0, None
    while True:
        result = lambda_svc._execute_function(function, event)
        if not result.get("throttle"):
            attempts, last = attempts + 1, result
            if not result.get("error"):
                return _Outcome("Success", attempts, last)
        # A function that may never run is not tried again either.
        if attempts >= allowed or (result.get("throttle") and lambda_svc._reserved_concurrency(function, config) == 0):
            return _Outcome("RetriesExhausted", attempts, last or result)
        if time.monotonic() + pause > deadline:
            return _Outcome("EventAgeExceeded", attempts, last)
        time.sleep(pause)
        pause = min(2 * pause, lambda_svc._LAMBDA_ASYNC_RETRY_MAX_SECONDS)


def _send(destination: str, record: Record, function: str) -> None:
    context = record["requestContext"]
    if ":s3:" in destination:
        moment = datetime.now(UTC).strftime("%Y/%m/%d/%Y-%m-%dT%H.%M.%S")
        handover.to_bucket(destination, f"aws/lambda/async/{function}/{moment}-{new_uuid()}", record)
        return
    outcome = "Success" if context["condition"] == "Success" else "Failure"
    as_event = {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {outcome}",
        "Resources": [destination, context["functionArn"]],
    }
    handover.to_destination(destination, record, as_event)


def _record(config: Record, event: Any, outcome: _Outcome) -> Record:
    """Describe a call as its destination gets it."""
    result = outcome.result
    body = (result or {}).get("body")
    record: Record = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": _request(result),
            "functionArn": _qualified(config["FunctionArn"]),
            "condition": outcome.condition,
            "approximateInvokeCount": outcome.attempts,
        },
        "requestPayload": event,
    }
    if outcome.attempts and result is not None:
        record["responseContext"] = {"statusCode": 200, "executedVersion": config.get("Version", "$LATEST")}
        if result.get("error"):
            record["responseContext"]["functionError"] = result.get("function_error") or "Unhandled"
        record["responsePayload"] = body
    return record


def _qualified(arn: str) -> str:
    return arn if arn.count(":") == _COLONS else f"{arn}:$LATEST"


def _request(result: Record | None) -> str:
    body = (result or {}).get("body")
    return str((body.get("requestId") if isinstance(body, dict) else None) or new_uuid())


def _bury(arn: str, event: Any, outcome: _Outcome) -> None:
    """Send the event alone to the function's dead-letter queue or topic."""
    body = (outcome.result or {}).get("body")
    words = body if isinstance(body, dict) else {}
    message = str(words.get("errorMessage") or words.get("message") or outcome.condition)
    said = {
        "RequestID": ("String", _request(outcome.result)),
        "ErrorCode": ("Number", _ANSWERED if outcome.attempts else _THROTTLED),
        "ErrorMessage": ("String", message[:_LONGEST_MESSAGE]),
    }
    hand = handover.to_topic if ":sns:" in arn else handover.to_queue
    hand(arn, json.dumps(event), handover.attributes_of(said))
