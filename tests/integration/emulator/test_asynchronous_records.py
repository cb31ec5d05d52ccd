"""What is left of a call nobody waits for: a record at its destination, its event in the dead letters."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.config import Config

from eventyard.testing.waiting import eventually, never

WORKS = """
import time

def handler(event, context):
    if event.get("n") == 0:
        raise ValueError("not today")
    time.sleep(event.get("seconds", 0))
    return {"double": 2 * event["n"]}
"""
KEEPS = """
import json

def handler(event, context):
    print("KEPT", json.dumps(event), flush=True)
"""


def arn_of(bench, url):
    return bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def open_queue(bench):
    """Make a queue that topics may send to."""
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    return bench.queue(Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))


def body(bench, url):
    (found,) = eventually(lambda: bench.receive(url, wait=1), timeout=20)
    return json.loads(found)


def by_queue(bench):
    url = bench.queue()
    return arn_of(bench, url), lambda: body(bench, url)


def by_topic(bench):
    url, sns = open_queue(bench), bench.client("sns")
    topic = sns.create_topic(Name=bench.unique("topic"))["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of(bench, url))
    return topic, lambda: json.loads(body(bench, url)["Message"])


def by_function(bench):
    name, logs = bench.function(KEEPS), bench.client("logs")

    def kept():
        try:
            lines = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return None
        return next((line["message"].partition("KEPT ")[2] for line in lines if "KEPT " in line["message"]), None)

    return bench.alias_arn(name), lambda: json.loads(eventually(kept, timeout=20))


def by_bus(bench):
    url, events, name = open_queue(bench), bench.client("events"), bench.unique("bus")
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    events.put_rule(Name=name, EventBusName=name, EventPattern=json.dumps({"source": ["lambda"]}))
    events.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "1", "Arn": arn_of(bench, url)}])

    def detail():
        event = body(bench, url)
        condition = event["detail"]["requestContext"]["condition"]
        outcome = "Success" if condition == "Success" else "Failure"
        assert event["detail-type"] == f"Lambda Function Invocation Result - {outcome}"
        assert event["resources"] == [bus, event["detail"]["requestContext"]["functionArn"]]
        return event["detail"]

    return bus, detail


def call(bench, name, qualifier="live", **event):
    bench.client("lambda").invoke(
        FunctionName=name, Qualifier=qualifier, InvocationType="Event", Payload=json.dumps(event)
    )


def function(bench, destination, outcome, client=None, **settings):
    """Make a function whose alias has a destination for an outcome."""
    name = bench.function(WORKS)
    (client or bench.client("lambda")).put_function_event_invoke_config(
        FunctionName=name,
        Qualifier="live",
        MaximumRetryAttempts=1,
        DestinationConfig={outcome: {"Destination": destination}},
        **settings,
    )
    return name


@pytest.mark.parametrize("destination", [by_queue, by_topic, by_function, by_bus])
def test_a_success_leaves_its_record_at_the_destination(bench, destination):
    arn, record = destination(bench)
    name = function(bench, arn, "OnSuccess")
    call(bench, name, n=3)
    found = record()
    assert found.pop("timestamp").endswith("Z")
    assert found["requestContext"].pop("requestId")
    assert found == {
        "version": "1.0",
        "requestContext": {
            "functionArn": bench.alias_arn(name),
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"n": 3},
        "responseContext": {"statusCode": 200, "executedVersion": "1"},
        "responsePayload": {"double": 6},
    }


@pytest.mark.parametrize("destination", [by_queue, by_bus])
def test_a_failure_leaves_its_record_at_the_destination(bench, destination):
    arn, record = destination(bench)
    name = function(bench, arn, "OnFailure")
    call(bench, name, n=0)
    found = record()
    context = found["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 2)
    assert found["responseContext"]["functionError"] == "Unhandled"
    assert (found["responsePayload"]["errorMessage"], found["requestPayload"]) == ("not today", {"n": 0})


def test_a_failure_leaves_its_record_in_a_bucket(bench):
    bucket, s3 = bench.unique("bucket"), bench.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": bench.region})
    name = function(bench, f"arn:aws:s3:::{bucket}", "OnFailure")
    call(bench, name, n=0)
    (found,) = eventually(lambda: s3.list_objects_v2(Bucket=bucket).get("Contents"), timeout=20)
    assert found["Key"].startswith(f"aws/lambda/async/{name}/")
    assert json.loads(s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read())["requestPayload"] == {"n": 0}


def letter(bench, url):
    sqs = bench.client("sqs")
    (found,) = eventually(
        lambda: sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=1).get("Messages"),
        timeout=20,
    )
    return json.loads(found["Body"]), found.get("MessageAttributes", {})


def test_dead_letters_are_the_event_and_three_attributes(bench):
    url = bench.queue()
    name = bench.function(WORKS, DeadLetterConfig={"TargetArn": arn_of(bench, url)})
    call(bench, name, qualifier="$LATEST", n=0)
    event, said = letter(bench, url)
    assert event == {"n": 0}
    assert set(said) == {"RequestID", "ErrorCode", "ErrorMessage"}
    assert (said["ErrorCode"]["DataType"], said["ErrorCode"]["StringValue"]) == ("Number", "200")
    assert said["ErrorMessage"]["StringValue"] == "not today"


def test_a_function_that_may_never_run_gives_its_events_up_at_once(bench):
    url = bench.queue()
    name = bench.function(WORKS, DeadLetterConfig={"TargetArn": arn_of(bench, url)})
    bench.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    call(bench, name, qualifier="$LATEST", n=4)
    event, said = letter(bench, url)
    assert (event, said["ErrorCode"]["StringValue"]) == ({"n": 4}, "429")


def busy(bench, outcome, age, seconds):
    """Make a function that does one call at a time, and is at one for a while."""
    arn, record = by_queue(bench)
    # AWS takes no age below a minute; the emulator does.
    client = boto3.session.Session("test", "test").client(
        "lambda",
        region_name=bench.region,
        endpoint_url=bench.emulator.endpoint,
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )
    name = function(bench, arn, outcome, client, MaximumEventAgeInSeconds=age)
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    call(bench, name, qualifier="1", n=1, seconds=seconds)

    def throttled():
        try:
            client.invoke(FunctionName=name, Payload=json.dumps({"n": 1}))
        except client.exceptions.TooManyRequestsException:
            return True

    eventually(throttled)
    return name, record


def test_a_throttled_event_waits_its_turn(bench):
    name, record = busy(bench, "OnSuccess", 60, seconds=3)
    call(bench, name, n=5)
    assert record()["requestPayload"] == {"n": 5}


def test_an_event_that_waits_too_long_is_given_up(bench):
    name, record = busy(bench, "OnFailure", 1, seconds=8)
    call(bench, name, n=6)
    found = record()
    assert (found["requestContext"]["condition"], found["requestPayload"]) == ("EventAgeExceeded", {"n": 6})
    assert found["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in found


def test_upstream_still_has_no_record_of_a_success(plain):
    url = plain.queue()
    name = plain.function(WORKS)
    plain.client("lambda").put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": arn_of(plain, url)}}
    )
    call(plain, name, qualifier="$LATEST", n=7)
    never(lambda: plain.receive(url, wait=0), for_seconds=2)


def test_upstream_still_sends_dead_letters_a_record(plain):
    url = plain.queue()
    name = plain.function(WORKS, DeadLetterConfig={"TargetArn": arn_of(plain, url)})
    call(plain, name, qualifier="$LATEST", n=0)
    event, said = letter(plain, url)
    assert (event["requestPayload"], said) == ({"n": 0}, {})
