"""A subscription to a FIFO topic's archive keeps its `ReplayPolicy`; LocalStack refuses the attribute's name.

It is kept and read back; nothing is archived, so nothing is replayed.

https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html
"""

from __future__ import annotations

from localstack.services.sns import constants


def install() -> None:
    """Add the name to the list that LocalStack looks into."""
    constants.VALID_SUBSCRIPTION_ATTR_NAME.append("ReplayPolicy")
