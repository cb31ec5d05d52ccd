# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""What a rule's target refuses is a dead letter, and what an API destination fails at is tried again first.

EventBridge gives an event up at once when its target refuses it, and tries again, as its target's retry policy says,
where a web server fails, is busy or can't be reached; what is given up goes to the target's dead-letter queue.
MiniStack drops it, and puts what has no message group into a FIFO queue in a group of its own making.

A function's failure is none of its rule's: Lambda has taken the event by then, and so has its own failure destination.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope
from ministack.services import eventbridge, lambda_svc, sns

from eventyard_ministack.additions.rule_targets import bury

if TYPE_CHECKING:
    from ministack.core.arn import Arn

Record = dict[str, Any]
Case = tuple[Record, Record, Record]

_MOST_RETRIES = 185
_OLDEST = 24 * 60 * 60
_SUCCESSES = range(200, 300)
_FAULTS = range(500, 600)
_BUSY = 429
_OAUTH = "OAUTH_CLIENT_CREDENTIALS"
_TRIED_AGAIN = frozenset({401, 407, 409, _BUSY})

# Target, rule and event of the delivery at hand.
_case: ContextVar[Case | None] = ContextVar("case", default=None)


def install() -> None:
    """Note what is delivered where, and look at how each target takes it."""
    invoke, to_queue = eventbridge._invoke_target, eventbridge._dispatch_to_sqs
    build = eventbridge._build_api_destination_request

    def invoke_target(target: Record, event: Record, rule: Record, view: Any = None) -> None:
        whole = (view or eventbridge._pattern_event_view(event)).event_with_detail()
        token = _case.set((target, rule, whole))
        try:
            invoke(target, event, rule, view)
        finally:
            _case.reset(token)

    def dispatch_to_queue(spec: Arn, payload: str, parameters: Record | None = None) -> None:
        if str(spec).endswith(".fifo") and not (parameters or {}).get("MessageGroupId"):
            _refused("INVALID_PARAMETER", "The request must contain the parameter MessageGroupId.")
        else:
            to_queue(spec, payload, parameters)

    def build_request(*arguments: Any) -> Record:
        # The delivery is a thread of its own, and is handed nothing but the request.
        return {**build(*arguments), "case": _case.get()}

    eventbridge._invoke_target = invoke_target
    eventbridge._dispatch_to_sqs = dispatch_to_queue
    eventbridge._dispatch_to_sns = _dispatch_to_topic
    eventbridge._build_api_destination_request = build_request
    eventbridge._deliver_to_api_destination = _deliver


def _dispatch_to_topic(arn: str, payload: str) -> None:
    try:
        sns.publish_internal(arn, payload, "EventBridge Notification")
    except sns.SnsPublishError as refusal:
        _refused("INVALID_PARAMETER", str(refusal))


def _refused(code: str, message: str) -> None:
    case = _case.get()
    if case:
        bury(*case, code, message)


def _deliver(_name: str, request: Record, connection: Record, key: tuple[str, str, str]) -> None:
    """Send an event to an API destination until it is taken, refused, or given up."""
    case = request.pop("case")
    policy = (case[0].get("RetryPolicy") if case else None) or {}
    retries = int(policy.get("MaximumRetryAttempts", _MOST_RETRIES))
    deadline = time.monotonic() + int(policy.get("MaximumEventAgeInSeconds", _OLDEST))
    pause, retried = lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS, 0
    while True:
        status, message = _send(request, connection, key, again=retried > 0)
        if status in _SUCCESSES:
            return
        told = {"RETRY_ATTEMPTS": str(retried)}
        if status not in {0, *_TRIED_AGAIN, *_FAULTS}:
            break
        if retried >= retries or time.monotonic() + pause > deadline:
            condition = "MaximumRetryAttempts" if retried >= retries else "MaximumEventAgeInSeconds"
            told["EXHAUSTED_RETRY_CONDITION"] = condition
            break
        time.sleep(pause)
        pause, retried = min(2 * pause, lambda_svc._LAMBDA_ASYNC_RETRY_MAX_SECONDS), retried + 1
    code = {0: "CONNECTION_FAILURE", _BUSY: "THROTTLING"}.get(status, "ERROR_FROM_TARGET")
    if case:
        with request_scope(key[0], key[1]):
            bury(case[0], case[1], case[2], code, message, **told)


def _send(request: Record, connection: Record, key: tuple[str, str, str], *, again: bool) -> tuple[int, str]:
    """Send once; return the status, 0 where no server answered, and what to say of it."""
    refresh = {"force_refresh": True} if again and connection.get("AuthorizationType") == _OAUTH else {}
    try:
        headers = eventbridge._connection_auth_headers(connection, key, **refresh)
        status = int(eventbridge._api_destination_send_sync(request, headers))
    except Exception as error:  # noqa: BLE001 - whatever the way there is made of
        return 0, str(error)
    return status, f"The API destination answered {status}"
