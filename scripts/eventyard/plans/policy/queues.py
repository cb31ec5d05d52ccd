"""Rules on queues, and on what reads from queues and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard.plans.document import UNKNOWN, Document, Hole, Resource, parsed
from eventyard.plans.links import MAPPING, QUEUE, function_of, kind_of, queue_of
from eventyard.plans.policy.rule import Breach, Rule, unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

VISIBILITY_FACTOR = 6
DEFAULT_TIMEOUT_SECONDS = 3
DEFAULT_RETENTION_SECONDS = 345_600


def _visibility(document: Document) -> Iterator[Breach]:
    for mapping in document.of(MAPPING):
        kind = kind_of(document, mapping)
        if kind in {"stream", "other"}:
            continue
        queue = queue_of(document, mapping, "event_source_arn", mapping.value("event_source_arn"))
        target = function_of(document, mapping, "function_name", mapping.value("function_name"))
        if isinstance(queue, Hole) or isinstance(target, Hole):
            yield unseen(mapping, "which queue feeds which function")
        elif queue and target:  # else one half is another state's, and this plan can't change it
            yield from _compared(queue, target.function)


def _compared(queue: Resource, function: Resource) -> Iterator[Breach]:
    visibility = queue.value("visibility_timeout_seconds")
    timeout = function.value("timeout")
    if visibility is UNKNOWN or timeout is UNKNOWN:
        yield unseen(queue, "the visibility timeout or its consumer's timeout")
        return
    timeout = timeout or DEFAULT_TIMEOUT_SECONDS
    needed = VISIBILITY_FACTOR * timeout
    if (visibility or 0) < needed:
        yield Breach(
            queue.address,
            f"visibility timeout is {visibility} s, its consumer {function.address} may run {timeout} s",
            f"set `visibility_timeout_seconds` to {needed} or more (module queue: `consumer_timeout = {timeout}`)",
        )


def _partial_batches(document: Document) -> Iterator[Breach]:
    for mapping in document.of(MAPPING):
        kind = kind_of(document, mapping)
        if kind == "other":
            continue
        answers = mapping.value("function_response_types")
        if kind is UNKNOWN or answers is UNKNOWN:
            yield unseen(mapping, "its event source or its response types")
        elif "ReportBatchItemFailures" not in (answers or ()):
            yield Breach(
                mapping.address,
                "one bad record brings its whole batch back",
                'set `function_response_types = ["ReportBatchItemFailures"]` and return the failed items',
            )


def _retention(document: Document) -> Iterator[Breach]:
    for queue, policy in _redrive_policies(document):
        if policy is UNKNOWN:
            yield unseen(queue, "its redrive policy")
        elif isinstance(policy, dict):
            dead_letters = queue_of(document, queue, "redrive_policy", policy.get("deadLetterTargetArn"))
            if isinstance(dead_letters, Hole):
                yield unseen(queue, "its dead-letter queue")
            elif dead_letters:
                yield from _longer(dead_letters, queue)


def _longer(dead_letters: Resource, source: Resource) -> Iterator[Breach]:
    kept, at_source = (q.value("message_retention_seconds") for q in (dead_letters, source))
    if kept is UNKNOWN or at_source is UNKNOWN:
        yield unseen(dead_letters, "its retention or its source's")
        return
    kept, at_source = kept or DEFAULT_RETENTION_SECONDS, at_source or DEFAULT_RETENTION_SECONDS
    if kept <= at_source:
        yield Breach(
            dead_letters.address,
            f"keeps messages {kept} s, its source {source.address} {at_source} s",
            "set a longer `message_retention_seconds` (1,209,600 at most), or a shorter one on the source",
        )


def _redrive(document: Document) -> Iterator[Breach]:
    last_stops, hidden = _last_stops(document)
    policies = {queue.address: policy for queue, policy in _redrive_policies(document)}
    for queue in document.of(QUEUE):
        policy = policies.get(queue.address)
        if policy is UNKNOWN:
            yield unseen(queue, "its redrive policy")
        elif policy is not None or queue.address in last_stops:
            continue
        elif hidden:
            yield unseen(queue, "whether it is itself where failed things end")
        else:
            yield Breach(
                queue.address,
                "a message that always fails is received for ever, then lost",
                "give it a `redrive_policy` with a dead-letter queue",
            )


def _redrive_policies(document: Document) -> Iterator[tuple[Resource, object]]:
    """Yield each queue with its redrive policy, whether inline or a resource of its own."""
    apart = list(document.of("aws_sqs_queue_redrive_policy"))
    for queue in document.of(QUEUE):
        policy = parsed(queue.optional("redrive_policy"))
        for resource in apart:
            url = resource.value("queue_url")
            owner = document.referred(resource, "queue_url", QUEUE) if url is UNKNOWN else None
            if owner is queue or (isinstance(url, str) and url in {queue.value("url"), queue.value("id")}):
                policy = parsed(resource.value("redrive_policy"))
        yield queue, policy


def _last_stops(document: Document) -> tuple[set[str], bool]:
    """Return the queues where failed things end, which need no dead-letter queue; and whether some are hidden."""
    found: set[str] = set()
    hidden = False
    for resource, argument, arn in _named_as_last_stop(document):
        queue = queue_of(document, resource, argument, arn)
        hidden = hidden or isinstance(queue, Hole)
        if isinstance(queue, Resource):
            found.add(queue.address)
    # What another state sends its dead letters to says so by whom it lets redrive into it.
    for queue in document.of(QUEUE):
        allowed = parsed(queue.optional("redrive_allow_policy"))
        if isinstance(allowed, dict) and allowed.get("redrivePermission") != "denyAll":
            found.add(queue.address)
    return found, hidden


def _named_as_last_stop(document: Document) -> Iterator[tuple[Resource, str, object]]:
    for queue, policy in _redrive_policies(document):
        if isinstance(policy, dict):
            yield queue, "redrive_policy", policy.get("deadLetterTargetArn")
    for subscription in document.of("aws_sns_topic_subscription"):
        policy = parsed(subscription.value("redrive_policy"))
        if isinstance(policy, dict):
            yield subscription, "redrive_policy", policy.get("deadLetterTargetArn")
    for resource in document.of("aws_lambda_function"):
        yield resource, "dead_letter_config", resource.value("dead_letter_config", 0, "target_arn")
    for resource in document.of("aws_cloudwatch_event_target"):
        yield resource, "dead_letter_config", resource.value("dead_letter_config", 0, "arn")
    for resource in document.of("aws_scheduler_schedule"):
        yield resource, "target", resource.value("target", 0, "dead_letter_config", 0, "arn")
    for resource in document.of(MAPPING, "aws_lambda_function_event_invoke_config"):
        path = ("destination_config", 0, "on_failure", 0)
        destination = resource.value(*path, "destination_arn") or resource.value(*path, "destination")
        yield resource, "destination_config", destination


RULES = (
    Rule(
        id="visibility-timeout",
        says="A queue's visibility timeout is at least six times its consumer's timeout",
        reason="Lambda retries throttled batches; with less, a message is delivered again while it is worked on",
        source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
        check=_visibility,
    ),
    Rule(
        id="partial-batch-responses",
        says="Mappings of queues and streams report failures item by item",
        reason="Otherwise one bad record makes all the good ones of its batch run again",
        source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
        check=_partial_batches,
    ),
    Rule(
        id="dead-letter-retention",
        says="A dead-letter queue keeps messages longer than its source",
        reason="A message moved to a dead-letter queue keeps its first time stamp: it can expire before anyone looks",
        source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
        check=_retention,
    ),
    Rule(
        id="failure-path-queue",
        says="Every queue that is not itself a last stop has a dead-letter queue",
        reason="A poison message blocks a FIFO group and costs invocations until it expires unseen",
        source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
        check=_redrive,
    ),
)
