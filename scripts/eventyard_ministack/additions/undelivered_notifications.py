# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""What a topic can't deliver to a queue or a function goes to the subscription's dead-letter queue.

A subscription's `RedrivePolicy` names a queue for what can't be delivered: the endpoint was deleted, or its policy no
longer lets the topic in. The message lies there as it would have been delivered, and the queue has to let the topic
send to it. MiniStack drops the message. What an HTTP endpoint does not take is still dropped.

https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
"""

from __future__ import annotations

import json
import logging
from typing import Any

from ministack.core.arn import parse_arn
from ministack.services import lambda_svc, sns, sqs

from eventyard_ministack import handover

_LOG = logging.getLogger(__name__)
Record = dict[str, Any]


def install() -> None:
    """Look, before a queue or a function is called, whether it can be."""
    to_queue, to_function = sns._deliver_to_sqs, sns._deliver_to_lambda

    def deliver_to_queue(endpoint: str, envelope: str, raw: bool, text: str, **named: Any) -> None:
        topic = named.get("topic_arn", "")
        if _may_send(topic, endpoint):
            to_queue(endpoint, envelope, raw, text, **named)
            return
        kept = {"group_id": named.get("message_group_id"), "dedup_id": named.get("message_dedup_id")}
        attributes = named.get("message_attributes") if raw else {}
        _bury(topic, ("sqs", endpoint), text if raw else envelope, attributes or {}, kept)

    def deliver_to_function(endpoint: str, envelope: str, topic: str, *rest: Any) -> None:
        if lambda_svc._get_func_record_for_ref(endpoint)[0]:
            to_function(endpoint, envelope, topic, *rest)
        else:
            _bury(topic, ("lambda", endpoint), envelope, {}, {})

    sns._deliver_to_sqs = deliver_to_queue
    sns._deliver_to_lambda = deliver_to_function


def _may_send(topic: str, queue: str) -> bool:
    if sqs._queue_by_arn(queue) is None:
        return False
    return bool(sqs.queue_policy_allows(queue, "sns.amazonaws.com", topic, parse_arn(topic).account_id))


def _bury(topic: str, wanted: tuple[str, str], body: str, attributes: Record, kept: dict[str, str | None]) -> None:
    subscriptions = (sns._topic_by_arn_any_scope(topic) or {}).get("subscriptions", [])
    found: Record = next((one for one in subscriptions if (one["protocol"], one["endpoint"]) == wanted), {})
    policy = json.loads(found.get("attributes", {}).get("RedrivePolicy") or "{}")
    dead = policy.get("deadLetterTargetArn", "")
    if not dead or not _may_send(topic, dead):
        _LOG.warning("%s can't deliver to %s, nor to a dead-letter queue: the message is dropped", topic, wanted[1])
        return
    handover.to_queue(dead, body, attributes, **{name: value for name, value in kept.items() if value})
