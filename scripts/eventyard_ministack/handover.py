# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""How AWS's own services hand a record to a queue, topic, function, bus or bucket: from inside the process.

Not by the services' own calls, which would judge the caller of the moment: of services MiniStack judges none.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from ministack.core.arn import Arn, ArnParseError, parse_arn
from ministack.core.concurrency import esm_wake
from ministack.core.responses import new_uuid
from ministack.services import eventbridge, firehose, lambda_svc, sns, sqs

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOG = logging.getLogger(__name__)
Record = dict[str, Any]


def to_queue(arn: str, body: str, attributes: Record | None = None, **kept: str) -> bool:
    """Put a message into a queue.

    Parameters
    ----------
    arn
        The queue's.
    body
        The message's text.
    attributes
        Its message attributes, as `attributes_of` makes them.
    kept
        What MiniStack keeps beside a message: `group_id` and `dedup_id`, of a FIFO queue.

    Returns
    -------
    bool
        Whether there is such a queue.
    """
    queue = sqs._queue_by_arn(arn)
    if not queue:
        return False
    message: Record = {"id": new_uuid(), "body": body, "message_attributes": attributes or {}, **kept}
    message["md5_attrs"] = sqs._md5_msg_attrs(message["message_attributes"])
    sqs._ensure_msg_fields(message)
    message["visible_at"] += sqs.queue_delay(queue)
    with sqs._queues_lock:
        queue["messages"].append(message)
    esm_wake.set()
    return True


def to_topic(arn: str, body: str, attributes: Record | None = None) -> bool:
    """Publish to a topic; return whether there is one."""
    if arn not in sns._topics:
        return False
    sns._fanout(arn, new_uuid(), body, "", "", attributes or {})
    return True


def to_destination(arn: str, record: Record, event: Record | None = None) -> bool:
    """Send a record of an invocation to the destination a function or a mapping names.

    Parameters
    ----------
    arn
        Of a standard queue, a standard topic, a function or a bus.
    record
        What it gets: as a message, as its event, or as the detail of an event.
    event
        Further keys of the event a bus gets: `Source`, `DetailType`, `Resources`.

    Returns
    -------
    bool
        Whether it could be sent; if not, a line in the log says so, where AWS has the metric
        `DestinationDeliveryFailures`.
    """
    try:
        spec = parse_arn(arn)
    except ArnParseError:
        sent = False
    else:
        sent = not arn.endswith(".fifo") and _send(spec, arn, record, event or {})
    if not sent:
        _LOG.warning("a record can't be delivered: no standard destination %s", arn)
    return sent


def _send(spec: Arn, arn: str, record: Record, event: Record) -> bool:
    body = json.dumps(record)
    if spec.service == "sqs":
        return to_queue(arn, body)
    if spec.service == "sns":
        return to_topic(arn, body)
    if spec.service == "events":
        entry = {"Detail": body, "EventBusName": arn, **event}
        answer = eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
        return bool(json.loads(answer[2])["FailedEntryCount"] == 0)
    if spec.service == "lambda":
        function, config, _ = lambda_svc._get_func_record_for_ref(arn)
        if function:
            called = lambda_svc._execution_record_for_config(function, {**config, "FunctionArn": arn})
            lambda_svc.invoke_async_with_retry(called, record)
        return bool(function)
    return False


def to_bucket(arn: str, key: str, record: Record) -> None:
    """Write a record as an object of a bucket, as JSON."""
    firehose._put_s3_object(arn.rpartition(":")[2], key, json.dumps(record).encode())


def attributes_of(said: Mapping[str, tuple[str, str]]) -> dict[str, Record]:
    """Return message attributes of types and texts by name, without those that have no text."""
    return {name: {"DataType": kind, "StringValue": text} for name, (kind, text) in said.items() if text}
