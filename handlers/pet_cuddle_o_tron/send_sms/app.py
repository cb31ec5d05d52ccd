"""Consumer of the SMS queue: sends a reminder by SNS and answers the workflow."""

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

# What SNS says of a number or text it will refuse again.
REJECTIONS = frozenset(
    {"EndpointDisabled", "InvalidParameter", "InvalidParameterValue", "OptedOut", "ValidationException"}
)
# A reminder is worth the better route, and is not advertising.
ATTRIBUTES = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}


@dataclass(frozen=True)
class Settings:
    """What the function is told by its environment."""

    table_name: str
    pool_id: str


SETTINGS = settings.read(Settings)


@dataclass(frozen=True)
class Sms:
    """Reminders by SNS, straight to a number."""

    client: Any
    channel: Channel = Channel.SMS

    def send(self, reminder: Reminder, address: str) -> None:
        """Hand one message to SNS."""
        try:
            self.client.publish(PhoneNumber=address, Message=reminder.message, MessageAttributes=ATTRIBUTES)
        except ClientError as error:
            if aws.code(error) in REJECTIONS:
                raise RejectedError(aws.code(error)) from None
            raise


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    sender = Sms(aws.client("sns", attempts=1))
    return consumer.consume(event, context, sender=sender, table=SETTINGS.table_name, pool=SETTINGS.pool_id)
