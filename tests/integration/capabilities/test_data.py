"""What is kept: objects, items, records, and the streams that deliver them."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.integration.capabilities.probing import ANYTHING, box, bucket, delivery, objects, opened, refused, role

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from tests.integration.capabilities.probing import Shows
    from tests.integration.support.workbench import Workbench

# Tells each window's records, and gives the window its state back.
TELLS = """
import base64, json, os
import boto3
def handler(event, context):
    bodies = [base64.b64decode(record["kinesis"]["data"]).decode() for record in event["Records"]]
    if bodies:
        boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(bodies))
    return {"state": event.get("state", {})}
"""


def stream(bench: Workbench) -> tuple[str, str]:
    """Make a Kinesis stream of one shard; return its name and ARN."""
    kinesis, name = bench.client("kinesis"), bench.unique("stream")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    eventually(lambda: described(kinesis, name)["StreamStatus"] == "ACTIVE")
    return name, described(kinesis, name)["StreamARN"]


def described(kinesis: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    return found


def test_a_signed_address_opens_an_object(bench: Workbench, shows: Shows) -> None:
    s3, name = bench.client("s3"), bucket(bench)
    put, get = (
        s3.generate_presigned_url(action, Params={"Bucket": name, "Key": "one"})
        for action in ("put_object", "get_object")
    )
    with shows("s3_presigned"):
        sent = urllib.request.Request(put, data=b"hello", method="PUT")  # noqa: S310 - the emulator's own
        with urllib.request.urlopen(sent, timeout=10):  # noqa: S310 - the emulator's own
            pass
        with urllib.request.urlopen(get, timeout=10) as answer:  # noqa: S310 - the emulator's own
            assert answer.read() == b"hello"


def test_an_old_version_is_still_there(bench: Workbench, shows: Shows) -> None:
    s3, name = bench.client("s3"), bucket(bench)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    with shows("s3_versioning"):
        first = s3.put_object(Bucket=name, Key="one", Body=b"1")["VersionId"]
        s3.put_object(Bucket=name, Key="one", Body=b"2")
        s3.delete_object(Bucket=name, Key="one")
        assert s3.get_object(Bucket=name, Key="one", VersionId=first)["Body"].read() == b"1"
        assert refused(s3.get_object, Bucket=name, Key="one") == "NoSuchKey"


def test_a_bucket_is_a_website(bench: Workbench, shows: Shows) -> None:
    s3, name = bench.client("s3"), bucket(bench)
    pages = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}}
    s3.put_bucket_website(Bucket=name, WebsiteConfiguration=pages)
    s3.put_object(Bucket=name, Key="index.html", Body=b"<h1>hello")
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    s3.delete_public_access_block(Bucket=name)
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    port = bench.emulator.endpoint.rpartition(":")[2]
    hosts = {
        "ministack": f"{name}.s3-website.{bench.region}.localhost:{port}",
        "localstack": f"{name}.s3-website.localhost.localstack.cloud:{port}",
    }
    with shows("s3_static_website"), opened(bench, f"http://{hosts[bench.emulator.kind]}/") as answer:
        assert answer.read() == b"<h1>hello"


def test_an_item_is_written_once_and_found_by_an_index(bench: Workbench, shows: Shows) -> None:
    dynamodb, name = bench.client("dynamodb"), bench.unique("table")
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("id", "of")],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-of",
                "KeySchema": [{"AttributeName": "of", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    item = {"id": {"S": "1"}, "of": {"S": "ann"}}
    once = {"TableName": name, "Item": item, "ConditionExpression": "attribute_not_exists(id)"}
    with shows("dynamodb"):
        dynamodb.put_item(**once)
        assert refused(dynamodb.put_item, **once) == "ConditionalCheckFailedException"
        both = [{"Put": {**once, "Item": {**item, "id": {"S": "2"}}}}, {"Put": once}]
        assert refused(dynamodb.transact_write_items, TransactItems=both) == "TransactionCanceledException"
        asked = {"KeyConditionExpression": "#of = :of", "ExpressionAttributeNames": {"#of": "of"}}
        found = dynamodb.query(
            TableName=name, IndexName="by-of", ExpressionAttributeValues={":of": item["of"]}, **asked
        )
        assert found["Items"] == [item]


def test_records_come_out_of_a_stream_in_their_order(bench: Workbench, shows: Shows) -> None:
    kinesis, (name, _) = bench.client("kinesis"), stream(bench)
    with shows("kinesis_put_get"):
        for word in (b"one", b"two"):
            kinesis.put_record(StreamName=name, Data=word, PartitionKey="key")
        shard = kinesis.list_shards(StreamName=name)["Shards"][0]["ShardId"]
        start = {"StreamName": name, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
        records = kinesis.get_records(ShardIterator=kinesis.get_shard_iterator(**start)["ShardIterator"])["Records"]
        assert [record["Data"] for record in records] == [b"one", b"two"]


def test_a_function_reads_a_stream_from_a_time(bench: Workbench, shows: Shows) -> None:
    kinesis, (name, arn), into = bench.client("kinesis"), stream(bench), box(bench)
    function = bench.function(TELLS, ANYTHING, Environment={"Variables": {"QUEUE": into.url}})

    def put(word: bytes) -> None:
        kinesis.put_record(StreamName=name, Data=word, PartitionKey="key")

    put(b"before")
    bench.client("lambda").create_event_source_mapping(
        FunctionName=bench.alias_arn(function),
        EventSourceArn=arn,
        StartingPosition="AT_TIMESTAMP",
        StartingPositionTimestamp=datetime.now(UTC) - timedelta(minutes=5),
        TumblingWindowInSeconds=1,
    )
    seen: list[str] = []

    def read(word: str) -> bool:
        seen.extend(bench.receive(into.url, wait=0))
        return word in "".join(seen)

    def read_while_more_comes() -> bool:
        put(b"after")
        return read("after")

    with shows("kinesis_lambda_from_a_time") as within:
        eventually(read_while_more_comes, timeout=within)
    with shows("kinesis_lambda_from_a_time", fully=True):
        assert read("before")


def test_what_is_put_is_delivered_to_a_bucket(bench: Workbench, shows: Shows) -> None:
    name, _, into = delivery(bench)
    bench.client("firehose").put_record(DeliveryStreamName=name, Record={"Data": b"hello"})
    with shows("firehose_s3") as within:
        assert eventually(lambda: objects(bench, into), timeout=within) == [b"hello"]


def test_what_a_stream_holds_is_delivered_to_a_bucket(bench: Workbench, shows: Shows) -> None:
    name, arn = stream(bench)
    source = {"KinesisStreamARN": arn, "RoleARN": role(bench, "firehose")}
    with shows("firehose_s3", fully=True) as within:
        into = delivery(bench, DeliveryStreamType="KinesisStreamAsSource", KinesisStreamSourceConfiguration=source)[2]
        bench.client("kinesis").put_record(StreamName=name, Data=b"hello", PartitionKey="key")
        assert eventually(lambda: objects(bench, into), timeout=within) == [b"hello"]


def test_records_are_gathered_and_packed(bench: Workbench, shows: Shows) -> None:
    hints = {"IntervalInSeconds": 1, "SizeInMBs": 1}
    name, _, into = delivery(bench, into={"BufferingHints": hints, "CompressionFormat": "GZIP"})
    records = [{"Data": word} for word in (b"one\n", b"two\n")]
    bench.client("firehose").put_record_batch(DeliveryStreamName=name, Records=records)
    found = eventually(lambda: objects(bench, into))
    with shows("firehose_buffering"):
        assert [content[:2] for content in found] == [b"\x1f\x8b"]
