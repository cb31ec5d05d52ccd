"""Consumer of the email queue: sends a reminder by SES and answers the workflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from pet_cuddle_o_tron._shared import aws, consumer, settings
from pet_cuddle_o_tron._shared.delivery import RejectedError
from pet_cuddle_o_tron._shared.reminders import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pet_cuddle_o_tron._shared.reminders import Reminder

SUBJECT = "Your reminder"
# What SES says of a message it will refuse again. A paused account or a missing permission can be mended: those are
# retried.
REJECTIONS = frozenset({"BadRequestException", "InvalidParameterValue", "MessageRejected"})


@dataclass(frozen=True)
class Settings:
    """What the function is told by its environment."""

    table_name: str
    pool_id: str
    sender_address: str
    configuration_set: str


SETTINGS = settings.read(Settings)


@dataclass(frozen=True)
class Email:
    """Reminders by SES, as plain text: nothing a person typed is ever read as HTML or as a header."""

    client: Any
    sender_address: str
    configuration_set: str
    channel: Channel = Channel.EMAIL

    def send(self, reminder: Reminder, address: str) -> None:
        """Hand one mail to SES."""
        try:
            self.client.send_email(
                FromEmailAddress=self.sender_address,
                Destination={"ToAddresses": [address]},
                Content={
                    "Simple": {
                        "Subject": {"Data": SUBJECT, "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": text(reminder), "Charset": "UTF-8"}},
                    }
                },
                ConfigurationSetName=self.configuration_set,
                EmailTags=[{"Name": "reminder", "Value": reminder.id}],
            )
        except ClientError as error:
            if aws.code(error) in REJECTIONS:
                raise RejectedError(aws.code(error)) from None
            raise


def text(reminder: Reminder) -> str:
    """Return a mail's text."""
    return f"{reminder.message}\n\n-- \nYou asked for this reminder at {reminder.created_at}.\n"


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    sender = Email(aws.client("sesv2", attempts=1), SETTINGS.sender_address, SETTINGS.configuration_set)
    return consumer.consume(event, context, sender=sender, table=SETTINGS.table_name, pool=SETTINGS.pool_id)
