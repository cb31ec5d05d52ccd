"""Notes each order in the table; what can't be read fails alone."""

import json
import os

import boto3


def handler(event, context):
    """Answer a batch in part."""
    table = boto3.client("dynamodb")
    failed = []
    for record in event["Records"]:
        try:
            order = json.loads(record["body"])
            item = {"id": {"S": order["id"]}, "by": {"S": os.environ["AWS_LAMBDA_FUNCTION_NAME"]}}
            table.put_item(TableName=os.environ["TABLE"], Item=item)
        except (KeyError, ValueError):
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
