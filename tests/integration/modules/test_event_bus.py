"""Events from a bus to every kind of target that can be looked into here, and what reaches none."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.testing import eventually, never

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.of("event-bus")


@pytest.fixture(scope="module")
def bus(outputs: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = outputs["event_bus"]
    return found


@pytest.fixture(scope="module")
def put(bus: dict[str, Any], client: Callable[[str], Any]) -> Callable[..., None]:
    """``put("shop", "Ordered", id="1")``: put an event on the bus."""

    def event(source: str, detail_type: str, **detail: Any) -> None:
        entry = {"EventBusName": bus["bus"]["name"], "Source": source, "DetailType": detail_type}
        answer = client("events").put_events(Entries=[{**entry, "Detail": json.dumps(detail)}])
        assert answer["FailedEntryCount"] == 0

    return event


def received(client: Callable[[str], Any], url: str) -> list[dict[str, Any]]:
    """Return what is in a queue, and take it out."""
    sqs = client("sqs")
    found = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=1
    ).get("Messages", [])
    for message in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


@pytest.mark.needs("eventbridge_targets")
def test_an_order_reaches_queue_topic_workflow_and_another_states_bus(
    bus: dict[str, Any], client: Callable[[str], Any], put: Callable[..., None]
) -> None:
    put("shop", "Ordered", id="7", total=120)
    (order,) = eventually(lambda: received(client, bus["orders"]["url"]), timeout=10)
    assert json.loads(order["Body"]) == {"id": "7", "total": 120}

    arrived: list[Any] = []

    def both() -> bool:
        arrived.extend(json.loads(message["Body"]) for message in received(client, bus["forwarded"]["url"]))
        return len(arrived) >= 2

    eventually(both, timeout=10)
    name = f"{bus['bus']['name']}-large"
    assert sorted(arrived, key=str) == [{"arrived": True}, {"order": "7", "rule": name}]

    executions = client("stepfunctions").list_executions(stateMachineArn=bus["workflow"]["arn"])["executions"]
    assert len(executions) == 1


@pytest.mark.needs("eventbridge_patterns")
def test_what_the_pattern_leaves_reaches_nobody(
    bus: dict[str, Any], client: Callable[[str], Any], put: Callable[..., None]
) -> None:
    put("shop", "Ordered", id="8", total=100)
    never(lambda: received(client, bus["orders"]["url"]) or received(client, bus["forwarded"]["url"]), for_seconds=2)


@pytest.mark.needs("eventbridge_target_dead_letters", "eventbridge_target_kinesis", "eventbridge_target_logs")
def test_a_click_reaches_stream_and_log_and_leaves_a_dead_letter(
    bus: dict[str, Any], client: Callable[[str], Any], put: Callable[..., None]
) -> None:
    put("web", "Clicked", user="ann", page="/")
    logs, kinesis = client("logs"), client("kinesis")
    (line,) = eventually(lambda: logs.filter_log_events(logGroupName=bus["log_group"])["events"], timeout=10)
    assert json.loads(line["message"])["detail"] == {"user": "ann", "page": "/"}

    iterator = kinesis.get_shard_iterator(
        StreamName=bus["stream"]["name"], ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    (record,) = eventually(lambda: kinesis.get_records(ShardIterator=iterator)["Records"], timeout=10)
    assert record["PartitionKey"] == "ann"

    (letter,) = eventually(lambda: received(client, bus["dead_letters"]["url"]), timeout=10)
    assert json.loads(letter["Body"])["detail"] == {"user": "ann", "page": "/"}
    assert letter["MessageAttributes"]["TARGET_ARN"]["StringValue"].endswith("-gone")


@pytest.mark.needs("eventbridge_archive_replay", "eventbridge_replay_of_a_moment")
def test_the_archive_keeps_what_its_pattern_says_and_plays_it_again(
    bus: dict[str, Any], client: Callable[[str], Any], put: Callable[..., None]
) -> None:
    begun = datetime.now(UTC) - timedelta(seconds=1)
    put("shop", "Ordered", id="9", total=900)
    assert eventually(lambda: received(client, bus["orders"]["url"]), timeout=10)
    events = client("events")
    archive = events.describe_archive(ArchiveName=bus["archive"])
    assert (archive["RetentionDays"], json.loads(archive["EventPattern"])) == (7, {"source": ["shop"]})
    events.start_replay(
        ReplayName="again",
        EventSourceArn=archive["ArchiveArn"],
        EventStartTime=begun,
        EventEndTime=datetime.now(UTC) + timedelta(seconds=60),
        Destination={"Arn": bus["bus"]["arn"]},
    )
    (again,) = eventually(lambda: received(client, bus["orders"]["url"]), timeout=15)
    assert json.loads(again["Body"])["id"] == "9"


def test_policies_say_who_may_put_and_write(bus: dict[str, Any], client: Callable[[str], Any]) -> None:
    policy = json.loads(client("events").describe_event_bus(Name=bus["bus"]["name"])["Policy"])
    assert {statement["Sid"] for statement in policy["Statement"]} == {"Company", "Partner"}
    written = client("logs").describe_resource_policies()["resourcePolicies"]
    assert any(bus["log_group"] in one["policyDocument"] for one in written)
