"""A queue's consumer: each message on its own, failures reported one by one, so that the good ones are not repeated."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from pet_cuddle_o_tron._shared import aws
from pet_cuddle_o_tron._shared.delivery import Delivery, NotYetError, Outcome, PoisonError, parse
from pet_cuddle_o_tron._shared.directory import Directory
from pet_cuddle_o_tron._shared.forms import CORRELATION_ID
from pet_cuddle_o_tron._shared.store import Claim, Reminders
from pet_cuddle_o_tron._shared.telemetry import logger, metrics
from pet_cuddle_o_tron._shared.workflow import Answers

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    from pet_cuddle_o_tron._shared.delivery import Sender

# How much longer a claim lasts than the invocation that holds it can: clocks differ a little.
MARGIN = timedelta(seconds=5)
METRICS = {
    Outcome.SENT: "Succeeded",
    Outcome.SENT_BEFORE: "Duplicates",
    Outcome.FAILED: "Failed",
    Outcome.DROPPED: "Dropped",
}


class NotABatchError(ValueError):
    """The event is not one that Lambda makes of a queue's messages."""


def consume(event: Any, context: Any, *, sender: Sender, table: str, pool: str) -> dict[str, Any]:
    """Deliver every order in an SQS event; return which messages the queue should give again."""
    delivery = Delivery(
        sender=sender,
        reminders=Reminders(aws.client("dynamodb"), table),
        directory=Directory(aws.client("cognito-idp"), pool),
        answers=Answers(aws.client("stepfunctions")),
        clock=_now,
    )
    return run(event, context, delivery)


def run(event: Any, context: Any, delivery: Delivery) -> dict[str, Any]:
    """Carry out a batch with a given delivery.

    Raises
    ------
    NotABatchError
        The event is no queue's, or holds a message that can't be named: then nothing of it is carried out.
    """
    if not _is_batch(event):
        logger.error("not a batch of a queue", function_request_id=context.aws_request_id)
        raise NotABatchError
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    response = process_partial_response(
        event=event,
        record_handler=lambda record: handle(record, context, delivery),
        processor=processor,
        context=context,
    )
    metrics.flush_metrics()
    return dict(response)


def _is_batch(event: Any) -> bool:
    records = event.get("Records") if isinstance(event, dict) else None
    if not isinstance(records, list):
        return False
    # SQS takes messages back by their ids, so each needs one.
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    ids = [record.get("messageId") if isinstance(record, dict) else None for record in records]
    return bool(ids) and all(isinstance(name, str) and CORRELATION_ID.fullmatch(name) for name in ids)


def handle(record: SQSRecord, context: Any, delivery: Delivery) -> None:
    """Carry out one message's order; whatever it raises sends the message back to the queue, and is logged."""
    started = time.monotonic()
    keys = {"message_id": record.message_id, "function_request_id": context.aws_request_id}
    received = _received(record)
    try:
        order = parse(record.get("body"))
    except PoisonError:
        logger.error("not an order: left to the dead-letter queue", received=received, **keys)
        _count("Poison")
        raise
    with logger.append_context_keys(correlation_id=order.correlation_id, reminder_id=order.id, **keys):
        try:
            outcome = delivery.deliver(order, _claim(record, context, delivery.clock()))
        except Exception as error:
            _report(error, received)
            raise
        finally:
            milliseconds = (time.monotonic() - started) * 1000
            metrics.add_metric(name="Latency", unit=MetricUnit.Milliseconds, value=milliseconds)
        logger.info("order carried out", outcome=outcome.value, channel=delivery.sender.channel.value)
        _count(METRICS[outcome])


def _received(record: SQSRecord) -> int | None:
    attributes = record.get("attributes")
    count = attributes.get("ApproximateReceiveCount") if isinstance(attributes, dict) else None
    return int(count) if isinstance(count, str) and re.fullmatch(r"[0-9]{1,9}", count) else None


def _claim(record: SQSRecord, context: Any, now: datetime) -> Claim:
    left = timedelta(milliseconds=context.get_remaining_time_in_millis())
    return Claim(f"{context.aws_request_id}/{record.message_id}", int((now + left + MARGIN).timestamp()))


def _count(name: str) -> None:
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)


def _report(error: Exception, received: int | None) -> None:
    _count("Retried")
    if isinstance(error, NotYetError):
        logger.info("another delivery is sending it", received=received)
    else:
        logger.error("order failed", received=received, extra=aws.describe(error))


def _now() -> datetime:
    return datetime.now(UTC)
