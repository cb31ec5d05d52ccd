"""Who is meant by an ARN: from what feeds a function to the queue and the function themselves.

ARNs are matched by service and name, which both stand in a name-built ARN at the first plan. An ARN the plan does not
know is followed through the configuration when it refers to exactly one resource of the same module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from eventyard.plans.document import UNKNOWN, Document, Hole, Resource

if TYPE_CHECKING:
    from collections.abc import Iterator

QUEUE = "aws_sqs_queue"
FUNCTION = "aws_lambda_function"
MAPPING = "aws_lambda_event_source_mapping"

Kind = Literal["queue", "stream", "other"]
_KINDS: dict[str, Kind] = {"sqs": "queue", "kinesis": "stream", "dynamodb": "stream"}
_TYPES: dict[str, Kind] = {
    QUEUE: "queue",
    "aws_kinesis_stream": "stream",
    "aws_kinesis_stream_consumer": "stream",
    "aws_dynamodb_table": "stream",
}
_ARN_PARTS = 6


@dataclass(frozen=True, slots=True)
class Target:
    """A function as something else names it: its resource in this plan, and the alias or version it is called by."""

    function: Resource
    qualifier: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """One place that invokes a function without waiting for its answer."""

    by: Resource
    service: str
    target: Target | Hole


def service_of(arn: object) -> str | None:
    """Return the service of an ARN (`sqs`), None for what is not an ARN."""
    parts = arn.split(":", _ARN_PARTS - 1) if isinstance(arn, str) else []
    return parts[2] if len(parts) == _ARN_PARTS and parts[0] == "arn" else None


def kind_of(document: Document, mapping: Resource) -> Kind | Hole:
    """Return what an event source mapping reads from."""
    arn = mapping.value("event_source_arn")
    if not isinstance(arn, Hole):
        return _KINDS.get(service_of(arn) or "", "other")
    for type_, kind in _TYPES.items():
        if document.referred(mapping, "event_source_arn", type_):
            return kind
    return "stream" if _begins_somewhere(mapping) else UNKNOWN


def _begins_somewhere(mapping: Resource) -> bool:
    """Tell a stream's mapping by its arguments: a queue's has no position to start at, those of other kinds have more.

    The ARNs of a table's stream and of a fan-out consumer end in the time they were made, so a first plan has neither.
    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    """
    others = (
        "amazon_managed_kafka_event_source_config",
        "document_db_event_source_config",
        "self_managed_kafka_event_source_config",
        "topics",
    )
    return isinstance(mapping.value("starting_position"), str) and not any(mapping.optional(name) for name in others)


def queue_of(document: Document, resource: Resource, argument: str, arn: object) -> Resource | Hole | None:
    """Return the queue that `arn` names: None when this plan does not own it."""
    if arn is UNKNOWN:
        return document.referred(resource, argument, QUEUE) or UNKNOWN
    if not isinstance(arn, str) or service_of(arn) != "sqs":
        return None
    return _named(document.of(QUEUE), "name", arn.rsplit(":", 1)[-1])


def function_of(document: Document, resource: Resource, argument: str, name: object) -> Target | Hole | None:
    """Return the function that a name, an ARN or an alias's ARN means: None when this plan does not own it."""
    if name is UNKNOWN:
        alias = document.referred(resource, argument, "aws_lambda_alias")
        if alias:
            owner = function_of(document, alias, "function_name", alias.value("function_name"))
            return Target(owner.function, alias.value("name")) if isinstance(owner, Target) else owner
        function = document.referred(resource, argument, FUNCTION)
        return Target(function, None) if function else UNKNOWN
    if not isinstance(name, str):
        return None
    bare, qualifier = _split(name)
    function_or_hole = _named(document.of(FUNCTION), "function_name", bare)
    if isinstance(function_or_hole, Resource):
        return Target(function_or_hole, qualifier)
    return function_or_hole


def asynchronous_calls(document: Document) -> Iterator[Call]:
    """Yield every place in the plan that invokes one of its functions asynchronously."""
    for by, service, argument, name in _asynchronous(document):
        if name is not UNKNOWN and service_of(name) not in {"lambda", None}:
            continue
        target = function_of(document, by, argument, name)
        if target is not None:
            yield Call(by, service, target)


def _asynchronous(document: Document) -> Iterator[tuple[Resource, str, str, Any]]:
    for rule in document.of("aws_cloudwatch_event_target"):
        yield rule, "EventBridge", "arn", _if_function(rule.value("arn"))
    for schedule in document.of("aws_scheduler_schedule"):
        yield schedule, "a schedule", "target", _if_function(schedule.value("target", 0, "arn"))
    for subscription in document.of("aws_sns_topic_subscription"):
        if subscription.value("protocol") == "lambda":
            yield subscription, "SNS", "endpoint", subscription.value("endpoint")
    for notification in document.of("aws_s3_bucket_notification"):
        blocks = notification.value("lambda_function")
        for index in range(len(blocks) if isinstance(blocks, list) else 0):
            arn = notification.value("lambda_function", index, "lambda_function_arn")
            yield notification, "S3", "lambda_function", arn


def _if_function(arn: object) -> Any:
    return arn if arn is UNKNOWN or service_of(arn) == "lambda" else None


def _split(name: str) -> tuple[str, str | None]:
    """Return the bare name and the qualifier of `name`, `name:live` or an ARN with or without one."""
    if ":function:" in name:
        name = name.split(":function:", 1)[1].removesuffix("/invocations")
    bare, _, qualifier = name.partition(":")
    return bare, qualifier or None


def _named(candidates: Iterator[Resource], attribute: str, name: str) -> Resource | Hole | None:
    """Return the resource of that name; `UNKNOWN` when there is none but one of them has no name yet."""
    open_ = False
    for candidate in candidates:
        if candidate.value(attribute) == name:
            return candidate
        open_ = open_ or candidate.value(attribute) is UNKNOWN
    return UNKNOWN if open_ else None
