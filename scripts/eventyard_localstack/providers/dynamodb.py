"""DynamoDB from moto; the core's own is a Java program that it downloads.

moto keeps tables, indexes, conditions and transactions. What is mended here: its streams tell of writes that change
nothing and name another region, a stream that was turned off breaks every later write, and days of recovery are
forgotten.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import unix_time
from moto.dynamodb.exceptions import StreamAlreadyEnabledException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import StreamRecord, StreamShard

from eventyard_localstack.providers import table_settings
from eventyard_localstack.providers.moto_service import LOCK, moto_service, plugin

if TYPE_CHECKING:
    from localstack.services.plugins import Service

_DEFAULT_DAYS = 35


def _make() -> Service:
    StreamShard.add = _add
    DynamoDBBackend.update_table_streams = _update_streams
    original = DynamoDBBackend.update_continuous_backups
    DynamoDBBackend.update_continuous_backups = lambda *given: _update_backups(original, *given)
    return moto_service("dynamodb", instead=table_settings.install(), guard=LOCK)


provide = plugin("dynamodb", _make)


def _add(shard: Any, old: Any, new: Any) -> None:
    """Add a record of one write to the stream, when it is on and the write changed something."""
    specification = shard.table.stream_specification
    if not specification["StreamEnabled"] or (old is not None and new is not None and old == new):
        return
    name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
    number = shard.starting_sequence_number + len(shard.items)
    added = StreamRecord(shard.table, specification["StreamViewType"], name, old, new, number)
    added.record["awsRegion"] = shard.table.region_name
    for image in ("OldImage", "NewImage"):
        if not added.record["dynamodb"].get(image):
            added.record["dynamodb"].pop(image, None)
    shard.items.append(added)


def _update_streams(_: Any, table: Any, specification: dict[str, Any]) -> None:
    """Turn a table's stream on or off; one that was off is a new stream with another ARN."""
    wanted = specification.get("StreamEnabled") or specification.get("StreamViewType")
    if wanted and table.stream_specification["StreamEnabled"]:
        raise StreamAlreadyEnabledException
    table.set_stream_specification(specification)


def _update_backups(original: Any, backend: Any, table_name: str, wanted: dict[str, Any]) -> Any:
    """Keep for how many days back a table can be restored."""
    settings: dict[str, Any] = original(backend, table_name, wanted)
    description = settings["PointInTimeRecoveryDescription"]
    if wanted["PointInTimeRecoveryEnabled"]:
        days = wanted.get("RecoveryPeriodInDays", description.get("RecoveryPeriodInDays", _DEFAULT_DAYS))
        description.update(RecoveryPeriodInDays=days, LatestRestorableDateTime=unix_time())
    return settings
