"""A subscription may ask for what a first-in-first-out topic has archived.

https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html
"""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

REPLAY = json.dumps({"PointType": "Timestamp", "StartingPoint": "2026-01-01T00:00:00.000Z"})


def subscribed(bench):
    """A queue's subscription with a replay policy; its attributes."""
    sns, sqs = bench.client("sns"), bench.client("sqs")
    topic = sns.create_topic(
        Name=f"{bench.unique('topic')}.fifo",
        Attributes={"FifoTopic": "true", "ArchivePolicy": json.dumps({"MessageRetentionPeriod": 7})},
    )["TopicArn"]
    url = sqs.create_queue(QueueName=f"{bench.unique('queue')}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    made = sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"ReplayPolicy": REPLAY}, ReturnSubscriptionArn=True
    )
    return sns.get_subscription_attributes(SubscriptionArn=made["SubscriptionArn"])["Attributes"]


def test_a_subscription_may_have_a_replay_policy(localstack):
    assert json.loads(subscribed(localstack)["ReplayPolicy"]) == json.loads(REPLAY)


def test_upstream_still_refuses_a_replay_policy(plain):
    with pytest.raises(ClientError, match="AttributeName"):
        subscribed(plain)
