# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A Kinesis stream keeps the tags it is made with, and says which metrics it has for each shard.

`CreateStream` takes tags, and both descriptions answer `EnhancedMonitoring`. MiniStack forgets the first and answers
the second empty: every second plan sets both again.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamDescriptionSummary.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.services import kinesis

Answer = tuple[int, dict[str, str], Any]
Handler = Callable[[dict[str, Any]], Answer]

_OK = 200


def install() -> None:
    """Keep the tags with the stream, and answer the metrics MiniStack keeps already."""
    kinesis._create_stream = _with_tags(kinesis._create_stream)
    kinesis._describe_stream = _with_metrics(kinesis._describe_stream, "StreamDescription")
    kinesis._describe_stream_summary = _with_metrics(kinesis._describe_stream_summary, "StreamDescriptionSummary")


def _with_tags(original: Handler) -> Handler:
    def create(data: dict[str, Any]) -> Answer:
        answer = original(data)
        if answer[0] == _OK:
            kinesis._streams[data["StreamName"]]["tags"].update(data.get("Tags") or {})
        return answer

    return create


def _with_metrics(original: Handler, described: str) -> Handler:
    def describe(data: dict[str, Any]) -> Answer:
        status, headers, body = original(data)
        _, stream = kinesis._resolve_stream(data)
        if status != _OK or not stream:
            return status, headers, body
        answer = json.loads(body)
        answer[described]["EnhancedMonitoring"] = [{"ShardLevelMetrics": sorted(stream.get("ShardLevelMetrics", []))}]
        return status, headers, json.dumps(answer).encode()

    return describe
