"""How a queue's messages reach a function: gathered, and not lost while it is busy."""

from __future__ import annotations

import json

import boto3
from botocore.config import Config

from eventyard.testing.waiting import eventually, never

TAKES = """
import json, time

def handler(event, context):
    if "Records" not in event:
        time.sleep(event["seconds"])
        return
    texts = sorted(record["body"] for record in event["Records"])
    counts = [record["attributes"]["ApproximateReceiveCount"] for record in event["Records"]]
    print("BATCH", json.dumps([texts, counts]), flush=True)
"""


def arn_of(bench, url):
    return bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def mapping(bench, url, name, **settings):
    bench.client("lambda").create_event_source_mapping(
        FunctionName=bench.alias_arn(name), EventSourceArn=arn_of(bench, url), **settings
    )


def send(bench, url, *bodies):
    for body in bodies:
        bench.client("sqs").send_message(QueueUrl=url, MessageBody=body)


def batches(bench, name):
    """Return what the function was called with, in order, and how often each message was received."""
    try:
        lines = bench.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    except bench.client("logs").exceptions.ResourceNotFoundException:
        return []
    return [json.loads(line["message"].partition("BATCH ")[2]) for line in lines if "BATCH " in line["message"]]


def got(bench, name):
    return [texts for texts, _ in eventually(lambda: batches(bench, name), timeout=20)]


def test_messages_are_gathered_for_as_long_as_the_window_says(bench):
    url, name = bench.queue(), bench.function(TAKES)
    mapping(bench, url, name, BatchSize=10, MaximumBatchingWindowInSeconds=3)
    send(bench, url, "a")
    never(lambda: batches(bench, name), for_seconds=1)
    send(bench, url, "b")
    assert got(bench, name) == [["a", "b"]]


def test_a_full_batch_of_more_than_ten_waits_for_nothing(bench):
    url, name = bench.queue(), bench.function(TAKES)
    bodies = [f"{number:02}" for number in range(25)]
    send(bench, url, *bodies)
    mapping(bench, url, name, BatchSize=25, MaximumBatchingWindowInSeconds=300)
    assert got(bench, name) == [bodies]


def impatient(bench):
    """Return a client that is told when it is throttled."""
    return boto3.session.Session("test", "test").client(
        "lambda",
        region_name=bench.region,
        endpoint_url=bench.emulator.endpoint,
        config=Config(retries={"total_max_attempts": 1}),
    )


def busy(bench, seconds):
    """Make a function that does one call at a time, and is at one by its alias."""
    name, client = bench.function(TAKES), impatient(bench)
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    client.invoke(FunctionName=name, Qualifier="live", InvocationType="Event", Payload=json.dumps({"seconds": seconds}))
    return name


def throttled(bench, name):
    client = impatient(bench)
    try:
        client.invoke(FunctionName=name, Qualifier="live", Payload=json.dumps({"seconds": 0}))
    except client.exceptions.TooManyRequestsException as refusal:
        return refusal.response["Reason"]
    return None


def test_reserved_concurrency_holds_for_an_alias(bench):
    name = busy(bench, 3)
    assert eventually(lambda: throttled(bench, name)) == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_a_throttled_batch_waits_its_turn_and_is_no_dead_letter(bench):
    dead = bench.queue()
    redrive = json.dumps({"deadLetterTargetArn": arn_of(bench, dead), "maxReceiveCount": 1})
    url = bench.queue(VisibilityTimeout="20", RedrivePolicy=redrive)
    name = busy(bench, 4)
    eventually(lambda: throttled(bench, name))
    send(bench, url, "patient")
    mapping(bench, url, name)
    assert eventually(lambda: batches(bench, name), timeout=15) == [[["patient"], ["1"]]]
    assert bench.receive(dead, wait=0) == []


def test_a_throttled_batch_is_in_the_queue_again_once_it_can_be_seen(bench):
    url = bench.queue(VisibilityTimeout="2")
    name = busy(bench, 8)
    eventually(lambda: throttled(bench, name))
    send(bench, url, "twice")
    mapping(bench, url, name)
    ((texts, (count,)),) = eventually(lambda: batches(bench, name), timeout=20)
    assert texts == ["twice"]
    assert int(count) > 1


def test_upstream_still_waits_for_no_second_message(plain):
    url, name = plain.queue(), plain.function(TAKES)
    mapping(plain, url, name, BatchSize=10, MaximumBatchingWindowInSeconds=20)
    send(plain, url, "a")
    assert eventually(lambda: batches(plain, name), timeout=10) == [[["a"], ["1"]]]


def test_upstream_still_never_throttles_an_alias(plain):
    name = busy(plain, 3)
    never(lambda: throttled(plain, name), for_seconds=1)


def test_upstream_still_gives_a_throttled_batch_up(plain):
    dead = plain.queue()
    redrive = json.dumps({"deadLetterTargetArn": arn_of(plain, dead), "maxReceiveCount": 1})
    url, name = plain.queue(VisibilityTimeout="1", RedrivePolicy=redrive), plain.function(TAKES)
    client = impatient(plain)
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps({"seconds": 8}))
    client.create_event_source_mapping(FunctionName=name, EventSourceArn=arn_of(plain, url))
    send(plain, url, "lost")
    assert eventually(lambda: plain.receive(dead, wait=1), timeout=7) == ["lost"]
