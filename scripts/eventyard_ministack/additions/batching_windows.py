# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A queue's mapping waits for more messages as long as its batching window says, and takes more than ten at once.

Lambda calls the function when a batch is full or its window is over, counted from the first message; with a window a
batch may hold up to 10,000 messages. MiniStack calls for whatever there is, and for ten at most. While Lambda gathers
messages they are in its hands; here they stay in the queue until the batch is due, where another consumer could take
them.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

from __future__ import annotations

import time
from typing import Any

from ministack.core.arn import parse_arn
from ministack.core.responses import request_scope
from ministack.services import lambda_svc, sqs

_MOST = 10_000
_MOST_IN_ORDER = 10

# Since when a mapping sees messages it waits with.
_seen: dict[str, float] = {}


def install() -> None:
    """Look, before queues are polled, which mappings still wait; and receive as many as asked for."""
    poll = lambda_svc._poll_sqs

    def poll_queues() -> bool:
        for account, region, mapping in lambda_svc._iter_all_esms():
            if mapping.get("MaximumBatchingWindowInSeconds") and ":sqs:" in mapping.get("EventSourceArn", ""):
                with request_scope(account, region):
                    _wait(mapping)
        return bool(poll())

    lambda_svc._poll_sqs = poll_queues
    sqs._receive_messages_for_esm = _receive


def _wait(mapping: dict[str, Any]) -> None:
    """Have the mapping left out of this round while its window is open and its batch not full."""
    queue = sqs._queue_by_arn(str(parse_arn(mapping["EventSourceArn"])))
    now = time.time()
    free = sum(1 for message in list(queue["messages"]) if message.get("visible_at", now) <= now) if queue else 0
    due = _seen.setdefault(mapping["UUID"], now) + mapping["MaximumBatchingWindowInSeconds"]
    if not free:
        del _seen[mapping["UUID"]]
    elif free < mapping["BatchSize"] and now < due:
        # A failed batch is waited for in the same way, and until another moment.
        lambda_svc._esm_backoff_until[mapping["UUID"]] = due
    else:
        del _seen[mapping["UUID"]]
        if lambda_svc._esm_backoff_until.get(mapping["UUID"]) == due:
            del lambda_svc._esm_backoff_until[mapping["UUID"]]


def _receive(queue_url: str, count: int) -> Any:
    with sqs._queues_lock:
        queue = sqs._get_q(queue_url)
        sqs._expire_retained(queue)
        sqs._dlq_sweep(queue)
        most = _MOST_IN_ORDER if queue["is_fifo"] else _MOST
        return sqs._collect_msgs(queue, min(int(count or 1), most), int(queue["attributes"]["VisibilityTimeout"]))
