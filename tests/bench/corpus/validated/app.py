"""Orders from a queue: checked by pydantic, logged and counted by Powertools, failures reported one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from about import FUNCTION
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from orders import Order, price

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

logger = Logger(service=FUNCTION)
metrics = Metrics(namespace="Bench", service=FUNCTION)
processor = BatchProcessor(event_type=EventType.SQS)


def take(record: SQSRecord) -> dict[str, Any]:
    """Check and price one order; what can't be right is raised, and Powertools reports that message alone."""
    order = Order.model_validate_json(record.body)
    total = price(order)
    metrics.add_metric(name="Ordered", unit=MetricUnit.Count, value=len(order.lines))
    logger.info("ordered", extra={"order": str(order.id), "total": str(total)})
    return {"id": str(order.id), "total": str(total)}


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> Any:
    """Lambda's entry."""
    return process_partial_response(event=dict(event), record_handler=take, processor=processor, context=context)
