"""A topic's subscriptions answer what they were given, also before anybody has confirmed them."""

from __future__ import annotations

import json

PAGE = "https://hooks.invalid/sns"  # never resolves
REPLAY = json.dumps({"PointType": "Timestamp", "StartingPoint": "2026-11-01T00:00:00Z"})


def test_who_waits_to_be_confirmed_has_an_arn_for_whoever_asks(bench):
    sns = bench.client("sns")
    topic = sns.create_topic(Name=bench.unique("topic"))["TopicArn"]
    asked = {"TopicArn": topic, "Protocol": "https", "Endpoint": PAGE}
    assert sns.subscribe(**asked)["SubscriptionArn"] == "pending confirmation"
    arn = sns.subscribe(**asked, ReturnSubscriptionArn=True)["SubscriptionArn"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert (attributes["Endpoint"], attributes["PendingConfirmation"]) == (PAGE, "true")


def test_what_a_subscription_replays_is_kept_until_it_is_told_otherwise(bench):
    sns, queue = bench.client("sns"), bench.queue()
    arn = bench.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    topic = sns.create_topic(Name=bench.unique("topic"))["TopicArn"]
    made = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"ReplayPolicy": REPLAY})

    def kept():
        return sns.get_subscription_attributes(**subscription)["Attributes"].get("ReplayPolicy")

    subscription = {"SubscriptionArn": made["SubscriptionArn"]}
    assert kept() == REPLAY
    sns.set_subscription_attributes(**subscription, AttributeName="ReplayPolicy", AttributeValue="{}")
    assert kept() is None
    sns.set_subscription_attributes(**subscription, AttributeName="ReplayPolicy", AttributeValue=REPLAY)
    assert kept() == REPLAY


def test_plain_ministack_keeps_no_replay_and_answers_no_arn(plain):
    sns = plain.client("sns")
    topic = sns.create_topic(Name=plain.unique("topic"))["TopicArn"]
    made = sns.subscribe(
        TopicArn=topic,
        Protocol="https",
        Endpoint=PAGE,
        Attributes={"ReplayPolicy": REPLAY},
        ReturnSubscriptionArn=True,
    )
    assert made["SubscriptionArn"] == "pending confirmation"
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    kept = sns.get_subscription_attributes(SubscriptionArn=listed[0]["SubscriptionArn"])["Attributes"]
    assert "ReplayPolicy" not in kept
