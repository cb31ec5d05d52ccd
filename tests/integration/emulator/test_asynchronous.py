"""What becomes of calls nobody waits for."""

from __future__ import annotations

import json

import pytest

from eventyard.testing.waiting import eventually, never

FAILS = """
def handler(event, context):
    raise RuntimeError("not today")
"""


def failing_alias(bench):
    """A function whose alias, and nothing else, has a failure queue."""
    queue = bench.queue()
    queue_arn = f"arn:aws:sqs:{bench.region}:{bench.account}:{queue.rpartition('/')[2]}"
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue_arn}
    name = bench.function(FAILS, send)
    bench.client("lambda").put_function_event_invoke_config(
        FunctionName=name,
        Qualifier="live",
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": queue_arn}},
    )
    return name, queue


def call_by_alias(bench, name):
    bench.client("lambda").invoke(
        FunctionName=name, Qualifier="live", InvocationType="Event", Payload=json.dumps({"n": 1})
    )


def call_by_rule(bench, name):
    rule, source = f"rule-{name}", f"test.{name}"
    events = bench.client("events")
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": [source]}))
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": bench.alias_arn(name)}])
    events.put_events(Entries=[{"Source": source, "DetailType": "t", "Detail": "{}"}])


def call_by_topic(bench, name):
    sns = bench.client("sns")
    topic = sns.create_topic(Name=f"topic-{name}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=bench.alias_arn(name))
    sns.publish(TopicArn=topic, Message="hello")


@pytest.mark.parametrize("call", [call_by_alias, call_by_rule, call_by_topic])
def test_a_call_that_keeps_failing_ends_at_the_aliass_destination(bench, call):
    name, queue = failing_alias(bench)
    call(bench, name)
    (body,) = eventually(lambda: bench.receive(queue), timeout=20)
    assert json.loads(body)["requestContext"]["condition"] == "RetriesExhausted"
    calls = bench.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern="START")
    assert len([event for event in calls["events"] if event["message"].startswith("START")]) == 2


@pytest.mark.parametrize("call", [call_by_alias, call_by_rule])
def test_upstream_still_ignores_the_aliass_destination(plain, call):
    name, queue = failing_alias(plain)
    call(plain, name)
    never(lambda: plain.receive(queue, wait=0), for_seconds=2)
