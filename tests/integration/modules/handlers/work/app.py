"""Records the jobs it is given, refuses those that ask for it, and answers whoever calls its address."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3

try:
    from toolbox import greeting
except ImportError as error:  # so that packaging, which can't see into layers, does not miss it in the artefact
    raise ImportError("attach the layer that holds `toolbox`") from error


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take a queue's batch, a request to the URL, or an event on its own."""
    if "Records" in event:
        return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"] if not _done(r)]}
    if "requestContext" in event:
        return {"statusCode": 200, "body": greeting(event["rawPath"])}
    if event.get("fail"):
        raise ValueError(event["id"])
    return {"greeting": greeting(event["id"]), "region": os.environ["AWS_REGION"]}


def _done(record: dict[str, Any]) -> bool:
    job = json.loads(record["body"])
    if not job.get("fail"):
        table = boto3.client("dynamodb")
        table.put_item(TableName=os.environ["TABLE"], Item={"id": {"S": job["id"]}, "kind": {"S": job["kind"]}})
    return not job.get("fail")
