"""Messages through the applied queues: who may send, who may take, in which order, how late, where failures end."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.integration.support.roles import acting, of_account

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.testing.stacks import Yard

pytestmark = pytest.mark.of("queue")


@pytest.fixture(scope="module")
def queues(outputs: dict[str, Any]) -> dict[str, Any]:
    return dict(outputs["queue"])


@pytest.mark.needs("iam_callers")
def test_who_sends_can_not_take_and_who_takes_can_not_send(library_yard: Yard, queues: dict[str, Any]) -> None:
    url, body = queues["fifo"]["url"], uuid.uuid4().hex
    sender, consumer = (acting(library_yard, queues["role_arns"][grant], "sqs") for grant in ("send", "consume"))
    sender.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=body)
    with pytest.raises(ClientError, match="AccessDenied"):
        sender.receive_message(QueueUrl=url)
    with pytest.raises(ClientError, match="AccessDenied"):
        consumer.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=body)
    assert [taken["Body"] for taken in _take(consumer, url)] == [body]


@pytest.mark.needs("iam_callers")
def test_an_account_that_is_named_may_send_and_no_other(
    library_yard: Yard, client: Callable[[str], Any], queues: dict[str, Any]
) -> None:
    url, body = queues["fifo"]["url"], uuid.uuid4().hex
    partner, stranger = (of_account(library_yard, account, "sqs") for account in ("444455556666", "777788889999"))
    with pytest.raises(ClientError, match="AccessDenied"):
        stranger.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=body)
    with pytest.raises(ClientError, match="AccessDenied"):
        partner.receive_message(QueueUrl=url)
    partner.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=body)
    assert [taken["Body"] for taken in _take(client("sqs"), url)] == [body]


def test_messages_of_a_group_come_once_and_in_order(client: Callable[[str], Any], queues: dict[str, Any]) -> None:
    sqs, url, run = client("sqs"), queues["fifo"]["url"], uuid.uuid4().hex
    for body in ("one", "two", "two", "three"):
        sqs.send_message(QueueUrl=url, MessageBody=f"{run} {body}", MessageGroupId=run)
    assert [taken["Body"] for taken in _take(sqs, url)] == [f"{run} one", f"{run} two", f"{run} three"]


def test_a_message_that_always_fails_ends_among_the_dead_letters(
    client: Callable[[str], Any], queues: dict[str, Any]
) -> None:
    sqs, queue, body = client("sqs"), queues["fifo"], uuid.uuid4().hex
    sqs.send_message(QueueUrl=queue["url"], MessageBody=body, MessageGroupId=body)
    for _ in range(2):
        received = sqs.receive_message(QueueUrl=queue["url"], WaitTimeSeconds=1)["Messages"][0]
        handle = {"QueueUrl": queue["url"], "ReceiptHandle": received["ReceiptHandle"]}
        sqs.change_message_visibility(**handle, VisibilityTimeout=0)
    assert "Messages" not in sqs.receive_message(QueueUrl=queue["url"], WaitTimeSeconds=1)
    assert [taken["Body"] for taken in _take(sqs, queue["dead_letters"]["url"])] == [body]


def test_a_message_is_delayed_and_two_queues_share_their_dead_letters(
    client: Callable[[str], Any], queues: dict[str, Any]
) -> None:
    sqs, body = client("sqs"), uuid.uuid4().hex
    sqs.send_message(QueueUrl=queues["delayed"]["url"], MessageBody=body)
    assert _take(sqs, queues["delayed"]["url"], wait=0) == []

    shared = queues["shared"]
    sqs.send_message(QueueUrl=shared["url"], MessageBody=f"{body} fails")
    received = sqs.receive_message(QueueUrl=shared["url"], WaitTimeSeconds=1)["Messages"][0]
    handle = {"QueueUrl": shared["url"], "ReceiptHandle": received["ReceiptHandle"]}
    sqs.change_message_visibility(**handle, VisibilityTimeout=0)
    assert "Messages" not in sqs.receive_message(QueueUrl=shared["url"], WaitTimeSeconds=1)
    assert shared["dead_letters"]["url"] == queues["delayed"]["dead_letters"]["url"]
    assert [taken["Body"] for taken in _take(sqs, shared["dead_letters"]["url"])] == [f"{body} fails"]

    assert eventually(lambda: _take(sqs, queues["delayed"]["url"]), timeout=10)[0]["Body"] == body


def _take(sqs: Any, url: str, *, wait: int = 1) -> list[dict[str, Any]]:
    """Receive and delete what there is, group by group."""
    taken: list[dict[str, Any]] = []
    while True:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
        if not answer.get("Messages"):
            return taken
        for message in answer["Messages"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            taken.append(message)
