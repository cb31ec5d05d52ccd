"""The second version of SES: settings from moto, and mails handed to the first version, which has the mailbox.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from localstack.aws.api import CommonServiceException
from localstack.aws.connect import connect_to

from eventyard_localstack.providers import mail_settings
from eventyard_localstack.providers.moto_service import moto_service, plugin

if TYPE_CHECKING:
    from localstack.services.plugins import Service


def _make() -> Service:
    return moto_service("sesv2", instead={**mail_settings.install(), "SendEmail": _send})


provide = plugin("sesv2", _make)


def _send(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Send a mail by SES's first version: it looks whether the sender is verified, and keeps what it sent."""
    mail = connect_to(aws_access_key_id=context.account_id, region_name=context.region).ses
    content, destination = request["Content"], request.get("Destination", {})
    more: dict[str, Any] = (
        {"ConfigurationSetName": request["ConfigurationSetName"]} if "ConfigurationSetName" in request else {}
    )
    try:
        if "Simple" in content:
            message = {name: content["Simple"][name] for name in ("Subject", "Body")}
            sender = request["FromEmailAddress"]
            answer = mail.send_email(Source=sender, Destination=destination, Message=message, **more)
        elif "Raw" in content:
            if "FromEmailAddress" in request:
                more["Source"] = request["FromEmailAddress"]
            receivers = [one for group in destination.values() for one in group]
            answer = mail.send_raw_email(
                RawMessage={"Data": content["Raw"]["Data"]},
                **({"Destinations": receivers} if receivers else {}),
                **more,
            )
        else:
            raise NotImplementedError("Templates are not filled in here")
    except ClientError as error:
        known = error.response["Error"]
        raise CommonServiceException(known["Code"], known["Message"], status_code=400, sender_fault=True) from error
    return {"MessageId": answer["MessageId"]}
