"""Sends what a stream brings to a queue, one message a record."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

import boto3


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Hand on the key of each item of a table, and the data of each record of a stream."""
    queue = boto3.client("sqs")
    for record in event["Records"]:
        body = record["dynamodb"]["Keys"] if "dynamodb" in record else _text(record)
        message = json.dumps({"source": record["eventSource"], "body": body})
        queue.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=message)
    return {"batchItemFailures": []}


def _text(record: dict[str, Any]) -> str:
    return base64.b64decode(record["kinesis"]["data"]).decode()
