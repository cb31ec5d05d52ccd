"""DynamoDB Streams over the records moto keeps with each table.

moto's own iterators hold on to a table that a failed transaction has replaced, are kept for ever, and break where a
stream was turned off or its table deleted. Here an iterator is a place in a stream, written down, and nothing is kept.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from localstack.aws.api import CommonServiceException
from localstack.aws.api.dynamodbstreams import DynamodbstreamsApi, ResourceNotFoundException
from localstack.aws.api.dynamodbstreams import ShardIteratorType as Start
from localstack.services.plugins import Service
from moto.dynamodb.models import dynamodb_backends

from eventyard_localstack.providers.moto_service import LOCK, plugin

_MOST_RECORDS = 1000


class _Streams(DynamodbstreamsApi):  # type: ignore[misc]  # LocalStack is not installed where types are checked
    """The four calls of the service."""

    def describe_stream(self, context: Any, stream_arn: str, **_: Any) -> dict[str, Any]:
        with LOCK:
            table = _table(context, stream_arn)
            shard, on = table.stream_shard, table.stream_specification["StreamEnabled"]
            described = shard.to_json()
            if not on:
                described["SequenceNumberRange"]["EndingSequenceNumber"] = str(_end(shard) - 1)
            return {
                "StreamDescription": {
                    "StreamArn": stream_arn,
                    "StreamLabel": table.latest_stream_label,
                    "StreamStatus": "ENABLED" if on else "DISABLED",
                    "StreamViewType": table.stream_specification.get("StreamViewType"),
                    "CreationRequestDateTime": shard.created_on,
                    "TableName": table.name,
                    "KeySchema": table.schema,
                    "Shards": [described],
                }
            }

    def list_streams(self, context: Any, table_name: str | None = None, **_: Any) -> dict[str, Any]:
        with LOCK:
            tables = [table for table in _tables(context).values() if table.latest_stream_label]
            return {
                "Streams": [
                    {"StreamArn": _arn(table), "TableName": table.name, "StreamLabel": table.latest_stream_label}
                    for table in tables
                    if table_name in (None, table.name)
                ]
            }

    def get_shard_iterator(
        self,
        context: Any,
        stream_arn: str,
        shard_id: str,
        shard_iterator_type: str,
        sequence_number: str | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        with LOCK:
            shard = _table(context, stream_arn).stream_shard
            if shard.id != shard_id:
                raise ResourceNotFoundException(f"Requested resource not found: Shard: {shard_id} not found")
            if shard_iterator_type == Start.TRIM_HORIZON:
                number = shard.starting_sequence_number
            elif shard_iterator_type == Start.LATEST:
                number = _end(shard)
            elif sequence_number is None:
                raise CommonServiceException("ValidationException", "A sequence number is required", 400)
            else:
                number = int(sequence_number) + (shard_iterator_type == Start.AFTER_SEQUENCE_NUMBER)
            return {"ShardIterator": _written(stream_arn, number)}

    def get_records(self, context: Any, shard_iterator: str, limit: int | None = None, **_: Any) -> dict[str, Any]:
        arn, number = _read(shard_iterator)
        with LOCK:
            table = _table(context, arn)
            records = table.stream_shard.get(number, min(limit or _MOST_RECORDS, _MOST_RECORDS))
            number += len(records)
            answer: dict[str, Any] = {"Records": records}
            # A stream that was turned off ends: whoever reads it learns so by getting no further iterator.
            if table.stream_specification["StreamEnabled"] or number < _end(table.stream_shard):
                answer["NextShardIterator"] = _written(arn, number)
            return answer


provide = plugin("dynamodbstreams", lambda: Service.for_provider(_Streams()))


def _tables(context: Any) -> Any:
    return dynamodb_backends[context.account_id][context.region].tables


def _arn(table: Any) -> str:
    return f"{table.table_arn}/stream/{table.latest_stream_label}"


def _table(context: Any, stream_arn: str) -> Any:
    for table in _tables(context).values():
        if table.latest_stream_label and _arn(table) == stream_arn:
            return table
    raise ResourceNotFoundException(f"Requested resource not found: Stream: {stream_arn} not found")


def _end(shard: Any) -> int:
    """Return the number the shard's next record gets."""
    end: int = shard.starting_sequence_number + len(shard.items)
    return end


def _written(arn: str, number: int) -> str:
    return f"{arn}|1|{base64.b64encode(json.dumps([arn, number]).encode()).decode()}"


def _read(iterator: str) -> tuple[str, int]:
    try:
        arn, number = json.loads(base64.b64decode(iterator.rpartition("|")[2], validate=True))
    except (binascii.Error, ValueError, TypeError) as error:
        raise CommonServiceException("ValidationException", "Invalid ShardIterator", 400) from error
    return str(arn), int(number)
