# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Firehose's objects are compressed, their records end in new lines, and no record is lost on the way.

Firehose compresses an object as its destination says, and names it accordingly; it ends each record with a new line
where that processor is on; it keeps every record as it came where source records are backed up; and what the transform
gives up, or fails on, goes below the error prefix. MiniStack writes objects as they are, keeps no source records,
forgets what was given up, and delivers what the transform failed on as if it had been transformed.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html
"""

from __future__ import annotations

import base64
import contextvars
import gzip
import json
import time
from typing import TYPE_CHECKING, Any

from ministack.services import firehose, lambda_svc

from eventyard_ministack.additions.delivery_answers import backup_of

if TYPE_CHECKING:
    from collections.abc import Callable

Records = list[tuple[str, bytes]]

_GIVEN_UP = "ProcessingFailed"
# AWS's codes and words, by whether the function answered or failed.
_STATUS = ("Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record")
_FAILED = ("Lambda.FunctionError", "The Lambda function was successfully invoked but it returned an error result.")

# The record and the destination whose object is being written, and why the transform gave up what of a delivery.
_writing: contextvars.ContextVar[tuple[bytes, dict[str, Any]] | None] = contextvars.ContextVar("writing", default=None)
_given_up: contextvars.ContextVar[dict[str, tuple[str, str]] | None] = contextvars.ContextVar("given_up", default=None)


def install() -> None:
    """Wrap the delivery of records, of one record, the writing of its object, and the call of the transform."""
    firehose._deliver_records_to_s3 = _delivering(firehose._deliver_records_to_s3)
    firehose._deliver_to_s3 = _noting_what_is_written(firehose._deliver_to_s3)
    firehose._put_s3_object = _finishing(firehose._put_s3_object)
    lambda_svc._execute_function = _noting_what_is_given_up(lambda_svc._execute_function)


def _delivering(original: Callable[..., None]) -> Callable[..., None]:
    def deliver(stream: dict[str, Any], destination: dict[str, Any], records: Records) -> None:
        config = destination.get("config") or {}
        if config.get("S3BackupMode") == "Enabled":
            backup = {"config": backup_of(config)}
            for _, raw in records:
                firehose._deliver_to_s3(stream, backup, raw)
        given_up: dict[str, tuple[str, str]] = {}
        token = _given_up.set(given_up)
        try:
            original(stream, destination, records)
        finally:
            _given_up.reset(token)
        for record, raw in records:
            if record in given_up:
                _put_error(stream, config, raw, given_up[record])

    return deliver


def _put_error(stream: dict[str, Any], config: dict[str, Any], raw: bytes, why: tuple[str, str]) -> None:
    now = firehose._arrival_time(config)
    prefix = firehose._evaluate_prefix(config.get("ErrorOutputPrefix"), now, error_type="processing-failed")
    moment = int(time.time() * 1000)
    error = {
        "attemptsMade": 1,
        "arrivalTimestamp": moment,
        "attemptEndingTimestamp": moment,
        "errorCode": why[0],
        "errorMessage": why[1],
        "rawData": base64.b64encode(raw).decode(),
    }
    name = f"{stream['name']}-{stream.get('version', 1)}-{firehose._java_time('yyyy-MM-dd-HH-mm-ss', now)}"
    bucket = firehose._s3_bucket_from_arn(config["BucketARN"])
    firehose._put_s3_object(bucket, f"{prefix}{name}-{firehose.new_uuid()}", json.dumps(error).encode() + b"\n")


def _noting_what_is_written(original: Callable[..., None]) -> Callable[..., None]:
    def deliver(stream: dict[str, Any], destination: dict[str, Any], record: bytes, *keys: Any) -> None:
        token = _writing.set((record, destination["config"]))
        try:
            original(stream, destination, record, *keys)
        finally:
            _writing.reset(token)

    return deliver


def _finishing(original: Callable[..., None]) -> Callable[..., None]:
    def put(bucket: str, key: str, body: bytes) -> None:
        record, config = _writing.get() or (None, {})
        # An object that holds no record as it is tells of an error.
        if record is not None and body is record:
            processing = config.get("ProcessingConfiguration") or {}
            if any(one.get("Type") == "AppendDelimiterToRecord" for one in processing.get("Processors") or []):
                body += b"\n"
            if config.get("CompressionFormat") == "GZIP":
                body = gzip.compress(body)
                key += "" if config.get("FileExtension") else ".gz"
        original(bucket, key, body)

    return put


def _noting_what_is_given_up(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute(function: Any, event: Any) -> Any:
        result = original(function, event)
        noted = _given_up.get()
        if noted is None:
            return result
        if result.get("error"):
            noted.update((one["recordId"], _FAILED) for one in event["records"])
            return {"body": {"records": [one | {"result": _GIVEN_UP} for one in event["records"]]}}
        body = result.get("body")
        answer = json.loads(body) if isinstance(body, str | bytes) else body or {}
        noted.update((one["recordId"], _STATUS) for one in answer.get("records", []) if one.get("result") == _GIVEN_UP)
        return result

    return execute
