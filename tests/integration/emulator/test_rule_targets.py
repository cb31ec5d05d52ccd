"""Where a rule's and a schedule's events go: streams, delivery streams, log groups, and dead letters."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from eventyard.testing.waiting import eventually, never


def arn(bench, service, resource):
    return f"arn:aws:{service}:{bench.region}:{bench.account}:{resource}"


def rule(bench, target):
    """Make a rule with one target, and return how to put an event it matches."""
    events, name = bench.client("events"), bench.unique("rule")
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "one", **target}])

    def put(**detail):
        events.put_events(Entries=[{"Source": name, "DetailType": "it", "Detail": json.dumps(detail)}])

    return put


def records(bench, stream):
    kinesis = bench.client("kinesis")
    shard = kinesis.get_shard_iterator(
        StreamName=stream, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )
    found = kinesis.get_records(ShardIterator=shard["ShardIterator"])["Records"]
    return [(one["PartitionKey"], json.loads(one["Data"])) for one in found]


@pytest.fixture
def stream(bench):
    name = bench.unique("stream")
    bench.client("kinesis").create_stream(StreamName=name, ShardCount=1)
    return name


def test_stream_gets_the_event_under_its_key(bench, stream):
    target = {"Arn": arn(bench, "kinesis", f"stream/{stream}"), "RoleArn": bench.role(service="events.amazonaws.com")}
    put = rule(bench, {**target, "KinesisParameters": {"PartitionKeyPath": "$.detail.user"}})
    put(user="ann", n=1)
    ((key, event),) = eventually(lambda: records(bench, stream), timeout=5)
    assert (key, event["detail"]) == ("ann", {"user": "ann", "n": 1})


def test_stream_gets_what_the_target_makes_of_the_event(bench, stream):
    transformer = {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"number": <n>}'}
    put = rule(bench, {"Arn": arn(bench, "kinesis", f"stream/{stream}"), "InputTransformer": transformer})
    put(n=2)
    ((_, event),) = eventually(lambda: records(bench, stream), timeout=5)
    assert event == {"number": 2}


def test_delivery_stream_puts_the_event_into_its_bucket(bench):
    bucket, name = bench.unique("bucket"), bench.unique("delivery")
    bench.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": bench.region})
    bench.client("firehose").create_delivery_stream(
        DeliveryStreamName=name,
        ExtendedS3DestinationConfiguration={
            "BucketARN": f"arn:aws:s3:::{bucket}",
            "RoleARN": bench.role(service="firehose.amazonaws.com"),
        },
    )
    put = rule(bench, {"Arn": arn(bench, "firehose", f"deliverystream/{name}"), "InputPath": "$.detail"})
    put(n=3)
    s3 = bench.client("s3")
    (found,) = eventually(lambda: s3.list_objects_v2(Bucket=bucket).get("Contents"), timeout=5)
    assert json.loads(s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()) == {"n": 3}


def test_log_group_gets_the_event_as_a_line(bench):
    name = f"/aws/events/{bench.unique('log')}"
    bench.client("logs").create_log_group(logGroupName=name)
    rule(bench, {"Arn": arn(bench, "logs", f"log-group:{name}")})(n=4)
    (line,) = eventually(lambda: bench.client("logs").filter_log_events(logGroupName=name)["events"], timeout=5)
    assert json.loads(line["message"])["detail"] == {"n": 4}


def letters(bench, url):
    found = bench.client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=1)
    return [
        (json.loads(one["Body"]), {name: value["StringValue"] for name, value in one["MessageAttributes"].items()})
        for one in found.get("Messages", [])
    ]


def queue_arn(bench, url):
    return bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


@pytest.mark.parametrize(
    ("service", "resource"),
    [
        ("events", "event-bus/gone"),
        ("firehose", "deliverystream/gone"),
        ("kinesis", "stream/gone"),
        ("lambda", "function:gone:live"),
        ("logs", "log-group:/aws/events/gone"),
        ("sns", "gone"),
        ("sqs", "gone"),
        ("states", "stateMachine:gone"),
    ],
)
def test_what_finds_no_target_is_a_dead_letter_that_says_why(bench, service, resource):
    url = bench.queue()
    target = {"Arn": arn(bench, service, resource), "DeadLetterConfig": {"Arn": queue_arn(bench, url)}}
    rule(bench, {**target, "RoleArn": bench.role(service="events.amazonaws.com")})(n=5)
    ((event, why),) = eventually(lambda: letters(bench, url), timeout=5)
    assert event["detail"] == {"n": 5}
    assert (why["TARGET_ARN"], why["ERROR_CODE"], ":rule/" in why["RULE_ARN"]) == (target["Arn"], "NO_RESOURCE", True)


def test_what_finds_its_target_is_none(bench):
    url, dead = bench.queue(), bench.queue()
    rule(bench, {"Arn": queue_arn(bench, url), "DeadLetterConfig": {"Arn": queue_arn(bench, dead)}})(n=6)
    assert eventually(lambda: bench.receive(url, wait=1), timeout=5)
    never(lambda: bench.receive(dead, wait=0), for_seconds=0.5)


def test_a_schedules_call_that_finds_no_target_is_a_dead_letter(bench):
    plain_text = {"Bool": {"aws:SecureTransport": "false"}}
    refusal = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*", "Condition": plain_text}
    url = bench.queue(Policy=json.dumps({"Version": "2012-10-17", "Statement": [refusal]}))
    at = (datetime.now(UTC) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S")
    bench.client("scheduler").create_schedule(
        Name=bench.unique("schedule"),
        ScheduleExpression=f"at({at})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": arn(bench, "sqs", "gone"),
            "RoleArn": bench.role(service="scheduler.amazonaws.com"),
            "Input": '{"n": 7}',
            "DeadLetterConfig": {"Arn": queue_arn(bench, url)},
        },
    )
    ((event, why),) = eventually(lambda: letters(bench, url), timeout=10)
    assert (event, why["TARGET_ARN"]) == ({"n": 7}, arn(bench, "sqs", "gone"))
    assert (":schedule/" in why["SCHEDULE_ARN"], "RULE_ARN" in why) == (True, False)


def test_upstream_still_drops_what_goes_to_a_stream_or_finds_no_target(plain):
    name, url = plain.unique("stream"), plain.queue()
    plain.client("kinesis").create_stream(StreamName=name, ShardCount=1)
    rule(plain, {"Arn": arn(plain, "kinesis", f"stream/{name}")})(n=8)
    rule(plain, {"Arn": arn(plain, "sqs", "gone"), "DeadLetterConfig": {"Arn": queue_arn(plain, url)}})(n=9)
    never(lambda: records(plain, name) or letters(plain, url), for_seconds=1.5)
