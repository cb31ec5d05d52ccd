"""Clients, made once and on first use, and what an AWS error says without quoting anybody."""

from __future__ import annotations

import traceback
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

THROTTLES = frozenset(
    {
        "ExecutionLimitExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


@cache
def client(service: str, *, attempts: int = 3) -> Any:
    """Return the one client for a service.

    `attempts` is 1 for what must not be repeated unseen: a mail whose answer was lost may have been sent.
    """
    import boto3  # noqa: PLC0415 - half a second of a cold start: paid when a call is made
    from botocore.config import Config  # noqa: PLC0415

    retries = {"mode": "standard", "total_max_attempts": attempts}
    return boto3.client(service, config=Config(connect_timeout=2, read_timeout=5, retries=retries))


def code(error: ClientError) -> str:
    """Return an AWS error's code, such as `ThrottlingException`."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def describe(error: BaseException) -> dict[str, Any]:
    """Return what a log line may hold of an exception: its kind and place, never its message.

    AWS's messages, and Python's, quote addresses and numbers; frames and codes do not.
    """
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = [f"{frame.filename.rsplit('/', 3)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    told: dict[str, Any] = {"exception_name": type(error).__name__, "where": where}
    if isinstance(error, ClientError):
        told |= {"aws_code": code(error), "aws_operation": error.operation_name}
    return told
