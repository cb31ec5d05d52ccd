"""EC2 instances pass through every state, with AWS's events and refusals."""

from __future__ import annotations

import json

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
    answer = bench.client("ec2").run_instances(ImageId="ami-0c2023a1b2c3d4e5f", MinCount=1, MaxCount=1)
    return answer["Instances"][0]


def seen(bench, instance):
    answer = bench.client("ec2").describe_instances(InstanceIds=[instance])
    return answer["Reservations"][0]["Instances"][0]


def settled(bench, instance, wanted):
    eventually(lambda: seen(bench, instance)["State"]["Name"] == wanted)


def change(bench, call, instance):
    """Return the states before and after the call, as it answers them."""
    answer = getattr(bench.client("ec2"), f"{call}_instances")(InstanceIds=[instance])[CALLS[call]][0]
    return answer["PreviousState"]["Name"], answer["CurrentState"]["Name"]


@pytest.fixture
def events(localstack):
    return Events(localstack)


def test_every_transition_has_an_event(localstack, events):
    launched = launch(localstack)
    assert launched["State"]["Name"] == "pending"
    instance = launched["InstanceId"]
    assert events.states(instance) == ["pending", "running"]

    assert change(localstack, "stop", instance) == ("running", "stopping")
    assert events.states(instance) == ["stopping", "stopped"]

    assert change(localstack, "start", instance) == ("stopped", "pending")
    assert events.states(instance) == ["pending", "running"]

    assert change(localstack, "terminate", instance) == ("running", "shutting-down")
    assert events.states(instance) == ["shutting-down", "terminated"]


def test_event_has_every_field_aws_documents(localstack, events):
    instance = launch(localstack)["InstanceId"]
    event = events.next(instance, 1)[0]
    assert set(event) == {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
    assert (event["source"], event["detail-type"]) == ("aws.ec2", "EC2 Instance State-change Notification")
    assert (event["account"], event["region"]) == (localstack.account, localstack.region)
    assert event["resources"] == [f"arn:aws:ec2:{localstack.region}:{localstack.account}:instance/{instance}"]
    assert event["detail"] == {"instance-id": instance, "state": "pending"}


def test_repeated_calls_and_reboots_have_no_event(localstack, events):
    instance = launch(localstack)["InstanceId"]
    events.next(instance, 2)
    assert change(localstack, "start", instance) == ("running", "running")
    localstack.client("ec2").reboot_instances(InstanceIds=[instance])
    never(lambda: localstack.receive(events.url, wait=0), for_seconds=1)
    assert seen(localstack, instance)["State"]["Name"] == "running"


@pytest.mark.parametrize(("first", "then"), [("stop", "start"), ("terminate", "stop")])
def test_a_call_that_does_not_fit_the_state_is_refused(localstack, first, then):
    instance = launch(localstack)["InstanceId"]
    settled(localstack, instance, "running")
    change(localstack, first, instance)
    with pytest.raises(ClientError) as refused:
        change(localstack, then, instance)
    assert refused.value.response["Error"]["Code"] == "IncorrectInstanceState"


def test_start_from_stopped_is_another_launch(localstack):
    instance = launch(localstack)["InstanceId"]
    settled(localstack, instance, "running")
    first = seen(localstack, instance)["LaunchTime"]
    change(localstack, "stop", instance)
    settled(localstack, instance, "stopped")
    change(localstack, "start", instance)
    settled(localstack, instance, "running")
    assert seen(localstack, instance)["LaunchTime"] > first


def test_upstream_still_emits_no_state_change_and_refuses_nothing(plain):
    events = Events(plain)
    instance = launch(plain)["InstanceId"]
    first = seen(plain, instance)["LaunchTime"]
    change(plain, "stop", instance)
    assert seen(plain, instance)["State"]["Name"] == "stopped"
    change(plain, "start", instance)
    assert seen(plain, instance)["LaunchTime"] == first
    change(plain, "terminate", instance)
    change(plain, "stop", instance)
    never(lambda: plain.receive(events.url, wait=0), for_seconds=1)
