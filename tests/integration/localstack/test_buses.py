"""Event buses: who may send in AWS's name, and what an archive sends again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from eventyard.testing.waiting import eventually, never


def put(bench, source, **more):
    entry = {"Source": source, "DetailType": "Noted", "Detail": json.dumps({"of": source}), **more}
    return bench.client("events").put_events(Entries=[entry])


def archive(bench):
    """Make a bus with an archive and a queue behind it; return its name, the archive's ARN and the queue."""
    events, name = bench.client("events"), bench.unique("bus")
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    url = bench.queue()
    queue = bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    events.put_rule(Name="all", EventBusName=name, EventPattern='{"source": [{"prefix": ""}]}')
    events.put_targets(Rule="all", EventBusName=name, Targets=[{"Id": "queue", "Arn": queue}])
    return bus, events.create_archive(ArchiveName=name, EventSourceArn=bus)["ArchiveArn"], url


def replay(bench, bus, arn, name):
    now = datetime.now(UTC)
    bench.client("events").start_replay(
        ReplayName=name,
        EventSourceArn=arn,
        EventStartTime=now - timedelta(minutes=5),
        EventEndTime=now + timedelta(minutes=5),
        Destination={"Arn": bus},
    )


def test_nobody_else_sends_in_the_name_of_an_aws_service(localstack):
    answer = put(localstack, "aws.ec2")
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"
    assert put(localstack, "shop.orders")["FailedEntryCount"] == 0


def test_an_archive_sends_again_what_it_holds(localstack):
    bus, arn, url = archive(localstack)
    put(localstack, "shop.orders", EventBusName=bus)
    first = json.loads(eventually(lambda: localstack.receive(url, wait=1))[0])
    name = localstack.unique("replay")
    replay(localstack, bus, arn, name)
    again = json.loads(eventually(lambda: localstack.receive(url, wait=1))[0])
    assert again["replay-name"] == name
    assert {key: again[key] for key in ("source", "detail", "time")} == {
        key: first[key] for key in ("source", "detail", "time")
    }
    state = localstack.client("events").describe_replay(ReplayName=name)["State"]
    assert state == "COMPLETED"


def tags(bench):
    name = f"aws.partner/example.com/{bench.unique('bus')}"
    arn = bench.client("events").create_event_bus(Name=name, Tags=[{"Key": "of", "Value": "us"}])["EventBusArn"]
    return bench.client("events").list_tags_for_resource(ResourceARN=arn)["Tags"]


def test_a_bus_is_found_by_its_arn_whatever_its_name(localstack):
    assert tags(localstack) == [{"Key": "of", "Value": "us"}]
    url, name = localstack.queue(), localstack.unique("bus.of.dots")
    events = localstack.client("events")
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    queue = localstack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    rule = events.put_rule(Name="all", EventBusName=bus, EventPattern='{"source": ["shop"]}')["RuleArn"]
    events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue["Attributes"]["QueueArn"]}])
    events.tag_resource(ResourceARN=rule, Tags=[{"Key": "of", "Value": "us"}])
    put(localstack, "shop", EventBusName=bus)
    assert eventually(lambda: localstack.receive(url, wait=1))


def test_upstream_still_lets_anybody_send_in_the_name_of_an_aws_service(plain):
    assert put(plain, "aws.ec2")["FailedEntryCount"] == 0


def test_upstream_still_fails_to_replay(plain):
    bus, arn, url = archive(plain)
    put(plain, "shop.orders", EventBusName=bus)
    eventually(lambda: plain.receive(url, wait=1))
    # The first answer is 500; boto3 tries again, and is told that the replay is there.
    with pytest.raises(ClientError, match="already exists"):
        replay(plain, bus, arn, plain.unique("replay"))
    never(lambda: plain.receive(url, wait=0), for_seconds=1)


def test_upstream_still_does_not_find_a_bus_with_a_slash(plain):
    with pytest.raises(ClientError, match="does not exist"):
        tags(plain)
