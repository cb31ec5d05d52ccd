"""Sends one mail, as the sender it is told or as its own."""

from __future__ import annotations

import os
from typing import Any

import boto3


def handler(event: dict[str, str], _context: object) -> Any:
    """Send `subject` to `to`; what SES refuses is the answer."""
    mail = boto3.client("sesv2")
    try:
        sent = mail.send_email(
            FromEmailAddress=event.get("from", os.environ["SENDER"]),
            ConfigurationSetName=os.environ["CONFIGURATION_SET"],
            Destination={"ToAddresses": [event["to"]]},
            Content={"Simple": {"Subject": {"Data": event["subject"]}, "Body": {"Text": {"Data": "Hello"}}}},
        )
    except mail.exceptions.ClientError as error:
        return {"refused": error.response["Error"]["Code"]}
    return {"id": sent["MessageId"]}
