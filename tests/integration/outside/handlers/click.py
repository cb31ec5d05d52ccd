"""Puts clicks on the stream."""

import json
import os

import boto3


def handler(event, context):
    """Write as many clicks as are asked for."""
    records = [
        {"Data": json.dumps({"click": number}).encode(), "PartitionKey": str(number)}
        for number in range(event["clicks"])
    ]
    answer = boto3.client("kinesis").put_records(StreamName=os.environ["STREAM"], Records=records)
    return {"failed": answer["FailedRecordCount"]}
