"""Records put on the applied stream, read by those that share its shards and by the consumer that does not."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.of("stream")

SENT = 40


@pytest.fixture(scope="module")
def put(outputs: dict[str, Any], client: Callable[[str], Any]) -> list[bytes]:
    """Put records under many partition keys, and return them."""
    run = uuid.uuid4().hex
    sent = [f"{run}-{number}".encode() for number in range(SENT)]
    answer = client("kinesis").put_records(
        StreamName=outputs["stream"]["stream"]["name"],
        Records=[{"Data": data, "PartitionKey": data.decode()} for data in sent],
    )
    assert answer["FailedRecordCount"] == 0
    return sent


@pytest.mark.needs("kinesis_put_get")
def test_partition_keys_spread_records_over_both_shards(
    outputs: dict[str, Any], client: Callable[[str], Any], put: list[bytes]
) -> None:
    arn = outputs["stream"]["stream"]["arn"]
    shards = {shard: _read(client("kinesis"), arn, shard) for shard in _shards(client("kinesis"), arn)}
    assert sorted(data for read in shards.values() for data in read) == sorted(put)
    assert len(shards) == 2
    assert all(shards.values())


@pytest.mark.needs("kinesis_put_get")
def test_the_consumer_is_pushed_every_record_for_itself(
    outputs: dict[str, Any], client: Callable[[str], Any], put: list[bytes]
) -> None:
    kinesis, consumer = client("kinesis"), outputs["stream"]["consumers"]["search"]
    pushed: list[bytes] = []
    for shard in _shards(kinesis, outputs["stream"]["stream"]["arn"]):
        answer = kinesis.subscribe_to_shard(
            ConsumerARN=consumer["arn"], ShardId=shard, StartingPosition={"Type": "TRIM_HORIZON"}
        )
        first = next(
            event["SubscribeToShardEvent"] for event in answer["EventStream"] if "SubscribeToShardEvent" in event
        )
        pushed += [record["Data"] for record in first["Records"]]
        answer["EventStream"].close()
    assert sorted(pushed) == sorted(put)


@pytest.mark.needs("kinesis_put_get")
def test_the_stream_is_what_the_module_was_told(outputs: dict[str, Any], client: Callable[[str], Any]) -> None:
    def describe(name: str) -> dict[str, Any]:
        described = client("kinesis").describe_stream_summary(StreamName=name)
        return dict(described["StreamDescriptionSummary"])

    stream = describe(outputs["stream"]["stream"]["name"])
    assert (stream["EncryptionType"], stream["KeyId"]) == ("KMS", outputs["stream"]["stream"]["key"]["arn"])
    assert stream["RetentionPeriodHours"] == 48
    assert describe(outputs["stream"]["on_demand"]["name"])["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}


def _shards(kinesis: Any, arn: str) -> list[str]:
    return [shard["ShardId"] for shard in kinesis.list_shards(StreamARN=arn)["Shards"]]


def _read(kinesis: Any, arn: str, shard: str) -> list[bytes]:
    place = kinesis.get_shard_iterator(StreamARN=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    return [record["Data"] for record in kinesis.get_records(ShardIterator=place["ShardIterator"])["Records"]]
