"""Rules on where an event goes that could not be handled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard.plans.document import UNKNOWN, Document, Hole, Resource, parsed
from eventyard.plans.links import MAPPING, Target, asynchronous_calls, function_of, kind_of
from eventyard.plans.policy.rule import Breach, Rule, unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

_INVOKE_CONFIG = "aws_lambda_function_event_invoke_config"
_ON_FAILURE = ("destination_config", 0, "on_failure", 0)


def _functions(document: Document) -> Iterator[Breach]:
    judged: set[tuple[str, str | None]] = set()
    for call in asynchronous_calls(document):
        if isinstance(call.target, Hole):
            yield unseen(call.by, "which function it invokes")
            continue
        key = (call.target.function.address, call.target.qualifier)
        if key not in judged:
            judged.add(key)
            yield from _function(document, call.target, call.service)


def _function(document: Document, target: Target, service: str) -> Iterator[Breach]:
    function = target.function
    seen = [function.value("dead_letter_config", 0, "target_arn")]
    for config in document.of(_INVOKE_CONFIG):
        owner = function_of(document, config, "function_name", config.value("function_name"))
        if isinstance(owner, Hole):
            seen.append(UNKNOWN)
        elif owner and owner.function is function and _same_qualifier(config, owner, target):
            seen.append(config.value(*_ON_FAILURE, "destination"))
    if any(isinstance(value, str) and value for value in seen):
        return
    if UNKNOWN in seen:
        yield unseen(function, "where its failed invocations go")
        return
    called = f"{function.value('function_name')}:{target.qualifier}" if target.qualifier else "it"
    yield Breach(
        function.address,
        f"{service} invokes {called} asynchronously, and an event that fails every attempt is dropped",
        "set an on-failure destination for that alias, or the function's `dead_letter_config`",
    )


def _same_qualifier(config: Resource, owner: Target, target: Target) -> bool:
    qualifier = config.optional("qualifier") or owner.qualifier
    return qualifier is UNKNOWN or (qualifier or "$LATEST") == (target.qualifier or "$LATEST")


def _rule_targets(document: Document) -> Iterator[Breach]:
    for target in document.of("aws_cloudwatch_event_target"):
        yield from _present(
            target,
            target.value("dead_letter_config", 0, "arn"),
            "an event its target refuses is dropped after the last attempt",
            "set the target's `dead_letter_config`",
        )


def _schedules(document: Document) -> Iterator[Breach]:
    for schedule in document.of("aws_scheduler_schedule"):
        yield from _present(
            schedule,
            schedule.value("target", 0, "dead_letter_config", 0, "arn"),
            "a run its target refuses is dropped after the last attempt",
            "set `dead_letter_config` in the schedule's target",
        )


def _subscriptions(document: Document) -> Iterator[Breach]:
    for subscription in document.of("aws_sns_topic_subscription"):
        policy = parsed(subscription.value("redrive_policy"))
        arn = policy.get("deadLetterTargetArn") if isinstance(policy, dict) else policy
        yield from _present(
            subscription,
            arn,
            "a message its subscriber can't take is dropped after the last attempt",
            "set the subscription's `redrive_policy`",
        )


def _streams(document: Document) -> Iterator[Breach]:
    for mapping in document.of(MAPPING):
        kind = kind_of(document, mapping)
        if kind is UNKNOWN:
            yield unseen(mapping, "its event source")
        elif kind == "stream":
            yield from _present(
                mapping,
                mapping.value(*_ON_FAILURE, "destination_arn"),
                "records that fail every attempt are skipped without a trace",
                "set `destination_config` with `on_failure`",
            )
            yield from _ends(mapping)


def _ends(mapping: Resource) -> Iterator[Breach]:
    """Yield when a poison record would block its shard until the stream forgets it."""
    attempts, age = (mapping.optional(name) for name in ("maximum_retry_attempts", "maximum_record_age_in_seconds"))
    if UNKNOWN in (attempts, age):
        yield unseen(mapping, "how often it retries")
    elif attempts in (None, -1) and age in (None, -1):
        yield Breach(
            mapping.address,
            "a poison record is retried until it leaves the stream, and blocks its shard",
            "set `maximum_retry_attempts` or `maximum_record_age_in_seconds`",
        )


def _present(resource: Resource, arn: object, message: str, fix: str) -> Iterator[Breach]:
    if arn is UNKNOWN:
        yield unseen(resource, "its dead-letter queue or failure destination")
    elif not arn:
        yield Breach(resource.address, message, fix)


RULES = (
    Rule(
        id="failure-path-function",
        says="A function invoked asynchronously has a failure destination or a dead-letter queue, on the alias called",
        reason="Lambda drops an event after two more attempts or six hours; a setting on another alias does not count",
        source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
        check=_functions,
    ),
    Rule(
        id="failure-path-rule-target",
        says="Every target of an EventBridge rule has a dead-letter queue",
        reason="EventBridge drops an event it could not deliver, at once when permission is missing",
        source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
        check=_rule_targets,
    ),
    Rule(
        id="failure-path-schedule",
        says="Every schedule's target has a dead-letter queue",
        reason="A nightly job that could not be started is otherwise found out in the morning",
        source="https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html",
        check=_schedules,
    ),
    Rule(
        id="failure-path-stream",
        says="A stream's mapping has a failure destination and an end to its retries",
        reason="By default a poison record is retried until it expires, and blocks its shard meanwhile",
        source="https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html",
        check=_streams,
    ),
    Rule(
        id="failure-path-subscription",
        says="Every subscription of a topic has a dead-letter queue",
        reason="SNS discards a message when its subscriber is gone or refuses it",
        source="https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
        check=_subscriptions,
    ),
)
