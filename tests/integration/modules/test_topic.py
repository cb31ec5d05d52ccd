"""Messages published to the applied topics, and who of the subscribers got which of them, in which form."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.integration.support.roles import of_account

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.testing.stacks import Yard

pytestmark = pytest.mark.of("topic")

REFUND = {"kind": {"DataType": "String", "StringValue": "refund"}}
DENIED = r"AuthorizationError|AccessDenied"
SALE = {"kind": {"DataType": "String", "StringValue": "sale"}}


@pytest.fixture(scope="module")
def topics(outputs: dict[str, Any]) -> dict[str, Any]:
    return dict(outputs["topic"])


@pytest.fixture(scope="module")
def published(topics: dict[str, Any], client: Callable[[str], Any]) -> str:
    """Publish four messages of one run: a small and a large refund, a small and a large sale."""
    run = uuid.uuid4().hex
    for total, attributes in ((5, REFUND), (50, REFUND), (6, SALE), (60, SALE)):
        client("sns").publish(
            TopicArn=topics["topic"]["arn"],
            Message=json.dumps({"run": run, "total": total}),
            MessageAttributes=attributes,
        )
    return run


@pytest.mark.needs("sns_sqs")
def test_a_filter_on_the_body_passes_what_it_matches_in_an_envelope(
    topics: dict[str, Any], client: Callable[[str], Any], published: str
) -> None:
    envelopes = [json.loads(body) for body in _take(client("sqs"), topics["queues"]["cheap"], 2)]
    assert {envelope["TopicArn"] for envelope in envelopes} == {topics["topic"]["arn"]}
    assert _totals((envelope["Message"] for envelope in envelopes), published) == [5, 6]


@pytest.mark.needs("sns_sqs")
def test_a_filter_on_attributes_passes_what_it_matches_as_it_was_published(
    topics: dict[str, Any], client: Callable[[str], Any], published: str
) -> None:
    assert _totals(_take(client("sqs"), topics["queues"]["refunds"], 2), published) == [5, 50]


@pytest.mark.needs("sns_lambda")
def test_a_function_gets_what_its_filter_passes(
    topics: dict[str, Any], client: Callable[[str], Any], published: str
) -> None:
    def heard() -> list[int]:
        lines = client("logs").filter_log_events(logGroupName=f"/aws/lambda/{topics['function']}")["events"]
        events = [json.loads(line["message"])["echo"] for line in lines if line["message"].startswith('{"echo"')]
        return _totals((record["Sns"]["Message"] for event in events for record in event["Records"]), published)

    eventually(lambda: heard() == [5, 50], timeout=30)


@pytest.mark.needs("sns_sqs")
def test_a_first_in_first_out_topic_keeps_the_order_and_drops_what_came_twice(
    topics: dict[str, Any], client: Callable[[str], Any]
) -> None:
    run = uuid.uuid4().hex
    for body in ("one", "two", "two", "three"):
        client("sns").publish(TopicArn=topics["ordered"]["arn"], Message=f"{run} {body}", MessageGroupId=run)
    assert _take(client("sqs"), topics["ledger"], 3) == [f"{run} one", f"{run} two", f"{run} three"]


@pytest.mark.needs("iam_callers")
def test_accounts_may_do_what_they_are_named_for(topics: dict[str, Any], library_yard: Yard) -> None:
    partner, stranger = (of_account(library_yard, account, "sns") for account in ("444455556666", "777788889999"))
    message = {"TopicArn": topics["ordered"]["arn"], "Message": uuid.uuid4().hex, "MessageGroupId": "partner"}
    with pytest.raises(ClientError, match=DENIED):
        stranger.publish(**message)
    assert partner.publish(**message)["MessageId"]

    # Whoever may subscribe is known by the protocol too, which the emulator doesn't tell its policies.
    queue = f"arn:aws:sqs:{topics['topic']['arn'].split(':')[3]}:777788889999:theirs"
    with pytest.raises(ClientError, match=DENIED):
        stranger.subscribe(TopicArn=topics["topic"]["arn"], Protocol="sqs", Endpoint=queue)


def test_a_page_waits_to_be_confirmed_and_the_module_says_so(topics: dict[str, Any]) -> None:
    # Mail waits for its reader too, where a target lets it: AWS and LocalStack do.
    assert "page" in [label for label, one in topics["subscriptions"].items() if one["pending"]]


def _totals(messages: Any, run: str) -> list[int]:
    found = [json.loads(message) for message in messages]
    return sorted(one["total"] for one in found if one["run"] == run)


def _take(sqs: Any, url: str, number: int) -> list[str]:
    """Receive and delete so many messages, and see that no more come."""
    bodies: list[str] = []
    while True:
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5 if len(bodies) < number else 1
        )
        if not answer.get("Messages"):
            return bodies
        for message in answer["Messages"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(message["Body"])
