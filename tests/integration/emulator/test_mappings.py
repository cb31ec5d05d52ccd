"""An event source mapping is read back as it was made."""

from __future__ import annotations

import pytest

ECHOES = "def handler(event, context):\n    return event\n"
STREAM = {
    "StartingPosition": "AT_TIMESTAMP",
    "StartingPositionTimestamp": 1769839200,
    "TumblingWindowInSeconds": 30,
    "MetricsConfig": {"Metrics": ["EventCount"]},
}
QUEUE = {
    "KMSKeyArn": "arn:aws:kms:eu-west-1:000000000000:key/1",
    "ProvisionedPollerConfig": {"MinimumPollers": 2, "MaximumPollers": 9},
}


def stream(bench):
    name = bench.unique("stream")
    bench.client("kinesis").create_stream(StreamName=name, ShardCount=1)
    return bench.client("kinesis").describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]


def queue(bench):
    url = bench.queue()
    answer = bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return answer["Attributes"]["QueueArn"]


def mapping(bench, source, **settings):
    made = bench.client("lambda").create_event_source_mapping(
        FunctionName=bench.alias_arn(bench.function(ECHOES)), EventSourceArn=source, Enabled=False, **settings
    )
    return made["UUID"], bench.client("lambda").get_event_source_mapping(UUID=made["UUID"])


@pytest.mark.parametrize(("source", "settings"), [(stream, STREAM), (queue, QUEUE)], ids=["stream", "queue"])
def test_a_mapping_keeps_its_settings(bench, source, settings):
    _, found = mapping(bench, source(bench), **settings)
    time = found.get("StartingPositionTimestamp")
    kept = {**found, "StartingPositionTimestamp": time.timestamp()} if time else found
    assert {name: kept[name] for name in settings} == settings


def test_a_changed_mapping_keeps_the_change_and_the_rest(bench):
    made, _ = mapping(bench, queue(bench), **QUEUE)
    bench.client("lambda").update_event_source_mapping(
        UUID=made, ProvisionedPollerConfig={"MinimumPollers": 3, "MaximumPollers": 4}
    )
    found = bench.client("lambda").get_event_source_mapping(UUID=made)
    assert found["ProvisionedPollerConfig"] == {"MinimumPollers": 3, "MaximumPollers": 4}
    assert found["KMSKeyArn"] == QUEUE["KMSKeyArn"]


def test_upstream_still_forgets_a_mappings_settings(plain):
    _, found = mapping(plain, queue(plain), **QUEUE)
    assert not set(QUEUE) & set(found)
