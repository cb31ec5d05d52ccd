"""What an EC2 instance does on either emulator, as AWS documents it: a class of tests over the fixture `bench`."""

from __future__ import annotations

import json
import time

import pytest
from botocore.exceptions import ClientError

from eventyard.testing.waiting import eventually, never

PATTERN = {"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"]}
CALLS = {"stop": "StoppingInstances", "start": "StartingInstances", "terminate": "TerminatingInstances"}


class Events:
    """Every state-change event of the default bus, by a rule and a queue."""

    def __init__(self, bench):
        self.bench, self.url, self.seen = bench, bench.queue(), []
        attributes = bench.client("sqs").get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        name = bench.unique("rule")
        bench.client("events").put_rule(Name=name, EventPattern=json.dumps(PATTERN))
        target = {"Id": "queue", "Arn": attributes["Attributes"]["QueueArn"]}
        bench.client("events").put_targets(Rule=name, Targets=[target])

    def next(self, instance, count):
        """Return the next `count` events of `instance`."""

        def look():
            found = [json.loads(body) for body in self.bench.receive(self.url, wait=1)]
            self.seen += [event for event in found if event["detail"]["instance-id"] == instance]
            return len(self.seen) >= count

        eventually(look)
        taken, self.seen = self.seen[:count], self.seen[count:]
        return taken

    def states(self, instance):
        return [event["detail"]["state"] for event in self.next(instance, 2)]


def launch(bench):
    return bench.client("ec2").run_instances(ImageId="ami-0c2023a1b2c3d4e5f", MinCount=1, MaxCount=1)["Instances"][0]


def seen(bench, instance):
    answer = bench.client("ec2").describe_instances(InstanceIds=[instance])
    return answer["Reservations"][0]["Instances"][0]


def settled(bench, instance, wanted):
    eventually(lambda: seen(bench, instance)["State"]["Name"] == wanted)


def change(bench, call, instance):
    """Return the states before and after the call, as it answers them."""
    answer = getattr(bench.client("ec2"), f"{call}_instances")(InstanceIds=[instance])[CALLS[call]][0]
    return answer["PreviousState"]["Name"], answer["CurrentState"]["Name"]


class Instances:
    """States, events and refusals; AWS's pages are named in each launcher's addition that makes it so."""

    @pytest.fixture
    def events(self, bench):
        return Events(bench)

    def test_every_transition_has_an_event(self, bench, events):
        launched = launch(bench)
        assert launched["State"]["Name"] == "pending"
        instance = launched["InstanceId"]
        assert events.states(instance) == ["pending", "running"]

        assert change(bench, "stop", instance) == ("running", "stopping")
        assert events.states(instance) == ["stopping", "stopped"]
        settled(bench, instance, "stopped")

        assert change(bench, "start", instance) == ("stopped", "pending")
        assert events.states(instance) == ["pending", "running"]
        settled(bench, instance, "running")

        assert change(bench, "terminate", instance) == ("running", "shutting-down")
        assert events.states(instance) == ["shutting-down", "terminated"]

    def test_event_has_every_field_aws_documents(self, bench, events):
        instance = launch(bench)["InstanceId"]
        event = events.next(instance, 1)[0]
        assert set(event) == {
            "version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail",
        }  # fmt: skip
        assert (event["source"], event["detail-type"]) == ("aws.ec2", "EC2 Instance State-change Notification")
        assert (event["account"], event["region"]) == (bench.account, bench.region)
        assert event["resources"] == [f"arn:aws:ec2:{bench.region}:{bench.account}:instance/{instance}"]
        assert event["detail"] == {"instance-id": instance, "state": "pending"}

    def test_repeated_calls_and_reboots_have_no_event(self, bench, events):
        instance = launch(bench)["InstanceId"]
        events.next(instance, 2)
        assert change(bench, "start", instance) == ("running", "running")
        bench.client("ec2").reboot_instances(InstanceIds=[instance])
        never(lambda: bench.receive(events.url, wait=0), for_seconds=1)
        assert seen(bench, instance)["State"]["Name"] == "running"

    @pytest.mark.parametrize(("first", "then"), [("stop", "start"), ("terminate", "stop")])
    def test_a_call_that_does_not_fit_the_state_is_refused(self, bench, first, then):
        instance = launch(bench)["InstanceId"]
        settled(bench, instance, "running")
        change(bench, first, instance)
        with pytest.raises(ClientError) as refused:
            change(bench, then, instance)
        assert refused.value.response["Error"]["Code"] == "IncorrectInstanceState"

    def test_start_from_stopped_is_another_launch(self, bench):
        first, second = launch_times(bench)
        assert second > first


def launch_times(bench):
    """Return when an instance was launched: at first, and after it was stopped and started."""
    instance = launch(bench)["InstanceId"]
    settled(bench, instance, "running")
    first, begun = seen(bench, instance)["LaunchTime"], time.monotonic()
    change(bench, "start", instance)
    assert seen(bench, instance)["LaunchTime"] == first
    change(bench, "stop", instance)
    settled(bench, instance, "stopped")
    # The time has whole seconds.
    time.sleep(max(0.0, begun + 1.1 - time.monotonic()))
    change(bench, "start", instance)
    return first, seen(bench, instance)["LaunchTime"]
