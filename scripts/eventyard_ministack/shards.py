# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""The shards of Kinesis and DynamoDB streams that event source mappings read, and where each mapping is in them.

https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ministack.core.arn import Arn, ArnParseError, parse_arn
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import dynamodb, dynamodb_streams, kinesis, lambda_svc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Record = dict[str, Any]


@dataclass(frozen=True)
class Shard:
    """One shard, as one mapping reads it.

    Parameters
    ----------
    mapping
        MiniStack's record of the event source mapping.
    name
        The shard's id.
    info
        What the record of a discarded batch calls the part that describes the batch.
    position
        Says where the mapping goes on.
    read
        Gives so many records from a position on, in the shape a function gets them.
    move
        Sets where the mapping goes on.
    """

    mapping: Record
    name: str
    info: str
    position: Callable[[], int]
    read: Callable[[int, int], list[Record]]
    move: Callable[[int], None]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other shard of every other mapping."""
        return self.mapping["UUID"], self.name

    def function(self) -> tuple[Record | None, Record]:
        """Return the version that is called now, as the mapping names it, and its configuration; or nothing."""
        function, config = lambda_svc._get_func_record_for_qualifier(
            self.mapping["FunctionName"], self.mapping.get("Qualifier")
        )
        if not function:
            return None, {}
        called = {**config, "FunctionArn": self.mapping["FunctionArn"]}
        return lambda_svc._execution_record_for_config(function, called), called


def sequence(record: Record) -> str:
    """Return a record's sequence number."""
    return str(record["kinesis"]["sequenceNumber"] if "kinesis" in record else record["dynamodb"]["SequenceNumber"])


def arrival(record: Record) -> float:
    """Return when a record came, in seconds since 1970."""
    if "kinesis" in record:
        return float(record["kinesis"]["approximateArrivalTimestamp"])
    return float(record["dynamodb"]["ApproximateCreationDateTime"])


def of_kinesis() -> Iterator[Shard]:
    """Yield the shards that mappings read of Kinesis streams, each in the scope of its mapping."""
    for mapping, source, function in _mappings("kinesis"):
        name = lambda_svc._kinesis_stream_name_from_arn_spec(source)
        stream = kinesis._streams.get_scoped(source.account_id, source.region, name or "")
        if not stream or stream.get("StreamARN") != str(source) or stream["StreamStatus"] != "ACTIVE":
            continue
        if source.account_id != get_account_id() and lambda_svc._cross_account_read_blocked(
            str(source), function, mapping["FunctionName"]
        ):
            continue
        known = mapping["UUID"] in lambda_svc._kinesis_positions
        positions = lambda_svc._kinesis_positions.setdefault(mapping["UUID"], {})
        latest = not known and mapping.get("StartingPosition", "LATEST") != "TRIM_HORIZON"
        for shard_id, shard in list(stream["shards"].items()):
            # A shard that a split or a merge made is read from its beginning.
            positions.setdefault(shard_id, len(shard["records"]) if latest else 0)
            yield _kinesis_shard(mapping, shard_id, shard, positions, function["config"]["Role"])


def _kinesis_shard(mapping: Record, shard_id: str, shard: Record, positions: dict[str, int], role: str) -> Shard:
    def read(start: int, count: int) -> list[Record]:
        records = shard["records"][start : start + count]
        return [_kinesis_event(record, shard_id, mapping["EventSourceArn"], role) for record in records]

    def move(position: int) -> None:
        positions[shard_id] = position

    return Shard(mapping, shard_id, "KinesisBatchInfo", lambda: positions[shard_id], read, move)


def _kinesis_event(record: Record, shard_id: str, stream: str, role: str) -> Record:
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": record["SequenceNumber"],
            "data": kinesis._ensure_base64(record["Data"]),
            "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard_id}:{record['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": role,
        "awsRegion": get_region(),
        "eventSourceARN": stream,
    }


def of_dynamodb() -> Iterator[Shard]:
    """Yield the one shard MiniStack has of each table's stream that is read, in the scope of its mapping."""
    positions, lock = lambda_svc._dynamodb_stream_positions, lambda_svc._dynamodb_stream_positions_lock
    for mapping, source, _ in _mappings("dynamodb"):
        table, _label = lambda_svc._dynamodb_stream_table_from_arn_spec(source) or ("", "")
        found = dynamodb._tables.get(table)
        if not found or found.get("LatestStreamArn") != str(source):
            continue
        oldest = mapping.get("StartingPosition") == "TRIM_HORIZON"
        first = dynamodb.stream_start_position(table) if oldest else dynamodb.stream_end_position(table)
        with lock:
            positions.setdefault(mapping["UUID"], first)
        yield _dynamodb_shard(mapping, table)


def _dynamodb_shard(mapping: Record, table: str) -> Shard:
    def position() -> int:
        # Records that have expired are gone.
        kept: int = lambda_svc._dynamodb_stream_positions[mapping["UUID"]]
        return max(kept, int(dynamodb.stream_start_position(table)))

    def read(start: int, count: int) -> list[Record]:
        return list(dynamodb.stream_records_since(table, start, count))

    def move(position: int) -> None:
        with lambda_svc._dynamodb_stream_positions_lock:
            lambda_svc._dynamodb_stream_positions[mapping["UUID"]] = position

    return Shard(mapping, dynamodb_streams._DEFAULT_SHARD_ID, "DDBStreamBatchInfo", position, read, move)


def _mappings(service: str) -> Iterator[tuple[Record, Arn, Record]]:
    """Yield the mappings that are on and read a stream of a service, with its ARN and their function."""
    for account, region, mapping in lambda_svc._iter_all_esms():
        try:
            source = parse_arn(mapping.get("EventSourceArn", ""))
        except ArnParseError:
            continue
        if not mapping.get("Enabled", True) or source.service != service or source.region != region:
            continue
        with request_scope(account, region):
            function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
            if function is not None:
                yield mapping, source, function
