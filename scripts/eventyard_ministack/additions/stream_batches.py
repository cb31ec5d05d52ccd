# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A batch of a stream that keeps failing is split, tried as often as its mapping says, and then put aside.

Lambda gathers records for as long as a mapping's batching window says. It holds a shard up for a failing batch until it
succeeds, has used up its retries or is too old; it may split it, and it goes on from the first record a function
reports. What is given up is described to the mapping's destination, and the shard goes on. MiniStack knows no window,
tries a failing batch for ever, from its first record, and every other mapping waits for a slow one.

The pause before a retry is `LAMBDA_ASYNC_RETRY_BASE_SECONDS`. Batches of one shard are never worked on at once,
whatever `ParallelizationFactor` says.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ministack.core.concurrency import esm_wake
from ministack.core.responses import new_uuid
from ministack.services import lambda_svc

from eventyard_ministack import handover
from eventyard_ministack.shards import Shard, arrival, of_dynamodb, of_kinesis, sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOG = logging.getLogger(__name__)
Record = dict[str, Any]
_ENDLESS = -1
_MOST = 100


@dataclass
class _Batch:
    """So many records from a position on, what became of them, and how often they were tried."""

    start: int
    size: int
    calls: int = 0
    failures: int = 0

    def without(self, count: int) -> list[_Batch]:
        """Return what is left without the first records, if anything."""
        rest = self.size - count
        return [replace(self, start=self.start + count, size=rest)] if rest > 0 else []


# By mapping and shard: what was read and is not done, in order, and when it may be tried again; and since when what
# there is waits for more.
_open: dict[tuple[str, str], list[_Batch]] = {}
_pauses: dict[tuple[str, str], float] = {}
_seen: dict[tuple[str, str], float] = {}


def install() -> None:
    """Replace how shards are polled, and forget those of a deleted mapping."""
    release = lambda_svc._release_esm_poll_state

    def release_state(mapping: str) -> None:
        release(mapping)
        for known in (_open, _pauses, _seen):
            for key in [key for key in list(known) if key[0] == mapping]:
                known.pop(key, None)

    lambda_svc._poll_kinesis = _polling(of_kinesis)
    lambda_svc._poll_dynamodb_streams = _polling(of_dynamodb)
    lambda_svc._release_esm_poll_state = release_state


def _polling(shards: Callable[[], Iterator[Shard]]) -> Callable[[], bool]:
    def poll() -> bool:
        started = False
        for shard in shards():
            lane = "/".join(shard.key)
            if lane in lambda_svc._esm_inflight or _pauses.get(shard.key, 0) > time.monotonic():
                continue
            if shard.key not in _open and not _is_due(shard):
                continue
            lambda_svc._dispatch_esm_batch(lane, _work, shard)
            started = True
        return started

    return poll


def _is_due(shard: Shard) -> bool:
    """Tell whether there is a whole batch, or one that was gathered for as long as the mapping waits for more."""
    most = shard.mapping.get("BatchSize", _MOST)
    count = len(shard.read(shard.position(), most))
    window = shard.mapping.get("MaximumBatchingWindowInSeconds") or 0
    if not count:
        return False
    if count < most and time.monotonic() - _seen.setdefault(shard.key, time.monotonic()) < window:
        return False
    _seen.pop(shard.key, None)
    return True


def _work(shard: Shard) -> None:
    """Do the next step of a shard: one call, or records put aside without."""
    pause = lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS
    # From now on, so that a fault of the emulator's own doesn't come back at once either.
    _pauses[shard.key] = time.monotonic() + pause
    batches = _open.get(shard.key) or [_next(shard)]
    batch, *others = batches
    left, again = _try(shard, batch, shard.read(batch.start, batch.size))
    _pauses.pop(shard.key, None)
    if shard.mapping["UUID"] not in lambda_svc._esms:
        return
    if again:
        _pauses[shard.key] = time.monotonic() + pause
        threading.Timer(pause, esm_wake.set).start()
    shard.move((left + others)[0].start if left + others else batch.start + batch.size)
    if left + others:
        _open[shard.key] = left + others
    else:
        _open.pop(shard.key, None)


def _next(shard: Shard) -> _Batch:
    start = shard.position()
    return _Batch(start, len(shard.read(start, shard.mapping.get("BatchSize", _MOST))))


def _try(shard: Shard, batch: _Batch, records: list[Record]) -> tuple[list[_Batch], bool]:
    """Call the function with a batch.

    Returns
    -------
    tuple
        What is left of the batch, in the parts in which it is tried again, and whether that has to wait.
    """
    oldest = float(shard.mapping.get("MaximumRecordAgeInSeconds") or _ENDLESS)
    expired = sum(1 for record in records if oldest >= 0 and time.time() - arrival(record) > oldest)
    if expired:
        _put_aside(shard, records[:expired], "RecordAgeExceeded", batch.calls)
        return batch.without(expired), False
    wanted = lambda_svc._apply_filter_criteria(records, shard.mapping)
    if not wanted:
        return [], False
    function, config = shard.function()
    if not function:
        return [batch], True
    result = lambda_svc._execute_function(function, {"Records": wanted})
    if result.get("throttle"):
        return [batch], True
    batch.calls += 1
    done = _done(shard.mapping, records, result)
    shard.mapping["LastProcessingResult"] = f"OK - {done} records" if done else "FAILED"
    if done == len(records):
        return [], False
    response = {"statusCode": 200, "executedVersion": config["Version"]}
    if result.get("error"):
        response["functionError"] = result.get("function_error") or "Unhandled"
    return _after_failure(shard, batch, records, done, response)


def _done(mapping: Record, records: list[Record], result: Record) -> int:
    """Return how many of the records are done: all, none, or those before the first that the function reports."""
    if result.get("error"):
        _LOG.warning("%s failed on a batch of a stream: %s", mapping["FunctionName"], result.get("body"))
        return 0
    answer = result.get("body")
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or ()) or not isinstance(answer, dict):
        return len(records)
    numbers = [sequence(record) for record in records]
    reported = [failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or ()]
    # An identifier that is empty, missing or of no record of the batch is the failure of the whole.
    return min((numbers.index(one) if one in numbers else 0 for one in reported), default=len(records))


def _after_failure(
    shard: Shard, batch: _Batch, records: list[Record], done: int, response: Record
) -> tuple[list[_Batch], bool]:
    """Split what is left of a batch, put it aside, or keep it for another try."""
    (rest,) = batch.without(done)
    if shard.mapping.get("BisectBatchOnFunctionError") and batch.size > 1:
        # A split is no retry. A record that the function reports is where the batch is split.
        half = 0 if done else (rest.size + 1) // 2
        first = [replace(rest, size=half)] if half else []
        return [*first, *rest.without(half)], False
    rest.failures += 1
    retries = int(shard.mapping.get("MaximumRetryAttempts", _ENDLESS))
    if retries == _ENDLESS or rest.failures <= retries:
        return [rest], True
    _put_aside(shard, records[done:], "RetryAttemptsExhausted", rest.calls, response)
    return [], False


def _put_aside(shard: Shard, records: list[Record], condition: str, calls: int, response: Record | None = None) -> None:
    """Describe records that are given up to the mapping's destination."""
    mapping = shard.mapping
    _LOG.warning("%s gives up %s records of %s: %s", mapping["UUID"], len(records), shard.name, condition)
    arn = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    if not arn:
        return
    now = datetime.now(UTC)
    record: Record = {
        "requestContext": {
            "requestId": new_uuid(),
            "functionArn": mapping["FunctionArn"],
            "condition": condition,
            "approximateInvokeCount": calls,
        },
        **({"responseContext": response} if response else {}),
        "version": "1.0",
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        shard.info: {
            "shardId": shard.name,
            "startSequenceNumber": sequence(records[0]),
            "endSequenceNumber": sequence(records[-1]),
            "approximateArrivalOfFirstRecord": _moment(records[0]),
            "approximateArrivalOfLastRecord": _moment(records[-1]),
            "batchSize": len(records),
            "streamArn": mapping["EventSourceArn"],
        },
    }
    if ":s3:" in arn:
        day = now.strftime("%Y/%m/%d/%Y-%m-%dT%H.%M.%S")
        key = f"aws/lambda/{mapping['UUID']}/{shard.name}/{day}-{new_uuid()}"
        handover.to_bucket(arn, key, {**record, "payload": {"Records": records}})
    else:
        handover.to_destination(arn, record)


def _moment(record: Record) -> str:
    """Say when a record came, to the second where that is all the stream knows."""
    moment = datetime.fromtimestamp(arrival(record), UTC)
    return moment.isoformat(timespec="milliseconds" if "kinesis" in record else "seconds").replace("+00:00", "Z")
