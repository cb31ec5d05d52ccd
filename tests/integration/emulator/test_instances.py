"""EC2 instances pass through every state, with AWS's events and refusals."""

from __future__ import annotations

import json
import time

import pytest
from botocore.exceptions import ClientError

from eventyard.testing.waiting import eventually, never

PATTERN = {"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"]}


def events_queue(bench):
    """Return a queue that gets every state-change event of the default bus."""
    url = bench.queue()
    arn = bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    name = bench.unique("rule")
    bench.client("events").put_rule(Name=name, EventPattern=json.dumps(PATTERN))
    bench.client("events").put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def launch(bench):
    answer = bench.client("ec2").run_instances(ImageId="ami-0c2023a1b2c3d4e5f", MinCount=1, MaxCount=1)
    instance = answer["Instances"][0]
    assert instance["State"]["Name"] == "pending"
    return instance["InstanceId"]


def state(bench, instance):
    answer = bench.client("ec2").describe_instances(InstanceIds=[instance])
    return answer["Reservations"][0]["Instances"][0]["State"]["Name"]


def settled(bench, instance, wanted):
    eventually(lambda: state(bench, instance) == wanted)


class Events:
    def __init__(self, bench, url):
        self.bench, self.url, self.seen = bench, url, []

    def next(self, instance, count):
        """Return the states of the next `count` events of `instance`."""

        def look():
            found = [json.loads(body) for body in self.bench.receive(self.url, wait=1)]
            self.seen += [event for event in found if event["detail"]["instance-id"] == instance]
            return len(self.seen) >= count

        eventually(look)
        taken, self.seen = self.seen[:count], self.seen[count:]
        return taken


@pytest.fixture
def events(bench):
    return Events(bench, events_queue(bench))


def states(events):
    return [event["detail"]["state"] for event in events]


def test_every_transition_has_an_event(bench, events):
    ec2 = bench.client("ec2")
    instance = launch(bench)
    assert states(events.next(instance, 2)) == ["pending", "running"]

    stopped = ec2.stop_instances(InstanceIds=[instance])["StoppingInstances"][0]
    assert (stopped["PreviousState"]["Name"], stopped["CurrentState"]["Name"]) == ("running", "stopping")
    assert states(events.next(instance, 2)) == ["stopping", "stopped"]
    settled(bench, instance, "stopped")

    started = ec2.start_instances(InstanceIds=[instance])["StartingInstances"][0]
    assert (started["PreviousState"]["Name"], started["CurrentState"]["Name"]) == ("stopped", "pending")
    assert states(events.next(instance, 2)) == ["pending", "running"]
    settled(bench, instance, "running")

    ended = ec2.terminate_instances(InstanceIds=[instance])["TerminatingInstances"][0]
    assert ended["CurrentState"]["Name"] == "shutting-down"
    assert states(events.next(instance, 2)) == ["shutting-down", "terminated"]


def test_event_has_every_field_aws_documents(bench, events):
    instance = launch(bench)
    event = events.next(instance, 1)[0]
    assert set(event) == {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
    assert event["source"] == "aws.ec2"
    assert event["detail-type"] == "EC2 Instance State-change Notification"
    assert (event["account"], event["region"]) == (bench.account, bench.region)
    assert event["resources"] == [f"arn:aws:ec2:{bench.region}:{bench.account}:instance/{instance}"]
    assert event["detail"] == {"instance-id": instance, "state": "pending"}


def test_repeated_calls_and_reboots_have_no_event(bench, events):
    ec2 = bench.client("ec2")
    instance = launch(bench)
    events.next(instance, 2)
    ec2.start_instances(InstanceIds=[instance])
    ec2.reboot_instances(InstanceIds=[instance])
    never(lambda: bench.receive(events.url, wait=0), for_seconds=1)
    assert state(bench, instance) == "running"


def test_start_while_it_stops_is_refused(bench):
    ec2 = bench.client("ec2")
    instance = launch(bench)
    settled(bench, instance, "running")
    ec2.stop_instances(InstanceIds=[instance])
    with pytest.raises(ClientError) as refused:
        ec2.start_instances(InstanceIds=[instance])
    assert refused.value.response["Error"]["Code"] == "IncorrectInstanceState"
    settled(bench, instance, "stopped")


def test_stop_of_a_terminated_instance_is_refused(bench):
    ec2 = bench.client("ec2")
    instance = launch(bench)
    ec2.terminate_instances(InstanceIds=[instance])
    with pytest.raises(ClientError) as refused:
        ec2.stop_instances(InstanceIds=[instance])
    assert refused.value.response["Error"]["Code"] == "IncorrectInstanceState"


def test_nobody_else_can_send_the_event(bench):
    answer = bench.client("events").put_events(
        Entries=[{"Source": "aws.ec2", "DetailType": "EC2 Instance State-change Notification", "Detail": "{}"}]
    )
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"


def launch_time(bench, instance):
    answer = bench.client("ec2").describe_instances(InstanceIds=[instance])
    return answer["Reservations"][0]["Instances"][0]["LaunchTime"]


def stop_and_start(bench):
    """Return when an instance was launched: at first, and after it was stopped and started."""
    ec2 = bench.client("ec2")
    instance = ec2.run_instances(ImageId="ami-0c2023a1b2c3d4e5f", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    settled(bench, instance, "running")
    first, begun = launch_time(bench, instance), time.monotonic()
    ec2.start_instances(InstanceIds=[instance])
    assert launch_time(bench, instance) == first
    ec2.stop_instances(InstanceIds=[instance])
    settled(bench, instance, "stopped")
    # The time has whole seconds.
    time.sleep(max(0.0, begun + 1.1 - time.monotonic()))
    ec2.start_instances(InstanceIds=[instance])
    return first, launch_time(bench, instance)


def test_start_from_stopped_is_another_launch(bench):
    first, second = stop_and_start(bench)
    assert second > first


def test_upstream_still_keeps_the_launch_time_for_ever(plain):
    first, second = stop_and_start(plain)
    assert second == first


def test_upstream_still_emits_no_state_change(plain):
    url = events_queue(plain)
    ec2 = plain.client("ec2")
    instance = ec2.run_instances(ImageId="ami-0c2023a1b2c3d4e5f", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    ec2.stop_instances(InstanceIds=[instance])
    never(lambda: plain.receive(url, wait=0), for_seconds=1)
