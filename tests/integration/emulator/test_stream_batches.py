"""What becomes of a stream's batch that fails: it is tried again, split, put aside, and the shard goes on."""

from __future__ import annotations

import json

import pytest

from eventyard.testing.waiting import eventually, never

# Says what it gets; `poison` makes it fail, or is reported where the mapping takes reports.
TAKES = """
import base64, json, time

def text(record):
    if "kinesis" in record:
        return base64.b64decode(record["kinesis"]["data"]).decode()
    return record["dynamodb"]["Keys"]["id"]["S"]

def handler(event, context):
    texts = [text(record) for record in event["Records"]]
    print("BATCH", json.dumps(texts), flush=True)
    poison = [record for record in event["Records"] if text(record) == "poison"]
    if poison and REPORTS:
        return {"batchItemFailures": [{"itemIdentifier": poison[0]["kinesis"]["sequenceNumber"]}]}
    if poison:
        raise ValueError("poison")
    if texts[0] == "slow":
        time.sleep(8)
        print("BATCH", '["slept"]', flush=True)
"""


def stream(bench, *texts):
    """Make a stream of one shard that holds `texts`; return how to put more, and its ARN."""
    name, kinesis = bench.unique("stream"), bench.client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]

    def put(*more):
        kinesis.put_records(StreamName=name, Records=[{"Data": one.encode(), "PartitionKey": "k"} for one in more])

    if texts:
        put(*texts)
    return put, arn


def table(bench, *ids):
    """Make a table whose stream holds items with these ids."""
    name, dynamodb = bench.unique("table"), bench.client("dynamodb")
    made = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )

    def put(*more):
        for one in more:
            dynamodb.put_item(TableName=name, Item={"id": {"S": one}})

    put(*ids)
    return put, made["TableDescription"]["LatestStreamArn"]


def mapping(bench, arn, *, reports=False, destination=None, **settings):
    """Have a new function read a stream from its beginning, and return its name."""
    name = bench.function(TAKES.replace("REPORTS", str(reports)))
    if destination:
        settings["DestinationConfig"] = {"OnFailure": {"Destination": destination}}
    bench.client("lambda").create_event_source_mapping(
        FunctionName=bench.alias_arn(name), EventSourceArn=arn, StartingPosition="TRIM_HORIZON", **settings
    )
    return name


def batches(bench, name):
    """Return what the function was called with, in order."""
    try:
        lines = bench.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    except bench.client("logs").exceptions.ResourceNotFoundException:
        return []
    return [json.loads(line["message"].partition("BATCH ")[2]) for line in lines if "BATCH " in line["message"]]


def got(bench, name, count):
    return eventually(lambda: (found := batches(bench, name))[count - 1 :] and found, timeout=20)


def arn_of(bench, url):
    return bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def record(bench, url):
    (body,) = eventually(lambda: bench.receive(url, wait=1), timeout=20)
    return json.loads(body)


def test_a_failing_batch_is_retried_put_aside_and_passed(bench):
    dead = bench.queue()
    _, arn = stream(bench, "poison", "fine")
    name = mapping(bench, arn, BatchSize=1, MaximumRetryAttempts=1, destination=arn_of(bench, dead))
    found = record(bench, dead)
    assert got(bench, name, 3) == [["poison"], ["poison"], ["fine"]]
    assert found["version"] == "1.0"
    context, info = found["requestContext"], found["KinesisBatchInfo"]
    assert context["functionArn"] == bench.alias_arn(name)
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetryAttemptsExhausted", 2)
    assert found["responseContext"] == {"statusCode": 200, "executedVersion": "1", "functionError": "Unhandled"}
    assert (info["streamArn"], info["shardId"], info["batchSize"]) == (arn, "shardId-000000000000", 1)
    assert info["startSequenceNumber"] == info["endSequenceNumber"]
    assert info["approximateArrivalOfFirstRecord"] == info["approximateArrivalOfLastRecord"]
    assert "payload" not in found


def test_a_split_batch_leaves_nothing_but_the_bad_record_aside(bench):
    dead = bench.queue()
    _, arn = stream(bench, "a", "b", "poison", "d")
    name = mapping(bench, arn, MaximumRetryAttempts=0, BisectBatchOnFunctionError=True, destination=arn_of(bench, dead))
    found = record(bench, dead)
    assert got(bench, name, 5) == [["a", "b", "poison", "d"], ["a", "b"], ["poison", "d"], ["poison"], ["d"]]
    assert found["KinesisBatchInfo"]["batchSize"] == 1


def test_a_reported_record_is_where_a_batch_goes_on(bench):
    dead = bench.queue()
    put, arn = stream(bench, "a", "poison", "c")
    name = mapping(
        bench,
        arn,
        reports=True,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=1,
        destination=arn_of(bench, dead),
    )
    found = record(bench, dead)
    put("later")
    assert got(bench, name, 3) == [["a", "poison", "c"], ["poison", "c"], ["later"]]
    assert found["KinesisBatchInfo"]["batchSize"] == 2
    assert "functionError" not in found["responseContext"]


def test_what_is_too_old_is_put_aside_without_another_call(bench):
    dead = bench.queue()
    put, arn = stream(bench)
    name = mapping(bench, arn, MaximumRecordAgeInSeconds=5, destination=arn_of(bench, dead))
    put("poison")
    found = record(bench, dead)
    put("young")
    eventually(lambda: batches(bench, name)[-1] == ["young"], timeout=20)
    assert found["requestContext"]["condition"] == "RecordAgeExceeded"
    assert found["requestContext"]["approximateInvokeCount"] == len(batches(bench, name)) - 1 > 1


def test_a_tables_stream_puts_aside_too(bench):
    dead = bench.queue()
    put, arn = table(bench, "poison")
    name = mapping(bench, arn, MaximumRetryAttempts=1, destination=arn_of(bench, dead))
    found = record(bench, dead)
    put("fine")
    assert got(bench, name, 3) == [["poison"], ["poison"], ["fine"]]
    assert found["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert (found["DDBStreamBatchInfo"]["streamArn"], found["DDBStreamBatchInfo"]["batchSize"]) == (arn, 1)


def test_a_bucket_gets_the_records_too(bench):
    bucket, s3 = bench.unique("bucket"), bench.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": bench.region})
    _, arn = stream(bench, "poison")
    mapping(bench, arn, MaximumRetryAttempts=0, destination=f"arn:aws:s3:::{bucket}")
    (found,) = eventually(lambda: s3.list_objects_v2(Bucket=bucket).get("Contents"), timeout=20)
    assert found["Key"].startswith("aws/lambda/")
    body = json.loads(s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read())
    assert body["payload"]["Records"][0]["kinesis"]["sequenceNumber"] == body["KinesisBatchInfo"]["endSequenceNumber"]


def test_a_topic_can_be_told(bench):
    queue, topic = bench.queue(), bench.client("sns").create_topic(Name=bench.unique("topic"))["TopicArn"]
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    bench.client("sqs").set_queue_attributes(
        QueueUrl=queue, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [allowed]})}
    )
    bench.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of(bench, queue))
    _, arn = stream(bench, "poison")
    mapping(bench, arn, MaximumRetryAttempts=0, destination=topic)
    assert json.loads(record(bench, queue)["Message"])["KinesisBatchInfo"]["streamArn"] == arn


def test_a_slow_batch_holds_up_no_other_mapping(bench):
    _, busy = stream(bench, "slow")
    slow = mapping(bench, busy)
    _, idle = stream(bench, "quick")
    quick = mapping(bench, idle)
    assert got(bench, quick, 1) == [["quick"]]
    assert ["slept"] not in batches(bench, slow)


def test_a_batch_is_gathered_for_as_long_as_its_window_says(bench):
    put, arn = stream(bench, "a")
    name = mapping(bench, arn, MaximumBatchingWindowInSeconds=3)
    never(lambda: batches(bench, name), for_seconds=1)
    put("b")
    assert got(bench, name, 1) == [["a", "b"]]


@pytest.mark.parametrize("source", [stream, table])
def test_upstream_still_tries_a_failing_batch_for_ever(plain, source):
    dead = plain.queue()
    _, arn = source(plain, "poison", "fine")
    name = mapping(plain, arn, BatchSize=1, MaximumRetryAttempts=0, destination=arn_of(plain, dead))
    assert got(plain, name, 3) == [["poison"]] * 3
    never(lambda: plain.receive(dead, wait=0), for_seconds=0.5)
