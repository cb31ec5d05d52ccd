"""Starts a workflow, by whatever of it the event names."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.exceptions import ClientError


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Return the execution's ARN, or the error's code."""
    try:
        started = boto3.client("stepfunctions").start_execution(
            stateMachineArn=event["arn"], input=json.dumps(event["input"])
        )
    except ClientError as error:
        return {"refused": error.response["Error"]["Code"]}
    return {"execution": started["executionArn"]}
