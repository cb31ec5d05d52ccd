"""Messages go back from a dead-letter queue to where they came from."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from eventyard.testing.waiting import eventually


def arn_of(bench, url):
    return bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def pair(bench, **attributes):
    """Make a queue and its dead-letter queue."""
    fifo = ".fifo" if attributes.get("FifoQueue") else ""
    sqs, name = bench.client("sqs"), bench.unique("queue")
    dead = sqs.create_queue(QueueName=f"{name}-dead{fifo}", Attributes=attributes)["QueueUrl"]
    redrive = json.dumps({"deadLetterTargetArn": arn_of(bench, dead), "maxReceiveCount": 1})
    settings = {**attributes, "VisibilityTimeout": "0", "RedrivePolicy": redrive}
    return sqs.create_queue(QueueName=f"{name}{fifo}", Attributes=settings)["QueueUrl"], dead


def waiting(bench, url):
    found = bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def give_up(bench, url, dead):
    """Receive until everything lies in the dead-letter queue."""
    sqs, count = bench.client("sqs"), waiting(bench, url)
    eventually(lambda: sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10) and waiting(bench, dead) == count)


def start(bench, dead, **settings):
    return bench.client("sqs").start_message_move_task(SourceArn=arn_of(bench, dead), **settings)["TaskHandle"]


def task(bench, dead):
    return bench.client("sqs").list_message_move_tasks(SourceArn=arn_of(bench, dead))["Results"][0]


def ended(bench, dead):
    return eventually(lambda: (found := task(bench, dead))["Status"] != "RUNNING" and found)


def taken(bench, url):
    found = bench.client("sqs").receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=30,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["All"],
    )
    return found.get("Messages", [])


def test_messages_go_back_to_where_each_came_from_as_new_ones(bench):
    url, dead = pair(bench)
    attributes = {"colour": {"DataType": "String", "StringValue": "red"}}
    sent = bench.client("sqs").send_message(QueueUrl=url, MessageBody="one", MessageAttributes=attributes)
    give_up(bench, url, dead)
    start(bench, dead)
    found = ended(bench, dead)
    assert (found["Status"], found["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)
    assert (found["ApproximateNumberOfMessagesToMove"], found["SourceArn"]) == (1, arn_of(bench, dead))
    assert not {"TaskHandle", "DestinationArn", "MaxNumberOfMessagesPerSecond"} & set(found)
    (message,) = taken(bench, url)
    assert (message["Body"], message["MessageAttributes"]) == ("one", attributes)
    assert message["MessageId"] != sent["MessageId"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert waiting(bench, dead) == 0


def test_groups_and_their_order_are_kept(bench):
    url, dead = pair(bench, FifoQueue="true", ContentBasedDeduplication="true")
    for body in ("a", "b"):
        bench.client("sqs").send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
    give_up(bench, url, dead)
    start(bench, dead)
    assert ended(bench, dead)["ApproximateNumberOfMessagesMoved"] == 2
    assert [(one["Body"], one["Attributes"]["MessageGroupId"]) for one in taken(bench, url)] == [("a", "g"), ("b", "g")]


def test_a_task_keeps_to_its_rate_and_can_be_cancelled(bench):
    _, dead = pair(bench)
    other = bench.queue()
    for body in "abc":
        bench.client("sqs").send_message(QueueUrl=dead, MessageBody=body)
    handle = start(bench, dead, DestinationArn=arn_of(bench, other), MaxNumberOfMessagesPerSecond=1)
    found = eventually(lambda: (now := task(bench, dead))["ApproximateNumberOfMessagesMoved"] and now)
    assert (found["Status"], found["TaskHandle"], found["MaxNumberOfMessagesPerSecond"]) == ("RUNNING", handle, 1)
    with pytest.raises(ClientError, match="already a task running"):
        start(bench, dead)
    moved = bench.client("sqs").cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"]
    assert 1 <= moved < 3
    assert task(bench, dead)["Status"] == "CANCELLED"
    assert (waiting(bench, other), waiting(bench, dead)) == (moved, 3 - moved)
    with pytest.raises(ClientError, match="Only active tasks can be cancelled"):
        bench.client("sqs").cancel_message_move_task(TaskHandle=handle)


def test_a_task_fails_on_a_message_that_came_from_nowhere(bench):
    _, dead = pair(bench)
    bench.client("sqs").send_message(QueueUrl=dead, MessageBody="by hand")
    start(bench, dead)
    found = ended(bench, dead)
    assert (found["Status"], found["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    assert waiting(bench, dead) == 1


def test_only_a_dead_letter_queue_can_be_moved_from(bench):
    url = bench.queue()
    with pytest.raises(ClientError, match="must be configured as a Dead Letter Queue"):
        start(bench, url)
    with pytest.raises(ClientError, match="SourceArn parameter doesn't exist"):
        bench.client("sqs").start_message_move_task(SourceArn=f"{arn_of(bench, url)}-gone")


def test_whoever_starts_a_task_needs_the_rights_to_receive_there_and_send_here(bench):
    url, dead = pair(bench)
    bench.client("sqs").send_message(QueueUrl=url, MessageBody="one")
    give_up(bench, url, dead)
    there = ["sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    source = {"Effect": "Allow", "Action": there, "Resource": arn_of(bench, dead)}
    target = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn_of(bench, url)}
    other = {**source, "Resource": f"{source['Resource']}-other"}
    for rights in ((source,), (other, target)):
        with pytest.raises(ClientError, match="AccessDenied"):
            bench.acting("sqs", *rights).start_message_move_task(SourceArn=arn_of(bench, dead))
    bench.acting("sqs", source, target).start_message_move_task(SourceArn=arn_of(bench, dead))
    assert ended(bench, dead)["Status"] == "COMPLETED"


def test_upstream_still_moves_nothing_back(plain):
    _, dead = pair(plain)
    with pytest.raises(ClientError, match="StartMessageMoveTask is not valid"):
        start(plain, dead)
