"""Put one event in where a system takes its events: a queue, topic, bus, stream, bucket or function."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def deliver(session: Any, to: str, event: Any, **options: Any) -> str:
    """Send `event` to whatever `to` names, as its service takes it.

    Parameters
    ----------
    session
        A boto3 session, or an emulator's like one.
    to
        A queue's URL; the ARN of a queue, topic, bus, stream, delivery stream, function or state machine; or
        `s3://bucket/key`.
    event
        What is sent. Text and bytes go as they are, anything else as JSON.
    options
        More of the service's own arguments, by boto3's names, such as `MessageGroupId`, `PartitionKey`, or for a bus
        `Source` and `DetailType`.

    Returns
    -------
    str
        The id the service gave it; for a function and a bucket, what stands for one.

    Raises
    ------
    ValueError
        `to` names nothing that takes events.
    AssertionError
        A bus or a stream did not take the event.
    """
    service = "sqs" if to.startswith(("http://", "https://")) else "s3" if to.startswith("s3://") else _service(to)
    send = _WAYS.get(service)
    if send is None:
        raise ValueError(f"`{to}` takes no events: give a queue's URL, an ARN, or `s3://bucket/key`")
    return send(session, to, event, options)


def _service(arn: str) -> str:
    parts = arn.split(":")
    return parts[2] if parts[0] == "arn" and len(parts) > 2 else ""  # noqa: PLR2004 - arn:partition:service


def _text(event: Any) -> str:
    return event.decode() if isinstance(event, bytes) else event if isinstance(event, str) else json.dumps(event)


def _bytes(event: Any) -> bytes:
    return event if isinstance(event, bytes) else _text(event).encode()


def _to_queue(session: Any, to: str, event: Any, options: Mapping[str, Any]) -> str:
    sqs = session.client("sqs")
    url = to
    if to.startswith("arn:"):
        *_, account, name = to.split(":")
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
    return str(sqs.send_message(QueueUrl=url, MessageBody=_text(event), **options)["MessageId"])


def _to_topic(session: Any, to: str, event: Any, options: Mapping[str, Any]) -> str:
    return str(session.client("sns").publish(TopicArn=to, Message=_text(event), **options)["MessageId"])


def _to_bus(session: Any, to: str, event: Any, options: Mapping[str, Any]) -> str:
    entry = {"Source": "eventyard.test", "DetailType": "test", **options, "EventBusName": to, "Detail": _text(event)}
    answer = session.client("events").put_events(Entries=[entry])
    (entry,) = answer["Entries"]
    if answer.get("FailedEntryCount"):
        raise AssertionError(f"the bus did not take the event: {entry}")
    return str(entry["EventId"])


def _to_stream(session: Any, to: str, event: Any, options: Mapping[str, Any]) -> str:
    record = {"PartitionKey": uuid.uuid4().hex, **options, "StreamName": to.rpartition("/")[2], "Data": _bytes(event)}
    return str(session.client("kinesis").put_record(**record)["SequenceNumber"])


def _to_delivery_stream(session: Any, to: str, event: Any, options: Mapping[str, Any]) -> str:
    name = to.rpartition("/")[2]
    answer = session.client("firehose").put_record(DeliveryStreamName=name, Record={"Data": _bytes(event)}, **options)
    return str(answer["RecordId"])


def _to_function(session: Any, to: str, event: Any, options: Mapping[str, Any]) -> str:
    call = {"InvocationType": "Event", **options, "FunctionName": to, "Payload": _bytes(event)}
    return str(session.client("lambda").invoke(**call)["ResponseMetadata"]["RequestId"])


def _to_workflow(session: Any, to: str, event: Any, options: Mapping[str, Any]) -> str:
    return str(
        session.client("stepfunctions").start_execution(stateMachineArn=to, input=_text(event), **options)[
            "executionArn"
        ]
    )


def _to_bucket(session: Any, to: str, event: Any, options: Mapping[str, Any]) -> str:
    bucket, _, key = to.removeprefix("s3://").partition("/")
    return str(session.client("s3").put_object(Bucket=bucket, Key=key, Body=_bytes(event), **options)["ETag"])


_WAYS: dict[str, Callable[[Any, str, Any, Mapping[str, Any]], str]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "events": _to_bus,
    "kinesis": _to_stream,
    "firehose": _to_delivery_stream,
    "lambda": _to_function,
    "states": _to_workflow,
    "s3": _to_bucket,
}
