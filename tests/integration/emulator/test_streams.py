"""Streams and delivery streams as AWS documents them: what they answer, and what becomes of records."""

from __future__ import annotations

import base64
import gzip
import json

import pytest

from eventyard.testing import eventually

TRANSFORM = """
import base64, json

def handler(event, context):
    answers = []
    for record in event["records"]:
        text = base64.b64decode(record["data"]).decode()
        if text == "raise":
            raise ValueError(text)
        result = {"bad": "ProcessingFailed", "useless": "Dropped"}.get(text, "Ok")
        data = base64.b64encode(text.upper().encode()).decode()
        answers.append({"recordId": record["recordId"], "result": result, "data": data})
    return {"records": answers}
"""


def a_stream(bench):
    name = bench.unique("stream")
    kinesis = bench.client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1, Tags={"owner": "us"})
    kinesis.enable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=["IncomingBytes", "OutgoingBytes"])
    return name


def answers(bench, name):
    """Return a stream's tags, and its shard metrics by both descriptions."""
    kinesis = bench.client("kinesis")
    whole = kinesis.describe_stream(StreamName=name)["StreamDescription"]
    summary = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    metrics = [set(one["EnhancedMonitoring"][0]["ShardLevelMetrics"]) for one in (whole, summary)]
    return kinesis.list_tags_for_stream(StreamName=name)["Tags"], metrics


def test_a_stream_answers_its_tags_and_shard_metrics(bench):
    name = a_stream(bench)
    every = {"IncomingBytes", "OutgoingBytes"}
    assert answers(bench, name) == ([{"Key": "owner", "Value": "us"}], [every, every])
    bench.client("kinesis").disable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=["OutgoingBytes"])
    assert answers(bench, name)[1] == [{"IncomingBytes"}, {"IncomingBytes"}]


def test_upstream_still_forgets_tags_and_shard_metrics_of_a_stream(plain):
    assert answers(plain, a_stream(plain)) == ([], [set(), set()])


def deliver(bench, *, function=None, **config):
    """Make a bucket and a delivery stream into it; return the names of both."""
    bucket, name = bench.unique("bucket"), bench.unique("delivery")
    bench.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": bench.region})
    processors = config.pop("processors", [])
    if function:
        arn = {"ParameterName": "LambdaArn", "ParameterValue": bench.alias_arn(function)}
        processors = [{"Type": "Lambda", "Parameters": [arn]}, *processors]
    bench.client("firehose").create_delivery_stream(
        DeliveryStreamName=name,
        ExtendedS3DestinationConfiguration={
            "RoleARN": bench.role(service="firehose.amazonaws.com"),
            "BucketARN": f"arn:aws:s3:::{bucket}",
            "Prefix": "data/",
            "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/",
            "ProcessingConfiguration": {"Enabled": bool(processors), "Processors": processors},
            **config,
        },
    )
    return name, bucket


def put(bench, name, *records):
    bench.client("firehose").put_record_batch(DeliveryStreamName=name, Records=[{"Data": record} for record in records])


def objects(bench, bucket, prefix):
    s3 = bench.client("s3")
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def backup(bucket):
    return {"RoleARN": "arn:aws:iam::000000000000:role/any", "BucketARN": f"arn:aws:s3:::{bucket}", "Prefix": "source/"}


def described(bench, name):
    answer = bench.client("firehose").describe_delivery_stream(DeliveryStreamName=name)
    return answer["DeliveryStreamDescription"]["Destinations"][0]["ExtendedS3DestinationDescription"]


def test_a_delivery_stream_answers_zone_extension_and_backup(bench):
    name, _ = deliver(
        bench,
        CustomTimeZone="Europe/Berlin",
        FileExtension=".txt",
        S3BackupMode="Enabled",
        S3BackupConfiguration=backup("elsewhere"),
    )
    answer = described(bench, name)
    assert (answer["CustomTimeZone"], answer["FileExtension"]) == ("Europe/Berlin", ".txt")
    assert answer["S3BackupDescription"]["BucketARN"] == "arn:aws:s3:::elsewhere"
    assert answer["S3BackupDescription"]["BufferingHints"] == {"SizeInMBs": 5, "IntervalInSeconds": 300}


def test_upstream_still_leaves_them_out(plain):
    name, _ = deliver(plain, CustomTimeZone="Europe/Berlin", FileExtension=".txt", S3BackupConfiguration=backup("else"))
    assert not {"CustomTimeZone", "FileExtension", "S3BackupDescription"} & set(described(plain, name))


def test_objects_are_compressed_and_records_end_in_new_lines(bench):
    name, bucket = deliver(bench, CompressionFormat="GZIP", processors=[{"Type": "AppendDelimiterToRecord"}])
    put(bench, name, b"one")
    ((key, body),) = eventually(lambda: objects(bench, bucket, "data/")).items()
    assert key.endswith(".gz")
    assert gzip.decompress(body) == b"one\n"


def test_a_file_extension_of_ones_own_replaces_gz(bench):
    name, bucket = deliver(bench, CompressionFormat="GZIP", FileExtension=".txt.gzip")
    put(bench, name, b"one")
    ((key, body),) = eventually(lambda: objects(bench, bucket, "data/")).items()
    assert key.endswith(".txt.gzip")
    assert gzip.decompress(body) == b"one"


@pytest.mark.parametrize(
    ("record", "code"), [(b"bad", "Lambda.ProcessingFailedStatus"), (b"raise", "Lambda.FunctionError")]
)
def test_what_the_transform_gives_up_goes_below_the_error_prefix(bench, record, code):
    name, bucket = deliver(bench, function=bench.function(TRANSFORM))
    put(bench, name, record)
    ((key, body),) = eventually(lambda: objects(bench, bucket, "errors/")).items()
    error = json.loads(body)
    assert key.startswith("errors/processing-failed/")
    assert (base64.b64decode(error["rawData"]), error["errorCode"]) == (record, code)
    assert objects(bench, bucket, "data/") == {}


def test_every_record_is_kept_as_it_came_where_that_is_asked_for(bench):
    source = bench.unique("source")
    bench.client("s3").create_bucket(Bucket=source, CreateBucketConfiguration={"LocationConstraint": bench.region})
    name, bucket = deliver(
        bench, function=bench.function(TRANSFORM), S3BackupMode="Enabled", S3BackupConfiguration=backup(source)
    )
    put(bench, name, b"fine", b"useless")
    kept = eventually(lambda: len(found := objects(bench, source, "source/")) == 2 and found)
    assert sorted(kept.values()) == [b"fine", b"useless"]
    assert list(objects(bench, bucket, "data/").values()) == [b"FINE"]


def test_upstream_still_neither_compresses_nor_keeps_what_was_given_up(plain):
    name, bucket = deliver(
        plain,
        function=plain.function(TRANSFORM),
        CompressionFormat="GZIP",
        S3BackupMode="Enabled",
        processors=[{"Type": "AppendDelimiterToRecord"}],
    )
    put(plain, name, b"bad", b"fine")
    found = eventually(lambda: objects(plain, bucket, "data/"))
    assert list(found.values()) == [b"FINE"]
    assert objects(plain, bucket, "errors/") == {}
